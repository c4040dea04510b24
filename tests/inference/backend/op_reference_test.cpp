// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/graph_fixture.h"
#include "tests/inference/backend/op_reference.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstring>

namespace inference::backend {

using namespace graph;
using Catch::Approx;

namespace {

std::vector<std::byte> bytesOf(const std::vector<float> &values)
{
    std::vector<std::byte> bytes(values.size() * 4);
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

/// Two tokens with the rows (1, 2) and (3, -4).
ValueId twoRows(GraphFixture &f)
{
    const WeightId table = f.weight(TensorType::F32, 2, 2, bytesOf({1, 2, 3, -4}));
    return f.apply(GetRows{.table = table, .out = {}}, 2);
}

} // namespace

TEST_CASE("the reference multiplies a matrix, adds bias and residual")
{
    GraphFixture f;
    const ValueId x = twoRows(f);
    const WeightId w = f.weight(TensorType::F32, 2, 2, bytesOf({1, 10, 100, 1000}));
    const WeightId b = f.weight(TensorType::F32, 2, 1, bytesOf({0.5F, 0.25F}));
    f.finish(f.apply(MatMul{.weight = w, .bias = b, .in = x, .out = {}, .hasResidual = true, .residual = x}, 2));
    OpReference reference(f.graph(), 4);
    const std::vector<TokenId> tokens{0, 1};
    CHECK(reference.run(tokens, 0) == std::vector<double>{22.5, 2102.25, -33.5, -3703.75});
    CHECK(reference.run(tokens, 0, LogitsWanted::LastRow) == std::vector<double>{-33.5, -3703.75});
    CHECK(reference.run(tokens, 0, LogitsWanted::None).empty());
}

TEST_CASE("the reference normalises by the root of the mean square")
{
    GraphFixture f;
    const WeightId w = f.weight(TensorType::F32, 2, 1, bytesOf({2, 1}));
    f.finish(f.apply(Norm{.in = twoRows(f), .weight = w, .out = {}, .epsilon = 0}, 2));
    OpReference reference(f.graph(), 4);
    const auto y = reference.run(std::vector<TokenId>{1}, 0);
    CHECK(y[0] == Approx(2 * 3 / std::sqrt(12.5)));
    CHECK(y[1] == Approx(-4 / std::sqrt(12.5)));
}

TEST_CASE("the reference rotates pairs by position")
{
    GraphFixture f;
    f.finish(
        f.apply(Rope{.in = twoRows(f), .out = {}, .heads = 1, .headDim = 2, .rotatedDims = 2, .table = f.rope(2)}, 2));
    OpReference reference(f.graph(), 8);
    const auto y = reference.run(std::vector<TokenId>{0}, 5);
    CHECK(y[0] == Approx(std::cos(5.0) - 2 * std::sin(5.0)));
    CHECK(y[1] == Approx(std::sin(5.0) + 2 * std::cos(5.0)));
}

TEST_CASE("the reference attends to its own and to earlier positions only")
{
    GraphFixture f;
    const ValueId x = twoRows(f);
    f.graph().kv.push_back({.keyWidth = 2, .valueWidth = 2});
    f.add(KvWrite{.layer = 0, .key = x, .value = x});
    f.finish(f.apply(
        Attention{.layer = 0, .query = x, .out = {}, .heads = 1, .kvHeads = 1, .headDim = 2, .valueDim = 2}, 2));
    OpReference reference(f.graph(), 4);
    const auto y = reference.run(std::vector<TokenId>{0, 1}, 0);
    CHECK(y[0] == 1.0);
    CHECK(y[1] == 2.0);
    // Scores of the second row: (3, -4).(1, 2) = -5 and (3, -4).(3, -4) = 25.
    const double p = std::exp(-30.0) / (1 + std::exp(-30.0));
    CHECK(y[2] == Approx(p * 1 + (1 - p) * 3));
    CHECK(y[3] == Approx(p * 2 + (1 - p) * -4));
}

TEST_CASE("the reference gives the same logits for a prompt in one piece and in two")
{
    const auto fixture = GraphFixture::llama({});
    const auto tokens = randomTokens(9, 61);
    OpReference whole(fixture->graph(), 16);
    OpReference parts(fixture->graph(), 16);
    const auto expected = whole.run(tokens, 0, LogitsWanted::LastRow);
    parts.run(std::span(tokens).first(4), 0, LogitsWanted::None);
    CHECK(parts.run(std::span(tokens).subspan(4), 4, LogitsWanted::LastRow) == expected);
    CHECK(expected.size() == 61);
    CHECK(std::abs(expected[0]) > 1e-6);
}

TEST_CASE("the error measure sees wrong, missing and infinite numbers")
{
    const std::vector<double> a{3, 4};
    CHECK(normalisedError(a, std::vector<float>{3, 4}) == 0.0);
    CHECK(normalisedError(a, std::vector<float>{3, 5}) == Approx(1.0 / 25));
    CHECK(std::isinf(normalisedError(a, std::vector<float>{3})));
    CHECK(std::isinf(normalisedError(a, std::vector<float>{3, NAN})));
}

} // namespace inference::backend
