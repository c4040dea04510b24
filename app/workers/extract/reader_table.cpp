// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers.h"

#include <utility>

namespace app::extraction {

Reader readerFor(Format format)
{
    constexpr std::pair<Format, Reader> kReaders[] = {
        {Format::Pdf, readPdf},
    };
    for (const auto &[read, reader] : kReaders) {
        if (read == format)
            return reader;
    }
    return nullptr;
}

} // namespace app::extraction
