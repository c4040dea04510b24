// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/rope_table.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace inference::graph {

namespace {

/// Pair (not whole) that makes `turns` turns within the trained context.
double pairOfTurns(double turns, std::uint32_t rotatedDims, double base, double trainedContext)
{
    return rotatedDims * std::log(trainedContext / (turns * 2.0 * std::numbers::pi)) / (2.0 * std::log(base));
}

} // namespace

RopeTable ropeTable(std::uint32_t rotatedDims, float base, const RopeScaling &scaling)
{
    const std::uint32_t pairs = rotatedDims / 2;
    RopeTable table{.frequencies = {}, .magnitude = scaling.magnitude};
    table.frequencies.reserve(pairs);
    double low = 0;
    double high = 0;
    if (scaling.yarn) {
        const Yarn &yarn = *scaling.yarn;
        const double context = yarn.trainedContext;
        low = std::max(0.0, std::floor(pairOfTurns(double{yarn.betaFast}, rotatedDims, double{base}, context)));
        high = std::min(rotatedDims - 1.0,
                        std::ceil(pairOfTurns(double{yarn.betaSlow}, rotatedDims, double{base}, context)));
        const double multiplier = yarn.logMultiplier ? double{*yarn.logMultiplier} : 0.1;
        table.magnitude *=
            yarn.attentionFactor *
            static_cast<float>(yarn.factor > 1.0F ? 1.0 + multiplier * std::log(double{yarn.factor}) : 1.0);
    }
    for (std::uint32_t i = 0; i < pairs; ++i) {
        double frequency = std::pow(double{base}, -2.0 * i / rotatedDims);
        if (!scaling.factors.empty()) {
            frequency /= double{scaling.factors[i]};
        }
        if (scaling.yarn) {
            const double ramp = std::clamp((i - low) / std::max(0.001, high - low), 0.0, 1.0);
            const double interpolated = frequency / double{scaling.yarn->factor};
            frequency = interpolated * ramp + frequency * (1.0 - ramp);
        } else {
            frequency *= double{scaling.positionScale};
        }
        table.frequencies.push_back(frequency);
    }
    return table;
}

} // namespace inference::graph
