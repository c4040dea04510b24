// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Mixtures of experts under their names in GGUF files.
#include "inference/families/decoder.h"

#include <algorithm>

namespace inference::families {

namespace {

graph::Gating gatingOf(const ExpertSettings &settings, const Mixture &kind)
{
    switch (settings.gating) {
    case ExpertGating::NotSaid:
        break;
    case ExpertGating::Softmax:
        return graph::Gating::Softmax;
    case ExpertGating::Sigmoid:
        return graph::Gating::Sigmoid;
    case ExpertGating::SoftmaxOfChosen:
        return graph::Gating::SoftmaxOfChosen;
    case ExpertGating::SqrtSoftplus:
        return graph::Gating::SqrtSoftplus;
    }
    return kind.gating;
}

} // namespace

ValueId Decoder::expertProduct(ValueId in, ValueId routing, const std::string &name, std::uint64_t columns,
                               std::uint64_t rows, bool weighted)
{
    const std::uint32_t count = m_config.experts.count;
    const WeightId weight = m_graph.experts(named(name) + ".weight", columns, rows, count);
    return m_graph.expertMatMul(weight, in, routing,
                                {.bias = m_graph.optionalVectors(named(name) + ".bias", rows, count),
                                 .scale = m_graph.optionalVector(named(name) + ".scale", count),
                                 .weighted = weighted});
}

ValueId Decoder::sharedExpert(ValueId in, const Mixture &kind, std::optional<ValueId> residual)
{
    const ExpertSettings &experts = m_config.experts;
    // Several shared experts are one that is as wide as all of them.
    const std::uint64_t width = experts.sharedLength != 0
                                    ? experts.sharedLength
                                    : std::uint64_t{std::max(experts.sharedCount, 1U)} * experts.feedForwardLength;
    const auto open = [&] {
        const ValueId gate = linear(in, "ffn_gate_shexp", width);
        return m_graph.glu(gate, linear(in, "ffn_up_shexp", width), kind.activation);
    };
    const ValueId hidden = kind.gated ? open() : m_graph.activate(linear(in, "ffn_up_shexp", width), kind.activation);
    if (!has("ffn_gate_inp_shexp")) {
        return residual ? linearAdd(hidden, "ffn_down_shexp", *residual)
                        : linear(hidden, "ffn_down_shexp", m_config.embeddingLength);
    }
    // A mixture of this expert alone, whose weight is the sigmoid of one logit.
    const WeightId router = m_graph.matrix(named("ffn_gate_inp_shexp.weight"), m_config.embeddingLength, 1);
    const ValueId routing =
        m_graph.routeExperts(m_graph.matMul(router, in), {.used = 1, .gating = graph::Gating::Sigmoid});
    const ValueId out = linear(hidden, "ffn_down_shexp", m_config.embeddingLength);
    return m_graph.combineExperts(out, routing,
                                  {.hasResidual = residual.has_value(), .residual = residual.value_or(ValueId{})});
}

ValueId Decoder::route(ValueId logits, const Mixture &kind)
{
    const ExpertSettings &experts = m_config.experts;
    const graph::Gating gating = gatingOf(experts, kind);
    return m_graph.routeExperts(
        logits,
        {.selectionBias = m_graph.optionalVector(named("exp_probs_b.bias"), experts.count),
         .used = experts.used,
         .gating = gating,
         .groups = experts.groups,
         .groupsUsed = experts.groupsUsed,
         // The routers that weight by a softmax over all are those of DeepSeek V2, which look at the best alone.
         .groupScore = gating == graph::Gating::Softmax ? graph::GroupScore::Best : graph::GroupScore::BestTwo,
         .normalise = experts.normalised.value_or(kind.normalised),
         .scale = experts.weightsScale});
}

ValueId Decoder::expertHidden(ValueId in, ValueId routing, const Mixture &kind, std::uint32_t rows)
{
    const std::uint64_t width = m_config.embeddingLength;
    if (!kind.gated) {
        return m_graph.activate(expertProduct(in, routing, "ffn_up_exps", width, rows, kind.weightsOnInput),
                                kind.activation);
    }
    if (!has("ffn_gate_up_exps")) {
        const ValueId gate = expertProduct(in, routing, "ffn_gate_exps", width, rows, kind.weightsOnInput);
        const ValueId up = expertProduct(in, routing, "ffn_up_exps", width, rows, kind.weightsOnInput);
        return m_graph.glu(gate, up, kind.activation);
    }
    // Each expert's gate and up are one matrix, and so its products one part of the row.
    const ValueId both =
        expertProduct(in, routing, "ffn_gate_up_exps", width, 2 * std::uint64_t{rows}, kind.weightsOnInput);
    const std::uint32_t used = m_config.experts.used;
    const ValueId gate = take(part(both, used, 0, rows), used);
    return m_graph.glu(gate, take(part(both, used, rows, rows), used), kind.activation);
}

ValueId Decoder::expertSum(ValueId in, const Mixture &kind, std::optional<ValueId> residual,
                           std::optional<ValueId> logits)
{
    const ExpertSettings &experts = m_config.experts;
    if (experts.count == 0) {
        failMissing("expert_count");
        return in;
    }
    if (m_graph.has(named("ffn_up.0.weight"))) {
        fail(ErrorCode::UnsupportedFile,
             "the file keeps every expert in a tensor of its own, as converters did until 2024; newer files of the "
             "same model are supported");
        return in;
    }
    const std::uint32_t rows =
        experts.feedForwardLength != 0 ? experts.feedForwardLength : m_config.feedForwardLength[m_layer];
    const ValueId routing = route(logits ? *logits : linear(in, "ffn_gate_inp", experts.count), kind);
    const ValueId hidden = expertHidden(in, routing, kind, rows);
    const ValueId down = expertProduct(hidden, routing, "ffn_down_exps", rows, m_config.embeddingLength);
    // A factor on the sum must not touch the stream that is added to it.
    const bool hasShared = has("ffn_up_shexp");
    const bool halved = kind.halvedIfShared && hasShared;
    const std::optional<ValueId> stream = halved ? std::nullopt : residual;
    const std::optional<ValueId> before = hasShared ? std::optional(sharedExpert(in, kind, stream)) : stream;
    const ValueId sum = m_graph.combineExperts(
        down, routing,
        {.weighted = !kind.weightsOnInput, .hasResidual = before.has_value(), .residual = before.value_or(ValueId{})});
    if (!halved) {
        return sum;
    }
    const ValueId half = m_graph.scale(sum, 0.5F);
    return residual ? m_graph.add(*residual, half) : half;
}

ValueId Decoder::mixture(ValueId in, const Mixture &kind, std::optional<ValueId> logits)
{
    return expertSum(in, kind, std::nullopt, logits);
}

ValueId Decoder::mixtureAdd(ValueId in, const Mixture &kind, ValueId residual)
{
    return expertSum(in, kind, residual, std::nullopt);
}

} // namespace inference::families
