// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/engine.h"
#include "inference/error.h"
#include "inference/runtime/parallel_generation.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace inference::runtime {

/// What an engine has to do, in order: requests one after another, and where there is none, background generations.
/// Pushed and cancelled from any thread, run by one.
class RequestQueue : public TurnQueue {
public:
    /// Gets the request's stop token and does its own reporting.
    using Run = std::function<void(const std::stop_token &)>;

    RequestId push(Run run);
    /// The same for a request that changes the model: background generations that came before are cancelled.
    RequestId pushChange(Run run);
    /// `done` comes in any case, Cancelled where it was stopped before it began.
    RequestId pushBackground(GenerateRequest request, Engine::OnEvent onEvent, Engine::GenerateDone done);
    /// Asks a request that waits or runs to stop; what waits is still run, to be reported.
    void cancel(RequestId id);
    void cancelAll();

    /// Runs the next request, or `background` where only background generations wait, which it takes with next(). Those
    /// that it took and did not end get its error; an error without any is the next one's. Waits where there is nothing
    /// to do; false once `stop` was requested and nothing is left.
    bool runNext(const std::stop_token &stop, const std::function<Result<void>()> &background);

    std::optional<ParallelTurn> next() override;
    void giveBack(ParallelTurn turn) override;
    std::stop_token othersWait() override;

private:
    struct Request {
        RequestId id{};
        std::stop_source stop;
        Run run;
    };
    struct Background {
        RequestId id{};
        std::stop_source stop;
        ParallelTurn turn;
        Engine::GenerateDone done; ///< as it was given
        std::chrono::steady_clock::time_point since;
    };

    RequestId pushLocked(Run run);
    /// Of one that runs; nothing if there is none.
    std::optional<Background> takeRunning(RequestId id);
    /// Ends background generations that were stopped while they waited.
    void reportStopped(std::unique_lock<std::mutex> &lock);
    void fail(const Error &error);

    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::uint64_t m_lastId = 0;
    std::deque<Request> m_requests;
    std::deque<Background> m_background;
    std::vector<Background> m_running; ///< background generations without their turns
    RequestId m_current{};
    std::stop_source m_currentStop;
    std::stop_source m_othersWait; ///< new for each run of background generations
};

} // namespace inference::runtime
