// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/document_records.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace storage {

/// Where a passage stands in two rankings and in what they make together.
struct FusedRank {
    PassageId passage = {};
    std::int32_t lexicalRank = 0; ///< 1-based, 0: not among them
    std::int32_t denseRank = 0;
    double score = 0;
};

/// What a place in one ranking, from 1 on, adds to the score of a passage.
double rankScore(std::size_t rank);

/// Reciprocal rank fusion: the score of a passage is the sum of 1 / (k + rank) over the rankings that have it, with
/// k = 60. Best first; equal scores by the better single rank, then by id.
/// (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods,
/// 2009.)
std::vector<FusedRank> fuseRanks(std::span<const PassageId> lexical, std::span<const PassageId> dense);

} // namespace storage
