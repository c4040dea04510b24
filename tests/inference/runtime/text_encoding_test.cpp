// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/text_encoding.h"

#include "inference/text_model.h"
#include "inference/tokenizer/tokenizer.h"
#include "tests/support/tiny_encoder.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace inference;
using Ids = std::vector<TokenId>;
using Encoder = tests::TinyEncoderVocabulary;

namespace {

constexpr TokenId kCls = Encoder::kFirst;
constexpr TokenId kSep = Encoder::kSeparator;
constexpr TokenId kA = Encoder::kBeginning;
constexpr TokenId kB = kA + 1;
constexpr TokenId kC = kA + 2;
constexpr TokenId kD = kA + 3;
constexpr std::size_t kPlenty = 100;

std::unique_ptr<Tokenizer> made(Vocabulary vocabulary)
{
    vocabulary.kinds.resize(vocabulary.tokens.size(), TokenKind::Normal);
    auto tokenizer = Tokenizer::create(std::move(vocabulary));
    INFO((tokenizer ? "" : tokenizer.error().detail));
    REQUIRE(tokenizer.has_value());
    return std::move(*tokenizer);
}

/// Ids as the tiny encoder has them: marks, then words of one letter.
std::unique_ptr<Tokenizer> bert()
{
    Vocabulary vocabulary{.model = "bert",
                          .tokens = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
                                     "\u2581"
                                     "a",
                                     "\u2581"
                                     "b",
                                     "\u2581"
                                     "c",
                                     "\u2581"
                                     "d"},
                          .kinds = std::vector(5, TokenKind::Control)};
    vocabulary.bos = kCls;
    vocabulary.separator = kSep;
    vocabulary.unknown = 1;
    return made(std::move(vocabulary));
}

/// XLM-R's marks before words of one letter.
std::unique_ptr<Tokenizer> xlmRoberta(std::optional<bool> addSep)
{
    Vocabulary vocabulary{.model = "t5",
                          .tokens = {"<s>", "<pad>", "</s>", "<unk>",
                                     "\u2581"
                                     "a",
                                     "\u2581"
                                     "b",
                                     "\u2581"
                                     "c"},
                          .kinds = {TokenKind::Control, TokenKind::Control, TokenKind::Control, TokenKind::Unknown},
                          .scores = {0, 0, 0, 0, -1, -1, -1}};
    vocabulary.bos = 0;
    vocabulary.eos = 2;
    vocabulary.separator = 2;
    vocabulary.unknown = 3;
    vocabulary.addBos = true;
    vocabulary.addEos = true;
    vocabulary.addSep = addSep;
    vocabulary.addSpacePrefix = true;
    return made(std::move(vocabulary));
}

} // namespace

TEST_CASE("a text stands between its marks and loses its end where it is too long")
{
    const auto tokenizer = bert();
    const EncodedText whole = encodeWhole(*tokenizer, "a b c d", kPlenty);
    CHECK(whole.tokens == Ids{kCls, kA, kB, kC, kD, kSep});
    CHECK(whole.dropped == 0);
    const EncodedText cut = encodeWhole(*tokenizer, "a b c d", 4);
    CHECK(cut.tokens == Ids{kCls, kA, kB, kSep});
    CHECK(cut.dropped == 2);
    CHECK(encodeWhole(*tokenizer, "", kPlenty).tokens == Ids{kCls, kSep});
    CHECK(encodeWhole(*tokenizer, "a b", 1).dropped == 2);
}

TEST_CASE("marks that a text spells are text")
{
    const auto tokenizer = bert();
    const EncodedText text = encodeWhole(*tokenizer, "[SEP] a", kPlenty);
    CHECK(std::ranges::count(text.tokens, kSep) == 1);
}

TEST_CASE("BERT has one mark between the texts of a pair")
{
    const auto tokenizer = bert();
    const EncodedText pair = encodePair(*tokenizer, "a b", "c d", kPlenty);
    CHECK(pair.tokens == Ids{kCls, kA, kB, kSep, kC, kD, kSep});
    CHECK(pair.secondText == 4);
}

TEST_CASE("RoBERTa's family has two marks between the texts of a pair")
{
    for (const std::optional<bool> addSep : {std::optional<bool>(), std::optional(true)}) {
        const EncodedText pair = encodePair(*xlmRoberta(addSep), "a", "b c", kPlenty);
        CHECK(pair.tokens == Ids{0, 4, 2, 2, 5, 6, 2});
        CHECK(pair.secondText == 4);
    }
    CHECK(encodePair(*xlmRoberta(false), "a", "b", kPlenty).tokens == Ids{0, 4, 2, 5, 2});
}

TEST_CASE("of a pair that is too long the document loses its end, and a query only beyond half of the room")
{
    const auto tokenizer = bert();
    const EncodedText document = encodePair(*tokenizer, "a b", "c d c d", 8);
    CHECK(document.tokens == Ids{kCls, kA, kB, kSep, kC, kD, kC, kSep});
    CHECK(document.dropped == 1);
    const EncodedText query = encodePair(*tokenizer, "a b a b a b", "c d c d", 7);
    CHECK(query.tokens == Ids{kCls, kA, kB, kSep, kC, kD, kSep});
    CHECK(query.dropped == 6);
    const EncodedText onlyQuery = encodePair(*tokenizer, "a b a b", "c", 7);
    CHECK(onlyQuery.tokens == Ids{kCls, kA, kB, kA, kSep, kC, kSep});
    CHECK(onlyQuery.dropped == 1);
}

TEST_CASE("a template's own marks are marks, and its end stays where the document is cut")
{
    const auto tokenizer = bert();
    constexpr std::string_view kTemplate = "[MASK] {query} [SEP] {document} [MASK]";
    const Ids whole = encodePairByTemplate(*tokenizer, kTemplate, "a", "b [SEP]", kPlenty).tokens;
    REQUIRE(whole.size() > 5);
    CHECK(Ids(whole.begin(), whole.begin() + 5) == Ids{kCls, 4, kA, kSep, kB});
    CHECK(whole.back() == 4);
    CHECK(std::ranges::count(whole, kSep) == 1);
    const EncodedText cut = encodePairByTemplate(*tokenizer, kTemplate, "a", "b c d", 6);
    CHECK(cut.tokens == Ids{kCls, 4, kA, kSep, kB, 4});
    CHECK(cut.dropped == 2);
    CHECK(encodePairByTemplate(*tokenizer, "{document} {query}", "a", "b", kPlenty).tokens == Ids{kCls, kB, kA});
}

TEST_CASE("a reranker's own template is used where its file has one")
{
    const tests::TemporaryFolder folder;
    const auto pairOf = [&](const char *name, const char *pairTemplate) {
        auto writer = tests::tinyEncoderWriter({.pooling = Pooling::Rank});
        if (pairTemplate != nullptr) {
            writer.string("tokenizer.chat_template.rerank", pairTemplate);
        }
        tests::writeFile(folder.path() / name, writer.bytes());
        const auto model = TextModel::open(folder.path() / name);
        INFO((model ? "" : model.error().detail));
        REQUIRE(model.has_value());
        return (*model)->encodePair("a", "b", kPlenty).tokens;
    };
    CHECK(pairOf("own.gguf", "{document} [SEP] {query}") == Ids{kCls, kB, kSep, kA});
    CHECK(pairOf("none.gguf", nullptr) == Ids{kCls, kA, kSep, kB, kSep});
    CHECK(pairOf("useless.gguf", "no places") == Ids{kCls, kA, kSep, kB, kSep});
}
