// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/seeded_weights.h"

#include "inference/quant/dequantize.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <set>

using namespace inference;
using namespace tests;

namespace {

std::vector<float> numbers(TensorType type, const Bytes &bytes, std::size_t count)
{
    std::vector<float> out(count);
    dequantize(type, bytes, out);
    return out;
}

} // namespace

TEST_CASE("seeded bits are SplitMix64's")
{
    // The first outputs of the generator that Steele et al. published, started at 0: an empty name's key less its
    // offset.
    const std::uint64_t offset = 14695981039346656037U;
    const std::uint64_t golden = 0x9E3779B97F4A7C15U;
    std::uint64_t inverse = 1; // of golden, modulo 2^64, by Newton's method
    for (int i = 0; i < 6; ++i) {
        inverse *= 2 - golden * inverse;
    }
    const WeightStream zero{.seed = (0 - offset) * inverse, .tensor = ""};
    CHECK(seededBits(zero, 0) == 0xE220A8397B1DCDAFU);
    CHECK(seededBits(zero, 1) == 0x6E789E6AA1B965F4U);
    CHECK(seededBits(zero, 2) == 0x06C45D188009454FU);
}

TEST_CASE("a seeded matrix is the same in every type that holds it")
{
    const WeightStream stream{.seed = 3, .tensor = "blk.0.attn_q.weight"};
    const auto expected = numbers(TensorType::F32, seededMatrix(stream, 640, 5, TensorType::F32), 640);
    for (const TensorType type : {TensorType::F16, TensorType::BF16, TensorType::Q8_0, TensorType::Q4_0}) {
        CAPTURE(traits(type).name);
        CHECK(holdsSeededMatrix(type));
        CHECK(numbers(type, seededMatrix(stream, 640, 5, type), 640) == expected);
    }
    CHECK(std::set<float>(expected.begin(), expected.end()).size() > 20);
    CHECK(expected !=
          numbers(TensorType::F32, seededMatrix({.seed = 4, .tensor = stream.tensor}, 640, 5, TensorType::F32), 640));
    CHECK(!holdsSeededMatrix(TensorType::Q4_K));
    CHECK_THROWS(seededMatrix(stream, 640, 5, TensorType::Q4_K));
    CHECK_THROWS(seededMatrix(stream, 650, 5, TensorType::Q8_0));
    CHECK(seededMatrix(stream, 650, 5, TensorType::F32).size() == 2600);
}

TEST_CASE("seeded fp4 weights are the doubled magnitudes of the format by powers of two")
{
    const WeightStream stream{.seed = 3, .tensor = "blk.0.ffn_up_exps.weight"};
    const auto weights = numbers(TensorType::MXFP4, seededFp4(stream, 64, 6), 64);
    // As seeded_weights.py has them.
    const std::vector<float> expected{0.015625F,  0.09375F, -0.0625F,   -0.015625F,
                                      -0.015625F, 0.0625F,  0.0234375F, 0.0234375F};
    CHECK(std::vector(weights.begin(), weights.begin() + 8) == expected);
    CHECK(std::ranges::all_of(weights, [](float w) { return std::fabs(w) <= 12.0F / 64; }));
    CHECK_THROWS(seededFp4(stream, 40, 6));
}

TEST_CASE("a seeded vector keeps near its mean")
{
    const WeightStream stream{.seed = 1, .tensor = "output_norm.weight"};
    const auto values = numbers(TensorType::F32, seededVector(stream, 200, 1.0, 1), 200);
    double sum = 0;
    for (const float value : values) {
        CHECK(std::fabs(value - 1.0F) <= 0.5F);
        sum += value;
    }
    CHECK(std::fabs(sum / 200 - 1.0) < 0.1);
}
