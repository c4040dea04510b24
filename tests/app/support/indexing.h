// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ingest_job.h"

#include <thread>
#include <utility>

namespace app::test {

/// Reads documents by carrel-extract, scans in English as well. The broker is borrowed.
inline auto readerOf(platform::Broker &broker, const ExtractionTimes &times = {})
{
    return [&broker, times](const ReadTask &task,
                            const std::stop_token &stop) -> std::expected<extraction::Extraction, ExtractionFailure> {
        auto opening = DocumentExtraction::open(broker, task.path, times);
        if (!opening)
            return std::unexpected(opening.error());
        return opening->text({.recognition = "eng"}, stop);
    };
}

/// Looks through a collection and does all there is to do, on a thread that may wait for the index.
inline std::expected<void, Failure> indexAll(const IngestPorts &ports, const storage::Collection &collection,
                                             IngestJob::OnEvent onEvent = {})
{
    std::expected<void, Failure> done;
    std::thread([&] {
        IngestJob job(ports, std::move(onEvent));
        const auto scanned = job.scan(collection, {});
        done = scanned ? job.work({}) : std::unexpected(scanned.error());
    }).join();
    return done;
}

} // namespace app::test
