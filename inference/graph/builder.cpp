// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/builder.h"

#include <utility>

namespace inference::graph {

Builder::Builder(const GgufFile &file)
    : m_file(file)
{
}

WeightId Builder::weight(const std::string &name)
{
    const WeightId id = optionalWeight(name);
    if (id == kNoWeight && m_missing.empty()) {
        m_missing = name;
    }
    return id;
}

WeightId Builder::optionalWeight(const std::string &name)
{
    const GgufTensor *tensor = m_file.tensor(name);
    if (tensor == nullptr) {
        return kNoWeight;
    }
    const auto type = traitsOf(tensor->ggmlType);
    if (!type) {
        if (m_missing.empty()) {
            m_missing = name + " (tensor type " + std::string(ggmlTypeName(tensor->ggmlType)) + ")";
        }
        return kNoWeight;
    }
    Weight weight;
    weight.name = name;
    weight.type = type->type;
    weight.shape = tensor->shape;
    weight.data = m_file.data(*tensor);
    m_graph.weights.push_back(std::move(weight));
    return WeightId{static_cast<std::uint32_t>(m_graph.weights.size() - 1)};
}

ValueId Builder::newValue(std::uint64_t width, bool selectedRows)
{
    m_graph.values.push_back(ValueInfo{static_cast<std::uint32_t>(width), selectedRows});
    return ValueId{static_cast<std::uint32_t>(m_graph.values.size() - 1)};
}

bool Builder::selected(ValueId value) const
{
    return m_graph.values[value.index].selectedRows;
}

ValueId Builder::getRows(WeightId table, float scale)
{
    const std::uint64_t width = table == kNoWeight ? 0 : m_graph.weights[table.index].shape[0];
    const ValueId out = newValue(width, false);
    m_graph.ops.emplace_back(GetRows{.table = table, .out = out, .scale = scale});
    return out;
}

ValueId Builder::rmsNorm(ValueId in, WeightId weight, float epsilon)
{
    const ValueId out = newValue(m_graph.values[in.index].width, selected(in));
    m_graph.ops.emplace_back(RmsNorm{.in = in, .weight = weight, .out = out, .epsilon = epsilon});
    return out;
}

ValueId Builder::matMul(WeightId weight, ValueId in, WeightId bias)
{
    const std::uint64_t width = weight == kNoWeight ? 0 : m_graph.weights[weight.index].shape[1];
    const ValueId out = newValue(width, selected(in));
    m_graph.ops.emplace_back(MatMul{.weight = weight, .bias = bias, .in = in, .out = out});
    return out;
}

ValueId Builder::matMulAdd(WeightId weight, ValueId in, ValueId residual, WeightId bias)
{
    const ValueId out = matMul(weight, in, bias);
    auto &op = std::get<MatMul>(m_graph.ops.back());
    op.hasResidual = true;
    op.residual = residual;
    return out;
}

ValueId Builder::rope(ValueId in, Rope op)
{
    op.in = in;
    op.out = newValue(m_graph.values[in.index].width, selected(in));
    m_graph.ops.emplace_back(op);
    return op.out;
}

void Builder::kvWrite(std::uint32_t layer, ValueId key, ValueId value)
{
    if (m_graph.kv.size() <= layer) {
        m_graph.kv.resize(layer + 1);
    }
    m_graph.kv[layer] = KvLayer{m_graph.values[key.index].width, m_graph.values[value.index].width};
    m_graph.ops.emplace_back(KvWrite{.layer = layer, .key = key, .value = value});
}

ValueId Builder::attention(ValueId query, Attention op)
{
    op.query = query;
    op.out = newValue(std::uint64_t{op.heads} * op.valueDim, selected(query));
    m_graph.ops.emplace_back(op);
    return op.out;
}

ValueId Builder::swiGlu(ValueId gate, ValueId up)
{
    const ValueId out = newValue(m_graph.values[gate.index].width, selected(gate));
    m_graph.ops.emplace_back(SwiGlu{.gate = gate, .up = up, .out = out});
    return out;
}

ValueId Builder::selectRows(ValueId in)
{
    const ValueId out = newValue(m_graph.values[in.index].width, true);
    m_graph.ops.emplace_back(SelectRows{.in = in, .out = out});
    return out;
}

void Builder::endLayer()
{
    m_graph.layerEnds.push_back(static_cast<std::uint32_t>(m_graph.ops.size()));
}

Result<Graph> Builder::finish(ValueId logits)
{
    if (!m_missing.empty()) {
        return failure(ErrorCode::FileMalformed, "the file lacks the tensor " + m_missing);
    }
    m_graph.logits = logits;
    m_graph.vocabularySize = m_graph.values[logits.index].width;
    return std::move(m_graph);
}

} // namespace inference::graph
