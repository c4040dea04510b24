// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Layers that carry a state, under their names in GGUF files.
#include "inference/families/decoder.h"

#include <algorithm>
#include <utility>

namespace inference::families {

bool Decoder::isRecurrent() const
{
    const RecurrentSettings &recurrent = m_config.recurrent;
    if (!recurrent.layers.empty()) {
        return recurrent.layers[m_layer];
    }
    if (recurrent.attentionInterval != 0) {
        return (m_layer + 1) % recurrent.attentionInterval != 0;
    }
    return m_config.headCountKv[m_layer] == 0;
}

const RecurrentSettings &Decoder::recurrent()
{
    const RecurrentSettings &settings = m_config.recurrent;
    const std::pair<std::uint32_t, std::string_view> demanded[] = {{settings.taps, "ssm.conv_kernel"},
                                                                   {settings.innerSize, "ssm.inner_size"},
                                                                   {settings.stateSize, "ssm.state_size"},
                                                                   {settings.heads, "ssm.time_step_rank"},
                                                                   {settings.groups, "ssm.group_count"}};
    for (const auto &[value, key] : demanded) {
        if (value == 0) {
            failMissing(key);
        }
    }
    return settings;
}

ValueId Decoder::gated(ValueId gate, ValueId up, Activation activation)
{
    return m_graph.glu(gate, up, activation);
}

ValueId Decoder::convolve(ValueId in, const std::string &name, graph::CausalConv op)
{
    const std::uint64_t channels = m_graph.width(in);
    op.weight = m_graph.vectors(named(name) + ".weight", op.taps, channels);
    op.bias = m_graph.optionalVector(named(name) + ".bias", channels);
    return m_graph.causalConv(in, op);
}

ValueId Decoder::deltaNet(ValueId in, KeyHeads keyHeads)
{
    const RecurrentSettings &settings = recurrent();
    const std::uint32_t heads = std::max(settings.heads, 1U);
    const std::uint64_t keys = std::uint64_t{settings.groups} * settings.stateSize;
    if (has("ssm_in")) {
        fail(ErrorCode::UnsupportedFile, "tensor " + named("ssm_in.weight") +
                                             " is of a layout that converters wrote in 2025; newer files of the same "
                                             "model are supported");
        return in;
    }
    const ValueId mixed = linear(in, "attn_qkv", 2 * keys + settings.innerSize);
    const ValueId gate = linear(in, "attn_gate", settings.innerSize);
    graph::GatedDelta op{.rate = m_graph.vector(named("ssm_a"), heads),
                         .decayBias = m_graph.vector(named("ssm_dt.bias"), heads),
                         .keyHeads = settings.groups,
                         .valueHeads = heads,
                         .keyDim = settings.stateSize,
                         .valueDim = settings.innerSize / heads,
                         .keysAlternate = keyHeads == KeyHeads::Alternate};
    if (has("ssm_ba")) {
        op.decay = linear(in, "ssm_ba", 2 * std::uint64_t{heads});
        op.write = op.decay;
        op.logitsByKeyHead = true;
    } else {
        op.decay = linear(in, "ssm_alpha", heads);
        op.write = linear(in, "ssm_beta", heads);
    }
    const ValueId convolved = convolve(mixed, "ssm_conv1d", {.taps = settings.taps, .silu = true});
    const ValueId read = m_graph.gatedDelta(convolved, op);
    return gated(gate, headNorm(read, "ssm_norm", heads), Activation::Silu);
}

ValueId Decoder::mamba(ValueId in)
{
    const RecurrentSettings &settings = recurrent();
    const std::uint32_t heads = std::max(settings.heads, 1U);
    const std::uint32_t groups = std::max(settings.groups, 1U);
    const std::uint64_t inner = settings.innerSize;
    const std::uint64_t mixed = inner + 2 * std::uint64_t{groups} * settings.stateSize;
    const std::uint64_t rows = inner + mixed + heads;
    const WeightId weight = m_graph.matrix(named("ssm_in.weight"), m_graph.width(in), rows);
    const WeightId bias = m_graph.optionalVector(named("ssm_in.bias"), rows);
    const auto product = [&](std::uint64_t first, std::uint64_t count) {
        return m_graph.matMul(m_graph.part(weight, first, count), in, m_graph.part(bias, first, count));
    };
    const ValueId gate = product(0, inner);
    const ValueId convolved = convolve(product(inner, mixed), "ssm_conv1d", {.taps = settings.taps, .silu = true});
    const ValueId scanned = m_graph.stateScan(convolved, {.step = product(inner + mixed, heads),
                                                          .stepBias = m_graph.vector(named("ssm_dt.bias"), heads),
                                                          .rate = m_graph.vectors(named("ssm_a"), 1, heads),
                                                          .skip = m_graph.vectors(named("ssm_d"), 1, heads),
                                                          .heads = heads,
                                                          .headDim = settings.innerSize / heads,
                                                          .stateDim = settings.stateSize,
                                                          .groups = groups});
    const ValueId open = gated(gate, scanned, Activation::Silu);
    if (!has("ssm_norm")) {
        return open;
    }
    const WeightId norm = m_graph.vectors(named("ssm_norm.weight"), inner / groups, groups);
    return m_graph.norm(open, {.weight = norm, .groups = groups, .epsilon = epsilon(NormKind::Rms)});
}

ValueId Decoder::shortConvolution(ValueId in)
{
    const std::uint32_t taps = m_config.recurrent.shortTaps;
    if (taps == 0) {
        failMissing("shortconv.l_cache");
        return in;
    }
    const std::uint64_t width = m_config.embeddingLength;
    const WeightId weight = m_graph.matrix(named("shortconv.in_proj.weight"), width, 3 * width);
    const WeightId bias = m_graph.optionalVector(named("shortconv.in_proj.bias"), 3 * width);
    const auto product = [&](std::uint64_t index) {
        return m_graph.matMul(m_graph.part(weight, index * width, width), in, m_graph.part(bias, index * width, width));
    };
    const ValueId before = product(0);
    const ValueId after = product(1);
    const ValueId open = gated(before, product(2), Activation::Identity);
    return gated(after, convolve(open, "shortconv.conv", {.taps = taps}), Activation::Identity);
}

} // namespace inference::families
