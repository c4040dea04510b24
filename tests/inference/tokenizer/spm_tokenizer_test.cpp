// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/spm_tokenizer.h"

#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;

namespace {

using Ids = std::vector<TokenId>;
using fixtures::Piece;

// 0 <unk>, 1 <s>, 2 </s>, 3 the sign for a space, 4 a, 5 b, 6 ab, …
Vocabulary small(std::vector<Piece> more = {})
{
    std::vector<Piece> pieces = {{"<unk>", 0, TokenKind::Unknown},
                                 {"<s>", 0, TokenKind::Control},
                                 {"</s>", 0, TokenKind::Control},
                                 {"\u2581", -10},
                                 {"a", -11},
                                 {"b", -12},
                                 {"ab", -1}};
    pieces.insert(pieces.end(), more.begin(), more.end());
    return fixtures::pieceVocabulary("llama", pieces);
}

std::unique_ptr<Tokenizer> make(Vocabulary vocabulary)
{
    auto tokenizer = Tokenizer::create(std::move(vocabulary));
    INFO((tokenizer ? "" : tokenizer.error().detail));
    REQUIRE(tokenizer.has_value());
    return std::move(*tokenizer);
}

Ids encode(const Vocabulary &vocabulary, std::string_view text, Trust trust = Trust::Untrusted)
{
    return make(vocabulary)->encode(text, trust);
}

std::vector<Piece> allBytes()
{
    std::vector<Piece> pieces;
    for (unsigned byte = 0; byte < 256; ++byte)
        pieces.push_back({fixtures::byteToken(byte), 0, TokenKind::Byte});
    return pieces;
}

} // namespace

TEST_CASE("a space stands before the text and after special tokens where the file wants it", "[spm]")
{
    Vocabulary vocabulary = small();
    CHECK(encode(vocabulary, "ab") == Ids{3, 6});
    CHECK(encode(vocabulary, " ab") == Ids{3, 3, 6});
    CHECK(encode(vocabulary, "") == Ids{});
    CHECK(encode(vocabulary, "a</s>b", Trust::Trusted) == Ids{3, 4, 2, 3, 5});
    vocabulary.addSpacePrefix = false;
    CHECK(encode(vocabulary, "ab") == Ids{6});
    CHECK(encode(vocabulary, " ab") == Ids{3, 6});
    CHECK(encode(vocabulary, "a</s>b", Trust::Trusted) == Ids{4, 2, 5});
}

TEST_CASE("decoding takes the space off again that encoding put there", "[spm]")
{
    Vocabulary vocabulary = small();
    for (const bool prefix : {true, false}) {
        vocabulary.addSpacePrefix = prefix;
        const auto tokenizer = make(vocabulary);
        CHECK(tokenizer->dropsLeadingSpace() == prefix);
        for (const char *text : {"ab", " ab", "a b", "  "}) {
            INFO('"' << text << "\", prefix " << prefix);
            CHECK(tokenizer->decode(tokenizer->encode(text, Trust::Untrusted), false) == text);
        }
        const Ids turns = tokenizer->encode("a</s>b", Trust::Trusted);
        CHECK(tokenizer->decode(turns, true) == "a</s>b");
        CHECK(tokenizer->decode(turns, false) == "ab");
    }
    CHECK(make(small())->bytes(3) == " ");
}

TEST_CASE("control tokens and byte tokens are never made from untrusted text", "[spm]")
{
    // Pieces that would merge up to "</s>" and "<0x0A>" in a reader that looks texts up without their kind.
    Vocabulary vocabulary = small({{"<", -20},
                                   {"/", -20},
                                   {"s", -20},
                                   {">", -20},
                                   {"</", -2},
                                   {"s>", -2},
                                   {"0", -20},
                                   {"x", -20},
                                   {"A", -20},
                                   {"<0", -2},
                                   {"<0x", -2},
                                   {"<0x0", -2},
                                   {"<0x0A", -2},
                                   {"<0x0A>", 0, TokenKind::Byte}});
    vocabulary.addSpacePrefix = false;
    CHECK(encode(vocabulary, "</s>") == Ids{11, 12});
    CHECK(encode(vocabulary, "</s>", Trust::Trusted) == Ids{2});
    CHECK(encode(vocabulary, "<0x0A>") == Ids{19, 10});
}

TEST_CASE("the highest score merges first and the leftmost of equals", "[spm]")
{
    Vocabulary vocabulary = small({{"ba", -1}, {"aa", -3}, {"aab", -2}});
    vocabulary.addSpacePrefix = false;
    CHECK(encode(vocabulary, "aba") == Ids{6, 4}); // ab before ba
    CHECK(encode(vocabulary, "bab") == Ids{7, 5});
    CHECK(encode(vocabulary, "aab") == Ids{9});
    CHECK(encode(vocabulary, "aaa") == Ids{8, 4});
}

TEST_CASE("unused tokens hold while merging and come apart at the end", "[spm]")
{
    Vocabulary vocabulary = small({{"abab", -1, TokenKind::Unused}, {"ababa", -2}});
    vocabulary.addSpacePrefix = false;
    CHECK(encode(vocabulary, "abab") == Ids{6, 6});
    CHECK(encode(vocabulary, "ababa") == Ids{8});
    CHECK(encode(vocabulary, "ababb") == Ids{6, 6, 5});
}

TEST_CASE("what no token covers falls back to bytes, or to one unknown token", "[spm]")
{
    Vocabulary vocabulary = small();
    vocabulary.addSpacePrefix = false;
    CHECK(encode(vocabulary, "a\u4e2d\u4e2db") == Ids{4, 0, 5});
    CHECK(encode(vocabulary, "\u4e2d \u4e2d") == Ids{0, 3, 0});
    vocabulary.unknown.reset();
    vocabulary.kinds[0] = TokenKind::Unused;
    CHECK(encode(vocabulary, "a\u4e2db") == Ids{4, 5});

    Vocabulary bytes = small(allBytes());
    bytes.addSpacePrefix = false;
    const TokenId first = 7;
    CHECK(encode(bytes, "a\u4e2d") == Ids{4, first + 0xE4, first + 0xB8, first + 0xAD});
    CHECK(encode(bytes, "\xFF\xE4\xB8z") == Ids{first + 0xFF, first + 0xE4, first + 0xB8, first + 'z'});
    CHECK(make(bytes)->bytes(first + 0xFF) == "\xFF");
}

TEST_CASE("user-defined tokens match in raw text, spaces and all", "[spm]")
{
    Vocabulary vocabulary = small({{"  ", 0, TokenKind::UserDefined}, {"\n\n", 0, TokenKind::UserDefined}});
    vocabulary.addSpacePrefix = false;
    CHECK(encode(vocabulary, "a  b\n\na") == Ids{4, 7, 5, 8, 4});
    const auto tokenizer = make(vocabulary);
    CHECK(tokenizer->decode(Ids{4, 7, 5}, false) == "a  b");
}

TEST_CASE("white space after special tokens goes where the family wants it", "[spm]")
{
    Vocabulary vocabulary = small({{"<|user|>", 0, TokenKind::Control}});
    vocabulary.addSpacePrefix = false;
    CHECK(encode(vocabulary, "<|user|> \u3000\na</s> b<s> a", Trust::Trusted).size() > 9);
    vocabulary.stripsAfterSpecial = true;
    CHECK(encode(vocabulary, "<|user|> \u3000\na</s> b<s> a", Trust::Trusted) == Ids{7, 4, 2, 5, 1, 3, 4});
    CHECK(encode(vocabulary, "<|user|>  ", Trust::Trusted) == Ids{7});
}

TEST_CASE("beginning and end follow the file's keys, else the scheme", "[spm]")
{
    Vocabulary vocabulary = small();
    const auto ids = [](std::span<const TokenId> tokens) { return Ids(tokens.begin(), tokens.end()); };
    CHECK(ids(make(vocabulary)->leading()) == Ids{1}); // without the keys: 1 and 2 where they are control tokens
    CHECK(ids(make(vocabulary)->trailing()) == Ids{});
    CHECK(make(vocabulary)->endsGeneration(2));
    vocabulary.addBos = false;
    vocabulary.addEos = true;
    CHECK(ids(make(vocabulary)->leading()) == Ids{});
    CHECK(ids(make(vocabulary)->trailing()) == Ids{2});
}

TEST_CASE("a vocabulary without scores or with overlong pieces is refused", "[spm]")
{
    Vocabulary vocabulary = small();
    vocabulary.scores.pop_back();
    auto tokenizer = Tokenizer::create(vocabulary);
    REQUIRE_FALSE(tokenizer.has_value());
    CHECK(tokenizer.error().code == ErrorCode::FileMalformed);
    CHECK(tokenizer.error().detail.contains("scores"));
    tokenizer = Tokenizer::create(small({{std::string(1025, 'x'), 0}}));
    REQUIRE_FALSE(tokenizer.has_value());
    CHECK(tokenizer.error().detail.contains("token 7"));
}
