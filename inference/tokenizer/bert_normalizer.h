// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

/// How BERT's vocabularies want text before it is cut into pieces.
struct BertNormalization {
    bool lowercase = true;
    bool stripAccents = true;
};

/// Words of a text, one after the other.
struct NormalizedWords {
    std::string text;
    std::vector<std::size_t> lengths; ///< bytes of each word; they sum up to the text's
};

/// BERT's basic tokenizer: controls, formats and what is not UTF-8 are dropped, white space separates, every CJK
/// ideograph and every punctuation sign is a word of its own; then accents are stripped (canonical decomposition
/// without non-spacing marks) and letters lower-cased where wanted.
NormalizedWords bertWords(std::string_view text, BertNormalization normalization);

} // namespace inference
