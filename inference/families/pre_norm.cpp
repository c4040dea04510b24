// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/families/pre_norm.h"

namespace inference::families {

namespace {

ValueId norm(Decoder &d, ValueId in, const char *name, const PreNorm &variant)
{
    return variant.bareNorms ? d.bareNorm(in, variant.norm) : d.norm(in, name, variant.norm);
}

using HeadNorms = PreNorm::HeadNorms;

void normBeforeRope(Decoder &d, Decoder::Heads &heads, HeadNorms norms)
{
    if (norms == HeadNorms::BeforeRope || (norms == HeadNorms::BeforeRopeIfThere && d.has("attn_q_norm"))) {
        d.normHeads(heads);
    } else if (norms == HeadNorms::Whole) {
        d.normWhole(heads);
    }
}

ValueId attention(Decoder &d, ValueId in, const PreNorm &variant)
{
    Decoder::Heads heads = d.project(in);
    normBeforeRope(d, heads, variant.headNorms);
    const bool everywhere = variant.ropelessPeriod == 0 && !variant.ropeWhereSliding;
    const bool rotates = variant.ropeWhereSliding
                             ? d.slides()
                             : variant.ropelessPeriod == 0 || (d.layer() + 1) % variant.ropelessPeriod != 0;
    if (rotates) {
        d.rotate(heads, variant.rope);
    }
    if (variant.headNorms == HeadNorms::AfterRope) {
        d.normHeads(heads);
    } else if (variant.headNorms == HeadNorms::BareAfterRope && rotates) {
        d.bareNormHeads(heads);
    }
    if (variant.growth && (everywhere || !rotates)) {
        d.growQuery(heads, *variant.growth);
    }
    const float scale = d.config().attentionScale;
    return variant.sinks ? d.attendWithSinks(heads, scale) : d.attend(heads, scale);
}

ValueId feedForward(Decoder &d, ValueId in, const PreNorm &variant)
{
    if (d.hasExperts()) {
        return d.mixture(in, variant.mixture);
    }
    return variant.gated ? d.gatedFeedForward(in, variant.activation) : d.plainFeedForward(in, variant.activation);
}

ValueId feedForwardAdd(Decoder &d, ValueId in, const PreNorm &variant, ValueId residual)
{
    if (d.hasExperts()) {
        return d.mixtureAdd(in, variant.mixture, residual);
    }
    return variant.gated ? d.gatedFeedForwardAdd(in, variant.activation, residual)
                         : d.plainFeedForwardAdd(in, variant.activation, residual);
}

} // namespace

Result<graph::Graph> preNormDecoder(Decoder &d, const PreNorm &variant)
{
    const bool plainResidual = d.config().residualScale == 1.0F;
    ValueId x = d.embed(d.config().embeddingScale);
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        const ValueId attended = attention(d, norm(d, x, "attn_norm", variant), variant);
        x = plainResidual ? d.linearAdd(attended, "attn_output", x) : d.addBranch(x, d.attentionOutput(attended));
        const ValueId f = norm(d, x, variant.feedForwardNorm, variant);
        x = plainResidual ? feedForwardAdd(d, f, variant, x) : d.addBranch(x, feedForward(d, f, variant));
        d.endLayer();
    }
    if (variant.bareNorms) {
        return d.finishNormalised(d.bareNorm(d.select(x), variant.norm), variant.logitScale);
    }
    return d.finish(x, variant.norm, variant.logitScale);
}

} // namespace inference::families
