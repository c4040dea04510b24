// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/host_cases.h"

#include "tests/inference/backend/expert_cases.h"

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kWidth = 64;
constexpr std::uint32_t kHidden = 96;
constexpr std::uint32_t kExperts = 6;
constexpr std::uint32_t kUsed = 3;

/// A row, its choice of experts, and products with them.
struct Parts {
    Parts(TensorType of, std::uint32_t tokens)
        : fixture(std::make_unique<GraphFixture>(tokens))
        , type(of)
        , x(fixture->input(kWidth, tokens))
        , logits(fixture->input(kExperts, tokens, 3.0F))
    {
    }

    void route()
    {
        routing = fixture->newValue(2 * used, fixture->graph().values[x.index].selectedRows);
        fixture->add(RouteExperts{.logits = logits, .out = routing, .used = used});
    }
    ValueId product(ValueId in, std::uint32_t columns, std::uint32_t rows)
    {
        const ValueId out = fixture->newValue(used * rows, fixture->graph().values[x.index].selectedRows);
        fixture->add(ExpertMatMul{.weight = fixture->expertWeights(type, columns, rows, kExperts, 0.2F),
                                  .in = in,
                                  .routing = routing,
                                  .out = out});
        return out;
    }
    ValueId sum(ValueId in)
    {
        const ValueId out = fixture->newValue(kWidth, fixture->graph().values[x.index].selectedRows);
        fixture->add(CombineExperts{.in = in, .routing = routing, .out = out});
        return out;
    }

    std::unique_ptr<GraphFixture> fixture;
    TensorType type;
    ValueId x;
    ValueId logits;
    ValueId routing{};
    std::uint32_t used = kUsed;
};

std::unique_ptr<GraphFixture> ungated(TensorType type, std::uint32_t tokens)
{
    Parts p(type, tokens);
    p.route();
    const ValueId inner = p.fixture->apply(
        Activate{.in = p.product(p.x, kWidth, kHidden), .out = {}, .activation = Activation::ReluSquared},
        kUsed * kHidden);
    p.fixture->finish(p.sum(p.product(inner, kHidden, kWidth)));
    return std::move(p.fixture);
}

/// Gate and up of each expert are one matrix, one below the other.
std::unique_ptr<GraphFixture> fusedGate(TensorType type, std::uint32_t tokens)
{
    Parts p(type, tokens);
    p.route();
    const ValueId both = p.product(p.x, kWidth, 2 * kHidden);
    const auto half = [&](std::uint32_t first) {
        return p.fixture->apply(JoinHeads{.a = {.in = both, .first = first, .stride = 2 * kHidden, .count = kHidden},
                                          .b = {},
                                          .out = {},
                                          .heads = kUsed},
                                kUsed * kHidden);
    };
    const ValueId gate = half(0);
    const ValueId inner = p.fixture->apply(Glu{.gate = gate, .up = half(kHidden), .out = {}}, kUsed * kHidden);
    p.fixture->finish(p.sum(p.product(inner, kHidden, kWidth)));
    return std::move(p.fixture);
}

/// The row and its router's logits are made of a norm whose other readers take int8. All experts are chosen: rounding
/// must not choose.
std::unique_ptr<GraphFixture> behindNorm(TensorType type, std::uint32_t tokens)
{
    Parts p(type, tokens);
    p.used = kExperts;
    p.x = p.fixture->apply(Norm{.in = p.x, .weight = p.fixture->normWeight(kWidth), .out = {}}, kWidth);
    p.logits = p.fixture->apply(MatMul{.weight = p.fixture->weight(type, kWidth, kExperts, 0.2F), .in = p.x, .out = {}},
                                kExperts);
    p.route();
    const ValueId inner =
        p.fixture->apply(Activate{.in = p.product(p.x, kWidth, kHidden), .out = {}}, kExperts * kHidden);
    p.fixture->finish(p.sum(p.product(inner, kHidden, kWidth)));
    return std::move(p.fixture);
}

/// A third input, which is there from the start and read late.
std::unique_ptr<GraphFixture> lateInput(TensorType type, std::uint32_t tokens)
{
    Parts p(type, tokens);
    const ValueId late = p.fixture->input(kUsed * kHidden, tokens);
    p.route();
    const ValueId inner =
        p.fixture->apply(Add{.a = p.product(p.x, kWidth, kHidden), .b = late, .out = {}}, kUsed * kHidden);
    p.fixture->finish(p.sum(p.product(inner, kHidden, kWidth)));
    return std::move(p.fixture);
}

/// The rows that are wanted alone meet the experts.
std::unique_ptr<GraphFixture> behindSelection(TensorType type, std::uint32_t tokens)
{
    Parts p(type, tokens);
    const auto select = [&](ValueId in, std::uint32_t width) {
        const ValueId out = p.fixture->newValue(width, true);
        p.fixture->add(SelectRows{.in = in, .out = out});
        return out;
    };
    p.x = select(p.x, kWidth);
    p.logits = select(p.logits, kExperts);
    p.route();
    const ValueId up = p.product(p.x, kWidth, kHidden);
    const ValueId inner = p.fixture->newValue(kUsed * kHidden, true);
    p.fixture->add(Activate{.in = up, .out = inner});
    const ValueId sum = p.sum(p.product(inner, kHidden, kWidth));
    // A product behind the sum, so that this segment is of selected rows too.
    const ValueId logits = p.fixture->newValue(kWidth, true);
    p.fixture->add(MatMul{.weight = p.fixture->weight(type, kWidth, kWidth, 0.2F), .in = sum, .out = logits});
    p.fixture->graph().logits = logits;
    p.fixture->graph().vocabularySize = kWidth;
    return std::move(p.fixture);
}

} // namespace

std::vector<HostCase> hostCases(TensorType type)
{
    std::vector<HostCase> cases;
    const auto shaped = [&](std::string name, ExpertShape shape) {
        shape.type = type;
        cases.push_back({.name = std::move(name), .width = kWidth, .graph = [shape](std::uint32_t tokens) {
                             return expertGraph(shape, kWidth, tokens);
                         }});
    };
    shaped("gated", {});
    shaped("biases, scales and clamped gates",
           {.activation = Activation::ClampedSwiglu, .biases = true, .scales = true});
    shaped("weights on the input", {.biases = true, .weightsOnInput = true, .routing = {.gating = Gating::Sigmoid}});
    shaped("one expert of one", {.experts = 1, .used = 1, .routing = {.gating = Gating::Sigmoid}});
    shaped("one of many", {.experts = 70, .used = 1, .weightsOnInput = true});
    shaped("groups", {.experts = 16,
                      .used = 4,
                      .routing = {.gating = Gating::Sigmoid, .groups = 4, .groupsUsed = 2, .normalise = true}});
    cases.push_back({.name = "ungated", .graph = [type](std::uint32_t tokens) { return ungated(type, tokens); }});
    cases.push_back(
        {.name = "gate and up in one", .graph = [type](std::uint32_t tokens) { return fusedGate(type, tokens); }});
    cases.push_back(
        {.name = "behind a norm", .graph = [type](std::uint32_t tokens) { return behindNorm(type, tokens); }});
    cases.push_back(
        {.name = "a late input", .graph = [type](std::uint32_t tokens) { return lateInput(type, tokens); }});
    cases.push_back(
        {.name = "selected rows", .graph = [type](std::uint32_t tokens) { return behindSelection(type, tokens); }});
    return cases;
}

} // namespace inference::backend
