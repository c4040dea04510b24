// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Graphs of one attention, for the tests of both backends.
#pragma once

#include "tests/inference/backend/graph_fixture.h"

#include <memory>
#include <vector>

namespace inference::backend {

/// One layer's attention.
struct AttentionShape {
    std::uint32_t heads = 4;
    std::uint32_t kvHeads = 2;
    std::uint32_t headDim = 64;
    std::uint32_t valueDim = 64;
    bool rope = true;
    float softcap = 0.0F;
    std::uint32_t window = 0;
    graph::Mask mask = graph::Mask::Causal;
    bool sinks = false;
    bool sharedValues = false; ///< values are parts of the keys
};

/// Tokens that attentionGraph() has rows for.
inline constexpr std::uint32_t kAttentionTokens = 50;

/// Random queries, keys and values of each token; the logits are what attention makes of them.
std::unique_ptr<GraphFixture> attentionGraph(const AttentionShape &shape);

/// Every mask, with sinks and without, with values of their own and as parts of the keys.
std::vector<AttentionShape> maskedShapes();

/// Heads of whole blocks, with an even and an odd number of them in a slot.
std::vector<AttentionShape> quantizedShapes();

} // namespace inference::backend
