// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/unicode/unicode.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <string>
#include <utility>

using namespace inference::unicode;

TEST_CASE("code points have the categories of the Unicode database", "[unicode]")
{
    const std::pair<char32_t, Category> expected[] = {
        {U'A', Category::UpperLetter},      {U'z', Category::LowerLetter},    {0x01C5, Category::TitleLetter},
        {0x02B0, Category::ModifierLetter}, {0x4E2D, Category::OtherLetter},  {0x0301, Category::Mark},
        {U'7', Category::Number},           {0x2160, Category::Number},       {U'!', Category::Punctuation},
        {U'+', Category::Symbol},           {0x1F600, Category::Symbol},      {U' ', Category::Whitespace},
        {U'\n', Category::Whitespace},      {0x85, Category::Whitespace},     {0xA0, Category::Whitespace},
        {0x3000, Category::Whitespace},     {0x1C, Category::Other},          {0x200B, Category::Other},
        {0xD800, Category::Other},          {0x10FFFF, Category::Other},      {0x110000, Category::Other},
        {0xFFFFFFFF, Category::Other},      {0x20000, Category::OtherLetter}, {0x2A6DF, Category::OtherLetter},
        {0x2A6E0, Category::Other},         {0x10FFFD, Category::Other},      {0xE0100, Category::Mark},
    };
    for (const auto &[codePoint, category] : expected) {
        INFO(std::hex << static_cast<std::uint32_t>(codePoint));
        CHECK(categoryOf(codePoint) == category);
    }
    CHECK(databaseVersion() == "15.1.0");
}

TEST_CASE("categories are counted as in the Unicode database", "[unicode]")
{
    // Sums over all code points, from Python's unicodedata 15.1: they catch a shifted range anywhere.
    std::array<int, 11> counts{};
    for (char32_t c = 0; c < 0x110000; ++c)
        ++counts[static_cast<std::size_t>(categoryOf(c))];
    CHECK(counts == std::array<int, 11>{964463, 1831, 2233, 31, 397, 132234, 2450, 1831, 842, 7775, 25});
}

TEST_CASE("UTF-8 is decoded strictly, with maximal subparts", "[unicode]")
{
    struct Case {
        std::string_view bytes;
        std::uint32_t length;
        bool valid;
        char32_t codePoint;
    };
    const Case cases[] = {
        {"a", 1, true, U'a'},
        {"\u00e9", 2, true, 0xE9},
        {"\u4e2d", 3, true, 0x4E2D},
        {"\U0010FFFF", 4, true, 0x10FFFF},
        {"", 0, false, 0xFFFD},
        {"\x80", 1, false, 0xFFFD},
        {"\xC1\x80", 1, false, 0xFFFD},
        {"\xE0\x9F\x80", 1, false, 0xFFFD},
        {"\xE1\x80", 2, false, 0xFFFD},
        {"\xE1\x80z", 2, false, 0xFFFD},
        {"\xED\xA0\x80", 1, false, 0xFFFD},
        {"\xF0\x8F\xBF\xBF", 1, false, 0xFFFD},
        {"\xF0\x90\x80", 3, false, 0xFFFD},
        {"\xF4\x90\x80\x80", 1, false, 0xFFFD},
        {"\xF5\x80\x80\x80", 1, false, 0xFFFD},
    };
    for (const Case &c : cases) {
        const Decoded decoded = decodeAt(c.bytes, 0);
        CHECK(decoded.length == c.length);
        CHECK(decoded.valid == c.valid);
        CHECK(decoded.codePoint == c.codePoint);
    }
    CHECK(sanitized("a\xE2\x82z\xFF") == "a\uFFFDz\uFFFD");
    CHECK(length("h\u00e9\U0001f600\xFF") == 4);
}

TEST_CASE("a prefix of one character is told from garbage", "[unicode]")
{
    CHECK(isIncompletePrefix("\xE4"));
    CHECK(isIncompletePrefix("\xE4\xB8"));
    CHECK(isIncompletePrefix("\xF0\x9F\x98"));
    CHECK_FALSE(isIncompletePrefix(""));
    CHECK_FALSE(isIncompletePrefix("a"));
    CHECK_FALSE(isIncompletePrefix("\x80"));
    CHECK_FALSE(isIncompletePrefix("\xE0\x80"));
    CHECK_FALSE(isIncompletePrefix("\xED\xA0"));
    CHECK_FALSE(isIncompletePrefix("\u4e2d"));
}

TEST_CASE("every code point survives encoding and decoding", "[unicode]")
{
    std::string text;
    for (char32_t c = 0; c < 0x110000; ++c) {
        text.clear();
        append(text, c);
        const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        const Decoded decoded = decodeAt(text, 0);
        if (decoded.codePoint != (surrogate ? 0xFFFD : c) || !decoded.valid || decoded.length != text.size())
            FAIL("code point " << static_cast<std::uint32_t>(c));
    }
}

TEST_CASE("case mappings are full and know title case", "[unicode]")
{
    const auto mapped = [](void (*map)(std::string &, char32_t), char32_t codePoint) {
        std::string out;
        map(out, codePoint);
        return out;
    };
    CHECK(mapped(appendUpper, U'a') == "A");
    CHECK(mapped(appendUpper, 0xDF) == "SS");
    CHECK(mapped(appendTitle, 0xDF) == "Ss");
    CHECK(mapped(appendUpper, 0x149) == "\u02bcN");
    CHECK(mapped(appendUpper, 0x101) == "\u0100");
    CHECK(mapped(appendLower, 0x100) == "\u0101");
    CHECK(mapped(appendLower, 0x101) == "\u0101");
    CHECK(mapped(appendLower, 0x130) == "i\u0307");
    CHECK(mapped(appendTitle, 0x1C6) == "\u01c5");
    CHECK(mapped(appendTitle, 0x1C5) == "\u01c5");
    CHECK(mapped(appendUpper, 0x1C5) == "\u01c4");
    CHECK(mapped(appendTitle, 0x10D0) == "\u10d0");
    CHECK(mapped(appendUpper, 0x10D0) == "\u1c90");
    CHECK(mapped(appendLower, 0x10400) == "\U00010428");
    CHECK(mapped(appendUpper, 0x4E2D) == "\u4e2d");
    CHECK(isCased(U'a'));
    CHECK(isCased(0x2160));
    CHECK_FALSE(isCased(0x4E2D));
}

TEST_CASE("canonical decompositions are those of the Unicode database", "[unicode]")
{
    // FNV-1a over the UTF-8 of the NFD of every code point but surrogates, one after the other, as Python's unicodedata
    // of the tables' version gives it.
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    std::string utf8;
    for (char32_t c = 0; c < 0x110000; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        utf8.clear();
        for (const char32_t part : decomposed(std::u32string_view(&c, 1)))
            append(utf8, part);
        for (const char byte : utf8)
            hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
    }
    CHECK(hash == 0x7255D347C74D6799ULL);
}

TEST_CASE("marks stand in canonical order after decomposition", "[unicode]")
{
    CHECK(decomposed(U"a\u0315\u0300\u05ae\u0323b\u0344") == U"a\u0323\u05ae\u0300\u0315b\u0308\u0301");
    CHECK(decomposed(U"\u1e69") == U"s\u0323\u0307");
    CHECK(decomposed(U"").empty());
    CHECK(decomposed(std::u32string(40'000, 0x0301)) == std::u32string(40'000, 0x0301));
}

TEST_CASE("canonical compositions are those of the Unicode database", "[unicode]")
{
    // As above, over the NFC of every code point's decomposition with U+0301 U+0323 U+0300 behind it.
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    std::string utf8;
    for (char32_t c = 0; c < 0x110000; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        utf8.clear();
        for (const char32_t part : decomposed(std::u32string_view(&c, 1)))
            append(utf8, part);
        for (const char byte : composed(utf8 + "\u0301\u0323\u0300"))
            hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
    }
    CHECK(hash == 0x5EC8480C25A238CCULL);
    CHECK(composed("a\u0315\u0300") == "\u00e0\u0315");
    CHECK(composed("a\u030a\u0301") == "\u01fb");
    CHECK(composed("\u1100\u1161\u11a8") == "\uac01");
    CHECK(composed("\u1100\u1161\u11a7") == "\uac00\u11a7");
    CHECK(composed("\u0344 \u0958") == "\u0308\u0301 \u0915\u093c");
    CHECK(composed("\u0301a") == "\u0301a");
    CHECK(composed("e\xFF\u0301 e\u0301\xE2\x82") == "e\xFF\u0301 \u00e9\xE2\x82");
    CHECK(composed("").empty());
}

TEST_CASE("classes within marks and others are told apart", "[unicode]")
{
    std::size_t nonSpacing = 0;
    std::size_t controls = 0;
    for (char32_t c = 0; c < 0x110000; ++c) {
        nonSpacing += isNonSpacingMark(c) ? 1U : 0U;
        controls += isControlOrFormat(c) ? 1U : 0U;
    }
    CHECK(nonSpacing == 1985); // counts of the database
    CHECK(controls == 139751);
    CHECK(isNonSpacingMark(0x0301));
    CHECK_FALSE(isNonSpacingMark(0x0903)); // Mc
    CHECK_FALSE(isNonSpacingMark(0x20DD)); // Me
    CHECK(isControlOrFormat(0x200B));
    CHECK_FALSE(isControlOrFormat(0x0378));
}
