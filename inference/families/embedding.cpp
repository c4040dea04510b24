// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Both ends of models that make embeddings: rows of several tables in front; pooling, a classifier or more matrices
// behind.
#include "inference/families/decoder.h"

namespace inference::families {

ValueId Decoder::embedText()
{
    ValueId x = embed();
    const auto addRows = [&](const std::string &name, graph::RowOf row) {
        if (m_graph.has(name)) {
            const WeightId table = m_graph.matrix(name, m_config.embeddingLength, m_graph.rowsOf(name));
            x = m_graph.add(x, m_graph.getRows(table, 1.0F, row));
        }
    };
    addRows("token_types.weight", graph::RowOf::Text);
    addRows("position_embd.weight", graph::RowOf::Position);
    return x;
}

bool Decoder::embeds() const
{
    if (!m_config.causal) {
        return true;
    }
    // Rerankers that were converted without their classifier are judged by the logits of two words.
    const bool classifies = m_graph.has("cls.weight") || m_graph.has("cls.output.weight");
    const Pooling pooling = m_config.pooling.value_or(Pooling::None);
    return pooling != Pooling::None && (pooling != Pooling::Rank || classifies);
}

ValueId Decoder::pooled(ValueId stream, Pooling pooling)
{
    switch (pooling) {
    case Pooling::Mean:
        return m_graph.pool(stream, graph::PoolKind::Mean);
    case Pooling::First:
        return m_graph.pool(stream, graph::PoolKind::First);
    case Pooling::Rank:
        return pooled(stream, m_config.rankedRow);
    case Pooling::None:
    case Pooling::Last:
        break;
    }
    return select(stream);
}

ValueId Decoder::classified(ValueId row)
{
    const std::uint64_t hidden = m_graph.rowsOf("cls.weight");
    if (hidden > 0) {
        const WeightId dense = m_graph.matrix("cls.weight", m_graph.width(row), hidden);
        row = m_graph.matMul(dense, row, m_graph.optionalVector("cls.bias", hidden));
        // A cap of 1 is the hyperbolic tangent.
        row = m_config.geluClassifier ? m_graph.activate(row, Activation::Gelu) : m_graph.softcap(row, 1.0F);
        if (m_graph.has("cls.norm.weight")) {
            row = norm(row, "cls.norm", NormKind::Layer);
        }
    }
    const std::uint64_t scores = m_graph.rowsOf("cls.output.weight");
    if (scores > 0) {
        const WeightId output = m_graph.matrix("cls.output.weight", m_graph.width(row), scores);
        row = m_graph.matMul(output, row, m_graph.optionalVector("cls.output.bias", scores));
    } else if (hidden == 0) {
        fail(ErrorCode::FileMalformed, "tensor cls.output.weight is missing");
    }
    return row;
}

Result<graph::Graph> Decoder::finishEmbedding(ValueId stream)
{
    m_block.clear();
    const Pooling pooling = m_config.pooling.value_or(Pooling::None);
    ValueId x = pooled(stream, pooling);
    m_graph.ignoreAll("output."); // what would make logits
    if (pooling == Pooling::Rank) {
        x = classified(x);
    } else {
        m_graph.ignoreAll("cls.");
        for (const char *name : {"dense_2.weight", "dense_3.weight"}) {
            if (m_graph.has(name)) {
                x = m_graph.matMul(m_graph.matrix(name, m_graph.width(x), m_graph.rowsOf(name)), x);
            }
        }
    }
    return m_graph.finish(x, graph::Ending::Embedding);
}

} // namespace inference::families
