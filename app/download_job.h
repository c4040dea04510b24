// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One download from its first byte to its final name.
#pragma once

#include "app/download/part_file.h"
#include "app/download/sha256.h"
#include "app/download_failure.h"
#include "app/download_types.h"
#include "app/network_requests.h"
#include "storage/download_store.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// Where a job stands.
struct DownloadCourse {
    DownloadState state = DownloadState::Connecting;
    std::uint64_t bytes = 0;    ///< of the file; 0: not known yet
    std::uint64_t received = 0; ///< of the file, on the disk
    std::uint64_t verified = 0; ///< of these, under a kept hash
    std::string host = {};
    std::optional<FetchProblem> problem = {}; ///< of the last attempt, while the next is waited for
};

/// What a job needs of the program. All are called on the job's thread and may wait.
struct DownloadPorts {
    RequestPorts requests;
    /// Keeps the record; false: that failed.
    std::function<bool(const storage::Download &)> update;
    /// Keeps hashes; returns at once unless `wait`.
    std::function<void(const std::vector<storage::DownloadCheckpoint> &, bool wait)> keep;
    std::function<void()> forget; ///< all hashes
    std::function<void(const DownloadCourse &)> report;
    /// Why the finished file, which lies at `path` under another name, is of no use; empty: it is.
    std::function<std::string(const std::string &path, const std::string &name)> inspect;
};

struct DownloadJobOptions {
    RequestRules rules;
    std::uint64_t checkpointBytes = std::uint64_t{4} << 20U;
    std::chrono::milliseconds retry{1000};
    int attempts = 6; ///< in a row without progress, for each address
    std::chrono::milliseconds progress{250};
    bool hold = false; ///< the checked file keeps the name under which it grew; the record then has its hash
};

/// Fetches what is missing of a file and nothing else. What lies on the disk counts where its hash is kept: the hash of
/// everything before an offset, so that one pass over the file checks each part and leaves the hash of the whole. A
/// part that does not fit is fetched again alone, and what follows it counts again when it fits. Blocks; on a thread of
/// its own.
class DownloadJob {
public:
    DownloadJob(storage::Download record, std::vector<storage::DownloadCheckpoint> checkpoints, DownloadPorts ports,
                DownloadJobOptions options);

    /// Runs to the end. The record tells the rest: step, hash, error. `stop`: leaves everything as it is, to go on
    /// later.
    std::expected<void, FetchProblem> run(const std::stop_token &stop);

    [[nodiscard]] const storage::Download &record() const { return m_record; }

private:
    using Outcome = std::expected<void, FetchProblem>;

    Outcome sweep(const std::stop_token &stop);
    Outcome checkOrFetch(std::size_t &next, const std::stop_token &stop);
    std::expected<bool, FetchProblem> check(std::uint64_t end, const download::Digest &wanted,
                                            const std::stop_token &stop);
    Outcome fetch(std::uint64_t goal, const std::stop_token &stop);
    Outcome attempt(std::uint64_t goal, const std::stop_token &stop);
    bool begin(const download::Response &response);
    bool take(std::span<const std::byte> bytes);
    void keepHashes(bool all);
    Outcome startAgain();
    Outcome wait(int attempt, const std::stop_token &stop);
    bool nextSource();
    Outcome finish(const std::stop_token &stop);
    Outcome adopt(const std::stop_token &stop);
    Outcome throwAway(FetchFault fault, std::string detail = {});
    [[nodiscard]] std::string url() const;
    void report(DownloadState state, bool always = true);

    storage::Download m_record;
    std::vector<storage::DownloadCheckpoint> m_checkpoints; ///< in the order of their ends
    DownloadPorts m_ports;
    DownloadJobOptions m_options;
    NetworkRequests m_requests;
    std::optional<download::PartFile> m_part;

    std::uint64_t m_total = 0;    ///< 0: not known
    std::uint64_t m_position = 0; ///< everything before it is on the disk and in the hash
    download::Sha256 m_hash;
    std::vector<storage::DownloadCheckpoint> m_unkept;
    std::chrono::steady_clock::time_point m_keptAt;
    std::chrono::steady_clock::time_point m_reportedAt;
    std::uint32_t m_retryAfter = 0;
    int m_restarts = 0;
    std::optional<FetchProblem> m_problem; ///< of the disk, while bytes come
    std::optional<FetchProblem> m_last;    ///< of the last attempt
    std::mt19937 m_chance{std::random_device{}()};
};

} // namespace app
