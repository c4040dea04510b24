// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/template/date_format.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace inference::templates {

namespace {

constexpr std::array<std::string_view, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};

struct Moment {
    std::int64_t year = 1970;
    unsigned month = 1;
    unsigned day = 1;
    unsigned weekday = 0;
    unsigned dayOfYear = 1;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
};

Moment momentOf(std::int64_t seconds)
{
    using namespace std::chrono;
    constexpr std::int64_t firstSecond = -62'135'596'800; // 0001-01-01
    constexpr std::int64_t lastSecond = 253'402'300'799;  // 9999-12-31
    const sys_seconds time{std::chrono::seconds{std::clamp(seconds, firstSecond, lastSecond)}};
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    return {.year = static_cast<int>(date.year()),
            .month = static_cast<unsigned>(date.month()),
            .day = static_cast<unsigned>(date.day()),
            .weekday = weekday{day}.c_encoding(),
            .dayOfYear = static_cast<unsigned>((day - sys_days{date.year() / January / 1}).count()) + 1,
            .hour = static_cast<unsigned>(clock.hours().count()),
            .minute = static_cast<unsigned>(clock.minutes().count()),
            .second = static_cast<unsigned>(clock.seconds().count())};
}

std::string padded(std::int64_t value, std::size_t width, char fill)
{
    std::string digits = std::to_string(value);
    if (fill != 0 && digits.size() < width)
        digits.insert(0, width - digits.size(), fill);
    return digits;
}

std::optional<std::string> convert(char conversion, char fill, const Moment &m)
{
    const unsigned hour12 = m.hour % 12 == 0 ? 12 : m.hour % 12;
    switch (conversion) {
    case 'a':
        return std::string(weekdays[m.weekday].substr(0, 3));
    case 'A':
        return std::string(weekdays[m.weekday]);
    case 'b':
        return std::string(months[m.month - 1].substr(0, 3));
    case 'B':
        return std::string(months[m.month - 1]);
    case 'd':
        return padded(m.day, 2, fill);
    case 'e':
        return padded(m.day, 2, fill == 0 ? char{0} : ' ');
    case 'F':
        return padded(m.year, 1, '0') + "-" + padded(m.month, 2, '0') + "-" + padded(m.day, 2, '0');
    case 'H':
        return padded(m.hour, 2, fill);
    case 'I':
        return padded(hour12, 2, fill);
    case 'j':
        return padded(m.dayOfYear, 3, fill);
    case 'm':
        return padded(m.month, 2, fill);
    case 'M':
        return padded(m.minute, 2, fill);
    case 'p':
        return m.hour < 12 ? "AM" : "PM";
    case 'S':
        return padded(m.second, 2, fill);
    case 'T':
        return padded(m.hour, 2, '0') + ":" + padded(m.minute, 2, '0') + ":" + padded(m.second, 2, '0');
    case 'y':
        return padded(m.year % 100, 2, fill);
    case 'Y':
        return padded(m.year, 1, fill);
    case 'Z':
        return "UTC";
    case '%':
        return "%";
    default:
        return std::nullopt;
    }
}

} // namespace

std::optional<std::string> formatDate(std::string_view format, std::int64_t seconds)
{
    const Moment moment = momentOf(seconds);
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            out.push_back(format[i]);
            continue;
        }
        char fill = '0';
        ++i;
        if (i < format.size() && format[i] == '-') {
            fill = 0;
            ++i;
        }
        const auto converted = i < format.size() ? convert(format[i], fill, moment) : std::nullopt;
        if (!converted)
            return std::nullopt;
        out += *converted;
    }
    return out;
}

} // namespace inference::templates
