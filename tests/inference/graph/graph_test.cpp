// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/graph.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference::graph;

namespace {

/// A chain of norms over values of the given widths, the last one being the logits.
Graph chain(const std::vector<std::uint32_t> &widths)
{
    Graph graph;
    for (const std::uint32_t width : widths) {
        graph.values.push_back({width, false});
    }
    graph.ops.emplace_back(GetRows{.table = {}, .out = {0}});
    for (std::uint32_t v = 1; v < widths.size(); ++v) {
        graph.ops.emplace_back(Norm{.in = {v - 1}, .weight = {}, .out = {v}});
    }
    graph.logits = {static_cast<std::uint32_t>(widths.size() - 1)};
    return graph;
}

bool disjoint(const Graph &graph, const ScratchPlan &plan, std::uint32_t a, std::uint32_t b)
{
    return plan.offset[a] + graph.values[a].width <= plan.offset[b] ||
           plan.offset[b] + graph.values[b].width <= plan.offset[a];
}

} // namespace

TEST_CASE("values that are never alive together share their place")
{
    const Graph graph = chain({64, 64, 64, 64, 10});
    const ScratchPlan plan = planScratch(graph);
    CHECK(plan.widthTotal == 128);
    CHECK(plan.offset[0] == plan.offset[2]);
    CHECK(plan.offset[1] == plan.offset[3]);
}

TEST_CASE("an op's input and output never share a place")
{
    const Graph graph = chain({7, 100, 33, 1, 64, 10});
    const ScratchPlan plan = planScratch(graph);
    for (std::uint32_t v = 1; v + 1 < graph.values.size(); ++v) {
        CAPTURE(v);
        CHECK(disjoint(graph, plan, v - 1, v));
        CHECK(plan.offset[v] % 16 == 0);
    }
}

TEST_CASE("a residual stays in place until it is added")
{
    Graph graph;
    graph.values = {{32, false}, {32, false}, {96, false}, {32, false}, {8, false}};
    graph.ops.emplace_back(GetRows{.table = {}, .out = {0}});
    graph.ops.emplace_back(Norm{.in = {0}, .weight = {}, .out = {1}});
    graph.ops.emplace_back(MatMul{.weight = {}, .in = {1}, .out = {2}});
    graph.ops.emplace_back(MatMul{.weight = {}, .in = {2}, .out = {3}, .hasResidual = true, .residual = {0}});
    graph.ops.emplace_back(MatMul{.weight = {}, .in = {3}, .out = {4}});
    graph.logits = {4};
    const ScratchPlan plan = planScratch(graph);
    CHECK(disjoint(graph, plan, 0, 1));
    CHECK(disjoint(graph, plan, 0, 2));
    CHECK(disjoint(graph, plan, 0, 3));
    CHECK(disjoint(graph, plan, 2, 3));
}

TEST_CASE("the logits take no scratch")
{
    const Graph graph = chain({16, 50'000});
    const ScratchPlan plan = planScratch(graph);
    CHECK(plan.widthTotal == 16);
    CHECK(plan.offset[1] == ScratchPlan::kUnplanned);
}

TEST_CASE("every op names what it reads and writes")
{
    struct Row {
        Op op;
        std::size_t reads;
        bool writes;
    };
    const std::vector<Row> rows = {
        {GetRows{.out = {1}}, 0, true},
        {Norm{.in = {2}, .out = {1}}, 1, true},
        {MatMul{.in = {2}, .out = {1}}, 1, true},
        {MatMul{.in = {2}, .out = {1}, .hasResidual = true, .residual = {3}}, 2, true},
        {Rope{.in = {2}, .out = {1}}, 1, true},
        {KvWrite{.layer = 0, .key = {2}, .value = {3}}, 2, false},
        {Attention{.layer = 0, .query = {2}, .out = {1}}, 1, true},
        {Glu{.gate = {2}, .up = {3}, .out = {1}}, 2, true},
        {Add{.a = {2}, .b = {3}, .out = {1}}, 2, true},
        {Scale{.in = {2}, .out = {1}}, 1, true},
        {SelectRows{.in = {2}, .out = {1}}, 1, true},
    };
    for (const Row &row : rows) {
        CAPTURE(row.op.index());
        const OpValues values = valuesOf(row.op);
        CHECK(values.readCount == row.reads);
        CHECK(values.writes == row.writes);
        if (row.writes) {
            CHECK(values.written == ValueId{1});
        }
        for (std::size_t i = 0; i < values.readCount; ++i) {
            CHECK(values.reads[i] == ValueId{static_cast<std::uint32_t>(2 + i)});
        }
    }
}
