// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/thread_crew.h"

#include <hwy/cache_control.h>

#include <algorithm>
#include <chrono>

namespace inference::backend::cpu {

namespace {

constexpr std::uint64_t kStageShift = 32;
constexpr std::uint64_t kTotalShift = 16;
constexpr std::uint64_t kChunkMask = 0xFFFF;
constexpr auto kSpin = std::chrono::microseconds(20);

} // namespace

ThreadCrew::ThreadCrew(std::uint32_t threads)
    : m_threads(std::max(threads, 1U))
{
    m_workers.reserve(m_threads - 1);
    for (std::uint32_t i = 1; i < m_threads; ++i) {
        m_workers.emplace_back([this, i] { workerLoop(i); });
    }
}

ThreadCrew::~ThreadCrew()
{
    m_stopping.store(true);
    m_changes.fetch_add(1);
    m_changes.notify_all();
    m_workers.clear();
}

void ThreadCrew::publish(std::uint32_t chunks)
{
    const std::uint64_t stage = (m_cursor.load(std::memory_order_relaxed) >> kStageShift) + 1;
    m_chunksDone.store(0, std::memory_order_relaxed);
    m_cursor.store((stage << kStageShift) | (std::uint64_t{chunks} << kTotalShift));
    m_changes.fetch_add(1);
    if (m_sleepers.load() > 0) {
        m_changes.notify_all();
    }
}

bool ThreadCrew::takeChunk(std::uint32_t thread)
{
    std::uint64_t cursor = m_cursor.load(std::memory_order_acquire);
    do {
        if ((cursor & kChunkMask) >= ((cursor >> kTotalShift) & kChunkMask)) {
            return false;
        }
    } while (!m_cursor.compare_exchange_weak(cursor, cursor + 1, std::memory_order_acq_rel));

    const auto total = static_cast<std::uint32_t>((cursor >> kTotalShift) & kChunkMask);
    // The stage cannot end before this chunk does, so m_work stays what it is.
    StagedWork &work = *m_work;
    work.runChunk(static_cast<std::uint32_t>(cursor & kChunkMask), thread);
    if (m_chunksDone.fetch_add(1, std::memory_order_acq_rel) + 1 == total) {
        publish(work.openStage());
    }
    return true;
}

void ThreadCrew::waitForChange(std::uint64_t seen)
{
    const auto start = std::chrono::steady_clock::now();
    do {
        for (int i = 0; i < 16; ++i) {
            if (m_cursor.load(std::memory_order_relaxed) != seen) {
                return;
            }
            hwy::Pause();
        }
    } while (std::chrono::steady_clock::now() - start < kSpin);

    m_sleepers.fetch_add(1);
    const std::uint32_t changes = m_changes.load();
    if (m_cursor.load() == seen && !m_stopping.load()) {
        m_changes.wait(changes);
    }
    m_sleepers.fetch_sub(1);
}

void ThreadCrew::workerLoop(std::uint32_t thread)
{
    while (!m_stopping.load(std::memory_order_relaxed)) {
        const std::uint64_t seen = m_cursor.load(std::memory_order_acquire);
        if (!takeChunk(thread)) {
            waitForChange(seen);
        }
    }
}

void ThreadCrew::run(StagedWork &work)
{
    m_work = &work;
    const std::uint32_t chunks = work.openStage();
    if (chunks == 0) {
        return;
    }
    publish(chunks);
    // A stage without chunks is the sign that the work is done: after it nobody touches `work` or the counters.
    for (;;) {
        const std::uint64_t seen = m_cursor.load(std::memory_order_acquire);
        if (((seen >> kTotalShift) & kChunkMask) == 0) {
            return;
        }
        if (!takeChunk(0)) {
            waitForChange(seen);
        }
    }
}

} // namespace inference::backend::cpu
