// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace inference {

/// What looking through a model's weights has shown.
struct WeightsReport {
    std::uint64_t tensors = 0;
    std::uint64_t bytes = 0;     ///< of all tensors
    std::uint64_t notFinite = 0; ///< weights, or scales of blocks, that are no finite numbers
    std::string firstBad;        ///< the tensor where the first of them is; empty: there is none
};

/// Looks whether every tensor lies in the file and its numbers are numbers: all weights of float types, the scales of
/// quantized blocks where they stand by themselves. `goOn(done, total)` is asked between pieces of some megabytes.
/// Blocks for as long as reading the file takes. Cancelled, or why the file cannot be read.
Result<WeightsReport> checkWeights(const std::filesystem::path &path,
                                   const std::function<bool(std::uint64_t done, std::uint64_t total)> &goOn);

} // namespace inference
