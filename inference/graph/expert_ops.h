// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Mixture of experts: a router chooses a few experts for each row, their matrices multiply it, and the results are
// added by the router's weights. Shazeer et al. 2017, arXiv:1701.06538. What the chosen experts make of a row stands
// side by side in one wide row, so that gated activations need no op of their own.
#pragma once

#include "inference/graph/operands.h"

#include <cstdint>

namespace inference::graph {

/// Most experts of a layer, and most groups of them.
inline constexpr std::uint32_t kMaxExperts = 1024;
inline constexpr std::uint32_t kMaxExpertGroups = 32;
/// Least sum that weights are divided by.
inline constexpr float kLeastWeightSum = 1.0F / 16384;

/// What becomes of a router's logits z. Each rises with z.
enum class Gating {
    Softmax,         ///< p = softmax(z) over all experts
    Sigmoid,         ///< p = 1 / (1 + exp(-z))
    SqrtSoftplus,    ///< p = sqrt(log(1 + exp(z)))
    SoftmaxOfChosen, ///< p = z; the weights are the softmax over the chosen experts alone
};

/// What ranks a group of experts. DeepSeek-AI 2024, arXiv:2412.19437 (two) and arXiv:2405.04434 (one).
enum class GroupScore {
    BestTwo, ///< the sum of its two highest scores
    Best,    ///< its highest score
};

/// Chooses the `used` experts with the highest scores s = p + selectionBias, the best first, of equal ones the first; a
/// score that is NaN counts as the highest, so that it shows in the result. Their weights are p, without the bias.
/// With more than one group only experts of the `groupsUsed` best groups are chosen.
struct RouteExperts {
    ValueId logits{};                   ///< (experts), at most kMaxExperts
    WeightId selectionBias = kNoWeight; ///< (experts)
    ValueId out{};                      ///< (2 * used): the experts' indices as whole numbers, then their weights
    std::uint32_t used = 1;
    Gating gating = Gating::Softmax;
    std::uint32_t groups = 1; ///< equal parts of the experts, at most kMaxExpertGroups
    std::uint32_t groupsUsed = 1;
    GroupScore groupScore = GroupScore::BestTwo;
    bool normalise = false; ///< the weights are divided by their sum, or by kLeastWeightSum where that is more
    float scale = 1.0F;     ///< on the weights, at the end
};

/// Every row meets all experts, in their order and with the weight 1: a matrix for each head, multiplied as if heads
/// were experts.
struct RouteToEach {
    ValueId out{}; ///< (2 * experts), as RouteExperts writes it
};

/// For each chosen expert e of a row: out = factor * (W_e in + up_e (down_e in)) + bias_e. The factor is scale_e, times
/// the expert's weight when `weighted` (as if the weight were on the input).
struct ExpertMatMul {
    WeightId weight{};          ///< (n_in, n_out, experts)
    WeightId bias = kNoWeight;  ///< (n_out, experts)
    WeightId scale = kNoWeight; ///< (experts); absent: 1
    ValueId in{};               ///< (n_in): each expert sees the row; or (used * n_in): each sees its part
    ValueId routing{};          ///< what RouteExperts or RouteToEach wrote
    ValueId out{};              ///< (used * n_out)
    bool weighted = false;
    LowRank change{};
};

/// out = sum over the chosen experts of their parts of `in`, times their weights when `weighted` (+ residual when
/// given).
struct CombineExperts {
    ValueId in{};      ///< (used * n)
    ValueId routing{}; ///< what RouteExperts wrote
    ValueId out{};     ///< (n)
    bool weighted = true;
    bool hasResidual = false;
    ValueId residual{};
};

} // namespace inference::graph
