// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/state_memory.h"

namespace inference::backend::cpu {

namespace {

/// States begin on cache lines, so that threads never write to one line.
std::uint64_t roundedFloats(std::uint64_t numbers)
{
    return (numbers + 15) / 16 * 16;
}

} // namespace

std::uint64_t StateMemory::sideBytes(const graph::Graph &graph)
{
    std::uint64_t floats = 0;
    for (const graph::RecurrentState &state : graph.states) {
        floats += roundedFloats(state.numbers);
    }
    return floats * sizeof(float);
}

Result<void> StateMemory::allocate(const graph::Graph &graph)
{
    m_states = graph.states;
    for (const graph::RecurrentState &state : graph.states) {
        m_offsets.push_back(m_sideFloats);
        m_sideFloats += roundedFloats(state.numbers);
    }
    auto memory = Memory::allocate(bytesNeeded(graph));
    if (!memory) {
        return std::unexpected(memory.error());
    }
    m_memory = std::move(*memory);
    return {};
}

const float *StateMemory::from(std::uint32_t state) const
{
    return m_fromNothing ? nullptr : m_memory.as<float>() + m_side * m_sideFloats + m_offsets[state];
}

float *StateMemory::to(std::uint32_t state) const
{
    return m_memory.as<float>() + (1 - m_side) * m_sideFloats + m_offsets[state];
}

std::span<std::byte> StateMemory::current() const
{
    const std::uint64_t bytes = m_sideFloats * sizeof(float);
    return {m_memory.data() + m_side * bytes, bytes};
}

} // namespace inference::backend::cpu
