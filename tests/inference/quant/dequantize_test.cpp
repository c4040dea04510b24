// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/quant/blocks.h"
#include "inference/quant/dequantize.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <vector>

using namespace inference;

namespace {

std::vector<char> readFixture(const std::string &name)
{
    std::ifstream in(std::string(CARREL_FIXTURES) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::uint32_t u32At(const std::vector<char> &bytes, std::size_t at)
{
    std::uint32_t value = 0;
    REQUIRE(at + sizeof value <= bytes.size());
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

bool sameFloat(float a, float b)
{
    return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

/// The bytes that make_dequantize.py makes.
std::vector<std::byte> randomBytes(std::size_t count)
{
    std::uint32_t state = 1;
    std::vector<std::byte> bytes(count);
    for (std::byte &byte : bytes) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<std::byte>(state >> 24U);
    }
    return bytes;
}

std::uint32_t checksum(std::span<const float> values)
{
    std::uint32_t state = 0x811C9DC5U;
    for (const float value : values)
        state = (state ^ (std::isnan(value) ? 0x7FC00000U : std::bit_cast<std::uint32_t>(value))) * 0x01000193U;
    return state;
}

constexpr std::size_t kRandomBlocks = 512;

} // namespace

TEST_CASE("every type is dequantized bit for bit as the gguf package does")
{
    const std::vector<char> fixture = readFixture("dequantize.bin");
    REQUIRE(std::string_view(fixture.data(), 4) == "CQF2");
    const std::uint32_t cases = u32At(fixture, 4);
    std::set<std::uint32_t> seen;
    std::size_t at = 8;
    for (std::uint32_t i = 0; i < cases; ++i) {
        const std::uint32_t number = u32At(fixture, at);
        const std::uint32_t weights = u32At(fixture, at + 4);
        const std::uint32_t blockBytes = u32At(fixture, at + 8);
        at += 12;
        const auto traits = traitsOf(number);
        REQUIRE(traits.has_value());
        REQUIRE(weights / traits->blockWeights * traits->blockBytes == blockBytes);
        REQUIRE(at + blockBytes + weights * sizeof(float) <= fixture.size());
        std::vector<float> expected(weights);
        std::memcpy(expected.data(), fixture.data() + at + blockBytes, weights * sizeof(float));
        std::vector<float> actual(weights);
        dequantize(traits->type, std::as_bytes(std::span(fixture).subspan(at, blockBytes)), actual);
        at += blockBytes + weights * sizeof(float);
        std::size_t different = 0;
        for (std::uint32_t w = 0; w < weights; ++w)
            different += sameFloat(expected[w], actual[w]) ? 0U : 1U;
        INFO(traits->name);
        CHECK(different == 0);
        std::vector<float> many(kRandomBlocks * traits->blockWeights);
        dequantize(traits->type, randomBytes(kRandomBlocks * traits->blockBytes), many);
        CHECK(checksum(many) == u32At(fixture, at));
        at += sizeof(std::uint32_t);
        seen.insert(number);
    }
    CHECK(at == fixture.size());
    CHECK(seen == std::set<std::uint32_t>{0,  1,  2,  3,  6,  7,  8,  10, 11, 12, 13, 14, 16,
                                          17, 18, 19, 20, 21, 22, 23, 29, 30, 34, 35, 39, 40});
}

TEST_CASE("a Q4_0 block follows the formula d * (q - 8)")
{
    BlockQ4_0 block{};
    block.d = 0x3800; // 0.5
    for (std::size_t j = 0; j < 16; ++j)
        block.qs[j] = static_cast<std::uint8_t>(j | ((15 - j) << 4U));
    std::vector<float> out(32);
    dequantize(TensorType::Q4_0, std::as_bytes(std::span(&block, 1)), out);
    for (std::size_t j = 0; j < 16; ++j) {
        CHECK(out[j] == 0.5F * (static_cast<float>(j) - 8.0F));
        CHECK(out[j + 16] == 0.5F * (7.0F - static_cast<float>(j)));
    }
}

TEST_CASE("packed 6-bit scales and mins are unpacked independently")
{
    // Each sub-block's scale and min alone set to all ones: nothing else may change.
    struct Bits {
        std::size_t j;
        std::vector<std::pair<std::size_t, unsigned>> scale, min;
    };
    const std::vector<Bits> table = {
        {0, {{0, 63}}, {{4, 63}}},
        {3, {{3, 63}}, {{7, 63}}},
        {4, {{8, 15}, {0, 0xC0}}, {{8, 0xF0}, {4, 0xC0}}},
        {7, {{11, 15}, {3, 0xC0}}, {{11, 0xF0}, {7, 0xC0}}},
    };
    for (const Bits &row : table) {
        for (const bool isScale : {true, false}) {
            std::array<std::uint8_t, 12> packed{};
            for (const auto &[index, bits] : isScale ? row.scale : row.min)
                packed[index] = static_cast<std::uint8_t>(packed[index] | bits);
            for (std::size_t j = 0; j < 8; ++j) {
                INFO(row.j << " " << isScale << " " << j);
                CHECK(unpackScaleMin(packed, j).scale == (isScale && j == row.j ? 63 : 0));
                CHECK(unpackScaleMin(packed, j).min == (!isScale && j == row.j ? 63 : 0));
            }
        }
    }
}

TEST_CASE("every half survives the way to f32 and back")
{
    std::size_t wrong = 0;
    for (std::uint32_t bits = 0; bits < 0x10000U; ++bits) {
        const auto half = static_cast<std::uint16_t>(bits);
        const float value = halfToFloat(half);
        if (std::isnan(value))
            wrong += (half & 0x7FFFU) > 0x7C00U && std::isnan(halfToFloat(floatToHalf(value))) ? 0U : 1U;
        else
            wrong += floatToHalf(value) == half ? 0U : 1U;
    }
    CHECK(wrong == 0);
}

TEST_CASE("floatToHalf rounds to nearest even at every midpoint")
{
    std::size_t wrong = 0;
    for (std::uint32_t bits = 0; bits < 0x7BFFU; ++bits) {
        const double low = halfToFloat(static_cast<std::uint16_t>(bits));
        const double high = halfToFloat(static_cast<std::uint16_t>(bits + 1));
        const auto middle = static_cast<float>((low + high) / 2); // exact: 12 bits of mantissa
        const std::uint32_t even = bits + (bits & 1U);
        wrong += floatToHalf(middle) == even ? 0U : 1U;
        wrong += floatToHalf(std::nextafter(middle, 0.0F)) == bits ? 0U : 1U;
        wrong += floatToHalf(std::nextafter(middle, std::numeric_limits<float>::infinity())) == bits + 1 ? 0U : 1U;
        wrong += floatToHalf(-middle) == (even | 0x8000U) ? 0U : 1U;
    }
    CHECK(wrong == 0);
}

TEST_CASE("floatToHalf at the ends of the range")
{
    struct Row {
        float value;
        std::uint16_t half;
    };
    const float infinity = std::numeric_limits<float>::infinity();
    const Row row =
        GENERATE_COPY(Row{65504.0F, 0x7BFF}, Row{65519.996F, 0x7BFF}, Row{65520.0F, 0x7C00}, Row{1e30F, 0x7C00},
                      Row{infinity, 0x7C00}, Row{-infinity, 0xFC00}, Row{0x1p-24F, 0x0001}, Row{0x1p-25F, 0x0000},
                      Row{0x1.000002p-25F, 0x0001}, Row{1e-45F, 0x0000}, Row{-0.0F, 0x8000}, Row{0x1p-14F, 0x0400});
    CHECK(floatToHalf(row.value) == row.half);
}
