// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Embeddings times the root of their width, GELU gates, norms before and (from the second generation on) behind each
// branch. Up to the third the norms' weights are stored with 1 added. Gemma team 2024 and 2025, arXiv:2408.00118,
// arXiv:2503.19786.
#include "inference/families/family_list.h"

#include <cmath>

namespace inference::families {

namespace {

enum class Generation { First, Second, Third };

/// The 27B models divide by the root of the embedding's width per head instead of the head's own.
float attentionScale(const ModelConfig &config, Generation generation)
{
    const std::uint32_t largest = generation == Generation::Second ? 46 : 62;
    const bool perEmbedding = generation != Generation::First && config.layerCount == largest;
    const std::uint32_t width = perEmbedding ? config.embeddingLength / config.headCount.front() : config.keyLength;
    return 1.0F / std::sqrt(static_cast<float>(width));
}

Result<graph::Graph> build(Decoder &d, Generation generation)
{
    const bool postNorms = generation != Generation::First;
    ValueId x = d.embed(std::sqrt(static_cast<float>(d.config().embeddingLength)));
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        Decoder::Heads heads = d.project(d.norm(x, "attn_norm"));
        if (generation == Generation::Third) {
            d.normHeads(heads);
        }
        d.rotate(heads, RopeKind::Neox);
        ValueId branch = d.attentionOutput(d.attend(heads, attentionScale(d.config(), generation)));
        x = d.addBranch(x, postNorms ? d.norm(branch, "post_attention_norm") : branch);
        branch = d.gatedFeedForward(d.norm(x, "ffn_norm"), Activation::GeluTanh);
        x = d.addBranch(x, postNorms ? d.norm(branch, "post_ffw_norm") : branch);
        d.endLayer();
    }
    return d.finish(x, NormKind::Rms);
}

} // namespace

/// Norms of the heads instead of scales on their scores, wider heads in layers that see everything; the small models
/// share caches and give each layer a part of the token, the mixture runs beside a dense part. Gemma team 2026.
Result<graph::Graph> buildGemma4(Decoder &d)
{
    ValueId x = d.embed(std::sqrt(static_cast<float>(d.config().embeddingLength)));
    const std::optional<ValueId> inputs = d.layerInputs(x);
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        const ValueId attended = d.attentionOutput(d.normedAttention(d.norm(x, "attn_norm")));
        x = d.addBranch(x, d.norm(attended, "post_attention_norm"));
        ValueId branch = d.gatedFeedForward(d.norm(x, "ffn_norm"), Activation::GeluTanh);
        if (d.hasExperts()) {
            const Mixture mixture{.activation = Activation::GeluTanh};
            const ValueId mixed = d.mixture(d.norm(x, "pre_ffw_norm_2"), mixture, d.normedRouter(x));
            branch = d.add(d.norm(branch, "post_ffw_norm_1"), d.norm(mixed, "post_ffw_norm_2"));
        }
        x = d.addBranch(x, d.norm(branch, "post_ffw_norm"));
        if (inputs) {
            x = d.addBranch(x, d.layerInputBranch(x, *inputs));
        }
        x = d.scaleLayer(x);
        d.endLayer();
    }
    return d.finish(x, NormKind::Rms);
}

Result<graph::Graph> buildGemma(Decoder &d)
{
    return build(d, Generation::First);
}

Result<graph::Graph> buildGemma2(Decoder &d)
{
    return build(d, Generation::Second);
}

Result<graph::Graph> buildGemma3(Decoder &d)
{
    return build(d, Generation::Third);
}

} // namespace inference::families
