// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/expert_blocks.h"

#include <algorithm>
#include <optional>

namespace inference::graph {

namespace {

/// Whether what the op makes of a row depends on that row's values alone, and not on its position.
bool worksOnRowAlone(const Op &op)
{
    return std::holds_alternative<ExpertMatMul>(op) || std::holds_alternative<Glu>(op) ||
           std::holds_alternative<Activate>(op) || std::holds_alternative<Softcap>(op) ||
           std::holds_alternative<Add>(op) || std::holds_alternative<Scale>(op) || std::holds_alternative<Clamp>(op) ||
           std::holds_alternative<JoinHeads>(op);
}

class Finder {
public:
    explicit Finder(const Graph &graph)
        : m_graph(graph)
        , m_writer(graph.values.size(), graph.ops.size())
    {
        for (std::size_t i = 0; i < graph.ops.size(); ++i) {
            const OpValues values = valuesOf(graph.ops[i]);
            if (values.writes) {
                m_writer[values.written.index] = i;
            }
        }
    }

    std::optional<ExpertBlock> blockOf(std::size_t last) const
    {
        const auto *sum = std::get_if<CombineExperts>(&m_graph.ops[last]);
        if (sum == nullptr || !std::holds_alternative<RouteExperts>(m_graph.ops[m_writer[sum->routing.index]])) {
            return std::nullopt;
        }
        const std::size_t router = m_writer[sum->routing.index];
        const std::vector<bool> routed = madeOfChoice(router, last);

        ExpertBlock block{.routing = sum->routing, .out = sum->out};
        std::vector<bool> wanted(m_graph.values.size());
        wanted[sum->in.index] = true;
        wanted[sum->routing.index] = true;
        std::vector<bool> inside(m_graph.ops.size());
        inside[last] = true;
        block.ops.push_back(last);
        for (std::size_t i = last; i-- > router + 1;) {
            const OpValues values = valuesOf(m_graph.ops[i]);
            if (!values.writes || !wanted[values.written.index] || !routed[values.written.index]) {
                continue;
            }
            if (!worksOnRowAlone(m_graph.ops[i])) {
                return std::nullopt;
            }
            inside[i] = true;
            block.ops.push_back(i);
            wanted[values.written.index] = false;
            for (std::size_t r = 0; r < values.readCount; ++r) {
                wanted[values.reads[r].index] = true;
            }
            if (const auto *product = std::get_if<ExpertMatMul>(&m_graph.ops[i])) {
                block.experts = static_cast<std::uint32_t>(m_graph.weights[product->weight.index].shape[2]);
            }
        }
        std::ranges::reverse(block.ops);
        for (std::uint32_t value = 0; value < wanted.size(); ++value) {
            if (wanted[value]) {
                block.inputs.push_back({value});
            }
        }
        const bool closed = !readOutside(inside, last) && !(sum->hasResidual && routed[sum->residual.index]);
        return block.experts > 0 && closed ? std::optional(block) : std::nullopt;
    }

private:
    /// By value: whether it depends on the router's choice. The choice itself does not.
    [[nodiscard]] std::vector<bool> madeOfChoice(std::size_t router, std::size_t last) const
    {
        const ValueId choice = valuesOf(m_graph.ops[router]).written;
        std::vector<bool> made(m_graph.values.size());
        for (std::size_t i = router + 1; i < last; ++i) {
            const OpValues values = valuesOf(m_graph.ops[i]);
            for (std::size_t r = 0; values.writes && r < values.readCount; ++r) {
                if (values.reads[r] == choice || made[values.reads[r].index]) {
                    made[values.written.index] = true;
                }
            }
        }
        return made;
    }

    /// Whether an op that is not inside reads what one inside writes, but for the sum.
    [[nodiscard]] bool readOutside(const std::vector<bool> &inside, std::size_t last) const
    {
        for (std::size_t i = 0; i < m_graph.ops.size(); ++i) {
            if (inside[i]) {
                continue;
            }
            const OpValues values = valuesOf(m_graph.ops[i]);
            for (std::size_t r = 0; r < values.readCount; ++r) {
                const std::size_t writer = m_writer[values.reads[r].index];
                if (writer != last && inside[writer]) {
                    return true;
                }
            }
        }
        return false;
    }

    const Graph &m_graph;
    std::vector<std::size_t> m_writer; ///< by value: op
};

} // namespace

std::vector<ExpertBlock> expertBlocks(const Graph &graph)
{
    const Finder finder(graph);
    std::vector<ExpertBlock> blocks;
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        if (auto block = finder.blockOf(i)) {
            blocks.push_back(std::move(*block));
        }
    }
    return blocks;
}

Graph expertGraph(const Graph &graph, std::span<const ExpertBlock> blocks)
{
    Graph result;
    result.weights = graph.weights;
    result.values = graph.values;
    for (ValueInfo &value : result.values) {
        value.selectedRows = false;
    }
    for (const ExpertBlock &block : blocks) {
        for (const std::size_t op : block.ops) {
            result.ops.push_back(graph.ops[op]);
        }
        std::get<CombineExperts>(result.ops.back()).hasResidual = false;
        result.layerEnds.push_back(static_cast<std::uint32_t>(result.ops.size()));
    }
    result.logits = ValueId{static_cast<std::uint32_t>(result.values.size())};
    result.values.push_back({.width = 1, .selectedRows = true});
    result.vocabularySize = 1;
    return result;
}

} // namespace inference::graph
