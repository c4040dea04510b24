// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/citation_mask.h"
#include "inference/sampling/sampler.h"
#include "tests/support/shown_text.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace inference;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

using Vocabulary = std::vector<std::string>;

std::function<std::string_view(TokenId)> textOf(const Vocabulary &vocabulary)
{
    return [&vocabulary](TokenId token) -> std::string_view { return vocabulary[static_cast<std::size_t>(token)]; };
}

/// Every byte, an end of generation and nothing else.
Vocabulary bytesAlone()
{
    Vocabulary vocabulary{""};
    for (int byte = 0; byte < 256; ++byte) {
        vocabulary.emplace_back(1, static_cast<char>(byte));
    }
    return vocabulary;
}

/// What byte-pair vocabularies of code and prose have around brackets, and halves of characters.
Vocabulary merged()
{
    Vocabulary vocabulary = bytesAlone();
    for (const char *token : {" [",   "[1",     "[0",  "[12]. ", "[[",    "]]",      "][",    "],",          "], ",
                              " [3",  "[2021]", " 12", " 1",     "2021",  "12",      "123",   "00",          ", ",
                              ",\n",  "]\n\n",  "```", "``",     "``\n",  "```\n",   "\n```", "\n```\n",     " `",
                              "` ",   "`[",     "]`",  "\n\n",   "\n  ",  "~~~",     "~~~\n", "\n~~~\n",     "    ",
                              "- ",   "\n- ",   "> ",  "\n> ",   "| ",    " |",      "|\n",   "\n|--|--|\n", "<",
                              "</",   "<a ",    "> `", "](",     ") ",    "http://", "www.",  "a.b",         "**",
                              "_",    "\\",     "\\[", "\\`",    "&#96;", "word",    " word", ". The",       "\xE2\x80",
                              "\x99", "\r\n",   "\t",  "`[99]",  "[99]`", "`[7",     "[ 9",   "[ ",          "!["}) {
        vocabulary.emplace_back(token);
    }
    vocabulary.emplace_back(""); // a control token
    return vocabulary;
}

/// Few tokens, so that random walks are dense in brackets and code.
Vocabulary dense()
{
    return {"",  "[", "]", "1", "2",  "9",  "[9]",  "[1",  ", ", "`", "``", "```",  "\n",  "\n```\n", "~~~",
            " ", "a", "|", "<", "\\", "- ", "    ", "`[9", "](", ")", ":",  "\n\n", "`\n", "> ",      "*"};
}

/// Sentence-piece vocabularies: words with a space before, single digits, the bytes behind them.
Vocabulary pieces()
{
    Vocabulary vocabulary{"", "", ""};
    const Vocabulary bytes = bytesAlone();
    vocabulary.insert(vocabulary.end(), bytes.begin() + 1, bytes.end());
    for (const char *token :
         {" ", "  ", " [", " ]", "[", "]", " 1", "1", "2", "10", " the", "the", "].", "),", "\n\n"}) {
        vocabulary.emplace_back(token);
    }
    return vocabulary;
}

/// Cannot close a bracket.
Vocabulary withoutBracket()
{
    return {"", "[", "1", "2", "], ", "a", "[1]"};
}

} // namespace

TEST_CASE("the tokens looked at are all that can be forbidden, and one is always left")
{
    const auto [vocabulary, ids] =
        GENERATE(table<Vocabulary, std::uint32_t>({{merged(), 1U}, {merged(), 7U}, {dense(), 12U}, {pieces(), 3U}}));
    const auto text = textOf(vocabulary);
    const CitationTokens tokens(vocabulary.size(), text);
    REQUIRE(tokens.complete());
    std::mt19937 random(7); // NOLINT(bugprone-random-generator-seed): the same walks in each run
    for (int walk = 0; walk < 300; ++walk) {
        CitationScanner scanner(ids);
        for (int step = 0; step < 40; ++step) {
            std::vector<float> logits(vocabulary.size(), 1.0F);
            forbidWrongCitations(scanner, tokens, text, logits);
            Vocabulary permitted;
            bool same = true;
            for (std::size_t i = 0; i < vocabulary.size(); ++i) {
                same = same && (logits[i] == 1.0F) == mayFollow(scanner, vocabulary[i]);
                if (logits[i] == 1.0F) {
                    permitted.push_back(vocabulary[i]);
                }
            }
            REQUIRE(same);
            REQUIRE_FALSE(permitted.empty());
            scanner.push(permitted[random() % permitted.size()]);
        }
    }
}

TEST_CASE("whatever the logits, no citation that a reader sees is of a source that is not there")
{
    const Vocabulary vocabulary = GENERATE(bytesAlone(), merged(), dense(), pieces(), withoutBracket());
    const std::uint32_t ids = GENERATE(1U, 4U, 11U);
    const auto text = textOf(vocabulary);
    const CitationTokens tokens(vocabulary.size(), text);
    std::mt19937 random(ids); // NOLINT(bugprone-random-generator-seed): the same answers in each run
    std::normal_distribution<float> normal(0.0F, 4.0F);
    SamplingParams params;
    params.temperature = 1.5F;
    int cited = 0;
    for (int answer = 0; answer < 60; ++answer) {
        params.seed = static_cast<std::uint64_t>(answer);
        Sampler sampler(params, vocabulary.size(), text);
        CitationScanner scanner(tokens.complete() ? ids : 0);
        std::string written;
        const int length = answer % 2 == 0 ? 60 : 200;
        for (int step = 0; step < length || !scanner.mayEnd(); ++step) {
            REQUIRE(step < 5000); // every state has a way out
            std::vector<float> logits(vocabulary.size());
            for (std::size_t i = 0; i < logits.size(); ++i) {
                const bool likely = vocabulary[i].find_first_of("[]`\n0123456789~|<") != std::string::npos;
                logits[i] = normal(random) + (likely ? 5.0F : 0.0F);
            }
            const TokenId chosen = sampler.sample(
                logits, {}, [&](std::span<float> values) { forbidWrongCitations(scanner, tokens, text, values); });
            REQUIRE(permittedToken(scanner, tokens, text, chosen) == chosen);
            scanner.push(text(chosen));
            written += text(chosen);
        }
        CAPTURE(written);
        for (const std::uint64_t id : tests::shownCitations(written)) {
            CHECK((id >= 1 && id <= ids));
            ++cited;
        }
    }
    CHECK((cited > 0) == tokens.complete());
}

TEST_CASE("without the rule the same walks cite what is not there")
{
    const Vocabulary vocabulary = dense();
    std::mt19937 random(1); // NOLINT(bugprone-random-generator-seed): the same answers in each run
    std::size_t wrong = 0;
    for (int answer = 0; answer < 60; ++answer) {
        std::string written;
        for (int step = 0; step < 60; ++step) {
            written += vocabulary[random() % vocabulary.size()];
        }
        const auto ids = tests::shownCitations(written);
        wrong += static_cast<std::size_t>(std::ranges::count_if(ids, [](std::uint64_t id) { return id > 4; }));
    }
    CHECK(wrong > 0);
}

TEST_CASE("where the logits leave nothing that may come, a token that may is taken")
{
    const Vocabulary vocabulary = merged();
    const auto text = textOf(vocabulary);
    const CitationTokens tokens(vocabulary.size(), text);
    CitationScanner scanner(3);
    scanner.push("It is [3");
    SamplingParams params;
    params.temperature = GENERATE(0.0F, 1.0F);
    Sampler sampler(params, vocabulary.size(), text);
    std::vector<float> logits(vocabulary.size(), 1.0F);
    for (const TokenId token : tokens.continuing()) {
        logits[static_cast<std::size_t>(token)] = -kInfinity;
    }
    const TokenId chosen = sampler.sample(
        logits, {}, [&](std::span<float> values) { forbidWrongCitations(scanner, tokens, text, values); });
    const TokenId token = permittedToken(scanner, tokens, text, chosen);
    CHECK(mayFollow(scanner, text(token)));
}

TEST_CASE("outside brackets only tokens that bring a bracket and digits are touched")
{
    const Vocabulary vocabulary = merged();
    const auto text = textOf(vocabulary);
    const CitationTokens tokens(vocabulary.size(), text);
    CHECK(tokens.bracketed().size() < 12);
    CitationScanner scanner(20);
    scanner.push("A sentence");
    std::vector<float> logits(vocabulary.size(), 0.5F);
    forbidWrongCitations(scanner, tokens, text, logits);
    Vocabulary forbidden;
    for (std::size_t i = 0; i < vocabulary.size(); ++i) {
        if (logits[i] != 0.5F) {
            forbidden.push_back(vocabulary[i]);
        }
    }
    CHECK(forbidden == Vocabulary{"[0", "[2021]", "[99]`"});
}

TEST_CASE("in a citation the choices are its numbers and its end")
{
    const Vocabulary vocabulary = merged();
    const auto text = textOf(vocabulary);
    const CitationTokens tokens(vocabulary.size(), text);
    CitationScanner scanner(12);
    scanner.push("It is so [1");
    std::vector<float> logits(vocabulary.size(), 0.5F);
    forbidWrongCitations(scanner, tokens, text, logits);
    Vocabulary left;
    for (std::size_t i = 0; i < vocabulary.size(); ++i) {
        if (logits[i] == 0.5F) {
            left.push_back(vocabulary[i]);
        }
    }
    CHECK(left == Vocabulary{",", "0", "1", "2", ";", "]", "]]", "][", "],", "], ", ", ", "]\n\n", "]`", "]("});
}
