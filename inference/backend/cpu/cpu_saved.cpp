// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where a CpuProgram's sequence can be taken up again, and what is saved of it: the extent of its caches, their bytes,
// the states of recurrent layers.
#include "inference/backend/cpu/cpu_program.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace inference::backend::cpu {

using namespace graph;

namespace {

/// What stands before the caches' bytes.
using SavedHeader = std::uint32_t; ///< KvExtent::written()

} // namespace

void CpuProgram::takeUpState(std::uint32_t position)
{
    if (stateBytes() == 0) {
        return;
    }
    if (position != 0 && m_snapshots->live() != position) {
        std::ranges::copy(m_snapshots->at(position), m_states->current().begin());
    }
    m_snapshots->truncate(position);
    m_snapshots->setLive(position);
    m_states->begin(position == 0);
}

Result<void> CpuProgram::keepState()
{
    try {
        const std::span<const std::byte> state = m_states->current();
        m_snapshots->keep({state.begin(), state.end()});
    } catch (const std::bad_alloc &) {
        return {};
    }
    return {};
}

std::vector<ResumeRange> CpuProgram::resumeRanges() const
{
    return m_snapshots->resumable(m_extent->resumeRanges());
}

std::uint64_t CpuProgram::cacheBytes(const KvExtent &extent, std::uint32_t length) const
{
    return sizeof(SavedHeader) + m_kv->savedBytes(extent, length);
}

std::uint64_t CpuProgram::savedBytes(std::uint32_t length) const
{
    return cacheBytes(*m_extent, length) + m_snapshots->savedBytes(length);
}

Result<void> CpuProgram::save(std::uint32_t length, std::span<std::byte> out)
{
    if (length > m_options.contextLength || out.size() != savedBytes(length)) {
        return failure(ErrorCode::InvalidArgument, "no such state to save");
    }
    const SavedHeader written = m_extent->written();
    const std::span<std::byte> caches = out.first(cacheBytes(*m_extent, length));
    std::memcpy(caches.data(), &written, sizeof written);
    m_kv->save(*m_extent, length, caches.subspan(sizeof written));
    return m_snapshots->save(length, out.subspan(caches.size()), [&](std::span<std::byte> live) {
        std::ranges::copy(m_states->current(), live.begin());
        return Result<void>{};
    });
}

Result<void> CpuProgram::restore(std::uint32_t length, std::span<const std::byte> in)
{
    SavedHeader written = 0;
    KvExtent then = *m_extent;
    if (in.size() >= sizeof written) {
        std::memcpy(&written, in.data(), sizeof written);
        then.restore(written);
    }
    if (length > m_options.contextLength || written > m_options.contextLength || in.size() < cacheBytes(then, length)) {
        return failure(ErrorCode::InvalidArgument, "not a state that was saved");
    }
    const std::span<const std::byte> caches = in.first(cacheBytes(then, length));
    try {
        if (auto restored = m_snapshots->restore(length, in.subspan(caches.size())); !restored) {
            return restored;
        }
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "no memory for the states of a sequence");
    }
    *m_extent = std::move(then);
    m_kv->restore(*m_extent, length, caches.subspan(sizeof written));
    return {};
}

} // namespace inference::backend::cpu
