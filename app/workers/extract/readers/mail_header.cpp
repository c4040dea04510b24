// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/mail_header.h"

#include "app/workers/extract/readers/charset.h"
#include "app/workers/extract/readers/inline_text.h"

#include <algorithm>
#include <optional>

namespace app::extraction {

namespace {

int hexDigit(char letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    const char low = static_cast<char>(letter | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string fromQuoted(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '_') {
            bytes += ' ';
        } else if (text[i] == '=' && i + 2 < text.size() && hexDigit(text[i + 1]) >= 0 && hexDigit(text[i + 2]) >= 0) {
            bytes += static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
            i += 2;
        } else {
            bytes += text[i];
        }
    }
    return bytes;
}

std::string fromBase64(std::string_view text)
{
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char letter : text) {
        const std::size_t digit = kDigits.find(letter);
        if (digit == std::string_view::npos)
            continue;
        bits = ((bits << 6U) | static_cast<unsigned>(digit)) & 0xFFFFU;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>((bits >> count) & 0xFFU);
        }
    }
    return bytes;
}

struct Word {
    std::string charset;
    std::string bytes;
    std::size_t end = 0;
};

// The encoded word at a place: =?charset*language?q or b?text?=
std::optional<Word> wordAt(std::string_view text, std::size_t at)
{
    if (text.substr(at, 2) != "=?")
        return std::nullopt;
    const std::size_t charset = text.find('?', at + 2);
    if (charset == std::string_view::npos || charset + 2 >= text.size() || text[charset + 2] != '?')
        return std::nullopt;
    const std::size_t end = text.find("?=", charset + 3);
    if (end == std::string_view::npos || end > at + 1000)
        return std::nullopt;
    std::string_view name = text.substr(at + 2, charset - at - 2);
    name = name.substr(0, name.find('*'));
    const char kind = static_cast<char>(text[charset + 1] | 0x20);
    const std::string_view inside = text.substr(charset + 3, end - charset - 3);
    if (name.empty() || (kind != 'q' && kind != 'b'))
        return std::nullopt;
    return Word{
        .charset = std::string(name), .bytes = kind == 'q' ? fromQuoted(inside) : fromBase64(inside), .end = end + 2};
}

std::string decodedBytes(std::string_view bytes, std::string_view charset)
{
    return decodeText(std::as_bytes(std::span(bytes)), charset).text;
}

} // namespace

std::string decodedHeader(std::string_view raw)
{
    std::string value;
    std::string plain;   // bytes outside of encoded words
    std::string encoded; // of words in one charset, which may divide a character
    std::string charset;
    const auto flushPlain = [&] {
        value += decodedBytes(plain, {});
        plain.clear();
    };
    const auto flushEncoded = [&] {
        value += decodedBytes(encoded, charset);
        encoded.clear();
        charset.clear();
    };
    for (std::size_t at = 0; at < raw.size();) {
        auto word = wordAt(raw, at);
        if (!word) {
            plain += raw[at++];
            continue;
        }
        const bool follows = !charset.empty();
        if (follows && isBlankText(plain)) {
            plain.clear(); // white space between two encoded words is only there to part them
        }
        if (follows && (!plain.empty() || charset != word->charset))
            flushEncoded();
        flushPlain();
        charset = word->charset;
        encoded += word->bytes;
        at = word->end;
        // What follows the word is plain, and comes after it.
        if (at < raw.size() && !wordAt(raw, std::min(raw.find_first_not_of(" \t\r\n", at), raw.size() - 1)))
            flushEncoded();
    }
    if (!charset.empty())
        flushEncoded();
    flushPlain();
    return cellText(value);
}

} // namespace app::extraction
