// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Quantized blocks as they lie in a file, little-endian. Halves are kept as their 16 bits; fields that the format
// does not align are byte arrays. Data in a mapped file is aligned to 2 bytes at least, so a block of these types may
// be read in place.
#pragma once

#include <array>
#include <bit>
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

} // namespace inference
