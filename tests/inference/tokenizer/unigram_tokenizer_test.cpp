// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/unigram_tokenizer.h"

#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;

namespace {

using Ids = std::vector<TokenId>;
using fixtures::Piece;

// 0 <pad>, 1 </s>, 2 <unk>, 3 the sign for a space, 4 a, 5 b, 6 ab, 7 sign and a, …
Vocabulary small(std::vector<Piece> more = {})
{
    std::vector<Piece> pieces = {{"<pad>", 0, TokenKind::Control},
                                 {"</s>", 0, TokenKind::Control},
                                 {"<unk>", 0, TokenKind::Unknown},
                                 {"\u2581", -3},
                                 {"a", -4},
                                 {"b", -4},
                                 {"ab", -5},
                                 {"\u2581a", -5}};
    pieces.insert(pieces.end(), more.begin(), more.end());
    return fixtures::pieceVocabulary("t5", pieces);
}

std::unique_ptr<Tokenizer> make(Vocabulary vocabulary)
{
    auto tokenizer = Tokenizer::create(std::move(vocabulary));
    INFO((tokenizer ? "" : tokenizer.error().detail));
    REQUIRE(tokenizer.has_value());
    return std::move(*tokenizer);
}

std::string normalized(Vocabulary vocabulary, std::string_view text)
{
    std::string out;
    UnigramTokenizer(std::move(vocabulary), {}).normalize(text, out);
    return out;
}

} // namespace

TEST_CASE("the pieces with the highest sum of scores cover the text", "[unigram]")
{
    const auto tokenizer = make(small());
    CHECK(tokenizer->encode("ab", Trust::Untrusted) == Ids{3, 6}); // -8 against -9
    CHECK(tokenizer->encode("a", Trust::Untrusted) == Ids{7});
    CHECK(tokenizer->encode("aa", Trust::Untrusted) == Ids{7, 4});
    CHECK(tokenizer->encode("", Trust::Untrusted) == Ids{});
    Vocabulary user = small({{"bb", -900, TokenKind::UserDefined}});
    CHECK(make(user)->encode("abba", Trust::Untrusted) == Ids{7, 8, 7}); // cut out before the rest
}

TEST_CASE("characters without a piece are one unknown token, or bytes", "[unigram]")
{
    const auto tokenizer = make(small());
    CHECK(tokenizer->encode("a\u4e2d\u4e2db", Trust::Untrusted) == Ids{7, 2, 5});
    CHECK(tokenizer->encode("a\xFF\xE4\xB8", Trust::Untrusted) == Ids{7, 2});
    std::vector<Piece> bytes;
    for (unsigned byte = 0; byte < 256; ++byte)
        bytes.push_back({fixtures::byteToken(byte), 0, TokenKind::Byte});
    CHECK(make(small(bytes))->encode("a\u4e2d", Trust::Untrusted) == Ids{7, 8 + 0xE4, 8 + 0xB8, 8 + 0xAD});
}

TEST_CASE("spaces are trimmed and joined where the file says so", "[unigram]")
{
    struct Row {
        bool prefix;
        bool trims;
        const char *text;
        const char *expected;
    };
    for (const Row &row : {Row{true, true, "  a  b ", "\u2581a\u2581b"},
                           {true, true, "   ", ""},
                           {true, true, "", ""},
                           {false, true, " a  b ", "a\u2581b"},
                           {true, false, " a  b ", "\u2581\u2581a\u2581\u2581b\u2581"},
                           {false, false, " a ", "\u2581a\u2581"},
                           {true, false, "", ""},
                           {true, true, "a\xFF\xFE", "\u2581a\ufffd\ufffd"}}) {
        INFO('"' << row.text << "\", prefix " << row.prefix << ", trims " << row.trims);
        Vocabulary vocabulary = small();
        vocabulary.addSpacePrefix = row.prefix;
        vocabulary.removeExtraWhitespaces = row.trims;
        CHECK(normalized(vocabulary, row.text) == row.expected);
    }
}

TEST_CASE("the end token follows a text unless the file says otherwise", "[unigram]")
{
    const auto tokenizer = make(small());
    CHECK(Ids(tokenizer->trailing().begin(), tokenizer->trailing().end()) == Ids{1});
    CHECK(tokenizer->leading().empty());
    CHECK(tokenizer->encode("a</s>a", Trust::Trusted) == Ids{7, 1, 7});
    CHECK(tokenizer->encode("a</s>a", Trust::Untrusted) == Ids{7, 2, 4});
    CHECK(tokenizer->decode(Ids{7, 4, 3, 5}, false) == "aa b");
}

TEST_CASE("a broken normalizer table is refused by name", "[unigram]")
{
    Vocabulary vocabulary = small();
    vocabulary.charsmap = "abc";
    const auto tokenizer = Tokenizer::create(std::move(vocabulary));
    REQUIRE_FALSE(tokenizer.has_value());
    CHECK(tokenizer.error().detail.contains("precompiled_charsmap"));
}
