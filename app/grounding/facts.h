// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What of a sentence can be looked up literally: numbers with their units, dates, names. Pure functions; English,
// German, French, Spanish and Chinese forms.
#pragma once

#include "app/grounding/normal_text.h"
#include "storage/sentences.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace app::grounding {

/// A number as written, with everything that it may mean: "1.234" is 1.234 to one reader and 1234 to another.
struct NumberFact {
    storage::TextSpan span;            ///< in the text, its unit included
    std::vector<std::string> readings; ///< decimal, point, no zeros that say nothing: "-0.5", "1000"
    std::string unit;                  ///< canonical: "%", "EUR", "km", "d"; empty: none that is known
    bool spelled = false;              ///< in letters
};

/// A day, or what is said of one; 0: not said.
struct Day {
    std::int32_t year = 0;
    std::int32_t month = 0;
    std::int32_t day = 0;
    bool operator==(const Day &) const = default;
};

struct DateFact {
    storage::TextSpan span;
    std::vector<Day> readings; ///< "3/5/2021" is in May to one reader and in March to another
};

/// A name: words that begin with capitals or are written with capitals or digits inside.
struct NameFact {
    storage::TextSpan span;
    std::vector<std::string> keys; ///< of its words, see Word
};

struct Facts {
    std::vector<NumberFact> numbers; ///< but those in dates
    std::vector<DateFact> dates;
    std::vector<NameFact> names;
    [[nodiscard]] bool empty() const { return numbers.empty() && dates.empty() && names.empty(); }
};

/// What begins with a capital in a text: names, or all nouns, as in German.
enum class Capitals : std::uint8_t { Names, Nouns };
Capitals capitalsOf(std::string_view text);

/// The facts that a sentence claims. Words that are numbers in one language and something else in another ("once",
/// "neuf", "one") are no claims. Where every noun has a capital, only names of several words, or with capitals or
/// digits inside, are names; the first word of a sentence is one only if it has such.
Facts claimsOf(std::string_view sentence, Capitals capitals);

/// What a text has to offer to claims: all numbers, those in dates and such in words too, and all dates. No names. A
/// tab parts what stands before it from what stands behind it.
Facts offersOf(std::string_view text);

/// Whether one of the offered facts is the claimed one: a reading in common, and no other unit.
bool isOffered(const NumberFact &claim, const Facts &offers);
/// A date is offered by one that says at least as much, or by the day and the year apart.
bool isOffered(const DateFact &claim, const Facts &offers);

} // namespace app::grounding
