// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Quantized blocks as they lie in a file, little-endian. Halves are kept as their 16 bits; fields that the format
// does not align are byte arrays. Data in a mapped file is aligned to 2 bytes at least, so a block of these types may
// be read in place.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace inference {

static_assert(std::endian::native == std::endian::little, "block structs and the GGUF reader assume little-endian");

/// 32 weights d * (q - 8); low nibbles hold weights 0-15, high nibbles 16-31 (so in every 32-block below).
struct BlockQ4_0 {
    std::uint16_t d; ///< half
    std::array<std::uint8_t, 16> qs;
};
static_assert(sizeof(BlockQ4_0) == 18);

/// 32 weights d * q + m.
struct BlockQ4_1 {
    std::uint16_t d; ///< half
    std::uint16_t m; ///< half
    std::array<std::uint8_t, 16> qs;
};
static_assert(sizeof(BlockQ4_1) == 20);

/// 32 weights d * (q - 16); bit j of qh is the fifth bit of weight j.
struct BlockQ5_0 {
    std::uint16_t d; ///< half
    std::array<std::uint8_t, 4> qh;
    std::array<std::uint8_t, 16> qs;
};
static_assert(sizeof(BlockQ5_0) == 22);

/// 32 weights d * q + m, fifth bits as in Q5_0.
struct BlockQ5_1 {
    std::uint16_t d; ///< half
    std::uint16_t m; ///< half
    std::array<std::uint8_t, 4> qh;
    std::array<std::uint8_t, 16> qs;
};
static_assert(sizeof(BlockQ5_1) == 24);

/// 32 weights d * q.
struct BlockQ8_0 {
    std::uint16_t d; ///< half
    std::array<std::int8_t, 32> qs;
};
static_assert(sizeof(BlockQ8_0) == 34);

/// 256 weights in 8 sub-blocks of 32: d * scale * q - dmin * min, scale and min of 6 bits (unpackScaleMin).
struct BlockQ4_K {
    std::uint16_t d;    ///< half
    std::uint16_t dmin; ///< half
    std::array<std::uint8_t, 12> scales;
    std::array<std::uint8_t, 128> qs; ///< each 32 bytes: low nibbles one sub-block, high nibbles the next
};
static_assert(sizeof(BlockQ4_K) == 144);

/// As Q4_K with a fifth bit: bit j of qh[l] belongs to weight l of sub-block j.
struct BlockQ5_K {
    std::uint16_t d;    ///< half
    std::uint16_t dmin; ///< half
    std::array<std::uint8_t, 12> scales;
    std::array<std::uint8_t, 32> qh;
    std::array<std::uint8_t, 128> qs;
};
static_assert(sizeof(BlockQ5_K) == 176);

/// 256 weights in 16 sub-blocks of 16: d * scale * (q - 32). Each half of 128 weights takes 64 bytes of ql and 32 of
/// qh; its four groups of 32 are the nibbles ql[l] low, ql[l+32] low, ql[l] high, ql[l+32] high with the bit pairs of
/// qh[l] at shifts 0, 2, 4, 6.
struct BlockQ6_K {
    std::array<std::uint8_t, 128> ql;
    std::array<std::uint8_t, 64> qh;
    std::array<std::int8_t, 16> scales;
    std::uint16_t d; ///< half
};
static_assert(sizeof(BlockQ6_K) == 210);

/// 256 weights in 16 sub-blocks of 16: d * (scale & 15) * q - dmin * (scale >> 4). The four groups of 32 in each half
/// of 128 weights are the bit pairs of the same 32 bytes of qs at shifts 0, 2, 4, 6.
struct BlockQ2_K {
    std::array<std::uint8_t, 16> scales;
    std::array<std::uint8_t, 64> qs;
    std::uint16_t d;    ///< half
    std::uint16_t dmin; ///< half
};
static_assert(sizeof(BlockQ2_K) == 84);

/// 256 weights in 16 sub-blocks of 16: d * scale * (q - 4), scales of 6 bits (unpackScales). Low bits as in Q2_K; bit j
/// of hmask[l] is the third bit of weight l of group j of 32.
struct BlockQ3_K {
    std::array<std::uint8_t, 32> hmask;
    std::array<std::uint8_t, 64> qs;
    std::array<std::uint8_t, 12> scales;
    std::uint16_t d; ///< half
};
static_assert(sizeof(BlockQ3_K) == 110);

/// 32 weights d * kIq4Values[q].
struct BlockIQ4_NL {
    std::uint16_t d; ///< half
    std::array<std::uint8_t, 16> qs;
};
static_assert(sizeof(BlockIQ4_NL) == 18);

/// 256 weights in 8 sub-blocks of 32: d * scale * kIq4Values[q], scales of 6 bits (unpackScales).
struct BlockIQ4_XS {
    std::uint16_t d; ///< half
    std::array<std::uint8_t, 2> scalesHigh;
    std::array<std::uint8_t, 4> scalesLow;
    std::array<std::uint8_t, 128> qs; ///< 16 bytes a sub-block
};
static_assert(sizeof(BlockIQ4_XS) == 136);

/// 32 weights kFp4Values[q] * 2^(e - 128).
struct BlockMXFP4 {
    std::uint8_t e;
    std::array<std::uint8_t, 16> qs;
};
static_assert(sizeof(BlockMXFP4) == 17);

/// 64 weights in 4 sub-blocks of 16: kFp4Values[q] * scale / 2, scales with 4 bits of exponent and 3 of mantissa
/// (unsignedE4M3). The 8 bytes of a sub-block hold its first half in the low nibbles.
struct BlockNVFP4 {
    std::array<std::uint8_t, 4> scales;
    std::array<std::uint8_t, 32> qs;
};
static_assert(sizeof(BlockNVFP4) == 36);

/// 256 weights d * (trit - 1). A byte b holds five trits, digit n of them (b * 3^n mod 256) * 3 / 256. Digit n of qs[l]
/// is weight 32n + l for l < 32 and weight 160 + 16n + l - 32 for the others; digit n of qh[l] is weight 240 + 4n + l.
struct BlockTQ1_0 {
    std::array<std::uint8_t, 48> qs;
    std::array<std::uint8_t, 4> qh;
    std::uint16_t d; ///< half
};
static_assert(sizeof(BlockTQ1_0) == 54);

/// 256 weights d * (q - 1), bit pairs as in Q2_K.
struct BlockTQ2_0 {
    std::array<std::uint8_t, 64> qs;
    std::uint16_t d; ///< half
};
static_assert(sizeof(BlockTQ2_0) == 66);

// What follows is looked up in codebooks (codebooks.h): an index stands for eight numbers, of the IQ3 types for four.

/// 256 weights in 8 sub-blocks of 32, eight bytes each: four indexes of 8 bits, then four times seven sign bits (the
/// eighth is their parity) and a scale of 4 bits: d * (scale + 1/2) / 4 * number.
struct BlockIQ2_XXS {
    std::uint16_t d; ///< half
    std::array<std::uint8_t, 64> qs;
};
static_assert(sizeof(BlockIQ2_XXS) == 66);

/// 256 weights; each eight have an index of 9 bits below seven sign bits (the eighth is their parity), each 16 a scale
/// of 4 bits: d * (scale + 1/2) / 4 * number.
struct BlockIQ2_XS {
    std::uint16_t d; ///< half
    std::array<std::uint16_t, 32> qs;
    std::array<std::uint8_t, 8> scales;
};
static_assert(sizeof(BlockIQ2_XS) == 74);

/// 256 weights; each eight have an index of 8 bits in qs and 2 in qh, and eight sign bits; scales as in IQ2_XS.
struct BlockIQ2_S {
    std::uint16_t d; ///< half
    std::array<std::uint8_t, 32> qs;
    std::array<std::uint8_t, 32> signs;
    std::array<std::uint8_t, 8> qh;
    std::array<std::uint8_t, 8> scales;
};
static_assert(sizeof(BlockIQ2_S) == 82);

/// 256 weights in 8 sub-blocks of 32: eight indexes of 8 bits in qs; four bytes of signs and a scale as in IQ2_XXS:
/// d * (scale + 1/2) / 2 * number.
struct BlockIQ3_XXS {
    std::uint16_t d; ///< half
    std::array<std::uint8_t, 64> qs;
    std::array<std::uint8_t, 32> signs;
};
static_assert(sizeof(BlockIQ3_XXS) == 98);

/// 256 weights in 8 sub-blocks of 32: each four have an index of 8 bits in qs and one in qh, each eight as many sign
/// bits, each 32 a scale of 4 bits: d * (2 * scale + 1) * number.
struct BlockIQ3_S {
    std::uint16_t d; ///< half
    std::array<std::uint8_t, 64> qs;
    std::array<std::uint8_t, 8> qh;
    std::array<std::uint8_t, 32> signs;
    std::array<std::uint8_t, 4> scales;
};
static_assert(sizeof(BlockIQ3_S) == 110);

/// 256 weights in 8 sub-blocks of 32: each eight have an index of 8 bits in qs and 3 in qh; above them qh has a scale
/// of 3 bits and the sign of the shift: d * (2 * scale + 1) * (number ± 1/8).
struct BlockIQ1_S {
    std::uint16_t d; ///< half
    std::array<std::uint8_t, 32> qs;
    std::array<std::uint16_t, 8> qh;
};
static_assert(sizeof(BlockIQ1_S) == 50);

/// As IQ1_S with a scale per 16 and a shift per eight weights: a nibble of qh has 3 bits of index and the shift's sign.
/// A word of scales holds four of them and, in its highest bits, four bits of the half d, the lowest first.
struct BlockIQ1_M {
    std::array<std::uint8_t, 32> qs;
    std::array<std::uint8_t, 16> qh;
    std::array<std::uint16_t, 4> scales;
};
static_assert(sizeof(BlockIQ1_M) == 56);

/// Scale and min (6 bits each) of sub-block `j` (0-7) of a Q4_K or Q5_K block.
struct ScaleMin {
    std::uint8_t scale;
    std::uint8_t min;
};
constexpr ScaleMin unpackScaleMin(const std::array<std::uint8_t, 12> &packed, std::size_t j)
{
    if (j < 4)
        return {static_cast<std::uint8_t>(packed[j] & 63U), static_cast<std::uint8_t>(packed[j + 4] & 63U)};
    return {static_cast<std::uint8_t>((packed[j + 4] & 15U) | ((packed[j - 4] >> 6U) << 4U)),
            static_cast<std::uint8_t>((packed[j + 4] >> 4U) | ((packed[j] >> 6U) << 4U))};
}

/// The signed scales of a Q3_K block, -32 … 31, one per 16 weights.
constexpr std::array<std::int8_t, 16> unpackScales(const BlockQ3_K &block)
{
    std::array<std::int8_t, 16> scales{};
    for (std::size_t j = 0; j < 16; ++j) {
        const unsigned low = (block.scales[j % 8] >> (j / 8 * 4)) & 15U;
        const unsigned high = (block.scales[8 + j % 4] >> (j / 4 * 2)) & 3U;
        scales[j] = static_cast<std::int8_t>(static_cast<int>(low | (high << 4U)) - 32);
    }
    return scales;
}

/// The signed scales of an IQ4_XS block, -32 … 31, one per 32 weights.
constexpr std::array<std::int8_t, 8> unpackScales(const BlockIQ4_XS &block)
{
    std::array<std::int8_t, 8> scales{};
    for (std::size_t j = 0; j < 8; ++j) {
        const unsigned low = (block.scalesLow[j / 2] >> (j % 2 * 4)) & 15U;
        const unsigned high = (block.scalesHigh[j / 4] >> (j % 4 * 2)) & 3U;
        scales[j] = static_cast<std::int8_t>(static_cast<int>(low | (high << 4U)) - 32);
    }
    return scales;
}

/// 2^(e - 128): the scale of a MXFP4 block whose values are counted in halves.
constexpr float mxfp4Scale(std::uint8_t e)
{
    return std::bit_cast<float>(e < 2 ? 0x00200000U << e : (e - 1U) << 23U);
}

/// A scale of NVFP4 without its factor 1/2: 4 bits of exponent, 3 of mantissa; the highest bit counts for nothing, and
/// 0x7F is zero.
constexpr float unsignedE4M3(std::uint8_t bits)
{
    const auto mantissa = static_cast<float>(bits & 7U);
    const std::uint32_t exponent = (bits >> 3U) & 15U;
    if (bits == 0x7F) {
        return 0.0F;
    }
    if (exponent == 0) {
        return mantissa * 0x1p-9F;
    }
    return (1.0F + mantissa / 8.0F) * std::bit_cast<float>((exponent + 120U) << 23U);
}

} // namespace inference
