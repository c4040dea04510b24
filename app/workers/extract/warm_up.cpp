// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/warm_up.h"

#include "app/workers/extract/readers/pdf_document.h"
#include "app/workers/extract/readers/recognition.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <string_view>

namespace app::extraction {

namespace {

constexpr std::uint8_t kDocument[] = {
#include "app/workers/extract/warm_up_pdf.inc"
};

} // namespace

bool needsNoWarmUp(std::string_view name)
{
    using namespace std::string_view_literals;
    constexpr std::array kEndings = {".md"sv,   ".markdown"sv, ".txt"sv,  ".html"sv, ".htm"sv, ".xhtml"sv, ".csv"sv,
                                     ".tsv"sv,  ".docx"sv,     ".odt"sv,  ".pptx"sv, ".odp"sv, ".xlsx"sv,  ".ods"sv,
                                     ".epub"sv, ".rtf"sv,      ".json"sv, ".xml"sv,  ".c"sv,   ".cpp"sv,   ".h"sv,
                                     ".py"sv,   ".js"sv,       ".ts"sv,   ".java"sv, ".rs"sv,  ".go"sv,    ".log"sv};
    return std::ranges::any_of(kEndings, [name](std::string_view ending) { return name.ends_with(ending); });
}

bool warmUp()
{
    const auto pdf = PdfDocument::open(std::as_bytes(std::span(kDocument)), {});
    if (!pdf)
        return false;
    const auto page = pdf->page(0);
    const Picture picture = pdf->picture(0, 1, 100'000);
    return page && page->bytes.contains("Warm-up:") && picture.state == State::Read;
}

std::vector<std::string> readablePaths()
{
    std::vector<std::string> paths = {
        "/usr/share/poppler",    "/app/share/poppler", "/usr/share/fonts",      "/usr/local/share/fonts",
        "/app/share/fonts",      "/run/host/fonts",    "/run/host/local-fonts", "/run/host/user-fonts",
        "/run/host/fonts-cache", "/etc/fonts",         "/usr/share/fontconfig", "/var/cache/fontconfig",
        "/usr/lib/gconv",        "/usr/lib64/gconv",
    };
#if defined(__x86_64__)
    paths.emplace_back("/usr/lib/x86_64-linux-gnu/gconv");
#elif defined(__aarch64__)
    paths.emplace_back("/usr/lib/aarch64-linux-gnu/gconv");
#endif
    const auto inFolder = [&paths](const char *variable, std::initializer_list<std::string_view> names) {
        const char *folder = std::getenv(variable);
        if (folder == nullptr || *folder != '/')
            return;
        for (const std::string_view name : names)
            paths.push_back(std::string(folder) + std::string(name));
    };
    inFolder("HOME", {"/.fonts", "/.local/share/fonts", "/.cache/fontconfig", "/.config/fontconfig"});
    inFolder("XDG_DATA_HOME", {"/fonts"});
    inFolder("XDG_CACHE_HOME", {"/fontconfig"});
    inFolder("XDG_CONFIG_HOME", {"/fontconfig"});
    for (std::string &folder : languageFolders())
        paths.push_back(std::move(folder));
    return paths;
}

} // namespace app::extraction
