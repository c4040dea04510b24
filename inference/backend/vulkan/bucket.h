// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A step sized for a kind of batch: which pipeline, how many workgroups. All tuning by device stands here.
#pragma once

#include "inference/backend/vulkan/pipelines.h"
#include "inference/backend/vulkan/plan.h"

#include <optional>

namespace inference::backend::vulkan {

/// a / b, rounded up.
constexpr std::uint32_t ceilDiv(std::uint32_t a, std::uint32_t b)
{
    return (a + b - 1) / b;
}

/// How many rows a recorded list of calls is for.
enum class RowBucket { One, Few, Many };

inline constexpr std::size_t kRowBuckets = 3;

RowBucket rowBucket(std::uint32_t rows);

/// One recording: a number of rows, and whether attention is split over the cache.
struct Bucket {
    RowBucket rows = RowBucket::One;
    bool split = false;
};

/// Workgroups of a call: x, as many as `groupsY` says, 1 or the number of splits.
struct CallSize {
    std::uint32_t x = 1;
    std::uint32_t yRows = 1;  ///< activation rows that one workgroup takes,
    std::uint32_t yTimes = 1; ///< so many times each,
    std::uint32_t yMore = 0;  ///< and so many workgroups more
    bool zSplits = false;
    auto operator<=>(const CallSize &) const = default;
};

constexpr std::uint32_t groupsY(const CallSize &size, std::uint32_t rows)
{
    return ceilDiv(rows * size.yTimes, size.yRows) + size.yMore;
}

/// A call of one kernel.
struct Call {
    PipelineKey key;
    CallSize size{};
};

/// Rows of a batch for whose experts, `used` of `experts` for each, a call has workgroups enough.
std::uint32_t mostExpertRows(std::uint32_t used, std::uint32_t experts, const DeviceTraits &traits);

/// Nothing when the step has no part in this bucket.
std::optional<Call> sizeCall(const Step &step, const Bucket &bucket, const DeviceTraits &traits);

} // namespace inference::backend::vulkan
