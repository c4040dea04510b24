// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/word_ranking_p.h"

#include "storage/query_terms.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/passage_score.h"
#include "storage/store_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

namespace storage::detail {

using sqlite::Connection;
using sqlite::Row;

namespace {

constexpr std::string_view kCount = "SELECT count(*) FROM passage_words WHERE passage_words MATCH :match";
constexpr std::string_view kRanked =
    "SELECT rowid, passage_score(passage_words, :phrases) AS score FROM passage_words WHERE passage_words MATCH :match "
    "AND (:all OR (rowid IN (SELECT p.id FROM passages p WHERE p.document_id IN (SELECT value FROM "
    "json_each(:scope)))) = :inside) ORDER BY score DESC, rowid LIMIT :limit";

/// Frequent words that sets are made of, and sets: each costs a pass through the passages of its words.
constexpr std::size_t kMostFrequent = 10;
constexpr std::size_t kMostSets = 12;

struct Word {
    std::string text;
    std::int64_t passages = 0; ///< of the whole index
    std::uint32_t number = 0;
};

/// An FTS5 expression and what its phrases are.
struct Expression {
    std::string text;
    std::vector<sqlite::ScoredPhrase> phrases;

    void add(std::span<const Word> words, const char *between)
    {
        text += '(';
        for (const Word &word : words) {
            text += (text.ends_with('(') ? "" : between) + anyOf({word.text});
            phrases.push_back({word.number, static_cast<std::uint32_t>(word.passages)});
        }
        text += ')';
    }
};

class Ranker {
public:
    Ranker(Connection &db, const WordRanking &ranking)
        : m_db(db)
        , m_ranking(ranking)
        , m_documents(*ranking.documents)
        , m_scope(idsOf(m_documents))
    {
    }

    Result<std::vector<PassageSearch::LexicalHit>> rank()
    {
        if (auto counted = countWords(); !counted) {
            return std::unexpected(counted.error());
        }
        if (m_words.empty()) {
            return std::vector<PassageSearch::LexicalHit>{};
        }
        const auto inScope = passagesInScope();
        if (!inScope) {
            return std::unexpected(inScope.error());
        }
        const std::size_t rare = rareWords();
        const std::span<const Word> all(m_words);
        if (rare == all.size() || std::cmp_less_equal(*inScope, m_ranking.scored)) {
            Expression expression;
            expression.add(all, " OR ");
            return run(expression);
        }
        auto sets = together(all.subspan(rare));
        if (!sets) {
            return std::unexpected(sets.error());
        }
        const std::vector<Word> rarestFrequent = {all[rare]};
        const bool nothingElse = rare == 0 && sets->empty();
        if (nothingElse) {
            sets->push_back(rarestFrequent);
        }
        auto hits = run(chosenBy(rare, *sets));
        if (hits && hits->size() < m_ranking.limit && !nothingElse) {
            sets->push_back(rarestFrequent);
            hits = run(chosenBy(rare, *sets));
        }
        return hits;
    }

private:
    /// The words that are there, rare ones first.
    Result<void> countWords()
    {
        for (const std::string &text : m_ranking.words) {
            const auto passages = m_db.integer(kCount, {{":match", anyOf({text})}});
            if (!passages) {
                return std::unexpected(passages.error());
            }
            if (*passages > 0) {
                m_words.push_back({text, *passages, static_cast<std::uint32_t>(m_words.size())});
            }
        }
        std::ranges::stable_sort(m_words, {}, &Word::passages);
        return {};
    }

    Result<std::vector<PassageSearch::LexicalHit>> run(const Expression &expression)
    {
        const std::vector<std::byte> phrases = sqlite::packedPhrases(expression.phrases);
        std::vector<PassageSearch::LexicalHit> hits;
        STORAGE_TRY(m_db.each(kRanked,
                              {{":match", expression.text},
                               {":phrases", sqlite::Blob(phrases)},
                               {":all", m_documents.all ? 1 : 0},
                               {":scope", m_scope},
                               {":inside", m_documents.leftOut ? 0 : 1},
                               {":limit", m_ranking.limit}},
                              [&](const Row &row) { hits.push_back({{row.integer(0)}, row.real(1)}); }));
        return hits;
    }

    /// How many words, rare ones first, choose passages alone.
    [[nodiscard]] std::size_t rareWords() const
    {
        std::size_t rare = 0;
        std::int64_t sum = 0;
        for (; rare < m_words.size(); ++rare) {
            sum += m_words[rare].passages;
            if (std::cmp_greater(sum, m_ranking.scored)) {
                break;
            }
        }
        return rare;
    }

    /// Sets of frequent words that choose passages which have all of them: pairs, as long as these are likely to be in
    /// few passages, and larger sets in place of the pairs that are in many.
    Result<std::vector<std::vector<Word>>> together(std::span<const Word> frequent)
    {
        const auto last = m_db.integer("SELECT max(id) FROM passages");
        if (!last) {
            return std::unexpected(last.error());
        }
        const auto passages = static_cast<double>(std::max<std::int64_t>(1, *last));
        const std::span<const Word> words = frequent.first(std::min(frequent.size(), kMostFrequent));
        double room = 2 * static_cast<double>(m_ranking.scored);
        std::vector<std::uint32_t> taken; // sets as bits
        for (int size = 2; std::cmp_less_equal(size, words.size()); ++size) {
            bool leftOut = false;
            for (const auto &[expected, bits] : setsOf(words, size, passages)) {
                if (std::ranges::any_of(taken, [&](std::uint32_t other) { return (bits & other) == other; })) {
                    continue;
                }
                if (taken.size() < kMostSets && expected <= room) {
                    taken.push_back(bits);
                    room -= expected;
                } else {
                    leftOut = true;
                }
            }
            if (!leftOut || taken.size() == kMostSets) {
                break;
            }
        }
        std::vector<std::vector<Word>> sets;
        for (const std::uint32_t bits : taken) {
            std::vector<Word> &set = sets.emplace_back();
            for (std::size_t i = 0; i < words.size(); ++i) {
                if ((bits >> i & 1U) != 0) {
                    set.push_back(words[i]);
                }
            }
        }
        return sets;
    }

    /// Sets of so many words, those first that the fewest passages would have if words stood independently.
    static std::vector<std::pair<double, std::uint32_t>> setsOf(std::span<const Word> words, int size, double passages)
    {
        std::vector<std::pair<double, std::uint32_t>> sets;
        for (std::uint32_t bits = 0; bits < 1U << words.size(); ++bits) {
            if (std::popcount(bits) != size) {
                continue;
            }
            double expected = passages;
            for (std::size_t i = 0; i < words.size(); ++i) {
                expected *= (bits >> i & 1U) != 0 ? static_cast<double>(words[i].passages) / passages : 1;
            }
            sets.emplace_back(expected, bits);
        }
        std::ranges::sort(sets);
        return sets;
    }

    /// Passages with one of the rare words, or with all of one of the sets. The frequent words stand beside them, so
    /// that they count.
    [[nodiscard]] Expression chosenBy(std::size_t rare, const std::vector<std::vector<Word>> &sets) const
    {
        const std::span<const Word> decisive = std::span(m_words).first(rare);
        Expression expression;
        if (!decisive.empty()) {
            expression.add(decisive, " OR ");
            expression.text += " OR ";
        }
        expression.text += "((";
        if (!decisive.empty()) {
            expression.add(decisive, " OR ");
        }
        for (const std::vector<Word> &set : sets) {
            expression.text += expression.text.ends_with('(') ? "" : " OR ";
            expression.add(set, " AND ");
        }
        expression.text += ") AND ";
        expression.add(std::span(m_words).subspan(rare), " OR ");
        expression.text += ')';
        return expression;
    }

    Result<std::int64_t> passagesInScope()
    {
        if (m_documents.all || m_documents.leftOut) {
            return std::numeric_limits<std::int64_t>::max();
        }
        return m_db.integer(
            "SELECT sum(passage_count) FROM documents WHERE id IN (SELECT value FROM json_each(:scope))",
            {{":scope", m_scope}});
    }

    Connection &m_db;
    const WordRanking &m_ranking;
    const DocumentSet &m_documents;
    std::string m_scope;
    std::vector<Word> m_words;
};

} // namespace

std::string idsOf(const DocumentSet &documents)
{
    auto list = nlohmann::json::array();
    for (const DocumentId id : documents.ids) {
        list.push_back(id.value);
    }
    return list.dump();
}

Result<std::vector<PassageSearch::LexicalHit>> rankByWords(Connection &db, const WordRanking &ranking)
{
    return Ranker(db, ranking).rank();
}

} // namespace storage::detail
