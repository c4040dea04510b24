// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Single ops of the CPU backend against the double-precision reference, on every instruction set of this machine.
#include "inference/backend/cpu/cpu_backend.h"
#include "tests/inference/backend/cpu_targets.h"
#include "tests/inference/backend/graph_fixture.h"
#include "tests/inference/backend/op_reference.h"

#include <catch2/catch_test_macros.hpp>

#include <numeric>

namespace inference::backend {

using namespace graph;

namespace {

/// NMSE of a graph's logits, all rows, for tokens 0 … rows * batches - 1 in batches of `rows`, the first at `position`.
/// KV before `position` is filled by a batch of the same tokens, repeated.
double errorOf(const GraphFixture &fixture, std::uint32_t rows, std::uint32_t position = 0, bool repack = true,
               std::uint32_t batches = 1)
{
    const auto backend = makeCpuBackend();
    const std::uint32_t total = position + rows * batches;
    const ProgramOptions options{.contextLength = total, .maxBatch = total, .threads = 2, .repackWeights = repack};
    auto program = backend->compile(fixture.graph(), options, {});
    REQUIRE(program.has_value());
    OpReference reference(fixture.graph(), total);
    std::vector<TokenId> tokens(rows * batches);
    std::iota(tokens.begin(), tokens.end(), 0);
    if (position > 0) {
        std::vector<TokenId> before(position);
        for (std::uint32_t i = 0; i < position; ++i) {
            before[i] = tokens[i % tokens.size()];
        }
        REQUIRE((*program)->evaluate({.tokens = before, .position = 0, .logits = LogitsWanted::None}, {}, {}));
        reference.run(before, 0, LogitsWanted::None);
    }
    const std::size_t size = std::size_t{rows} * fixture.graph().vocabularySize;
    std::vector<float> logits(size * batches);
    for (std::uint32_t b = 0; b < batches; ++b) {
        const Batch batch{.tokens = std::span(tokens).subspan(b * rows, rows),
                          .position = position + b * rows,
                          .logits = LogitsWanted::AllRows};
        REQUIRE((*program)->evaluate(batch, std::span(logits).subspan(b * size, size), {}));
    }
    return normalisedError(reference.run(tokens, position), logits);
}

double matMulError(TensorType type, std::uint32_t k, std::uint32_t m, std::uint32_t n, bool repack)
{
    // A lone number that happens to be near zero says nothing about precision: few outputs are taken from many batches.
    const std::uint32_t batches = m * n < 16 ? 16 : 1;
    GraphFixture f(k * 31 + m * 7 + n);
    const ValueId x = f.input(k, n * batches);
    const ValueId residual = f.input(m, n * batches);
    const WeightId w = f.weight(type, k, m);
    const WeightId bias = f.weight(TensorType::F32, m, 1);
    const ValueId plain = f.apply(MatMul{.weight = w, .in = x, .out = {}}, m);
    f.finish(f.apply(MatMul{.weight = w, .bias = bias, .in = x, .out = {}, .hasResidual = true, .residual = plain}, m));
    // The residual of the last op is the first op's output; this one gives it a residual that is an input.
    std::get<MatMul>(f.graph().ops[2]).hasResidual = true;
    std::get<MatMul>(f.graph().ops[2]).residual = residual;
    return errorOf(f, n, 0, repack, batches);
}

bool isFloat(TensorType type)
{
    return traits(type).blockWeights == 1;
}

} // namespace

TEST_CASE("mat-mul of every type and shape")
{
    onEveryTarget([] {
        for (const TensorType type : kAllTypes) {
            const std::uint32_t block = traits(type).blockWeights;
            const std::vector<std::uint32_t> columns =
                block == 1 ? std::vector<std::uint32_t>{1, 31, 32, 33, 257} : std::vector{block, 3 * block, 5 * block};
            const double tolerance = isFloat(type) ? 1e-7 : 5e-4;
            for (const std::uint32_t k : columns) {
                for (const std::uint32_t m : {1U, 3U, 15U, 16U, 17U, 33U, 100U}) {
                    for (const std::uint32_t n : {1U, 2U, 3U, 5U, 7U, 8U, 9U, 17U}) {
                        CAPTURE(traits(type).name, k, m, n);
                        CHECK(matMulError(type, k, m, n, true) < tolerance);
                    }
                }
            }
            for (const std::uint32_t n : {4U, 6U, 64U, 65U, 150U}) {
                CAPTURE(traits(type).name, n);
                CHECK(matMulError(type, 2 * block, 47, n, true) < tolerance);
                CHECK(matMulError(type, 2 * block, 47, n, false) < tolerance);
            }
        }
    });
}

TEST_CASE("row ops of every width")
{
    onEveryTarget([] {
        for (const std::uint32_t width : {1U, 2U, 7U, 15U, 16U, 17U, 63U, 64U, 65U, 576U}) {
            for (const std::uint32_t n : {1U, 2U, 9U, 300U}) {
                CAPTURE(width, n);
                GraphFixture f(width + n);
                const ValueId a = f.input(width, n);
                const ValueId b = f.input(width, n, 5.0F);
                const ValueId sum = f.apply(Add{.a = a, .b = b, .out = {}}, width);
                const ValueId scaled = f.apply(Scale{.in = sum, .out = {}, .factor = 0.3F}, width);
                const ValueId gated = f.apply(Glu{.gate = scaled, .up = a, .out = {}}, width);
                f.finish(f.apply(Norm{.in = gated, .weight = f.normWeight(width), .out = {}}, width));
                CHECK(errorOf(f, n) < 1e-7);
            }
        }
    });
}

TEST_CASE("every activation, alone and gated, and the cap of logits")
{
    onEveryTarget([] {
        for (const Activation activation : kAllActivations) {
            for (const std::uint32_t width : {1U, 15U, 16U, 33U, 576U}) {
                CAPTURE(static_cast<int>(activation), width);
                GraphFixture f(width);
                const ValueId a = f.input(width, 9, 12.0F);
                const ValueId b = f.input(width, 9);
                const ValueId once = f.apply(Activate{.in = a, .out = {}, .activation = activation}, width);
                const ValueId gated = f.apply(Glu{.gate = b, .up = once, .out = {}, .activation = activation}, width);
                f.finish(f.apply(Softcap{.in = gated, .out = {}, .cap = 5.0F}, width));
                CHECK(errorOf(f, 9) < 1e-7);
            }
        }
    });
}

TEST_CASE("norms of both kinds, with and without weight and bias, of rows and of heads")
{
    onEveryTarget([] {
        for (const NormKind kind : {NormKind::Rms, NormKind::Layer}) {
            for (const std::uint32_t width : {2U, 7U, 16U, 33U, 576U}) {
                for (const std::uint32_t groups : {1U, 3U}) {
                    for (const bool shared : {true, false}) {
                        for (const int parameters : {0, 1, 2}) {
                            CAPTURE(static_cast<int>(kind), width, groups, shared, parameters);
                            GraphFixture f(width + groups);
                            const std::uint32_t count = shared ? width : width * groups;
                            Norm norm{
                                .in = f.input(width * groups, 9, 3.0F), .out = {}, .kind = kind, .groups = groups};
                            norm.weight = parameters > 0 ? f.normWeight(count) : kNoWeight;
                            norm.bias = parameters > 1 ? f.normWeight(count) : kNoWeight;
                            f.finish(f.apply(norm, width * groups));
                            CHECK(errorOf(f, 9) < 1e-7);
                        }
                    }
                }
            }
        }
    });
}

TEST_CASE("a gated mat-mul with every activation")
{
    onEveryTarget([] {
        for (const Activation activation : kGatedActivations) {
            GraphFixture f(3);
            const ValueId x = f.input(64, 9, 2.0F);
            const ValueId gate = f.apply(MatMul{.weight = f.weight(TensorType::F16, 64, 33), .in = x, .out = {}}, 33);
            const ValueId up = f.apply(MatMul{.weight = f.weight(TensorType::F16, 64, 33), .in = x, .out = {}}, 33);
            f.finish(f.apply(Glu{.gate = gate, .up = up, .out = {}, .activation = activation}, 33));
            CAPTURE(static_cast<int>(activation));
            CHECK(errorOf(f, 9) < 1e-6);
        }
    });
}

TEST_CASE("a scaled table lookup of every type")
{
    for (const TensorType type : kAllTypes) {
        for (const bool tied : {false, true}) {
            CAPTURE(traits(type).name, tied);
            GraphFixture f;
            const WeightId table = f.weight(type, 256, 21);
            const ValueId x = f.apply(GetRows{.table = table, .out = {}, .scale = 2.5F}, 256);
            if (tied) {
                // A second use as a matrix puts the table into tiles, from which rows must come out unchanged.
                f.apply(MatMul{.weight = table, .in = x, .out = {}}, 21);
            }
            f.finish(x);
            CHECK(errorOf(f, 21) < 1e-14);
        }
    }
}

TEST_CASE("gate and up are fused into SwiGLU and still right")
{
    onEveryTarget([] {
        for (const std::uint32_t m : {1U, 16U, 40U, 95U}) {
            for (const std::uint32_t n : {1U, 4U, 11U}) {
                CAPTURE(m, n);
                GraphFixture f(m * n);
                const ValueId x = f.input(64, n);
                const WeightId gateBias = f.weight(TensorType::F32, m, 1);
                const WeightId upBias = f.weight(TensorType::F32, m, 1);
                const ValueId up =
                    f.apply(MatMul{.weight = f.weight(TensorType::Q8_0, 64, m), .bias = upBias, .in = x, .out = {}}, m);
                const ValueId gate = f.apply(
                    MatMul{.weight = f.weight(TensorType::F32, 64, m), .bias = gateBias, .in = x, .out = {}}, m);
                f.finish(f.apply(Glu{.gate = gate, .up = up, .out = {}}, m));
                CHECK(errorOf(f, n) < 5e-4);
            }
        }
    });
}

TEST_CASE("rope of both kinds, partial, lengthened, far out")
{
    onEveryTarget([] {
        for (const RopeKind kind : {RopeKind::Norm, RopeKind::Neox}) {
            for (const auto &[headDim, rotated] :
                 {std::pair{64U, 64U}, {80U, 80U}, {96U, 48U}, {128U, 32U}, {10U, 6U}}) {
                for (const std::uint32_t position : {0U, 1U, 255U, 4000U}) {
                    CAPTURE(static_cast<int>(kind), headDim, rotated, position);
                    GraphFixture f(headDim + rotated);
                    const Rope op{.in = f.input(3 * headDim, 5),
                                  .out = {},
                                  .heads = 3,
                                  .headDim = headDim,
                                  .rotatedDims = rotated,
                                  .kind = kind,
                                  .table = f.rope(rotated, 100000.0F, {.magnitude = position == 255 ? 1.25F : 1.0F})};
                    f.finish(f.apply(op, 3 * headDim));
                    CHECK(errorOf(f, 5, position) < 1e-7);
                }
            }
        }
    });
}

} // namespace inference::backend
