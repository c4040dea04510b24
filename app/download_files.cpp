// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download_files.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace app {

namespace {

using storage::Download;
using storage::DownloadStep;
using Outcome = std::expected<void, FetchProblem>;

std::int64_t bytesOf(const Download &record)
{
    return record.totalBytes > 0 ? record.totalBytes : record.expectedBytes;
}

/// A file that was checked, and waits for the others under the name that it grew under.
bool isHeld(const Download &record)
{
    std::error_code error;
    const auto part = std::filesystem::path(record.folder) / (record.fileName + ".part");
    return !record.sha256.empty() &&
           std::filesystem::file_size(part, error) == static_cast<std::uint64_t>(record.totalBytes);
}

/// Files come one after the other, the first one of the model last.
std::vector<Download *> inOrder(DownloadFiles &files)
{
    std::vector<Download *> all;
    all.reserve(files.parts.size() + 1);
    for (Download &part : files.parts)
        all.push_back(&part);
    all.push_back(&files.whole);
    return all;
}

/// Gives a checked file its name. One that has it already was given it before a kill.
Outcome publish(Download &record, FetchPorts &ports)
{
    auto part = download::PartFile::open(record.folder, record.fileName);
    const bool isThere = !part && part.error().kind == download::FileFault::Kind::Exists && !isHeld(record);
    if (!part && !isThere)
        return std::unexpected(problemFrom(part.error()));
    if (part) {
        if (const auto published = part->publish(); !published)
            return std::unexpected(problemFrom(published.error()));
    }
    record.step = DownloadStep::Done;
    if (!ports.update(record))
        return std::unexpected(FetchProblem{.fault = FetchFault::NotKept});
    return {};
}

/// A failure of any file is one of the whole.
Outcome failed(DownloadFiles &files, const FetchProblem &problem, FetchPorts &ports)
{
    if (problem.fault != FetchFault::Stopped) {
        files.whole.step = DownloadStep::Failed;
        files.whole.errorCode = codeOf(problem.fault).toStdString();
        files.whole.errorDetail = problem.detail;
        ports.update(files.whole);
    }
    return std::unexpected(problem);
}

} // namespace

std::int64_t DownloadFiles::bytes() const
{
    std::int64_t sum = bytesOf(whole);
    bool isKnown = sum > 0;
    for (const Download &part : parts) {
        sum += bytesOf(part);
        isKnown = isKnown && bytesOf(part) > 0;
    }
    return isKnown ? sum : 0;
}

std::int64_t DownloadFiles::verifiedBytes() const
{
    std::int64_t sum = 0;
    for (const Download &part : parts)
        sum += part.sha256.empty() ? 0 : part.totalBytes;
    return sum;
}

DownloadFilesEnded fetchFiles(DownloadFiles files, const std::shared_ptr<FetchPorts> &ports,
                              const std::function<void(const DownloadCourse &)> &report, const DownloadJobOptions &how,
                              const std::stop_token &stop)
{
    DownloadJobOptions options = how;
    options.hold = !files.parts.empty();
    std::uint64_t before = 0;
    for (Download *record : inOrder(files)) {
        if (options.hold && isHeld(*record)) {
            before += static_cast<std::uint64_t>(record->totalBytes);
            continue;
        }
        record->sha256.clear();
        auto checkpoints = ports->checkpoints(record->id);
        if (!checkpoints)
            return {std::move(files), std::unexpected(FetchProblem{.fault = FetchFault::NotKept})};
        const auto all = static_cast<std::uint64_t>(files.bytes());
        const bool alone = files.parts.empty();
        const auto course = [&report, before, all, alone](DownloadCourse value) {
            value.bytes = alone ? value.bytes : all;
            value.received += before;
            value.verified += before;
            report(value);
        };
        DownloadJob job(*record, std::move(*checkpoints), ports->forDownload(record->id, course), options);
        Outcome outcome = job.run(stop);
        *record = job.record();
        if (!outcome && alone)
            return {std::move(files), std::move(outcome)};
        if (!outcome) {
            Outcome told = failed(files, outcome.error(), *ports);
            return {std::move(files), std::move(told)};
        }
        before += static_cast<std::uint64_t>(record->totalBytes);
    }
    for (Download *record : options.hold ? inOrder(files) : std::vector<Download *>()) {
        if (Outcome outcome = publish(*record, *ports); !outcome) {
            Outcome told = failed(files, outcome.error(), *ports);
            return {std::move(files), std::move(told)};
        }
    }
    return {std::move(files), {}};
}

} // namespace app
