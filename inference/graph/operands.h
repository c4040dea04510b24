// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace inference::graph {

/// Index into Graph::weights.
struct WeightId {
    std::uint32_t index = 0;
    bool operator==(const WeightId &) const = default;
};

/// Index into Graph::values.
struct ValueId {
    std::uint32_t index = 0;
    bool operator==(const ValueId &) const = default;
};

/// Absent weight (no bias, no frequency factors).
inline constexpr WeightId kNoWeight{0xFFFFFFFFU};

/// What adapters add to a matrix, as a product of two f32 matrices. Weights do not change when adapters do: how they
/// are laid out depends on the matrix alone.
struct LowRank {
    WeightId down = kNoWeight; ///< (n_in, rank), with experts (n_in, rank, experts)
    WeightId up = kNoWeight;   ///< (rank, n_out), with experts (rank, n_out, experts)
    [[nodiscard]] bool isThere() const { return !(down == kNoWeight); }
};

} // namespace inference::graph
