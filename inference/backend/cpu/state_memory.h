// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/cpu/memory.h"
#include "inference/graph/graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace inference::backend::cpu {

/// The recurrent states of a program, twice: a batch reads one side and writes the other, and only a batch that ends
/// well turns the sides, so that one that is cancelled or fails leaves what was there.
class StateMemory {
public:
    /// Bytes of one side.
    static std::uint64_t sideBytes(const graph::Graph &graph);
    static std::uint64_t bytesNeeded(const graph::Graph &graph) { return 2 * sideBytes(graph); }

    /// Zeros. OutOfMemory.
    Result<void> allocate(const graph::Graph &graph);
    /// Whether these are the states of that graph too.
    [[nodiscard]] bool isOf(const graph::Graph &graph) const { return graph.states == m_states; }

    /// Where a state is read in a batch, null when it begins with nothing, and where it is written.
    [[nodiscard]] const float *from(std::uint32_t state) const;
    [[nodiscard]] float *to(std::uint32_t state) const;

    /// A batch begins, with nothing before it or after the current state.
    void begin(bool fromNothing) { m_fromNothing = fromNothing; }
    /// It ended well: what it wrote is the current state.
    void turn() { m_side = 1 - m_side; }
    /// The side that counts.
    [[nodiscard]] std::span<std::byte> current() const;
    [[nodiscard]] std::uint64_t bytes() const { return m_memory.size(); }

private:
    Memory m_memory;
    std::vector<graph::RecurrentState> m_states;
    std::vector<std::uint64_t> m_offsets; ///< floats
    std::uint64_t m_sideFloats = 0;
    std::uint32_t m_side = 0;
    bool m_fromNothing = true;
};

} // namespace inference::backend::cpu
