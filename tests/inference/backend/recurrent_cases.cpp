// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/recurrent_cases.h"

#include <catch2/catch_test_macros.hpp>

#include <numeric>

namespace inference::backend {

using namespace graph;

namespace {

/// F32 numbers within [low, high].
WeightId numbersBetween(GraphFixture &f, float low, float high, std::uint32_t count, std::uint32_t seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> between(low, high);
    std::vector<std::byte> bytes(std::size_t{count} * 4);
    for (std::uint32_t i = 0; i < count; ++i) {
        const float number = between(random);
        std::memcpy(&bytes[std::size_t{i} * 4], &number, 4);
    }
    return f.weight(TensorType::F32, count, 1, std::move(bytes));
}

std::uint32_t newState(GraphFixture &f, std::uint64_t numbers)
{
    f.graph().states.push_back({.numbers = numbers});
    return static_cast<std::uint32_t>(f.graph().states.size() - 1);
}

ValueId convolved(GraphFixture &f, ValueId in, std::uint32_t channels, CausalConv op, bool bias)
{
    op.in = in;
    op.weight = f.weight(TensorType::F32, op.taps, channels);
    op.bias = bias ? f.weight(TensorType::F32, channels, 1) : kNoWeight;
    op.state = newState(f, stateNumbers(op, channels));
    return f.apply(op, channels);
}

ValueId deltaOf(GraphFixture &f, ValueId in, std::uint32_t tokens, GatedDelta op)
{
    op.in = in;
    op.decay = f.input(op.logitsByKeyHead ? 2 * op.valueHeads : op.valueHeads, tokens, 3.0F);
    op.write = op.logitsByKeyHead ? op.decay : f.input(op.valueHeads, tokens, 3.0F);
    op.rate = numbersBetween(f, -2.0F, -0.01F, op.valueHeads, 5);
    op.decayBias = numbersBetween(f, -3.0F, 1.0F, op.valueHeads, 6);
    op.state = newState(f, stateNumbers(op));
    return f.apply(op, op.valueHeads * op.valueDim);
}

ValueId scanOf(GraphFixture &f, ValueId in, ValueId step, StateScan op)
{
    op.in = in;
    op.step = step;
    op.stepBias = numbersBetween(f, -3.0F, 1.0F, op.heads, 7);
    op.rate = numbersBetween(f, -4.0F, -0.01F, op.heads, 8);
    op.skip = numbersBetween(f, -1.0F, 1.0F, op.heads, 9);
    op.state = newState(f, stateNumbers(op));
    return f.apply(op, op.heads * op.headDim);
}

RecurrentCase convCase(std::uint32_t channels, const CausalConv &op, bool bias)
{
    return {"convolution of " + std::to_string(channels) + " channels, " + std::to_string(op.taps) + " taps",
            [=](std::uint32_t tokens) {
                auto f = std::make_unique<GraphFixture>(channels);
                f->finish(convolved(*f, f->input(channels, tokens), channels, op, bias));
                return f;
            }};
}

RecurrentCase deltaCase(const GatedDelta &op)
{
    return {"delta rule with " + std::to_string(op.keyHeads) + "/" + std::to_string(op.valueHeads) + " heads of " +
                std::to_string(op.keyDim) + "x" + std::to_string(op.valueDim),
            [=](std::uint32_t tokens) {
                auto f = std::make_unique<GraphFixture>(op.keyDim);
                const std::uint32_t width = 2 * op.keyHeads * op.keyDim + op.valueHeads * op.valueDim;
                const ValueId in = f->input(width, tokens);
                f->finish(deltaOf(*f, in, tokens, op));
                return f;
            }};
}

RecurrentCase scanCase(const StateScan &op)
{
    return {"scan with " + std::to_string(op.heads) + " heads of " + std::to_string(op.headDim) + "x" +
                std::to_string(op.stateDim) + " in " + std::to_string(op.groups) + " groups",
            [=](std::uint32_t tokens) {
                auto f = std::make_unique<GraphFixture>(op.headDim);
                const std::uint32_t width = op.heads * op.headDim + 2 * op.groups * op.stateDim;
                const ValueId in = f->input(width, tokens);
                f->finish(scanOf(*f, in, f->input(op.heads, tokens, 3.0F), op));
                return f;
            }};
}

} // namespace

std::vector<RecurrentCase> recurrentCases()
{
    return {
        convCase(1, {.taps = 2}, false),
        convCase(7, {.taps = 4, .silu = true}, true),
        convCase(33, {.taps = 3}, true),
        convCase(200, {.taps = 4, .silu = true}, false),
        convCase(64, {.taps = kMaxTaps}, true),
        deltaCase({.keyHeads = 1, .valueHeads = 1, .keyDim = 1, .valueDim = 1}),
        deltaCase({.keyHeads = 2, .valueHeads = 2, .keyDim = 16, .valueDim = 16}),
        deltaCase({.keyHeads = 2, .valueHeads = 4, .keyDim = 32, .valueDim = 24, .keysAlternate = true}),
        deltaCase({.keyHeads = 2, .valueHeads = 6, .keyDim = 21, .valueDim = 35}),
        deltaCase({.keyHeads = 3, .valueHeads = 6, .keyDim = 33, .valueDim = 40, .logitsByKeyHead = true}),
        deltaCase({.keyHeads = 1, .valueHeads = 2, .keyDim = 128, .valueDim = 128, .keysAlternate = true}),
        deltaCase({.keyHeads = 1, .valueHeads = 1, .keyDim = kMaxStateRows, .valueDim = 70, .epsilon = 1e-3F}),
        scanCase({.heads = 1, .headDim = 1, .stateDim = 1}),
        scanCase({.heads = 4, .headDim = 16, .stateDim = 32, .groups = 2}),
        scanCase({.heads = 6, .headDim = 33, .stateDim = 20, .groups = 3}),
        scanCase({.heads = 2, .headDim = 64, .stateDim = 128}),
        scanCase({.heads = 2, .headDim = 80, .stateDim = kMaxStateRows}),
    };
}

ValueId recurrentChainOf(GraphFixture &f, ValueId in, std::uint32_t tokens)
{
    const ValueId mixed = convolved(f, in, kChainIn, {.taps = 4, .silu = true}, false);
    const ValueId read = deltaOf(f, mixed, tokens,
                                 {.keyHeads = 2, .valueHeads = 4, .keyDim = 16, .valueDim = 16, .keysAlternate = true});
    const ValueId gate = f.input(64, tokens);
    const ValueId gated = f.apply(Glu{.gate = gate, .up = read, .out = {}, .activation = Activation::Sigmoid}, 64);
    const ValueId step = f.input(4, tokens);
    return scanOf(f, gated, step, {.heads = 4, .headDim = 8, .stateDim = 16});
}

RecurrentCase recurrentChain()
{
    return {"a chain of all", [](std::uint32_t tokens) {
                auto f = std::make_unique<GraphFixture>(3);
                f->finish(recurrentChainOf(*f, f->input(kChainIn, tokens), tokens));
                return f;
            }};
}

std::vector<TokenId> firstTokens(std::uint32_t count)
{
    std::vector<TokenId> tokens(count);
    std::iota(tokens.begin(), tokens.end(), 0);
    return tokens;
}

std::vector<std::byte> savedOf(Program &program, std::uint32_t length)
{
    std::vector<std::byte> bytes(program.savedBytes(length));
    REQUIRE(program.save(length, bytes));
    return bytes;
}

std::vector<std::byte> statesOf(Program &program, std::uint32_t length)
{
    auto bytes = savedOf(program, length);
    bytes.erase(bytes.begin(), bytes.begin() + sizeof(std::uint32_t));
    return bytes;
}

bool resumable(const Program &program, std::uint32_t length)
{
    return resumePoint(program.resumeRanges(), length) == length;
}

} // namespace inference::backend
