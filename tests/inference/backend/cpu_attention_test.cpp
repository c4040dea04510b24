// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention of the CPU backend against the double-precision reference, on every instruction set of this machine.
#include "inference/backend/cpu/cpu_backend.h"
#include "tests/inference/backend/attention_cases.h"
#include "tests/inference/backend/cpu_targets.h"
#include "tests/inference/backend/op_reference.h"

#include <catch2/catch_test_macros.hpp>

#include <cstring>
#include <numeric>

namespace inference::backend {

using namespace graph;

namespace {

constexpr double kTolerance = 1e-6;

std::unique_ptr<Program> compile(const Graph &graph, std::uint32_t context, std::uint32_t threads = 2)
{
    auto program =
        makeCpuBackend()->compile(graph, {.contextLength = context, .maxBatch = context, .threads = threads}, {});
    REQUIRE(program.has_value());
    return std::move(*program);
}

std::vector<float> evaluate(Program &program, const Graph &graph, std::span<const TokenId> tokens,
                            std::uint32_t position)
{
    std::vector<float> logits(tokens.size() * graph.vocabularySize);
    REQUIRE(program.evaluate({.tokens = tokens, .position = position, .logits = LogitsWanted::AllRows}, logits, {}));
    return logits;
}

/// NMSE of `n` rows at `position`, with other tokens before it.
double errorOf(const GraphFixture &fixture, std::uint32_t n, std::uint32_t position)
{
    const Graph &graph = fixture.graph();
    const auto program = compile(graph, position + n);
    OpReference reference(graph, position + n);
    const auto tokens = randomTokens(position + n, kAttentionTokens);
    if (position > 0) {
        const auto before = std::span(tokens).first(position);
        REQUIRE(program->evaluate({.tokens = before, .position = 0, .logits = LogitsWanted::None}, {}, {}));
        reference.run(before, 0, LogitsWanted::None);
    }
    const auto batch = std::span(tokens).subspan(position);
    return normalisedError(reference.run(batch, position), evaluate(*program, graph, batch, position));
}

} // namespace

TEST_CASE("attention within a window and with capped scores")
{
    onEveryTarget([] {
        for (const std::uint32_t window : {0U, 1U, 3U, 64U, 65U, 255U, 256U, 300U, 2000U}) {
            for (const float softcap : {0.0F, 2.0F}) {
                const auto fixture = attentionGraph(
                    {.headDim = 16, .valueDim = 16, .rope = false, .softcap = softcap, .window = window});
                for (const auto &[n, position] : {std::pair{1U, 0U}, {1U, 300U}, {1U, 900U}, {65U, 0U}, {300U, 500U}}) {
                    CAPTURE(window, softcap, n, position);
                    CHECK(errorOf(*fixture, n, position) < kTolerance);
                }
            }
        }
    });
}

TEST_CASE("attention of every head shape and length")
{
    const auto check = [](const AttentionShape &shape, std::uint32_t n, std::uint32_t position) {
        CAPTURE(shape.heads, shape.kvHeads, shape.headDim, shape.valueDim, n, position);
        CHECK(errorOf(*attentionGraph(shape), n, position) < kTolerance);
    };
    onEveryTarget([&] {
        for (const std::uint32_t dim : {64U, 80U, 96U, 128U, 256U}) {
            const AttentionShape shape{.heads = 3, .kvHeads = 1, .headDim = dim, .valueDim = dim};
            for (const auto &[n, position] : {std::pair{1U, 0U},
                                              {1U, 254U},
                                              {1U, 255U},
                                              {1U, 256U},
                                              {1U, 700U},
                                              {9U, 250U},
                                              {65U, 0U},
                                              {300U, 300U}}) {
                check(shape, n, position);
            }
        }
        for (const std::uint32_t ratio : {1U, 2U, 3U, 4U, 7U, 8U, 16U}) {
            const AttentionShape shape{.heads = 2 * ratio, .kvHeads = 2, .headDim = 32, .valueDim = 32};
            check(shape, 1, 257);
            check(shape, 17, 3);
        }
        check({.heads = 40, .kvHeads = 1, .headDim = 16, .valueDim = 16}, 1, 600);
        check({.heads = 4, .kvHeads = 2, .headDim = 24, .valueDim = 7}, 3, 20);
        check({.heads = 1, .kvHeads = 1, .headDim = 1, .valueDim = 1, .rope = false}, 4, 0);
    });
}

TEST_CASE("every mask, with sinks, with values that are parts of the keys")
{
    onEveryTarget([] {
        for (const AttentionShape &shape : maskedShapes()) {
            CAPTURE(static_cast<int>(shape.mask), shape.window, shape.sinks, shape.sharedValues);
            const auto fixture = attentionGraph(shape);
            if (shape.mask == Mask::Full) {
                for (const std::uint32_t n : {1U, 2U, 33U, 600U}) {
                    CHECK(errorOf(*fixture, n, 0) < kTolerance);
                }
                const auto program = compile(fixture->graph(), 64);
                const auto tokens = randomTokens(4, kAttentionTokens);
                std::vector<float> logits(fixture->graph().vocabularySize);
                const auto late = program->evaluate({.tokens = tokens, .position = 1}, logits, {});
                REQUIRE_FALSE(late.has_value());
                CHECK(late.error().code == ErrorCode::InvalidArgument);
                continue;
            }
            for (const auto &[n, position] : {std::pair{1U, 0U}, {5U, 60U}, {1U, 600U}, {300U, 250U}}) {
                CAPTURE(n, position);
                CHECK(errorOf(*fixture, n, position) < kTolerance);
            }
        }
    });
}

TEST_CASE("absorbed heads of DeepSeek's width")
{
    onEveryTarget([] {
        const auto fixture =
            attentionGraph({.heads = 16, .kvHeads = 1, .headDim = 576, .valueDim = 512, .sharedValues = true});
        CHECK(errorOf(*fixture, 1, 300) < kTolerance);
        CHECK(errorOf(*fixture, 70, 30) < kTolerance);
    });
}

TEST_CASE("every mask gives the same bits in any batch split and thread count")
{
    onEveryTarget([] {
        const auto tokens = randomTokens(600, kAttentionTokens);
        for (const AttentionShape &shape : maskedShapes()) {
            CAPTURE(static_cast<int>(shape.mask), shape.window, shape.sinks, shape.sharedValues);
            const auto fixture = attentionGraph(shape);
            const Graph &graph = fixture->graph();
            const auto whole = evaluate(*compile(graph, 600), graph, tokens, 0);
            if (shape.mask == Mask::Full) {
                CHECK(evaluate(*compile(graph, 600, 3), graph, tokens, 0) == whole);
                continue;
            }
            const auto program = compile(graph, 600, 3);
            std::vector<float> parts;
            std::uint32_t at = 0;
            for (const std::uint32_t count : {3U, 1U, 250U, 1U, 1U, 65U, 200U, 78U, 1U}) {
                const auto part = evaluate(*program, graph, std::span(tokens).subspan(at, count), at);
                parts.insert(parts.end(), part.begin(), part.end());
                at += count;
            }
            REQUIRE(at == tokens.size());
            CHECK(std::memcmp(parts.data(), whole.data(), whole.size() * sizeof(float)) == 0);
        }
    });
}

} // namespace inference::backend
