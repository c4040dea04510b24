// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention of the CPU backend against the double-precision reference, on every instruction set of this machine.
#include "inference/backend/cpu/cpu_backend.h"
#include "tests/inference/backend/attention_cases.h"
#include "tests/inference/backend/cpu_targets.h"
#include "tests/inference/backend/op_reference.h"
#include "tests/inference/backend/ring_cases.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

namespace inference::backend {

using namespace graph;

namespace {

constexpr double kTolerance = 1e-6;

std::unique_ptr<Program> compile(const Graph &graph, std::uint32_t context, std::uint32_t threads = 2,
                                 KvType kv = KvType::F16)
{
    auto program = makeCpuBackend()->compile(
        graph, {.contextLength = context, .maxBatch = context, .threads = threads, .kv = kv}, {});
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

/// NMSE of `n` rows at `position`, with other tokens before it: the largest of all instruction sets.
double errorOf(const GraphFixture &fixture, std::uint32_t n, std::uint32_t position, KvType kv = KvType::F16)
{
    const Graph &graph = fixture.graph();
    OpReference reference(graph, position + n, kv);
    const auto tokens = randomTokens(position + n, kAttentionTokens);
    const auto before = std::span(tokens).first(position);
    const auto batch = std::span(tokens).subspan(position);
    if (position > 0) {
        reference.run(before, 0, LogitsWanted::None);
    }
    const std::vector<double> expected = reference.run(batch, position);
    double worst = 0;
    onEveryTarget([&] {
        const auto program = compile(graph, position + n, 2, kv);
        if (position > 0) {
            REQUIRE(program->evaluate({.tokens = before, .position = 0, .logits = LogitsWanted::None}, {}, {}));
        }
        worst = std::max(worst, normalisedError(expected, evaluate(*program, graph, batch, position)));
    });
    return worst;
}

} // namespace

TEST_CASE("attention within a window and with capped scores")
{
    for (const std::uint32_t window : {0U, 1U, 3U, 64U, 65U, 255U, 256U, 300U, 2000U}) {
        for (const float softcap : {0.0F, 2.0F}) {
            const auto fixture =
                attentionGraph({.headDim = 16, .valueDim = 16, .rope = false, .softcap = softcap, .window = window});
            for (const auto &[n, position] : {std::pair{1U, 0U}, {1U, 300U}, {1U, 900U}, {65U, 0U}, {300U, 500U}}) {
                CAPTURE(window, softcap, n, position);
                CHECK(errorOf(*fixture, n, position) < kTolerance);
            }
        }
    }
}

TEST_CASE("attention of every head shape and length")
{
    const auto check = [](const AttentionShape &shape, std::uint32_t n, std::uint32_t position) {
        CAPTURE(shape.heads, shape.kvHeads, shape.headDim, shape.valueDim, n, position);
        CHECK(errorOf(*attentionGraph(shape), n, position) < kTolerance);
    };
    for (const std::uint32_t dim : {64U, 80U, 96U, 128U, 256U}) {
        const AttentionShape shape{.heads = 3, .kvHeads = 1, .headDim = dim, .valueDim = dim};
        for (const auto &[n, position] :
             {std::pair{1U, 0U}, {1U, 254U}, {1U, 255U}, {1U, 256U}, {1U, 700U}, {9U, 250U}, {65U, 0U}, {300U, 300U}}) {
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
}

TEST_CASE("every mask, with sinks, with values that are parts of the keys")
{
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
}

TEST_CASE("absorbed heads of DeepSeek's width")
{
    const auto fixture =
        attentionGraph({.heads = 16, .kvHeads = 1, .headDim = 576, .valueDim = 512, .sharedValues = true});
    CHECK(errorOf(*fixture, 1, 300) < kTolerance);
    CHECK(errorOf(*fixture, 70, 30) < kTolerance);
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

TEST_CASE("attention over quantized keys and values")
{
    for (const KvType kv : {KvType::Q8_0, KvType::Q4_0}) {
        for (const AttentionShape &shape : quantizedShapes()) {
            const auto fixture = attentionGraph(shape);
            for (const auto &[n, position] : {std::pair{1U, 0U}, {1U, 300U}, {70U, 100U}}) {
                CAPTURE(name(kv), shape.headDim, shape.valueDim, n, position);
                CHECK(errorOf(*fixture, n, position, kv) < kTolerance);
            }
        }
    }
}

TEST_CASE("quantized keys and values give the same bits in any batch split and thread count")
{
    onEveryTarget([] {
        const auto tokens = randomTokens(400, kAttentionTokens);
        for (const KvType kv : {KvType::Q8_0, KvType::Q4_0}) {
            for (const AttentionShape &shape : quantizedShapes()) {
                CAPTURE(name(kv), shape.headDim);
                const auto fixture = attentionGraph(shape);
                const Graph &graph = fixture->graph();
                const auto whole = evaluate(*compile(graph, 400, 2, kv), graph, tokens, 0);
                const auto program = compile(graph, 400, 3, kv);
                std::vector<float> parts;
                std::uint32_t at = 0;
                for (const std::uint32_t count : {3U, 1U, 250U, 1U, 65U, 80U}) {
                    const auto part = evaluate(*program, graph, std::span(tokens).subspan(at, count), at);
                    parts.insert(parts.end(), part.begin(), part.end());
                    at += count;
                }
                REQUIRE(at == tokens.size());
                CHECK(std::memcmp(parts.data(), whole.data(), whole.size() * sizeof(float)) == 0);
            }
        }
    });
}

TEST_CASE("a quantized cache takes the memory of its type, is saved and restored")
{
    const auto fixture = attentionGraph({.heads = 4, .kvHeads = 2, .headDim = 64, .valueDim = 96});
    const Graph &graph = fixture->graph();
    const auto tokens = randomTokens(100, kAttentionTokens);
    for (const KvType kv : kKvTypes) {
        CAPTURE(name(kv));
        const auto program = compile(graph, 128, 2, kv);
        const std::uint64_t perPosition = kvBytes(kv, 2 * (64 + 96));
        CHECK(program->memoryUse().kvBytes == 128 * perPosition);
        const ProgramOptions options{.contextLength = 128, .maxBatch = 128, .kv = kv};
        CHECK(makeCpuBackend()->estimate(graph, options).kvBytes == 128 * perPosition);
        const auto all = evaluate(*program, graph, tokens, 0);
        std::vector<std::byte> saved(program->savedBytes(90));
        CHECK(saved.size() < 90 * perPosition + 64);
        REQUIRE(program->save(90, saved));
        const auto other = compile(graph, 128, 2, kv);
        REQUIRE(other->restore(90, saved));
        const auto rest = evaluate(*other, graph, std::span(tokens).subspan(90), 90);
        CHECK(std::equal(rest.begin(), rest.end(), all.end() - static_cast<std::ptrdiff_t>(rest.size())));
    }
}

TEST_CASE("layers that slide keep a ring and compute the same")
{
    onEveryTarget([] {
        for (const KvType kv : kKvTypes) {
            CAPTURE(name(kv));
            checkRings(*makeCpuBackend(), kv);
        }
    });
}

TEST_CASE("layers that share a ring read what its owner wrote")
{
    onEveryTarget([] { checkSharedRings(*makeCpuBackend()); });
}

TEST_CASE("a quantized cache takes no heads that are not whole blocks")
{
    for (const AttentionShape &shape :
         {AttentionShape{.headDim = 80, .valueDim = 64}, {.headDim = 64, .valueDim = 80}}) {
        const auto fixture = attentionGraph(shape);
        for (const KvType kv : {KvType::Q8_0, KvType::Q4_0}) {
            const auto refused = makeCpuBackend()->compile(fixture->graph(), {.kv = kv}, {});
            REQUIRE_FALSE(refused.has_value());
            CHECK(refused.error().code == ErrorCode::InvalidArgument);
            CHECK(refused.error().detail.find("80") != std::string::npos);
        }
    }
}

TEST_CASE("numbers that are not finite do not vanish in a quantized cache")
{
    for (const float poison : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        for (const KvType kv : kKvTypes) {
            const auto fixture = attentionGraph({.rope = false});
            Weight &keys = fixture->graph().weights[1];
            std::vector<std::byte> bytes(keys.data.begin(), keys.data.end());
            std::memcpy(bytes.data() + (5 * keys.shape[0] + 40) * sizeof(float), &poison, sizeof poison);
            keys.data = bytes;
            const auto program = compile(fixture->graph(), 64, 2, kv);
            std::vector<float> logits(fixture->graph().vocabularySize);
            const std::vector<TokenId> tokens{5};
            const auto result = program->evaluate({.tokens = tokens}, logits, {});
            REQUIRE_FALSE(result.has_value());
            CHECK(result.error().code == ErrorCode::NotFinite);
        }
    }
}

} // namespace inference::backend
