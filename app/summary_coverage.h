// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much was read, from what is kept of it. Pure functions.
#pragma once

#include "app/summary_document.h"
#include "app/summary_plan.h"
#include "app/summary_types.h"
#include "storage/summary_store.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace app {

/// A document with what it is divided into.
struct PlannedDocument {
    SummaryDocument document;
    std::vector<SummaryUnit> units;
};

/// A run of a document's text that is read at once.
struct SummaryLeaf {
    std::size_t document = 0; ///< index
    std::size_t first = 0;    ///< units [first, end)
    std::size_t end = 0;
    std::vector<std::string> keys; ///< of the nodes in which it is read; it was, when all of them are kept
};

/// `outcomes`: of each leaf, what became of its nodes, as the store says; nothing for a node that it has not. `unread`:
/// files of which nothing or not all was read. A section that goes through several leaves was read when all of them
/// were, and gave nothing when none of them gave anything.
SummaryCoverage summaryCoverage(const std::vector<PlannedDocument> &documents, const std::vector<SummaryLeaf> &leaves,
                                const std::vector<std::vector<std::optional<storage::SummaryOutcome>>> &outcomes,
                                const QList<SummaryPlace> &unread);

} // namespace app
