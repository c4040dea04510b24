// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Angles of rotary position embeddings and what stretches them to longer contexts.
#pragma once

#include "inference/graph/graph.h"

#include <optional>
#include <span>

namespace inference::graph {

/// YaRN: pairs that turn often within the trained context keep their speed, slow ones are interpolated, those between
/// blend. Peng et al. 2023, arXiv:2309.00071.
struct Yarn {
    float factor = 1.0F;              ///< new context / trained context
    std::uint32_t trainedContext = 0; ///< positions
    float betaFast = 32.0F;           ///< turns within the trained context above which a pair is left alone
    float betaSlow = 1.0F;            ///< turns below which it is interpolated
    float attentionFactor = 1.0F;     ///< on cosine and sine, besides (1 + 0.1 ln(factor)) / (1 + 0.1 m ln(factor))
    float logMultiplier = 0.0F;       ///< that m; 1: cosine and sine keep their size
    bool wholePairs = true;           ///< the pairs of betaFast and betaSlow are rounded outwards
};

struct RopeScaling {
    float positionScale = 1.0F;     ///< linear scaling: angles are those of position * positionScale
    std::span<const float> factors; ///< divide each pair's frequency; empty: none
    float magnitude = 1.0F;         ///< on cosine and sine (longrope's attention factor)
    std::optional<Yarn> yarn;
};

/// frequencies[i] = base^(-2i / rotatedDims), scaled. Su et al. 2021, arXiv:2104.09864. `rotatedDims` is even.
RopeTable ropeTable(std::uint32_t rotatedDims, float base = 10000.0F, const RopeScaling &scaling = {});

} // namespace inference::graph
