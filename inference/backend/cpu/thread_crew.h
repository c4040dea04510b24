// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace inference::backend::cpu {

/// Work in stages; the chunks of a stage may run in any order and at the same time, stages one after the other.
class StagedWork {
public:
    virtual ~StagedWork() = default;
    /// Opens the next stage and returns its number of chunks (at most kMaxChunks), 0 when all work is done. Called by
    /// exactly one thread at a time; everything that earlier stages wrote is visible to it.
    virtual std::uint32_t openStage() = 0;
    /// Runs one chunk of the open stage. `thread` is in [0, threads()).
    virtual void runChunk(std::uint32_t chunk, std::uint32_t thread) = 0;

    static constexpr std::uint32_t kMaxChunks = 0xFFFF;
};

/// A fixed set of threads that share the chunks of a StagedWork. The calling thread is one of them.
///
/// A stage ends when its chunks are done, not when every thread has come by: a thread that the system has put aside
/// holds up at most the chunk in its hands. Whoever finishes the last chunk opens the next stage. Waiting threads spin
/// for some 20 microseconds, then sleep.
class ThreadCrew {
public:
    /// Starts `threads` - 1 workers. Throws std::system_error when the system refuses a thread.
    explicit ThreadCrew(std::uint32_t threads);
    ThreadCrew(const ThreadCrew &) = delete;
    ThreadCrew &operator=(const ThreadCrew &) = delete;
    ~ThreadCrew();

    [[nodiscard]] std::uint32_t threads() const { return m_threads; }

    /// Does all of `work`, then returns. One caller at a time.
    void run(StagedWork &work);

private:
    void workerLoop(std::uint32_t thread);
    bool takeChunk(std::uint32_t thread);
    void publish(std::uint32_t chunks);
    void waitForChange(std::uint64_t seen);

    // Stage number (32 bits), number of chunks (16), next chunk to hand out (16): one word, so that a thread that
    // comes late can never take a chunk of a stage it has not seen.
    alignas(64) std::atomic<std::uint64_t> m_cursor{0};
    alignas(64) std::atomic<std::uint32_t> m_chunksDone{0};
    alignas(64) std::atomic<std::uint32_t> m_changes{0}; ///< counts what sleepers wait for
    std::atomic<std::uint32_t> m_sleepers{0};
    std::atomic<bool> m_stopping{false};
    StagedWork *m_work = nullptr; ///< written before a stage is published, read after one of its chunks is taken
    std::uint32_t m_threads;
    std::vector<std::jthread> m_workers;
};

} // namespace inference::backend::cpu
