// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text as it is compared: what typesetting, extraction and quoting change is made equal. Pure functions.
#pragma once

#include "storage/sentences.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace app::grounding {

/// A text in normal form, and where each byte of it comes from.
struct NormalText {
    std::string text;
    std::vector<std::uint32_t> origin; ///< per byte, and one more: first byte of its character in the source
    std::vector<std::uint32_t> until;  ///< per byte: one past that character

    /// The bytes of the source behind [begin, end) of the text.
    [[nodiscard]] storage::TextSpan source(std::size_t begin, std::size_t end) const;
};

/// Lower case, decomposed (NFD); one space for any white space and none inside scripts without spaces; one form of
/// quotation mark, hyphen and dash; no hyphens inside words, where line ends and taste put them; ligatures and
/// full-width forms in plain letters; round brackets for square ones; nothing invisible.
NormalText normalized(std::string_view text);

/// A word in the form in which words are compared: without accents, and of long ones the first five letters, which
/// stand for all inflections; of scripts without spaces each pair of characters.
struct Word {
    std::string key;
    std::size_t begin = 0; ///< in NormalText::text
    std::size_t end = 0;
    bool content = true; ///< says something: no article, no single letter
};

std::vector<Word> wordsOf(const NormalText &normal);

/// The keys of the words that say something, each once, sorted.
std::vector<std::string> contentKeys(const NormalText &normal);

} // namespace app::grounding
