// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/graph.h"

#include <algorithm>
#include <limits>

namespace inference::graph {

namespace {

struct ValuesVisitor {
    OpValues result;

    void read(ValueId value) { result.reads[result.readCount++] = value; }
    void write(ValueId value)
    {
        result.writes = true;
        result.written = value;
    }

    void operator()(const GetRows &op) { write(op.out); }
    void operator()(const Norm &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const MatMul &op)
    {
        read(op.in);
        if (op.hasResidual) {
            read(op.residual);
        }
        write(op.out);
    }
    void operator()(const Rope &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const KvWrite &op)
    {
        read(op.key);
        read(op.value);
    }
    void operator()(const Attention &op)
    {
        read(op.query);
        write(op.out);
    }
    void operator()(const Glu &op)
    {
        read(op.gate);
        read(op.up);
        write(op.out);
    }
    void operator()(const Activate &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const Softcap &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const Add &op)
    {
        read(op.a);
        read(op.b);
        write(op.out);
    }
    void operator()(const Scale &op)
    {
        read(op.in);
        write(op.out);
    }
    void operator()(const SelectRows &op)
    {
        read(op.in);
        write(op.out);
    }
};

/// The ops between which a value must keep its place.
struct Lifetime {
    std::size_t first = std::numeric_limits<std::size_t>::max();
    std::size_t last = 0;
};

std::vector<Lifetime> lifetimesOf(const Graph &graph)
{
    std::vector<Lifetime> lifetimes(graph.values.size());
    for (std::size_t i = 0; i < graph.ops.size(); ++i) {
        const OpValues values = valuesOf(graph.ops[i]);
        for (std::size_t r = 0; r < values.readCount; ++r) {
            lifetimes[values.reads[r].index].last = i;
        }
        if (values.writes) {
            Lifetime &lifetime = lifetimes[values.written.index];
            lifetime.first = i;
            lifetime.last = std::max(lifetime.last, i);
        }
    }
    return lifetimes;
}

bool overlap(const Lifetime &a, const Lifetime &b)
{
    return a.first <= b.last && b.first <= a.last;
}

} // namespace

OpValues valuesOf(const Op &op)
{
    ValuesVisitor visitor;
    std::visit(visitor, op);
    return visitor.result;
}

ScratchPlan planScratch(const Graph &graph)
{
    // Rows start on 64 bytes so that vector loads of any width are aligned when the block is.
    constexpr std::uint32_t kAlignment = 16;
    const std::vector<Lifetime> lifetimes = lifetimesOf(graph);

    ScratchPlan plan;
    plan.offset.assign(graph.values.size(), ScratchPlan::kUnplanned);
    std::vector<std::uint32_t> order;
    for (std::uint32_t v = 0; v < graph.values.size(); ++v) {
        if (v != graph.logits.index) {
            order.push_back(v);
        }
    }
    std::ranges::sort(order, {}, [&](std::uint32_t v) { return lifetimes[v].first; });

    std::vector<std::uint32_t> placed;
    for (const std::uint32_t v : order) {
        std::vector<std::uint32_t> neighbours;
        for (const std::uint32_t other : placed) {
            if (overlap(lifetimes[v], lifetimes[other])) {
                neighbours.push_back(other);
            }
        }
        std::ranges::sort(neighbours, {}, [&](std::uint32_t other) { return plan.offset[other]; });
        std::uint32_t at = 0;
        for (const std::uint32_t other : neighbours) {
            if (at + graph.values[v].width <= plan.offset[other]) {
                break;
            }
            const std::uint32_t end = plan.offset[other] + graph.values[other].width;
            at = std::max(at, (end + kAlignment - 1) / kAlignment * kAlignment);
        }
        plan.offset[v] = at;
        plan.widthTotal = std::max(plan.widthTotal, at + graph.values[v].width);
        placed.push_back(v);
    }
    plan.widthTotal = (plan.widthTotal + kAlignment - 1) / kAlignment * kAlignment;
    return plan;
}

} // namespace inference::graph
