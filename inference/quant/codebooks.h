// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tables of types whose weights are looked up, for both backends.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace inference {

namespace codebooks {

/// Sixteen signed bytes from four words.
constexpr std::array<std::int8_t, 16> unpackValues(const std::array<std::uint32_t, 4> &words)
{
    std::array<std::int8_t, 16> values{};
    for (std::size_t i = 0; i < 16; ++i) {
        values[i] = static_cast<std::int8_t>((words[i / 4] >> (8 * (i % 4))) & 0xFFU);
    }
    return values;
}

/// A grid with each entry's codes replaced by their values: eight bytes, or four, the first number lowest.
template <class Entry, unsigned kBits, std::size_t kWords, std::size_t kCodes>
constexpr std::array<Entry, 2 * kWords> unpackGrid(const std::array<std::uint32_t, kWords> &words,
                                                   const std::array<std::int8_t, kCodes> &values)
{
    std::array<Entry, 2 * kWords> grid{};
    for (std::size_t i = 0; i < grid.size(); ++i) {
        const std::uint32_t codes = (words[i / 2] >> (16 * (i % 2))) & 0xFFFFU;
        for (std::size_t k = 0; k < sizeof(Entry); ++k) {
            const std::int8_t value = values[(codes >> (kBits * k)) & ((1U << kBits) - 1U)];
            grid[i] |= static_cast<Entry>(static_cast<std::uint8_t>(value)) << (8 * k);
        }
    }
    return grid;
}

inline constexpr std::array<std::int8_t, 4> kIq2Values{8, 25, 43, 0};
inline constexpr std::array<std::int8_t, 8> kIq3XxsValues{4, 12, 20, 28, 36, 44, 52, 62};
inline constexpr std::array<std::int8_t, 8> kIq3SValues{1, 3, 5, 7, 9, 11, 13, 15};
/// Eight times the number.
inline constexpr std::array<std::int8_t, 4> kIq1Values{-8, 0, 8, 0};

} // namespace codebooks

/// Values of the 4-bit quants of IQ4_NL and IQ4_XS.
inline constexpr std::array<std::int8_t, 16> kIq4Values = codebooks::unpackValues({
#define CODEBOOK_IQ4_VALUES
#include "inference/quant/codebooks.inc"
#undef CODEBOOK_IQ4_VALUES
});

/// Twice the 4-bit floating-point numbers (one sign, two exponent bits, one of mantissa).
inline constexpr std::array<std::int8_t, 16> kFp4Values = codebooks::unpackValues({
#define CODEBOOK_FP4_VALUES
#include "inference/quant/codebooks.inc"
#undef CODEBOOK_FP4_VALUES
});

inline constexpr std::array<std::uint64_t, 256> kIq2XxsGrid = codebooks::unpackGrid<std::uint64_t, 2, 128>(
    {
#define CODEBOOK_IQ2_XXS
#include "inference/quant/codebooks.inc"
#undef CODEBOOK_IQ2_XXS
    },
    codebooks::kIq2Values);

inline constexpr std::array<std::uint64_t, 512> kIq2XsGrid = codebooks::unpackGrid<std::uint64_t, 2, 256>(
    {
#define CODEBOOK_IQ2_XS
#include "inference/quant/codebooks.inc"
#undef CODEBOOK_IQ2_XS
    },
    codebooks::kIq2Values);

inline constexpr std::array<std::uint64_t, 1024> kIq2SGrid = codebooks::unpackGrid<std::uint64_t, 2, 512>(
    {
#define CODEBOOK_IQ2_S
#include "inference/quant/codebooks.inc"
#undef CODEBOOK_IQ2_S
    },
    codebooks::kIq2Values);

inline constexpr std::array<std::uint32_t, 256> kIq3XxsGrid = codebooks::unpackGrid<std::uint32_t, 3, 128>(
    {
#define CODEBOOK_IQ3_XXS
#include "inference/quant/codebooks.inc"
#undef CODEBOOK_IQ3_XXS
    },
    codebooks::kIq3XxsValues);

inline constexpr std::array<std::uint32_t, 512> kIq3SGrid = codebooks::unpackGrid<std::uint32_t, 3, 256>(
    {
#define CODEBOOK_IQ3_S
#include "inference/quant/codebooks.inc"
#undef CODEBOOK_IQ3_S
    },
    codebooks::kIq3SValues);

/// Of IQ1_S and IQ1_M, times eight.
inline constexpr std::array<std::uint64_t, 2048> kIq1Grid = codebooks::unpackGrid<std::uint64_t, 2, 1024>(
    {
#define CODEBOOK_IQ1
#include "inference/quant/codebooks.inc"
#undef CODEBOOK_IQ1
    },
    codebooks::kIq1Values);

} // namespace inference
