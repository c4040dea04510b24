// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/model/gguf_file.h"
#include "inference/model_summary.h"
#include "inference/tokenizer/vocabulary.h"
#include "inference/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inference {

/// Hyperparameters of a transformer, checked against the limits of the format (layers <= 1024, heads divisible, …).
struct ModelConfig {
    std::string architecture; ///< "llama"
    std::uint32_t contextLength = 0;
    std::uint32_t embeddingLength = 0;
    std::uint32_t layerCount = 0;
    std::vector<std::uint32_t> feedForwardLength; ///< by layer
    std::vector<std::uint32_t> headCount;         ///< by layer
    std::vector<std::uint32_t> headCountKv;       ///< by layer
    std::uint32_t keyLength = 0;                  ///< per head
    std::uint32_t valueLength = 0;                ///< per head
    std::uint32_t vocabularySize = 0;
    float rmsEpsilon = 1e-5F;
    std::uint32_t ropeDimensions = 0;
    float ropeFrequencyBase = 10000.0F;
    float ropePositionScale = 1.0F; ///< 1 / linear factor
};

/// Reads and checks the hyperparameters. UnsupportedFile names the architecture when Carrel does not run it.
Result<ModelConfig> readModelConfig(const GgufFile &file);

/// Reads and checks the tokenizer's keys (lengths agree, ids in range, no bad byte tokens).
Result<Vocabulary> readVocabulary(const GgufFile &file);

/// `tokenizer.chat_template`, and the sampling settings that the file recommends (general.sampling.*)
/// over those of its family.
std::optional<std::string> readChatTemplate(const GgufFile &file);
SamplingParams readRecommendedSampling(const GgufFile &file);

/// Never fails for a readable header: what is missing stays empty.
ModelSummary summarize(const GgufFile &file, std::string_view fileStem);

} // namespace inference
