// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/builder.h"

#include "inference/model/printable.h"
#include "inference/quant/dequantize.h"

#include <algorithm>
#include <format>
#include <utility>

namespace inference::graph {

Builder::Builder(const GgufFile &file)
    : m_file(file)
{
}

WeightId Builder::find(const std::string &name, const std::array<std::uint64_t, 4> &shape, Content content,
                       Presence presence)
{
    const GgufTensor *tensor = m_file.tensor(name);
    if (tensor == nullptr) {
        if (presence == Presence::Required) {
            fail(ErrorCode::FileMalformed, std::format("tensor {} is missing", name));
        }
        return kNoWeight;
    }
    m_used.insert(name);
    if (tensor->shape != shape) {
        const std::string third = shape[2] == 1 ? std::string() : std::format("x{}", shape[2]);
        fail(ErrorCode::FileMalformed,
             std::format("tensor {} is {}x{}x{}x{}, not {}x{}{}", name, tensor->shape[0], tensor->shape[1],
                         tensor->shape[2], tensor->shape[3], shape[0], shape[1], third));
        return kNoWeight;
    }
    const auto type = traitsOf(tensor->ggmlType);
    if (!type) {
        fail(ErrorCode::UnsupportedFile, std::format("tensor {}: {}", name, whyUnreadable(tensor->ggmlType)));
        return kNoWeight;
    }
    if (content == Content::Vector && type->blockWeights != 1) {
        fail(ErrorCode::UnsupportedFile,
             std::format("tensor {} has the type {}, which is not supported here", name, type->name));
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

WeightId Builder::matrix(const std::string &name, std::uint64_t columns, std::uint64_t rows)
{
    return find(name, {columns, rows, 1, 1}, Content::Matrix, Presence::Required);
}

WeightId Builder::vector(const std::string &name, std::uint64_t width)
{
    return find(name, {width, 1, 1, 1}, Content::Vector, Presence::Required);
}

WeightId Builder::vectors(const std::string &name, std::uint64_t width, std::uint64_t count)
{
    return find(name, {width, count, 1, 1}, Content::Vector, Presence::Required);
}

WeightId Builder::optionalMatrix(const std::string &name, std::uint64_t columns, std::uint64_t rows)
{
    return find(name, {columns, rows, 1, 1}, Content::Matrix, Presence::Optional);
}

WeightId Builder::optionalVector(const std::string &name, std::uint64_t width)
{
    return find(name, {width, 1, 1, 1}, Content::Vector, Presence::Optional);
}

WeightId Builder::experts(const std::string &name, std::uint64_t columns, std::uint64_t rows, std::uint64_t count)
{
    return find(name, {columns, rows, count, 1}, Content::Matrix, Presence::Required);
}

WeightId Builder::optionalVectors(const std::string &name, std::uint64_t width, std::uint64_t count)
{
    return find(name, {width, count, 1, 1}, Content::Vector, Presence::Optional);
}

std::uint64_t Builder::rowsOf(const std::string &name) const
{
    const GgufTensor *tensor = m_file.tensor(name);
    return tensor != nullptr ? tensor->shape[1] : 0;
}

WeightId Builder::part(WeightId whole, std::uint64_t first, std::uint64_t count)
{
    if (whole == kNoWeight) {
        return kNoWeight;
    }
    Weight weight = m_graph.weights[whole.index];
    const TypeTraits type = traits(weight.type);
    const bool isVector = weight.rows() == 1;
    const std::uint64_t stride = isVector ? type.blockBytes : weight.shape[0] / type.blockWeights * type.blockBytes;
    weight.name += std::format("[{}]", first);
    weight.whole = whole;
    weight.first = first;
    weight.shape = isVector ? std::array<std::uint64_t, 4>{count, 1, 1, 1}
                            : std::array<std::uint64_t, 4>{weight.shape[0], count, 1, 1};
    if (!weight.data.empty()) { // of a file cut after its header there are none
        weight.data = weight.data.subspan(first * stride, count * stride);
    }
    m_graph.weights.push_back(std::move(weight));
    return WeightId{static_cast<std::uint32_t>(m_graph.weights.size() - 1)};
}

std::vector<float> Builder::numbers(const std::string &name, std::uint64_t width)
{
    return taken(find(name, {width, 1, 1, 1}, Content::Vector, Presence::Required));
}

std::vector<float> Builder::optionalNumbers(const std::string &name, std::uint64_t width)
{
    return taken(find(name, {width, 1, 1, 1}, Content::Vector, Presence::Optional));
}

std::vector<float> Builder::taken(WeightId vector)
{
    if (vector == kNoWeight) {
        return {};
    }
    const Weight weight = std::move(m_graph.weights[vector.index]);
    m_graph.weights.pop_back(); // it was the last: nothing refers to it
    std::vector<float> numbers(weight.shape[0], 1.0F);
    if (!weight.data.empty()) {
        dequantize(weight.type, weight.data, numbers);
    }
    return numbers;
}

void Builder::fail(ErrorCode code, std::string detail)
{
    if (!m_error) {
        m_error = Error{code, std::move(detail)};
    }
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

ValueId Builder::getRows(WeightId table, float scale, RowOf row)
{
    const std::uint64_t width = table == kNoWeight ? 0 : m_graph.weights[table.index].shape[0];
    const ValueId out = newValue(width, false);
    m_graph.ops.emplace_back(GetRows{.table = table, .out = out, .scale = scale, .row = row});
    return out;
}

ValueId Builder::getRowsFromFile(WeightId table, float scale)
{
    const ValueId out = getRows(table, scale);
    std::get<GetRows>(m_graph.ops.back()).fromFile = true;
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

KvLayer &Builder::kvLayer(std::uint32_t layer)
{
    if (m_graph.kv.size() <= layer) {
        m_graph.kv.resize(layer + 1);
    }
    return m_graph.kv[layer];
}

void Builder::kvWrite(std::uint32_t layer, ValueId key, ValueId value)
{
    kvLayer(layer) = KvLayer{.keyWidth = width(key), .valueWidth = width(value)};
    m_graph.ops.emplace_back(KvWrite{.layer = layer, .key = key, .value = value});
}

void Builder::kvWrite(std::uint32_t layer, ValueId key)
{
    kvLayer(layer) = KvLayer{.keyWidth = width(key), .valueWidth = 0};
    m_graph.ops.emplace_back(KvWrite{.layer = layer, .key = key, .value = {}, .hasValue = false});
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

ValueId Builder::clamp(ValueId in, float limit)
{
    const ValueId out = like(in);
    m_graph.ops.emplace_back(Clamp{.in = in, .out = out, .limit = limit});
    return out;
}

ValueId Builder::scaleByPosition(ValueId in, ScaleByPosition op)
{
    op.in = in;
    op.out = like(in);
    m_graph.ops.emplace_back(op);
    return op.out;
}

ValueId Builder::joinHeads(JoinHeads op)
{
    op.out = newValue(std::uint64_t{op.heads} * (op.a.count + op.b.count), selected(op.a.in));
    m_graph.ops.emplace_back(op);
    return op.out;
}

ValueId Builder::selectRows(ValueId in)
{
    const ValueId out = newValue(m_graph.values[in.index].width, true);
    m_graph.ops.emplace_back(SelectRows{.in = in, .out = out});
    return out;
}

ValueId Builder::pool(ValueId in, PoolKind kind)
{
    const ValueId out = newValue(m_graph.values[in.index].width, true);
    m_graph.ops.emplace_back(Pool{.in = in, .out = out, .kind = kind});
    return out;
}

std::uint32_t Builder::newState(std::uint64_t numbers)
{
    m_graph.states.push_back({.numbers = numbers});
    return static_cast<std::uint32_t>(m_graph.states.size() - 1);
}

ValueId Builder::causalConv(ValueId in, CausalConv op)
{
    op.in = in;
    op.out = like(in);
    op.state = newState(stateNumbers(op, width(in)));
    m_graph.ops.emplace_back(op);
    return op.out;
}

ValueId Builder::gatedDelta(ValueId in, GatedDelta op)
{
    op.in = in;
    op.out = newValue(std::uint64_t{op.valueHeads} * op.valueDim, selected(in));
    op.state = newState(stateNumbers(op));
    m_graph.ops.emplace_back(op);
    return op.out;
}

ValueId Builder::stateScan(ValueId in, StateScan op)
{
    op.in = in;
    op.out = newValue(std::uint64_t{op.heads} * op.headDim, selected(in));
    op.state = newState(stateNumbers(op));
    m_graph.ops.emplace_back(op);
    return op.out;
}

ValueId Builder::mixStreams(MixStreams op)
{
    op.out = like(op.base);
    m_graph.ops.emplace_back(op);
    return op.out;
}

ValueId Builder::matchMagnitude(ValueId in, ValueId wanted)
{
    const ValueId out = like(in);
    m_graph.ops.emplace_back(MatchMagnitude{.in = in, .like = wanted, .out = out});
    return out;
}

ValueId Builder::sparsify(ValueId in, float deviations)
{
    const ValueId out = like(in);
    m_graph.ops.emplace_back(Sparsify{.in = in, .out = out, .deviations = deviations});
    return out;
}

ValueId Builder::routeExperts(ValueId logits, RouteExperts op)
{
    op.logits = logits;
    op.out = newValue(2 * std::uint64_t{op.used}, selected(logits));
    m_graph.ops.emplace_back(op);
    return op.out;
}

ValueId Builder::routeToEach(std::uint32_t experts)
{
    const ValueId out = newValue(2 * std::uint64_t{experts}, false);
    m_graph.ops.emplace_back(RouteToEach{.out = out});
    return out;
}

ValueId Builder::expertMatMul(WeightId weight, ValueId in, ValueId routing, ExpertMatMul op)
{
    const std::uint64_t rows = weight == kNoWeight ? 0 : m_graph.weights[weight.index].shape[1];
    op.weight = weight;
    op.in = in;
    op.routing = routing;
    op.out = newValue(m_graph.values[routing.index].width / 2 * rows, selected(in));
    m_graph.ops.emplace_back(op);
    return op.out;
}

ValueId Builder::combineExperts(ValueId in, ValueId routing, CombineExperts op)
{
    const std::uint32_t used = m_graph.values[routing.index].width / 2;
    op.in = in;
    op.routing = routing;
    op.out = newValue(m_graph.values[in.index].width / std::max(used, 1U), selected(in));
    m_graph.ops.emplace_back(op);
    return op.out;
}

void Builder::endLayer()
{
    m_graph.layerEnds.push_back(static_cast<std::uint32_t>(m_graph.ops.size()));
}

bool Builder::isWanted(std::string_view name) const
{
    // Factors of activations that were quantized in training say nothing about the result.
    return m_used.contains(name) || name.ends_with(".input_scale") ||
           std::ranges::any_of(m_ignored, [&](const std::string &prefix) { return name.starts_with(prefix); });
}

void Builder::setWindows()
{
    std::vector<bool> limited(m_graph.kv.size(), true);
    for (const Op &op : m_graph.ops) {
        const auto *attention = std::get_if<Attention>(&op);
        if (attention == nullptr || attention->layer >= m_graph.kv.size()) {
            continue;
        }
        KvLayer &layer = m_graph.kv[attention->layer];
        limited[attention->layer] = limited[attention->layer] && attention->window > 0 && attention->mask != Mask::Full;
        layer.window = limited[attention->layer] ? std::max(layer.window, attention->window) : 0;
    }
}

Result<Graph> Builder::finish(ValueId logits, Ending ending)
{
    const auto tensors = m_file.tensors();
    const auto stray = std::ranges::find_if_not(tensors, [&](const GgufTensor &t) { return isWanted(t.name); });
    if (stray != tensors.end()) {
        fail(ErrorCode::UnsupportedFile,
             std::format("the file has the tensor {}, which a model of this family has not", printable(stray->name)));
    }
    if (m_error) {
        return std::unexpected(std::move(*m_error));
    }
    setWindows();
    m_graph.logits = logits;
    m_graph.vocabularySize = m_graph.values[logits.index].width;
    m_graph.ending = ending;
    return std::move(m_graph);
}

} // namespace inference::graph
