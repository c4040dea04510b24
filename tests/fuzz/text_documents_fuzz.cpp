// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Documents that are text; the first byte chooses the format.
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace app::extraction;
    if (size == 0)
        return 0;
    const std::span<const std::uint8_t> document(data + 1, size - 1);
    switch (data[0]) {
    case 'r':
        readSoundly(readRtf, document);
        break;
    case 'c':
        readSoundly(readCsv, document);
        break;
    case 'm':
        readSoundly(readMarkdown, document);
        break;
    case 't':
        readSoundly(readPlainText, document);
        break;
    case 's':
        readSoundly(readSourceCode, document);
        break;
    default:
        break;
    }
    return 0;
}
