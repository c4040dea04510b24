// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention and the cache of the Vulkan backend against the double-precision reference.
#include "tests/inference/backend/attention_cases.h"
#include "tests/inference/backend/ring_cases.h"
#include "tests/inference/backend/vulkan_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

namespace inference::backend {

using namespace graph;

namespace {

constexpr double kAttentionTolerance = 5e-4;

} // namespace

TEST_CASE("attention of every head ratio and head size, in one batch and token by token")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    const auto shape =
        GENERATE(AttentionShape{.heads = 1, .kvHeads = 1}, AttentionShape{.heads = 9, .kvHeads = 3},
                 AttentionShape{.heads = 16, .kvHeads = 1},
                 AttentionShape{.heads = 8, .kvHeads = 2, .headDim = 128, .valueDim = 128},
                 AttentionShape{.heads = 4, .kvHeads = 1, .headDim = 256, .valueDim = 256},
                 AttentionShape{.heads = 4, .kvHeads = 4, .headDim = 80, .valueDim = 80},
                 AttentionShape{.heads = 5, .kvHeads = 1, .headDim = 96, .valueDim = 96, .rope = false},
                 AttentionShape{.heads = 2, .kvHeads = 1, .headDim = 576, .valueDim = 512, .rope = false},
                 AttentionShape{.heads = 2, .kvHeads = 2, .headDim = 10, .valueDim = 6});
    CAPTURE(kernels, shape.heads, shape.kvHeads, shape.headDim);
    CheckedVulkan vulkan({.kernels = kernels});
    const auto fixture = attentionGraph(shape);
    const auto program = vulkan.compile(fixture->graph());
    OpReference reference(fixture->graph(), 64);
    const auto tokens = randomTokens(21, 50);
    const auto expected = reference.run(tokens, 0);
    const std::uint32_t width = shape.heads * shape.valueDim;
    CHECK(normalisedError(expected, evaluate(*program, width, tokens)) < kAttentionTolerance);
    std::vector<float> stepwise;
    for (std::uint32_t t = 0; t < tokens.size(); ++t) {
        const auto row = evaluate(*program, width, std::span(tokens).subspan(t, 1), t);
        stepwise.insert(stepwise.end(), row.begin(), row.end());
    }
    CHECK(normalisedError(expected, stepwise) < kAttentionTolerance);
}

TEST_CASE("attention over long caches, split and whole")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    CheckedVulkan vulkan({.kernels = kernels});
    const auto fixture = attentionGraph({.heads = 6, .kvHeads = 2});
    constexpr std::uint32_t context = 1100;
    const auto program = vulkan.compile(fixture->graph(), {.contextLength = context, .maxBatch = 64});
    OpReference reference(fixture->graph(), context);
    const auto tokens = randomTokens(context, 50);
    std::uint32_t position = 0;
    // Lengths around the splits, with batches of every bucket.
    for (const std::uint32_t length : {1U,   2U,   7U,   8U,   9U,   64U,   128U,  192U,  255U,  256U,  257U,  320U,
                                       384U, 448U, 511U, 512U, 513U, 520U,  527U,  591U,  655U,  719U,  767U,  768U,
                                       769U, 776U, 840U, 904U, 968U, 1023U, 1024U, 1025U, 1032U, 1096U, 1099U, 1100U}) {
        const auto batch = std::span(tokens).subspan(position, length - position);
        CAPTURE(kernels, length, batch.size());
        CHECK(normalisedError(reference.run(batch, position), evaluate(*program, 6 * 64, batch, position)) <
              kAttentionTolerance);
        position = length;
    }
}

TEST_CASE("attention within a window and with capped scores")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    const auto window = GENERATE(1U, 3U, 64U, 300U, 5000U);
    CheckedVulkan vulkan({.kernels = kernels});
    const auto fixture =
        attentionGraph({.heads = 6, .kvHeads = 2, .softcap = window == 64 ? 0.0F : 3.0F, .window = window});
    constexpr std::uint32_t context = 1100;
    const auto program = vulkan.compile(fixture->graph(), {.contextLength = context, .maxBatch = 64});
    OpReference reference(fixture->graph(), context);
    const auto tokens = randomTokens(context, 50);
    std::uint32_t position = 0;
    for (const std::uint32_t length :
         {1U,   7U,   9U,   64U,  128U, 192U, 256U, 257U, 320U, 384U,  448U,  511U,  512U, 513U,
          577U, 641U, 700U, 764U, 765U, 773U, 837U, 901U, 965U, 1029U, 1030U, 1094U, 1099U}) {
        const auto batch = std::span(tokens).subspan(position, length - position);
        CAPTURE(kernels, window, length, batch.size());
        CHECK(normalisedError(reference.run(batch, position), evaluate(*program, 6 * 64, batch, position)) <
              kAttentionTolerance);
        position = length;
    }
}

TEST_CASE("every mask, with sinks, with values that are parts of the keys")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    CheckedVulkan vulkan({.kernels = kernels});
    for (const AttentionShape &shape : maskedShapes()) {
        CAPTURE(kernels, static_cast<int>(shape.mask), shape.window, shape.sinks, shape.sharedValues);
        const auto fixture = attentionGraph(shape);
        const bool whole = shape.mask == Mask::Full;
        constexpr std::uint32_t context = 700;
        const auto program = vulkan.compile(fixture->graph(), {.contextLength = context, .maxBatch = 400});
        OpReference reference(fixture->graph(), context);
        const auto tokens = randomTokens(context, kAttentionTokens);
        std::uint32_t position = 0;
        for (const std::uint32_t count : {1U, 2U, 7U, 64U, 256U, 1U, 300U, 1U, 5U}) {
            const auto batch = std::span(tokens).subspan(position, count);
            CAPTURE(position, count);
            const auto wanted = count <= kMaxLogitsRows ? LogitsWanted::AllRows : LogitsWanted::LastRow;
            const auto logits = evaluate(*program, shape.heads * shape.valueDim, batch, position, wanted);
            CHECK(normalisedError(reference.run(batch, position, wanted), logits) < kAttentionTolerance);
            position += whole ? 0 : count;
        }
        if (whole) {
            std::vector<float> logits(shape.heads * shape.valueDim);
            const auto late = program->evaluate({.tokens = std::span(tokens).first(1), .position = 1}, logits, {});
            REQUIRE_FALSE(late.has_value());
            CHECK(late.error().code == ErrorCode::InvalidArgument);
        }
    }
}

TEST_CASE("a batch whose rows see later ones is not divided")
{
    const auto fixture = attentionGraph({.mask = Mask::Full});
    // So small a budget divides long batches of other graphs.
    CheckedVulkan vulkan({.submissionBudgetMs = 1e-6F});
    const auto program = vulkan.compile(fixture->graph(), {.contextLength = 64, .maxBatch = 64});
    OpReference reference(fixture->graph(), 64);
    const auto tokens = randomTokens(64, kAttentionTokens);
    for (const std::uint32_t count : {64U, 50U, 64U}) {
        const auto batch = std::span(tokens).first(count);
        CHECK(normalisedError(reference.run(batch, 0), evaluate(*program, 4 * 64, batch, 0)) < kAttentionTolerance);
    }
}

TEST_CASE("attention over quantized keys and values")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    const auto kv = GENERATE(KvType::Q8_0, KvType::Q4_0);
    CheckedVulkan vulkan({.kernels = kernels});
    for (const AttentionShape &shape : quantizedShapes()) {
        const auto fixture = attentionGraph(shape);
        constexpr std::uint32_t context = 700;
        const auto program = vulkan.compile(fixture->graph(), {.contextLength = context, .maxBatch = 400, .kv = kv});
        OpReference reference(fixture->graph(), context, kv);
        const auto tokens = randomTokens(context, kAttentionTokens);
        std::uint32_t position = 0;
        for (const std::uint32_t count : {1U, 7U, 64U, 256U, 1U, 300U, 1U, 5U}) {
            CAPTURE(kernels, name(kv), shape.headDim, shape.valueDim, position, count);
            const auto batch = std::span(tokens).subspan(position, count);
            const auto wanted = count <= kMaxLogitsRows ? LogitsWanted::AllRows : LogitsWanted::LastRow;
            const auto logits = evaluate(*program, shape.heads * shape.valueDim, batch, position, wanted);
            CHECK(normalisedError(reference.run(batch, position, wanted), logits) < kAttentionTolerance);
            position += count;
        }
    }
}

TEST_CASE("a quantized cache takes the memory of its type, is saved and restored")
{
    const auto kv = GENERATE(KvType::F16, KvType::Q8_0, KvType::Q4_0);
    CheckedVulkan vulkan;
    const auto fixture = attentionGraph({.heads = 4, .kvHeads = 2, .headDim = 64, .valueDim = 96});
    const ProgramOptions options{.contextLength = 128, .maxBatch = 100, .kv = kv};
    const auto program = vulkan.compile(fixture->graph(), options);
    const std::uint64_t perPosition = kvBytes(kv, 2 * (64 + 96));
    CHECK(program->memoryUse().kvBytes == 128 * perPosition);
    CHECK(vulkan->estimate(fixture->graph(), options).kvBytes == 128 * perPosition);
    const auto tokens = randomTokens(100, kAttentionTokens);
    evaluate(*program, 4 * 96, tokens, 0, LogitsWanted::None);
    std::vector<std::byte> saved(program->savedBytes(90));
    CHECK(saved.size() == 90 * perPosition + 4);
    REQUIRE(program->save(90, saved));
    const auto rest = std::span(tokens).subspan(90);
    const auto expected = evaluate(*program, 4 * 96, rest, 90);
    const auto other = vulkan.compile(fixture->graph(), options);
    REQUIRE(other->restore(90, saved));
    CHECK(evaluate(*other, 4 * 96, rest, 90) == expected);

    const auto odd = attentionGraph({.headDim = 80, .valueDim = 64});
    const auto refused = vulkan->compile(odd->graph(), options, {});
    CHECK(refused.has_value() == (kv == KvType::F16));
    CHECK((refused || refused.error().code == ErrorCode::InvalidArgument));
}

TEST_CASE("layers that slide keep a ring and compute the same")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    const auto kv = GENERATE(KvType::F16, KvType::Q8_0, KvType::Q4_0);
    CAPTURE(kernels, name(kv));
    CheckedVulkan vulkan({.kernels = kernels});
    checkRings(*vulkan, kv);
}

TEST_CASE("layers that share a ring read what its owner wrote")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    CAPTURE(kernels);
    CheckedVulkan vulkan({.kernels = kernels});
    checkSharedRings(*vulkan);
}

TEST_CASE("the cache can be saved and put back")
{
    const bool staged = GENERATE(false, true);
    CheckedVulkan vulkan({.faults = {.stagedUploads = staged}});
    const auto fixture = attentionGraph({});
    const auto program = vulkan.compile(fixture->graph());
    const auto other = vulkan.compile(fixture->graph());
    const auto tokens = randomTokens(20, 50);
    evaluate(*program, 4 * 64, std::span(tokens).first(19));
    CHECK(program->savedBytes(19) == 19 * 2 * 2 * 64 * 2 + 4);
    std::vector<std::byte> saved(program->savedBytes(19));
    REQUIRE(program->save(19, saved));
    REQUIRE(other->restore(19, saved));
    const auto last = std::span(tokens).last(1);
    CHECK(evaluate(*program, 4 * 64, last, 19) == evaluate(*other, 4 * 64, last, 19));
    CHECK(program->save(65, saved).error().code == ErrorCode::InvalidArgument);
    CHECK(program->save(3, saved).error().code == ErrorCode::InvalidArgument);
    CHECK(other->restore(18, saved).error().code == ErrorCode::InvalidArgument);
    CHECK(other->restore(19, std::span(saved).first(3)).error().code == ErrorCode::InvalidArgument);
    CHECK(other->restore(0, {}).error().code == ErrorCode::InvalidArgument);
}

} // namespace inference::backend
