// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// All files of one download.
#pragma once

#include "app/download_job.h"
#include "app/fetch_ports.h"

#include <expected>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace app {

/// The records of a download: that of its first file, which stands for the whole, and those of a model's further files.
struct DownloadFiles {
    storage::Download whole;
    std::vector<storage::Download> parts; ///< empty for most

    /// Bytes of all; 0: not known of each.
    [[nodiscard]] std::int64_t bytes() const;
    /// Bytes of further files that are fetched and checked already.
    [[nodiscard]] std::int64_t verifiedBytes() const;
};

/// How that went.
struct DownloadFilesEnded {
    DownloadFiles files;
    std::expected<void, FetchProblem> outcome;
};

/// Fetches what is missing of the files, one after the other. None gets its final name before all of them are checked,
/// and the first one, by which lists know the model, gets it last. Blocks; on a thread of its own.
DownloadFilesEnded fetchFiles(DownloadFiles files, const std::shared_ptr<FetchPorts> &ports,
                              const std::function<void(const DownloadCourse &)> &report, const DownloadJobOptions &how,
                              const std::stop_token &stop);

} // namespace app
