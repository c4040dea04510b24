// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

/// A piece of a snippet that matched, in bytes.
struct SnippetMark {
    std::int32_t start = 0;
    std::int32_t end = 0; ///< one past the last
    friend bool operator==(SnippetMark, SnippetMark) = default;
};

struct SearchHit {
    ConversationId conversation = {};
    MessageId message = {}; ///< none: the title matched
    std::string title = {};
    std::string snippet = {}; ///< one line around the best match
    std::vector<SnippetMark> marks = {};
    TimestampMs updatedMs = 0; ///< of the conversation
};

/// Finds titles and messages outside the trash, in every branch.
///
/// Words match from their beginning, ignoring case and accents; all must occur. Scripts written without spaces
/// (Chinese, Japanese, Thai …) match anywhere. Any text is a valid query; an empty one finds nothing.
/// Belongs to the thread of its Database, which must outlive it.
class ConversationSearch {
public:
    explicit ConversationSearch(Database &database);

    /// Titles first, then messages, each best first; at most `limit` (1 … 1000) hits and 3 messages per conversation.
    Result<std::vector<SearchHit>> find(std::string_view query, std::int32_t limit = 50);

private:
    Database &m_database;
};

} // namespace storage
