// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "inference/backend/cpu/plan.h"

#include <cstdint>
#include <vector>

namespace inference::backend::cpu {

/// Batch rows that a mat-mul chunk takes at most.
inline constexpr std::uint32_t kPanelRows = 128;

/// Byte offsets of what one thread writes alone.
struct ThreadOffsets {
    std::uint64_t products = 0;
    std::uint64_t attention = 0;
    std::uint64_t tiles = 0;
};

/// Byte offsets of everything that an evaluation writes, in one block of memory.
struct ScratchLayout {
    std::uint64_t values = 0;
    std::uint64_t blocks = 0;
    std::uint64_t partials = 0;
    std::vector<std::uint64_t> ropeTables;
    std::vector<ThreadOffsets> threads;
    std::uint64_t total = 0;
};

ScratchLayout scratchLayout(const graph::Graph &graph, const Plan &plan, const ProgramOptions &options,
                            std::uint32_t lanes, std::uint32_t threads);

/// Splits of the keys of a context.
std::uint32_t keySplits(std::uint32_t positions);

} // namespace inference::backend::cpu
