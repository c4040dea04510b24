// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/quant/dequantize.h"

#include "inference/quant/blocks.h"
#include "inference/quant/integer_blocks.h"

#include <bit>
#include <cstring>
#include <utility>

namespace inference {

namespace {

template <class Block>
Block readBlock(std::span<const std::byte> blocks, std::size_t index)
{
    Block block;
    std::memcpy(&block, blocks.data() + index * sizeof(Block), sizeof(Block));
    return block;
}

// Fifth bit of weight j (0-31) of a Q5 block, as 0 or 16.
std::uint32_t fifthBit(const std::array<std::uint8_t, 4> &qh, std::size_t j)
{
    return ((static_cast<std::uint32_t>(qh[j / 8]) >> (j % 8)) & 1U) << 4U;
}

void expand(const BlockQ4_0 &block, float *out)
{
    const float d = halfToFloat(block.d);
    for (std::size_t j = 0; j < 16; ++j) {
        out[j] = d * static_cast<float>(static_cast<int>(block.qs[j] & 15U) - 8);
        out[j + 16] = d * static_cast<float>(static_cast<int>(block.qs[j] >> 4U) - 8);
    }
}

void expand(const BlockQ4_1 &block, float *out)
{
    const float d = halfToFloat(block.d);
    const float m = halfToFloat(block.m);
    for (std::size_t j = 0; j < 16; ++j) {
        out[j] = d * static_cast<float>(block.qs[j] & 15U) + m;
        out[j + 16] = d * static_cast<float>(block.qs[j] >> 4U) + m;
    }
}

void expand(const BlockQ5_0 &block, float *out)
{
    const float d = halfToFloat(block.d);
    for (std::size_t j = 0; j < 16; ++j) {
        out[j] = d * static_cast<float>(static_cast<int>((block.qs[j] & 15U) | fifthBit(block.qh, j)) - 16);
        out[j + 16] = d * static_cast<float>(static_cast<int>((block.qs[j] >> 4U) | fifthBit(block.qh, j + 16)) - 16);
    }
}

void expand(const BlockQ5_1 &block, float *out)
{
    const float d = halfToFloat(block.d);
    const float m = halfToFloat(block.m);
    for (std::size_t j = 0; j < 16; ++j) {
        out[j] = d * static_cast<float>((block.qs[j] & 15U) | fifthBit(block.qh, j)) + m;
        out[j + 16] = d * static_cast<float>((block.qs[j] >> 4U) | fifthBit(block.qh, j + 16)) + m;
    }
}

void expand(const BlockQ8_0 &block, float *out)
{
    const float d = halfToFloat(block.d);
    for (std::size_t j = 0; j < 32; ++j)
        out[j] = d * static_cast<float>(block.qs[j]);
}

void expand(const BlockQ2_K &block, float *out)
{
    const float d = halfToFloat(block.d);
    const float dmin = halfToFloat(block.dmin);
    for (std::size_t i = 0; i < 256; ++i) {
        const std::uint8_t scales = block.scales[i / 16];
        const std::uint32_t q = (block.qs[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2)) & 3U;
        const float min = dmin * static_cast<float>(scales >> 4U);
        out[i] = d * static_cast<float>(scales & 15U) * static_cast<float>(q) - min;
    }
}

void expand(const BlockQ4_K &block, float *out)
{
    const float d = halfToFloat(block.d);
    const float dmin = halfToFloat(block.dmin);
    for (std::size_t j = 0; j < 8; ++j) {
        const ScaleMin sub = unpackScaleMin(block.scales, j);
        const float scale = d * static_cast<float>(sub.scale);
        const float min = dmin * static_cast<float>(sub.min);
        for (std::size_t l = 0; l < 32; ++l) {
            const std::uint32_t q = (block.qs[(j / 2) * 32 + l] >> (4 * (j % 2))) & 15U;
            out[j * 32 + l] = scale * static_cast<float>(q) - min;
        }
    }
}

void expand(const BlockQ5_K &block, float *out)
{
    const float d = halfToFloat(block.d);
    const float dmin = halfToFloat(block.dmin);
    for (std::size_t j = 0; j < 8; ++j) {
        const ScaleMin sub = unpackScaleMin(block.scales, j);
        const float scale = d * static_cast<float>(sub.scale);
        const float min = dmin * static_cast<float>(sub.min);
        for (std::size_t l = 0; l < 32; ++l) {
            const std::uint32_t low = (block.qs[(j / 2) * 32 + l] >> (4 * (j % 2))) & 15U;
            const std::uint32_t high = ((block.qh[l] >> j) & 1U) << 4U;
            out[j * 32 + l] = scale * static_cast<float>(low | high) - min;
        }
    }
}

void expand(const BlockQ6_K &block, float *out)
{
    const float d = halfToFloat(block.d);
    for (std::size_t j = 0; j < 8; ++j) { // groups of 32; four to a half
        const std::size_t half = j / 4;
        const std::size_t group = j % 4;
        for (std::size_t l = 0; l < 32; ++l) {
            const std::uint32_t low = (block.ql[half * 64 + (group % 2) * 32 + l] >> (4 * (group / 2))) & 15U;
            const std::uint32_t high = ((block.qh[half * 32 + l] >> (2 * group)) & 3U) << 4U;
            const float scale = d * static_cast<float>(block.scales[j * 2 + l / 16]);
            out[j * 32 + l] = scale * static_cast<float>(static_cast<int>(low | high) - 32);
        }
    }
}

template <class Block, std::size_t Weights>
void expandAll(std::span<const std::byte> blocks, std::span<float> out)
{
    const std::size_t count = out.size() / Weights;
    for (std::size_t i = 0; i < count; ++i)
        expand(readBlock<Block>(blocks, i), out.data() + i * Weights);
}

void expandIntegers(TensorType type, std::span<const std::byte> blocks, std::span<float> out)
{
    const TypeTraits info = traits(type);
    IntegerBlock block;
    for (std::size_t first = 0; first < out.size(); first += info.blockWeights) {
        decodeIntegers(type, blocks.data() + first / info.blockWeights * info.blockBytes, block);
        for (std::size_t i = 0; i < info.blockWeights; ++i)
            out[first + i] = block.scale[i / 16] * static_cast<float>(block.q[i]);
    }
}

} // namespace

float halfToFloat(std::uint16_t half)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
    const std::uint32_t exponent = (half >> 10U) & 31U;
    const std::uint32_t mantissa = half & 0x3FFU;
    if (exponent == 31)
        return std::bit_cast<float>(sign | 0x7F800000U | (mantissa << 13U));
    if (exponent != 0)
        return std::bit_cast<float>(sign | ((exponent + 112U) << 23U) | (mantissa << 13U));
    // A subnormal half is mantissa * 2^-24, exact in f32.
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(magnitude));
}

std::uint16_t floatToHalf(float value)
{
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 16U) & 0x8000U;
    const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
    if (magnitude > 0x7F800000U) // NaN: keep it quiet and a NaN
        return static_cast<std::uint16_t>(sign | 0x7E00U | ((magnitude >> 13U) & 0x3FFU));
    if (magnitude >= 0x47800000U) // 65536 and above, infinity
        return static_cast<std::uint16_t>(sign | 0x7C00U);
    if (magnitude < 0x38800000U) { // below 2^-14: adding 0.5 moves the value to multiples of 2^-24, rounded to even
        const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
        return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3F000000U));
    }
    // The carry of rounding may run into the exponent, up to infinity: that is the right result.
    const std::uint32_t odd = (magnitude >> 13U) & 1U;
    return static_cast<std::uint16_t>(sign | ((magnitude - 0x38000000U + 0xFFFU + odd) >> 13U));
}

void dequantize(TensorType type, std::span<const std::byte> blocks, std::span<float> out)
{
    switch (type) {
    case TensorType::F32:
        std::memcpy(out.data(), blocks.data(), out.size_bytes());
        return;
    case TensorType::F16:
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = halfToFloat(readBlock<std::uint16_t>(blocks, i));
        return;
    case TensorType::BF16:
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = std::bit_cast<float>(static_cast<std::uint32_t>(readBlock<std::uint16_t>(blocks, i)) << 16U);
        return;
    case TensorType::Q4_0:
        return expandAll<BlockQ4_0, 32>(blocks, out);
    case TensorType::Q4_1:
        return expandAll<BlockQ4_1, 32>(blocks, out);
    case TensorType::Q5_0:
        return expandAll<BlockQ5_0, 32>(blocks, out);
    case TensorType::Q5_1:
        return expandAll<BlockQ5_1, 32>(blocks, out);
    case TensorType::Q8_0:
        return expandAll<BlockQ8_0, 32>(blocks, out);
    case TensorType::Q2_K:
        return expandAll<BlockQ2_K, 256>(blocks, out);
    case TensorType::Q4_K:
        return expandAll<BlockQ4_K, 256>(blocks, out);
    case TensorType::Q5_K:
        return expandAll<BlockQ5_K, 256>(blocks, out);
    case TensorType::Q6_K:
        return expandAll<BlockQ6_K, 256>(blocks, out);
    case TensorType::Q3_K:
    case TensorType::IQ4_NL:
    case TensorType::IQ4_XS:
    case TensorType::MXFP4:
    case TensorType::NVFP4:
    case TensorType::TQ1_0:
    case TensorType::TQ2_0:
    case TensorType::IQ2_XXS:
    case TensorType::IQ2_XS:
    case TensorType::IQ2_S:
    case TensorType::IQ3_XXS:
    case TensorType::IQ3_S:
    case TensorType::IQ1_S:
    case TensorType::IQ1_M:
        return expandIntegers(type, blocks, out);
    }
    std::unreachable();
}

} // namespace inference
