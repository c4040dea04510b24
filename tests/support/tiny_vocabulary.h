// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A byte-level BPE vocabulary small enough for tests that still encodes any text.
#pragma once

#include "inference/types.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tests {

/// Tokens: three control tokens, the 256 bytes in GPT-2's printable alphabet, one token for each merge, then
/// "<unused…>" up to the wanted size.
struct TinyVocabulary {
    static constexpr inference::TokenId kEndOfText = 0; ///< <|endoftext|>, bos
    static constexpr inference::TokenId kTurnStart = 1; ///< <|im_start|>
    static constexpr inference::TokenId kTurnEnd = 2;   ///< <|im_end|>, eos
    static constexpr inference::TokenId kFirstByte = 3; ///< token of byte b: kFirstByte + b

    std::vector<std::string> tokens;
    std::vector<std::int32_t> types; ///< tokenizer.ggml.token_type
    std::vector<std::string> merges; ///< "left right"
};

/// The smallest size makeTinyVocabulary accepts.
std::uint32_t tinyVocabularyLeast();

/// `size` >= tinyVocabularyLeast() and the further merges ("left right"), else std::invalid_argument.
TinyVocabulary makeTinyVocabulary(std::uint32_t size, const std::vector<std::string> &furtherMerges = {});

/// ChatML as a chat template, with a generation prompt.
std::string tinyChatTemplate();

} // namespace tests
