// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Documents in archives of XML. The first byte chooses the format; the archives of the corpus are not compressed, so
// that a byte that changes is a byte of XML.
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace app::extraction;
    if (size == 0)
        return 0;
    const std::span<const std::uint8_t> document(data + 1, size - 1);
    switch (data[0]) {
    case 'd':
        readSoundly(readDocx, document);
        break;
    case 't':
        readSoundly(readOdt, document);
        break;
    case 'p':
        readSoundly(readPptx, document);
        break;
    case 'o':
        readSoundly(readOdp, document);
        break;
    case 'x':
        readSoundly(readXlsx, document);
        break;
    case 's':
        readSoundly(readOds, document);
        break;
    case 'e':
        readSoundly(readEpub, document);
        break;
    default:
        break;
    }
    return 0;
}
