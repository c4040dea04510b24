// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/conversation_search.h"

#include "storage/query_terms.h"
#include "storage/store_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace storage {

using sqlite::Connection;
using sqlite::Row;

namespace {

constexpr std::int32_t kMaxLimit = 1000;
constexpr std::size_t kMaxWords = 16;
constexpr int kPerConversation = 3;
// A word that is everywhere would rank every message there is; the newest are enough to choose from.
constexpr int kCandidates = 1000;
constexpr std::size_t kScanContextBytes = 90;
// Around a match in a snippet: control characters, which no keyboard and no model writes.
constexpr char kMarkBegin = '\x02';
constexpr char kMarkEnd = '\x03';

std::vector<std::string> wordsOf(std::string_view query)
{
    std::vector<std::string> words;
    std::string word;
    const auto flush = [&] {
        if (!word.empty() && words.size() < kMaxWords) {
            words.push_back(std::move(word));
        }
        word.clear();
    };
    for (const char c : query) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0') {
            flush();
        } else {
            word += c;
        }
    }
    flush();
    return words;
}

/// Every word as a quoted prefix: nothing in it can be taken for an operator.
std::string matchExpression(const std::vector<std::string> &words)
{
    std::string expression;
    for (const std::string &word : words) {
        expression += expression.empty() ? "\"" : " \"";
        for (const char c : word) {
            expression += c;
            if (c == '"') {
                expression += c;
            }
        }
        expression += "\"*";
    }
    return expression;
}

/// Makes one line of a snippet and takes the marks out of it.
void setSnippet(SearchHit &hit, std::string_view marked)
{
    std::int32_t begin = -1;
    for (const char c : marked) {
        const auto at = static_cast<std::int32_t>(hit.snippet.size());
        if (c == kMarkBegin) {
            begin = at;
        } else if (c == kMarkEnd) {
            if (begin >= 0 && begin < at) {
                hit.marks.push_back({.start = begin, .end = at});
            }
            begin = -1;
        } else {
            hit.snippet += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
        }
    }
}

bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

/// The text around the first word found, with every word in it marked.
std::string scanSnippet(std::string_view text, const std::vector<std::string> &words)
{
    const std::size_t found = text.find(words.front());
    std::size_t begin = found == std::string_view::npos || found < kScanContextBytes ? 0 : found - kScanContextBytes;
    std::size_t end = std::min(text.size(), begin + 3 * kScanContextBytes);
    while (begin > 0 && isContinuation(text[begin])) {
        --begin;
    }
    while (end < text.size() && isContinuation(text[end])) {
        ++end;
    }
    const std::string_view window = text.substr(begin, end - begin);
    std::string marked = begin > 0 ? "…" : "";
    for (std::size_t i = 0; i < window.size();) {
        const auto word = std::ranges::find_if(
            words, [&](const std::string &candidate) { return window.substr(i).starts_with(candidate); });
        if (word == words.end()) {
            marked += window[i++];
            continue;
        }
        marked += kMarkBegin + *word + kMarkEnd;
        i += word->size();
    }
    return marked + (end < text.size() ? "…" : "");
}

/// Collects hits up to the limits.
class Hits {
public:
    explicit Hits(std::int32_t limit)
        : m_limit(static_cast<std::size_t>(limit))
    {
    }

    [[nodiscard]] bool full() const { return m_rows.size() >= m_limit; }

    SearchHit *add(const SearchHit &hit)
    {
        if (full() || (hit.message.valid() && m_perConversation[hit.conversation]++ >= kPerConversation)) {
            return nullptr;
        }
        m_rows.push_back(hit);
        return &m_rows.back();
    }

    std::vector<SearchHit> take() { return std::move(m_rows); }

private:
    std::size_t m_limit;
    std::vector<SearchHit> m_rows;
    std::map<ConversationId, int> m_perConversation;
};

Result<void> findIndexed(Connection &db, const std::vector<std::string> &words, Hits &hits)
{
    const std::string match = matchExpression(words);
    STORAGE_TRY(db.each(
        "SELECT c.id, c.title, c.updated_ms, highlight(title_index, 0, char(2), char(3)) "
        "FROM title_index JOIN conversations AS c ON c.id = title_index.rowid "
        "WHERE title_index MATCH :match AND c.trashed_ms IS NULL ORDER BY rank LIMIT :limit",
        {{":match", match}, {":limit", kMaxLimit}}, [&](const Row &row) {
            if (SearchHit *hit =
                    hits.add({.conversation = {row.integer(0)}, .title = row.text(1), .updatedMs = row.integer(2)})) {
                setSnippet(*hit, row.text(3));
            }
        }));
    std::vector<SearchHit> candidates;
    STORAGE_TRY(db.each("SELECT m.id, c.id, c.title, c.updated_ms FROM ("
                        "SELECT rowid AS id, bm25(message_index) AS score FROM message_index "
                        "WHERE message_index MATCH :match ORDER BY rowid DESC LIMIT :candidates) AS found "
                        "JOIN messages AS m ON m.id = found.id JOIN conversations AS c ON c.id = m.conversation_id "
                        "WHERE c.trashed_ms IS NULL ORDER BY found.score, m.id DESC",
                        {{":match", match}, {":candidates", kCandidates}}, [&](const Row &row) {
                            candidates.push_back({.conversation = {row.integer(1)},
                                                  .message = {row.integer(0)},
                                                  .title = row.text(2),
                                                  .updatedMs = row.integer(3)});
                        }));
    for (const SearchHit &candidate : candidates) {
        SearchHit *hit = hits.add(candidate);
        if (hit == nullptr) {
            continue;
        }
        const auto snippet = db.text("SELECT snippet(message_index, 0, char(2), char(3), '…', 24) FROM message_index "
                                     "WHERE message_index MATCH :match AND rowid = :id",
                                     {{":match", match}, {":id", hit->message.value}});
        if (!snippet) {
            return std::unexpected(snippet.error());
        }
        setSnippet(*hit, *snippet);
    }
    return {};
}

/// Reads every text: the way for scripts the index cannot cut into words.
Result<void> findByScan(Connection &db, const std::vector<std::string> &words, Hits &hits)
{
    const std::string list = nlohmann::json(words).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    STORAGE_TRY(db.each(
        "SELECT id, title, updated_ms FROM conversations WHERE trashed_ms IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM json_each(:words) WHERE instr(title, value) = 0) "
        "ORDER BY updated_ms DESC LIMIT :limit",
        {{":words", list}, {":limit", kMaxLimit}}, [&](const Row &row) {
            if (SearchHit *hit =
                    hits.add({.conversation = {row.integer(0)}, .title = row.text(1), .updatedMs = row.integer(2)})) {
                setSnippet(*hit, scanSnippet(hit->title, words));
            }
        }));
    return db.each("SELECT m.id, c.id, c.title, c.updated_ms, m.content FROM messages AS m "
                   "JOIN conversations AS c ON c.id = m.conversation_id WHERE c.trashed_ms IS NULL "
                   "AND NOT EXISTS (SELECT 1 FROM json_each(:words) WHERE instr(m.content, value) = 0) "
                   "ORDER BY m.id DESC LIMIT :candidates",
                   {{":words", list}, {":candidates", kCandidates}}, [&](const Row &row) {
                       if (SearchHit *hit = hits.add({.conversation = {row.integer(1)},
                                                      .message = {row.integer(0)},
                                                      .title = row.text(2),
                                                      .updatedMs = row.integer(3)})) {
                           setSnippet(*hit, scanSnippet(row.text(4), words));
                       }
                   });
}

} // namespace

ConversationSearch::ConversationSearch(Database &database)
    : m_database(database)
{
}

Result<std::vector<SearchHit>> ConversationSearch::find(std::string_view query, std::int32_t limit)
{
    if (limit < 1 || limit > kMaxLimit) {
        return failure(ErrorCode::InvalidArgument, "a search gives 1 to 1000 hits");
    }
    const auto words = wordsOf(query);
    Hits hits(limit);
    if (!words.empty()) {
        Connection &db = m_database.connection();
        STORAGE_TRY(isUnspaced(query) ? findByScan(db, words, hits) : findIndexed(db, words, hits));
    }
    return hits.take();
}

} // namespace storage
