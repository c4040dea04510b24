// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"
#include "storage/records.h"
#include "storage/sqlite/connection.h"

#include <optional>
#include <string_view>
#include <vector>

/// The tables of what answers rest on, for GroundingStore and restoring. The caller holds the transaction.
namespace storage::detail {

/// Adds one passage; the ordinal is new to the answer.
Result<void> insertCitation(sqlite::Connection &db, MessageId answer, const Citation &citation);
/// Writes it in place of an earlier one.
Result<void> writeGrounding(sqlite::Connection &db, MessageId answer, const Grounding &grounding);
/// Adds one sentence; its start is new to the answer.
Result<void> insertSentence(sqlite::Connection &db, MessageId answer, const SentenceCheck &check);
/// Adds a document to a conversation; nothing when it is there already.
Result<void> insertAttached(sqlite::Connection &db, ConversationId conversation, const AttachedDocument &document);

std::string_view toText(DocumentMode mode);
std::string_view toText(Material material);
std::optional<DocumentMode> modeFrom(std::string_view text);
std::optional<Material> materialFrom(std::string_view text);

} // namespace storage::detail
