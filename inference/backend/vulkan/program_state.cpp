// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where a program's sequence can be taken up again, and what is saved of it: the extent of its caches, their bytes, the
// states of recurrent layers.
#include "inference/backend/vulkan/program.h"

#include <algorithm>
#include <cstring>

namespace inference::backend::vulkan {

namespace {

/// What stands before the caches' bytes.
using SavedHeader = std::uint32_t; ///< KvExtent::written()

} // namespace

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

std::uint64_t VulkanProgram::cacheBytes(const graph::KvExtent &extent, std::uint32_t length) const
{
    std::uint64_t bytes = sizeof(SavedHeader);
    for (const CacheRun &run : cacheRuns(extent, length)) {
        bytes += run.bytes;
    }
    return bytes;
}

std::uint64_t VulkanProgram::savedBytes(std::uint32_t length) const
{
    return cacheBytes(*m_extent, std::min(length, m_plan.contextLength)) + m_carried->snapshots.savedBytes(length);
}

Result<void> VulkanProgram::save(std::uint32_t length, std::span<std::byte> out)
{
    if (length > m_plan.contextLength || out.size() != savedBytes(length)) {
        return failure(ErrorCode::InvalidArgument, "no such state to save");
    }
    const SavedHeader written = m_extent->written();
    const std::span<std::byte> caches = out.first(cacheBytes(*m_extent, length));
    std::memcpy(caches.data(), &written, sizeof written);
    if (auto copied = copyRuns(cacheRuns(*m_extent, length), caches.data() + sizeof written, nullptr); !copied) {
        return copied;
    }
    return m_carried->snapshots.save(length, out.subspan(caches.size()), [&](std::span<std::byte> live) {
        return copyRuns(currentStates(), live.data(), nullptr);
    });
}

Result<void> VulkanProgram::restore(std::uint32_t length, std::span<const std::byte> in)
{
    SavedHeader written = 0;
    graph::KvExtent then = *m_extent;
    if (in.size() >= sizeof written) {
        std::memcpy(&written, in.data(), sizeof written);
        then.restore(written);
    }
    if (length > m_plan.contextLength || written > m_plan.contextLength || in.size() < cacheBytes(then, length)) {
        return failure(ErrorCode::InvalidArgument, "not a state that was saved");
    }
    const std::span<const std::byte> caches = in.first(cacheBytes(then, length));
    try {
        if (auto restored = m_carried->snapshots.restore(length, in.subspan(caches.size())); !restored) {
            return restored;
        }
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "no memory for the states of a sequence");
    }
    *m_extent = std::move(then);
    return copyRuns(cacheRuns(*m_extent, length), nullptr, caches.data() + sizeof written);
}

} // namespace inference::backend::vulkan
