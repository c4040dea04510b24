// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the CPU kernels want weights: `lanes` rows of a matrix form a tile in which each vector lane belongs to one row,
// so that a kernel walks along the columns without ever adding across lanes.
//
// A tile of a quantized type is a plane of quants followed by a plane of scales. Per block of 32 columns the quants of
// a row are 32-bit words, word w of all rows side by side:
//   nibbles   words 0-3: byte j of word w holds weight 4w+j low and weight 16+4w+j high
//   5th bits  one more word: bit i of byte j is the fifth bit of weight 4i+j
//   6 bits    two more words: word h, byte j holds bits 4-5 of weight 16h+4i+j at bits 2i, 2i+1
//   2, 3 bits the words of bits 4-5 above (at bits 0-1), then of Q3_K the word of fifth bits (as its third ones)
//   8 bits    words 0-7: weight 4w+j plus 128 in byte j
// Scales per block, each for all rows side by side: d (and m) as halves (MXFP4: e as a byte); or per 256 columns d (and
// dmin) as halves, then per block of 32 the scales and the mins as bytes (IQ4_XS has scales alone; Q3_K and Q6_K have
// the scales of two halves of 16, Q2_K a byte with scale and min for each). A tile of a type whose weights are decoded
// one by one, through large tables, is the file's rows one after another. A tile of a float type holds the weights of
// column 0 of all rows, then of column 1, and so on.
#pragma once

#include "inference/quant/tensor_type.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace inference::backend::cpu {

/// Rows of the widest tile.
inline constexpr std::uint32_t kMaxLanes = 16;

/// Sizes of the tiles of one matrix.
struct TileLayout {
    TensorType type = TensorType::F32;
    std::uint32_t lanes = 0;
    std::uint64_t columns = 0;   ///< a multiple of the type's block
    std::uint64_t scalesAt = 0;  ///< byte offset of the scales in a tile
    std::uint64_t tileBytes = 0; ///< a multiple of 64

    [[nodiscard]] std::uint64_t tiles(std::uint64_t rows) const { return (rows + lanes - 1) / lanes; }
};

/// Whether tiles of the type are the file's rows, which integer_dot_inl.h decodes while it multiplies.
bool keepsFileBlocks(TensorType type);

/// The layout of a matrix with that many columns.
TileLayout tileLayout(TensorType type, std::uint32_t lanes, std::uint64_t columns);

/// Rearranges `rows` (1 … lanes) file rows into a tile of layout.tileBytes bytes, 64-byte aligned. Missing rows become
/// zeros.
void packTile(const TileLayout &layout, const std::byte *fileRows, std::uint32_t rows, std::byte *tile);

/// Row `lane` of a tile as f32, bit-exact with dequantize() of the file's row. `out` holds layout.columns floats.
void unpackRow(const TileLayout &layout, const std::byte *tile, std::uint32_t lane, std::span<float> out);

} // namespace inference::backend::cpu
