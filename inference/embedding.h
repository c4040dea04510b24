// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What goes into and comes out of embedders and rerankers.
#pragma once

#include "inference/types.h"

#include <cstdint>
#include <string>
#include <vector>

namespace inference {

/// Texts that become vectors.
struct EmbedRequest {
    std::vector<std::string> texts = {}; ///< UTF-8; never searched for control tokens
    std::string prefix = {};             ///< stands in front of each: see ModelSummary::queryPrefix
    bool normalise = true;               ///< to length 1
    std::uint32_t dimensions = 0;        ///< only so many numbers of each vector, before it is normalised; 0: all
};

/// What became of one text.
struct Embedding {
    std::vector<float> values; ///< one vector, or one for each token where the model does not pool
    std::uint32_t tokens = 0;  ///< read, special ones included
    std::uint32_t dropped = 0; ///< at the text's end, which the model cannot hold
};

struct EmbedResult {
    std::vector<Embedding> embeddings; ///< in the order of the texts
    std::uint32_t width = 0;           ///< numbers in a vector
    DeviceInfo device;
};

/// Documents to be judged by how well they answer a query.
struct RerankRequest {
    std::string query;
    std::vector<std::string> texts;
};

/// How well one document does. Scores of one model compare with each other alone.
struct RankedText {
    float score = 0;           ///< higher is better; of Qwen's rerankers a probability, else a classifier's logit
    std::uint32_t tokens = 0;  ///< read, query and special ones included
    std::uint32_t dropped = 0; ///< that did not fit
};

struct RerankResult {
    std::vector<RankedText> ranked; ///< in the order of the texts
    DeviceInfo device;
};

/// Texts done so far. Delivered on the engine's thread.
struct TextProgress {
    std::size_t done = 0;
    std::size_t total = 0;
};

} // namespace inference
