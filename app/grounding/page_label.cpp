// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/page_label.h"

#include <algorithm>
#include <cstddef>

namespace app::grounding {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Takes up to `most` bytes for which `is` holds from the front; how many.
template <class Is>
std::size_t take(std::string_view &text, std::size_t most, Is is)
{
    std::size_t count = 0;
    while (count < most && count < text.size() && is(text[count])) {
        ++count;
    }
    text.remove_prefix(count);
    return count;
}

/// One decimal place of a Roman number, of which `one`, `five` and `ten` are the letters.
void takeRoman(std::string_view &text, char one, char five, char ten)
{
    if (text.size() > 1 && text[0] == one && (text[1] == five || text[1] == ten)) {
        text.remove_prefix(2);
        return;
    }
    take(text, 1, [five](char c) { return c == five; });
    take(text, 3, [one](char c) { return c == one; });
}

/// Up to 399, in small letters or capitals: longer ones are words rather than numbers.
bool isRoman(std::string_view text)
{
    const bool capitals = text[0] < 'a';
    const auto letter = [capitals](char c) { return static_cast<char>(capitals ? c - 'a' + 'A' : c); };
    take(text, 3, [&](char c) { return c == letter('c'); });
    takeRoman(text, letter('x'), letter('l'), letter('c'));
    takeRoman(text, letter('i'), letter('v'), letter('x'));
    return text.empty();
}

} // namespace

bool isPageNumber(std::string_view label)
{
    if (label.empty() || (label.size() == 1 && isLetter(label[0])) || isRoman(label)) {
        return !label.empty();
    }
    constexpr std::size_t prefix = 2;
    constexpr std::size_t digits = 5;
    take(label, prefix, isLetter);
    take(label, 1, [](char c) { return c == '-' || c == '.'; });
    if (take(label, digits, isDigit) == 0) {
        return false;
    }
    take(label, 1, isLetter);
    return label.empty();
}

} // namespace app::grounding
