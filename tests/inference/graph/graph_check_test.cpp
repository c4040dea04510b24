// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/graph_check.h"

#include "tests/inference/backend/graph_fixture.h"
#include "tests/inference/backend/recurrent_cases.h"
#include "tests/inference/backend/stream_cases.h"
#include "tests/inference/backend/text_cases.h"

#include <catch2/catch_test_macros.hpp>

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace inference;
using namespace inference::graph;
using backend::GraphFixture;

namespace {

/// The n-th op of a type.
template <class OpType>
OpType &nth(Graph &graph, std::size_t n = 0)
{
    for (Op &op : graph.ops) {
        if (auto *found = std::get_if<OpType>(&op); found != nullptr && n-- == 0) {
            return *found;
        }
    }
    FAIL("no such op");
    return std::get<OpType>(graph.ops.front());
}

ValueInfo &value(Graph &graph, ValueId id)
{
    return graph.values[id.index];
}

/// A weight that no op uses, with the first bytes of another.
WeightId addWeight(Graph &graph, TensorType type, std::array<std::uint64_t, 4> shape, std::size_t bytes)
{
    graph.weights.push_back(
        {.name = "added", .type = type, .shape = shape, .data = graph.weights.front().data.first(bytes)});
    return {static_cast<std::uint32_t>(graph.weights.size() - 1)};
}

/// 32 numbers in four heads through every op that makes each number from one or two.
std::unique_ptr<GraphFixture> elements()
{
    auto fixture = std::make_unique<GraphFixture>();
    GraphFixture &f = *fixture;
    const ValueId x = f.input(32, 8);
    ValueId y = f.apply(Norm{.in = x, .weight = f.normWeight(32), .out = {}, .groups = 4}, 32);
    y = f.apply(Activate{.in = y, .out = {}}, 32);
    y = f.apply(Softcap{.in = y, .out = {}}, 32);
    y = f.apply(Scale{.in = y, .out = {}}, 32);
    y = f.apply(Add{.a = y, .b = x, .out = {}}, 32);
    f.finish(f.apply(Glu{.gate = y, .up = x, .out = {}}, 32));
    return fixture;
}

/// Two heads of eight, multiplied by a matrix each, joined with four numbers for both, scaled and bounded.
std::unique_ptr<GraphFixture> heads()
{
    auto fixture = std::make_unique<GraphFixture>();
    GraphFixture &f = *fixture;
    const ValueId x = f.input(16, 8);
    const ValueId routing = f.apply(RouteToEach{}, 4);
    const WeightId weight = f.expertWeights(inference::TensorType::F32, 8, 8, 2);
    const ValueId y = f.apply(ExpertMatMul{.weight = weight, .in = x, .routing = routing, .out = {}}, 16);
    const HeadPart whole{.in = y, .first = 0, .stride = 8, .count = 8};
    const HeadPart shared{.in = x, .first = 12, .stride = 0, .count = 4};
    const ValueId z = f.apply(JoinHeads{.a = whole, .b = shared, .out = {}, .heads = 2}, 24);
    const ValueId scaled = f.apply(ScaleByPosition{.in = z, .out = {}}, 24);
    f.finish(f.apply(Clamp{.in = scaled, .out = {}}, 24));
    return fixture;
}

constexpr ValueId kNowhere{1'000'000};
constexpr WeightId kNoSuchWeight{1'000'000};

using Change = std::function<void(Graph &)>;

} // namespace

TEST_CASE("a graph that contradicts itself is refused at the op that does not fit")
{
    struct Row {
        const char *name;
        const char *where; ///< in the error's detail
        Change change;
    };
    const std::vector<Row> llamaRows = {
        {"nothing at all", "logits", [](Graph &g) { g = {}; }},

        {"a row shorter than its bytes", "weight", [](Graph &g) { g.weights[1].shape[0] -= 1; }},
        {"bytes that are missing", "weight", [](Graph &g) { g.weights[2].data = g.weights[2].data.first(8); }},
        {"a weight without columns", "weight", [](Graph &g) { addWeight(g, TensorType::F32, {0, 1, 1, 1}, 0); }},
        {"blocks that end in another row", "weight",
         [](Graph &g) { addWeight(g, TensorType::Q8_0, {16, 4, 1, 1}, 68); }},
        {"more numbers than can be counted", "weight",
         [](Graph &g) { addWeight(g, TensorType::F32, {1U << 22U, 1U << 22U, 1U << 20U, 1}, 0); }},

        {"a value without width", "value", [](Graph &g) { g.values.push_back({.width = 0}); }},
        {"a value beyond reason", "value", [](Graph &g) { g.values.push_back({.width = (1U << 24U) + 1}); }},
        {"keys beyond reason", "keys", [](Graph &g) { g.kv.push_back({.keyWidth = (1U << 24U) + 1}); }},

        {"a value that no op writes", "Rope", [](Graph &g) { g.ops.erase(g.ops.begin() + 2); }},
        {"an op before the one whose value it reads", "MatMul", [](Graph &g) { std::swap(g.ops[1], g.ops[2]); }},
        {"a value written twice", "Norm", [](Graph &g) { g.ops.insert(g.ops.begin() + 2, g.ops[1]); }},
        {"an op that reads what it writes", "Norm", [](Graph &g) { nth<Norm>(g).in = nth<Norm>(g).out; }},
        {"reading a value that is not there", "Norm", [](Graph &g) { nth<Norm>(g).in = kNowhere; }},
        {"writing a value that is not there", "MatMul", [](Graph &g) { nth<MatMul>(g).out = kNowhere; }},

        {"a table that is not there", "GetRows", [](Graph &g) { nth<GetRows>(g).table = kNoSuchWeight; }},
        {"a table of another width", "GetRows", [](Graph &g) { nth<GetRows>(g).table = nth<MatMul>(g, 6).weight; }},
        {"tokens of selected rows", "GetRows", [](Graph &g) { value(g, nth<GetRows>(g).out).selectedRows = true; }},

        {"a matrix that is not there", "MatMul", [](Graph &g) { nth<MatMul>(g).weight = kNoSuchWeight; }},
        {"no matrix", "MatMul", [](Graph &g) { nth<MatMul>(g).weight = kNoWeight; }},
        {"a matrix of another input", "MatMul", [](Graph &g) { nth<MatMul>(g).weight = nth<MatMul>(g, 6).weight; }},
        {"a matrix of another output", "MatMul", [](Graph &g) { nth<MatMul>(g).weight = nth<MatMul>(g, 1).weight; }},
        {"an output one number wider", "MatMul", [](Graph &g) { value(g, nth<MatMul>(g, 1).out).width += 1; }},
        {"a bias that is not there", "MatMul", [](Graph &g) { nth<MatMul>(g).bias = kNoSuchWeight; }},
        {"a bias that is too short", "MatMul",
         [](Graph &g) { nth<MatMul>(g).bias = addWeight(g, TensorType::F32, {32, 1, 1, 1}, 128); }},
        {"a change with one factor", "MatMul",
         [](Graph &g) { nth<MatMul>(g).change.up = addWeight(g, TensorType::F32, {4, 64, 1, 1}, 1024); }},
        {"a change whose second factor is not there", "MatMul",
         [](Graph &g) { nth<MatMul>(g).change.down = addWeight(g, TensorType::F32, {64, 4, 1, 1}, 1024); }},
        {"a change of other ranks", "MatMul",
         [](Graph &g) {
             nth<MatMul>(g).change = {.down = addWeight(g, TensorType::F32, {64, 4, 1, 1}, 1024),
                                      .up = addWeight(g, TensorType::F32, {2, 64, 1, 1}, 512)};
         }},
        {"a change of another input", "MatMul",
         [](Graph &g) {
             nth<MatMul>(g).change = {.down = addWeight(g, TensorType::F32, {32, 4, 1, 1}, 512),
                                      .up = addWeight(g, TensorType::F32, {4, 64, 1, 1}, 1024)};
         }},
        {"a change in halves", "MatMul",
         [](Graph &g) {
             nth<MatMul>(g).change = {.down = addWeight(g, TensorType::F16, {64, 4, 1, 1}, 512),
                                      .up = addWeight(g, TensorType::F16, {4, 64, 1, 1}, 512)};
         }},
        {"a residual of another width", "MatMul", [](Graph &g) { nth<MatMul>(g, 3).residual = nth<MatMul>(g, 1).out; }},
        {"a residual that is not written", "MatMul", [](Graph &g) { nth<MatMul>(g, 3).residual = g.logits; }},
        {"a product of selected rows", "MatMul", [](Graph &g) { value(g, nth<MatMul>(g).out).selectedRows = true; }},
        {"a residual of all rows to selected ones", "MatMul",
         [](Graph &g) {
             const ValueId sum{static_cast<std::uint32_t>(g.values.size())};
             const auto width = g.values.front().width;
             g.values.push_back({.width = width, .selectedRows = true});
             g.ops.emplace_back(MatMul{.weight = nth<MatMul>(g, 3).weight,
                                       .in = nth<SelectRows>(g).out,
                                       .out = sum,
                                       .hasResidual = true,
                                       .residual = nth<GetRows>(g).out});
         }},

        {"heads that are not the row", "Rope", [](Graph &g) { nth<Rope>(g).heads += 1; }},
        {"heads whose product wraps", "Rope", [](Graph &g) { nth<Rope>(g).heads += 1U << 28U; }},
        {"a rotation of another table", "Rope", [](Graph &g) { nth<Rope>(g).rotatedDims -= 2; }},
        {"half a pair rotated", "Rope", [](Graph &g) { nth<Rope>(g).rotatedDims -= 1; }},
        {"more rotated than there is", "Rope",
         [](Graph &g) {
             g.ropes.push_back({.frequencies = std::vector<double>(9)});
             nth<Rope>(g).table = static_cast<std::uint32_t>(g.ropes.size() - 1);
             nth<Rope>(g).rotatedDims = 18;
         }},
        {"angles that are not there", "Rope", [](Graph &g) { nth<Rope>(g).table = 9; }},
        {"a rotation to another width", "Rope", [](Graph &g) { value(g, nth<Rope>(g).out).width += 16; }},
        {"a rotation to selected rows", "Rope", [](Graph &g) { value(g, nth<Rope>(g).out).selectedRows = true; }},

        {"no cache", "KvWrite", [](Graph &g) { g.kv.clear(); }},
        {"a layer that is not there", "KvWrite", [](Graph &g) { nth<KvWrite>(g).layer = 2; }},
        {"a cache of wider keys", "KvWrite", [](Graph &g) { g.kv[0].keyWidth += 16; }},
        {"a cache of wider values", "KvWrite", [](Graph &g) { g.kv[0].valueWidth += 16; }},
        {"keys that are not written", "KvWrite", [](Graph &g) { nth<KvWrite>(g).key = g.logits; }},

        {"attention to a layer that is not there", "Attention", [](Graph &g) { nth<Attention>(g).layer = 2; }},
        {"no heads", "Attention", [](Graph &g) { nth<Attention>(g).heads = 0; }},
        {"no heads in the cache", "Attention", [](Graph &g) { nth<Attention>(g).kvHeads = 0; }},
        {"wider heads", "Attention", [](Graph &g) { nth<Attention>(g).headDim *= 2; }},
        {"wider values", "Attention", [](Graph &g) { nth<Attention>(g).valueDim *= 2; }},
        {"fewer heads in the cache", "Attention", [](Graph &g) { nth<Attention>(g).kvHeads = 1; }},
        {"chunks of no length", "Attention", [](Graph &g) { nth<Attention>(g).mask = Mask::Chunked; }},
        {"sinks for other heads", "Attention",
         [](Graph &g) { nth<Attention>(g).sinks = addWeight(g, TensorType::F32, {3, 1, 1, 1}, 12); }},
        {"sinks that are not there", "Attention", [](Graph &g) { nth<Attention>(g).sinks = kNoSuchWeight; }},
        {"values where the cache has none", "KvWrite", [](Graph &g) { g.kv[0].valueWidth = 0; }},
        {"no values where the cache has them", "KvWrite", [](Graph &g) { nth<KvWrite>(g).hasValue = false; }},
        {"values wider than the keys they are parts of", "Attention",
         [](Graph &g) {
             g.kv[0].valueWidth = 0;
             nth<KvWrite>(g).hasValue = false;
             nth<Attention>(g).headDim /= 2;
             nth<Attention>(g).kvHeads *= 2;
             nth<Attention>(g).heads *= 2;
             value(g, nth<Attention>(g).out).width *= 2;
         }},
        {"a look at what a ring forgets", "Attention", [](Graph &g) { g.kv[0].window = 8; }},
        {"a window wider than the ring's", "Attention",
         [](Graph &g) {
             g.kv[0].window = 8;
             nth<Attention>(g).window = 9;
         }},
        {"everything seen of a ring", "Attention",
         [](Graph &g) {
             g.kv[0].window = 8;
             nth<Attention>(g).window = 8;
             nth<Attention>(g).mask = Mask::Full;
         }},
        {"attention of selected rows", "Attention",
         [](Graph &g) { value(g, nth<Attention>(g).out).selectedRows = true; }},

        {"gate and up of different widths", "Glu", [](Graph &g) { nth<Glu>(g).up = nth<MatMul>(g).out; }},
        {"a gated row of another width", "Glu", [](Graph &g) { value(g, nth<Glu>(g).out).width += 1; }},

        {"logits of another width", "logits", [](Graph &g) { g.vocabularySize += 1; }},
        {"logits that no op writes", "logits", [](Graph &g) { g.ops.pop_back(); }},
        {"logits that are not there", "logits", [](Graph &g) { g.logits = kNowhere; }},
        {"logits of all rows", "logits",
         [](Graph &g) {
             g.logits = nth<GetRows>(g).out;
             g.vocabularySize = value(g, g.logits).width;
         }},
        {"layers out of order", "layers", [](Graph &g) { std::swap(g.layerEnds[0], g.layerEnds[1]); }},
        {"a layer that ends past the last op", "layers",
         [](Graph &g) { g.layerEnds.back() = static_cast<std::uint32_t>(g.ops.size() + 1); }},
    };
    const std::vector<Row> elementRows = {
        {"a weight that is not there", "Norm", [](Graph &g) { nth<Norm>(g).weight = kNoSuchWeight; }},
        {"a weight of two groups", "Norm",
         [](Graph &g) { nth<Norm>(g).weight = addWeight(g, TensorType::F32, {16, 1, 1, 1}, 64); }},
        {"a bias of two groups", "Norm",
         [](Graph &g) { nth<Norm>(g).bias = addWeight(g, TensorType::F32, {16, 1, 1, 1}, 64); }},
        {"no groups", "Norm", [](Graph &g) { nth<Norm>(g).groups = 0; }},
        {"groups that are not equal", "Norm", [](Graph &g) { nth<Norm>(g).groups = 5; }},
        {"more groups than numbers", "Norm", [](Graph &g) { nth<Norm>(g).groups = 64; }},
        {"a norm to another width", "Norm", [](Graph &g) { value(g, nth<Norm>(g).out).width = 64; }},
        {"a norm to selected rows", "Norm", [](Graph &g) { value(g, nth<Norm>(g).out).selectedRows = true; }},
        {"an activation to another width", "Activate", [](Graph &g) { value(g, nth<Activate>(g).out).width = 31; }},
        {"an activation to selected rows", "Activate",
         [](Graph &g) { value(g, nth<Activate>(g).out).selectedRows = true; }},
        {"a cap to another width", "Softcap", [](Graph &g) { value(g, nth<Softcap>(g).out).width = 31; }},
        {"a cap of nothing", "Softcap", [](Graph &g) { nth<Softcap>(g).cap = 0; }},
        {"a cap that is no number", "Softcap",
         [](Graph &g) { nth<Softcap>(g).cap = std::numeric_limits<float>::quiet_NaN(); }},
        {"a scale to another width", "Scale", [](Graph &g) { value(g, nth<Scale>(g).out).width = 31; }},
        {"a scale to selected rows", "Scale", [](Graph &g) { value(g, nth<Scale>(g).out).selectedRows = true; }},
        {"a sum to another width", "Add", [](Graph &g) { value(g, nth<Add>(g).out).width = 31; }},
        {"a sum with what is not written", "Add", [](Graph &g) { nth<Add>(g).b = g.logits; }},
        {"a gated row of selected rows", "Glu", [](Graph &g) { value(g, nth<Glu>(g).out).selectedRows = true; }},
        {"a selection of another width", "SelectRows", [](Graph &g) { value(g, g.logits).width = 31; }},
        {"a selection of all rows", "SelectRows", [](Graph &g) { value(g, g.logits).selectedRows = false; }},
    };
    const std::vector<Row> expertRows = {
        {"more experts used than there are", "RouteExperts", [](Graph &g) { nth<RouteExperts>(g).used = 9; }},
        {"no experts used", "RouteExperts", [](Graph &g) { nth<RouteExperts>(g).used = 0; }},
        {"groups of experts that are not equal", "RouteExperts", [](Graph &g) { nth<RouteExperts>(g).groups = 3; }},
        {"no groups of experts", "RouteExperts", [](Graph &g) { nth<RouteExperts>(g).groups = 0; }},
        {"groups with fewer experts than are used", "RouteExperts", [](Graph &g) { nth<RouteExperts>(g).groups = 8; }},
        {"more groups used than there are", "RouteExperts", [](Graph &g) { nth<RouteExperts>(g).groupsUsed = 2; }},
        {"no group used", "RouteExperts", [](Graph &g) { nth<RouteExperts>(g).groupsUsed = 0; }},
        {"a bias for other experts", "RouteExperts",
         [](Graph &g) { nth<RouteExperts>(g).selectionBias = addWeight(g, TensorType::F32, {7, 1, 1, 1}, 28); }},
        {"a routing of another width", "RouteExperts", [](Graph &g) { value(g, nth<RouteExperts>(g).out).width = 6; }},
        {"a routing of selected rows", "RouteExperts",
         [](Graph &g) { value(g, nth<RouteExperts>(g).out).selectedRows = true; }},

        {"a routing that is none", "ExpertMatMul",
         [](Graph &g) { nth<ExpertMatMul>(g).routing = nth<RouteExperts>(g).logits; }},
        {"no experts", "ExpertMatMul", [](Graph &g) { nth<ExpertMatMul>(g).weight = kNoWeight; }},
        {"fewer experts than the router chooses from", "ExpertMatMul",
         [](Graph &g) { g.weights[nth<ExpertMatMul>(g).weight.index].shape = {32, 64, 4, 1}; }},
        {"experts of another input", "ExpertMatMul",
         [](Graph &g) { g.weights[nth<ExpertMatMul>(g).weight.index].shape = {64, 16, 8, 1}; }},
        {"experts in two dimensions", "ExpertMatMul",
         [](Graph &g) { g.weights[nth<ExpertMatMul>(g).weight.index].shape = {32, 32, 4, 2}; }},
        {"a product of experts of another width", "ExpertMatMul",
         [](Graph &g) { value(g, nth<ExpertMatMul>(g).out).width = 32; }},
        {"a bias for fewer experts", "ExpertMatMul",
         [](Graph &g) { nth<ExpertMatMul>(g).bias = addWeight(g, TensorType::F32, {32, 4, 1, 1}, 512); }},
        {"factors for fewer experts", "ExpertMatMul",
         [](Graph &g) { nth<ExpertMatMul>(g).scale = addWeight(g, TensorType::F32, {4, 1, 1, 1}, 16); }},
        {"a change for one expert", "ExpertMatMul",
         [](Graph &g) {
             nth<ExpertMatMul>(g).change = {.down = addWeight(g, TensorType::F32, {32, 1, 1, 1}, 128),
                                            .up = addWeight(g, TensorType::F32, {1, 32, 1, 1}, 128)};
         }},
        {"an activation that gates alone", "Activate",
         [](Graph &g) {
             g.ops.emplace_back(Activate{.in = nth<Glu>(g).out,
                                         .out = {static_cast<std::uint32_t>(g.values.size())},
                                         .activation = Activation::ClampedSwiglu});
             g.values.push_back({.width = 64});
         }},

        {"a sum of one expert's width", "CombineExperts",
         [](Graph &g) { nth<CombineExperts>(g).in = nth<ExpertMatMul>(g).in; }},
        {"a sum without a routing", "CombineExperts",
         [](Graph &g) { nth<CombineExperts>(g).routing = nth<Glu>(g).out; }},
        {"a sum onto another width", "CombineExperts",
         [](Graph &g) { nth<CombineExperts>(g).residual = nth<Glu>(g).out; }},
        {"a sum of selected rows", "CombineExperts",
         [](Graph &g) { value(g, nth<CombineExperts>(g).out).selectedRows = true; }},
    };
    const std::vector<Row> headRows = {
        {"a route to no expert", "RouteToEach", [](Graph &g) { value(g, nth<RouteToEach>(g).out).width = 1; }},
        {"a route to more than there are", "ExpertMatMul",
         [](Graph &g) { value(g, nth<RouteToEach>(g).out).width = 6; }},
        {"a route of odd width", "RouteToEach", [](Graph &g) { value(g, nth<RouteToEach>(g).out).width = 5; }},
        {"no heads", "JoinHeads", [](Graph &g) { nth<JoinHeads>(g).heads = 0; }},
        {"heads that are more than the row", "JoinHeads", [](Graph &g) { nth<JoinHeads>(g).a.first = 1; }},
        {"heads whose end wraps", "JoinHeads", [](Graph &g) { nth<JoinHeads>(g).a.stride = 0xFFFFFFFFU; }},
        {"a shared part past the row", "JoinHeads", [](Graph &g) { nth<JoinHeads>(g).b.first = 13; }},
        {"nothing of the first", "JoinHeads", [](Graph &g) { nth<JoinHeads>(g).a.count = 0; }},
        {"a part of nothing", "JoinHeads", [](Graph &g) { nth<JoinHeads>(g).b.in = kNowhere; }},
        {"joined heads of another width", "JoinHeads", [](Graph &g) { value(g, nth<JoinHeads>(g).out).width = 22; }},
        {"joined heads of selected rows", "JoinHeads",
         [](Graph &g) { value(g, nth<JoinHeads>(g).out).selectedRows = true; }},
        {"steps of no length", "ScaleByPosition", [](Graph &g) { nth<ScaleByPosition>(g).length = 0; }},
        {"a bound that leaves nothing", "Clamp", [](Graph &g) { nth<Clamp>(g).limit = 0; }},
    };
    const std::vector<Row> poolRows = {
        {"a pool of another width", "Pool", [](Graph &g) { value(g, nth<Pool>(g).out).width += 1; }},
        {"a pool to all rows", "Pool", [](Graph &g) { value(g, nth<Pool>(g).out).selectedRows = false; }},
        {"a pool of what is not written", "Pool", [](Graph &g) { nth<Pool>(g).in = g.logits; }},
        {"a table of positions that is not there", "GetRows",
         [](Graph &g) { nth<GetRows>(g, 2).table = kNoSuchWeight; }},
    };
    const std::vector<Row> recurrentRows = {
        {"one tap", "CausalConv", [](Graph &g) { nth<CausalConv>(g).taps = 1; }},
        {"more taps than weights", "CausalConv", [](Graph &g) { nth<CausalConv>(g).taps += 1; }},
        {"no taps' weights", "CausalConv", [](Graph &g) { nth<CausalConv>(g).weight = kNoWeight; }},
        {"a state that is not there", "CausalConv", [](Graph &g) { nth<CausalConv>(g).state = 9; }},
        {"another op's state", "GatedDelta", [](Graph &g) { nth<GatedDelta>(g).state = nth<CausalConv>(g).state; }},
        {"a state of another size", "StateScan", [](Graph &g) { g.states[nth<StateScan>(g).state].numbers += 1; }},
        {"a state that no op advances", "state", [](Graph &g) { g.states.push_back({.numbers = 4}); }},
        {"heads that keys do not divide", "GatedDelta", [](Graph &g) { nth<GatedDelta>(g).keyHeads = 3; }},
        {"no key heads", "GatedDelta", [](Graph &g) { nth<GatedDelta>(g).keyHeads = 0; }},
        {"no decay rates", "GatedDelta", [](Graph &g) { nth<GatedDelta>(g).rate = kNoWeight; }},
        {"logits by key head in two values", "GatedDelta", [](Graph &g) { nth<GatedDelta>(g).logitsByKeyHead = true; }},
        {"keys of another width", "GatedDelta", [](Graph &g) { nth<GatedDelta>(g).keyDim += 1; }},
        {"groups that do not divide the heads", "StateScan", [](Graph &g) { nth<StateScan>(g).groups = 3; }},
        {"no groups", "StateScan", [](Graph &g) { nth<StateScan>(g).groups = 0; }},
        {"a state beyond the kernels", "StateScan", [](Graph &g) { nth<StateScan>(g).stateDim = kMaxStateRows + 1; }},
        {"steps of another width", "StateScan", [](Graph &g) { nth<StateScan>(g).step = nth<Glu>(g).out; }},
        {"a state of selected rows", "StateScan",
         [](Graph &g) { value(g, nth<StateScan>(g).out).selectedRows = true; }},
    };
    const std::vector<Row> streamRows = {
        {"no source", "MixStreams", [](Graph &g) { nth<MixStreams>(g).sources = 0; }},
        {"more streams than kernels take", "MixStreams",
         [](Graph &g) { nth<MixStreams>(g).targets = kMaxStreams + 1; }},
        {"coefficients for other streams", "MixStreams", [](Graph &g) { nth<MixStreams>(g).sources = 2; }},
        {"streams of another width", "MixStreams", [](Graph &g) { nth<MixStreams>(g).in = nth<MixStreams>(g).base; }},
        {"streams that do not divide", "MixStreams", [](Graph &g) { value(g, nth<MixStreams>(g).out).width += 1; }},
        {"mixed streams of selected rows", "MixStreams",
         [](Graph &g) { value(g, nth<MixStreams>(g).out).selectedRows = true; }},
        {"as large as what has another width", "MatchMagnitude",
         [](Graph &g) { nth<MatchMagnitude>(g).like = nth<MixStreams>(g).base; }},
        {"no least size", "MatchMagnitude", [](Graph &g) { nth<MatchMagnitude>(g).least = 0; }},
        {"as large as rows of another kind", "MatchMagnitude",
         [](Graph &g) { nth<MatchMagnitude>(g, 1).like = nth<MatchMagnitude>(g).out; }},
        {"deviations without end", "Sparsify", [](Graph &g) { nth<Sparsify>(g).deviations = INFINITY; }},
        {"sparse rows of another width", "Sparsify", [](Graph &g) { value(g, nth<Sparsify>(g).out).width += 1; }},
    };
    const auto refused = [](const Row &row, const std::unique_ptr<GraphFixture> &fixture) {
        CAPTURE(row.name);
        REQUIRE(checkGraph(fixture->graph()).has_value());
        row.change(fixture->graph());
        const auto checked = checkGraph(fixture->graph());
        REQUIRE_FALSE(checked.has_value());
        CHECK(checked.error().code == ErrorCode::InvalidArgument);
        CAPTURE(checked.error().detail);
        CHECK(checked.error().detail.find(row.where) != std::string::npos);
    };
    for (const Row &row : llamaRows) {
        refused(row, GraphFixture::llama({}));
    }
    for (const Row &row : elementRows) {
        refused(row, elements());
    }
    for (const Row &row : headRows) {
        refused(row, heads());
    }
    for (const Row &row : poolRows) {
        refused(row, backend::textGraph({}));
    }
    for (const Row &row : recurrentRows) {
        refused(row, backend::recurrentChain().graph(4));
    }
    for (const Row &row : streamRows) {
        refused(row, std::move(backend::streamCases(4).back().fixture));
    }
    for (const Row &row : expertRows) {
        auto fixture = std::make_unique<GraphFixture>();
        const ValueId x = fixture->input(32, 4);
        fixture->finish(fixture->mixture(x, {.experts = 8, .used = 2, .hidden = 32}));
        refused(row, fixture);
    }
}

TEST_CASE("heads that do not share the cache's heads evenly are refused")
{
    const auto checked = checkGraph(GraphFixture::llama({.heads = 4, .kvHeads = 3})->graph());
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().detail.find("Attention") != std::string::npos);
}

TEST_CASE("the numbers of a norm may be the row's or a group's, in any shape")
{
    const std::vector<std::array<std::uint64_t, 4>> shapes = {{32, 1, 1, 1}, {8, 4, 1, 1}, {8, 1, 1, 1}, {1, 1, 4, 8}};
    for (const std::array<std::uint64_t, 4> &shape : shapes) {
        const auto fixture = elements();
        Graph &graph = fixture->graph();
        const std::size_t bytes = shape[0] * shape[1] * shape[2] * shape[3] * sizeof(float);
        nth<Norm>(graph).weight = addWeight(graph, TensorType::F32, shape, bytes);
        nth<Norm>(graph).bias = nth<Norm>(graph).weight;
        CHECK(checkGraph(graph).has_value());
    }
    const auto fixture = elements();
    nth<Norm>(fixture->graph()).weight = kNoWeight;
    CHECK(checkGraph(fixture->graph()).has_value());
}

TEST_CASE("masks, sinks, windows and values that are parts of the keys fit")
{
    const auto fixture = GraphFixture::llama({});
    Graph &graph = fixture->graph();
    auto &attention = nth<Attention>(graph);
    attention.mask = Mask::Chunked;
    attention.window = 8;
    attention.sinks = addWeight(graph, TensorType::F32, {4, 1, 1, 1}, 16);
    graph.kv[0].window = 8;
    CHECK(checkGraph(graph).has_value());
    graph.kv[0].valueWidth = 0;
    nth<KvWrite>(graph).hasValue = false;
    CHECK(checkGraph(graph).has_value());
    CHECK(valuesOf(Op(nth<KvWrite>(graph))).readCount == 1);
}
