// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where a CpuProgram's sequence can be taken up again, and what is saved of it: the extent of its caches, their bytes,
// the states of recurrent layers.
#include "inference/backend/cpu/cpu_program.h"

#include <algorithm>
#include <new>
#include <utility>

namespace inference::backend::cpu {

using namespace graph;

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

SequenceParts CpuProgram::sequence() const
{
    return {.extent = *m_extent,
            .snapshots = *m_snapshots,
            .contextLength = m_options.contextLength,
            .cacheBytes = [this](const KvExtent &extent, std::uint32_t length) {
                return m_kv->savedBytes(extent, length);
            }};
}

std::uint64_t CpuProgram::savedBytes(std::uint32_t length) const
{
    return graph::savedBytes(sequence(), length);
}

Result<void> CpuProgram::save(std::uint32_t length, std::span<std::byte> out)
{
    return saveSequence(
        sequence(), length, out,
        [&](std::span<std::byte> caches) {
            m_kv->save(*m_extent, length, caches);
            return Result<void>{};
        },
        [&](std::span<std::byte> live) {
            std::ranges::copy(m_states->current(), live.begin());
            return Result<void>{};
        });
}

Result<void> CpuProgram::restore(std::uint32_t length, std::span<const std::byte> in)
{
    auto saved = openSaved(sequence(), length, in);
    if (!saved) {
        return std::unexpected(saved.error());
    }
    *m_extent = std::move(saved->extent);
    m_kv->restore(*m_extent, length, saved->caches);
    return {};
}

} // namespace inference::backend::cpu
