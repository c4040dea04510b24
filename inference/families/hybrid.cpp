// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Families whose layers mostly carry a state from token to token, with attention in a few of them or beside it.
#include "inference/families/family_list.h"

namespace inference::families {

namespace {

ValueId feedForwardAdd(Decoder &d, ValueId in, const Mixture &mixture, ValueId residual)
{
    return d.hasExperts() ? d.mixtureAdd(in, mixture, residual) : d.gatedFeedForwardAdd(in, Activation::Silu, residual);
}

/// Attention whose query stands beside a gate of its output in each head of attn_q.
ValueId gatedAttention(Decoder &d, ValueId in)
{
    const std::uint32_t width = d.config().keyLength;
    const std::uint32_t count = d.heads();
    const ValueId both = d.linear(in, "attn_q", 2 * std::uint64_t{count} * width);
    Decoder::Heads heads{.query = d.take(d.part(both, count, 0, width), count),
                         .key = d.linear(in, "attn_k", std::uint64_t{d.kvHeads()} * width),
                         .value = d.linear(in, "attn_v", std::uint64_t{d.kvHeads()} * d.config().valueLength)};
    d.normHeads(heads);
    d.rotate(heads, RopeKind::Neox);
    const ValueId gate = d.take(d.part(both, count, width, width), count);
    return d.gated(gate, d.attend(heads), Activation::Sigmoid);
}

/// Three layers of the gated delta rule, then one of gated attention.
Result<graph::Graph> buildQwenHybrid(Decoder &d, Decoder::KeyHeads keyHeads)
{
    ValueId x = d.embed();
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        const ValueId h = d.norm(x, "attn_norm");
        x = d.isRecurrent() ? d.linearAdd(d.deltaNet(h, keyHeads), "ssm_out", x)
                            : d.linearAdd(gatedAttention(d, h), "attn_output", x);
        x = feedForwardAdd(d, d.norm(x, "post_attention_norm"), {}, x);
        d.endLayer();
    }
    return d.finish(x, NormKind::Rms);
}

} // namespace

/// Files have the value heads in turns: those that share a key head stand apart. Qwen team 2026.
Result<graph::Graph> buildQwen35(Decoder &d)
{
    return buildQwenHybrid(d, Decoder::KeyHeads::Alternate);
}

/// Value heads that share a key head stand together. Qwen team 2025.
Result<graph::Graph> buildQwen3Next(Decoder &d)
{
    return buildQwenHybrid(d, Decoder::KeyHeads::Grouped);
}

/// Short convolutions between gates, attention in some layers. Liquid AI 2025, arXiv:2511.23404.
Result<graph::Graph> buildLfm2(Decoder &d)
{
    if (d.config().slidingWindow != 0) {
        d.fail(ErrorCode::UnsupportedFile, d.config().architecture + ".attention.sliding_window is not supported");
    }
    ValueId x = d.embed();
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        const ValueId h = d.norm(x, "attn_norm");
        if (d.isRecurrent()) {
            x = d.linearAdd(d.shortConvolution(h), "shortconv.out_proj", x);
        } else {
            Decoder::Heads heads = d.project(h);
            d.normHeads(heads);
            d.rotate(heads, RopeKind::Neox);
            x = d.linearAdd(d.attend(heads), "attn_output", x);
        }
        x = feedForwardAdd(d, d.norm(x, "ffn_norm"), {.gating = graph::Gating::Sigmoid}, x);
        d.endLayer();
    }
    return d.finish(x, NormKind::Rms, 1.0F, "token_embd_norm");
}

/// Granite's block with Mamba-2 in place of most attention.
Result<graph::Graph> buildGraniteHybrid(Decoder &d)
{
    if (d.config().logitScale == 0.0F) {
        d.failMissing("logit_scale");
    }
    ValueId x = d.embed(d.config().embeddingScale);
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        const ValueId h = d.norm(x, "attn_norm");
        if (d.isRecurrent()) {
            x = d.addBranch(x, d.linear(d.mamba(h), "ssm_out", d.config().embeddingLength));
        } else {
            Decoder::Heads heads = d.project(h);
            if (d.config().ropeTrained) {
                d.rotate(heads, RopeKind::Norm);
            }
            x = d.addBranch(x, d.attentionOutput(d.attend(heads, d.config().attentionScale)));
        }
        const ValueId f = d.norm(x, "ffn_norm");
        x = d.addBranch(x, d.hasExperts() ? d.mixture(f, {}) : d.gatedFeedForward(f, Activation::Silu));
        d.endLayer();
    }
    return d.finish(x, NormKind::Rms, 1.0F / d.config().logitScale);
}

/// Each layer is one thing: Mamba-2, attention without positions, or a feed-forward part, which may be experts without
/// gates. NVIDIA 2025, arXiv:2508.14444.
Result<graph::Graph> buildNemotronH(Decoder &d)
{
    ValueId x = d.embed();
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        const ValueId h = d.norm(x, "attn_norm");
        if (d.hasExperts()) {
            x = d.mixtureAdd(
                h, {.gating = graph::Gating::Sigmoid, .activation = Activation::ReluSquared, .gated = false}, x);
        } else if (d.config().feedForwardLength[layer] != 0) {
            x = d.plainFeedForwardAdd(h, Activation::ReluSquared, x);
        } else if (d.isRecurrent()) {
            x = d.linearAdd(d.mamba(h), "ssm_out", x);
        } else {
            x = d.linearAdd(d.attend(d.project(h)), "attn_output", x);
        }
        d.endLayer();
    }
    return d.finish(x, NormKind::Rms);
}

/// Attention and Mamba-2 side by side in every layer. Zuo et al. 2025, arXiv:2507.22448. Converters work the factors of
/// the model's configuration into its weights.
Result<graph::Graph> buildFalconH1(Decoder &d)
{
    ValueId x = d.embed();
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        const ValueId h = d.norm(x, "attn_norm");
        Decoder::Heads heads = d.project(h);
        d.rotate(heads, RopeKind::Neox);
        const ValueId attended = d.linearAdd(d.attend(heads), "attn_output", x);
        x = d.linearAdd(d.mamba(h), "ssm_out", attended);
        x = d.gatedFeedForwardAdd(d.norm(x, "ffn_norm"), Activation::Silu, x);
        d.endLayer();
    }
    return d.finish(x, NormKind::Rms);
}

} // namespace inference::families
