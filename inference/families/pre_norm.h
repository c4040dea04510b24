// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/families/decoder.h"

#include <optional>

namespace inference::families {

/// The commonest block, h += attention(norm(h)); h += feed-forward(norm(h)), and what varies in it.
struct PreNorm {
    RopeKind rope = RopeKind::Neox;
    NormKind norm = NormKind::Rms;
    bool bareNorms = false; ///< norms have no weights
    Activation activation = Activation::Silu;
    bool gated = true;
    const char *feedForwardNorm = "ffn_norm";
    /// Query and key are normalised (attn_q_norm, attn_k_norm).
    enum class HeadNorms {
        None,
        BeforeRope,        ///< head by head
        BeforeRopeIfThere, ///< the same in files that have the weights
        AfterRope,         ///< head by head
        BareAfterRope,     ///< the same without weights, in layers with RoPE
        Whole,             ///< all heads together, before RoPE
    } headNorms = HeadNorms::None;
    /// Layer i has RoPE unless i + 1 is a multiple of this; 1: no layer has it; 0: all have it.
    std::uint32_t ropelessPeriod = 0;
    bool ropeWhereSliding = false; ///< layers that see everything have no RoPE
    /// How queries grow with their position: in layers without RoPE, or in all where all have it.
    std::optional<graph::ScaleByPosition> growth{};
    bool sinks = false; ///< each head has a logit that takes a share of its attention
    float logitScale = 1.0F;
    Mixture mixture = {}; ///< of layers with experts
};

/// A whole decoder of such blocks.
Result<graph::Graph> preNormDecoder(Decoder &decoder, const PreNorm &variant);

} // namespace inference::families
