// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What Gemma 3n and 4 have besides the parts of other transformers, under their names in GGUF files.
#include "inference/families/decoder.h"

#include <algorithm>
#include <cmath>

namespace inference::families {

std::uint32_t Decoder::cacheOwner()
{
    const std::uint32_t owners = m_config.layerCount - m_config.gemma.sharedKvLayers;
    if (m_layer < owners) {
        return m_layer;
    }
    for (std::uint32_t layer = owners; layer-- > 0;) {
        if (!anySlides() || m_sliding.layers[layer] == m_sliding.layers[m_layer]) {
            return layer;
        }
    }
    fail(ErrorCode::FileMalformed, "layer " + std::to_string(m_layer) +
                                       " shares the cache of a layer that slides like it, and none before has one");
    return 0;
}

ValueId Decoder::normedAttention(ValueId in)
{
    constexpr float kUnscaled = 1.0F;
    const std::uint32_t owner = cacheOwner();
    if (owner == m_layer) {
        Heads made;
        if (has("attn_v") || has("attn_qkv")) {
            made = project(in);
        } else {
            made.query = linear(in, "attn_q", std::uint64_t{heads()} * keyLength());
            made.key = linear(in, "attn_k", std::uint64_t{kvHeads()} * keyLength());
            made.value = made.key;
        }
        made.value = m_graph.norm(made.value, {.groups = kvHeads(), .epsilon = epsilon(NormKind::Rms)});
        normHeads(made);
        rotate(made, RopeKind::Neox);
        return attend(made, kUnscaled);
    }
    // Files may have what the layer would need for a cache of its own.
    m_graph.ignoreAll(named("attn_k"));
    m_graph.ignoreAll(named("attn_v"));
    const std::uint32_t shared = std::max(m_config.headCountKv[owner], 1U);
    if (heads() % shared != 0) {
        fail(ErrorCode::FileMalformed,
             "the heads of layer " + std::to_string(m_layer) + " do not divide among those of the cache that it reads");
        return in;
    }
    const ValueId query = linear(in, "attn_q", std::uint64_t{heads()} * keyLength());
    return attendTo(
        rope(headNorm(query, "attn_q_norm", heads()), heads(), keyLength(), RopeKind::Neox),
        {.layer = owner, .kvHeads = shared, .headDim = keyLength(), .valueDim = valueLength(), .scale = kUnscaled});
}

std::optional<ValueId> Decoder::layerInputs(ValueId embedded)
{
    const std::uint32_t length = m_config.gemma.layerInputLength;
    if (length == 0) {
        return std::nullopt;
    }
    const std::uint64_t width = std::uint64_t{length} * m_config.layerCount;
    const WeightId table = m_graph.matrix("per_layer_token_embd.weight", width, m_config.vocabularySize);
    const ValueId ofToken = m_graph.getRowsFromFile(table, std::sqrt(static_cast<float>(length)));
    ValueId ofEmbedding = linear(embedded, "per_layer_model_proj", width);
    ofEmbedding = m_graph.scale(ofEmbedding, 1.0F / std::sqrt(static_cast<float>(m_config.embeddingLength)));
    ofEmbedding = headNorm(ofEmbedding, "per_layer_proj_norm", m_config.layerCount);
    return m_graph.scale(m_graph.add(ofEmbedding, ofToken), std::sqrt(0.5F));
}

ValueId Decoder::layerInputBranch(ValueId in, ValueId inputs)
{
    const std::uint32_t length = m_config.gemma.layerInputLength;
    const ValueId gate = linear(in, "inp_gate", length);
    const ValueId open = m_graph.glu(gate, take(part(inputs, 1, m_layer * length, length), 1), Activation::GeluTanh);
    return norm(linear(open, "proj", m_config.embeddingLength), "post_norm");
}

ValueId Decoder::normedRouter(ValueId in)
{
    const std::uint64_t width = m_config.embeddingLength;
    const WeightId weight = m_graph.vector(named("ffn_gate_inp.scale"), width);
    const ValueId normed = m_graph.norm(in, {.weight = weight, .epsilon = epsilon(NormKind::Rms)});
    const WeightId router = m_graph.matrix(named("ffn_gate_inp.weight"), width, m_config.experts.count);
    return m_graph.scale(m_graph.matMul(router, normed), 1.0F / std::sqrt(static_cast<float>(width)));
}

ValueId Decoder::scaleLayer(ValueId stream)
{
    const std::vector<float> factor = m_graph.optionalNumbers(named("layer_output_scale.weight"), 1);
    return factor.empty() ? stream : m_graph.scale(stream, factor.front());
}

} // namespace inference::families
