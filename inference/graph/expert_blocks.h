// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace inference::graph {

/// What a layer's experts make of a row: the ops from a router's choice to the weighted sum, which need nothing but the
/// row and the choice. The router is no part of it, nor are shared experts and what the sum is added to.
struct ExpertBlock {
    std::vector<std::size_t> ops; ///< of the graph, ascending; the last is the CombineExperts
    std::vector<ValueId> inputs;  ///< what they read of the rest of the graph, by index; not the residual
    ValueId routing{};            ///< the router's choice, one of the inputs
    std::uint32_t experts = 0;    ///< that it chooses from
    ValueId out{};                ///< what the CombineExperts writes
};

/// The blocks of a graph that checks out, in the order of their sums. A mixture whose parts are read elsewhere too, or
/// which has other ops than those that work on a row alone, is none.
std::vector<ExpertBlock> expertBlocks(const Graph &graph);

/// Ops of some blocks as a graph of their own, a layer each: weights and values under the same numbers, sums without
/// residual, no cache, no states, and logits that nothing writes. The blocks' inputs are written by nobody.
Graph expertGraph(const Graph &graph, std::span<const ExpertBlock> blocks);

} // namespace inference::graph
