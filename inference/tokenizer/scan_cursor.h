// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Characters of a piece of text as pre-tokenizers look at them, and the classes that their patterns name.
#pragma once

#include "inference/unicode/unicode.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace inference {

using unicode::Category;

struct Char {
    char32_t codePoint = 0;
    Category category = Category::Other;
    std::size_t length = 0; ///< bytes, 0 at the end of the text
};

/// Reads characters of one piece of text and counts them.
class Cursor {
public:
    explicit Cursor(std::string_view text)
        : m_text(text)
    {
    }

    [[nodiscard]] Char at(std::size_t position)
    {
        ++m_examined;
        if (position >= m_text.size())
            return {};
        const auto byte = static_cast<unsigned char>(m_text[position]);
        if (byte < 0x80)
            return {byte, unicode::categoryOf(byte), 1};
        const unicode::Decoded decoded = unicode::decodeAt(m_text, position);
        if (!decoded.valid)
            return {decoded.codePoint, Category::Other, decoded.length};
        return {decoded.codePoint, unicode::categoryOf(decoded.codePoint), decoded.length};
    }

    /// The end of the run of characters that `accept` takes, of at most `limit` characters.
    template <class Accept>
    std::size_t run(std::size_t position, Accept accept, std::size_t limit = static_cast<std::size_t>(-1))
    {
        for (; limit > 0; --limit) {
            const Char c = at(position);
            if (c.length == 0 || !accept(c))
                break;
            position += c.length;
        }
        return position;
    }

    /// The character that ends before `position` > 0.
    [[nodiscard]] Char before(std::size_t position)
    {
        std::size_t start = position - 1;
        for (int i = 0; i < 3 && start > 0 && (static_cast<unsigned char>(m_text[start]) & 0xC0U) == 0x80U; ++i)
            --start;
        const Char c = at(start);
        return start + c.length == position ? c : at(position - 1);
    }

    /// What a stage learnt about a run of characters, so that it need not look at the whole run from each of them.
    struct Run {
        std::size_t next = static_cast<std::size_t>(-1); ///< where `remaining` counts from
        std::size_t remaining = 0;                       ///< characters of the run
        std::size_t end = 0;                             ///< of the run, in bytes
        bool matches = false;
    };
    [[nodiscard]] std::string_view text() const { return m_text; }
    [[nodiscard]] std::uint64_t examined() const { return m_examined; }
    [[nodiscard]] Run &lastRun() { return m_lastRun; }

private:
    std::string_view m_text;
    std::uint64_t m_examined = 0;
    Run m_lastRun;
};

inline bool isLetter(const Char &c)
{
    return unicode::isLetter(c.category);
}
inline bool isMark(const Char &c)
{
    return c.category == Category::Mark;
}
inline bool isLetterOrMark(const Char &c)
{
    return isLetter(c) || isMark(c);
}
inline bool isNumber(const Char &c)
{
    return c.category == Category::Number;
}
inline bool isDecimal(const Char &c)
{
    return c.category == Category::Number && unicode::isDecimalDigit(c.codePoint);
}
inline bool isSpace(const Char &c)
{
    return c.category == Category::Whitespace;
}
inline bool isPunctuation(const Char &c)
{
    return c.category == Category::Punctuation;
}
inline bool isNewline(const Char &c)
{
    return c.codePoint == U'\n' || c.codePoint == U'\r';
}
inline bool isNewlineOrSlash(const Char &c)
{
    return isNewline(c) || c.codePoint == U'/';
}
inline bool isPlainSpace(const Char &c)
{
    return c.length == 1 && c.codePoint == U' ';
}
inline bool isAsciiLetter(const Char &c)
{
    return (c.codePoint >= U'a' && c.codePoint <= U'z') || (c.codePoint >= U'A' && c.codePoint <= U'Z');
}
inline bool isAsciiDigit(const Char &c)
{
    return c.codePoint >= U'0' && c.codePoint <= U'9';
}
inline bool isAsciiPunctuation(const Char &c)
{
    return c.codePoint > U' ' && c.codePoint < 0x7F && !isAsciiLetter(c) && !isAsciiDigit(c);
}
/// [^\s\p{L}\p{N}]
inline bool isOther(const Char &c)
{
    return !isSpace(c) && !isLetter(c) && !isNumber(c);
}
/// [^\s\p{L}\p{M}\p{N}]
inline bool isOtherThanMark(const Char &c)
{
    return isOther(c) && !isMark(c);
}
inline bool isPunctuationOrSymbol(const Char &c)
{
    return isPunctuation(c) || c.category == Category::Symbol;
}

} // namespace inference
