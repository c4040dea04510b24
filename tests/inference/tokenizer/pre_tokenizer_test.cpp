// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/pre_tokenizer.h"

#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>

#include <numeric>

using namespace inference;

TEST_CASE("words are cut as the families' regular expressions cut them", "[pre_tokenizer]")
{
    const auto texts = fixtures::texts();
    const nlohmann::json words = fixtures::load("words.json");
    REQUIRE(texts.size() > 300);
    REQUIRE(words.size() == 24);
    for (const auto &[pre, expected] : words.items()) {
        const auto rules = preTokenizerRules(pre);
        REQUIRE(rules.has_value());
        REQUIRE(expected.size() == texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            INFO(pre << " on text " << i << ": " << nlohmann::json(texts[i]).dump());
            std::vector<std::size_t> lengths;
            splitWords(rules->kind, texts[i], lengths);
            CHECK(lengths == fixtures::lengths(expected[i].get<std::string>()));
        }
    }
}

TEST_CASE("an unknown pre-tokenizer name has no rules", "[pre_tokenizer]")
{
    for (const char *pre : {"never-heard-of", "", "Default", "llama-bpe "}) {
        INFO(pre);
        CHECK_FALSE(preTokenizerRules(pre).has_value());
    }
}

TEST_CASE("only the schemes that demand it take whole words and a beginning token", "[pre_tokenizer]")
{
    for (const char *pre : {"llama-bpe", "llama3", "falcon3", "pixtral", "lfm2", "tekken"}) {
        INFO(pre);
        CHECK(preTokenizerRules(pre)->ignoreMerges);
        CHECK(preTokenizerRules(pre)->addBos);
    }
    for (const char *pre : {"gpt-2", "smollm", "qwen2", "dbrx", "gpt-4o", "default"}) {
        INFO(pre);
        CHECK_FALSE(preTokenizerRules(pre)->ignoreMerges);
        CHECK_FALSE(preTokenizerRules(pre)->addBos);
    }
}

TEST_CASE("bytes that are not UTF-8 are kept and covered", "[pre_tokenizer]")
{
    const std::string text = "a\xFF\xFE b\xE2\x82 c\xC0\x80\xED\xA0\x80";
    const auto words = fixtures::load("words.json");
    for (const auto &entry : words.items()) {
        std::vector<std::size_t> lengths;
        splitWords(preTokenizerRules(entry.key())->kind, text, lengths);
        CHECK(std::accumulate(lengths.begin(), lengths.end(), std::size_t{0}) == text.size());
    }
}

TEST_CASE("the characters looked at grow with the text and no faster", "[pre_tokenizer]")
{
    const std::string unit =
        GENERATE("a", "A", " ", "\n", "1", ".", "'", "\u4e2d", "\u0301", " \n", "aA", "\u05d0A", "\u05d0AA", "a ", "a'",
                 "'l", "\t.", "\xFF", "  a", "\n\n ", "\u01c5", "$", "\u0301A");
    const auto words = fixtures::load("words.json");
    for (const auto &entry : words.items()) {
        INFO(entry.key() << " on repetitions of "
                         << nlohmann::json(unit).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        const auto examined = [&](std::size_t count) {
            std::string text;
            for (std::size_t i = 0; i < count; ++i)
                text += unit;
            std::vector<std::size_t> lengths;
            return splitWords(preTokenizerRules(entry.key())->kind, text, lengths);
        };
        const auto small = examined(1000);
        const auto large = examined(4000);
        CHECK(large <= 4 * small + 64);
        CHECK(large <= std::uint64_t{40} * 4000 * unit.size());
    }
}
