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

/// A call of one kernel. Workgroups: x, ceil(rows / yRows), 1 or the number of splits.
struct Call {
    PipelineKey key;
    std::uint32_t x = 1;
    std::uint32_t yRows = 1;
    bool zSplits = false;
};

/// Nothing when the step has no part in this bucket.
std::optional<Call> sizeCall(const Step &step, const Bucket &bucket, const DeviceTraits &traits);

} // namespace inference::backend::vulkan
