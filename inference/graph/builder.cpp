// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/builder.h"

#include <algorithm>
#include <cstring>
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

std::vector<float> Builder::optionalNumbers(const std::string &name)
{
    const GgufTensor *tensor = m_file.tensor(name);
    if (tensor == nullptr) {
        return {};
    }
    const auto type = traitsOf(tensor->ggmlType);
    if (!type || type->type != TensorType::F32) {
        m_missing = m_missing.empty() ? name + " (as f32)" : m_missing;
        return {};
    }
    const std::span<const std::byte> bytes = m_file.data(*tensor);
    std::vector<float> numbers(bytes.size() / sizeof(float));
    std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(float));
    return numbers;
}

ValueId Builder::newValue(std::uint64_t width, bool selectedRows)
{
    m_graph.values.push_back(ValueInfo{static_cast<std::uint32_t>(width), selectedRows});
    return ValueId{static_cast<std::uint32_t>(m_graph.values.size() - 1)};
}

ValueId Builder::like(ValueId value)
{
    return newValue(m_graph.values[value.index].width, selected(value));
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

ValueId Builder::norm(ValueId in, Norm op)
{
    op.in = in;
    op.out = like(in);
    m_graph.ops.emplace_back(op);
    return op.out;
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

std::uint32_t Builder::ropeTable(RopeTable table)
{
    const auto found = std::ranges::find(m_graph.ropes, table);
    const auto index = static_cast<std::uint32_t>(found - m_graph.ropes.begin());
    if (found == m_graph.ropes.end()) {
        m_graph.ropes.push_back(std::move(table));
    }
    return index;
}

ValueId Builder::rope(ValueId in, Rope op)
{
    op.in = in;
    op.out = like(in);
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

ValueId Builder::glu(ValueId gate, ValueId up, Activation activation)
{
    const ValueId out = like(gate);
    m_graph.ops.emplace_back(Glu{.gate = gate, .up = up, .out = out, .activation = activation});
    return out;
}

ValueId Builder::activate(ValueId in, Activation activation)
{
    const ValueId out = like(in);
    m_graph.ops.emplace_back(Activate{.in = in, .out = out, .activation = activation});
    return out;
}

ValueId Builder::softcap(ValueId in, float cap)
{
    const ValueId out = like(in);
    m_graph.ops.emplace_back(Softcap{.in = in, .out = out, .cap = cap});
    return out;
}

ValueId Builder::add(ValueId a, ValueId b)
{
    const ValueId out = like(a);
    m_graph.ops.emplace_back(Add{.a = a, .b = b, .out = out});
    return out;
}

ValueId Builder::scale(ValueId in, float factor)
{
    const ValueId out = like(in);
    m_graph.ops.emplace_back(Scale{.in = in, .out = out, .factor = factor});
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
