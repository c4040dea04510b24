// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The broker: a small process beside the program, forked before the program gives up its rights. It alone starts
// workers and opens links and files in other programs, because what the program itself starts inherits its network ban.
#pragma once

#include "app/platform/broker_protocol.h"

#include <chrono>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace app::platform {

/// Fixed at the fork; no message can change it.
struct BrokerOptions {
    std::vector<std::string> workerFolders; ///< searched in order for workers; absolute. See installedWorkerFolders()
    std::string opener = "xdg-open";        ///< looked up in the user's PATH; an absolute path names the file itself
};

/// A worker. Closing `lifetime` kills it.
struct Worker {
    Descriptor input;    ///< writes to its standard input
    Descriptor output;   ///< reads its standard output
    Descriptor lifetime; ///< readable once it has ended: see waitForExit()
};

/// The program's side of the broker. Safe from any thread; a call waits for the broker's answer, usually a few
/// milliseconds and at most five seconds. The broker ends with this object or with the process, and its workers with
/// it.
class Broker {
public:
    /// Forks. Call first thing in main(), with one thread and before any filter.
    static std::expected<std::unique_ptr<Broker>, BrokerError> start(const BrokerOptions &options);
    ~Broker();

    /// Starts a worker with its name as the only argument. `document` becomes its descriptor 3.
    std::expected<Worker, BrokerError> startWorker(WorkerKind kind, Descriptor document = {});
    /// Hands a link that the user has confirmed to the desktop. The descriptor tells how the desktop's opener ended;
    /// closing it changes nothing.
    std::expected<Descriptor, BrokerError> openLink(const std::string &link);
    /// The same for a file or folder that the user has confirmed; absolute path.
    std::expected<Descriptor, BrokerError> openFile(const std::string &path);

    /// Hands over the listener of the network ban: from here on the broker refuses each attempt and counts it.
    std::expected<void, BrokerError> watchRefusals(Descriptor listener);
    /// Attempts to use the network that were refused so far.
    std::expected<std::uint64_t, BrokerError> refusals();

    /// Ends the broker and all workers now; every later request fails with Gone.
    void end();

    [[nodiscard]] pid_t processId() const { return m_process; }

    Broker(const Broker &) = delete;
    Broker &operator=(const Broker &) = delete;

private:
    Broker(Descriptor socket, pid_t process)
        : m_socket(std::move(socket))
        , m_process(process)
    {
    }

    struct Answer {
        Reply reply;
        std::vector<Descriptor> descriptors;
    };
    std::expected<Answer, BrokerError> ask(const Request &request, const Descriptor &attached, std::size_t expected);
    std::expected<Descriptor, BrokerError> open(RequestKind kind, const std::string &text);

    std::mutex m_mutex;
    Descriptor m_socket;
    pid_t m_process = -1;
};

/// Waits for the process behind a lifetime descriptor. Nothing: it did not end in time, or the broker is gone.
std::optional<ExitStatus> waitForExit(const Descriptor &lifetime, std::chrono::milliseconds timeout);

/// Where this installation keeps its workers: beside the running program, or in libexec/carrel next to its bin.
std::vector<std::string> installedWorkerFolders();

/// File name of a worker.
std::string_view workerName(WorkerKind kind);

} // namespace app::platform
