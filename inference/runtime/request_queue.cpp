// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/request_queue.h"

#include <algorithm>
#include <utility>

namespace inference::runtime {

RequestId RequestQueue::pushLocked(Run run)
{
    const RequestId id{++m_lastId};
    m_requests.push_back({.id = id, .stop = {}, .run = std::move(run)});
    m_othersWait.request_stop();
    m_wake.notify_one();
    return id;
}

RequestId RequestQueue::push(Run run)
{
    const std::scoped_lock lock(m_mutex);
    return pushLocked(std::move(run));
}

RequestId RequestQueue::pushChange(Run run)
{
    const std::scoped_lock lock(m_mutex);
    for (const Background &waiting : m_background) {
        waiting.stop.request_stop();
    }
    for (const Background &running : m_running) {
        running.stop.request_stop();
    }
    return pushLocked(std::move(run));
}

RequestId RequestQueue::pushBackground(GenerateRequest request, Engine::OnEvent onEvent, Engine::GenerateDone done)
{
    const std::scoped_lock lock(m_mutex);
    const RequestId id{++m_lastId};
    Background &added = m_background.emplace_back();
    added.id = id;
    added.turn.id = id;
    added.turn.request = std::move(request);
    added.turn.onEvent = std::move(onEvent);
    added.turn.stop = added.stop.get_token();
    added.turn.done = [this, id](Result<GenerateResult> result) {
        if (const auto ended = takeRunning(id)) {
            ended->done(std::move(result));
        }
    };
    added.done = std::move(done);
    added.since = std::chrono::steady_clock::now();
    m_wake.notify_one();
    return id;
}

void RequestQueue::cancel(RequestId id)
{
    const std::scoped_lock lock(m_mutex);
    if (m_current == id) {
        m_currentStop.request_stop();
    }
    const auto stopIn = [id](const auto &list) {
        for (const auto &entry : list) {
            if (entry.id == id) {
                entry.stop.request_stop();
            }
        }
    };
    stopIn(m_requests);
    stopIn(m_background);
    stopIn(m_running);
}

void RequestQueue::cancelAll()
{
    const std::scoped_lock lock(m_mutex);
    const auto stopAllOf = [](const auto &list) {
        for (const auto &entry : list) {
            entry.stop.request_stop();
        }
    };
    m_currentStop.request_stop();
    stopAllOf(m_requests);
    stopAllOf(m_background);
    stopAllOf(m_running);
}

void RequestQueue::reportStopped(std::unique_lock<std::mutex> &lock)
{
    std::vector<Background> stopped;
    std::erase_if(m_background, [&stopped](Background &waiting) {
        const bool isStopped = waiting.stop.stop_requested();
        if (isStopped) {
            stopped.push_back(std::move(waiting));
        }
        return isStopped;
    });
    lock.unlock();
    for (const Background &one : stopped) {
        one.done(failure(ErrorCode::Cancelled, "stopped before the turn began"));
    }
    lock.lock();
}

bool RequestQueue::runNext(const std::stop_token &stop, const std::function<Result<void>()> &background)
{
    std::unique_lock lock(m_mutex);
    // What is left at the end still runs, cancelled, so that each `done` comes.
    m_wake.wait(lock, stop, [this] { return !m_requests.empty() || !m_background.empty(); });
    reportStopped(lock);
    if (!m_requests.empty()) {
        const Request request = std::move(m_requests.front());
        m_requests.pop_front();
        m_current = request.id;
        m_currentStop = request.stop;
        lock.unlock();
        request.run(request.stop.get_token());
        lock.lock();
        m_current = RequestId{};
        return true;
    }
    if (m_background.empty()) {
        return !stop.stop_requested();
    }
    m_othersWait = std::stop_source();
    lock.unlock();
    if (const auto answered = background(); !answered) {
        fail(answered.error());
    }
    return true;
}

std::optional<ParallelTurn> RequestQueue::next()
{
    const std::scoped_lock lock(m_mutex);
    if (!m_requests.empty() || m_background.empty()) {
        return std::nullopt;
    }
    Background &taken = m_running.emplace_back(std::move(m_background.front()));
    m_background.pop_front();
    const std::chrono::duration<double, std::milli> queued = std::chrono::steady_clock::now() - taken.since;
    taken.turn.queuedMs = queued.count();
    return std::move(taken.turn);
}

void RequestQueue::giveBack(ParallelTurn turn)
{
    auto running = takeRunning(turn.id);
    if (!running) {
        return;
    }
    const std::scoped_lock lock(m_mutex);
    running->turn = std::move(turn);
    m_background.push_front(std::move(*running));
}

std::stop_token RequestQueue::othersWait()
{
    const std::scoped_lock lock(m_mutex);
    return m_othersWait.get_token();
}

std::optional<RequestQueue::Background> RequestQueue::takeRunning(RequestId id)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = std::ranges::find(m_running, id, &Background::id);
    if (found == m_running.end()) {
        return std::nullopt;
    }
    Background taken = std::move(*found);
    m_running.erase(found);
    return taken;
}

void RequestQueue::fail(const Error &error)
{
    std::vector<Background> failed;
    {
        const std::scoped_lock lock(m_mutex);
        failed = std::exchange(m_running, {});
        if (failed.empty() && !m_background.empty()) {
            failed.push_back(std::move(m_background.front()));
            m_background.pop_front();
        }
    }
    for (const Background &one : failed) {
        one.done(std::unexpected(error));
    }
}

} // namespace inference::runtime
