// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/tokenizer/character_ranges.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;

TEST_CASE("ideographs are told from other letters of East Asia", "[character_ranges]")
{
    for (const char32_t c :
         {U'\u4e00', U'\u9fff', U'\u3400', U'\u3005', U'\u3007', U'\uf900', U'\U00020000', U'\U000323AF'})
        CHECK(isHanScript(c));
    for (const char32_t c : {U'a', U'\u3042', U'\u30a2', U'\ud55c', U'\u3105', U'\u3001', U'\ufadf', U'\U000323B0'})
        CHECK_FALSE(isHanScript(c));
}

TEST_CASE("signs that count as letters are told from other numbers and symbols", "[character_ranges]")
{
    for (const char32_t c : {U'\u00bd', U'\u2160', U'\u2188', U'\u24d0', U'\u3007', U'\U0001F170'})
        CHECK(isWordSign(c));
    for (const char32_t c : {U'1', U'a', U'\u2153', U'\u2460', U'\u2183', U'\U0001F600'})
        CHECK_FALSE(isWordSign(c));
}

TEST_CASE("cased letters are those that the files list", "[character_ranges]")
{
    for (const char32_t c :
         {U'A', U'z', U'\u00b5', U'\u01c5', U'\u0410', U'\u1fbe', U'\u2126', U'\uff21', U'\U0001E943'})
        CHECK(isListedCasedLetter(c));
    // Without case, or with case only since Unicode 11.
    for (const char32_t c : {U'1', U'\u01bb', U'\u4e2d', U'\u05d0', U'\u10d0', U'\U0001d400', U'\U0001E944'})
        CHECK_FALSE(isListedCasedLetter(c));
}
