// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Gemma 3n: several streams of which each layer predicts all, works on the first and corrects all by what it found; a
// low-rank branch beside attention; gates that keep what exceeds most of their row. Google 2025.
#include "inference/families/family_list.h"

#include <cmath>

namespace inference::families {

namespace {

constexpr float kRootOfHalf = 0.70710678F;

/// What a layer makes of the first stream: attention with a low-rank branch beside it, then the feed-forward part.
ValueId workOn(Decoder &d, ValueId active)
{
    const ValueId h = d.norm(active, "attn_norm");
    const ValueId lowRank = d.lowRankBranch(h);
    const ValueId attended = d.norm(d.attentionOutput(d.normedAttention(h)), "post_attention_norm");
    const ValueId x = d.scaled(d.add(d.add(active, attended), lowRank), kRootOfHalf);
    const ValueId branch = d.sparseFeedForward(d.norm(x, "ffn_norm"), Activation::GeluTanh);
    return d.add(x, d.norm(branch, "post_ffw_norm"));
}

} // namespace

Result<graph::Graph> buildGemma3n(Decoder &d)
{
    const std::uint32_t width = d.config().embeddingLength;
    const ValueId embedded = d.embed(std::sqrt(static_cast<float>(width)));
    const std::optional<ValueId> inputs = d.layerInputs(embedded);
    if (!inputs || d.config().gemma.streams < 2) {
        d.failMissing(!inputs ? "embedding_length_per_layer_input" : "altup.num_inputs");
        return d.finish(embedded, NormKind::Rms);
    }
    ValueId streams = d.openStreams(embedded);
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        const ValueId predicted = d.predictStreams(streams);
        const ValueId active = d.take(d.part(predicted, 1, 0, width), 1);
        streams = d.correctStreams(predicted, active, workOn(d, active));
        // The first stream tells the others what the layer was given of the token.
        const ValueId first = d.timesVector(d.take(d.part(streams, 1, 0, width), 1), "altup_correct_scale");
        streams = d.addToOtherStreams(streams, d.layerInputBranch(first, *inputs));
        d.endLayer();
    }
    return d.finishNormalised(d.norm(d.closeStreams(d.embeds() ? streams : d.select(streams)), "output_norm"));
}

} // namespace inference::families
