// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Families whose branches are normalised behind instead of before, or on both sides.
#include "inference/families/family_list.h"

namespace inference::families {

namespace {

enum class QueryNorms { Whole, EachHead };
enum class Positions { Everywhere, WhereSliding };

/// Branches that are normalised behind, query and key before RoPE.
Result<graph::Graph> normedBehind(Decoder &d, QueryNorms norms, Positions positions)
{
    ValueId x = d.embed();
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        Decoder::Heads heads = d.project(x);
        if (norms == QueryNorms::EachHead) {
            d.normHeads(heads);
        } else {
            d.normWhole(heads);
        }
        if (positions == Positions::Everywhere || d.slides()) {
            d.rotate(heads, RopeKind::Neox);
        }
        x = d.addBranch(x, d.norm(d.attentionOutput(d.attend(heads)), "post_attention_norm"));
        x = d.addBranch(x, d.norm(d.gatedFeedForward(x, Activation::Silu), "post_ffw_norm"));
        d.endLayer();
    }
    return d.finish(x, NormKind::Rms);
}

} // namespace

/// Query and key are normalised over all heads together. OLMo team 2024, arXiv:2501.00656. OLMo 3 slides in three of
/// four layers, which YaRN does not stretch.
Result<graph::Graph> buildOlmo2(Decoder &d)
{
    return normedBehind(d, QueryNorms::Whole, Positions::Everywhere);
}

/// Where layers slide, the others have no positions. LG AI Research 2025, arXiv:2507.11407.
Result<graph::Graph> buildExaone4(Decoder &d)
{
    return normedBehind(d, QueryNorms::EachHead, d.anySlides() ? Positions::WhereSliding : Positions::Everywhere);
}

/// Norms on both sides of each branch, half of each head rotated.
Result<graph::Graph> buildGlm4(Decoder &d)
{
    ValueId x = d.embed();
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        Decoder::Heads heads = d.project(d.norm(x, "attn_norm"));
        d.rotate(heads, RopeKind::Norm);
        x = d.addBranch(x, d.norm(d.attentionOutput(d.attend(heads)), "post_attention_norm"));
        const ValueId hidden = d.gatedFeedForward(d.norm(x, "ffn_norm"), Activation::Silu);
        x = d.addBranch(x, d.norm(hidden, "post_ffw_norm"));
        d.endLayer();
    }
    return d.finish(x, NormKind::Rms);
}

} // namespace inference::families
