// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/llama.h"

#include "inference/graph/builder.h"
#include "inference/graph/rope_table.h"

#include <cmath>

namespace inference::graph {

Result<Graph> buildLlama(const GgufFile &file, const ModelConfig &config)
{
    Builder g(file);
    const float attentionScale = 1.0F / std::sqrt(static_cast<float>(config.keyLength));
    const std::vector<float> frequencyFactors = g.optionalNumbers("rope_freqs.weight");
    const std::uint32_t angles =
        g.ropeTable(ropeTable(config.ropeDimensions, config.ropeFrequencyBase,
                              {.positionScale = config.ropePositionScale, .factors = frequencyFactors}));
    const WeightId tokenEmbedding = g.weight("token_embd.weight");

    const auto norm = [&](ValueId in, const std::string &name) {
        return g.norm(in, {.weight = g.weight(name), .epsilon = config.rmsEpsilon});
    };
    ValueId x = g.getRows(tokenEmbedding);
    for (std::uint32_t layer = 0; layer < config.layerCount; ++layer) {
        const std::string block = "blk." + std::to_string(layer) + ".";
        const std::uint32_t heads = config.headCount[layer];
        const std::uint32_t kvHeads = config.headCountKv[layer];
        Rope rope{
            .headDim = config.keyLength, .rotatedDims = config.ropeDimensions, .kind = RopeKind::Norm, .table = angles};

        const ValueId h = norm(x, block + "attn_norm.weight");
        ValueId q = g.matMul(g.weight(block + "attn_q.weight"), h, g.optionalWeight(block + "attn_q.bias"));
        ValueId k = g.matMul(g.weight(block + "attn_k.weight"), h, g.optionalWeight(block + "attn_k.bias"));
        const ValueId v = g.matMul(g.weight(block + "attn_v.weight"), h, g.optionalWeight(block + "attn_v.bias"));
        rope.heads = heads;
        q = g.rope(q, rope);
        rope.heads = kvHeads;
        k = g.rope(k, rope);
        g.kvWrite(layer, k, v);
        const ValueId a = g.attention(q, {.layer = layer,
                                          .heads = heads,
                                          .kvHeads = kvHeads,
                                          .headDim = config.keyLength,
                                          .valueDim = config.valueLength,
                                          .scale = attentionScale});
        x = g.matMulAdd(g.weight(block + "attn_output.weight"), a, x, g.optionalWeight(block + "attn_output.bias"));

        const ValueId f = norm(x, block + "ffn_norm.weight");
        const ValueId gate =
            g.matMul(g.weight(block + "ffn_gate.weight"), f, g.optionalWeight(block + "ffn_gate.bias"));
        const ValueId up = g.matMul(g.weight(block + "ffn_up.weight"), f, g.optionalWeight(block + "ffn_up.bias"));
        x = g.matMulAdd(g.weight(block + "ffn_down.weight"), g.glu(gate, up, Activation::Silu), x,
                        g.optionalWeight(block + "ffn_down.bias"));
        g.endLayer();
    }

    x = g.selectRows(x);
    x = norm(x, "output_norm.weight");
    const WeightId output = g.optionalWeight("output.weight");
    return g.finish(g.matMul(output == kNoWeight ? tokenEmbedding : output, x));
}

} // namespace inference::graph
