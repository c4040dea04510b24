// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The yardstick of both backends: every op of graph.h in plain scalar double arithmetic, nothing shared with a backend.
#pragma once

#include "inference/backend/backend.h"
#include "inference/graph/graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace inference::backend {

/// Runs a graph with reference arithmetic and keeps its KV cache, rounded as its type says, and its states.
class OpReference {
public:
    /// Borrows the graph and the bytes of its weights.
    OpReference(const graph::Graph &graph, std::uint32_t contextLength, KvType kv = KvType::F16);

    /// Evaluates a batch and returns its logits: (wanted rows, vocabulary).
    std::vector<double> run(std::span<const TokenId> tokens, std::uint32_t position,
                            LogitsWanted wanted = LogitsWanted::AllRows, std::uint32_t secondText = 0xFFFFFFFFU);

    /// A value of the last run: (rows, width).
    [[nodiscard]] const std::vector<double> &value(graph::ValueId id) const { return m_values[id.index]; }
    /// The cache of a layer: (contextLength, width).
    [[nodiscard]] const std::vector<double> &keys(std::uint32_t layer) const { return m_keys[layer]; }
    /// A recurrent state after the last run; matrices as (heads, rows, columns).
    [[nodiscard]] const std::vector<double> &state(std::uint32_t index) const { return m_states[index]; }
    [[nodiscard]] const std::vector<double> &valuesOfCache(std::uint32_t layer) const { return m_cachedValues[layer]; }

private:
    struct Visitor;

    const std::vector<double> &weight(graph::WeightId id);

    const graph::Graph &m_graph;
    KvType m_kv;
    std::vector<std::vector<double>> m_weights; ///< by weight, dequantized on first use
    std::vector<std::vector<double>> m_values;
    std::vector<std::vector<double>> m_keys;
    std::vector<std::vector<double>> m_cachedValues;
    std::vector<std::vector<double>> m_states;
};

/// Normalised mean square error sum((a-b)^2) / sum(a^2) of `b` against the reference `a`; infinite when `b` holds a
/// number that is not finite or the lengths differ.
double normalisedError(std::span<const double> reference, std::span<const float> result);

/// Whether all bits are equal, those of zeros and NaNs too.
bool sameBits(std::span<const float> a, std::span<const float> b);

} // namespace inference::backend
