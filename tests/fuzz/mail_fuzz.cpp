// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Messages and mailboxes; the first byte chooses.
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace app::extraction;
    if (size == 0)
        return 0;
    const std::span<const std::uint8_t> document(data + 1, size - 1);
    switch (data[0]) {
    case 'm':
        readSoundly(readMail, document);
        break;
    case 'b':
        readSoundly(readMailbox, document);
        break;
    default:
        break;
    }
    return 0;
}
