// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention and the cache of the Vulkan backend against the double-precision reference.
#include "tests/inference/backend/vulkan_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <cmath>

namespace inference::backend {

using namespace graph;

namespace {

constexpr double kAttentionTolerance = 5e-4;

struct Shape {
    std::uint32_t heads = 4;
    std::uint32_t kvHeads = 2;
    std::uint32_t headDim = 64;
    std::uint32_t valueDim = 64;
    bool rope = true;
    float softcap = 0.0F;
    std::uint32_t window = 0;
};

std::unique_ptr<GraphFixture> attentionGraph(const Shape &shape)
{
    auto fixture = std::make_unique<GraphFixture>(7);
    GraphFixture &f = *fixture;
    const std::uint32_t queryWidth = shape.heads * shape.headDim;
    const std::uint32_t keyWidth = shape.kvHeads * shape.headDim;
    ValueId q = f.input(queryWidth, 50);
    ValueId k = f.input(keyWidth, 50);
    const ValueId v = f.input(shape.kvHeads * shape.valueDim, 50);
    if (shape.rope) {
        Rope rope{.in = q,
                  .out = {},
                  .heads = shape.heads,
                  .headDim = shape.headDim,
                  .rotatedDims = shape.headDim,
                  .table = f.rope(shape.headDim)};
        q = f.apply(rope, queryWidth);
        rope.in = k;
        rope.heads = shape.kvHeads;
        k = f.apply(rope, keyWidth);
    }
    f.graph().kv.push_back({.keyWidth = keyWidth, .valueWidth = shape.kvHeads * shape.valueDim});
    f.add(KvWrite{.layer = 0, .key = k, .value = v});
    f.finish(f.apply(Attention{.layer = 0,
                               .query = q,
                               .out = {},
                               .heads = shape.heads,
                               .kvHeads = shape.kvHeads,
                               .headDim = shape.headDim,
                               .valueDim = shape.valueDim,
                               .scale = 4.0F / std::sqrt(static_cast<float>(shape.headDim)),
                               .softcap = shape.softcap,
                               .window = shape.window},
                     shape.heads * shape.valueDim));
    return fixture;
}

} // namespace

TEST_CASE("attention of every head ratio and head size, in one batch and token by token")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    const auto shape =
        GENERATE(Shape{.heads = 1, .kvHeads = 1}, Shape{.heads = 9, .kvHeads = 3}, Shape{.heads = 16, .kvHeads = 1},
                 Shape{.heads = 8, .kvHeads = 2, .headDim = 128, .valueDim = 128},
                 Shape{.heads = 4, .kvHeads = 1, .headDim = 256, .valueDim = 256},
                 Shape{.heads = 4, .kvHeads = 4, .headDim = 80, .valueDim = 80},
                 Shape{.heads = 5, .kvHeads = 1, .headDim = 96, .valueDim = 96, .rope = false},
                 Shape{.heads = 2, .kvHeads = 1, .headDim = 576, .valueDim = 512, .rope = false},
                 Shape{.heads = 2, .kvHeads = 2, .headDim = 10, .valueDim = 6});
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

TEST_CASE("the cache can be saved and put back")
{
    const bool staged = GENERATE(false, true);
    CheckedVulkan vulkan({.faults = {.stagedUploads = staged}});
    const auto fixture = attentionGraph({});
    const auto program = vulkan.compile(fixture->graph());
    const auto other = vulkan.compile(fixture->graph());
    const auto tokens = randomTokens(20, 50);
    evaluate(*program, 4 * 64, std::span(tokens).first(19));
    CHECK(program->kvBytesPerPosition() == 2 * 2 * 64 * 2);
    std::vector<std::byte> saved(19 * program->kvBytesPerPosition());
    REQUIRE(program->readKv(0, 19, saved));
    REQUIRE(other->writeKv(0, 19, saved));
    const auto last = std::span(tokens).last(1);
    CHECK(evaluate(*program, 4 * 64, last, 19) == evaluate(*other, 4 * 64, last, 19));
    CHECK_FALSE(program->readKv(60, 5, std::span(saved).first(5 * program->kvBytesPerPosition())));
    CHECK_FALSE(program->readKv(0, 3, saved));
}

} // namespace inference::backend
