// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/sentence_piece.h"

#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;

TEST_CASE("byte tokens are named by two hexadecimal digits alone", "[sentence_piece]")
{
    CHECK(namedByte("<0x0A>") == 0x0A);
    CHECK(namedByte("<0xfF>") == 0xFF);
    for (const char *text : {"<0x-1>", "<0xG0>", "<0x1>", "<0x100>", "<0x0A", "0x0A>", "", "<0x A>", "<0X0A>"}) {
        INFO(text);
        CHECK_FALSE(namedByte(text).has_value());
    }
}

TEST_CASE("spaces are escaped and come back where the kind of token has them", "[sentence_piece]")
{
    std::string escaped;
    appendEscaped(escaped, " a  b\t");
    CHECK(escaped == "\u2581a\u2581\u2581b\t");
    struct Row {
        const char *text;
        TokenKind kind;
        const char *bytes;
    };
    for (const Row &row : {Row{"\u2581the\u2581", TokenKind::Normal, " the "},
                           {"\u2581x", TokenKind::Unused, " x"},
                           {"\u2581x", TokenKind::UserDefined, "\u2581x"},
                           {"\u2581x", TokenKind::Control, "\u2581x"},
                           {"<0x41>", TokenKind::Byte, "A"},
                           {"<0x41>", TokenKind::Normal, "<0x41>"},
                           {"\u2580\u2582", TokenKind::Normal, "\u2580\u2582"},
                           {"", TokenKind::Normal, ""}}) {
        std::string bytes;
        appendPieceBytes(bytes, row.text, row.kind);
        CHECK(bytes == row.bytes);
    }
}

TEST_CASE("one missing byte token means unknown tokens for all", "[sentence_piece]")
{
    std::vector<fixtures::Piece> pieces = {{"<unk>", 0, TokenKind::Unknown}};
    for (unsigned byte = 0; byte < 256; ++byte)
        pieces.push_back({fixtures::byteToken(byte), 0, TokenKind::Byte});
    Vocabulary vocabulary = fixtures::pieceVocabulary("llama", pieces);
    vocabulary.unknown = 0;
    std::vector<TokenId> out;
    const ByteFallback whole(vocabulary);
    CHECK(whole.complete());
    whole.append("a\xFF", 0, out);
    CHECK(out == std::vector<TokenId>{1 + 'a', 256});

    vocabulary.kinds[7] = TokenKind::Normal;
    const ByteFallback partial(vocabulary);
    CHECK_FALSE(partial.complete());
    out.clear();
    partial.append("ab", 0, out);
    partial.append("c", 0, out);
    CHECK(out == std::vector<TokenId>{0});
    partial.append("c", 1, out); // what stands before the start is another piece's
    CHECK(out == std::vector<TokenId>{0, 0});
}
