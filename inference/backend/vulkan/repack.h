// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The layout of weights on the device: blocks of 32 weights whose quants, high bits and scales stand in planes of their
// own, each row by row, so that neighbouring lanes read neighbouring 16 bytes. shaders/include/weights.glsl decodes it.
#pragma once

#include "inference/quant/tensor_type.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace inference::backend::vulkan {

/// Whether the int8 kernels can read a type.
bool isQuantized(TensorType type);

/// Rows of one matrix as they lie in one binding. Offsets in bytes, each a multiple of 16.
struct SliceLayout {
    TensorType type = TensorType::F32;
    std::uint32_t columns = 0;
    std::uint32_t blocks = 0; ///< of 32 weights in a row, the last padded with zeros (float types)
    std::uint64_t rows = 0;
    std::uint64_t highPlane = 0;
    std::uint64_t scalePlane = 0;
    std::uint64_t extraPlane = 0;
    std::uint64_t tablePlane = 0; ///< the codebook of types that look weights up: the same in every slice
    std::uint64_t bytes = 0;
};

SliceLayout sliceLayout(TensorType type, std::uint32_t columns, std::uint64_t rows);

/// Largest number of rows, a multiple of 32, whose slice stays within `limit` bytes; 0 when not even 32 fit.
std::uint64_t rowsWithin(TensorType type, std::uint32_t columns, std::uint64_t limit);

/// The bytes of a type's codebook, entry after entry as signed bytes; empty for types without one.
std::span<const std::byte> codebookOf(TensorType type);

/// Converts one row of a file's layout into row `row` of a slice that starts at `slice`. Never reads from `slice`; the
/// codebook is not written.
void repackRow(const SliceLayout &layout, std::span<const std::byte> source, std::uint64_t row, std::byte *slice);

} // namespace inference::backend::vulkan
