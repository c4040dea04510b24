// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every scheme against the references of tests/oracles/check_tokenizers.py: small vocabularies, strings of all scripts.
#include "inference/tokenizer/tokenizer.h"

#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>

using namespace inference;

TEST_CASE("ids equal those of the reference of each scheme", "[schemes]")
{
    const std::string name =
        GENERATE("spm", "spm-no-prefix", "gemma4", "unigram-rules", "wordpiece", "wordpiece-cased");
    const nlohmann::json fixture = fixtures::load("schemes.json");
    const auto tokenizer = Tokenizer::create(fixtures::schemeVocabulary(fixture["schemes"][name]["keys"]));
    REQUIRE(tokenizer.has_value());
    const nlohmann::json &expected = fixture["schemes"][name]["ids"];
    REQUIRE(fixture["strings"].size() == 500);
    REQUIRE(expected.size() == 500);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const std::string text = fixture["strings"][i];
        INFO(name << " on string " << i << ": " << fixture["strings"][i].dump(-1, ' ', true));
        CHECK((*tokenizer)->encode(text, Trust::Untrusted) == expected[i].get<std::vector<TokenId>>());
    }
}

TEST_CASE("schemes that keep every byte give back what was encoded", "[schemes]")
{
    const std::string name = GENERATE("spm", "spm-no-prefix", "gemma4");
    const nlohmann::json fixture = fixtures::load("schemes.json");
    const auto tokenizer = Tokenizer::create(fixtures::schemeVocabulary(fixture["schemes"][name]["keys"]));
    REQUIRE(tokenizer.has_value());
    std::vector<std::string> texts = fixture["strings"];
    texts.emplace_back("\xFF\xFE\x00 a\xE2\x82", 8);
    texts.emplace_back(" leading and trailing  ");
    for (const std::string &text : texts) {
        if (text.contains("\u2581")) // the scheme's own sign for a space
            continue;
        INFO(name << ": " << nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
        CHECK((*tokenizer)->decode((*tokenizer)->encode(text, Trust::Untrusted), false) == text);
    }
}
