// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Families in which attention and feed-forward read the same stream and are added together.
#include "inference/families/family_list.h"

namespace inference::families {

namespace {

/// A LayerNorm for each head of query and key, where the file has them: of the larger models.
void normEachHead(Decoder &d, Decoder::Heads &heads)
{
    if (d.has("attn_q_norm")) {
        heads.query = d.headLayerNorms(heads.query, "attn_q_norm", d.heads());
    }
    if (d.has("attn_k_norm")) {
        heads.key = d.headLayerNorms(heads.key, "attn_k_norm", d.kvHeads());
    }
}

enum class Positions { Everywhere, WhereSliding };

/// One norm without bias for both branches; logits times a factor. `ropedDense`: layers without experts have positions
/// too.
Result<graph::Graph> buildCohere(Decoder &d, Positions positions, NormKind kind = NormKind::Layer,
                                 bool ropedDense = false)
{
    ValueId x = d.embed();
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        const ValueId h = d.norm(x, "attn_norm", kind);
        Decoder::Heads heads = d.project(h);
        normEachHead(d, heads);
        if (positions == Positions::Everywhere || d.slides() || (ropedDense && !d.hasExperts())) {
            d.rotate(heads, RopeKind::Norm);
        }
        const ValueId attended = d.linearAdd(d.attend(heads), "attn_output", x);
        x = d.hasExperts()
                ? d.mixtureAdd(h, {.normalised = false, .gating = graph::Gating::Sigmoid, .halvedIfShared = true},
                               attended)
                : d.gatedFeedForwardAdd(h, Activation::Silu, attended);
        d.endLayer();
    }
    const float logitScale = d.config().logitScale;
    return d.finish(x, kind, logitScale != 0.0F ? logitScale : 1.0F);
}

} // namespace

/// Two norms of one stream, or, where the file says so, one branch after the other. The activation is the exact GELU of
/// the Pythia models. Black et al. 2022, arXiv:2204.06745; Biderman et al. 2023, arXiv:2304.01373.
Result<graph::Graph> buildGptNeoX(Decoder &d)
{
    if (!d.config().parallelResidual) {
        d.failMissing("use_parallel_residual");
    }
    ValueId x = d.embed();
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        Decoder::Heads heads = d.project(d.norm(x, "attn_norm", NormKind::Layer));
        d.rotate(heads, RopeKind::Neox);
        const ValueId attended = d.linearAdd(d.attend(heads), "attn_output", x);
        const ValueId source = d.config().parallelResidual.value_or(true) ? x : attended;
        const ValueId f = d.norm(source, "ffn_norm", NormKind::Layer);
        x = d.plainFeedForwardAdd(f, Activation::Gelu, attended);
        d.endLayer();
    }
    return d.finish(x, NormKind::Layer);
}

/// A quarter of each head rotated; models without ffn_norm are parallel. Bellagente et al. 2024, arXiv:2402.17834.
Result<graph::Graph> buildStableLm(Decoder &d)
{
    ValueId x = d.embed();
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        const ValueId h = d.norm(x, "attn_norm", NormKind::Layer);
        Decoder::Heads heads = d.project(h);
        normEachHead(d, heads);
        d.rotate(heads, RopeKind::Neox);
        const ValueId attended = d.linearAdd(d.attend(heads), "attn_output", x);
        const ValueId f = d.has("ffn_norm") ? d.norm(attended, "ffn_norm", NormKind::Layer) : h;
        x = d.gatedFeedForwardAdd(f, Activation::Silu, attended);
        d.endLayer();
    }
    return d.finish(x, NormKind::Layer);
}

Result<graph::Graph> buildCommandR(Decoder &d)
{
    return buildCohere(d, Positions::Everywhere);
}

Result<graph::Graph> buildCohere2(Decoder &d)
{
    if (!d.anySlides()) {
        d.failMissing("attention.sliding_window");
    }
    return buildCohere(d, Positions::WhereSliding);
}

/// Some models have RMS norms.
Result<graph::Graph> buildCohere2Moe(Decoder &d)
{
    if (!d.anySlides()) {
        d.failMissing("attention.sliding_window");
    }
    const NormKind kind = d.config().rmsNormEpsilon != 0.0F ? NormKind::Rms : NormKind::Layer;
    return buildCohere(d, Positions::WhereSliding, kind, true);
}

} // namespace inference::families
