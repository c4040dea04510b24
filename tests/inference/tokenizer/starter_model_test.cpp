// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tokenizer on the starter model's own vocabulary. CARREL_STARTER_MODEL names the file; without it the tests say
// that they were skipped.
#include "inference/model/gguf_file.h"
#include "inference/model/model_config.h"
#include "inference/tokenizer/tokenizer.h"
#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>

using namespace inference;

namespace {

std::unique_ptr<Tokenizer> starterTokenizer()
{
    const char *path = std::getenv("CARREL_STARTER_MODEL");
    if (path == nullptr)
        SKIP("CARREL_STARTER_MODEL does not name the starter model");
    const auto file = GgufFile::open(path, GgufScope::HeaderOnly);
    REQUIRE(file.has_value());
    auto vocabulary = readVocabulary(**file);
    REQUIRE(vocabulary.has_value());
    auto tokenizer = Tokenizer::create(std::move(*vocabulary));
    REQUIRE(tokenizer.has_value());
    return std::move(*tokenizer);
}

} // namespace

TEST_CASE("ids of the starter model equal llama.cpp's", "[starter_model]")
{
    const auto tokenizer = starterTokenizer();
    const auto texts = fixtures::texts();
    const nlohmann::json expected = fixtures::load("smollm2_ids.json");
    REQUIRE(expected["plain"].size() == texts.size());
    REQUIRE(expected["special"].size() >= 5);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        INFO("text " << i << ": " << nlohmann::json(texts[i]).dump());
        const auto plain = expected["plain"][i].get<std::vector<TokenId>>();
        CHECK(tokenizer->encode(texts[i], Trust::Untrusted) == plain);
        const auto special = expected["special"].find(std::to_string(i));
        CHECK(tokenizer->encode(texts[i], Trust::Trusted) ==
              (special == expected["special"].end() ? plain : special->get<std::vector<TokenId>>()));
    }
}

TEST_CASE("the starter model's end tokens end generation", "[starter_model]")
{
    const auto tokenizer = starterTokenizer();
    CHECK(tokenizer->warning().empty());
    CHECK_FALSE(tokenizer->addsBos());
    CHECK(tokenizer->endsGeneration(0)); // <|endoftext|>
    CHECK_FALSE(tokenizer->endsGeneration(1));
    CHECK(tokenizer->endsGeneration(2)); // <|im_end|>
}
