// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/pair_filter.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using inference::PairFilter;

TEST_CASE("a text is cut before the first pair that was never added", "[pair_filter]")
{
    PairFilter filter;
    filter.add("abc");
    filter.add("\u4e2d\u6587\u4e2d");
    filter.add("x");
    filter.add("");
    struct Row {
        const char *text;
        std::size_t length;
    };
    for (const Row &row : {Row{"abc", 3}, Row{"abca", 3}, Row{"ba", 1}, Row{"bcbc", 2}, Row{"xx", 1}, Row{"a", 1},
                           Row{"\u4e2d\u6587\u4e2d\u6587a", 12}, Row{"\u6587\u6587", 3},
                           Row{"\xFF"
                               "a",
                               1}}) {
        INFO(row.text);
        CHECK(filter.separablePrefix(row.text) == row.length);
    }
    CHECK(PairFilter().separablePrefix("ab") == 1);
}

TEST_CASE("whole texts that were added are never cut", "[pair_filter]")
{
    PairFilter filter;
    std::string text;
    for (char32_t c = 0x4E00; c < 0x5E00; ++c) {
        const auto value = static_cast<std::uint32_t>(c);
        text += static_cast<char>(0xE0U | (value >> 12U));
        text += static_cast<char>(0x80U | ((value >> 6U) & 0x3FU));
        text += static_cast<char>(0x80U | (value & 0x3FU));
    }
    filter.add(text);
    CHECK(filter.separablePrefix(text) == text.size());
}
