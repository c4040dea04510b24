// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What looks at every file first: finding its format, the names in an archive, text that a PDF file hides. The first
// byte chooses an extension.
#include "app/extraction/extraction_protocol.h"
#include "app/workers/extract/format_sniff.h"
#include "app/workers/extract/page_builder.h"
#include "app/workers/extract/readers/hidden_text.h"
#include "app/workers/extract/zip_directory.h"

#include <array>
#include <cstdint>
#include <cstdlib>

using namespace app::extraction;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    constexpr std::array<std::string_view, 8> kExtensions = {"", "pdf", "docx", "ods", "md", "csv", "eml", "py"};
    const Bytes file = std::as_bytes(std::span(data + 1, size - 1));
    const Sniffed sniffed = sniffFormat(file, kExtensions[data[0] % kExtensions.size()]);
    if (sniffed.state != State::Read && sniffed.reason.empty())
        std::abort();
    if (const auto directory = readZipDirectory(file)) {
        for (const std::string &name : directory->names) {
            if (name.size() > file.size())
                std::abort();
        }
    }
    [[maybe_unused]] const bool hides = mayHideText(file, 1U << 20U);
    const std::string clean = cleanText({reinterpret_cast<const char *>(file.data()), file.size()});
    if (!isCleanText(clean) || cleanText(clean) != clean)
        std::abort();
    return 0;
}
