// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/scratch_layout.h"

#include "inference/backend/cpu/kernels.h"

#include <algorithm>

namespace inference::backend::cpu {

std::uint32_t keySplits(std::uint32_t positions)
{
    return (positions + kKeySplit - 1) / kKeySplit;
}

ScratchLayout scratchLayout(const graph::Graph &graph, const Plan &plan, const ProgramOptions &options,
                            std::uint32_t lanes, std::uint32_t threads)
{
    ScratchLayout layout;
    const auto take = [&](std::uint64_t bytes) {
        const std::uint64_t at = layout.total;
        layout.total += (bytes + 63) / 64 * 64;
        return at;
    };
    std::uint64_t partialFloats = 0;
    std::uint64_t valueDim = 0;
    std::uint64_t tileBytes = 0;
    for (const graph::Op &op : graph.ops) {
        if (const auto *attention = std::get_if<graph::Attention>(&op)) {
            valueDim = std::max<std::uint64_t>(valueDim, attention->valueDim);
            partialFloats = std::max(partialFloats, std::uint64_t{attention->heads} * keySplits(options.contextLength) *
                                                        (attention->valueDim + 2));
        } else if (const auto *matMul = std::get_if<graph::MatMul>(&op); matMul != nullptr && !options.repackWeights) {
            const graph::Weight &weight = graph.weights[matMul->weight.index];
            tileBytes = std::max(tileBytes, tileLayout(weight.type, lanes, weight.shape[0]).tileBytes);
        }
    }
    const std::uint64_t rows = options.maxBatch;
    layout.values = take(plan.valueWidth * rows * sizeof(float));
    layout.blocks = take(rows * (plan.quantizedColumns / 32) * sizeof(ActivationBlock));
    layout.partials = take(partialFloats * sizeof(float));
    for (const graph::Rope &rope : plan.ropes) {
        layout.ropeTables.push_back(take(rows * rope.rotatedDims * 2 * sizeof(float)));
    }
    for (std::uint32_t i = 0; i < threads; ++i) {
        ThreadOffsets offsets;
        offsets.products = take(2ULL * kPanelRows * lanes * sizeof(float));
        offsets.attention = take(2ULL * kQueryRows * (valueDim + 2) * sizeof(float));
        offsets.tiles = take(tileBytes);
        layout.threads.push_back(offsets);
    }
    return layout;
}

} // namespace inference::backend::cpu
