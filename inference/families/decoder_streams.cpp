// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The parts of Gemma 3n that no other transformer has, under their names in GGUF files. Several streams that layers
// predict and correct: Alternating Updates, Baykal et al. 2023, arXiv:2301.13310. A low-rank branch: LAuReL, Menghani
// et al. 2024, arXiv:2411.07501.
#include "inference/families/decoder.h"

#include <cmath>

namespace inference::families {

namespace {

/// What the published models have, should a file not say: the first layers keep a twentieth of their gates.
constexpr std::uint32_t kSparseLayers = 10;
constexpr float kDeviations = 1.6448536F;

} // namespace

ValueId Decoder::openStreams(ValueId embedded)
{
    const std::uint32_t width = m_config.embeddingLength;
    const std::uint32_t others = m_config.gemma.streams - 1;
    const WeightId all = m_graph.experts("altup_proj.weight", width, width, others);
    ValueId streams = embedded;
    for (std::uint32_t i = 0; i < others; ++i) {
        const ValueId made = m_graph.matMul(m_graph.part(all, std::uint64_t{i} * width, width), embedded);
        streams = join(whole(streams, 1), whole(m_graph.matchMagnitude(made, embedded), 1), 1);
    }
    return streams;
}

ValueId Decoder::streamState(ValueId stream)
{
    const ValueId routed = linear(norm(stream, "altup_router_norm"), "altup_router", m_config.gemma.streams);
    // A cap of 1 is the hyperbolic tangent.
    return m_graph.softcap(m_graph.scale(routed, 1.0F / static_cast<float>(m_config.embeddingLength)), 1.0F);
}

ValueId Decoder::predictStreams(ValueId streams)
{
    const std::uint32_t count = m_config.gemma.streams;
    const ValueId state = streamState(take(part(streams, 1, 0, m_config.embeddingLength), 1));
    return m_graph.mixStreams({.in = streams,
                               .coefficients = linear(state, "altup_predict_coef", std::uint64_t{count} * count),
                               .base = streams,
                               .sources = count,
                               .targets = count});
}

ValueId Decoder::correctStreams(ValueId predicted, ValueId active, ValueId made)
{
    const std::uint32_t count = m_config.gemma.streams;
    const ValueId news = m_graph.add(made, m_graph.scale(active, -1.0F));
    return m_graph.mixStreams({.in = news,
                               .coefficients = linear(streamState(made), "altup_correct_coef", count),
                               .base = predicted,
                               .sources = 1,
                               .targets = count,
                               .offset = 1.0F});
}

ValueId Decoder::addToOtherStreams(ValueId streams, ValueId added)
{
    const std::uint32_t width = m_config.embeddingLength;
    const std::uint32_t others = m_config.gemma.streams - 1;
    const ValueId each = take({.in = added, .first = 0, .stride = 0, .count = width}, others);
    const ValueId sum = m_graph.add(take(part(streams, 1, width, others * width), 1), each);
    return join(part(streams, 1, 0, width), whole(sum, 1), 1);
}

ValueId Decoder::closeStreams(ValueId streams)
{
    const std::uint32_t width = m_config.embeddingLength;
    const std::uint32_t others = m_config.gemma.streams - 1;
    m_block.clear();
    const WeightId all = m_graph.experts("altup_unembd_proj.weight", width, width, others);
    const ValueId first = take(part(streams, 1, 0, width), 1);
    ValueId sum = first;
    for (std::uint32_t i = 0; i < others; ++i) {
        const ValueId stream = take(part(streams, 1, (i + 1) * width, width), 1);
        const ValueId made = m_graph.matMul(m_graph.part(all, std::uint64_t{i} * width, width), stream);
        sum = m_graph.add(sum, m_graph.matchMagnitude(made, first));
    }
    return m_graph.scale(sum, 1.0F / static_cast<float>(others + 1));
}

ValueId Decoder::sparseFeedForward(ValueId in, Activation activation)
{
    const std::vector<float> &said = m_config.gemma.sparsity;
    const float published = m_layer < kSparseLayers ? kDeviations : -INFINITY;
    const float deviations = said.empty() ? published : said[m_layer];
    const std::uint64_t hidden = m_config.feedForwardLength[m_layer];
    ValueId gate = linear(in, "ffn_gate", hidden);
    if (std::isfinite(deviations)) {
        gate = m_graph.sparsify(gate, deviations);
    }
    return linear(m_graph.glu(gate, linear(in, "ffn_up", hidden), activation), "ffn_down", m_config.embeddingLength);
}

ValueId Decoder::lowRankBranch(ValueId in)
{
    const ValueId narrow = linear(in, "laurel_l", m_graph.rowsOf(named("laurel_l.weight")));
    return m_graph.add(in, norm(linear(narrow, "laurel_r", m_config.embeddingLength), "laurel_post_norm"));
}

ValueId Decoder::timesVector(ValueId in, const std::string &name)
{
    // A table of one row, which is every token's.
    const WeightId table = m_graph.vector(named(name) + ".weight", m_graph.width(in));
    return m_graph.glu(m_graph.getRows(table, 1.0F, graph::RowOf::Text), in, Activation::Identity);
}

} // namespace inference::families
