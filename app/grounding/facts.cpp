// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/facts.h"

#include "app/grounding/fact_scanner.h"
#include "inference/unicode/unicode.h"

#include <algorithm>
#include <array>

namespace app::grounding {

namespace {

namespace uni = inference::unicode;

/// How a word is written.
struct Shape {
    bool capital = false; ///< begins with one
    bool marked = false;  ///< has capitals or digits beside letters further on
};

Shape shapeOf(std::string_view word)
{
    Shape shape;
    std::size_t letters = 0;
    std::size_t upper = 0;
    bool digits = false;
    for (std::size_t at = 0; at < word.size();) {
        const uni::Decoded decoded = uni::decodeAt(word, at);
        const uni::Category category = uni::categoryOf(decoded.codePoint);
        const bool isUpper = category == uni::Category::UpperLetter || category == uni::Category::TitleLetter;
        shape.capital = shape.capital || (at == 0 && isUpper);
        letters += uni::isCased(decoded.codePoint) ? 1 : 0;
        upper += isUpper ? 1 : 0;
        digits = digits || category == uni::Category::Number;
        at += std::max<std::uint32_t>(decoded.length, 1);
    }
    shape.marked = letters > 0 && (digits || upper > 1 || (upper == 1 && !shape.capital));
    return shape;
}

bool overlaps(const storage::TextSpan &a, const storage::TextSpan &b)
{
    return a.begin < b.end && b.begin < a.end;
}

/// Between two words of one name: a space or a hyphen, nothing else.
bool joins(std::string_view between)
{
    return between == " " || between == "-" || between.empty() || between == ". " || between == "'";
}

std::vector<NameFact> namesOf(std::string_view sentence, const NormalText &normal, Capitals capitals,
                              const std::vector<DateFact> &dates)
{
    struct Named {
        NameFact name;
        std::size_t words = 0;
        bool marked = false;
        bool opens = false; ///< of one word, the sentence's first
        std::size_t end = 0;
    };
    std::vector<Named> found;
    std::size_t capitalised = 0;
    std::size_t words = 0;
    for (const Word &word : wordsOf(normal)) {
        const storage::TextSpan span = normal.source(word.begin, word.end);
        const std::string_view written = sentence.substr(span.begin, span.end - span.begin);
        const Shape shape = shapeOf(written);
        const bool first = words++ == 0;
        capitalised += shape.capital ? 1 : 0;
        const bool inDate = std::ranges::any_of(dates, [&](const DateFact &date) { return overlaps(date.span, span); });
        if (!(shape.capital || shape.marked) || !word.content || inDate) {
            continue;
        }
        const bool follows =
            !found.empty() && shape.capital && found.back().end <= word.begin &&
            joins(std::string_view(normal.text).substr(found.back().end, word.begin - found.back().end));
        if (!follows) {
            found.push_back({.name = {.span = span, .keys = {}}, .words = 0, .marked = false, .opens = first});
        }
        Named &named = found.back();
        named.name.span.end = span.end;
        named.name.keys.push_back(word.key);
        named.words += 1;
        named.marked = named.marked || shape.marked;
        named.opens = named.opens && named.words == 1;
        named.end = word.end;
    }
    std::vector<NameFact> names;
    // A title, a line in capitals: their form says nothing.
    if (words > 2 && capitalised == words) {
        return names;
    }
    for (Named &named : found) {
        const bool isName = named.marked || (named.words > 1 && !(capitals == Capitals::Nouns && named.opens)) ||
                            (capitals == Capitals::Names && !named.opens);
        if (isName) {
            names.push_back(std::move(named.name));
        }
    }
    return names;
}

bool agrees(const Day &claim, const Day &offer)
{
    const auto same = [](std::int32_t wanted, std::int32_t there) { return wanted == 0 || wanted == there; };
    return same(claim.year, offer.year) && same(claim.month, offer.month) && same(claim.day, offer.day);
}

bool hasNumber(const Facts &offers, std::string_view reading)
{
    return std::ranges::any_of(offers.numbers, [reading](const NumberFact &number) {
        return std::ranges::find(number.readings, reading) != number.readings.end();
    });
}

} // namespace

Capitals capitalsOf(std::string_view text)
{
    constexpr auto kGerman = std::to_array<std::string_view>(
        {"der",  "und", "ist",  "nicht", "ein",   "eine",   "mit",  "von", "zu",   "den",
         "dem",  "im",  "auf",  "fur",   "wird",  "werden", "sind", "bei", "nach", "kann",
         "kein", "das", "sich", "des",   "einen", "einer",  "auch", "zum"});
    std::size_t hits = 0;
    std::size_t all = 0;
    for (const Word &word : wordsOf(normalized(text))) {
        ++all;
        hits += std::ranges::find(kGerman, word.key) != kGerman.end() ? 1 : 0;
    }
    return hits > 0 && hits * 10 >= all ? Capitals::Nouns : Capitals::Names;
}

Facts claimsOf(std::string_view sentence, Capitals capitals)
{
    const NormalText normal = normalized(sentence);
    Facts facts = FactScanner(normal, FactScanner::For::Claims).scan();
    facts.names = namesOf(sentence, normal, capitals, facts.dates);
    return facts;
}

Facts offersOf(std::string_view text)
{
    // Cells of a row: "12" beside "140" is no 12 140.
    std::string cells(text);
    std::ranges::replace(cells, '\t', '|');
    return FactScanner(normalized(cells), FactScanner::For::Offers).scan();
}

bool isOffered(const NumberFact &claim, const Facts &offers)
{
    return std::ranges::any_of(offers.numbers, [&claim](const NumberFact &offer) {
        const bool units = claim.unit.empty() || offer.unit.empty() || claim.unit == offer.unit;
        return units && std::ranges::any_of(claim.readings, [&offer](const std::string &reading) {
                   return std::ranges::find(offer.readings, reading) != offer.readings.end();
               });
    });
}

bool isOffered(const DateFact &claim, const Facts &offers)
{
    const auto offered = [&offers](const Day &day) {
        return std::ranges::any_of(offers.dates, [&day](const DateFact &date) {
            return std::ranges::any_of(date.readings, [&day](const Day &offer) { return agrees(day, offer); });
        });
    };
    return std::ranges::any_of(claim.readings, [&](const Day &day) {
        const Day withoutYear{.year = 0, .month = day.month, .day = day.day};
        return offered(day) || (day.year != 0 && hasNumber(offers, std::to_string(day.year)) &&
                                std::ranges::any_of(offers.dates, [&withoutYear](const DateFact &date) {
                                    return std::ranges::find(date.readings, withoutYear) != date.readings.end();
                                }));
    });
}

} // namespace app::grounding
