// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/model/gguf_file.h"
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

/// `tokenizer.chat_template`, and the sampling settings that the file recommends (general.sampling.*).
std::optional<std::string> readChatTemplate(const GgufFile &file);
SamplingParams readRecommendedSampling(const GgufFile &file);

/// What can be said of a model file from its header alone.
struct ModelSummary {
    std::string name;             ///< general.name, else the file's stem
    std::string architecture;
    std::string sizeLabel;        ///< "135M"
    std::string quantization;     ///< "Q4_1": general.file_type, else the commonest type by bytes
    std::string license;          ///< general.license, empty when absent
    std::uint64_t parameters = 0;
    std::uint64_t fileBytes = 0;
    std::uint64_t tensorBytes = 0;
    std::uint32_t tensorCount = 0;
    std::uint32_t contextLength = 0;
    std::uint32_t layerCount = 0;
    std::uint32_t embeddingLength = 0;
    std::uint32_t vocabularySize = 0;
    std::string tokenizerModel;   ///< "gpt2"
    std::string tokenizerPre;     ///< "smollm"
    std::string chatTemplateSha256; ///< hex, empty without a template
    bool hasChatTemplate = false;
    bool complete = false;        ///< every tensor's bytes are in the file
    bool supported = false;       ///< this version of Carrel runs it
    std::string reason;           ///< why not, one sentence in English
};

/// Never fails for a readable header: what is missing stays empty.
ModelSummary summarize(const GgufFile &file, std::string_view fileStem);

} // namespace inference
