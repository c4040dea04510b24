// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors without a fixed size could be wider than the padding of a row.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "storage/vector_codes.cpp"
#include <hwy/foreach_target.h>

#include "storage/vector_codes.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace storage::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void multiplyRows(const std::int8_t *rows, std::size_t count, std::size_t width, const std::int8_t *query,
                  std::int32_t *sums)
{
    const hn::ScalableTag<std::int8_t> bytes;
    const hn::ScalableTag<std::int32_t> words;
    static_assert(hn::MaxLanes(bytes) <= kCodeAlignment);
    for (std::size_t row = 0; row < count; ++row, rows += width) {
        auto even = hn::Zero(words);
        for (std::size_t i = 0; i < width; i += hn::Lanes(bytes)) {
            even = hn::SumOfMulQuadAccumulate(words, hn::LoadU(bytes, rows + i), hn::LoadU(bytes, query + i), even);
        }
        sums[row] = hn::ReduceSum(words, even);
    }
}

} // namespace storage::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace storage {

HWY_EXPORT(multiplyRows);

void multiplyCodes(const std::int8_t *rows, std::size_t count, std::size_t width, const std::int8_t *query,
                   std::int32_t *sums)
{
    HWY_DYNAMIC_DISPATCH(multiplyRows)(rows, count, width, query, sums);
}

VectorCodes toCodes(std::span<const float> vector)
{
    float largest = 0;
    for (const float value : vector) {
        largest = std::isfinite(value) ? std::max(largest, std::abs(value)) : largest;
    }
    VectorCodes codes{.scale = largest / 127.0F, .values = std::vector<std::int8_t>(vector.size())};
    if (codes.scale > 0) {
        std::ranges::transform(vector, codes.values.begin(), [&](float value) {
            return std::isfinite(value) ? static_cast<std::int8_t>(std::lround(value / codes.scale)) : std::int8_t{0};
        });
    }
    return codes;
}

std::vector<std::uint16_t> toHalves(std::span<const float> vector)
{
    std::vector<std::uint16_t> halves(vector.size());
    std::ranges::transform(vector, halves.begin(),
                           [](float value) { return hwy::BitCastScalar<std::uint16_t>(hwy::F16FromF32(value)); });
    return halves;
}

std::vector<float> fromHalves(std::span<const std::uint16_t> halves)
{
    std::vector<float> vector(halves.size());
    std::ranges::transform(halves, vector.begin(), [](std::uint16_t half) {
        return hwy::F32FromF16(hwy::BitCastScalar<hwy::float16_t>(half));
    });
    return vector;
}

} // namespace storage

#endif // HWY_ONCE
