// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/llama.h"

#include "inference/graph/builder.h"

#include <cmath>

namespace inference::graph {

Result<Graph> buildLlama(const GgufFile &file, const ModelConfig &config)
{
    Builder g(file);
    const float attentionScale = 1.0F / std::sqrt(static_cast<float>(config.keyLength));
    const WeightId frequencyFactors = g.optionalWeight("rope_freqs.weight");
    const WeightId tokenEmbedding = g.weight("token_embd.weight");

    ValueId x = g.getRows(tokenEmbedding);
    for (std::uint32_t layer = 0; layer < config.layerCount; ++layer) {
        const std::string block = "blk." + std::to_string(layer) + ".";
        const std::uint32_t heads = config.headCount[layer];
        const std::uint32_t kvHeads = config.headCountKv[layer];
        Rope rope{.headDim = config.keyLength,
                  .rotatedDims = config.ropeDimensions,
                  .kind = RopeKind::Norm,
                  .frequencyBase = config.ropeFrequencyBase,
                  .positionScale = config.ropePositionScale,
                  .frequencyFactors = frequencyFactors};

        const ValueId h = g.rmsNorm(x, g.weight(block + "attn_norm.weight"), config.rmsEpsilon);
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

        const ValueId f = g.rmsNorm(x, g.weight(block + "ffn_norm.weight"), config.rmsEpsilon);
        const ValueId gate =
            g.matMul(g.weight(block + "ffn_gate.weight"), f, g.optionalWeight(block + "ffn_gate.bias"));
        const ValueId up = g.matMul(g.weight(block + "ffn_up.weight"), f, g.optionalWeight(block + "ffn_up.bias"));
        x = g.matMulAdd(g.weight(block + "ffn_down.weight"), g.swiGlu(gate, up), x,
                        g.optionalWeight(block + "ffn_down.bias"));
        g.endLayer();
    }

    x = g.selectRows(x);
    x = g.rmsNorm(x, g.weight("output_norm.weight"), config.rmsEpsilon);
    const WeightId output = g.optionalWeight("output.weight");
    return g.finish(g.matMul(output == kNoWeight ? tokenEmbedding : output, x));
}

} // namespace inference::graph
