// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Code points, their categories and cases, and UTF-8. Pure functions over tables generated from the Unicode database
// (generate_tables.py); safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace inference::unicode {

/// General categories as far as pre-tokenizers tell them apart. Whitespace is the property White_Space and wins over
/// the general category; Other holds controls, unassigned code points and bytes that are not UTF-8.
enum class Category : std::uint8_t {
    Other = 0,
    UpperLetter = 1,    ///< Lu
    LowerLetter = 2,    ///< Ll
    TitleLetter = 3,    ///< Lt
    ModifierLetter = 4, ///< Lm
    OtherLetter = 5,    ///< Lo
    Mark = 6,           ///< M
    Number = 7,         ///< N
    Punctuation = 8,    ///< P
    Symbol = 9,         ///< S
    Whitespace = 10,
};

/// Version of the Unicode database behind the tables, for example "15.1.0".
std::string_view databaseVersion();

Category categoryOf(char32_t codePoint);

constexpr bool isLetter(Category category)
{
    return category >= Category::UpperLetter && category <= Category::OtherLetter;
}

/// Cc, Cf, Co and Cs: what Category::Other holds beside unassigned code points.
bool isControlOrFormat(char32_t codePoint);

/// Nd: the digits of decimal numbers.
bool isDecimalDigit(char32_t codePoint);

/// Mn: marks that take no room of their own, such as accents.
bool isNonSpacingMark(char32_t codePoint);

/// What stands at the start of some bytes.
struct Decoded {
    char32_t codePoint = replacement; ///< U+FFFD when the bytes are not valid UTF-8
    std::uint32_t length = 0;         ///< bytes taken: the character's, or of the maximal invalid subpart; 0 at the end
    bool valid = false;
    static constexpr char32_t replacement = 0xFFFD;
};

/// Decodes one character at `position`. Ill-formed input takes the maximal subpart of a sequence, as the Unicode
/// standard recommends (section 3.9, "U+FFFD substitution of maximal subparts").
Decoded decodeAt(std::string_view text, std::size_t position);

/// True when `text`, which is not valid UTF-8, could become one character by further bytes.
bool isIncompletePrefix(std::string_view text);

/// Appends the UTF-8 of a code point; surrogates and values beyond U+10FFFF become U+FFFD.
void append(std::string &out, char32_t codePoint);

/// `text` with every maximal invalid subpart replaced by U+FFFD.
std::string sanitized(std::string_view text);

/// Number of code points; an invalid subpart counts as one.
std::size_t length(std::string_view text);

/// Full case mappings of one code point, appended to `out` (up to three code points), without context.
void appendUpper(std::string &out, char32_t codePoint);
void appendLower(std::string &out, char32_t codePoint);
void appendTitle(std::string &out, char32_t codePoint);

/// Canonical decomposition with canonical order (normalization form NFD).
std::u32string decomposed(std::u32string_view text);

/// Canonical composition (normalization form NFC) of UTF-8; what is not UTF-8 stays as it is and parts what stands
/// around it.
std::string composed(std::string_view text);

/// True where a case mapping changes the code point or it is a letter that has cases: Lu, Ll, Lt.
bool isCased(char32_t codePoint);

} // namespace inference::unicode
