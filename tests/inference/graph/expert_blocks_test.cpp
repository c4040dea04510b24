// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/expert_blocks.h"

#include "inference/graph/low_rank.h"
#include "tests/inference/backend/change_cases.h"
#include "tests/inference/backend/graph_fixture.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace inference;
using namespace inference::graph;
using backend::GraphFixture;

namespace {

template <class Kind>
std::size_t countOf(const Graph &graph, const std::vector<std::size_t> &ops)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(ops, [&](std::size_t op) { return std::holds_alternative<Kind>(graph.ops[op]); }));
}

/// Experts over a random row, and what else is to be known about them.
struct Block {
    explicit Block(std::uint32_t seed = 1)
        : f(seed)
        , x(f.input(32, 8))
        , routing(f.apply(RouteExperts{.logits = f.input(4, 8), .out = {}, .used = 2}, 4))
        , up(f.apply(
              ExpertMatMul{
                  .weight = f.expertWeights(TensorType::F32, 32, 24, 4), .in = x, .routing = routing, .out = {}},
              48))
        , inner(f.apply(Activate{.in = up, .out = {}}, 48))
    {
    }

    ValueId down(ValueId in)
    {
        return f.apply(
            ExpertMatMul{
                .weight = f.expertWeights(TensorType::F32, 24, 32, 4), .in = in, .routing = routing, .out = {}},
            64);
    }
    ValueId sum(ValueId in, ValueId residual)
    {
        return f.apply(
            CombineExperts{.in = in, .routing = routing, .out = {}, .hasResidual = true, .residual = residual}, 32);
    }

    GraphFixture f;
    ValueId x;
    ValueId routing;
    ValueId up;
    ValueId inner;
};

} // namespace

TEST_CASE("each layer's experts are a block between the router and the sum")
{
    const auto fixture = GraphFixture::llama({.layers = 3, .experts = 6, .usedExperts = 2});
    const Graph &graph = fixture->graph();
    const auto blocks = expertBlocks(graph);
    REQUIRE(blocks.size() == 3);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const ExpertBlock &block = blocks[i];
        CHECK(std::ranges::is_sorted(block.ops));
        CHECK(block.ops.size() == 5); // gate, up, their product, down, the sum
        CHECK(countOf<ExpertMatMul>(graph, block.ops) == 3);
        CHECK(countOf<RouteExperts>(graph, block.ops) == 0);
        CHECK(block.experts == 6);
        const auto &sum = std::get<CombineExperts>(graph.ops[block.ops.back()]);
        CHECK(block.out == sum.out);
        CHECK(block.routing == sum.routing);
        // The residual of these is what the experts see.
        CHECK(block.inputs == std::vector{sum.residual, sum.routing});
        CHECK((i == 0 || blocks[i - 1].ops.back() < block.ops.front()));
    }
    CHECK(expertBlocks(GraphFixture::llama({})->graph()).empty());
}

TEST_CASE("a mixture with loose ends is no block")
{
    SECTION("whole")
    {
        Block block;
        block.f.finish(block.sum(block.down(block.inner), block.x));
        CHECK(expertBlocks(block.f.graph()).size() == 1);
    }
    SECTION("a value within that is read elsewhere")
    {
        Block block;
        const ValueId sum = block.sum(block.down(block.inner), block.x);
        const ValueId other =
            block.f.apply(MatMul{.weight = block.f.weight(TensorType::F32, 48, 32), .in = block.inner, .out = {}}, 32);
        block.f.finish(block.f.apply(Add{.a = sum, .b = other, .out = {}}, 32));
        CHECK(expertBlocks(block.f.graph()).empty());
    }
    SECTION("an op that does not work on a row alone")
    {
        Block block;
        const ValueId late = block.f.apply(ScaleByPosition{.in = block.inner, .out = {}}, 48);
        block.f.finish(block.sum(block.down(late), block.x));
        CHECK(expertBlocks(block.f.graph()).empty());
    }
    SECTION("a residual made of the choice")
    {
        Block block;
        const ValueId down = block.down(block.inner);
        const ValueId part = block.f.apply(JoinHeads{.a = {.in = down, .count = 32}, .b = {}, .out = {}}, 32);
        block.f.finish(block.sum(down, part));
        CHECK(expertBlocks(block.f.graph()).empty());
    }
    SECTION("a weight without experts")
    {
        Block block;
        const ValueId one = block.f.apply(RouteExperts{.logits = block.f.input(1, 8), .out = {}, .used = 1}, 2);
        block.f.finish(block.f.apply(CombineExperts{.in = block.x, .routing = one, .out = {}}, 32));
        CHECK(expertBlocks(block.f.graph()).empty());
    }
    SECTION("matrices that every row meets")
    {
        Block block;
        const ValueId each = block.f.apply(RouteToEach{.out = {}}, 8);
        const ValueId heads = block.f.apply(
            ExpertMatMul{
                .weight = block.f.expertWeights(TensorType::F32, 32, 8, 4), .in = block.x, .routing = each, .out = {}},
            32);
        block.f.finish(heads);
        CHECK(expertBlocks(block.f.graph()).empty());
    }
}

TEST_CASE("what adapters add to experts belongs to their block")
{
    const auto cases = backend::changeCases(TensorType::F32);
    for (const backend::ChangeCase &which : cases) {
        if (which.shape.experts == 0) {
            continue;
        }
        CAPTURE(which.name);
        const backend::ChangedModel model = backend::changedModel(which);
        const auto plain = expertBlocks(model.plain);
        const Graph unfolded = withChangesAsOps(model.changed);
        for (const Graph *graph : {&model.changed, &unfolded}) {
            const auto blocks = expertBlocks(*graph);
            REQUIRE(blocks.size() == plain.size());
            CHECK(blocks[0].inputs == plain[0].inputs);
            CHECK(blocks[0].out == plain[0].out);
        }
        CHECK(expertBlocks(unfolded)[0].ops.size() > plain[0].ops.size());
    }
}

TEST_CASE("blocks become a graph of their own with the same weights and values")
{
    const auto fixture = GraphFixture::llama({.layers = 3, .experts = 6, .usedExperts = 2});
    const Graph &whole = fixture->graph();
    auto blocks = expertBlocks(whole);
    blocks.resize(2);
    const Graph graph = expertGraph(whole, blocks);
    CHECK(graph.weights.size() == whole.weights.size());
    CHECK(graph.ops.size() == 10);
    CHECK(graph.layerEnds == std::vector<std::uint32_t>{5, 10});
    CHECK(graph.kv.empty());
    for (const std::uint32_t end : graph.layerEnds) {
        CHECK_FALSE(std::get<CombineExperts>(graph.ops[end - 1]).hasResidual);
    }
    CHECK(graph.values.size() == whole.values.size() + 1);
    CHECK(graph.logits.index == whole.values.size());
}
