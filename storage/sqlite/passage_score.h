// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"

#include <cstdint>
#include <vector>

struct sqlite3;

namespace storage::sqlite {

/// What passage_score() has to know of each phrase of an FTS5 expression, in their order there. A word may stand in
/// several phrases; it counts once.
struct ScoredPhrase {
    std::uint32_t word = 0;     ///< which, from 0
    std::uint32_t passages = 0; ///< how many hold it
};

/// The phrases as the bytes that passage_score() takes.
std::vector<std::byte> packedPhrases(const std::vector<ScoredPhrase> &phrases);

/// Adds passage_score(table, phrases) to a connection: BM25 of a row of an FTS5 table, larger is better, with words in
/// its first column counted twice (Robertson and Zaragoza: The Probabilistic Relevance Framework, 2009, with the IDF
/// of Robertson and Spärck Jones). Unlike FTS5's own it is told how frequent the words are instead of counting them in
/// every query, and words may be named without deciding which rows match.
Result<void> addPassageScore(sqlite3 *database);

} // namespace storage::sqlite
