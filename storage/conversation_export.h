// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace storage {

struct ExportReport {
    std::int64_t conversations = 0;
    std::int64_t messages = 0;
};

struct RestoreReport {
    std::int64_t conversationsAdded = 0;
    std::int64_t conversationsMerged = 0; ///< already here; they gained messages
    std::int64_t messagesAdded = 0;
    std::int64_t messagesKnown = 0; ///< already here, left as they are
    std::int64_t assistantsAdded = 0;
};

/// Conversations as JSON lines, one object a line: a head with `format` and `version`, then folders, assistants,
/// conversations, each followed by its messages with records and citations. The trash is left out.
///
/// `ids` empty: all. `target` is replaced at once when everything is written and synced; an error leaves it as it was.
Result<ExportReport> exportConversations(Database &database, const std::filesystem::path &target,
                                         const std::vector<ConversationId> &ids = {});

/// Adds what such a file holds and this database does not; rows are the same when their UUIDs are. Nothing here is
/// changed or removed. One transaction: an error (ImportMalformed names the line) leaves the database as it was.
/// The file is hostile input: lines over 64 MiB, wrong types, cycles and dangling references are refused.
Result<RestoreReport> restoreConversations(Database &database, const std::filesystem::path &source);

} // namespace storage
