// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/penalties.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <random>

using namespace inference;

namespace {

// Tokens are characters here: token 'a' has the bytes "a".
std::string_view characterBytes(TokenId token)
{
    static const std::string characters = [] {
        std::string all;
        for (int c = 0; c < 128; ++c) {
            all += static_cast<char>(c);
        }
        return all;
    }();
    return std::string_view(characters).substr(static_cast<std::size_t>(token), 1);
}

std::vector<TokenId> tokensOf(std::string_view text)
{
    return {text.begin(), text.end()};
}

std::vector<Repetition> repetitions(std::string_view text, std::vector<std::string> breakers, int allowed = 2,
                                    int lastN = -1)
{
    SamplingParams params;
    params.drySequenceBreakers = std::move(breakers);
    params.dryAllowedLength = allowed;
    params.dryLastN = lastN;
    return findRepetitions(tokensOf(text), params, characterBytes);
}

} // namespace

TEST_CASE("repeat, frequency and presence penalties follow their formula")
{
    struct Row {
        std::int32_t lastN;
        std::vector<float> expected;
    };
    const std::vector<TokenId> history = {0, 1, 1, 3, -5, 99}; // ids outside the vocabulary are passed over
    for (const Row &row : {Row{-1, {0.4F, -4.7F, 1.0F, -0.6F}}, Row{64, {0.4F, -4.7F, 1.0F, -0.6F}},
                           Row{4, {2.0F, -4.6F, 1.0F, -0.6F}}, Row{0, {2.0F, -2.0F, 1.0F, 0.0F}}}) {
        CAPTURE(row.lastN);
        std::vector<float> logits = {2.0F, -2.0F, 1.0F, 0.0F};
        SamplingParams params;
        params.penaltyLastN = row.lastN;
        params.repeatPenalty = 2.0F;
        params.frequencyPenalty = 0.1F;
        params.presencePenalty = 0.5F;
        applyRepeatPenalties(logits, history, params);
        for (std::size_t i = 0; i < logits.size(); ++i) {
            CHECK(logits[i] == Catch::Approx(row.expected[i]));
        }
    }
}

TEST_CASE("neutral penalties change no bit")
{
    std::vector<float> logits = {2.0F, -2.0F, 1.0F, -0.0F};
    const std::vector<float> before = logits;
    applyRepeatPenalties(logits, tokensOf("\1\2\3"), {});
    applyDry(logits, tokensOf("\1\2\1\2\1\2"), {}, characterBytes);
    CHECK(logits == before);
    CHECK(std::signbit(logits[3]));
}

TEST_CASE("DRY finds what would continue a repetition")
{
    struct Row {
        std::string_view history;
        std::vector<std::string> breakers;
        std::vector<Repetition> found;
    };
    const std::vector<Row> rows = {
        {"abcdXabc", {}, {{'d', 3}}},
        {"abcdXbc", {}, {{'d', 2}}},
        {"abcdXc", {}, {}}, // one token is allowed
        {"abc", {}, {}},
        {"ababab", {}, {{'a', 4}}},                 // the repetition may overlap itself
        {"abcabdab", {}, {{'c', 2}, {'d', 2}}},     // two continuations
        {"xabcyabdzxab", {}, {{'c', 3}, {'d', 2}}}, // the longest counts
        {"a\nbcda\nbc", {}, {{'d', 4}}},
        {"a\nbcda\nbc", {"\n"}, {{'d', 2}}}, // not across the line break
        {"ayzbdayzb", {}, {{'d', 4}}},
        {"ayzbdayzb", {"yz"}, {}}, // a breaker across two tokens
        {"ayzbcdayzbc", {"yz"}, {{'d', 2}}},
        {"ab\nab", {}, {{'\n', 2}}},
        {"ab\nab", {"\n"}, {}},     // breakers themselves are never penalized
        {"ab\nab", {"", "\n"}, {}}, // an empty breaker breaks nothing
    };
    for (const Row &row : rows) {
        CAPTURE(row.history, row.breakers);
        CHECK(repetitions(row.history, row.breakers) == row.found);
    }
    CHECK(repetitions("abcdXabc", {}, 4).empty());
    CHECK(repetitions("abcdXabc", {}, 2, 7) == std::vector<Repetition>{{'d', 2}}); // the window starts at b
    CHECK(repetitions("", {}).empty());
}

TEST_CASE("the Z-function agrees with comparing at every place")
{
    std::mt19937_64 engine(5);
    for (int round = 0; round < 500; ++round) {
        std::string text;
        const std::size_t length = 2 + engine() % 40;
        for (std::size_t i = 0; i < length; ++i) {
            text += static_cast<char>('a' + engine() % 2);
        }
        std::size_t longest[2] = {0, 0};
        for (std::size_t next = 1; next < length; ++next) { // what stood before `next` against the end
            std::size_t same = 0;
            while (same < next && text[next - 1 - same] == text[length - 1 - same]) {
                ++same;
            }
            std::size_t &best = longest[text[next] - 'a'];
            best = std::max(best, same);
        }
        std::vector<Repetition> expected;
        for (std::size_t c = 0; c < 2; ++c) {
            if (longest[c] >= 2) {
                expected.push_back({static_cast<TokenId>('a' + c), longest[c]});
            }
        }
        CAPTURE(text);
        REQUIRE(repetitions(text, {}) == expected);
    }
}

TEST_CASE("the penalty of DRY grows with the repetition and stays finite")
{
    SamplingParams params;
    params.dryMultiplier = 0.8F;
    std::vector<float> logits(128, 1.0F);
    applyDry(logits, tokensOf("abcdXabc"), params, characterBytes);
    CHECK(logits['d'] == Catch::Approx(1.0 - 0.8 * 1.75));
    CHECK(logits['X'] == 1.0F);

    std::vector<float> extreme(128, 1.0F);
    applyDry(extreme, std::vector<TokenId>(20000, 'z'), params, characterBytes);
    CHECK(extreme['z'] < -1e37F);
    CHECK(std::isfinite(extreme['z']));
}
