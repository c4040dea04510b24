// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"
#include "storage/records.h"
#include "storage/sqlite/connection.h"

#include <cstdint>
#include <optional>
#include <vector>

/// The table answer_records, for MessageStore and restoring. The caller holds the transaction.
namespace storage::detail {

/// Writes a record in place of an earlier one. The prompt is stored as the difference to the nearest earlier answer of
/// the branch where that saves something.
Result<void> writeRecord(sqlite::Connection &db, MessageId answer, const AnswerRecord &record);

/// The record with its whole prompt. A prompt that cannot be put together again (after a salvage) is empty.
Result<std::optional<AnswerRecord>> readRecord(sqlite::Connection &db, MessageId answer);

} // namespace storage::detail
