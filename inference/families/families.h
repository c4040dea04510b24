// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/graph/graph.h"
#include "inference/model/gguf_file.h"
#include "inference/model/model_config.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace inference::families {

class Decoder;

/// What a family's layers with a sliding window are like where the file does not say.
struct SlidingDefaults {
    std::uint32_t period = 0; ///< layer i slides where i mod period < period - 1; 0: none does, whatever the file says
    std::uint32_t window = 0; ///< positions; 0: no layer slides
    float ropeFrequencyBase = 0.0F;         ///< 0: that of the other layers
    bool ropeScaled = true;                 ///< whether the file's RoPE scaling applies to the layers that slide
    bool lastFirst = false;                 ///< layer i slides where i mod period > 0 instead
    graph::Mask mask = graph::Mask::Causal; ///< what such a layer sees
};

/// What a family does where the file does not say.
struct FamilyDefaults {
    SlidingDefaults sliding;
    float attentionSoftcap = 0.0F; ///< 0: none
    float logitSoftcap = 0.0F;     ///< 0: none
    /// The file's factor on cosine and sine is YaRN's own, not one on top of it.
    bool ropeFactorIsYarns = false;
    /// Tokens see those behind them too, and the graph ends in embeddings. Other families see what is before them alone
    /// and end in embeddings where the file says how.
    bool encoder = false;
    Pooling rankedRow = Pooling::Last; ///< what a classifier is given
    bool geluClassifier = false;       ///< a classifier's hidden layer has GELU instead of the hyperbolic tangent
    bool yarnWholePairs = true;        ///< YaRN's bounds are rounded to whole pairs
    /// YaRN's factor acts on the attention's scale instead of on cosine and sine, and the file has a tenth of it.
    bool yarnInAttentionScale = false;
    bool queriesGrow = false;    ///< by attention.temperature_scale; files of other families with that key are refused
    bool textInSections = false; ///< positions of several dimensions are one for text, as plain RoPE has them
};

/// One value of `general.architecture` and how its forward pass is written.
struct Family {
    std::string_view architecture;
    std::string_view models; ///< what people know it as
    std::string_view block;  ///< in a few words, for docs/families.md
    Result<graph::Graph> (*build)(Decoder &decoder);
    /// The test, from the root, that compares its logits with a reference; empty: there is none yet, and only tests may
    /// load it.
    std::string_view provenBy;
    FamilyDefaults defaults = {};
};

/// Every family whose forward pass is written, by architecture.
std::span<const Family> allFamilies();

enum class Admission {
    Proven, ///< families that nobody has proven are refused like unknown ones
    Any,    ///< for the tests that prove them
};

struct ForwardPass {
    /// As the file gives it; the context is the longest that Carrel computes exactly.
    ModelConfig config;
    graph::Graph graph;
};

/// Hyperparameters and forward pass of a model. Reads the header and small vectors alone and borrows the bytes of the
/// weights from `file`. `contextLength`: positions that will be used, 0: as many as the model was trained for.
/// UnsupportedFile names the architecture, tensor or type that Carrel does not run, FileMalformed what contradicts.
/// `pooling`: in place of what the file says.
Result<ForwardPass> buildForwardPass(const GgufFile &file, std::uint32_t contextLength,
                                     Admission admission = Admission::Proven, std::optional<Pooling> pooling = {});

} // namespace inference::families
