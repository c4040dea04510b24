// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/passage_search.h"

#include "storage/document_rows_p.h"
#include "storage/query_terms.h"
#include "storage/rank_fusion.h"
#include "storage/sqlite/connection.h"
#include "storage/store_p.h"
#include "storage/word_ranking_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace storage {

using sqlite::Connection;
using sqlite::Row;

namespace {

/// A list as a parameter: JSON, which SQLite reads as a table.
template <class T, class Function>
std::string jsonOf(const std::vector<T> &values, Function &&value)
{
    auto list = nlohmann::json::array();
    for (const T &one : values) {
        list.push_back(value(one));
    }
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

constexpr std::string_view kTrigrams =
    "SELECT t.rowid, -t.rank FROM passage_trigrams t JOIN passages p ON p.id = t.rowid "
    "WHERE t.passage_trigrams MATCH :match "
    "AND (:all OR (p.document_id IN (SELECT value FROM json_each(:scope))) = :inside) "
    "ORDER BY t.rank LIMIT :limit";
constexpr std::string_view kParts =
    "SELECT p.id, 0.0 FROM passage_trigrams t JOIN passages p ON p.id = t.rowid "
    "WHERE t.passage_trigrams MATCH :match AND (:all OR (p.document_id IN (SELECT value FROM json_each(:scope))) = "
    ":inside) "
    "AND NOT EXISTS (SELECT 1 FROM json_each(:words) WHERE instr(lower(p.text), value) = 0) LIMIT :limit";

/// An FTS5 expression that all of the groups match.
std::string allOf(const std::vector<std::string> &groups)
{
    std::string expression;
    for (const std::string &group : groups) {
        expression += (expression.empty() ? "" : " AND ") + anyOf({group});
    }
    return expression;
}

} // namespace

PassageSearch::PassageSearch(IndexDatabase &database, std::size_t scored)
    : m_database(database)
    , m_scored(scored)
{
}

Result<DocumentSet> PassageSearch::documents(const SearchScope &scope)
{
    Connection &db = m_database.connection();
    DocumentSet set;
    if (scope.collections.empty() && scope.files.empty() && scope.formats.empty() && scope.modifiedFromNs == 0 &&
        scope.modifiedUntilNs == 0) {
        // What is being read is not to be found yet.
        STORAGE_TRY(db.each("SELECT id FROM documents WHERE state = 'reading' ORDER BY id", {},
                            [&](const Row &row) { set.ids.push_back({row.integer(0)}); }));
        set.all = set.ids.empty();
        set.leftOut = !set.all;
        return set;
    }
    set.all = false;
    const auto same = [](const std::string &text) { return text; };
    STORAGE_TRY(db.each("SELECT DISTINCT d.id FROM documents d JOIN files f ON f.document_id = d.id WHERE d.state IN "
                        "('read', 'partial') "
                        "AND (:any_collection OR f.collection_uuid IN (SELECT value FROM json_each(:collections))) "
                        "AND (:any_file OR f.id IN (SELECT value FROM json_each(:files))) "
                        "AND (:any_format OR d.format IN (SELECT value FROM json_each(:formats))) "
                        "AND f.modified_ns >= :from AND (:until = 0 OR f.modified_ns <= :until) ORDER BY d.id",
                        {{":any_collection", scope.collections.empty() ? 1 : 0},
                         {":collections", jsonOf(scope.collections, same)},
                         {":any_file", scope.files.empty() ? 1 : 0},
                         {":files", jsonOf(scope.files, [](FileId id) { return id.value; })},
                         {":any_format", scope.formats.empty() ? 1 : 0},
                         {":formats", jsonOf(scope.formats, same)},
                         {":from", scope.modifiedFromNs},
                         {":until", scope.modifiedUntilNs}},
                        [&](const Row &row) { set.ids.push_back({row.integer(0)}); }));
    return set;
}

Result<std::vector<PassageSearch::LexicalHit>> PassageSearch::lexical(std::string_view question, std::size_t limit,
                                                                      const DocumentSet &documents)
{
    Connection &db = m_database.connection();
    const QueryTerms terms = queryTerms(question);
    auto ranked =
        detail::rankByWords(db, {.words = terms.words, .limit = limit, .documents = &documents, .scored = m_scored});
    if (!ranked) {
        return ranked;
    }
    std::vector<LexicalHit> hits = std::move(*ranked);
    const auto take = [&](const Row &row) { hits.push_back({{row.integer(0)}, row.real(1)}); };
    const std::string scope = detail::idsOf(documents);
    const int all = documents.all ? 1 : 0;
    const int inside = documents.leftOut ? 0 : 1;
    if (const auto groups = trigrams(terms.pieces); !groups.empty()) {
        const std::size_t words = hits.size();
        STORAGE_TRY(db.each(
            kTrigrams,
            {{":match", anyOf(groups)}, {":all", all}, {":scope", scope}, {":inside", inside}, {":limit", limit}},
            take));
        // Words and runs of one question: scores of two indexes, the same measure over texts of the same length.
        std::ranges::sort(hits, [](const LexicalHit &a, const LexicalHit &b) {
            return a.score != b.score ? a.score > b.score : a.passage < b.passage;
        });
        if (words > 0) {
            std::vector<LexicalHit> once;
            for (const LexicalHit &hit : hits) {
                if (std::ranges::find(once, hit.passage, &LexicalHit::passage) == once.end()) {
                    once.push_back(hit);
                }
            }
            hits = std::move(once);
        }
        hits.resize(std::min(hits.size(), limit));
    }
    if (hits.empty()) {
        std::vector<std::string> parts = terms.words;
        parts.insert(parts.end(), terms.pieces.begin(), terms.pieces.end());
        std::ranges::transform(parts, parts.begin(), lowerAscii);
        if (const auto groups = trigrams(parts); !groups.empty()) {
            STORAGE_TRY(db.each(kParts,
                                {{":match", allOf(groups)},
                                 {":all", all},
                                 {":scope", scope},
                                 {":inside", inside},
                                 {":words", jsonOf(parts, [](const std::string &part) { return part; })},
                                 {":limit", limit}},
                                take));
        }
    }
    return hits;
}

Result<std::vector<PassageHit>> PassageSearch::search(std::string_view question, std::span<const float> questionVector,
                                                      const VectorIndex *vectors, std::size_t limit,
                                                      const SearchScope &scope)
{
    Connection &db = m_database.connection();
    const auto set = documents(scope);
    if (!set) {
        return std::unexpected(set.error());
    }
    const std::size_t candidates = std::max(limit, kCandidates);
    const auto words = lexical(question, candidates, *set);
    if (!words) {
        return std::unexpected(words.error());
    }
    std::vector<VectorHit> meaning;
    if (vectors != nullptr && !questionVector.empty()) {
        auto found = vectors->search(m_database, questionVector, candidates, *set);
        if (!found) {
            return std::unexpected(found.error());
        }
        meaning = std::move(*found);
    }
    std::vector<PassageId> lexicalRanking;
    std::ranges::transform(*words, std::back_inserter(lexicalRanking), &LexicalHit::passage);
    std::vector<PassageId> denseRanking;
    std::ranges::transform(meaning, std::back_inserter(denseRanking), &VectorHit::passage);
    std::vector<FusedRank> fused = fuseRanks(lexicalRanking, denseRanking);
    fused.resize(std::min(fused.size(), limit));

    static const std::string select =
        "SELECT " + std::string(detail::kPassageColumns) + ", p.boxes, d.sha256, " + std::string(detail::kFileColumns) +
        " FROM passages p JOIN documents d ON d.id = p.document_id JOIN files f ON f.document_id = p.document_id "
        "WHERE p.id = :id AND (:any OR f.collection_uuid IN (SELECT value FROM json_each(:collections))) "
        "ORDER BY f.presence <> 'present', f.id LIMIT 1";
    const std::string collections = jsonOf(scope.collections, [](const std::string &uuid) { return uuid; });
    std::vector<PassageHit> hits;
    for (const FusedRank &rank : fused) {
        auto hit = db.first(
            select,
            {{":id", rank.passage.value}, {":any", scope.collections.empty() ? 1 : 0}, {":collections", collections}},
            [&](const Row &row) {
                constexpr int after = detail::kPassageColumnCount;
                PassageHit one{.passage = detail::passageFrom(row, 0),
                               .file = detail::fileFrom(row, after + 2),
                               .documentSha256 = row.text(after + 1),
                               .lexicalRank = rank.lexicalRank,
                               .denseRank = rank.denseRank,
                               .score = rank.score};
                one.passage.boxes = detail::unpackedBoxes(row.blob(after));
                return one;
            });
        if (!hit) {
            return std::unexpected(hit.error());
        }
        if (!*hit) {
            continue; // its last file went between the queries of this search
        }
        if (rank.lexicalRank > 0) {
            (*hit)->lexicalScore = (*words)[static_cast<std::size_t>(rank.lexicalRank) - 1].score;
        }
        if (rank.denseRank > 0) {
            (*hit)->similarity = static_cast<double>(meaning[static_cast<std::size_t>(rank.denseRank) - 1].similarity);
        }
        hits.push_back(std::move(**hit));
    }
    return hits;
}

} // namespace storage
