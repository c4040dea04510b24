// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/thinking_parser.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;

namespace {

struct Case {
    std::string input;
    std::optional<std::size_t> opened;
    ThinkingParser::Parts expected;
};

const std::vector<Case> cases = {
    {"", {}, {"", ""}},
    {"plain", {}, {"", "plain"}},
    {" \n plain", {}, {"", " \n plain"}},
    {"<think>a</think>b", {}, {"a", "b"}},
    {"\n<think>\na b\n</think>\n\nb\n", {}, {"a b", "b\n"}},
    {"[THINK]x[/THINK]y", {}, {"x", "y"}},
    {"<think></think>y", {}, {"", "y"}},
    {"<think>x</thin></think>y", {}, {"x</thin>", "y"}},
    {"<think>x<</think>", {}, {"x<", ""}},
    {"<think>x[/THINK]</think>", {}, {"x[/THINK]", ""}},
    {"<think>never closed \n", {}, {"never closed", ""}},
    {"<think>cut </thi", {}, {"cut </thi", ""}},
    {"<thi", {}, {"", "<thi"}},
    {"<thx", {}, {"", "<thx"}},
    {"a <think>b</think>", {}, {"", "a <think>b</think>"}},
    {"<think>a</think>b<think>c", {}, {"a", "b<think>c"}},
    {"a b </think> c", 0, {"a b", "c"}},
    {"<think>a</think>c", 0, {"a", "c"}},
    {"</think>c", 0, {"", "c"}},
    {" \n x[/THINK]y", 1, {"x", "y"}},
    {"[THINx", 1, {"[THINx", ""}},
    {"<thi", 0, {"<thi", ""}},
    {"<think>\u00e9\u4e2d</think>\u00fc", {}, {"\u00e9\u4e2d", "\u00fc"}},
};

/// `cuts` bit i set: a new piece begins after byte i.
ThinkingParser::Parts parse(const Case &c, std::uint64_t cuts)
{
    ThinkingParser parser(commonThinkingMarkers(), c.opened);
    ThinkingParser::Parts parts;
    std::size_t start = 0;
    for (std::size_t i = 0; i < c.input.size(); ++i) {
        if (i + 1 < c.input.size() && ((cuts >> (i % 64)) & 1U) == 0)
            continue;
        parser.push(std::string_view(c.input).substr(start, i + 1 - start), parts);
        start = i + 1;
    }
    parser.finish(parts);
    return parts;
}

} // namespace

TEST_CASE("thinking and answer come out the same for every split", "[thinking]")
{
    for (const Case &c : cases) {
        // All splits of short inputs; of long ones every pair of cuts.
        const std::size_t places = c.input.empty() ? 0 : c.input.size() - 1;
        std::vector<std::uint64_t> all{0, ~std::uint64_t{0}};
        for (std::uint64_t cuts = 0; places <= 12 && cuts < (std::uint64_t{1} << places); ++cuts)
            all.push_back(cuts);
        for (std::size_t a = 0; a < places; ++a) {
            for (std::size_t b = a; b < places; ++b)
                all.push_back((std::uint64_t{1} << a) | (std::uint64_t{1} << b));
        }
        for (const std::uint64_t cuts : all) {
            const ThinkingParser::Parts parts = parse(c, cuts);
            if (parts == c.expected)
                continue;
            INFO(c.input << " cut at " << cuts << " gives \"" << parts.thinking << "\" and \"" << parts.answer << '"');
            CHECK(parts == c.expected);
        }
    }
}

TEST_CASE("text is given out as soon as its part is certain", "[thinking]")
{
    ThinkingParser parser(commonThinkingMarkers(), {});
    ThinkingParser::Parts parts;
    parser.push("<think>ab", parts);
    CHECK(parser.isThinking());
    CHECK(parts.thinking == "ab");
    parser.push(" c</", parts);
    CHECK(parts.thinking == "ab c");
    parser.push("think>\n", parts);
    CHECK_FALSE(parser.isThinking());
    parser.push("d", parts);
    CHECK(parts.answer == "d");
}

TEST_CASE("a prompt that opens thinking is recognised", "[thinking]")
{
    const auto markers = commonThinkingMarkers();
    CHECK(openedThinking("<|im_start|>assistant\n<think>\n", markers) == 0);
    CHECK(openedThinking("x[THINK]", markers) == 1);
    CHECK(openedThinking("<think>\n\n</think>\n\n", markers) == std::nullopt);
    CHECK(openedThinking("", markers) == std::nullopt);
    CHECK(openedThinking(" \n", markers) == std::nullopt);
}
