// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ops that carry a state from token to token instead of looking back at a cache. Each has a state of its own in the
// program, f32, zero before position 0, which a batch's rows advance one after the other.
#pragma once

#include "inference/graph/operands.h"

#include <cstdint>

namespace inference::graph {

/// Most taps of a convolution, and most rows of the matrix that a head keeps.
inline constexpr std::uint32_t kMaxTaps = 16;
inline constexpr std::uint32_t kMaxStateRows = 256;

/// Depthwise convolution over the last `taps` tokens: out_t[c] = sum over j < taps of weight[c][j] *
/// in_(t - taps + 1 + j)[c], + bias[c], and then SiLU when `silu`. State: the last taps - 1 inputs, (taps - 1,
/// channels).
struct CausalConv {
    ValueId in{};              ///< (channels)
    WeightId weight{};         ///< (taps, channels)
    WeightId bias = kNoWeight; ///< (channels)
    ValueId out{};             ///< (channels)
    std::uint32_t state = 0;   ///< index into Graph::states
    std::uint32_t taps = 0;    ///< 2 to kMaxTaps
    bool silu = false;
};

/// The gated delta rule. Yang et al. 2024, arXiv:2412.06464. For each value head, with its state S (keyDim, valueDim),
/// a token's key k and query q (both divided by sqrt(their sum of squares + epsilon), q by sqrt(keyDim) too) and value
/// v:
///   S = exp(g) S;  S = S + k (beta (v - S^T k))^T;  out = S^T q
/// where g = rate * log(1 + exp(decay + decayBias)) and beta = 1 / (1 + exp(-write)).
struct GatedDelta {
    ValueId in{};               ///< queries (keyHeads * keyDim), keys alike, values (valueHeads * valueDim)
    ValueId decay{};            ///< holds a logit for each value head
    ValueId write{};            ///< the same; may be the same value
    WeightId rate{};            ///< (valueHeads), below 0
    WeightId decayBias{};       ///< (valueHeads)
    ValueId out{};              ///< (valueHeads * valueDim)
    std::uint32_t state = 0;    ///< index into Graph::states
    std::uint32_t keyHeads = 0; ///< divides valueHeads
    std::uint32_t valueHeads = 0;
    std::uint32_t keyDim = 0; ///< at most kMaxStateRows
    std::uint32_t valueDim = 0;
    /// Which key head value head j has: j mod keyHeads, else j / (valueHeads / keyHeads).
    bool keysAlternate = false;
    /// `decay` and `write` are one value: for each key head the write logits of its value heads, then their decay
    /// logits. Not with keysAlternate.
    bool logitsByKeyHead = false;
    float epsilon = 1e-6F;
};

/// The scan of Mamba-2. Dao and Gu 2024, arXiv:2405.21060. For each head with its state S (stateDim, headDim), its
/// group's B and C (stateDim), its numbers x (headDim), and d = log(1 + exp(step + stepBias)):
///   S = exp(d rate) S + B (d x)^T;  out = S^T C + skip x
/// Head h is of group h / (heads / groups).
struct StateScan {
    ValueId in{};            ///< x (heads * headDim), B (groups * stateDim), C (groups * stateDim)
    ValueId step{};          ///< (heads)
    WeightId stepBias{};     ///< (heads)
    WeightId rate{};         ///< (heads), below 0
    WeightId skip{};         ///< (heads)
    ValueId out{};           ///< (heads * headDim)
    std::uint32_t state = 0; ///< index into Graph::states
    std::uint32_t heads = 0;
    std::uint32_t headDim = 0;
    std::uint32_t stateDim = 0; ///< at most kMaxStateRows
    std::uint32_t groups = 1;   ///< divides heads
};

/// What a program keeps between two tokens for one recurrent op.
struct RecurrentState {
    std::uint64_t numbers = 0; ///< f32
    bool operator==(const RecurrentState &) const = default;
};

/// Size of an op's state.
constexpr std::uint64_t stateNumbers(const CausalConv &op, std::uint64_t channels)
{
    return (std::uint64_t{op.taps} - 1) * channels;
}
constexpr std::uint64_t stateNumbers(const GatedDelta &op)
{
    return std::uint64_t{op.valueHeads} * op.keyDim * op.valueDim;
}
constexpr std::uint64_t stateNumbers(const StateScan &op)
{
    return std::uint64_t{op.heads} * op.headDim * op.stateDim;
}

} // namespace inference::graph
