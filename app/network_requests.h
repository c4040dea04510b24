// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Requests as the user allowed them: none while offline, each in the network ledger before it is sent, redirects one at
// a time and never to anything unencrypted, the token to the hub alone.
#pragma once

#include "app/download/address.h"
#include "app/download_failure.h"
#include "app/fetch_worker.h"

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace app {

/// What requests need of the program. All are called on the thread of the request and may wait.
struct RequestPorts {
    /// Writes a row into the ledger; 0: that failed.
    std::function<std::int64_t(const std::string &url, const std::string &purpose)> begin;
    /// Says how a request ended.
    std::function<void(std::int64_t row, const Fetched &fetched)> end;
    std::function<std::string(const std::string &host)> token; ///< empty: that host gets none
    std::function<bool()> offline;
    std::function<std::uint64_t()> speed;
};

/// How requests are made.
struct RequestRules {
    platform::Broker *broker = nullptr;
    download::Reach reach = download::Reach::Web;
    std::string authorities; ///< see download::Setup
    std::string proxy;       ///< of the settings; empty: none
    std::uint32_t connectSeconds = 20;
    std::uint32_t slowSeconds = 30;
};

/// Requests of one purpose, over one worker that is started when it is needed and anew after it died. One thread.
class NetworkRequests {
public:
    NetworkRequests(RequestPorts ports, RequestRules rules, std::string purpose);

    /// Sends `order` and what it is redirected to. What the last server said comes back, whatever it was; the problem
    /// is one of ours.
    std::expected<Fetched, FetchProblem> get(const download::Order &order, const FetchWorker::Begin &begin,
                                             const FetchWorker::Take &take, const std::stop_token &stop);

    /// Whom the last request went to.
    [[nodiscard]] const std::string &host() const { return m_host; }

private:
    std::expected<FetchWorker *, FetchProblem> worker();

    RequestPorts m_ports;
    RequestRules m_rules;
    std::string m_purpose;
    std::optional<FetchWorker> m_worker;
    std::string m_host;
};

/// Why an attempt did not bring what it was for; nothing: it did.
std::optional<FetchProblem> problemOf(const Fetched &fetched);

/// Whether the same request may succeed later.
bool mayPass(FetchFault fault);

/// An address as the ledger keeps it: what stands behind "?" may be a key.
std::string withoutQuery(const std::string &url);

} // namespace app
