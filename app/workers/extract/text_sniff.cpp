// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/text_sniff.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace app::extraction {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kJudged = std::size_t{64} << 10U;
constexpr std::size_t kHead = std::size_t{4} << 10U;

// How many bytes a character has, and in which order.
struct Width {
    std::size_t bytes = 1;
    bool big = false;
};

std::string_view start(Bytes file, std::size_t size)
{
    return {reinterpret_cast<const char *>(file.data()), std::min(file.size(), size)};
}

bool isUtf16(std::string_view text, std::size_t zerosAt)
{
    std::size_t zeros = 0;
    for (std::size_t i = zerosAt; i < text.size(); i += 2)
        zeros += text[i] == '\0' ? 1 : 0;
    std::size_t others = 0;
    for (std::size_t i = 1 - zerosAt; i < text.size(); i += 2)
        others += text[i] == '\0' ? 1 : 0;
    // At least 30 % of all bytes.
    return others == 0 && text.size() >= 4 && zeros * 10 >= text.size() * 3;
}

// Any four bytes that are characters, and no control characters, are so on purpose.
bool isUtf32(std::string_view text, bool big)
{
    constexpr std::size_t kBytes = 4;
    constexpr std::uint32_t kHighest = 0x3FFFF; // of writing; two short characters of which one ends a line are higher
    if (text.size() < 2 * kBytes)
        return false;
    for (std::size_t i = 0; i + kBytes <= text.size(); i += kBytes) {
        std::uint32_t point = 0;
        for (std::size_t k = 0; k < kBytes; ++k)
            point = point << 8U | static_cast<unsigned char>(text[i + (big ? k : kBytes - 1 - k)]);
        const bool control = point < 0x20 && (point < '\t' || point > '\r') && point != 0x1B;
        if (point > kHighest || (point >= 0xD800 && point < 0xE000) || control)
            return false;
    }
    return true;
}

Width widthOf(std::string_view text)
{
    if (text.starts_with("\xFF\xFE\0\0"sv) || isUtf32(text, false))
        return {4, false};
    if (text.starts_with("\0\0\xFE\xFF"sv) || isUtf32(text, true))
        return {4, true};
    if (text.starts_with("\xFF\xFE"sv) || isUtf16(text, 1))
        return {2, false};
    if (text.starts_with("\xFE\xFF"sv) || isUtf16(text, 0))
        return {2, true};
    return {};
}

// The first characters in lower case ASCII; others become '?'.
std::string headOf(Bytes file)
{
    const std::string_view text = start(file, kHead);
    const Width width = widthOf(text);
    std::string head;
    for (std::size_t i = 0; i + width.bytes <= text.size(); i += width.bytes) {
        const char letter = text[i + (width.big ? width.bytes - 1 : 0)];
        std::size_t zeros = 0;
        for (std::size_t k = 0; k < width.bytes; ++k)
            zeros += text[i + k] == '\0' ? 1 : 0;
        const bool plain = zeros + 1 >= width.bytes && static_cast<unsigned char>(letter) < 0x80;
        head += !plain ? '?' : letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    // A mark at the beginning is three bytes of UTF-8, or one character.
    if (text.starts_with("\xEF\xBB\xBF"))
        head.erase(0, 3);
    else if (width.bytes > 1 &&
             (text.starts_with("\xFF\xFE"sv) || text.starts_with("\xFE\xFF"sv) || text.starts_with("\0\0\xFE\xFF"sv)))
        head.erase(0, 1);
    return head;
}

std::string_view takeLine(std::string_view &text)
{
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

// A header's name in front of a colon; empty when the line is none.
std::string_view headerName(std::string_view line)
{
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0)
        return {};
    const std::string_view name = line.substr(0, colon);
    const bool valid = std::ranges::all_of(name, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
    });
    return valid ? name : std::string_view();
}

// Two of the headers that every mail has, and nothing else, up to the first empty line.
bool startsWithMailHeaders(std::string_view text)
{
    constexpr std::array kTelling = {"from"sv,         "to"sv,       "subject"sv,     "date"sv,        "message-id"sv,
                                     "mime-version"sv, "received"sv, "return-path"sv, "delivered-to"sv};
    std::size_t telling = 0;
    bool first = true;
    while (!text.empty()) {
        const std::string_view line = takeLine(text);
        if (line.empty())
            break;
        const bool folded = !first && (line.front() == ' ' || line.front() == '\t');
        const std::string_view name = headerName(line);
        first = false;
        // The last line of what was looked at may be cut.
        if (!folded && name.empty() && !text.empty())
            return false;
        telling += std::ranges::contains(kTelling, name) ? 1 : 0;
    }
    return telling >= 2;
}

bool startsWithMailbox(std::string_view text)
{
    const std::string_view line = takeLine(text);
    const bool dated = std::ranges::count(line, ':') >= 2;
    return line.starts_with("from ") && dated && !headerName(takeLine(text)).empty();
}

// Apple's files of one mail: the number of its bytes stands before it.
bool startsWithCountedMail(std::string_view text)
{
    const std::string_view line = takeLine(text);
    const bool number = !line.empty() && line.find_first_not_of("0123456789 ") == std::string_view::npos;
    return number && startsWithMailHeaders(text);
}

void skipBlanks(std::string_view &text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

// What stands in front of the first element: declarations, comments.
void skipProlog(std::string_view &text)
{
    skipBlanks(text);
    while (text.starts_with("<?") || text.starts_with("<!--")) {
        const std::string_view end = text.starts_with("<?") ? "?>"sv : "-->"sv;
        const std::size_t at = text.find(end);
        text.remove_prefix(at == std::string_view::npos ? text.size() : at + end.size());
        skipBlanks(text);
    }
}

bool startsWithHtml(std::string_view text)
{
    skipProlog(text);
    constexpr std::array kBeginnings = {"<!doctype html"sv, "<html"sv, "<head>"sv, "<body"sv};
    return std::ranges::any_of(kBeginnings, [text](std::string_view beginning) { return text.starts_with(beginning); });
}

bool startsWithFlatDocument(std::string_view text)
{
    skipProlog(text);
    return text.starts_with("<office:document") && text.contains("urn:oasis:names:tc:opendocument");
}

template <std::size_t Size>
bool isOneOf(const std::array<std::string_view, Size> &names, std::string_view extension)
{
    return std::ranges::contains(names, extension);
}

constexpr std::array kHtml = {"html"sv, "htm"sv, "xhtml"sv, "xht"sv, "shtml"sv};
constexpr std::array kMarkdown = {"md"sv, "markdown"sv, "mdown"sv, "mkd"sv, "mkdn"sv, "mdx"sv, "rmd"sv, "qmd"sv};
constexpr std::array kTables = {"csv"sv, "tsv"sv, "tab"sv, "psv"sv, "xls"sv};
constexpr std::array kMail = {"eml"sv, "emlx"sv, "mht"sv, "mhtml"sv};
constexpr std::array kSources = {
    "ada"sv,   "asm"sv,  "awk"sv, "bash"sv,   "bat"sv,   "c"sv,     "cc"sv,   "cl"sv,     "clj"sv,    "cmake"sv,
    "cpp"sv,   "cs"sv,   "css"sv, "cu"sv,     "cxx"sv,   "d"sv,     "dart"sv, "diff"sv,   "el"sv,     "erl"sv,
    "ex"sv,    "exs"sv,  "f"sv,   "f90"sv,    "fs"sv,    "glsl"sv,  "go"sv,   "gradle"sv, "groovy"sv, "h"sv,
    "hh"sv,    "hpp"sv,  "hs"sv,  "hxx"sv,    "ini"sv,   "ipynb"sv, "java"sv, "jl"sv,     "js"sv,     "json"sv,
    "jsonl"sv, "jsx"sv,  "kt"sv,  "kts"sv,    "less"sv,  "lisp"sv,  "lua"sv,  "m"sv,      "mjs"sv,    "mk"sv,
    "ml"sv,    "mm"sv,   "nim"sv, "nix"sv,    "pas"sv,   "patch"sv, "php"sv,  "pl"sv,     "pm"sv,     "proto"sv,
    "ps1"sv,   "py"sv,   "qml"sv, "r"sv,      "rb"sv,    "rs"sv,    "sass"sv, "scala"sv,  "scm"sv,    "scss"sv,
    "sh"sv,    "sol"sv,  "sql"sv, "svelte"sv, "swift"sv, "tcl"sv,   "tf"sv,   "toml"sv,   "ts"sv,     "tsx"sv,
    "v"sv,     "vala"sv, "vb"sv,  "vhd"sv,    "vim"sv,   "vue"sv,   "xml"sv,  "xsd"sv,    "xsl"sv,    "yaml"sv,
    "yml"sv,   "zig"sv,  "zsh"sv, "comp"sv,   "vert"sv,  "frag"sv,  "wgsl"sv, "svg"sv,    "tex"sv,    "bib"sv};

} // namespace

bool looksLikeText(Bytes file)
{
    const std::string_view text = start(file, kJudged);
    if (widthOf(text).bytes != 1 || text.starts_with("\xEF\xBB\xBF"))
        return true;
    std::size_t controls = 0;
    for (const char letter : text) {
        if (letter == '\0')
            return false;
        const auto value = static_cast<unsigned char>(letter);
        const bool usual = value >= 0x20 || (value >= '\t' && value <= '\r') || value == 0x1B || value == 0x1A;
        controls += usual && value != 0x7F ? 0 : 1;
    }
    return controls * 10 <= text.size();
}

Format formatOfText(Bytes file, std::string_view extension)
{
    const std::string head = headOf(file);
    // A page of documentation may quote a mail, and a program may print HTML: what a name says plainly wins there.
    if (isOneOf(kMarkdown, extension))
        return Format::Markdown;
    if (startsWithMailbox(head))
        return Format::Mailbox;
    if (isOneOf(kMail, extension) || startsWithMailHeaders(head) || startsWithCountedMail(head))
        return Format::Mail;
    if (startsWithFlatDocument(head))
        return extension == "fods" ? Format::Ods : extension == "fodp" ? Format::Odp : Format::Odt;
    if (isOneOf(kHtml, extension) || startsWithHtml(head))
        return Format::Html;
    if (isOneOf(kTables, extension))
        return Format::Csv;
    return isOneOf(kSources, extension) ? Format::SourceCode : Format::PlainText;
}

} // namespace app::extraction
