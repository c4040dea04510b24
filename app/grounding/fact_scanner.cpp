// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/fact_scanner.h"

#include "app/grounding/number_words.h"
#include "inference/unicode/unicode.h"

#include <algorithm>
#include <array>

namespace app::grounding {

namespace {

namespace uni = inference::unicode;

constexpr std::size_t kMostDigits = 40;

bool isDigit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/// Decimal of `whole`.`fraction` times ten to a power, in the one form that numbers are compared in.
std::string decimal(bool negative, std::string whole, std::string fraction, std::int32_t power)
{
    for (; power > 0; --power) {
        whole += fraction.empty() ? '0' : fraction.front();
        if (!fraction.empty()) {
            fraction.erase(0, 1);
        }
    }
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    fraction.erase(fraction.find_last_not_of('0') + 1);
    if (whole.empty()) {
        whole = "0";
    }
    std::string text = negative ? "-" : "";
    text += whole;
    if (!fraction.empty()) {
        text += '.' + fraction;
    }
    return text;
}

std::string scaled(const std::string &reading, std::int32_t power)
{
    const bool negative = reading.starts_with('-');
    const std::string plain = reading.substr(negative ? 1 : 0);
    const std::size_t point = plain.find('.');
    return decimal(negative, plain.substr(0, point), point == std::string::npos ? "" : plain.substr(point + 1), power);
}

bool isDay(std::int32_t day)
{
    return day >= 1 && day <= 31;
}

bool isMonth(std::int32_t month)
{
    return month >= 1 && month <= 12;
}

bool isYear(std::int32_t year)
{
    return year >= 1000 && year <= 2999;
}

/// The value of a Chinese numeral ("三百二十"), 0 to 9,999; nothing for a lone digit, which is mostly a word's part.
std::optional<std::int32_t> chineseNumber(std::u32string_view numeral)
{
    constexpr std::u32string_view kDigits = U"零一二三四五六七八九";
    std::int32_t total = 0;
    std::int32_t digit = 0;
    for (const char32_t character : numeral) {
        const std::size_t value = character == U'两' ? 2 : character == U'〇' ? 0 : kDigits.find(character);
        const std::int32_t unit = character == U'十' ? 10 : character == U'百' ? 100 : character == U'千' ? 1000 : 0;
        if (unit > 0) {
            total += (digit == 0 ? 1 : digit) * unit;
            digit = 0;
        } else if (value != std::u32string_view::npos) {
            digit = static_cast<std::int32_t>(value);
        }
    }
    return total + digit;
}

bool isChineseNumeral(char32_t code)
{
    return std::u32string_view(U"零〇一二两三四五六七八九十百千").contains(code);
}

} // namespace

Facts FactScanner::scan()
{
    while (m_at < m_text.size()) {
        const uni::Decoded decoded = uni::decodeAt(m_text, m_at);
        if (isDigit(m_text[m_at])) {
            scanDigits();
        } else if (isChineseNumeral(decoded.codePoint)) {
            std::u32string numeral;
            const std::size_t begin = m_at;
            for (uni::Decoded part = decoded; isChineseNumeral(part.codePoint); part = uni::decodeAt(m_text, m_at)) {
                numeral += part.codePoint;
                m_at += part.length;
            }
            if (m_purpose == For::Offers) {
                const std::size_t end = m_at;
                m_at = begin;
                takeNumber({end, {std::to_string(chineseNumber(numeral).value_or(0))}}, true);
            }
        } else if (uni::isLetter(uni::categoryOf(decoded.codePoint))) {
            scanWord();
        } else {
            m_at += std::max<std::uint32_t>(decoded.length, 1);
        }
    }
    return std::move(m_facts);
}

bool FactScanner::letterBefore(std::size_t at) const
{
    while (at > 0 && (static_cast<unsigned char>(m_text[at - 1]) & 0xc0U) == 0x80U) {
        --at;
    }
    return at > 0 && uni::isCased(uni::decodeAt(m_text, at - 1).codePoint);
}

void FactScanner::scanDigits()
{
    if (letterBefore(m_at)) { // a part of a name: "B12"
        while (m_at < m_text.size() && isDigit(m_text[m_at])) {
            ++m_at;
        }
        return;
    }
    if (!takeChineseDate() && !takeNumericDate() && !takeDayAndMonth()) {
        takeNumber(digitsAt(m_at), false);
    }
}

void FactScanner::scanWord()
{
    if (takeMonthFirst()) {
        return;
    }
    std::size_t end = m_at;
    const std::string word = wordAt(end);
    if (end == m_at) { // a mark or a sign without a word
        m_at += std::max<std::uint32_t>(uni::decodeAt(m_text, m_at).length, 1);
        return;
    }
    if (const auto number = numberWord(word); number && (m_purpose == For::Offers || !number->ambiguous)) {
        takeNumber({end, {std::to_string(number->value)}}, true);
        return;
    }
    m_at = end;
}

bool FactScanner::take(std::size_t &at, std::string_view expected) const
{
    if (!m_text.substr(std::min(at, m_text.size())).starts_with(expected)) {
        return false;
    }
    at += expected.size();
    return true;
}

std::optional<std::int32_t> FactScanner::integerAt(std::size_t &at, std::size_t mostDigits) const
{
    std::size_t end = at;
    std::int32_t value = 0;
    while (end < m_text.size() && isDigit(m_text[end])) {
        if (end - at == mostDigits) {
            return std::nullopt;
        }
        value = value * 10 + (m_text[end] - '0');
        ++end;
    }
    if (end == at) {
        return std::nullopt;
    }
    at = end;
    return value;
}

std::string FactScanner::wordAt(std::size_t &at) const
{
    std::string word;
    while (at < m_text.size()) {
        const uni::Decoded decoded = uni::decodeAt(m_text, at);
        const uni::Category category = uni::categoryOf(decoded.codePoint);
        if (category == uni::Category::Mark) {
            at += decoded.length;
            continue;
        }
        // Scripts without spaces: one character is enough of a word here.
        const bool spaced = uni::isCased(decoded.codePoint);
        if (!uni::isLetter(category) || (!spaced && !word.empty())) {
            break;
        }
        word += m_text.substr(at, decoded.length);
        at += decoded.length;
        if (!spaced) {
            break;
        }
    }
    return word;
}

std::vector<std::int32_t> FactScanner::multipliersAt(std::size_t &at) const
{
    std::size_t end = at;
    (void)take(end, " ");
    auto powers = multiplierPowers(wordAt(end));
    if (!powers.empty()) {
        at = end;
        (void)take(at, "."); // "Mio."
    }
    return powers;
}

std::string FactScanner::unitAt(std::size_t &at) const
{
    std::size_t begin = at;
    const bool spaced = take(begin, " ");
    for (const std::string_view sign : {"%", "€", "$", "£"}) {
        std::size_t end = begin;
        if (take(end, sign)) {
            at = end;
            return std::string(unitOf(sign));
        }
    }
    if (std::size_t end = begin; take(end, "°c") || take(end, "°f")) {
        const auto unit = unitOf(m_text.substr(begin, end - begin));
        at = end;
        return std::string(unit);
    }
    std::size_t end = begin;
    const std::string word = wordAt(end);
    std::size_t further = end;
    const std::string second = take(further, " ") || !spaced ? wordAt(further) : std::string();
    const bool perCent = (word == "per" || word == "pour" || word == "por") &&
                         (second == "cent" || second == "ciento" || second == "cien");
    if (perCent) {
        at = further;
        return "%";
    }
    if (const auto unit = unitOf(word + second); !second.empty() && !spaced && !unit.empty()) {
        at = further;
        return std::string(unit);
    }
    if (const auto unit = unitOf(word); !unit.empty()) {
        at = end;
        return std::string(unit);
    }
    return {};
}

std::string FactScanner::unitBefore(std::size_t at) const
{
    const std::string_view before = m_text.substr(0, at);
    for (const std::string_view sign : {"€", "$", "£", "eur", "usd", "gbp", "chf"}) {
        if (before.ends_with(sign) || (before.ends_with(' ') && before.substr(0, at - 1).ends_with(sign))) {
            return std::string(unitOf(sign));
        }
    }
    return before.ends_with("百分之") ? "%" : std::string();
}

FactScanner::Digits FactScanner::digitsAt(std::size_t at) const
{
    std::vector<std::string> groups;
    std::string separators;
    std::size_t end = at;
    std::size_t begin = at;
    bool open = true;
    while (open) {
        while (end < m_text.size() && isDigit(m_text[end]) && end - begin < kMostDigits) {
            ++end;
        }
        groups.emplace_back(m_text.substr(begin, end - begin));
        open = end + 1 < m_text.size() && std::string_view(".,' :").contains(m_text[end]) && isDigit(m_text[end + 1]);
        if (open && m_text[end] == ' ') {
            // Grouped by spaces: three digits, and no more.
            std::size_t group = end + 1;
            const bool three = integerAt(group, 3) && group == end + 4;
            open = three && groups.front().size() <= 3 && separators.find_first_not_of(' ') == std::string::npos;
        }
        if (open) {
            separators += m_text[end];
            begin = ++end;
        }
    }
    const bool negative =
        at > 0 && m_text[at - 1] == '-' && (at == 1 || m_text[at - 2] == ' ' || m_text[at - 2] == '(');
    const auto joined = [&](std::size_t first, std::size_t last) {
        std::string text;
        for (std::size_t i = first; i < last; ++i) {
            text += groups[i];
        }
        return text;
    };
    const auto threes = [&](std::size_t first, std::size_t last) {
        bool all = groups.front().size() <= 3 && groups.front() != "0";
        for (std::size_t i = first; i < last; ++i) {
            all = all && groups[i].size() == 3;
        }
        return all;
    };
    const std::size_t count = groups.size();
    if (count == 1) {
        return {end, {decimal(negative, groups[0], "", 0)}};
    }
    const char last = separators.back();
    const bool uniform = separators.find_first_not_of(last) == std::string::npos;
    const std::string asWritten(m_text.substr(at, end - at));
    if (separators.contains(':')) {
        return {end, {asWritten}};
    }
    if (uniform && count == 2 && (last == '.' || last == ',')) {
        std::vector<std::string> readings{decimal(negative, groups[0], groups[1], 0)};
        if (threes(1, 2)) {
            readings.push_back(decimal(negative, joined(0, 2), "", 0));
        }
        return {end, std::move(readings)};
    }
    if (uniform) {
        if (threes(1, count)) {
            return {end, {decimal(negative, joined(0, count), "", 0)}};
        }
        if (last == ',') { // a list without spaces
            return {at + groups[0].size(), {decimal(negative, groups[0], "", 0)}};
        }
        return {end, {asWritten}}; // a version, an address
    }
    const bool grouped = separators.find_first_not_of(separators.front()) == separators.size() - 1;
    if (grouped && (last == '.' || last == ',') && threes(1, count - 1)) {
        return {end, {decimal(negative, joined(0, count - 1), groups.back(), 0)}};
    }
    return {end, {asWritten}};
}

void FactScanner::takeNumber(Digits digits, bool spelled)
{
    std::size_t end = digits.end;
    const std::size_t begin = m_at;
    if (const auto powers = multipliersAt(end); !powers.empty()) {
        std::vector<std::string> readings;
        for (const std::string &reading : digits.readings) {
            for (const std::int32_t power : powers) {
                readings.push_back(scaled(reading, power));
            }
        }
        digits.readings = std::move(readings);
    }
    NumberFact fact{.span = {}, .readings = std::move(digits.readings), .unit = unitAt(end), .spelled = spelled};
    if (fact.unit.empty()) {
        fact.unit = unitBefore(begin);
    }
    fact.span = m_normal.source(begin, end);
    m_facts.numbers.push_back(std::move(fact));
    m_at = end;
}

void FactScanner::addDate(std::size_t end, std::vector<Day> readings)
{
    const storage::TextSpan span = m_normal.source(m_at, end);
    if (m_purpose == For::Offers && readings.front().year != 0) {
        m_facts.numbers.push_back({.span = span, .readings = {std::to_string(readings.front().year)}, .unit = {}});
    }
    m_facts.dates.push_back({span, std::move(readings)});
    m_at = end;
}

bool FactScanner::takeNumericDate()
{
    std::size_t at = m_at;
    const auto first = integerAt(at, 4);
    if (!first || at >= m_text.size() || !std::string_view("-./").contains(m_text[at])) {
        return false;
    }
    const std::string_view separator = m_text.substr(at, 1);
    const bool yearFirst = at - m_at == 4;
    if (!take(at, separator)) {
        return false;
    }
    const auto second = integerAt(at, 2);
    if (!second || !take(at, separator)) {
        return false;
    }
    const std::size_t thirdBegin = at;
    const auto third = integerAt(at, 4);
    const bool continues = at < m_text.size() && (isDigit(m_text[at]) || m_text.substr(at).starts_with(separator)) &&
                           at + 1 < m_text.size() && isDigit(m_text[at + 1]);
    if (!third || continues) {
        return false;
    }
    std::vector<Day> readings;
    const auto add = [&readings](std::int32_t year, std::int32_t month, std::int32_t day) {
        if (isYear(year) && isMonth(month) && isDay(day)) {
            readings.push_back({year, month, day});
        }
    };
    if (yearFirst) {
        add(*first, *second, *third);
    } else if (at - thirdBegin == 4) {
        add(*third, *second, *first);
        if (separator == "/" && *first != *second) {
            add(*third, *first, *second);
        }
    }
    if (readings.empty()) {
        return false;
    }
    addDate(at, std::move(readings));
    return true;
}

bool FactScanner::takeDayAndMonth()
{
    std::size_t at = m_at;
    const auto day = integerAt(at, 2);
    if (!day || !isDay(*day)) {
        return false;
    }
    for (const std::string_view ending : {"st", "nd", "rd", "th", "er", "."}) {
        if (take(at, ending)) {
            break;
        }
    }
    if (!take(at, " ")) {
        return false;
    }
    (void)(take(at, "de ") || take(at, "of "));
    const std::int32_t month = monthOf(wordAt(at));
    if (month == 0) {
        return false;
    }
    std::size_t further = at;
    (void)take(further, ".");
    (void)take(further, ",");
    (void)take(further, " ");
    (void)(take(further, "de ") || take(further, "of ") || take(further, "del "));
    const auto year = integerAt(further, 4);
    const bool hasYear = year && isYear(*year);
    addDate(hasYear ? further : at, {{hasYear ? *year : 0, month, *day}});
    return true;
}

bool FactScanner::takeMonthFirst()
{
    std::size_t at = m_at;
    const std::int32_t month = monthOf(wordAt(at));
    if (month == 0) {
        return false;
    }
    (void)take(at, ".");
    if (!take(at, " ")) {
        return false;
    }
    (void)(take(at, "de ") || take(at, "of ") || take(at, "del "));
    std::size_t end = at;
    const auto number = integerAt(end, 4);
    if (!number || (end < m_text.size() && std::string_view(".,:").contains(m_text[end]) && end + 1 < m_text.size() &&
                    isDigit(m_text[end + 1]))) {
        return false;
    }
    if (isYear(*number)) {
        addDate(end, {{*number, month, 0}});
        return true;
    }
    if (!isDay(*number)) {
        return false;
    }
    for (const std::string_view ending : {"st", "nd", "rd", "th"}) {
        if (take(end, ending)) {
            break;
        }
    }
    std::size_t further = end;
    (void)take(further, ",");
    (void)take(further, " ");
    const auto year = integerAt(further, 4);
    const bool hasYear = year && isYear(*year);
    addDate(hasYear ? further : end, {{hasYear ? *year : 0, month, *number}});
    return true;
}

bool FactScanner::takeChineseDate()
{
    std::size_t at = m_at;
    const auto first = integerAt(at, 4);
    if (!first) {
        return false;
    }
    std::int32_t year = 0;
    std::optional<std::int32_t> month = first;
    if (isYear(*first) && take(at, "年")) {
        year = *first;
        month = integerAt(at, 2);
    }
    if (!month || !isMonth(*month) || !take(at, "月")) {
        return false;
    }
    std::size_t further = at;
    const auto day = integerAt(further, 2);
    const bool hasDay = day && isDay(*day) && (take(further, "日") || take(further, "号"));
    if (!hasDay && year == 0) {
        return false;
    }
    addDate(hasDay ? further : at, {{year, *month, hasDay ? *day : 0}});
    return true;
}

} // namespace app::grounding
