// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/evidence_packer.h"

#include "app/passage_builder.h"
#include "storage/query_terms.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace app {

namespace {

/// Hits that are tried; behind them rarely stands what answers.
constexpr std::size_t kMostHits = 8;
/// A follow-up keeps what the last answer was given when these are in it.
constexpr std::size_t kBestHits = 4;
constexpr std::int32_t kReach = 2;
constexpr std::int64_t kAroundPassage = 12; ///< number, name and page
/// A question with no more words than this that say something leans on the one before it.
constexpr std::size_t kFewWords = 2;

using Place = std::pair<std::string, std::int32_t>; ///< document, number

Place placeOf(const RetrievedPassage &passage)
{
    return {passage.documentSha256, passage.firstNumber};
}

bool holds(const RetrievedPassage &outer, const RetrievedPassage &inner)
{
    return outer.documentSha256 == inner.documentSha256 && outer.begin <= inner.begin && inner.end <= outer.end;
}

bool isIn(const std::vector<RetrievedPassage> &passages, const RetrievedPassage &passage)
{
    return std::ranges::any_of(passages, [&](const RetrievedPassage &outer) { return holds(outer, passage); });
}

std::int32_t betterRank(std::int32_t left, std::int32_t right)
{
    if (left == 0 || right == 0)
        return std::max(left, right);
    return std::min(left, right);
}

void append(RetrievedPassage &passage, const RetrievedPassage &next)
{
    passage.text += "\n\n" + next.text;
    passage.lastNumber = next.lastNumber;
    passage.lastPage = next.lastPage;
    passage.end = next.end;
    passage.tokens += next.tokens;
    passage.lexicalRank = betterRank(passage.lexicalRank, next.lexicalRank);
    passage.denseRank = betterRank(passage.denseRank, next.denseRank);
    passage.lexicalScore = std::max(passage.lexicalScore, next.lexicalScore);
    passage.similarity = std::max(passage.similarity, next.similarity);
    passage.score = std::max(passage.score, next.score);
    passage.rerankScore = std::max(passage.rerankScore, next.rerankScore);
}

/// Neighbours of one section on one page become one.
std::vector<RetrievedPassage> merged(const std::vector<RetrievedPassage> &passages, std::int32_t most)
{
    std::vector<RetrievedPassage> all;
    for (const RetrievedPassage &passage : passages) {
        RetrievedPassage *last = all.empty() ? nullptr : &all.back();
        if (last != nullptr && last->documentSha256 == passage.documentSha256 && last->section == passage.section &&
            last->lastNumber + 1 == passage.firstNumber && last->firstPage == passage.lastPage &&
            last->tokens + passage.tokens <= most)
            append(*last, passage);
        else
            all.push_back(passage);
    }
    return all;
}

/// The best hits that have room, and what stands beside them, each passage on its own and in order.
std::vector<RetrievedPassage> chosen(const Retrieved &found, std::int64_t room, std::size_t most)
{
    std::map<Place, const RetrievedPassage *> there;
    for (const auto *list : {&found.beside, &found.hits}) {
        for (const RetrievedPassage &passage : *list)
            there[placeOf(passage)] = &passage;
    }
    std::vector<std::string> documents; ///< by their best hits
    std::set<Place> taken;
    std::vector<const RetrievedPassage *> hits;
    const auto take = [&](const RetrievedPassage &passage) {
        const std::int64_t cost = evidenceTokens(passage);
        if (cost > room || taken.size() >= most)
            return false;
        room -= cost;
        taken.insert(placeOf(passage));
        if (std::ranges::find(documents, passage.documentSha256) == documents.end())
            documents.push_back(passage.documentSha256);
        return true;
    };
    for (std::size_t i = 0; i < std::min(found.hits.size(), kMostHits); ++i) {
        if (take(found.hits[i]))
            hits.push_back(&found.hits[i]);
    }
    for (std::int32_t reach = 1; reach <= kReach; ++reach) {
        for (const RetrievedPassage *hit : hits) {
            for (const std::int32_t step : {1, -1}) {
                const Place before{hit->documentSha256, hit->firstNumber + step * (reach - 1)};
                const Place place{hit->documentSha256, hit->firstNumber + step * reach};
                const auto next = there.find(place);
                if (taken.contains(before) && !taken.contains(place) && next != there.end() &&
                    next->second->section == hit->section)
                    take(*next->second);
            }
        }
    }
    std::vector<RetrievedPassage> passages;
    for (const std::string &document : documents) {
        for (auto place = taken.lower_bound({document, 0}); place != taken.end() && place->first == document; ++place)
            passages.push_back(*there.at(*place));
    }
    return passages;
}

} // namespace

std::int64_t evidenceTokens(const RetrievedPassage &passage)
{
    // What an earlier answer was given is known as text alone.
    const std::int64_t text = passage.tokens > 0 ? passage.tokens : countWords(passage.text) * 4 / 3;
    return text + countWords(passage.heading) * 4 / 3 + kAroundPassage;
}

std::int64_t evidenceTokens(const std::vector<RetrievedPassage> &passages)
{
    std::int64_t sum = 0;
    for (const RetrievedPassage &passage : passages)
        sum += evidenceTokens(passage);
    return sum;
}

std::vector<RetrievedPassage> packEvidence(const Retrieved &found, const PackLimits &limits,
                                           const std::vector<RetrievedPassage> &earlier)
{
    if (found.whole)
        return merged(found.all, limits.tokensOfOne);
    if (!earlier.empty()) {
        Retrieved news = found;
        std::erase_if(news.hits, [&](const RetrievedPassage &hit) { return isIn(earlier, hit); });
        std::erase_if(news.beside, [&](const RetrievedPassage &passage) { return isIn(earlier, passage); });
        const auto best = found.hits.begin() + static_cast<std::ptrdiff_t>(std::min(found.hits.size(), kBestHits));
        const std::int64_t used = evidenceTokens(earlier);
        const auto isMissing = [&](const RetrievedPassage &hit) { return !isIn(earlier, hit); };
        if (used <= limits.tokens && std::none_of(found.hits.begin(), best, isMissing))
            return earlier;
        if (used < limits.tokens && earlier.size() < limits.passages) {
            const std::vector<RetrievedPassage> more =
                merged(chosen(news, limits.tokens - used, limits.passages - earlier.size()), limits.tokensOfOne);
            if (std::all_of(found.hits.begin(), best,
                            [&](const RetrievedPassage &hit) { return !isMissing(hit) || isIn(more, hit); })) {
                std::vector<RetrievedPassage> both = earlier;
                both.insert(both.end(), more.begin(), more.end());
                return both;
            }
        }
    }
    return merged(chosen(found, limits.tokens, limits.passages), limits.tokensOfOne);
}

std::string lookedUp(const std::string &question, const std::string &before)
{
    const storage::QueryTerms terms = storage::queryTerms(question);
    if (before.empty() || terms.words.size() + terms.pieces.size() > kFewWords)
        return question;
    return before + '\n' + question;
}

} // namespace app
