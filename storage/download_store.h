// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

/// Where a download stands on disk. One that was running when its program died is Waiting.
enum class DownloadStep { Waiting, Paused, Done, Failed, Cancelled };

/// A file that is, or was, being downloaded.
struct Download {
    DownloadId id = {};
    std::string uuid = {};
    std::string title = {};
    std::string address = {};
    std::vector<std::string> mirrors = {}; ///< further addresses of the same file
    std::string folder = {};
    std::string fileName = {};
    std::int64_t expectedBytes = 0;  ///< 0: not known before the download
    std::string expectedSha256 = {}; ///< empty: not known before the download
    std::string sha256Source = {};   ///< who says so: "catalogue", "hub", "user"
    std::string catalogueId = {};
    std::string licenceId = {};
    std::string licenceText = {}; ///< bytes, as shown before the download
    std::string purpose = {};
    DownloadStep step = DownloadStep::Waiting;
    std::int32_t source = 0;    ///< the address in use: 0 `address`, n the nth mirror
    std::string validator = {}; ///< entity tag or date of last change that the server gave
    std::int64_t totalBytes = 0;
    std::string sha256 = {}; ///< of the finished file
    std::string errorCode = {};
    std::string errorDetail = {};
    TimestampMs createdMs = 0;
    TimestampMs finishedMs = 0;
    DownloadId partOf = {}; ///< the download of the model's first file; invalid: this is one, or the only one
    bool operator==(const Download &) const = default;
};

/// The SHA-256 of all bytes of a download before `endByte`.
struct DownloadCheckpoint {
    std::int64_t endByte = 0;
    std::array<std::byte, 32> sha256 = {};
    bool operator==(const DownloadCheckpoint &) const = default;
};

/// Downloads and how far each has been checked.
///
/// Belongs to the thread of its Database, which must outlive it. Each call is one transaction.
class DownloadStore {
public:
    explicit DownloadStore(Database &database);

    /// A new one, Waiting. Id and times are made here, the uuid where none is given.
    Result<Download> add(const Download &download);
    /// In the order in which they were asked for.
    Result<std::vector<Download>> list();
    Result<Download> get(DownloadId id);
    /// Changes what the course of a download changes: step, source, validator, total, hash, error. A final step gets
    /// its time here.
    Result<void> update(const Download &download);
    /// Its checkpoints go with it, and those that are part of it.
    Result<void> remove(DownloadId id);

    /// Adds to what is there; a checkpoint of the same end is replaced.
    Result<void> addCheckpoints(DownloadId id, const std::vector<DownloadCheckpoint> &checkpoints);
    /// In the order of their ends.
    Result<std::vector<DownloadCheckpoint>> checkpoints(DownloadId id);
    Result<void> removeCheckpoints(DownloadId id);

private:
    Database &m_database;
};

} // namespace storage
