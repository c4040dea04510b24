// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The documents of a summary, from the index where it has them and from their files where not.
#pragma once

#include "app/document_extraction.h"
#include "app/failure.h"
#include "app/index_thread.h"
#include "app/summary_document.h"
#include "app/summary_types.h"

#include <expected>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace app {

/// Where documents come from; borrowed.
struct SummarySources {
    IndexThread *index = nullptr;
    ReadDocument read;
};

struct ReadDocuments {
    std::vector<SummaryDocument> documents; ///< those with text; a content that several files have comes once
    QList<SummaryPlace> unread;             ///< files of which nothing, or not all, was read
};

/// The files of a request in their order, those of a folder by their names. `onReading` is told each path before it is
/// read. Fails when a path does not exist, and with the reason when none of the files has text. Blocks; never on the
/// GUI's thread.
std::expected<ReadDocuments, Failure> readForSummary(const SummaryRequest &request, const SummarySources &sources,
                                                     const std::function<void(const QString &path)> &onReading,
                                                     const std::stop_token &stop);

} // namespace app
