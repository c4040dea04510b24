// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/low_rank.h"

#include <algorithm>
#include <map>
#include <utility>

namespace inference::graph {

namespace {

const LowRank *changeOf(const Op &op)
{
    if (const auto *product = std::get_if<MatMul>(&op)) {
        return &product->change;
    }
    const auto *experts = std::get_if<ExpertMatMul>(&op);
    return experts != nullptr ? &experts->change : nullptr;
}

class Unfolding {
public:
    explicit Unfolding(const Graph &graph)
        : m_old(graph)
        , m_new(graph)
    {
        m_new.ops.clear();
        m_new.layerEnds.clear();
    }

    Graph run()
    {
        std::size_t layer = 0;
        const auto endLayers = [&](std::size_t ops) {
            for (; layer < m_old.layerEnds.size() && m_old.layerEnds[layer] == ops; ++layer) {
                m_new.layerEnds.push_back(static_cast<std::uint32_t>(m_new.ops.size()));
            }
        };
        for (std::size_t i = 0; i < m_old.ops.size(); ++i) {
            endLayers(i);
            const LowRank *change = changeOf(m_old.ops[i]);
            if (change == nullptr || !change->isThere()) {
                m_new.ops.push_back(m_old.ops[i]);
            } else if (const auto *product = std::get_if<MatMul>(&m_old.ops[i])) {
                unfold(*product);
            } else {
                unfold(std::get<ExpertMatMul>(m_old.ops[i]));
            }
        }
        endLayers(m_old.ops.size());
        return std::move(m_new);
    }

private:
    ValueId newValue(std::uint64_t width, ValueId like)
    {
        m_new.values.push_back({static_cast<std::uint32_t>(width), m_old.values[like.index].selectedRows});
        return ValueId{static_cast<std::uint32_t>(m_new.values.size() - 1)};
    }

    /// Fused matrices that were cut apart share what makes their rows small.
    template <class MakeOp>
    ValueId narrow(const LowRank &change, ValueId in, std::uint64_t width, MakeOp makeOp)
    {
        const auto [found, isNew] = m_narrow.try_emplace({change.down.index, in.index});
        if (isNew) {
            found->second = newValue(width, in);
            m_new.ops.emplace_back(makeOp(found->second));
        }
        return found->second;
    }

    void unfold(const MatMul &op)
    {
        MatMul whole = op;
        whole.change = {};
        whole.out = newValue(m_old.values[op.out.index].width, op.out);
        m_new.ops.emplace_back(whole);
        const ValueId small = narrow(op.change, op.in, m_old.weights[op.change.down.index].shape[1], [&](ValueId out) {
            return MatMul{.weight = op.change.down, .in = op.in, .out = out};
        });
        m_new.ops.emplace_back(
            MatMul{.weight = op.change.up, .in = small, .out = op.out, .hasResidual = true, .residual = whole.out});
    }

    void unfold(const ExpertMatMul &op)
    {
        ExpertMatMul whole = op;
        whole.change = {};
        whole.out = newValue(m_old.values[op.out.index].width, op.out);
        m_new.ops.emplace_back(whole);
        const std::uint64_t used = m_old.values[op.routing.index].width / 2;
        const std::uint64_t rank = m_old.weights[op.change.down.index].shape[1];
        const ValueId small = narrow(op.change, op.in, used * rank, [&](ValueId out) {
            return ExpertMatMul{.weight = op.change.down, .in = op.in, .routing = op.routing, .out = out};
        });
        ExpertMatMul change = op;
        change.weight = op.change.up;
        change.bias = kNoWeight;
        change.in = small;
        change.out = newValue(m_old.values[op.out.index].width, op.out);
        change.change = {};
        m_new.ops.emplace_back(change);
        m_new.ops.emplace_back(Add{.a = whole.out, .b = change.out, .out = op.out});
    }

    const Graph &m_old;
    Graph m_new;
    std::map<std::pair<std::uint32_t, std::uint32_t>, ValueId> m_narrow; ///< by weight and input
};

} // namespace

bool hasChanges(const Graph &graph)
{
    return std::ranges::any_of(graph.ops, [](const Op &op) {
        const LowRank *change = changeOf(op);
        return change != nullptr && change->isThere();
    });
}

Graph withChangesAsOps(const Graph &graph)
{
    return Unfolding(graph).run();
}

} // namespace inference::graph
