// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Private to storage: which passages the words of a question find.
#pragma once

#include "storage/passage_search.h"

#include <cstddef>
#include <string>
#include <vector>

namespace storage {
namespace sqlite {
class Connection;
}

namespace detail {

struct WordRanking {
    std::vector<std::string> words; ///< each once
    std::size_t limit = 100;
    const DocumentSet *documents = nullptr;
    std::size_t scored = PassageSearch::kScored; ///< passages, about: what rare words may choose
};

/// The ids as a JSON list, which SQLite reads as a table.
std::string idsOf(const DocumentSet &documents);

/// Passages with any of the words, best first, by the BM25 of sqlite/passage_score.h.
///
/// Words that are in so many passages that scoring all of these would take long choose none alone: chosen are passages
/// with one of the rarer words, and such as have two of the frequent ones together, or more where two are still in too
/// many. Only where that finds too few does the rarest of them choose alone. Scores count all words in any case.
/// (MaxScore, Turtle and Flood 1995, in spirit: its bounds on what a word can add are too loose for frequent words.)
Result<std::vector<PassageSearch::LexicalHit>> rankByWords(sqlite::Connection &db, const WordRanking &ranking);

} // namespace detail
} // namespace storage
