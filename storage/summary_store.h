// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"
#include "storage/index_database.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

enum class SummaryKind {
    Points, ///< the key points of a piece of a document
    Merge,  ///< points of several pieces joined
    Final,  ///< a text that is shown as a summary
};

/// What became of a node.
enum class SummaryOutcome {
    Kept,
    Empty, ///< the model wrote nothing of use
    Loop,  ///< the model went round in circles before it said anything
};

/// What a model wrote at one step of a summary.
struct SummaryNode {
    std::string key = {}; ///< a hash of all that decides the text
    SummaryKind kind = SummaryKind::Points;
    SummaryOutcome outcome = SummaryOutcome::Kept;
    std::string text = {};
    std::int32_t tokens = 0; ///< that the model wrote
    bool cut = false;        ///< it did not come to an end
    bool operator==(const SummaryNode &) const = default;
};

/// Steps of summaries, so that one that was made is never made again: a program that was killed goes on where it was,
/// and a document of which a chapter changed costs that chapter.
///
/// Belongs to the thread of its IndexDatabase, which must outlive it. Each call is one transaction.
class SummaryStore {
public:
    /// Bytes of text; above it the nodes that were not used for longest go.
    static constexpr std::int64_t kMostBytes = 64LL << 20U;

    explicit SummaryStore(IndexDatabase &database, std::int64_t mostBytes = kMostBytes);

    /// The node, which counts as a use of it; nothing when there is none. `documents`: hashes of the contents whose
    /// words it is asked for: it goes when one of them does.
    Result<std::optional<SummaryNode>> use(std::string_view key, std::span<const std::string> documents);
    /// Keeps a node in place of one with its key.
    Result<void> put(const SummaryNode &node, std::span<const std::string> documents);
    /// What became of the nodes with these keys, in their order; nothing where there is none.
    Result<std::vector<std::optional<SummaryOutcome>>> outcomes(std::span<const std::string> keys);

private:
    Result<void> removeOldest(std::string_view except);

    IndexDatabase &m_database;
    std::int64_t m_mostBytes;
};

} // namespace storage
