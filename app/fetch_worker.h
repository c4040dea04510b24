// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program's side of carrel-fetch: one worker, one request after the other.
#pragma once

#include "app/download/answer_rules.h"
#include "app/download/fetch_protocol.h"
#include "app/platform/broker.h"

#include <atomic>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

namespace app {

/// Why a worker gave no answer that can be used. What a server or the network did is an answer.
struct WorkerFailure {
    enum class Kind {
        NotStarted, ///< there is no worker
        Crashed,    ///< it ended
        Silent,     ///< nothing came for too long, and it was killed
        Nonsense,   ///< what it said breaks the protocol
        Stopped,    ///< asked to, here
        Refused,    ///< whoever took the bytes did not want them
    };
    Kind kind = Kind::Crashed;
    std::string detail; ///< technical
    bool operator==(const WorkerFailure &) const = default;
};

/// What came of an order.
struct Fetched {
    std::optional<download::Response> response; ///< nothing: no server answered
    download::Verdict verdict = download::Verdict::Odd;
    download::End end;
};

/// A worker and the pipe through which bodies come. Calls block, so never from the GUI thread; otherwise from any one
/// thread. The worker ends with this object.
class FetchWorker {
public:
    /// Called before the first byte with what the server said, where the body is wanted; false ends it.
    using Begin = std::function<bool(const download::Response &response)>;
    /// Called with the bytes of a body as they come; false ends it.
    using Take = std::function<bool(std::span<const std::byte> bytes)>;
    /// How fast bodies may come now, in bytes a second; 0: no limit. Asked again and again.
    using Speed = std::function<std::uint64_t()>;

    /// Starts one, and waits until it is jailed.
    static std::expected<FetchWorker, WorkerFailure> start(platform::Broker *broker, const download::Setup &setup);

    /// Sends one request. Its number is set here. After a failure this object is of no more use.
    std::expected<Fetched, WorkerFailure> carryOut(download::Order order, const Begin &begin, const Take &take,
                                                   const Speed &speed, const std::stop_token &stop);

    /// How the worker is held.
    [[nodiscard]] int landlock() const { return m_landlock; }

private:
    FetchWorker(platform::Worker worker, platform::Descriptor body)
        : m_worker(std::move(worker))
        , m_body(std::move(body))
    {
    }
    struct Course;
    WorkerFailure end(WorkerFailure::Kind kind, std::string detail = {});
    bool write(const std::string &line);
    std::expected<void, WorkerFailure> greet(const download::Setup &setup);
    /// Reads what the worker says; a failure when it says nothing any more.
    std::expected<void, WorkerFailure> hear();
    std::expected<std::size_t, WorkerFailure> takeBody(Course &course);

    platform::Worker m_worker;
    platform::Descriptor m_body;
    download::EventDecoder m_decoder;
    std::unique_ptr<std::byte[]> m_buffer;
    std::uint32_t m_orders = 0;
    int m_landlock = 0;
};

} // namespace app
