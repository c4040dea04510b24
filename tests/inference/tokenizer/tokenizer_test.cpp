// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/tokenizer.h"

#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;

TEST_CASE("what a vocabulary lacks or overdoes is named in the error", "[tokenizer]")
{
    const auto pieces = [](const char *model) {
        return fixtures::pieceVocabulary(model, {{"<unk>", 0, TokenKind::Unknown}, {"a", -1}, {"b", -2}});
    };
    struct Row {
        Vocabulary vocabulary;
        ErrorCode code;
        const char *detail;
    };
    std::vector<Row> rows;
    const auto add = [&](const char *model, ErrorCode code, const char *detail, auto change) {
        Vocabulary vocabulary = pieces(model);
        change(vocabulary);
        rows.push_back({std::move(vocabulary), code, detail});
    };
    const auto nothing = [](Vocabulary &) {};
    add("rwkv", ErrorCode::UnsupportedTokenizer, "\"rwkv\"", nothing);
    add("gpt2", ErrorCode::UnsupportedTokenizer, "\"later\"", [](Vocabulary &v) { v.pre = "later"; });
    for (const char *model : {"llama", "t5"}) {
        add(model, ErrorCode::FileMalformed, "scores", [](Vocabulary &v) { v.scores.clear(); });
        add(model, ErrorCode::FileMalformed, "token 1", [](Vocabulary &v) { v.tokens[1].assign(1025, 'x'); });
    }
    for (const char *model : {"llama", "t5", "bert", "gemma4", "gpt2"}) {
        add(model, ErrorCode::FileMalformed, "0 tokens", [](Vocabulary &v) {
            v.tokens.clear();
            v.kinds.clear();
        });
        add(model, ErrorCode::FileMalformed, "token_type", [](Vocabulary &v) { v.kinds.pop_back(); });
        add(model, ErrorCode::FileMalformed, "separator", [](Vocabulary &v) { v.separator = 3; });
        add(model, ErrorCode::FileMalformed, "bos", [](Vocabulary &v) { v.bos = -1; });
    }
    for (const Row &row : rows) {
        const auto tokenizer = Tokenizer::create(row.vocabulary);
        INFO(row.vocabulary.model << ": " << row.detail);
        REQUIRE_FALSE(tokenizer.has_value());
        CHECK(tokenizer.error().code == row.code);
        INFO(tokenizer.error().detail);
        CHECK(tokenizer.error().detail.contains(row.detail));
    }
}

TEST_CASE("missing ids are the first models' where those are control tokens", "[tokenizer]")
{
    Vocabulary vocabulary = fixtures::pieceVocabulary(
        "llama", {{"<unk>", 0, TokenKind::Unknown}, {"a", -1}, {"</s>", 0, TokenKind::Control}});
    const auto tokenizer = Tokenizer::create(std::move(vocabulary));
    REQUIRE(tokenizer.has_value());
    CHECK((*tokenizer)->vocabulary().unknown == 0);
    CHECK_FALSE((*tokenizer)->vocabulary().bos.has_value()); // 1 is text here
    CHECK((*tokenizer)->vocabulary().eos == 2);
    CHECK_FALSE((*tokenizer)->addsBos());
}
