// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A BERT with random weights and a WordPiece vocabulary of single letters: for tests of embedding and reranking.
#pragma once

#include "inference/types.h"
#include "tests/support/gguf_writer.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace tests {

struct TinyEncoderOptions {
    inference::Pooling pooling = inference::Pooling::Mean;
    std::string name = "Tiny encoder";
    std::uint32_t width = 32;
    std::uint32_t layers = 2;
    std::uint32_t context = 64;
    std::uint32_t scores = 1; ///< of the classifier, where `pooling` is Rank
    std::uint64_t seed = 1;
};

/// Ids of the vocabulary: "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", then a to z at the beginning of a word, then a
/// to z within one.
struct TinyEncoderVocabulary {
    static constexpr inference::TokenId kUnknown = 1;
    static constexpr inference::TokenId kFirst = 2;     ///< [CLS]
    static constexpr inference::TokenId kSeparator = 3; ///< [SEP]
    static constexpr inference::TokenId kBeginning = 5; ///< of a word that begins with a
    static constexpr inference::TokenId kWithin = 31;   ///< a within a word
    static constexpr std::uint32_t kSize = 57;
};

GgufWriter tinyEncoderWriter(const TinyEncoderOptions &options = {});

/// Writes the model file and returns its path.
std::filesystem::path writeTinyEncoder(const std::filesystem::path &path, const TinyEncoderOptions &options = {});

} // namespace tests
