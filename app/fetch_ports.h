// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What requests and jobs ask of the program, over carrel.db and the switches of the settings.
#pragma once

#include "app/download_job.h"
#include "app/download_service.h"
#include "app/network_requests.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace app {

class StoreThread;

/// Shared by the GUI thread, which sets, and the threads of jobs, which ask; every call is safe from any thread. What
/// asks the database waits for it, so never from the GUI thread.
class FetchPorts : public std::enable_shared_from_this<FetchPorts> {
public:
    /// `store` is borrowed and outlives every job.
    explicit FetchPorts(StoreThread &store);

    void setOffline(bool offline) { m_offline = offline; }
    void setSpeed(std::uint64_t bytesPerSecond) { m_speed = bytesPerSecond; }
    void setToken(std::string token);
    /// Called, on any thread, after a row was written. Empty: nobody.
    void onLedger(std::function<void()> call);

    [[nodiscard]] RequestPorts forRequests();
    [[nodiscard]] DownloadPorts forDownload(storage::DownloadId id, std::function<void(const DownloadCourse &)> report);
    /// Keeps a record; false: that failed.
    bool update(const storage::Download &record);
    /// Nothing when the database cannot be read.
    std::optional<std::vector<storage::DownloadCheckpoint>> checkpoints(storage::DownloadId id);

private:
    std::int64_t begin(const std::string &url, const std::string &purpose);
    void end(std::int64_t row, const Fetched &fetched);
    std::string tokenFor(const std::string &host);
    void tell();

    StoreThread &m_store;
    std::atomic<bool> m_offline = false;
    std::atomic<std::uint64_t> m_speed = 0;
    std::mutex m_mutex;
    std::string m_token;              ///< guarded
    std::function<void()> m_onLedger; ///< guarded
};

/// Fetches something small. Blocks.
std::expected<QByteArray, Failure> fetchBytes(const download::Order &order, const std::string &purpose,
                                              FetchPorts &ports, const RequestRules &rules,
                                              const std::stop_token &stop);

/// Why a finished file is of no use, technically; empty: it is. A name that ends with .gguf promises a sound header and
/// all of its data. Blocks.
std::string inspectModel(const std::string &path, const std::string &name);

} // namespace app
