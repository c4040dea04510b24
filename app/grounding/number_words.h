// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tables of words that are numbers, months or units in English, German, French and Spanish. Words come as in
// NormalText, without marks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace app::grounding {

/// 0 to 99 in one word ("twenty" and "one" are two): its value, and whether the word has other meanings.
struct NumberWord {
    std::int32_t value = 0;
    bool ambiguous = false;
};
std::optional<NumberWord> numberWord(std::string_view word);

/// What a word behind a number multiplies it by, as powers of ten: "million" 6; "billion" 9 or 12.
std::vector<std::int32_t> multiplierPowers(std::string_view word);

/// 1 to 12; 0: no month.
std::int32_t monthOf(std::string_view word);

/// The canonical unit of a sign or word, empty where it is none.
std::string_view unitOf(std::string_view word);

} // namespace app::grounding
