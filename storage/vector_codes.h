// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace storage {

/// A vector as signed bytes: element i is values[i] * scale, within half a scale.
struct VectorCodes {
    float scale = 0;
    std::vector<std::int8_t> values;
};

/// Symmetric, the largest magnitude at 127; numbers that are not finite count as 0.
VectorCodes toCodes(std::span<const float> vector);

/// IEEE 754 binary16, rounded to nearest even.
std::vector<std::uint16_t> toHalves(std::span<const float> vector);
/// The reverse, exact.
std::vector<float> fromHalves(std::span<const std::uint16_t> halves);

/// Bytes that a row of codes takes in a matrix: a whole number of the widest vectors.
constexpr std::size_t kCodeAlignment = 64;
constexpr std::size_t paddedWidth(std::size_t width)
{
    return (width + kCodeAlignment - 1) / kCodeAlignment * kCodeAlignment;
}

/// Products of a query with each row of a matrix: sums[r] = sum over i of rows[r * width + i] * query[i]. `width` is a
/// multiple of kCodeAlignment and at most 2^17, so that no sum overflows.
void multiplyCodes(const std::int8_t *rows, std::size_t count, std::size_t width, const std::int8_t *query,
                   std::int32_t *sums);

} // namespace storage
