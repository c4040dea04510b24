// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where a program's sequence can be taken up again, and what is saved of it: the extent of its caches, their bytes, the
// states of recurrent layers.
#include "inference/backend/vulkan/program.h"

#include <new>
#include <utility>

namespace inference::backend::vulkan {

std::vector<VulkanProgram::CacheRun> VulkanProgram::currentStates() const
{
    std::vector<CacheRun> runs;
    for (const Place &state : m_states) {
        const std::uint64_t side = state.bytes / 2;
        runs.push_back({state.buffer, state.offset + m_carried->side * side, side});
    }
    return runs;
}

Result<void> VulkanProgram::takeUpState(std::uint32_t position)
{
    if (m_plan.stateBytes == 0) {
        return {};
    }
    if (position != 0 && m_carried->snapshots.live() != position) {
        if (auto copied = copyRuns(currentStates(), nullptr, m_carried->snapshots.at(position).data()); !copied) {
            return copied;
        }
    }
    m_carried->snapshots.truncate(position);
    m_carried->snapshots.setLive(position);
    return {};
}

Result<void> VulkanProgram::keepState()
{
    if (m_plan.stateBytes == 0) {
        return {};
    }
    try {
        std::vector<std::byte> state(m_plan.stateBytes);
        if (auto copied = copyRuns(currentStates(), state.data(), nullptr); !copied) {
            return copied;
        }
        m_carried->snapshots.keep(std::move(state));
    } catch (const std::bad_alloc &) {
        return {};
    }
    return {};
}

std::vector<ResumeRange> VulkanProgram::resumeRanges() const
{
    return m_carried->snapshots.resumable(m_extent->resumeRanges());
}

graph::SequenceParts VulkanProgram::sequence() const
{
    return {.extent = *m_extent,
            .snapshots = m_carried->snapshots,
            .contextLength = m_plan.contextLength,
            .cacheBytes = [this](const graph::KvExtent &extent, std::uint32_t length) {
                std::uint64_t bytes = 0;
                for (const CacheRun &run : cacheRuns(extent, length)) {
                    bytes += run.bytes;
                }
                return bytes;
            }};
}

std::uint64_t VulkanProgram::savedBytes(std::uint32_t length) const
{
    return graph::savedBytes(sequence(), length);
}

Result<void> VulkanProgram::save(std::uint32_t length, std::span<std::byte> out)
{
    return graph::saveSequence(
        sequence(), length, out,
        [&](std::span<std::byte> caches) { return copyRuns(cacheRuns(*m_extent, length), caches.data(), nullptr); },
        [&](std::span<std::byte> live) { return copyRuns(currentStates(), live.data(), nullptr); });
}

Result<void> VulkanProgram::restore(std::uint32_t length, std::span<const std::byte> in)
{
    auto saved = graph::openSaved(sequence(), length, in);
    if (!saved) {
        return std::unexpected(saved.error());
    }
    *m_extent = std::move(saved->extent);
    return copyRuns(cacheRuns(*m_extent, length), nullptr, saved->caches.data());
}

} // namespace inference::backend::vulkan
