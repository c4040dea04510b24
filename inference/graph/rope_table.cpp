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
        low = pairOfTurns(double{yarn.betaFast}, rotatedDims, double{base}, context);
        high = pairOfTurns(double{yarn.betaSlow}, rotatedDims, double{base}, context);
        low = std::max(0.0, yarn.wholePairs ? std::floor(low) : low);
        high = std::min(rotatedDims - 1.0, yarn.wholePairs ? std::ceil(high) : high);
        const double growth = 0.1 * std::log(std::max(1.0, double{yarn.factor}));
        table.magnitude *=
            yarn.attentionFactor * static_cast<float>((1.0 + growth) / (1.0 + double{yarn.logMultiplier} * growth));
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
