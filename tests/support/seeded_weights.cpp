// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/seeded_weights.h"

#include "inference/quant/blocks.h"
#include "inference/quant/dequantize.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace tests {

using inference::TensorType;

namespace {

constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15U;
constexpr std::uint64_t kBlockScales = std::uint64_t{1} << 62U; // counters of the blocks' scales start here
constexpr std::size_t kBlock = 32;

std::uint64_t keyOf(const WeightStream &stream)
{
    std::uint64_t key = 14695981039346656037U; // FNV-1a
    for (const char byte : stream.tensor) {
        key = (key ^ static_cast<unsigned char>(byte)) * 1099511628211U;
    }
    return key + stream.seed * kGolden;
}

std::uint64_t bitsOf(std::uint64_t key, std::uint64_t index)
{
    std::uint64_t z = key + (index + 1) * kGolden;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

/// Up to 32 weights in a row with one scale.
struct Block {
    std::array<std::int8_t, kBlock> levels{}; ///< -7 … 7
    std::size_t count = 0;
    float scale = 0.0F; ///< a power of two
};

Block blockAt(std::uint64_t key, std::uint64_t first, std::uint64_t count, int exponent)
{
    Block block{.count = static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, count - first))};
    for (std::size_t i = 0; i < block.count; ++i) {
        block.levels[i] = static_cast<std::int8_t>(static_cast<int>((bitsOf(key, first + i) >> 33U) % 15) - 7);
    }
    const auto halved = static_cast<int>(bitsOf(key, kBlockScales + first / kBlock) & 1U);
    block.scale = std::ldexp(1.0F, -exponent - halved);
    return block;
}

void appendAs(TensorType type, const Block &block, Bytes &out)
{
    if (type == TensorType::Q8_0) {
        append(out, inference::BlockQ8_0{.d = inference::floatToHalf(block.scale), .qs = block.levels});
        return;
    }
    if (type == TensorType::Q4_0) {
        inference::BlockQ4_0 packed{.d = inference::floatToHalf(block.scale), .qs = {}};
        for (std::size_t i = 0; i < packed.qs.size(); ++i) {
            packed.qs[i] =
                static_cast<std::uint8_t>((block.levels[i] + 8) | ((block.levels[i + packed.qs.size()] + 8) << 4));
        }
        append(out, packed);
        return;
    }
    for (std::size_t i = 0; i < block.count; ++i) {
        const float weight = static_cast<float>(block.levels[i]) * block.scale;
        if (type == TensorType::F16) {
            append(out, inference::floatToHalf(weight));
        } else if (type == TensorType::BF16) {
            append(out, static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(weight) >> 16U));
        } else {
            append(out, weight);
        }
    }
}

} // namespace

std::uint64_t seededBits(const WeightStream &stream, std::uint64_t index)
{
    return bitsOf(keyOf(stream), index);
}

bool holdsSeededMatrix(TensorType type)
{
    return type == TensorType::F32 || type == TensorType::F16 || type == TensorType::BF16 || type == TensorType::Q8_0 ||
           type == TensorType::Q4_0;
}

Bytes seededMatrix(const WeightStream &stream, std::uint64_t count, int exponent, TensorType type)
{
    if (!holdsSeededMatrix(type) || count % inference::traits(type).blockWeights != 0) {
        throw std::invalid_argument("no seeded matrix of this type and size");
    }
    const std::uint64_t key = keyOf(stream);
    Bytes out;
    for (std::uint64_t first = 0; first < count; first += kBlock) {
        appendAs(type, blockAt(key, first, count, exponent), out);
    }
    return out;
}

Bytes seededFp4(const WeightStream &stream, std::uint64_t count, int exponent)
{
    if (count % kBlock != 0) {
        throw std::invalid_argument("no whole blocks");
    }
    const std::uint64_t key = keyOf(stream);
    Bytes out;
    for (std::uint64_t first = 0; first < count; first += kBlock) {
        const Block block = blockAt(key, first, count, exponent);
        const auto code = [&](std::size_t i) { // a sign and the number of a magnitude
            return block.levels[i] < 0 ? 8 - block.levels[i] : block.levels[i];
        };
        inference::BlockMXFP4 packed{};
        packed.e = static_cast<std::uint8_t>(128 + std::ilogb(block.scale));
        for (std::size_t i = 0; i < packed.qs.size(); ++i) {
            packed.qs[i] = static_cast<std::uint8_t>(code(i) | (code(i + packed.qs.size()) << 4));
        }
        append(out, packed);
    }
    return out;
}

Bytes seededVector(const WeightStream &stream, std::uint64_t count, double mean, int exponent)
{
    const std::uint64_t key = keyOf(stream);
    Bytes out;
    for (std::uint64_t i = 0; i < count; ++i) {
        const double step = static_cast<double>(bitsOf(key, i) >> 48U) - 32768.0;
        append(out, static_cast<float>(mean + std::ldexp(step, -15 - exponent)));
    }
    return out;
}

} // namespace tests
