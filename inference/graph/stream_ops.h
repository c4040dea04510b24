// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ops of models that carry several streams side by side, of which a layer works on one: Alternating Updates,
// Baykal et al. 2023, arXiv:2301.13310.
#pragma once

#include "inference/graph/operands.h"

#include <cstdint>

namespace inference::graph {

/// Most streams that one op mixes.
inline constexpr std::uint32_t kMaxStreams = 16;

/// For each of `targets` streams j: out_j = base_j + sum over i of (coefficients[j * sources + i] + offset) * in_i.
struct MixStreams {
    ValueId in{};              ///< (sources * n)
    ValueId coefficients{};    ///< (targets * sources)
    ValueId base{};            ///< (targets * n)
    ValueId out{};             ///< (targets * n)
    std::uint32_t sources = 1; ///< at most kMaxStreams
    std::uint32_t targets = 1;
    float offset = 0.0F;
};

/// `in` made as large as `like`: out = in * sqrt(mean(like^2) / max(mean(in^2), least)).
struct MatchMagnitude {
    ValueId in{};
    ValueId like{};
    ValueId out{};
    float least = 1e-5F; ///< above 0
};

/// What exceeds most of the row, if its numbers are normally distributed: out = max(in - mean(in) - deviations *
/// deviation(in), 0), the deviation being that of the row's own numbers (divided by their count).
struct Sparsify {
    ValueId in{};
    ValueId out{};
    float deviations = 0.0F;
};

} // namespace inference::graph
