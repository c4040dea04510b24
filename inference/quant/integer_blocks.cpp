// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/quant/integer_blocks.h"

#include "inference/quant/blocks.h"
#include "inference/quant/codebooks.h"
#include "inference/quant/dequantize.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace inference {

namespace {

constexpr std::uint64_t kEveryByte = 0x0101010101010101U;

// Bit i of `bits` into byte i, as 0 or 1.
std::uint64_t spreadToBytes(std::uint32_t bits)
{
    const std::uint64_t lonely = (bits * kEveryByte) & 0x8040201008040201U;
    return ((lonely + 0x7F7F7F7F7F7F7F7FU) >> 7U) & kEveryByte;
}

// Stores eight positive bytes, negated where bit i of `signs` is set. Two's complement by bytes: no value is zero, so
// the addition never carries out of a byte.
void storeSigned(std::uint64_t values, std::uint32_t signs, std::int8_t *out)
{
    const std::uint64_t negative = spreadToBytes(signs);
    const std::uint64_t result = (values ^ (negative * 0xFFU)) + negative;
    std::memcpy(out, &result, 8);
}

// The eighth sign makes the number of negative weights even.
std::uint32_t withParity(std::uint32_t sevenSigns)
{
    return sevenSigns | (static_cast<std::uint32_t>(std::popcount(sevenSigns)) & 1U) << 7U;
}

std::uint32_t wordAt(const std::uint8_t *at)
{
    std::uint32_t word = 0;
    std::memcpy(&word, at, 4);
    return word;
}

// The scale of the IQ2 types and, with 0.5, of IQ3_XXS.
float halfStepScale(float d, std::uint32_t scale, float factor)
{
    return d * (0.5F + static_cast<float>(scale)) * factor;
}

// The bit pairs of 64 bytes: each half of 128 weights has its groups of 32 at shifts 0, 2, 4, 6 of the same bytes.
template <class Store>
void eachBitPair(const std::array<std::uint8_t, 64> &qs, Store store)
{
    for (std::size_t i = 0; i < 256; ++i) {
        store(i, (qs[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2)) & 3U);
    }
}

void lookUpNibbles(const std::uint8_t *qs, std::size_t half, const std::array<std::int8_t, 16> &values, std::int8_t *q)
{
    for (std::size_t j = 0; j < half; ++j) {
        q[j] = values[qs[j] & 15U];
        q[j + half] = values[qs[j] >> 4U];
    }
}

void decode(const BlockQ3_K &block, IntegerBlock &out)
{
    const float d = halfToFloat(block.d);
    const std::array<std::int8_t, 16> scales = unpackScales(block);
    std::ranges::transform(scales, out.scale.begin(), [&](std::int8_t scale) { return d * static_cast<float>(scale); });
    eachBitPair(block.qs, [&](std::size_t i, unsigned low) {
        const int offset = ((block.hmask[i % 32] >> (i / 32)) & 1U) != 0 ? 0 : 4;
        out.q[i] = static_cast<std::int8_t>(static_cast<int>(low) - offset);
    });
}

void decode(const BlockIQ4_NL &block, IntegerBlock &out)
{
    out.scale[0] = out.scale[1] = halfToFloat(block.d);
    lookUpNibbles(block.qs.data(), 16, kIq4Values, out.q.data());
}

void decode(const BlockIQ4_XS &block, IntegerBlock &out)
{
    const float d = halfToFloat(block.d);
    const std::array<std::int8_t, 8> scales = unpackScales(block);
    for (std::size_t j = 0; j < 8; ++j) {
        out.scale[2 * j] = out.scale[2 * j + 1] = d * static_cast<float>(scales[j]);
        lookUpNibbles(&block.qs[16 * j], 16, kIq4Values, &out.q[32 * j]);
    }
}

void decode(const BlockMXFP4 &block, IntegerBlock &out)
{
    out.scale[0] = out.scale[1] = mxfp4Scale(block.e);
    lookUpNibbles(block.qs.data(), 16, kFp4Values, out.q.data());
}

void decode(const BlockNVFP4 &block, IntegerBlock &out)
{
    for (std::size_t j = 0; j < 4; ++j) {
        out.scale[j] = unsignedE4M3(block.scales[j]) * 0.5F;
        lookUpNibbles(&block.qs[8 * j], 8, kFp4Values, &out.q[16 * j]);
    }
}

void decode(const BlockTQ1_0 &block, IntegerBlock &out)
{
    out.scale.fill(halfToFloat(block.d));
    static constexpr std::array<std::uint8_t, 5> kPowers{1, 3, 9, 27, 81};
    const auto trit = [](std::uint8_t byte, std::size_t digit) {
        const unsigned shifted = (byte * unsigned{kPowers[digit]}) & 0xFFU;
        return static_cast<std::int8_t>(static_cast<int>((shifted * 3) >> 8U) - 1);
    };
    for (std::size_t i = 0; i < 160; ++i) {
        out.q[i] = trit(block.qs[i % 32], i / 32);
    }
    for (std::size_t i = 0; i < 80; ++i) {
        out.q[160 + i] = trit(block.qs[32 + i % 16], i / 16);
    }
    for (std::size_t i = 0; i < 16; ++i) {
        out.q[240 + i] = trit(block.qh[i % 4], i / 4);
    }
}

void decode(const BlockTQ2_0 &block, IntegerBlock &out)
{
    out.scale.fill(halfToFloat(block.d));
    eachBitPair(block.qs,
                [&](std::size_t i, unsigned q) { out.q[i] = static_cast<std::int8_t>(static_cast<int>(q) - 1); });
}

void decode(const BlockIQ2_XXS &block, IntegerBlock &out)
{
    const float d = halfToFloat(block.d);
    for (std::size_t j = 0; j < 8; ++j) {
        const std::uint32_t signs = wordAt(&block.qs[8 * j + 4]);
        out.scale[2 * j] = out.scale[2 * j + 1] = halfStepScale(d, signs >> 28U, 0.25F);
        for (std::size_t k = 0; k < 4; ++k) {
            storeSigned(kIq2XxsGrid[block.qs[8 * j + k]], withParity((signs >> (7 * k)) & 127U),
                        &out.q[32 * j + 8 * k]);
        }
    }
}

void decode(const BlockIQ2_XS &block, IntegerBlock &out)
{
    const float d = halfToFloat(block.d);
    for (std::size_t j = 0; j < 16; ++j) {
        out.scale[j] = halfStepScale(d, (block.scales[j / 2] >> (j % 2 * 4)) & 15U, 0.25F);
    }
    for (std::size_t k = 0; k < 32; ++k) {
        storeSigned(kIq2XsGrid[block.qs[k] & 511U], withParity(block.qs[k] >> 9U), &out.q[8 * k]);
    }
}

void decode(const BlockIQ2_S &block, IntegerBlock &out)
{
    const float d = halfToFloat(block.d);
    for (std::size_t j = 0; j < 16; ++j) {
        out.scale[j] = halfStepScale(d, (block.scales[j / 2] >> (j % 2 * 4)) & 15U, 0.25F);
    }
    for (std::size_t k = 0; k < 32; ++k) {
        const std::size_t high = (block.qh[k / 4] >> (k % 4 * 2)) & 3U;
        storeSigned(kIq2SGrid[block.qs[k] | (high << 8U)], block.signs[k], &out.q[8 * k]);
    }
}

void decode(const BlockIQ3_XXS &block, IntegerBlock &out)
{
    const float d = halfToFloat(block.d);
    for (std::size_t j = 0; j < 8; ++j) {
        const std::uint32_t signs = wordAt(&block.signs[4 * j]);
        out.scale[2 * j] = out.scale[2 * j + 1] = halfStepScale(d, signs >> 28U, 0.5F);
        for (std::size_t k = 0; k < 4; ++k) {
            const std::uint8_t *index = &block.qs[8 * j + 2 * k];
            const std::uint64_t values = kIq3XxsGrid[index[0]] | std::uint64_t{kIq3XxsGrid[index[1]]} << 32U;
            storeSigned(values, withParity((signs >> (7 * k)) & 127U), &out.q[32 * j + 8 * k]);
        }
    }
}

void decode(const BlockIQ3_S &block, IntegerBlock &out)
{
    const float d = halfToFloat(block.d);
    for (std::size_t j = 0; j < 8; ++j) {
        const std::uint32_t scale = (block.scales[j / 2] >> (j % 2 * 4)) & 15U;
        out.scale[2 * j] = out.scale[2 * j + 1] = d * static_cast<float>(2 * scale + 1);
        const auto numbers = [&](std::size_t k) {
            const std::size_t high = (block.qh[j] >> k) & 1U;
            return std::uint64_t{kIq3SGrid[block.qs[8 * j + k] | (high << 8U)]};
        };
        for (std::size_t k = 0; k < 4; ++k) {
            storeSigned(numbers(2 * k) | numbers(2 * k + 1) << 32U, block.signs[4 * j + k], &out.q[32 * j + 8 * k]);
        }
    }
}

// Eight numbers of the IQ1 types times eight, shifted by one eighth. With their sign bits turned the bytes are 120, 128
// or 136, so that no sum carries.
void storeShifted(std::size_t index, bool down, std::int8_t *out)
{
    const std::uint64_t turned = kIq1Grid[index] ^ (0x80U * kEveryByte);
    const std::uint64_t shifted = (down ? turned - kEveryByte : turned + kEveryByte) ^ (0x80U * kEveryByte);
    std::memcpy(out, &shifted, 8);
}

// The shifted numbers are counted in eighths.
float iq1Scale(float d, std::uint32_t scale)
{
    return d * static_cast<float>(2 * scale + 1) * 0.125F;
}

void decode(const BlockIQ1_S &block, IntegerBlock &out)
{
    const float d = halfToFloat(block.d);
    for (std::size_t j = 0; j < 8; ++j) {
        const std::uint32_t high = block.qh[j];
        out.scale[2 * j] = out.scale[2 * j + 1] = iq1Scale(d, (high >> 12U) & 7U);
        for (std::size_t k = 0; k < 4; ++k) {
            storeShifted(block.qs[4 * j + k] | ((high >> (3 * k)) & 7U) << 8U, (high & 0x8000U) != 0,
                         &out.q[32 * j + 8 * k]);
        }
    }
}

void decode(const BlockIQ1_M &block, IntegerBlock &out)
{
    std::uint32_t half = 0;
    for (std::size_t j = 0; j < 4; ++j) {
        half |= static_cast<std::uint32_t>(block.scales[j] >> 12U) << (4 * j);
    }
    const float d = halfToFloat(static_cast<std::uint16_t>(half));
    for (std::size_t j = 0; j < 16; ++j) {
        out.scale[j] = iq1Scale(d, (block.scales[j / 4] >> (j % 4 * 3)) & 7U);
    }
    for (std::size_t k = 0; k < 32; ++k) {
        const std::uint32_t high = (block.qh[k / 2] >> (k % 2 * 4)) & 15U;
        storeShifted(block.qs[k] | (high & 7U) << 8U, (high & 8U) != 0, &out.q[8 * k]);
    }
}

template <class Block>
void decodeAs(const std::byte *at, IntegerBlock &out)
{
    Block block;
    std::memcpy(&block, at, sizeof block);
    decode(block, out);
}

using Decoder = void (*)(const std::byte *, IntegerBlock &);

Decoder decoderOf(TensorType type)
{
    switch (type) {
    case TensorType::Q3_K:
        return decodeAs<BlockQ3_K>;
    case TensorType::IQ4_NL:
        return decodeAs<BlockIQ4_NL>;
    case TensorType::IQ4_XS:
        return decodeAs<BlockIQ4_XS>;
    case TensorType::MXFP4:
        return decodeAs<BlockMXFP4>;
    case TensorType::NVFP4:
        return decodeAs<BlockNVFP4>;
    case TensorType::TQ1_0:
        return decodeAs<BlockTQ1_0>;
    case TensorType::TQ2_0:
        return decodeAs<BlockTQ2_0>;
    case TensorType::IQ2_XXS:
        return decodeAs<BlockIQ2_XXS>;
    case TensorType::IQ2_XS:
        return decodeAs<BlockIQ2_XS>;
    case TensorType::IQ2_S:
        return decodeAs<BlockIQ2_S>;
    case TensorType::IQ3_XXS:
        return decodeAs<BlockIQ3_XXS>;
    case TensorType::IQ3_S:
        return decodeAs<BlockIQ3_S>;
    case TensorType::IQ1_S:
        return decodeAs<BlockIQ1_S>;
    case TensorType::IQ1_M:
        return decodeAs<BlockIQ1_M>;
    case TensorType::F32:
    case TensorType::F16:
    case TensorType::BF16:
    case TensorType::Q4_0:
    case TensorType::Q4_1:
    case TensorType::Q5_0:
    case TensorType::Q5_1:
    case TensorType::Q8_0:
    case TensorType::Q2_K:
    case TensorType::Q4_K:
    case TensorType::Q5_K:
    case TensorType::Q6_K:
        return nullptr;
    }
    std::unreachable();
}

} // namespace

bool hasIntegerBlocks(TensorType type)
{
    return decoderOf(type) != nullptr;
}

void decodeIntegers(TensorType type, const std::byte *block, IntegerBlock &out)
{
    decoderOf(type)(block, out);
}

} // namespace inference
