// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pages of HTML as files, and as chapters of books have them.
#include "app/workers/extract/readers/html_flow.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace app::extraction;
    readSoundly(readHtml, {data, size});
    const std::string closed = asHtml({reinterpret_cast<const char *>(data), size});
    readSoundly(readHtml, {reinterpret_cast<const std::uint8_t *>(closed.data()), closed.size()});
    return 0;
}
