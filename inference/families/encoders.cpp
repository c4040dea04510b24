// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Encoders: every token sees the whole text, and what they compute is pooled into an embedding or a score.
#include "inference/families/family_list.h"
#include "inference/model/printable.h"

#include <string>

namespace inference::families {

namespace {

/// x = norm(x + attention(x)); x = norm(x + feed-forward(x)).
template <class FeedForwardAdd>
Result<graph::Graph> postNormEncoder(Decoder &d, bool rotated, FeedForwardAdd feedForwardAdd)
{
    ValueId x = d.norm(d.embedText(), "token_embd_norm", NormKind::Layer);
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        Decoder::Heads heads = d.project(x);
        if (rotated) {
            d.rotate(heads, RopeKind::Neox);
        }
        x = d.norm(d.linearAdd(d.attend(heads), "attn_output", x), "attn_output_norm", NormKind::Layer);
        x = d.norm(feedForwardAdd(x), "layer_output_norm", NormKind::Layer);
        d.endLayer();
    }
    return d.finishEmbedding(x);
}

} // namespace

/// Devlin et al. 2019, arXiv:1810.04805; files of RoBERTa and XLM-R (Conneau et al. 2020, arXiv:1911.02116) too, whose
/// converters drop the rows of positions that no token has.
Result<graph::Graph> buildBert(Decoder &d)
{
    return postNormEncoder(d, false, [&](ValueId x) { return d.plainFeedForwardAdd(x, Activation::Gelu, x); });
}

/// Sturua et al. 2024, arXiv:2409.10173.
Result<graph::Graph> buildJinaBertV3(Decoder &d)
{
    return postNormEncoder(d, true, [&](ValueId x) { return d.plainFeedForwardAdd(x, Activation::Gelu, x); });
}

/// Warner et al. 2024, arXiv:2412.13663. The norm of the embeddings is the first layer's too.
Result<graph::Graph> buildModernBert(Decoder &d)
{
    const std::string &named = d.config().hiddenActivation;
    if (!named.empty() && named != "gelu" && named != "silu") {
        d.fail(ErrorCode::UnsupportedFile, "the activation " + printable(named) + " is not supported");
    }
    const Activation activation = named == "silu" ? Activation::Silu : Activation::Gelu;
    ValueId x = d.norm(d.embedText(), "token_embd_norm", NormKind::Layer);
    for (std::uint32_t layer = 0; layer < d.config().layerCount; ++layer) {
        d.beginLayer(layer);
        Decoder::Heads heads = d.project(d.has("attn_norm") ? d.norm(x, "attn_norm", NormKind::Layer) : x);
        d.rotate(heads, RopeKind::Neox);
        x = d.linearAdd(d.attend(heads), "attn_output", x);
        x = d.gatedFeedForwardAdd(d.norm(x, "ffn_norm", NormKind::Layer), activation, x);
        d.endLayer();
    }
    return d.finish(x, NormKind::Layer);
}

/// Nussbaum et al. 2024, arXiv:2402.01613.
Result<graph::Graph> buildNomicBert(Decoder &d)
{
    return postNormEncoder(d, true, [&](ValueId x) { return d.gatedFeedForwardAdd(x, Activation::Silu, x); });
}

/// Experts in every second layer. Nussbaum and Duderstadt 2025, arXiv:2502.07972.
Result<graph::Graph> buildNomicBertMoe(Decoder &d)
{
    return postNormEncoder(d, true, [&](ValueId x) {
        return d.hasExperts()
                   ? d.mixtureAdd(x, {.normalised = false, .activation = Activation::Gelu, .gated = false}, x)
                   : d.plainFeedForwardAdd(x, Activation::Gelu, x);
    });
}

} // namespace inference::families
