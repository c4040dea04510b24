// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Mixtures of experts on the CPU: right on every instruction set, and the same bits for any batch split and thread
// count.
#include "inference/backend/cpu/cpu_backend.h"
#include "inference/backend/cpu/expert_ops.h"
#include "tests/inference/backend/cpu_targets.h"
#include "tests/inference/backend/expert_cases.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <limits>
#include <numeric>

namespace inference::backend {

using namespace graph;

namespace {

Result<std::vector<float>> evaluate(const Graph &graph, std::span<const TokenId> tokens, std::uint32_t threads = 2,
                                    bool repack = true, std::vector<std::size_t> batches = {})
{
    const auto count = static_cast<std::uint32_t>(tokens.size());
    auto program = makeCpuBackend()->compile(
        graph, {.contextLength = count, .maxBatch = count, .threads = threads, .repackWeights = repack}, {});
    REQUIRE(program.has_value());
    batches.push_back(tokens.size());
    std::vector<float> logits(tokens.size() * graph.vocabularySize);
    for (std::size_t at = 0, i = 0; at < tokens.size(); ++i) {
        const std::size_t n = std::min(batches[std::min(i, batches.size() - 1)], tokens.size() - at);
        const Batch batch{.tokens = tokens.subspan(at, n),
                          .position = static_cast<std::uint32_t>(at),
                          .logits = LogitsWanted::AllRows};
        const auto part = std::span(logits).subspan(at * graph.vocabularySize, n * graph.vocabularySize);
        if (const auto done = (*program)->evaluate(batch, part, {}); !done) {
            return std::unexpected(done.error());
        }
        at += n;
    }
    return logits;
}

std::vector<TokenId> firstTokens(std::uint32_t count)
{
    std::vector<TokenId> tokens(count);
    std::iota(tokens.begin(), tokens.end(), 0);
    return tokens;
}

double expertError(const ExpertShape &shape, std::uint32_t width, std::uint32_t tokens, bool repack = true)
{
    const auto fixture = expertGraph(shape, width, tokens);
    const auto batch = firstTokens(tokens);
    const auto result = evaluate(fixture->graph(), batch, 2, repack);
    REQUIRE(result.has_value());
    return normalisedError(OpReference(fixture->graph(), tokens).run(batch, 0), *result);
}

} // namespace

TEST_CASE("experts are chosen and weighted by every rule")
{
    for (const RoutingCase &routing : routingCases()) {
        for (const std::uint32_t tokens : {1U, 40U}) {
            CAPTURE(routing.name, routing.experts, routing.op.used, tokens);
            const auto fixture = routingGraph(routing, tokens, tokens);
            const auto batch = firstTokens(tokens);
            const auto result = evaluate(fixture->graph(), batch);
            REQUIRE(result.has_value());
            CHECK(routingError(fixture->graph(), batch, *result, routing.op.used) < 1e-6);
        }
    }
}

TEST_CASE("of equal experts the first is chosen, and so of equal groups")
{
    const auto tokens = firstTokens(2);
    const auto chosen = [&](const std::vector<std::vector<float>> &logits, const RouteExperts &op) {
        const auto fixture = routingOf(logits, op);
        const auto result = evaluate(fixture->graph(), tokens);
        REQUIRE(result.has_value());
        return *result;
    };
    const float low = -std::numeric_limits<float>::infinity();
    const auto plain = chosen({{1, 1, 1, 1}, {0, 2, 0, 2}}, {.used = 3});
    CHECK(std::vector(plain.begin(), plain.begin() + 3) == std::vector<float>{0, 1, 2});
    CHECK(std::vector(plain.begin() + 6, plain.begin() + 9) == std::vector<float>{1, 3, 0});
    const auto groups = chosen({{1, 1, 1, 1}, {low, low, low, low}},
                               {.used = 2, .gating = Gating::Sigmoid, .groups = 2, .groupsUsed = 1});
    CHECK(std::vector(groups.begin(), groups.begin() + 2) == std::vector<float>{0, 1});
    CHECK(std::vector(groups.begin() + 4, groups.begin() + 6) == std::vector<float>{0, 1});
    // Weights that are all but zero are not blown up.
    const auto tiny =
        chosen({{-20, -21, -22, -23}, {0, 0, 0, 0}}, {.used = 1, .gating = Gating::Sigmoid, .normalise = true});
    CHECK(tiny[1] < 1e-4F);
    CHECK(tiny[3] == 1.0F);
}

TEST_CASE("a router's number that is not finite ends in an error, and chooses experts that exist")
{
    const float poison = std::numeric_limits<float>::quiet_NaN();
    const std::vector<std::vector<float>> rows{{1, 2, poison, 0, 0, 0},
                                               {poison, poison, poison, poison, poison, poison}};
    for (const Gating gating : {Gating::Softmax, Gating::Sigmoid, Gating::SqrtSoftplus, Gating::SoftmaxOfChosen}) {
        for (const std::uint32_t groups : {1U, 3U}) {
            const RouteExperts op{.used = 2, .gating = gating, .groups = groups, .groupsUsed = groups == 1 ? 1U : 2U};
            for (const auto &row : rows) {
                CAPTURE(static_cast<int>(gating), groups, row);
                std::array<float, 4> out{};
                cpu::routeExperts(op, row, nullptr, out.data());
                // A softmax over all makes all of them NaN; it alone is not the score where logits rank.
                const bool allNan = std::isnan(row[0]) || (gating == Gating::Softmax && groups > 1);
                CHECK(out[0] == (allNan ? 0.0F : 2.0F));
                CHECK((out[1] >= 0 && out[1] < 6 && out[1] != out[0]));
                CHECK(std::isnan(out[2]));
                const auto result = evaluate(routingOf({row}, op)->graph(), firstTokens(1));
                REQUIRE_FALSE(result.has_value());
                CHECK(result.error().code == ErrorCode::NotFinite);
            }
        }
    }
}

TEST_CASE("experts of every type, one row and many, repacked or not")
{
    onEveryTarget([] {
        for (const TensorType type : kAllTypes) {
            const std::uint32_t block = traits(type).blockWeights;
            const bool exact = block == 1;
            const std::uint32_t width = exact ? 33 : 2 * block;
            const std::uint32_t hidden = exact ? 47 : 3 * block;
            for (const std::uint32_t tokens : {1U, 2U, 9U, 70U}) {
                const ExpertShape shape{
                    .type = type, .experts = 5, .used = 2, .hidden = hidden, .biases = true, .scales = tokens == 9};
                CAPTURE(traits(type).name, tokens);
                CHECK(expertError(shape, width, tokens, true) < (exact ? 1e-7 : 5e-4));
                CHECK(expertError(shape, width, tokens, false) < (exact ? 1e-7 : 5e-4));
            }
        }
    });
}

TEST_CASE("experts of every number and shape")
{
    onEveryTarget([] {
        for (std::uint32_t used = 1; used <= 8; ++used) {
            for (const auto &[width, hidden] : {std::pair{1U, 1U}, {31U, 17U}, {64U, 16U}, {65U, 100U}}) {
                for (const std::uint32_t tokens : {1U, 3U, 17U, 65U}) {
                    for (const bool weightsOnInput : {false, true}) {
                        CAPTURE(used, width, hidden, tokens, weightsOnInput);
                        const ExpertShape shape{.type = TensorType::F16,
                                                .experts = 8,
                                                .used = used,
                                                .hidden = hidden,
                                                .weightsOnInput = weightsOnInput,
                                                .routing = {.gating = Gating::Sigmoid}};
                        CHECK(expertError(shape, width, tokens) < 1e-7);
                    }
                }
            }
        }
        // More pairs of one expert than a panel holds.
        CHECK(expertError({.type = TensorType::Q8_0, .experts = 2, .used = 1, .hidden = 64}, 96, 300) < 5e-4);
        CHECK(expertError({.type = TensorType::Q8_0, .experts = 1, .used = 1, .hidden = 32}, 32, 150) < 5e-4);
    });
}

TEST_CASE("experts with every gated activation")
{
    onEveryTarget([] {
        for (const Activation activation : kGatedActivations) {
            CAPTURE(static_cast<int>(activation));
            CHECK(expertError({.hidden = 33, .activation = activation, .biases = true}, 64, 9) < 1e-6);
        }
    });
}

TEST_CASE("gate and up of different types, and each alone")
{
    onEveryTarget([] {
        GraphFixture f(5);
        const ValueId x = f.input(64, 20);
        const ValueId routing = f.apply(RouteExperts{.logits = f.input(6, 20), .out = {}, .used = 3}, 6);
        const auto product = [&](TensorType type) {
            return f.apply(
                ExpertMatMul{.weight = f.expertWeights(type, 64, 40, 6), .in = x, .routing = routing, .out = {}}, 120);
        };
        const ValueId gate = product(TensorType::Q8_0);
        const ValueId up = product(TensorType::F16);
        const ValueId inner = f.apply(Glu{.gate = gate, .up = up, .out = {}}, 120);
        const ValueId sum = f.apply(Add{.a = inner, .b = product(TensorType::Q4_0), .out = {}}, 120);
        f.finish(f.apply(CombineExperts{.in = sum, .routing = routing, .out = {}, .weighted = false}, 40));
        const auto tokens = firstTokens(20);
        const auto result = evaluate(f.graph(), tokens);
        REQUIRE(result.has_value());
        CHECK(normalisedError(OpReference(f.graph(), 20).run(tokens, 0), *result) < 5e-4);
    });
}

TEST_CASE("a whole mixture of experts agrees with the reference")
{
    const auto fixture = GraphFixture::llama({.experts = 8, .usedExperts = 3});
    const auto tokens = randomTokens(40, 61);
    const auto expected = OpReference(fixture->graph(), 40).run(tokens, 0);
    onEveryTarget([&] {
        const auto result = evaluate(fixture->graph(), tokens);
        REQUIRE(result.has_value());
        CHECK(normalisedError(expected, *result) < 1e-6);
    });
}

TEST_CASE("mixtures of experts are bit-identical for any batch split, thread count and weight layout")
{
    const auto tokens = randomTokens(160, 61);
    for (const TensorType type : {TensorType::F32, TensorType::Q4_0, TensorType::Q6_K, TensorType::IQ2_S}) {
        const bool wide = traits(type).blockWeights > 32;
        const auto fixture = GraphFixture::llama({.width = wide ? 256U : 64U,
                                                  .headDim = wide ? 64U : 16U,
                                                  .feedForward = wide ? 256U : 96U,
                                                  .experts = 9,
                                                  .usedExperts = 2,
                                                  .type = type});
        onEveryTarget([&] {
            CAPTURE(traits(type).name);
            const auto expected = evaluate(fixture->graph(), tokens, 1);
            REQUIRE(expected.has_value());
            const auto same = [&](std::uint32_t threads, bool repack, const std::vector<std::size_t> &batches) {
                const auto result = evaluate(fixture->graph(), tokens, threads, repack, batches);
                return result && sameBits(*result, *expected);
            };
            CHECK(same(2, true, {}));
            CHECK(same(3, true, {7, 64, 1, 1, 1, 65}));
            CHECK(same(2, false, {65, 2, 3, 9}));
            CHECK(same(1, true, std::vector<std::size_t>(40, 1)));
        });
    }
}

TEST_CASE("memory for experts is told beforehand, each matrix once")
{
    const auto fixture = GraphFixture::llama({.experts = 8, .usedExperts = 3, .type = TensorType::Q8_0});
    const ProgramOptions options{.contextLength = 64, .maxBatch = 32, .threads = 2};
    const auto backend = makeCpuBackend();
    auto program = backend->compile(fixture->graph(), options, {});
    REQUIRE(program.has_value());
    const MemoryUse estimate = backend->estimate(fixture->graph(), options);
    CHECK(estimate.weightBytes == (*program)->memoryUse().weightBytes);
    CHECK(estimate.scratchBytes == (*program)->memoryUse().scratchBytes);
    std::uint64_t file = 0;
    for (const Weight &weight : fixture->graph().weights) {
        file += weight.data.size();
    }
    CHECK(static_cast<double>(estimate.weightBytes) < 1.05 * static_cast<double>(file));
}

TEST_CASE("a batch of more experts than one stage takes is refused")
{
    const auto many = expertGraph({.experts = 64, .used = 64, .hidden = 1}, 1, 2);
    const auto result = makeCpuBackend()->compile(many->graph(), {.contextLength = 1, .maxBatch = 1U << 20U}, {});
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::InvalidArgument);
}

} // namespace inference::backend
