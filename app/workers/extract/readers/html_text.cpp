// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is done with HTML before it is parsed.
#include "app/workers/extract/readers/html_flow.h"

#include <algorithm>
#include <array>

namespace app::extraction {

namespace {

constexpr std::size_t kDeclaredWithin = 4096;

char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
}

bool isNameLetter(char letter)
{
    return (lower(letter) >= 'a' && lower(letter) <= 'z') || (letter >= '0' && letter <= '9') || letter == ':' ||
           letter == '-' || letter == '_';
}

bool isVoid(std::string_view name)
{
    constexpr auto kVoid = std::to_array<std::string_view>({"area", "base", "br", "col", "embed", "hr", "img", "input",
                                                            "link", "meta", "param", "source", "track", "wbr"});
    return std::ranges::find(kVoid, name) != kVoid.end();
}

// The end of a tag that begins at `at`: past its '>', which may also stand in quotes.
std::size_t tagEnd(std::string_view text, std::size_t at)
{
    char quote = 0;
    for (; at < text.size(); ++at) {
        const char letter = text[at];
        if (quote != 0) {
            quote = letter == quote ? '\0' : quote;
        } else if (letter == '"' || letter == '\'') {
            quote = letter;
        } else if (letter == '>') {
            return at + 1;
        }
    }
    return text.size();
}

} // namespace

std::string declaredCharset(Bytes html)
{
    std::string head(reinterpret_cast<const char *>(html.data()), std::min(html.size(), kDeclaredWithin));
    std::ranges::transform(head, head.begin(), lower);
    constexpr std::string_view kXml = "<?xml";
    std::size_t at = std::string::npos;
    if (head.starts_with(kXml)) {
        const std::size_t declared = head.find("encoding=");
        if (declared < head.find('>'))
            at = declared + 9;
    }
    for (std::size_t meta = head.find("<meta"); at == std::string::npos && meta != std::string::npos;
         meta = head.find("<meta", meta + 1)) {
        const std::size_t charset = head.find("charset=", meta);
        if (charset < head.find('>', meta))
            at = charset + 8;
    }
    if (at == std::string::npos)
        return {};
    while (at < head.size() && (head[at] == '"' || head[at] == '\'' || head[at] == ' '))
        ++at;
    std::string name;
    while (at < head.size() && isNameLetter(head[at]) && name.size() < 40)
        name += head[at++];
    return name;
}

std::string asHtml(std::string_view xhtml)
{
    std::string html;
    html.reserve(xhtml.size());
    std::size_t at = 0;
    while (at < xhtml.size()) {
        const std::size_t tag = xhtml.find('<', at);
        html += xhtml.substr(at, tag - at);
        if (tag == std::string_view::npos)
            break;
        const std::string_view rest = xhtml.substr(tag);
        if (rest.starts_with("<!--")) {
            const std::size_t end = xhtml.find("-->", tag + 4);
            at = end == std::string_view::npos ? xhtml.size() : end + 3;
            continue;
        }
        std::string name;
        for (std::size_t i = 1; i < rest.size() && isNameLetter(rest[i]) && name.size() < 64; ++i)
            name += lower(rest[i]);
        const std::size_t end = name.empty() ? tag + 1 : tagEnd(xhtml, tag + 1);
        const std::string_view whole = xhtml.substr(tag, end - tag);
        if (!name.empty() && whole.ends_with("/>") && !isVoid(name)) {
            html += whole.substr(0, whole.size() - 2);
            html += "></" + name + ">";
        } else {
            html += whole;
        }
        at = end;
    }
    return html;
}

} // namespace app::extraction
