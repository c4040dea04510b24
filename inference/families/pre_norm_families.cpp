// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Families that are the common block with another rope, norm or activation.
#include "inference/families/family_list.h"
#include "inference/families/pre_norm.h"

namespace inference::families {

using HeadNorms = PreNorm::HeadNorms;

/// Touvron et al. 2023, arXiv:2302.13971. Converters permute query and key so that neighbours are pairs. Mixtral's
/// files are of this family too: Jiang et al. 2024, arXiv:2401.04088.
Result<graph::Graph> buildLlama(Decoder &d)
{
    return preNormDecoder(d, {.rope = RopeKind::Norm});
}

/// Llama whose queries grow past the trained context.
Result<graph::Graph> buildMistral3(Decoder &d)
{
    PreNorm variant{.rope = RopeKind::Norm};
    if (const float rate = d.config().attentionTemperatureScale; rate != 0.0F) {
        variant.growth = graph::ScaleByPosition{.rate = rate, .length = d.config().ropeScaling.trainedContext};
    }
    return preNormDecoder(d, variant);
}

/// Positions within chunks, and every fourth layer without any. The smaller models normalise queries and keys. Meta
/// 2025; what converters leave out of the files is the same in all models.
Result<graph::Graph> buildLlama4(Decoder &d)
{
    constexpr std::uint32_t kExpertsOfLarger = 128;
    constexpr std::uint32_t kStep = 8192;
    const bool larger = d.config().experts.count == kExpertsOfLarger;
    return preNormDecoder(d,
                          {.rope = RopeKind::Norm,
                           .headNorms = larger ? HeadNorms::None : HeadNorms::BareAfterRope,
                           .ropelessPeriod = 4,
                           .growth = graph::ScaleByPosition{.rate = 0.1F, .offset = 1, .length = kStep},
                           .mixture = {.normalised = false, .gating = graph::Gating::Sigmoid, .weightsOnInput = true}});
}

/// OpenAI 2025, arXiv:2508.10925.
Result<graph::Graph> buildGptOss(Decoder &d)
{
    return preNormDecoder(d, {.feedForwardNorm = "post_attention_norm",
                              .sinks = true,
                              .mixture = {.normalised = false,
                                          .gating = graph::Gating::SoftmaxOfChosen,
                                          .activation = Activation::ClampedSwiglu}});
}

/// GLM-4.5 team 2025, arXiv:2508.06471.
Result<graph::Graph> buildGlm4Moe(Decoder &d)
{
    return preNormDecoder(d, {.feedForwardNorm = "post_attention_norm",
                              .headNorms = HeadNorms::BeforeRopeIfThere,
                              .mixture = {.gating = graph::Gating::Sigmoid}});
}

/// Biases on query, key and value. Qwen team 2024, arXiv:2412.15115.
Result<graph::Graph> buildQwen2(Decoder &d)
{
    return preNormDecoder(d, {});
}

/// The weights of the chosen experts are those of a softmax over all. Qwen team 2024, arXiv:2407.10671.
Result<graph::Graph> buildQwen2Moe(Decoder &d)
{
    return preNormDecoder(d, {.mixture = {.normalised = false}});
}

/// Qwen team 2025, arXiv:2505.09388.
Result<graph::Graph> buildQwen3(Decoder &d)
{
    return preNormDecoder(d, {.headNorms = HeadNorms::BeforeRope});
}

/// Llama with no positions in every fourth layer.
Result<graph::Graph> buildSmolLm3(Decoder &d)
{
    return preNormDecoder(d, {.rope = RopeKind::Norm, .ropelessPeriod = 4});
}

/// Llama with fixed factors on embedding, attention and branches, and a divisor of the logits.
Result<graph::Graph> buildGranite(Decoder &d)
{
    if (d.config().logitScale == 0.0F) {
        d.failMissing("logit_scale");
    }
    return preNormDecoder(d, {.rope = RopeKind::Norm,
                              .ropelessPeriod = d.config().ropeTrained ? 0U : 1U,
                              .logitScale = 1.0F / d.config().logitScale});
}

/// Query, key and value in one matrix, gate and up in another. Abdin et al. 2024, arXiv:2404.14219.
Result<graph::Graph> buildPhi3(Decoder &d)
{
    return preNormDecoder(d, {});
}

/// Squared ReLU without a gate. Parmar et al. 2024, arXiv:2402.16819.
Result<graph::Graph> buildNemotron(Decoder &d)
{
    return preNormDecoder(d, {.norm = NormKind::Layer, .activation = Activation::ReluSquared, .gated = false});
}

/// Norms without weights. Groeneveld et al. 2024, arXiv:2402.00838. Converters permute query and key as of llama.
Result<graph::Graph> buildOlmo(Decoder &d)
{
    return preNormDecoder(d, {.rope = RopeKind::Norm, .norm = NormKind::Layer, .bareNorms = true});
}

/// Biases everywhere. Lozhkov et al. 2024, arXiv:2402.19173.
Result<graph::Graph> buildStarCoder2(Decoder &d)
{
    return preNormDecoder(d, {.norm = NormKind::Layer, .activation = Activation::GeluTanh, .gated = false});
}

Result<graph::Graph> buildSeedOss(Decoder &d)
{
    return preNormDecoder(d, {.feedForwardNorm = "post_attention_norm"});
}

Result<graph::Graph> buildErnie(Decoder &d)
{
    return preNormDecoder(d, {.rope = RopeKind::Norm});
}

Result<graph::Graph> buildHunyuan(Decoder &d)
{
    return preNormDecoder(d, {.headNorms = HeadNorms::AfterRope});
}

Result<graph::Graph> buildExaoneMoe(Decoder &d)
{
    return preNormDecoder(
        d,
        {.headNorms = HeadNorms::BeforeRope, .ropeWhereSliding = true, .mixture = {.gating = graph::Gating::Sigmoid}});
}

/// Muennighoff et al. 2024, arXiv:2409.02060.
Result<graph::Graph> buildOlmoe(Decoder &d)
{
    return preNormDecoder(d, {.headNorms = HeadNorms::Whole, .mixture = {.normalised = false}});
}

Result<graph::Graph> buildMiniMaxM2(Decoder &d)
{
    return preNormDecoder(d, {.headNorms = HeadNorms::Whole, .mixture = {.gating = graph::Gating::Sigmoid}});
}

} // namespace inference::families
