// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/text_reranker.h"

#include "storage/rank_fusion.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace app {

std::expected<void, Failure> rerank(std::vector<storage::PassageHit> &hits, const QString &question,
                                    TextReranker &reranker, const std::stop_token &stop)
{
    const std::span<storage::PassageHit> judged(hits.begin(), std::min(hits.size(), kRerankedPassages));
    if (judged.empty())
        return {};
    std::vector<std::string> texts;
    texts.reserve(judged.size());
    for (const storage::PassageHit &hit : judged) {
        const storage::Passage &passage = hit.passage;
        texts.push_back(passage.heading.empty() ? passage.text : passage.heading + "\n" + passage.text);
    }
    const auto scores = reranker.scores(question, texts, stop);
    if (!scores)
        return std::unexpected(scores.error());
    for (std::size_t i = 0; i < judged.size(); ++i)
        judged[i].rerankScore = (*scores)[i];
    std::vector<std::size_t> ranking(judged.size());
    std::iota(ranking.begin(), ranking.end(), std::size_t{0});
    std::ranges::stable_sort(ranking, std::ranges::greater{}, [&](std::size_t i) { return (*scores)[i]; });
    for (std::size_t place = 0; place < ranking.size(); ++place)
        judged[ranking[place]].score += storage::rankScore(place + 1);
    std::ranges::stable_sort(judged, std::ranges::greater{}, &storage::PassageHit::score);
    return {};
}

} // namespace app
