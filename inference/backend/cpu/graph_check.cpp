// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/graph_check.h"

#include <string>

namespace inference::backend::cpu {

using namespace graph;

namespace {

constexpr std::uint64_t kLargestDimension = std::uint64_t{1} << 24;

/// Checks one op; `bad` turns true at the first thing that does not fit.
struct Checker {
    const Graph &graph;
    std::vector<bool> written;
    bool bad = false;

    void require(bool condition) { bad = bad || !condition; }

    std::uint64_t read(ValueId id)
    {
        require(id.index < graph.values.size() && written[id.index]);
        return bad ? 0 : graph.values[id.index].width;
    }
    std::uint64_t write(ValueId id)
    {
        require(id.index < graph.values.size() && !written[id.index]);
        if (bad) {
            return 0;
        }
        written[id.index] = true;
        return graph.values[id.index].width;
    }
    bool selected(ValueId id) { return !bad && graph.values[id.index].selectedRows; }
    void sameRows(ValueId a, ValueId b) { require(selected(a) == selected(b)); }
    void matrix(WeightId id, std::uint64_t columns, std::uint64_t rows)
    {
        require(id.index < graph.weights.size());
        if (bad) {
            return;
        }
        const Weight &w = graph.weights[id.index];
        require(w.shape[0] == columns && w.rows() == rows);
    }
    void vector(WeightId id, std::uint64_t width)
    {
        require(id.index < graph.weights.size());
        if (!bad) {
            const Weight &w = graph.weights[id.index];
            require(w.shape[0] * w.rows() == width);
        }
    }

    void operator()(const GetRows &op)
    {
        const std::uint64_t width = write(op.out);
        require(op.table.index < graph.weights.size() && !selected(op.out));
        if (!bad) {
            matrix(op.table, width, graph.weights[op.table.index].rows());
        }
    }
    void operator()(const Norm &op)
    {
        const std::uint64_t width = read(op.in);
        require(write(op.out) == width && op.groups > 0);
        require(!bad && width % op.groups == 0);
        sameRows(op.in, op.out);
        for (const WeightId id : {op.weight, op.bias}) {
            if (id != kNoWeight) {
                require(id.index < graph.weights.size());
                const bool shared = !bad && graph.weights[id.index].shape[0] * op.groups == width;
                vector(id, shared ? width / op.groups : width);
            }
        }
    }
    void operator()(const MatMul &op)
    {
        const std::uint64_t columns = read(op.in);
        if (op.hasResidual) {
            const std::uint64_t residual = read(op.residual);
            require(op.out.index < graph.values.size() && graph.values[op.out.index].width == residual);
            sameRows(op.in, op.residual);
        }
        const std::uint64_t rows = write(op.out);
        sameRows(op.in, op.out);
        matrix(op.weight, columns, rows);
        if (op.bias != kNoWeight) {
            vector(op.bias, rows);
        }
    }
    void operator()(const Rope &op)
    {
        const std::uint64_t width = read(op.in);
        require(write(op.out) == width && std::uint64_t{op.heads} * op.headDim == width);
        require(op.rotatedDims % 2 == 0 && op.rotatedDims <= op.headDim);
        require(!selected(op.in) && !selected(op.out));
        require(op.table < graph.ropes.size());
        require(!bad && graph.ropes[op.table].frequencies.size() * 2 == op.rotatedDims);
    }
    void operator()(const KvWrite &op)
    {
        const std::uint64_t keys = read(op.key);
        const std::uint64_t values = read(op.value);
        require(op.layer < graph.kv.size() && !selected(op.key) && !selected(op.value));
        require(!bad && graph.kv[op.layer].keyWidth == keys && graph.kv[op.layer].valueWidth == values);
    }
    void operator()(const Attention &op)
    {
        require(op.layer < graph.kv.size() && op.kvHeads > 0 && op.headDim > 0 && op.valueDim > 0);
        require(!bad && op.heads % op.kvHeads == 0 && op.heads > 0);
        require(read(op.query) == std::uint64_t{op.heads} * op.headDim);
        require(write(op.out) == std::uint64_t{op.heads} * op.valueDim);
        require(!selected(op.query) && !selected(op.out));
        require(!bad && graph.kv[op.layer].keyWidth == std::uint64_t{op.kvHeads} * op.headDim);
        require(!bad && graph.kv[op.layer].valueWidth == std::uint64_t{op.kvHeads} * op.valueDim);
    }
    void operator()(const Activate &op)
    {
        require(read(op.in) == write(op.out));
        sameRows(op.in, op.out);
    }
    void operator()(const Softcap &op)
    {
        require(read(op.in) == write(op.out) && op.cap > 0);
        sameRows(op.in, op.out);
    }
    void operator()(const Glu &op)
    {
        const std::uint64_t width = read(op.gate);
        require(read(op.up) == width && write(op.out) == width);
        sameRows(op.gate, op.up);
        sameRows(op.gate, op.out);
    }
    void operator()(const Add &op)
    {
        const std::uint64_t width = read(op.a);
        require(read(op.b) == width && write(op.out) == width);
        sameRows(op.a, op.b);
        sameRows(op.a, op.out);
    }
    void operator()(const Scale &op)
    {
        require(read(op.in) == write(op.out));
        sameRows(op.in, op.out);
    }
    void operator()(const SelectRows &op)
    {
        require(read(op.in) == write(op.out) && !selected(op.in) && selected(op.out));
    }
};

bool weightFits(const Weight &weight)
{
    std::uint64_t elements = 1;
    for (const std::uint64_t n : weight.shape) {
        if (n == 0 || n > kLargestDimension || elements > (std::uint64_t{1} << 40) / n) {
            return false;
        }
        elements *= n;
    }
    const TypeTraits info = traits(weight.type);
    return weight.shape[0] % info.blockWeights == 0 &&
           weight.data.size() == elements / info.blockWeights * info.blockBytes;
}

} // namespace

Result<void> checkGraph(const Graph &graph)
{
    for (const Weight &weight : graph.weights) {
        if (!weightFits(weight)) {
            return failure(ErrorCode::InvalidArgument, "the bytes of weight " + weight.name + " do not fit its shape");
        }
    }
    for (const ValueInfo &value : graph.values) {
        if (value.width == 0 || value.width > kLargestDimension) {
            return failure(ErrorCode::InvalidArgument, "a value has no width or too much");
        }
    }
    Checker checker{.graph = graph, .written = std::vector<bool>(graph.values.size())};
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        std::visit(checker, graph.ops[i]);
        if (checker.bad) {
            return failure(ErrorCode::InvalidArgument, "op " + std::to_string(i) + " does not fit its operands");
        }
    }
    if (graph.logits.index >= graph.values.size() || !checker.written[graph.logits.index] ||
        !graph.values[graph.logits.index].selectedRows ||
        graph.values[graph.logits.index].width != graph.vocabularySize) {
        return failure(ErrorCode::InvalidArgument, "the graph does not end in logits of selected rows");
    }
    return {};
}

} // namespace inference::backend::cpu
