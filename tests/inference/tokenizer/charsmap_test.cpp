// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/charsmap.h"

#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;

namespace {

std::string word(std::uint32_t value)
{
    std::string bytes;
    for (int i = 0; i < 4; ++i)
        bytes += static_cast<char>(value >> (8 * i));
    return bytes;
}

std::string table(const std::vector<std::uint32_t> &nodes, std::string_view replacements)
{
    std::string bytes = word(static_cast<std::uint32_t>(nodes.size() * 4));
    for (const std::uint32_t node : nodes)
        bytes += word(node);
    return bytes += replacements;
}

Charsmap fixtureMap()
{
    const auto keys = fixtures::load("schemes.json")["schemes"]["unigram-rules"]["keys"];
    auto map = Charsmap::read(fixtures::schemeVocabulary(keys).charsmap);
    REQUIRE(map.has_value());
    return std::move(*map);
}

} // namespace

TEST_CASE("the longest prefix with a replacement is found", "[charsmap]")
{
    const Charsmap map = fixtureMap();
    struct Row {
        std::string_view text;
        std::size_t length;
        std::string_view replacement;
    };
    for (const Row &row : {Row{"e\u0301x", 3, "\u00e9"},
                           {"ex", 0, ""},
                           {"\u1100\u1161\u11a8x", 9, "\uac01"},
                           {"\u1100\u1161x", 6, "\uac00"},
                           {"\u1100x", 0, ""},
                           {"\u200bx", 3, ""},
                           {"\uff21", 3, "A"},
                           {"\uff21\uff22", 3, "A"},
                           {"", 0, ""},
                           {std::string_view("\0a", 2), 0, ""}}) {
        INFO(row.text);
        const auto match = map.longestMatch(row.text);
        CHECK(match.length == row.length);
        CHECK(match.replacement == row.replacement);
    }
    CHECK(Charsmap().longestMatch("e\u0301").length == 0);
}

TEST_CASE("tables that break their own lengths are refused", "[charsmap]")
{
    struct Row {
        std::string bytes;
        const char *detail;
    };
    for (const Row &row : {Row{"abc", "header"},
                           {word(3) + "abcd", "a trie of 3 bytes"},
                           {word(8) + "abcd", "a trie of 8 bytes"},
                           {word(0xFFFFFFFC) + "abcd", "a trie of 4294967292 bytes"},
                           {table({0}, "no end"), "has no end"},
                           {table({0}, std::string(257, 'x') + '\0'), "longer than 256 bytes"}}) {
        const auto map = Charsmap::read(row.bytes);
        REQUIRE_FALSE(map.has_value());
        CHECK(map.error().code == ErrorCode::FileMalformed);
        INFO(map.error().detail);
        CHECK(map.error().detail.contains(row.detail));
    }
    CHECK(Charsmap::read("").has_value());
}

TEST_CASE("a trie that leads out of itself or round in circles matches nothing it should not", "[charsmap]")
{
    const std::uint32_t far = (0x1FFFFFU << 10U) | (1U << 9U);
    // The root's children are reached by exclusive or with its offset.
    struct Row {
        const char *what;
        std::vector<std::uint32_t> nodes;
    };
    const auto nodes = [](std::uint32_t root, std::uint32_t atA) {
        std::vector<std::uint32_t> all(256, 0);
        all[0] = root;
        all['a'] = atA;
        return all;
    };
    for (const Row &row : {Row{"a root out of the array", nodes(far, 'a')},
                           {"a child out of the array", nodes(0, far | 'a' | (1U << 8U))},
                           {"a value out of the replacements", nodes(0, ('a' << 10U) | 'a' | (1U << 8U))},
                           {"a node that is its own child", nodes(0, ('a' << 10U) | 'a')}}) {
        auto map = Charsmap::read(table(row.nodes, std::string("x\0", 2)));
        REQUIRE(map.has_value());
        INFO(row.what);
        const std::string text(1000, 'a');
        const auto match = map->longestMatch(text);
        CHECK(match.length <= Charsmap::longestPrefix);
        CHECK((match.length == 0 || match.replacement == "x"));
    }
}
