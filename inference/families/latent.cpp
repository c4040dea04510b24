// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Families with multi-head latent attention: one short vector for all heads is what keys and values are made of.
// DeepSeek-AI 2024, arXiv:2405.04434. Newer files fold the matrix of keys into the queries and that of values into what
// comes out, so that the vector itself is key and value; older ones make the keys and values of each head.
#include "inference/families/family_list.h"

#include <cmath>

namespace inference::families {

namespace {

ValueId latentQuery(Decoder &d, ValueId in)
{
    const LatentSettings &latent = d.config().latent;
    const std::uint64_t width = std::uint64_t{d.heads()} * latent.keyLength;
    if (latent.queryRank == 0) {
        return d.linear(in, "attn_q", width);
    }
    return d.linear(d.norm(d.linear(in, "attn_q_a", latent.queryRank), "attn_q_a_norm"), "attn_q_b", width);
}

/// Of each head of query and key only the last numbers have positions, which the keys of all heads share.
ValueId latentAttention(Decoder &d, ValueId in)
{
    const ModelConfig &config = d.config();
    const LatentSettings &latent = config.latent;
    const std::uint32_t heads = d.heads();
    const std::uint32_t rotated = config.ropeDimensions;
    const std::uint32_t plain = latent.keyLength - rotated;
    const ValueId query = latentQuery(d, in);
    const ValueId turned = d.rotateWhole(d.take(d.part(query, heads, plain, rotated), heads), heads, RopeKind::Norm);
    const ValueId both = d.linear(in, "attn_kv_a_mqa", latent.rank + rotated);
    const ValueId vector = d.norm(d.take(d.part(both, 1, 0, latent.rank), 1), "attn_kv_a_norm");
    const ValueId position = d.rotateWhole(d.take(d.part(both, 1, latent.rank, rotated), 1), 1, RopeKind::Norm);
    const float scale =
        config.attentionScale != 0.0F ? config.attentionScale : 1.0F / std::sqrt(static_cast<float>(latent.keyLength));
    if (d.has("attn_kv_b")) {
        const ValueId made = d.linear(vector, "attn_kv_b", std::uint64_t{heads} * (plain + latent.valueLength));
        const graph::HeadPart shared{.in = position, .first = 0, .stride = 0, .count = rotated};
        return d.attend({.query = d.join(d.part(query, heads, 0, plain), d.whole(turned, heads), heads),
                         .key = d.join(d.part(made, heads, 0, plain), shared, heads),
                         .value = d.take(d.part(made, heads, plain, latent.valueLength), heads)},
                        scale);
    }
    const ValueId folded =
        d.headProducts(d.take(d.part(query, heads, 0, plain), heads), "attn_k_b", heads, latent.rank);
    const ValueId attended = d.attendToLatent(d.join(d.whole(folded, heads), d.whole(turned, heads), heads),
                                              d.join(d.whole(vector, 1), d.whole(position, 1), 1), latent.rank, scale);
    return d.headProducts(attended, "attn_v_b", heads, latent.valueLength);
}

/// Whether the file's hyperparameters are those of latent attention; a reason goes to the decoder where not.
bool isLatent(Decoder &d)
{
    const ModelConfig &config = d.config();
    if (config.latent.rank == 0) {
        d.failMissing("attention.kv_lora_rank");
        return false;
    }
    if (config.ropeDimensions >= config.latent.keyLength) {
        d.fail(ErrorCode::FileMalformed, config.architecture + ".rope.dimension_count is no part of the key length");
        return false;
    }
    return true;
}

} // namespace

/// Experts chosen by a softmax (DeepSeek V2) or by a sigmoid and a bias (V3, arXiv:2412.19437) behind the first layers.
Result<graph::Graph> buildDeepSeek2(Decoder &d)
{
    ValueId x = d.embed();
    const std::uint32_t layers = isLatent(d) ? d.config().layerCount : 0;
    for (std::uint32_t layer = 0; layer < layers; ++layer) {
        d.beginLayer(layer);
        x = d.linearAdd(latentAttention(d, d.norm(x, "attn_norm")), "attn_output", x);
        const ValueId f = d.norm(x, "ffn_norm");
        x = d.hasExperts() ? d.mixtureAdd(f, {.normalised = false}, x) : d.gatedFeedForwardAdd(f, Activation::Silu, x);
        d.endLayer();
    }
    return d.finish(x, NormKind::Rms);
}

} // namespace inference::families
