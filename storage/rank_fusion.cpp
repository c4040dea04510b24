// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/rank_fusion.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace storage {

namespace {

constexpr double kRankOffset = 60;

std::int32_t bestRank(const FusedRank &one)
{
    const auto place = [](std::int32_t rank) { return rank == 0 ? std::numeric_limits<std::int32_t>::max() : rank; };
    return std::min(place(one.lexicalRank), place(one.denseRank));
}

} // namespace

double rankScore(std::size_t rank)
{
    return 1 / (kRankOffset + static_cast<double>(rank));
}

std::vector<FusedRank> fuseRanks(std::span<const PassageId> lexical, std::span<const PassageId> dense)
{
    std::unordered_map<PassageId, FusedRank> byPassage;
    const auto add = [&](std::span<const PassageId> ranking, std::int32_t FusedRank::*rank) {
        for (std::size_t i = 0; i < ranking.size(); ++i) {
            FusedRank &one = byPassage.try_emplace(ranking[i], FusedRank{.passage = ranking[i]}).first->second;
            if (one.*rank == 0) {
                one.*rank = static_cast<std::int32_t>(i) + 1;
                one.score += rankScore(i + 1);
            }
        }
    };
    add(lexical, &FusedRank::lexicalRank);
    add(dense, &FusedRank::denseRank);
    std::vector<FusedRank> fused;
    fused.reserve(byPassage.size());
    for (const auto &entry : byPassage) {
        fused.push_back(entry.second);
    }
    std::ranges::sort(fused, [](const FusedRank &a, const FusedRank &b) {
        if (a.score != b.score) {
            return a.score > b.score;
        }
        return bestRank(a) != bestRank(b) ? bestRank(a) < bestRank(b) : a.passage < b.passage;
    });
    return fused;
}

} // namespace storage
