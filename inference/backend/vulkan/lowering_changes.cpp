// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lowering of what adapters add to matrices. How the model's matrices are merged does not depend on adapters, so that
// those that are resident stay as they are: what is added is computed first, for all that is merged at once, and goes
// into the merged product as a residual.
#include "inference/backend/vulkan/lowering.h"

#include <algorithm>
#include <limits>

namespace inference::backend::vulkan {

namespace {

/// The narrow sides of several changes next to each other; matrices cut from one share it.
class Columns {
public:
    explicit Columns(const graph::Graph &graph)
        : m_graph(graph)
    {
    }

    /// Where the numbers of this one stand.
    std::uint32_t add(graph::WeightId down)
    {
        for (std::size_t i = 0; i < m_downs.size(); ++i) {
            if (m_downs[i] == down) {
                return m_firsts[i];
            }
        }
        m_downs.push_back(down);
        m_firsts.push_back(m_total);
        m_total += static_cast<std::uint32_t>(m_graph.weights[down.index].shape[1]);
        return m_firsts.back();
    }

    [[nodiscard]] const std::vector<graph::WeightId> &downs() const { return m_downs; }
    [[nodiscard]] const std::vector<std::uint32_t> &firsts() const { return m_firsts; }
    [[nodiscard]] std::uint32_t total() const { return m_total; }

private:
    const graph::Graph &m_graph;
    std::vector<graph::WeightId> m_downs;
    std::vector<std::uint32_t> m_firsts;
    std::uint32_t m_total = 0;
};

} // namespace

Result<std::uint32_t> Lowering::blockMatrix(std::vector<graph::WeightId> parts, std::vector<std::uint64_t> partRows,
                                            std::vector<std::uint32_t> partColumns, std::uint32_t columns,
                                            bool alternating, std::uint64_t mostRows)
{
    Matrix matrix{.type = TensorType::F32,
                  .columns = columns,
                  .rows = 0,
                  .parts = std::move(parts),
                  .alternating = alternating,
                  .partColumns = std::move(partColumns),
                  .partRows = std::move(partRows)};
    for (const std::uint64_t rows : matrix.partRows) {
        matrix.rows += rows;
    }
    return addMatrix(std::move(matrix), "an adapter", mostRows);
}

Result<std::optional<View>> Lowering::emitChanges(std::span<const std::size_t> ops, bool alternating)
{
    const auto opAt = [&](std::size_t index) -> const graph::MatMul & {
        return std::get<graph::MatMul>(m_graph.ops[index]);
    };
    if (std::ranges::none_of(ops, [&](std::size_t index) { return opAt(index).change.isThere(); })) {
        return std::nullopt;
    }
    const graph::MatMul &front = opAt(ops.front());
    const bool isSelected = selected(front.out);
    Columns narrow(m_graph);
    std::vector<graph::WeightId> ups;
    std::vector<std::uint64_t> rows;
    std::vector<std::uint32_t> columns;
    std::uint32_t allRows = 0;
    for (const std::size_t index : ops) {
        const graph::MatMul &op = opAt(index);
        columns.push_back(op.change.isThere() ? narrow.add(op.change.down) : 0);
        ups.push_back(op.change.up);
        rows.push_back(width(op.out));
        allRows += width(op.out);
    }
    const auto down = matrixOf(narrow.downs(), false, dispatchRows());
    if (!down) {
        return std::unexpected(down.error());
    }
    const auto up = blockMatrix(ups, rows, columns, narrow.total(), alternating, dispatchRows());
    if (!up) {
        return std::unexpected(up.error());
    }
    const View small = newRows(narrow.total(), isSelected);
    emitProduct({.matrix = *down, .in = front.in, .out = small, .selected = isSelected});
    const View added = newRows(allRows, isSelected);
    Product product{.matrix = *up, .inRows = small, .out = added, .selected = isSelected};
    if (front.hasResidual) {
        product.residual = view(front.residual);
    }
    emitProduct(product);
    return added;
}

Result<std::optional<View>> Lowering::emitChanges(const graph::ExpertMatMul &gate, const graph::ExpertMatMul *up)
{
    const bool alternating = up != nullptr;
    if (!gate.change.isThere() && !(alternating && up->change.isThere())) {
        return std::nullopt;
    }
    constexpr std::uint64_t kMostRows = std::numeric_limits<std::int32_t>::max() / 32 * 32;
    const graph::Weight &weight = m_graph.weights[gate.weight.index];
    const auto rows = static_cast<std::uint32_t>(weight.shape[1]) * (alternating ? 2 : 1);
    const std::uint32_t used = width(gate.routing) / 2;
    const bool isSelected = selected(gate.out);
    Columns narrow(m_graph);
    std::vector<graph::WeightId> ups;
    std::vector<std::uint64_t> partRows;
    std::vector<std::uint32_t> columns;
    for (const graph::ExpertMatMul *op : {&gate, up}) {
        if (op != nullptr) {
            columns.push_back(op->change.isThere() ? narrow.add(op->change.down) : 0);
            ups.push_back(op->change.up);
            partRows.push_back(weight.rows());
        }
    }
    const View small = newRows(used * narrow.total(), isSelected);
    for (std::size_t i = 0; i < narrow.downs().size(); ++i) {
        const auto down = matrixOf({narrow.downs()[i]}, false, kMostRows);
        if (!down) {
            return std::unexpected(down.error());
        }
        const auto rank = static_cast<std::uint32_t>(m_graph.weights[narrow.downs()[i].index].shape[1]);
        emitExpertProduct({.matrix = *down,
                           .op = &gate,
                           .rows = rank,
                           .out = {small.memory, small.first + narrow.firsts()[i], small.stride},
                           .outPairStride = narrow.total()});
    }
    const auto wide = blockMatrix(ups, partRows, columns, narrow.total(), alternating, kMostRows);
    if (!wide) {
        return std::unexpected(wide.error());
    }
    const View added = newRows(used * rows, isSelected);
    emitExpertProduct(
        {.matrix = *wide, .op = &gate, .rows = rows, .inRows = small, .out = added, .outPairStride = rows});
    return added;
}

} // namespace inference::backend::vulkan
