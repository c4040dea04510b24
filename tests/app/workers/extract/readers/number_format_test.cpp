// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/extract/readers/number_format.h"

#include <catch2/catch_test_macros.hpp>

using namespace app::extraction;

TEST_CASE("numbers look as their format says")
{
    struct Case {
        double value;
        const char *code;
        const char *expected;
    };
    constexpr Case kCases[] = {
        {0.1, "", "0.1"},
        {0.1 + 0.2, "General", "0.3"},
        {1234567.891, "#,##0.00", "1,234,567.89"},
        {-1234.5, "#,##0.00", "-1,234.50"},
        {-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"},
        {0, "#,##0;-#,##0;\"none\"", "none"},
        {0.256, "0%", "26%"},
        {0.5, "#.##", ".5"},
        {2, "#.##", "2"},
        {2, "0.0#", "2.0"},
        {7, "000", "007"},
        {12, "\"No. \"0", "No. 12"},
        {9.5, "[$€-407] #,##0.00", "€ 9.50"},
        {9.5, "[Red]0.0 \\k\\g", "9.5 kg"},
        {1500000, "0.0,,\"M\"", "1.5M"},
        {12345, "0.00E+00", "1.23E+04"},
        {0.00099999, "0.0E+0", "1.0E-3"},
        {5, "@", "5"},
        {0.5, "# ?/?", "0.5"},
        {1e20, "0", "100000000000000000000"},
        {-5, "0", "-5"},
        {3, "_-* #,##0_-", "3"},
    };
    for (const Case &one : kCases) {
        INFO(one.value << " as " << one.code);
        CHECK(formatCell(one.value, one.code, false) == one.expected);
    }
}

TEST_CASE("days and times look as their format says")
{
    struct Case {
        double value;
        const char *code;
        const char *expected;
        bool from1904 = false;
    };
    constexpr Case kCases[] = {
        {45292, "yyyy-mm-dd", "2024-01-01"},
        {1, "yyyy-mm-dd", "1900-01-01"},
        {59, "yyyy-mm-dd", "1900-02-28"},
        {61, "yyyy-mm-dd", "1900-03-01"},
        {0, "yyyy-mm-dd", "1904-01-01", true},
        {45292.75, "d. mmmm yyyy h:mm", "1. January 2024 18:00"},
        {45292.75, "h:mm AM/PM", "6:00 PM"},
        {45292.5, "ddd d-mmm-yy", "Mon 1-Jan-24"},
        {1.5, "[h]:mm:ss", "36:00:00"},
        {0.000011574074, "mm:ss.000", "00:01.000"},
        {45292.999999999, "yyyy-mm-dd hh:mm", "2024-01-02 00:00"},
        {45292, "dd\\.mm\\.yyyy", "01.01.2024"},
        {45292, "[$-407]d/m/yyyy;@", "1/1/2024"},
        {-1, "yyyy-mm-dd", "-1"},
        {5000000, "yyyy", "5000000"},
    };
    for (const Case &one : kCases) {
        INFO(one.value << " as " << one.code);
        CHECK(formatCell(one.value, one.code, one.from1904) == one.expected);
    }
    CHECK(formatCell(45292, builtinNumberFormat(14), false) == "2024-01-01");
    CHECK(builtinNumberFormat(0).empty());
}
