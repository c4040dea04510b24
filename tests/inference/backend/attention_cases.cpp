// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/attention_cases.h"

#include <cmath>

namespace inference::backend {

using namespace graph;

std::unique_ptr<GraphFixture> attentionGraph(const AttentionShape &shape)
{
    auto fixture = std::make_unique<GraphFixture>(7);
    GraphFixture &f = *fixture;
    const std::uint32_t queryWidth = shape.heads * shape.headDim;
    const std::uint32_t keyWidth = shape.kvHeads * shape.headDim;
    const std::uint32_t valueWidth = shape.sharedValues ? 0 : shape.kvHeads * shape.valueDim;
    ValueId q = f.input(queryWidth, kAttentionTokens);
    ValueId k = f.input(keyWidth, kAttentionTokens);
    if (shape.rope) {
        Rope rope{.in = q,
                  .out = {},
                  .heads = shape.heads,
                  .headDim = shape.headDim,
                  .rotatedDims = shape.headDim,
                  .table = f.rope(shape.headDim)};
        q = f.apply(rope, queryWidth);
        rope.in = k;
        rope.heads = shape.kvHeads;
        k = f.apply(rope, keyWidth);
    }
    f.graph().kv.push_back({.keyWidth = keyWidth, .valueWidth = valueWidth});
    KvWrite write{.layer = 0, .key = k, .value = {}, .hasValue = !shape.sharedValues};
    if (write.hasValue) {
        write.value = f.input(valueWidth, kAttentionTokens);
    }
    f.add(write);
    f.finish(
        f.apply(Attention{.layer = 0,
                          .query = q,
                          .out = {},
                          .heads = shape.heads,
                          .kvHeads = shape.kvHeads,
                          .headDim = shape.headDim,
                          .valueDim = shape.valueDim,
                          .scale = 4.0F / std::sqrt(static_cast<float>(shape.headDim)),
                          .softcap = shape.softcap,
                          .window = shape.window,
                          .mask = shape.mask,
                          .sinks = shape.sinks ? f.weight(TensorType::F32, shape.heads, 1, 4.0F) : graph::kNoWeight},
                shape.heads * shape.valueDim));
    return fixture;
}

std::vector<AttentionShape> maskedShapes()
{
    std::vector<AttentionShape> shapes;
    for (const auto &[mask, window] : {std::pair{Mask::Causal, 0U},
                                       {Mask::Causal, 5U},
                                       {Mask::Chunked, 1U},
                                       {Mask::Chunked, 7U},
                                       {Mask::Chunked, 64U},
                                       {Mask::Chunked, 300U},
                                       {Mask::Full, 0U},
                                       {Mask::Full, 1U},
                                       {Mask::Full, 8U},
                                       {Mask::Full, 300U}}) {
        for (const bool sinks : {false, true}) {
            for (const bool shared : {false, true}) {
                shapes.push_back({.heads = 6,
                                  .kvHeads = 2,
                                  .headDim = 40,
                                  .valueDim = shared ? 34U : 40U,
                                  .window = window,
                                  .mask = mask,
                                  .sinks = sinks,
                                  .sharedValues = shared});
            }
        }
    }
    return shapes;
}

std::vector<AttentionShape> quantizedShapes()
{
    return {
        {.heads = 4, .kvHeads = 2, .headDim = 64, .valueDim = 64},
        {.heads = 9, .kvHeads = 3, .headDim = 32, .valueDim = 32},
        {.heads = 3, .kvHeads = 1, .headDim = 96, .valueDim = 160, .softcap = 3.0F, .window = 40},
        {.heads = 8, .kvHeads = 1, .headDim = 128, .valueDim = 128, .sinks = true},
        {.heads = 4, .kvHeads = 1, .headDim = 256, .valueDim = 256, .rope = false},
        {.heads = 4, .kvHeads = 1, .headDim = 576, .valueDim = 512, .rope = false, .sharedValues = true},
        {.heads = 4, .kvHeads = 2, .headDim = 96, .valueDim = 64, .sharedValues = true},
    };
}

} // namespace inference::backend
