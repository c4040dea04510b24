// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/token_roles.h"

#include "tests/inference/tokenizer/fixtures.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;
using fixtures::byteVocabulary;

TEST_CASE("well-known end tokens and the file's own ids end generation", "[token_roles]")
{
    Vocabulary vocabulary = byteVocabulary({}, {{"<|im_end|>", TokenKind::Control},
                                                {"<|im_start|>", TokenKind::Control},
                                                {"<end_of_turn>", TokenKind::Normal},
                                                {"custom", TokenKind::Control},
                                                {"<\uFF5Cend\u2581of\u2581sentence\uFF5C>", TokenKind::Control},
                                                {"<|fim_pad|>", TokenKind::Control}});
    vocabulary.eot = 259;
    vocabulary.fimPadRepSep = {261};
    const TokenRoles roles = tokenRoles(vocabulary);
    CHECK(roles.endsGeneration[256]);
    CHECK_FALSE(roles.endsGeneration[257]);
    CHECK(roles.endsGeneration[258]);
    CHECK(roles.kinds[258] == TokenKind::Control);
    CHECK_FALSE(roles.isText[258]);
    CHECK(roles.endsGeneration[259]);
    CHECK(roles.endsGeneration[260]);
    CHECK(roles.endsGeneration[261]);
    CHECK_FALSE(roles.endsGeneration['a']);
    CHECK(roles.isText['a']);
}

TEST_CASE("an end token's text that merges spell is text", "[token_roles]")
{
    Vocabulary vocabulary = byteVocabulary({{"<", "/"}, {"</", "s"}, {"</s", ">"}}, {});
    const TokenRoles roles = tokenRoles(vocabulary);
    CHECK_FALSE(roles.endsGeneration[258]);
    CHECK(roles.kinds[258] == TokenKind::Normal);
    vocabulary.eos = 258;
    CHECK(tokenRoles(vocabulary).endsGeneration[258]);
}

TEST_CASE("in harmony vocabularies the end of a channel goes on", "[token_roles]")
{
    const Vocabulary harmony = byteVocabulary(
        {}, {{"<|end|>", TokenKind::Control}, {"<|return|>", TokenKind::Control}, {"<|call|>", TokenKind::Control}});
    CHECK_FALSE(tokenRoles(harmony).endsGeneration[256]);
    CHECK(tokenRoles(harmony).endsGeneration[257]);
    CHECK(tokenRoles(harmony).endsGeneration[258]);
    const Vocabulary solar = byteVocabulary(
        {}, {{"<|end|>", TokenKind::Control}, {"<|flush|>", TokenKind::Control}, {"<|calls|>", TokenKind::Control}});
    CHECK_FALSE(tokenRoles(solar).endsGeneration[256]);
    CHECK(tokenRoles(solar).endsGeneration[258]);
    const Vocabulary phi = byteVocabulary({}, {{"<|end|>", TokenKind::Control}, {"<|return|>", TokenKind::Control}});
    CHECK(tokenRoles(phi).endsGeneration[256]);
}

TEST_CASE("where tool responses have a token the tag of HTML is text", "[token_roles]")
{
    Vocabulary vocabulary = byteVocabulary({}, {{"</s>", TokenKind::Normal}, {"<|tool_response>", TokenKind::Control}});
    CHECK_FALSE(tokenRoles(vocabulary).endsGeneration[256]);
    CHECK(tokenRoles(vocabulary).kinds[256] == TokenKind::Normal);
    CHECK(tokenRoles(vocabulary).endsGeneration[257]);
    vocabulary.eos = 256;
    CHECK(tokenRoles(vocabulary).endsGeneration[256]);
}
