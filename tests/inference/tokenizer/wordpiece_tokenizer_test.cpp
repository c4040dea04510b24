// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/wordpiece_tokenizer.h"

#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>

using namespace inference;

namespace {

using Ids = std::vector<TokenId>;

// The same words in both ways of marking them.
Vocabulary small(bool marksBeginnings)
{
    const std::string begins = marksBeginnings ? "\u2581" : "";
    const std::string continues = marksBeginnings ? "" : "##";
    Vocabulary vocabulary;
    vocabulary.model = "bert";
    vocabulary.tokens = {"[PAD]",         "[UNK]",      "[CLS]",           "[SEP]",
                         begins + "un",   begins + "a", continues + "aff", continues + "able",
                         continues + "a", begins + ",", begins + "\u4e2d", continues + "\u00e9"};
    vocabulary.kinds.assign(vocabulary.tokens.size(), TokenKind::Normal);
    for (std::size_t id = 0; id < 4; ++id)
        vocabulary.kinds[id] = TokenKind::Control;
    vocabulary.padding = 0;
    vocabulary.unknown = 1;
    vocabulary.bos = 2;
    vocabulary.separator = 3;
    return vocabulary;
}

std::unique_ptr<Tokenizer> make(Vocabulary vocabulary)
{
    auto tokenizer = Tokenizer::create(std::move(vocabulary));
    REQUIRE(tokenizer.has_value());
    return std::move(*tokenizer);
}

} // namespace

TEST_CASE("words are covered by the longest pieces or are unknown as a whole", "[wordpiece]")
{
    const auto tokenizer = make(small(GENERATE(true, false)));
    struct Row {
        std::string text;
        Ids ids;
    };
    for (const Row &row : std::vector<Row>{{"", {}},
                                           {"unaffable", {4, 6, 7}},
                                           {"Un, a", {4, 9, 5}},
                                           {"una un", {4, 8, 4}},
                                           {"unx a", {1, 5}},
                                           {"aff", {1}},
                                           {"x x", {1, 1}},
                                           {"\u4e2d\u4e2d", {10, 10}},
                                           {std::string(100, 'a'), {}},
                                           {std::string(101, 'a'), {1}}}) {
        INFO(row.text);
        Ids expected = row.ids;
        if (row.text.size() == 100) {
            expected.assign(100, 8);
            expected.front() = 5;
        }
        CHECK(tokenizer->encode(row.text, Trust::Untrusted) == expected);
    }
}

TEST_CASE("decoding joins continuations and parts words", "[wordpiece]")
{
    const auto tokenizer = make(small(GENERATE(true, false)));
    CHECK(tokenizer->decode(Ids{2, 4, 6, 7, 9, 5, 3}, false) == "unaffable , a");
    CHECK(tokenizer->decode(Ids{2, 4, 6, 7, 3}, true) == "[CLS]unaffable[SEP]");
    CHECK(tokenizer->bytes(6) == "aff");
    CHECK(tokenizer->bytes(4) == " un");
}

TEST_CASE("control tokens in the text count where it is trusted", "[wordpiece]")
{
    const auto tokenizer = make(small(true));
    CHECK(tokenizer->encode("a[SEP]a", Trust::Trusted) == Ids{5, 3, 5});
    CHECK(tokenizer->encode("a[SEP]a", Trust::Untrusted) == Ids{5, 1, 1, 1, 5});
    CHECK(Ids(tokenizer->leading().begin(), tokenizer->leading().end()) == Ids{2});
    CHECK(Ids(tokenizer->trailing().begin(), tokenizer->trailing().end()) == Ids{3});
}

TEST_CASE("the file says how letters are normalized", "[wordpiece]")
{
    Vocabulary vocabulary = small(true);
    CHECK(make(vocabulary)->encode("UN\u00c9", Trust::Untrusted) == Ids{1}); // "une"
    vocabulary.stripAccents = false;
    CHECK(make(vocabulary)->encode("UN\u00c9", Trust::Untrusted) == Ids{4, 11});
    vocabulary.lowercase = false;
    CHECK(make(vocabulary)->encode("UN\u00c9", Trust::Untrusted) == Ids{1});
    CHECK(make(vocabulary)->encode("un\u00e9", Trust::Untrusted) == Ids{4, 11});
}
