// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/number_format.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace app::extraction {

namespace {

constexpr std::size_t kLongestCode = 255;

// A piece of a format: a run of one letter, or text that is shown as it is.
struct Token {
    char kind = 0; ///< the letter in lower case; 't' with elapsed: [h]; 'L': literal; 'A': AM/PM
    std::size_t count = 0;
    bool elapsed = false;
    std::string text = {};
};

char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter | 0x20) : letter;
}

bool startsLike(std::string_view text, std::string_view with)
{
    return text.size() >= with.size() && std::ranges::equal(text.substr(0, with.size()), with, {}, &lower, &lower);
}

// Splits at the semicolons that stand outside of quotes and brackets.
std::vector<std::string_view> sectionsOf(std::string_view code)
{
    std::vector<std::string_view> sections;
    std::size_t begin = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (code[i] == '\\') {
            ++i;
        } else if (code[i] == '"') {
            quoted = !quoted;
        } else if (code[i] == ';' && !quoted) {
            sections.push_back(code.substr(begin, i - begin));
            begin = i + 1;
        }
    }
    sections.push_back(code.substr(begin));
    return sections;
}

// What stands in brackets: a currency, a colour, a condition, or time that runs on.
Token bracketToken(std::string_view inside)
{
    if (inside.starts_with('$')) {
        const std::string_view sign = inside.substr(1, inside.find('-') - 1);
        return {.kind = 'L', .text = std::string(sign)};
    }
    const char letter = inside.empty() ? '\0' : lower(inside[0]);
    if ((letter == 'h' || letter == 'm' || letter == 's') &&
        std::ranges::all_of(inside, [&](char one) { return lower(one) == letter; }))
        return {.kind = letter, .count = inside.size(), .elapsed = true};
    return {.kind = 'L'};
}

std::vector<Token> tokensOf(std::string_view code)
{
    std::vector<Token> tokens;
    for (std::size_t i = 0; i < code.size();) {
        const char letter = code[i];
        const std::string_view rest = code.substr(i);
        if (letter == '"') {
            const std::size_t end = std::min(code.find('"', i + 1), code.size());
            tokens.push_back({.kind = 'L', .text = std::string(code.substr(i + 1, end - i - 1))});
            i = end + 1;
        } else if (letter == '\\') {
            if (i + 1 < code.size())
                tokens.push_back({.kind = 'L', .text = std::string(1, code[i + 1])});
            i += 2;
        } else if (letter == '[') {
            const std::size_t end = std::min(code.find(']', i), code.size());
            tokens.push_back(bracketToken(code.substr(i + 1, end - i - 1)));
            i = end + 1;
        } else if (letter == '_' || letter == '*') { // as wide as a letter; filled with a letter
            if (letter == '_')
                tokens.push_back({.kind = 'L', .text = " "});
            i += 2;
        } else if (startsLike(rest, "AM/PM")) {
            tokens.push_back({.kind = 'A', .count = 2});
            i += 5;
        } else if (startsLike(rest, "A/P")) {
            tokens.push_back({.kind = 'A', .count = 1});
            i += 3;
        } else if (startsLike(rest, "General")) {
            tokens.push_back({.kind = 'g'});
            i += 7;
        } else if ((lower(letter) == 'e') && i + 1 < code.size() && (code[i + 1] == '+' || code[i + 1] == '-')) {
            tokens.push_back({.kind = 'E'});
            i += 2;
        } else if (std::string_view("ymdhs").contains(lower(letter))) {
            std::size_t end = i;
            while (end < code.size() && lower(code[end]) == lower(letter))
                ++end;
            tokens.push_back({.kind = lower(letter), .count = end - i});
            i = end;
        } else if (std::string_view("0#?.,%@/").contains(letter)) {
            tokens.push_back({.kind = letter, .count = 1});
            ++i;
        } else {
            tokens.push_back({.kind = 'L', .text = std::string(1, letter)});
            ++i;
        }
    }
    return tokens;
}

bool isDate(const std::vector<Token> &tokens)
{
    return std::ranges::any_of(tokens,
                               [](const Token &token) { return std::string_view("ymdhs").contains(token.kind); });
}

std::string padded(std::int64_t value, std::size_t digits)
{
    std::string text = std::to_string(value);
    if (text.size() < digits)
        text.insert(0, digits - text.size(), '0');
    return text;
}

std::string fixed(double value, int decimals)
{
    std::array<char, 400> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return {text.data(), static_cast<std::size_t>(std::clamp(size, 0, static_cast<int>(text.size()) - 1))};
}

struct Moment {
    std::chrono::year_month_day date;
    unsigned weekday = 0; ///< from Sunday
    std::int64_t seconds = 0;
    double fraction = 0;     ///< of a second
    double totalSeconds = 0; ///< since the epoch
};

Moment momentOf(double serial, bool from1904)
{
    using namespace std::chrono;
    double days = std::floor(serial);
    // A moment that a number cannot hold exactly: rounded to the millisecond.
    double millis = std::round((serial - days) * 86'400'000.0);
    if (millis >= 86'400'000.0) {
        days += 1;
        millis = 0;
    }
    const auto day = static_cast<int>(days);
    // The calendar of 1900 has a 29th of February that never was: days after it count one more.
    const sys_days epoch = from1904   ? sys_days(year(1904) / January / 1)
                           : day < 60 ? sys_days(year(1899) / December / 31)
                                      : sys_days(year(1899) / December / 30);
    const sys_days date = epoch + std::chrono::days(day);
    Moment moment;
    moment.date = date;
    moment.weekday = weekday(date).c_encoding();
    moment.seconds = static_cast<std::int64_t>(millis / 1000);
    moment.fraction = (millis - static_cast<double>(moment.seconds) * 1000) / 1000;
    moment.totalSeconds = days * 86'400.0 + millis / 1000;
    return moment;
}

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

std::string dayText(const Moment &moment, std::size_t count)
{
    if (count >= 3)
        return std::string(count == 3 ? kDays[moment.weekday].substr(0, 3) : kDays[moment.weekday]);
    return padded(unsigned(moment.date.day()), count);
}

std::string monthText(const Moment &moment, std::size_t count)
{
    const unsigned month = unsigned(moment.date.month());
    if (count >= 3)
        return std::string(count == 3 ? kMonths[month - 1].substr(0, 3) : kMonths[month - 1]);
    return padded(month, count);
}

std::string formatDate(double serial, const std::vector<Token> &tokens, bool from1904)
{
    const Moment moment = momentOf(serial, from1904);
    const bool halves = std::ranges::contains(tokens, 'A', &Token::kind);
    const std::int64_t hour = moment.seconds / 3600;
    std::string text;
    char before = 0; // the last part of a date or a time
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token &token = tokens[i];
        const auto nextPart =
            std::find_if(tokens.begin() + static_cast<std::ptrdiff_t>(i) + 1, tokens.end(),
                         [](const Token &one) { return std::string_view("ymdhs").contains(one.kind); });
        const bool minutes =
            token.kind == 'm' && (before == 'h' || (nextPart != tokens.end() && nextPart->kind == 's'));
        if (token.elapsed) {
            const double unit = token.kind == 'h' ? 3600 : token.kind == 'm' ? 60 : 1;
            text += padded(static_cast<std::int64_t>(moment.totalSeconds / unit), token.count);
        } else if (token.kind == 'y') {
            const int year = int(moment.date.year());
            text += token.count > 2 ? std::to_string(year) : padded(year % 100, 2);
        } else if (minutes) {
            text += padded(moment.seconds / 60 % 60, token.count);
        } else if (token.kind == 'm') {
            text += monthText(moment, token.count);
        } else if (token.kind == 'd') {
            text += dayText(moment, token.count);
        } else if (token.kind == 'h') {
            text += padded(halves ? (hour + 11) % 12 + 1 : hour, token.count);
        } else if (token.kind == 's') {
            text += padded(moment.seconds % 60, token.count);
        } else if (token.kind == 'A') {
            text += std::string_view(hour < 12 ? "AM" : "PM").substr(0, token.count);
        } else if (token.kind == '.' && i + 1 < tokens.size() && tokens[i + 1].kind == '0') {
            std::size_t digits = 0;
            while (i + 1 < tokens.size() && tokens[i + 1].kind == '0') {
                ++digits;
                ++i;
            }
            text +=
                fixed(std::min(moment.fraction, 0.999), static_cast<int>(std::min<std::size_t>(digits, 3))).substr(1);
        } else if (token.kind == 'L') {
            text += token.text;
        } else if (token.kind == '/' || token.kind == '.' || token.kind == ',') {
            text += token.kind;
        }
        if (std::string_view("ymdhs").contains(token.kind))
            before = token.kind;
    }
    return text;
}

void groupThousands(std::string &digits)
{
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, 1, ',');
    }
}

// How digits, points and commas of a section arrange a number.
struct Picture {
    int decimals = 0;
    int leastDecimals = 0;
    int leastDigits = 0;
    int exponentDigits = 0;
    int percent = 0;
    int thousandths = 0; ///< commas behind the last digit
    bool grouped = false;
    bool digits = false;
    bool scientific = false;
    bool fraction = false;
};

Picture pictureOf(const std::vector<Token> &tokens)
{
    Picture picture;
    bool point = false;
    for (const Token &token : tokens) {
        const bool digit = token.kind == '0' || token.kind == '#' || token.kind == '?';
        if (token.kind == '.') {
            point = true;
        } else if (token.kind == 'E') {
            picture.scientific = true;
        } else if (digit && picture.scientific) {
            ++picture.exponentDigits;
        } else if (digit) {
            picture.digits = true;
            if (picture.thousandths > 0) {
                picture.grouped = true;
                picture.thousandths = 0;
            }
            if (point) {
                ++picture.decimals;
                if (token.kind == '0')
                    picture.leastDecimals = picture.decimals;
            } else if (token.kind == '0') {
                ++picture.leastDigits;
            }
        } else if (token.kind == ',' && picture.digits) {
            ++picture.thousandths;
        } else if (token.kind == '%') {
            ++picture.percent;
        } else if (token.kind == '/' && picture.digits) {
            picture.fraction = true;
        }
    }
    return picture;
}

std::string digitsOf(double value, const Picture &picture)
{
    if (picture.scientific) {
        const int exponent = value == 0 ? 0 : static_cast<int>(std::floor(std::log10(value)));
        double mantissa = value / std::pow(10.0, exponent);
        int shown = exponent;
        std::string text = fixed(mantissa, picture.decimals);
        if (text.starts_with("10")) {
            ++shown;
            mantissa /= 10;
            text = fixed(mantissa, picture.decimals);
        }
        return text + (shown < 0 ? "E-" : "E+") +
               padded(std::abs(shown), static_cast<std::size_t>(std::max(picture.exponentDigits, 1)));
    }
    const std::string text = fixed(value, picture.decimals);
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string whole = text.substr(0, point);
    std::string decimals = point < text.size() ? text.substr(point + 1) : std::string();
    while (decimals.size() > static_cast<std::size_t>(picture.leastDecimals) && decimals.ends_with('0'))
        decimals.pop_back();
    if (whole == "0" && picture.leastDigits == 0)
        whole.clear();
    if (whole.size() < static_cast<std::size_t>(picture.leastDigits))
        whole.insert(0, static_cast<std::size_t>(picture.leastDigits) - whole.size(), '0');
    if (picture.grouped)
        groupThousands(whole);
    return decimals.empty() && picture.leastDecimals == 0 ? whole : whole + '.' + decimals;
}

std::string formatNumberSection(double value, const std::vector<Token> &tokens)
{
    const Picture picture = pictureOf(tokens);
    const double scaled =
        value * std::pow(100.0, std::min(picture.percent, 3)) / std::pow(1000.0, std::min(picture.thousandths, 5));
    std::string text;
    bool placed = false;
    for (const Token &token : tokens) {
        if (token.kind == 'L') {
            text += token.text;
        } else if (token.kind == '%') {
            text += '%';
        } else if (token.kind == 'g') {
            text += plainNumber(value);
        } else if (!placed && picture.digits && token.kind != '@') {
            text += picture.fraction ? plainNumber(scaled) : digitsOf(scaled, picture);
            placed = true;
        }
    }
    return text;
}

std::string trimmed(std::string text)
{
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    return text;
}

} // namespace

std::string_view builtinNumberFormat(int id)
{
    switch (id) {
    case 1:
        return "0";
    case 2:
        return "0.00";
    case 3:
        return "#,##0";
    case 4:
        return "#,##0.00";
    case 9:
        return "0%";
    case 10:
        return "0.00%";
    case 11:
    case 48:
        return "0.00E+00";
    case 12:
    case 13:
        return "# ?/?";
    case 15:
        return "d-mmm-yy";
    case 16:
        return "d-mmm";
    case 17:
        return "mmm-yy";
    case 18:
        return "h:mm AM/PM";
    case 19:
        return "h:mm:ss AM/PM";
    case 20:
        return "h:mm";
    case 21:
        return "h:mm:ss";
    case 22:
        return "yyyy-mm-dd h:mm";
    case 37:
    case 38:
        return "#,##0;-#,##0";
    case 39:
    case 40:
    case 43:
        return "#,##0.00;-#,##0.00";
    case 45:
        return "mm:ss";
    case 46:
        return "[h]:mm:ss";
    case 47:
        return "mm:ss.0";
    case 49:
        return "@";
    default:
        return id == 14 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58) ? "yyyy-mm-dd" : "";
    }
}

std::string plainNumber(double value)
{
    std::array<char, 64> text{};
    const int size = std::snprintf(text.data(), text.size(), "%.15g", value);
    return {text.data(), static_cast<std::size_t>(std::max(size, 0))};
}

std::string formatCell(double value, std::string_view code, bool from1904)
{
    if (!std::isfinite(value))
        return {};
    if (code.empty() || code.size() > kLongestCode || startsLike(code, "General"))
        return plainNumber(value);
    const auto sections = sectionsOf(code);
    std::size_t chosen = 0;
    if (value < 0 && sections.size() > 1) {
        chosen = 1;
    } else if (value == 0 && sections.size() > 2) {
        chosen = 2;
    }
    const auto tokens = tokensOf(sections[chosen]);
    if (isDate(tokens)) {
        constexpr double kLastDay = 2'958'466; // 10000-01-01
        return value < 0 || value >= kLastDay ? plainNumber(value) : trimmed(formatDate(value, tokens, from1904));
    }
    if (std::ranges::contains(tokens, '@', &Token::kind) || std::abs(value) > 1e300)
        return plainNumber(value);
    // The second section says itself how less than nothing looks.
    const bool sign = value < 0 && chosen == 0;
    const std::string text = formatNumberSection(std::abs(value), tokens);
    return trimmed(sign && !text.empty() ? "-" + text : text);
}

} // namespace app::extraction
