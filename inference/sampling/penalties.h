// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/types.h"

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace inference {

/// Lowers the logits of tokens among the last `penaltyLastN` of the history: positive ones divided, others multiplied
/// by repeatPenalty, then minus count * frequencyPenalty and presencePenalty. Keskar et al. 2019, arXiv:1909.05858.
void applyRepeatPenalties(std::span<float> logits, std::span<const TokenId> history, const SamplingParams &params);

/// Bytes of a token, for the breakers of DRY.
using TokenBytes = std::function<std::string_view(TokenId)>;

/// For each token that would continue a repetition: length of the repetition it would continue (at least
/// `dryAllowedLength`). A repetition may not reach back over a breaker; tokens that hold a breaker are left out.
struct Repetition {
    TokenId token = 0;
    std::size_t length = 0;
    bool operator==(const Repetition &) const = default;
};
std::vector<Repetition> findRepetitions(std::span<const TokenId> history, const SamplingParams &params,
                                        const TokenBytes &tokenBytes);

/// DRY, "don't repeat yourself": minus dryMultiplier * dryBase^(length - dryAllowedLength) for each repetition.
void applyDry(std::span<float> logits, std::span<const TokenId> history, const SamplingParams &params,
              const TokenBytes &tokenBytes);

} // namespace inference
