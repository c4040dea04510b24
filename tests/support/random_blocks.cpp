// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/random_blocks.h"

#include "inference/quant/blocks.h"
#include "inference/quant/dequantize.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace tests {

using namespace inference;

namespace {

// Standard deviation of uniform integers 0 … n-1.
float uniformDeviation(float n)
{
    return std::sqrt((n * n - 1.0F) / 12.0F);
}

template <std::size_t N>
void fill(std::array<std::uint8_t, N> &bytes, Random &random)
{
    for (std::uint8_t &byte : bytes) {
        byte = static_cast<std::uint8_t>(random.bits());
    }
}

template <std::size_t N>
void fill(std::array<std::int8_t, N> &bytes, Random &random)
{
    for (std::int8_t &byte : bytes) {
        byte = static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
    }
}

// A block's scale: around `scale`, of either sign.
float blockScale(float scale, Random &random)
{
    const float magnitude = scale * random.uniform(0.5F, 1.5F);
    return random.below(2) == 0 ? magnitude : -magnitude;
}

// The reverse of unpackScaleMin.
std::array<std::uint8_t, 12> packScaleMin(const std::array<std::uint8_t, 8> &scale,
                                          const std::array<std::uint8_t, 8> &min)
{
    std::array<std::uint8_t, 12> packed{};
    for (std::size_t j = 0; j < 4; ++j) {
        packed[j] = static_cast<std::uint8_t>(scale[j] | ((scale[j + 4] >> 4U) << 6U));
        packed[j + 4] = static_cast<std::uint8_t>(min[j] | ((min[j + 4] >> 4U) << 6U));
        packed[j + 8] = static_cast<std::uint8_t>((scale[j + 4] & 15U) | ((min[j + 4] & 15U) << 4U));
    }
    return packed;
}

// Scales and mins of a K block; `levels` is the number of values of q.
template <class Block>
void fillScales(Block &block, float levels, float deviation, Random &random)
{
    std::array<std::uint8_t, 8> scale{};
    std::array<std::uint8_t, 8> min{};
    for (std::size_t j = 0; j < 8; ++j) {
        scale[j] = static_cast<std::uint8_t>(24 + random.below(40));
        // Near the scale, so that the sub-block stays centred.
        min[j] = static_cast<std::uint8_t>(std::min<std::uint64_t>(63, scale[j] - 4U + random.below(9)));
    }
    const float d = std::fabs(blockScale(deviation / (43.5F * uniformDeviation(levels)), random));
    block.d = floatToHalf(d);
    block.dmin = floatToHalf(d * (levels - 1.0F) / 2.0F);
    block.scales = packScaleMin(scale, min);
}

void fillBlock(BlockQ4_0 &block, float deviation, Random &random)
{
    block.d = floatToHalf(blockScale(deviation / uniformDeviation(16.0F), random));
    fill(block.qs, random);
}

void fillBlock(BlockQ4_1 &block, float deviation, Random &random)
{
    const float d = blockScale(deviation / uniformDeviation(16.0F), random);
    block.d = floatToHalf(d);
    block.m = floatToHalf(d * -7.5F);
    fill(block.qs, random);
}

void fillBlock(BlockQ5_0 &block, float deviation, Random &random)
{
    block.d = floatToHalf(blockScale(deviation / uniformDeviation(32.0F), random));
    fill(block.qh, random);
    fill(block.qs, random);
}

void fillBlock(BlockQ5_1 &block, float deviation, Random &random)
{
    const float d = blockScale(deviation / uniformDeviation(32.0F), random);
    block.d = floatToHalf(d);
    block.m = floatToHalf(d * -15.5F);
    fill(block.qh, random);
    fill(block.qs, random);
}

void fillBlock(BlockQ8_0 &block, float deviation, Random &random)
{
    block.d = floatToHalf(blockScale(deviation / uniformDeviation(255.0F), random));
    fill(block.qs, random);
}

void fillBlock(BlockQ4_K &block, float deviation, Random &random)
{
    fillScales(block, 16.0F, deviation, random);
    fill(block.qs, random);
}

void fillBlock(BlockQ5_K &block, float deviation, Random &random)
{
    fillScales(block, 32.0F, deviation, random);
    fill(block.qh, random);
    fill(block.qs, random);
}

void fillBlock(BlockQ6_K &block, float deviation, Random &random)
{
    block.d = floatToHalf(blockScale(deviation / (uniformDeviation(255.0F) * uniformDeviation(64.0F)), random));
    fill(block.ql, random);
    fill(block.qh, random);
    fill(block.scales, random);
}

// Sets the scale of a block of one of the types below to about `scale`; those without a half keep the magnitude alone.
template <class Block>
void setScale(Block &block, float scale)
{
    block.d = floatToHalf(scale);
}

void setScale(BlockQ2_K &block, float scale)
{
    block.d = floatToHalf(scale);
    block.dmin = floatToHalf(scale * 1.5F);
    for (std::uint8_t &pair : block.scales) {
        const unsigned low = pair & 15U;
        pair = static_cast<std::uint8_t>(low | std::min(15U, low + (pair >> 7U)) << 4U); // centred, or nearly
    }
}

void setScale(BlockIQ1_M &block, float scale)
{
    const std::uint16_t half = floatToHalf(scale);
    for (std::size_t j = 0; j < 4; ++j) {
        const unsigned nibble = (static_cast<unsigned>(half) >> (4 * j)) & 15U;
        block.scales[j] = static_cast<std::uint16_t>((block.scales[j] & 0x0FFFU) | nibble << 12U);
    }
}

void setScale(BlockMXFP4 &block, float scale)
{
    block.e = static_cast<std::uint8_t>(std::clamp(128L + std::lround(std::log2(std::fabs(scale))), 0L, 254L));
}

void setScale(BlockNVFP4 &block, float scale)
{
    std::uint8_t nearest = 0;
    for (std::uint8_t bits = 1; bits < 0x7F; ++bits) {
        const auto distance = [&](std::uint8_t b) { return std::fabs(unsignedE4M3(b) - 2.0F * std::fabs(scale)); };
        nearest = distance(bits) < distance(nearest) ? bits : nearest;
    }
    block.scales = {nearest, static_cast<std::uint8_t>(nearest ^ 1U), nearest, static_cast<std::uint8_t>(nearest ^ 2U)};
}

// All bits are random; a block with scale 1 shows what scale gives the wanted spread.
template <class Block>
Bytes scaledBlocks(TensorType type, std::uint64_t count, float deviation, Random &random)
{
    const std::uint32_t weights = traits(type).blockWeights;
    std::vector<float> values(weights);
    Bytes out;
    out.reserve(count / weights * sizeof(Block));
    for (std::uint64_t i = 0; i < count / weights; ++i) {
        std::array<std::uint8_t, sizeof(Block)> bytes{};
        fill(bytes, random);
        auto block = std::bit_cast<Block>(bytes);
        setScale(block, 1.0F);
        dequantize(type, std::as_bytes(std::span(&block, 1)), values);
        double squares = 0;
        for (const float value : values) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        const auto spread = static_cast<float>(std::sqrt(squares / static_cast<double>(weights)));
        setScale(block, blockScale(deviation / spread, random));
        append(out, block);
    }
    return out;
}

template <class Block>
Bytes blocks(std::uint64_t count, std::uint64_t weights, float deviation, Random &random)
{
    Bytes out;
    out.reserve(count / weights * sizeof(Block));
    for (std::uint64_t i = 0; i < count / weights; ++i) {
        Block block{};
        fillBlock(block, deviation, random);
        append(out, block);
    }
    return out;
}

} // namespace

Bytes randomBlocks(TensorType type, std::uint64_t count, float deviation, Random &random)
{
    switch (type) {
    case TensorType::Q4_0:
        return blocks<BlockQ4_0>(count, 32, deviation, random);
    case TensorType::Q4_1:
        return blocks<BlockQ4_1>(count, 32, deviation, random);
    case TensorType::Q5_0:
        return blocks<BlockQ5_0>(count, 32, deviation, random);
    case TensorType::Q5_1:
        return blocks<BlockQ5_1>(count, 32, deviation, random);
    case TensorType::Q8_0:
        return blocks<BlockQ8_0>(count, 32, deviation, random);
    case TensorType::Q4_K:
        return blocks<BlockQ4_K>(count, 256, deviation, random);
    case TensorType::Q5_K:
        return blocks<BlockQ5_K>(count, 256, deviation, random);
    case TensorType::Q6_K:
        return blocks<BlockQ6_K>(count, 256, deviation, random);
    case TensorType::Q2_K:
        return scaledBlocks<BlockQ2_K>(type, count, deviation, random);
    case TensorType::Q3_K:
        return scaledBlocks<BlockQ3_K>(type, count, deviation, random);
    case TensorType::IQ4_NL:
        return scaledBlocks<BlockIQ4_NL>(type, count, deviation, random);
    case TensorType::IQ4_XS:
        return scaledBlocks<BlockIQ4_XS>(type, count, deviation, random);
    case TensorType::MXFP4:
        return scaledBlocks<BlockMXFP4>(type, count, deviation, random);
    case TensorType::NVFP4:
        return scaledBlocks<BlockNVFP4>(type, count, deviation, random);
    case TensorType::TQ1_0:
        return scaledBlocks<BlockTQ1_0>(type, count, deviation, random);
    case TensorType::TQ2_0:
        return scaledBlocks<BlockTQ2_0>(type, count, deviation, random);
    case TensorType::IQ2_XXS:
        return scaledBlocks<BlockIQ2_XXS>(type, count, deviation, random);
    case TensorType::IQ2_XS:
        return scaledBlocks<BlockIQ2_XS>(type, count, deviation, random);
    case TensorType::IQ2_S:
        return scaledBlocks<BlockIQ2_S>(type, count, deviation, random);
    case TensorType::IQ3_XXS:
        return scaledBlocks<BlockIQ3_XXS>(type, count, deviation, random);
    case TensorType::IQ3_S:
        return scaledBlocks<BlockIQ3_S>(type, count, deviation, random);
    case TensorType::IQ1_S:
        return scaledBlocks<BlockIQ1_S>(type, count, deviation, random);
    case TensorType::IQ1_M:
        return scaledBlocks<BlockIQ1_M>(type, count, deviation, random);
    case TensorType::F32:
    case TensorType::F16:
    case TensorType::BF16:
        break;
    }
    const float reach = deviation * std::sqrt(3.0F);
    Bytes out;
    for (std::uint64_t i = 0; i < count; ++i) {
        const float value = random.uniform(-reach, reach);
        if (type == TensorType::F32) {
            append(out, value);
        } else if (type == TensorType::F16) {
            append(out, floatToHalf(value));
        } else {
            append(out, static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16U));
        }
    }
    return out;
}

} // namespace tests
