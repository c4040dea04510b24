// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every op of the Vulkan backend against the double-precision reference, with each set of kernels.
#include "tests/inference/backend/vulkan_fixture.h"

#include "inference/quant/dequantize.h"
#include "inference/quant/integer_blocks.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <cmath>

namespace inference::backend {

using namespace graph;

namespace {

constexpr double kMatMulTolerance = 5e-4;
constexpr double kExactTolerance = 1e-7;

std::uint32_t blockWeights(TensorType type)
{
    return traits(type).blockWeights;
}

} // namespace

TEST_CASE("rows of every type are dequantized bit for bit")
{
    const auto type = GENERATE(from_range(std::begin(kAllTypes), std::end(kAllTypes)));
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    CAPTURE(traits(type).name, kernels);
    const std::uint32_t width = blockWeights(type) == 1 ? 41 : 512;
    CheckedVulkan vulkan({.kernels = kernels});
    // Subnormal scales are what small models have in their super-blocks.
    for (const float amplitude : {1.0F, 1e-4F}) {
        GraphFixture f;
        const WeightId table = f.weight(type, width, 40, amplitude);
        f.finish(f.apply(GetRows{.table = table, .out = {}}, width));
        const auto program = vulkan.compile(f.graph());
        std::vector<float> expected(width * 40);
        dequantize(type, f.graph().weights[table.index].data, expected);
        const std::vector<TokenId> tokens{39, 0, 17, 17};
        const std::vector<float> rows = evaluate(*program, width, tokens);
        for (std::size_t t = 0; t < tokens.size(); ++t) {
            for (std::size_t i = 0; i < width; ++i) {
                REQUIRE(rows[t * width + i] == expected[static_cast<std::size_t>(tokens[t]) * width + i]);
            }
        }
    }
}

TEST_CASE("matrices of every type multiply")
{
    const auto type = GENERATE(from_range(std::begin(kAllTypes), std::end(kAllTypes)));
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    if (blockWeights(type) == 1 && kernels == VulkanKernels::FloatOnly) {
        return; // the same kernels as Hardware
    }
    // All coded types share their float kernels, which decode as the row lookup above does: two stand for all.
    if (hasIntegerBlocks(type) && kernels == VulkanKernels::FloatOnly && type != TensorType::IQ4_XS &&
        type != TensorType::IQ2_S) {
        return;
    }
    CheckedVulkan vulkan({.kernels = kernels});
    constexpr std::uint32_t k = 768;
    constexpr std::uint32_t m = 129;
    GraphFixture f;
    const ValueId x = f.input(k, 80);
    f.finish(f.apply(MatMul{.weight = f.weight(type, k, m), .in = x, .out = {}}, m));
    const auto program = vulkan.compile(f.graph());
    OpReference reference(f.graph(), 64);
    for (const std::uint32_t n : {1U, 5U}) {
        const auto tokens = randomTokens(n, 80, n);
        CAPTURE(traits(type).name, kernels, n);
        CHECK(normalisedError(reference.run(tokens, 0), evaluate(*program, m, tokens)) < kMatMulTolerance);
    }
}

TEST_CASE("matrices of every shape multiply")
{
    const auto type = GENERATE(TensorType::F32, TensorType::Q4_0, TensorType::Q4_K);
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    CheckedVulkan vulkan({.kernels = kernels});
    for (const std::uint32_t k : {1U, 31U, 33U, 32U, 64U, 96U, 256U, 288U, 512U, 1056U, 4096U}) {
        if (k % blockWeights(type) != 0) {
            continue;
        }
        for (const std::uint32_t m : {1U, 7U, 31U, 33U}) {
            GraphFixture f(k * 1000 + m);
            const ValueId x = f.input(k, 64);
            f.finish(f.apply(MatMul{.weight = f.weight(type, k, m), .in = x, .out = {}}, m));
            CAPTURE(traits(type).name, kernels, k, m);
            const auto program = vulkan.compile(f.graph());
            // One product alone can be all cancellation; the error is taken over enough of them.
            const auto tokens = randomTokens(m < 31 ? 64 : 2, 64);
            std::vector<float> single;
            for (std::uint32_t t = 0; t < tokens.size(); ++t) {
                const auto row = evaluate(*program, m, std::span(tokens).subspan(t, 1), t);
                single.insert(single.end(), row.begin(), row.end());
            }
            const auto expected = OpReference(f.graph(), 64).run(tokens, 0);
            CHECK(normalisedError(expected, single) < kMatMulTolerance);
            CHECK(normalisedError(expected, evaluate(*program, m, tokens)) < kMatMulTolerance);
        }
    }
}

TEST_CASE("each number of columns from 1 to 9, and around the tiles, is right")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    CheckedVulkan vulkan({.kernels = kernels});
    GraphFixture f;
    const ValueId x = f.input(320, 80);
    f.finish(f.apply(MatMul{.weight = f.weight(TensorType::Q4_0, 320, 70), .in = x, .out = {}}, 70));
    const auto program = vulkan.compile(f.graph());
    OpReference reference(f.graph(), 64);
    for (const std::uint32_t n : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 16U, 17U, 63U, 64U}) {
        const auto tokens = randomTokens(n, 80, n);
        CAPTURE(kernels, n);
        CHECK(normalisedError(reference.run(tokens, 0), evaluate(*program, 70, tokens)) < kMatMulTolerance);
    }
}

TEST_CASE("tall matrices and batches beyond the tiles are right in every row")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    const auto type = GENERATE(TensorType::F16, TensorType::Q4_1, TensorType::Q6_K);
    CheckedVulkan vulkan({.kernels = kernels});
    for (const std::uint32_t m : {33U, 2050U}) {
        GraphFixture f;
        const ValueId x = f.input(256, 140);
        f.finish(f.apply(MatMul{.weight = f.weight(type, 256, m), .in = x, .out = {}}, m));
        const auto program = vulkan.compile(f.graph(), {.contextLength = 256, .maxBatch = 140});
        OpReference reference(f.graph(), 256);
        for (const std::uint32_t n : {17U, 65U, 129U}) {
            // Not more than 64 rows come back at a time, so the last rows are looked at by shortening the batch.
            const auto tokens = randomTokens(n, 140, n);
            for (const std::uint32_t rows : {n, n - 1}) {
                const auto batch = std::span(tokens).first(rows);
                CAPTURE(kernels, traits(type).name, m, rows);
                CHECK(normalisedError(reference.run(batch, 0, LogitsWanted::LastRow),
                                      evaluate(*program, m, batch, 0, LogitsWanted::LastRow)) < kMatMulTolerance);
            }
        }
    }
}

TEST_CASE("bias, residual and merged matrices")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    const auto type = GENERATE(TensorType::F32, TensorType::Q4_1, TensorType::Q6_K);
    CheckedVulkan vulkan({.kernels = kernels});
    GraphFixture f;
    const ValueId x = f.input(256, 80);
    const auto bias = [&](std::uint32_t width) { return f.weight(TensorType::F32, width, 1); };
    const ValueId a = f.apply(MatMul{.weight = f.weight(type, 256, 40), .bias = bias(40), .in = x, .out = {}}, 40);
    const ValueId b = f.apply(MatMul{.weight = f.weight(type, 256, 40), .in = x, .out = {}}, 40);
    const ValueId sum = f.apply(Add{.a = a, .b = b, .out = {}}, 40);
    f.finish(f.apply(MatMul{.weight = f.weight(type, 256, 40),
                            .bias = bias(40),
                            .in = x,
                            .out = {},
                            .hasResidual = true,
                            .residual = sum},
                     40));
    for (const std::uint32_t n : {1U, 3U, 20U}) {
        CAPTURE(kernels, n);
        CHECK(errorAgainstReference(vulkan, f.graph(), randomTokens(n, 80)) < kMatMulTolerance);
    }
}

TEST_CASE("gate, up and SwiGLU, fused and alone")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    const auto upType = GENERATE(TensorType::Q4_0, TensorType::Q8_0); // another type cannot be merged
    CheckedVulkan vulkan({.kernels = kernels});
    GraphFixture f;
    const ValueId x = f.input(96, 80, 3.0F);
    const ValueId gate = f.apply(
        MatMul{
            .weight = f.weight(TensorType::Q4_0, 96, 75), .bias = f.weight(TensorType::F32, 75, 1), .in = x, .out = {}},
        75);
    const ValueId up = f.apply(MatMul{.weight = f.weight(upType, 96, 75), .in = x, .out = {}}, 75);
    f.finish(f.apply(Glu{.gate = gate, .up = up, .out = {}}, 75));
    for (const std::uint32_t n : {1U, 6U, 21U}) {
        CAPTURE(kernels, n);
        CHECK(errorAgainstReference(vulkan, f.graph(), randomTokens(n, 80)) < kMatMulTolerance);
    }
}

TEST_CASE("norms of odd and even widths, as f32 and as int8")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    CheckedVulkan vulkan({.kernels = kernels});
    for (const std::uint32_t width : {1U, 31U, 33U, 576U, 4097U}) {
        GraphFixture f;
        const ValueId x = f.input(width, 80);
        f.finish(f.apply(Norm{.in = x, .weight = f.normWeight(width), .out = {}, .epsilon = 1e-5F}, width));
        CAPTURE(kernels, width);
        CHECK(errorAgainstReference(vulkan, f.graph(), randomTokens(3, 80)) < kExactTolerance);
    }
    GraphFixture f;
    const ValueId x = f.input(288, 80);
    const ValueId normed = f.apply(Norm{.in = x, .weight = f.normWeight(288), .out = {}}, 288);
    const ValueId y = f.apply(MatMul{.weight = f.weight(TensorType::Q8_0, 288, 288), .in = normed, .out = {}}, 288);
    f.finish(f.apply(Add{.a = y, .b = normed, .out = {}}, 288));
    CHECK(errorAgainstReference(vulkan, f.graph(), randomTokens(3, 80)) < kMatMulTolerance);
}

TEST_CASE("norms of both kinds, with and without weight and bias, of rows and of heads")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    const auto kind = GENERATE(NormKind::Rms, NormKind::Layer);
    CheckedVulkan vulkan({.kernels = kernels});
    for (const auto &[width, groups] : {std::pair{33U, 1U}, {576U, 1U}, {64U, 3U}, {10U, 5U}}) {
        for (const bool shared : {true, false}) {
            for (const int parameters : {0, 1, 2}) {
                GraphFixture f;
                const std::uint32_t count = shared ? width : width * groups;
                Norm norm{.in = f.input(width * groups, 80, 3.0F), .out = {}, .kind = kind, .groups = groups};
                norm.weight = parameters > 0 ? f.normWeight(count) : kNoWeight;
                norm.bias = parameters > 1 ? f.normWeight(count) : kNoWeight;
                f.finish(f.apply(norm, width * groups));
                CAPTURE(kernels, static_cast<int>(kind), width, groups, shared, parameters);
                CHECK(errorAgainstReference(vulkan, f.graph(), randomTokens(3, 80)) < kExactTolerance);
            }
        }
    }
    GraphFixture f;
    const Norm heads{.in = f.input(96, 80), .weight = f.normWeight(32), .out = {}, .kind = kind, .groups = 3};
    const ValueId normed = f.apply(heads, 96);
    f.finish(f.apply(MatMul{.weight = f.weight(TensorType::Q8_0, 96, 64), .in = normed, .out = {}}, 64));
    CHECK(errorAgainstReference(vulkan, f.graph(), randomTokens(3, 80)) < kMatMulTolerance);
}

TEST_CASE("every activation, alone, gated and in a mat-mul, and the cap of logits")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    const auto activation = GENERATE(from_range(std::begin(kAllActivations), std::end(kAllActivations)));
    CheckedVulkan vulkan({.kernels = kernels});
    GraphFixture f;
    const ValueId x = f.input(96, 80, 3.0F);
    const ValueId gate = f.apply(MatMul{.weight = f.weight(TensorType::F16, 96, 75), .in = x, .out = {}}, 75);
    const ValueId up = f.apply(MatMul{.weight = f.weight(TensorType::F16, 96, 75), .in = x, .out = {}}, 75);
    const ValueId fused = f.apply(Glu{.gate = gate, .up = up, .out = {}, .activation = activation}, 75);
    const ValueId wide = f.input(75, 80, 40.0F);
    const ValueId once = f.apply(Activate{.in = wide, .out = {}, .activation = activation}, 75);
    const ValueId apart = f.apply(Glu{.gate = once, .up = wide, .out = {}, .activation = activation}, 75);
    const ValueId capped = f.apply(Softcap{.in = apart, .out = {}, .cap = 5.0F}, 75);
    f.finish(f.apply(Add{.a = fused, .b = capped, .out = {}}, 75));
    for (const std::uint32_t n : {1U, 21U}) {
        CAPTURE(kernels, static_cast<int>(activation), n);
        CHECK(errorAgainstReference(vulkan, f.graph(), randomTokens(n, 80)) < kExactTolerance);
    }
}

TEST_CASE("elementwise ops")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    CheckedVulkan vulkan({.kernels = kernels});
    for (const std::uint32_t width : {1U, 33U, 1000U}) {
        GraphFixture f;
        const ValueId a = f.input(width, 80, 4.0F);
        const ValueId b = f.input(width, 80);
        const ValueId glu = f.apply(Glu{.gate = a, .up = b, .out = {}}, width);
        const ValueId sum = f.apply(Add{.a = glu, .b = a, .out = {}}, width);
        f.finish(f.apply(Scale{.in = sum, .out = {}, .factor = -0.3F}, width));
        CAPTURE(kernels, width);
        CHECK(errorAgainstReference(vulkan, f.graph(), randomTokens(5, 80)) < kExactTolerance);
    }
}

TEST_CASE("rope of both kinds, whole and partial, scaled, lengthened, at far positions")
{
    const auto kind = GENERATE(RopeKind::Norm, RopeKind::Neox);
    const auto dims = GENERATE(64U, 80U, 20U);
    const auto partial = GENERATE(1U, 2U);
    CheckedVulkan vulkan;
    GraphFixture f;
    const ValueId x = f.input(3 * dims, 80);
    const std::uint32_t rotated = dims / partial / 2 * 2;
    const ValueId once = f.apply(Rope{.in = x,
                                      .out = {},
                                      .heads = 3,
                                      .headDim = dims,
                                      .rotatedDims = rotated,
                                      .kind = kind,
                                      .table = f.rope(rotated, 10000.0F, {.positionScale = 0.25F})},
                                 3 * dims);
    f.finish(f.apply(Rope{.in = once,
                          .out = {},
                          .heads = 3,
                          .headDim = dims,
                          .rotatedDims = rotated,
                          .kind = kind,
                          .table = f.rope(rotated, 500000.0F, {.magnitude = 1.25F})},
                     3 * dims));
    const auto program = vulkan.compile(f.graph(), {.contextLength = 100000, .maxBatch = 16});
    OpReference reference(f.graph(), 100000);
    for (const std::uint32_t position : {0U, 1U, 5000U, 99990U}) {
        const auto tokens = randomTokens(7, 80);
        CAPTURE(dims, rotated, position);
        CHECK(normalisedError(reference.run(tokens, position), evaluate(*program, 3 * dims, tokens, position)) <
              kExactTolerance);
    }
}

} // namespace inference::backend
