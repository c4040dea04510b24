// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/special_tokens.h"

#include <catch2/catch_test_macros.hpp>

#include <string>

using inference::SpecialTokens;

TEST_CASE("the leftmost special token is found, the longest at its place", "[special_tokens]")
{
    SpecialTokens tokens;
    tokens.add("ab", 1);
    tokens.add("abcd", 2);
    tokens.add("bc", 3);
    tokens.add("ab", 9);
    const auto found = [&](std::string_view text, std::size_t from) {
        const auto match = tokens.find(text, from);
        return match ? std::to_string(match->position) + "+" + std::to_string(match->length) + "=" +
                           std::to_string(match->token)
                     : "none";
    };
    CHECK(found("xxabcd", 0) == "2+4=2");
    CHECK(found("xxabcx", 0) == "2+2=1");
    CHECK(found("xxabcx", 3) == "3+2=3");
    CHECK(found("xa", 0) == "none");
    CHECK(found("", 0) == "none");
    CHECK(SpecialTokens().find("ab", 0) == std::nullopt);
}

TEST_CASE("empty and overlong texts are not special", "[special_tokens]")
{
    SpecialTokens tokens;
    const std::string longest(SpecialTokens::maxBytes, 'x');
    tokens.add("", 1);
    tokens.add(longest + "x", 2);
    CHECK_FALSE(tokens.find(longest + "x", 0).has_value());
    tokens.add(longest, 3);
    CHECK(tokens.find(longest + "x", 0)->token == 3);
}
