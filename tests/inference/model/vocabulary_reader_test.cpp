// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/model_config.h"

#include "tests/support/tiny_model.h"
#include "tests/support/tiny_vocabulary.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;
using namespace tests;

namespace {

// Files that must be refused stand in hostile_files.cpp.
Vocabulary vocabularyOf(const GgufWriter &writer)
{
    const Bytes bytes = writer.bytes();
    const auto file = GgufFile::parse(bytes, GgufScope::Whole);
    REQUIRE(file.has_value());
    const auto vocabulary = readVocabulary(**file);
    INFO((vocabulary ? "" : vocabulary.error().detail));
    REQUIRE(vocabulary.has_value());
    return *vocabulary;
}

GgufWriter fourTokens()
{
    GgufWriter writer;
    writer.string("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", std::vector<std::string>{"<unk>", "<0x0A>", "a", "b"});
    return writer;
}

} // namespace

TEST_CASE("a BPE vocabulary is read whole")
{
    const Vocabulary vocabulary = vocabularyOf(tinyModelWriter({.pre = "smollm"}));
    const TinyVocabulary expected = makeTinyVocabulary(320);
    CHECK(vocabulary.model == "gpt2");
    CHECK(vocabulary.pre == "smollm");
    CHECK(vocabulary.tokens == expected.tokens);
    CHECK(vocabulary.kinds[TinyVocabulary::kTurnEnd] == TokenKind::Control);
    CHECK(vocabulary.kinds[TinyVocabulary::kFirstByte] == TokenKind::Normal);
    CHECK(vocabulary.kinds.back() == TokenKind::Unused);
    REQUIRE(vocabulary.merges.size() == expected.merges.size());
    CHECK(vocabulary.merges.front() == std::pair<std::string, std::string>{"\u0120", "t"});
    CHECK(vocabulary.scores.empty());
    CHECK(vocabulary.bos == TinyVocabulary::kEndOfText);
    CHECK(vocabulary.eos == TinyVocabulary::kTurnEnd);
    CHECK_FALSE(vocabulary.eot.has_value());
    CHECK(vocabulary.addBos == false);
    CHECK_FALSE(vocabulary.addEos.has_value());
}

TEST_CASE("optional keys of a tokenizer are read")
{
    GgufWriter writer = fourTokens();
    writer.i32s("tokenizer.ggml.token_type", std::vector{2, 6, 1, 0})
        .f32s("tokenizer.ggml.scores", std::vector{0.0F, 0.0F, -1.0F, -2.5F});
    writer.u32("tokenizer.ggml.unknown_token_id", 0).u32("tokenizer.ggml.seperator_token_id", 1);
    writer.u32("tokenizer.ggml.eot_token_id", 2)
        .u32("tokenizer.ggml.eom_token_id", 3)
        .u32("tokenizer.ggml.mask_token_id", 3);
    writer.u32("tokenizer.ggml.fim_pad_token_id", 1).u32("tokenizer.ggml.fim_sep_token_id", 2);
    writer.boolean("tokenizer.ggml.add_space_prefix", true).boolean("tokenizer.ggml.add_eos_token", true);
    const Vocabulary vocabulary = vocabularyOf(writer);
    CHECK(vocabulary.kinds == std::vector{TokenKind::Unknown, TokenKind::Byte, TokenKind::Normal, TokenKind::Normal});
    CHECK(vocabulary.scores == std::vector{0.0F, 0.0F, -1.0F, -2.5F});
    CHECK(vocabulary.unknown == 0);
    CHECK(vocabulary.separator == 1);
    CHECK(vocabulary.eot == 2);
    CHECK(vocabulary.eom == 3);
    CHECK(vocabulary.mask == 3);
    CHECK(vocabulary.fimPadRepSep == std::vector<TokenId>{1, 2});
    CHECK(vocabulary.addSpacePrefix == true);
    CHECK(vocabulary.addEos == true);
    CHECK(vocabulary.pre.empty());
}

TEST_CASE("keys of normalizers are read")
{
    GgufWriter writer = fourTokens();
    writer.boolean("tokenizer.ggml.remove_extra_whitespaces", true)
        .boolean("tokenizer.ggml.add_sep_token", false)
        .boolean("tokenizer.ggml.normalizer.lowercase", false)
        .boolean("tokenizer.ggml.normalizer.strip_accents", true)
        .boolean("tokenizer.ggml.normalizer.nfc", true)
        .i32s("tokenizer.ggml.precompiled_charsmap", std::vector{0, 127, 128, 255, -1, -128});
    const Vocabulary vocabulary = vocabularyOf(writer);
    CHECK(vocabulary.removeExtraWhitespaces == true);
    CHECK(vocabulary.addSep == false);
    CHECK(vocabulary.lowercase == false);
    CHECK(vocabulary.stripAccents == true);
    CHECK(vocabulary.composes);
    CHECK(vocabulary.charsmap == std::string("\0\x7F\x80\xFF\xFF\x80", 6));
    const Vocabulary plain = vocabularyOf(fourTokens());
    CHECK_FALSE(plain.lowercase.has_value());
    CHECK(plain.charsmap.empty());
    CHECK_FALSE(plain.composes);
    CHECK_FALSE(plain.stripsAfterSpecial);
    GgufWriter phi = fourTokens();
    phi.string("general.architecture", "phi3");
    CHECK(vocabularyOf(phi).stripsAfterSpecial);
}

TEST_CASE("the cls id of older files is the beginning")
{
    GgufWriter writer = fourTokens();
    writer.u32("tokenizer.ggml.cls_token_id", 2);
    CHECK(vocabularyOf(writer).bos == 2);
    writer.u32("tokenizer.ggml.bos_token_id", 3);
    CHECK(vocabularyOf(writer).bos == 3);
}

TEST_CASE("a normalizer table that is not made of bytes is refused")
{
    GgufWriter writer = fourTokens();
    writer.i32s("tokenizer.ggml.precompiled_charsmap", std::vector{1, 256});
    const Bytes bytes = writer.bytes();
    const auto file = GgufFile::parse(bytes, GgufScope::Whole);
    REQUIRE(file.has_value());
    const auto vocabulary = readVocabulary(**file);
    REQUIRE_FALSE(vocabulary.has_value());
    CHECK(vocabulary.error().code == ErrorCode::FileMalformed);
    CHECK(vocabulary.error().detail.contains("precompiled_charsmap"));
}

TEST_CASE("an id of all ones means that there is no such token")
{
    GgufWriter writer = fourTokens();
    writer.u32("tokenizer.ggml.padding_token_id", 0xFFFFFFFFU).i32("tokenizer.ggml.bos_token_id", -1);
    const Vocabulary vocabulary = vocabularyOf(writer);
    CHECK_FALSE(vocabulary.padding.has_value());
    CHECK_FALSE(vocabulary.bos.has_value());
}

TEST_CASE("the file may forbid tokens of its vocabulary")
{
    GgufWriter writer = fourTokens();
    CHECK(vocabularyOf(writer).suppressed.empty());
    constexpr const char *kKey = "tokenizer.ggml.suppress_tokens";
    writer.i32s(kKey, std::vector{3, 0});
    CHECK(vocabularyOf(writer).suppressed == std::vector<TokenId>{3, 0});
    for (const std::vector<int> &bad : {std::vector{4}, {-1}}) {
        writer.remove(kKey).i32s(kKey, bad);
        const Bytes bytes = writer.bytes();
        const auto file = GgufFile::parse(bytes, GgufScope::Whole);
        REQUIRE(file.has_value());
        const auto vocabulary = readVocabulary(**file);
        REQUIRE_FALSE(vocabulary.has_value());
        CHECK(vocabulary.error().code == ErrorCode::FileMalformed);
        CHECK(vocabulary.error().detail.contains(kKey));
    }
}

TEST_CASE("a merge is split at its first inner space")
{
    GgufWriter writer = fourTokens();
    writer.strings("tokenizer.ggml.merges", std::vector<std::string>{"a b", "ab c d", "  x"});
    const auto merges = vocabularyOf(writer).merges;
    using Merge = std::pair<std::string, std::string>;
    CHECK(merges == std::vector<Merge>{{"a", "b"}, {"ab", "c d"}, {" ", "x"}});
}
