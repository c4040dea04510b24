// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/summary_store.h"

#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

#include <algorithm>
#include <array>

namespace storage {

using sqlite::Connection;
using sqlite::inTransaction;
using sqlite::Row;

namespace {

constexpr std::array<std::string_view, 3> kKinds = {"points", "merge", "final"};
constexpr std::array<std::string_view, 3> kOutcomes = {"kept", "empty", "loop"};

template <class Enum>
Enum fromName(const std::array<std::string_view, 3> &names, std::string_view name)
{
    // The schema allows no other name.
    return static_cast<Enum>(std::ranges::find(names, name) - names.begin());
}

Result<void> addOrigins(Connection &db, std::string_view key, std::span<const std::string> documents)
{
    for (const std::string &document : documents) {
        STORAGE_TRY(db.run("INSERT INTO summary_origins (node_key, document_sha256) VALUES (:key, :document) "
                           "ON CONFLICT DO NOTHING",
                           {{":key", key}, {":document", document}}));
    }
    return {};
}

} // namespace

SummaryStore::SummaryStore(IndexDatabase &database, std::int64_t mostBytes)
    : m_database(database)
    , m_mostBytes(mostBytes)
{
}

Result<std::optional<SummaryNode>> SummaryStore::use(std::string_view key, std::span<const std::string> documents)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<std::optional<SummaryNode>> {
        auto node = db.first("SELECT key, kind, outcome, text, tokens, cut FROM summary_nodes WHERE key = :key",
                             {{":key", key}}, [](const Row &row) {
                                 return SummaryNode{.key = row.text(0),
                                                    .kind = fromName<SummaryKind>(kKinds, row.text(1)),
                                                    .outcome = fromName<SummaryOutcome>(kOutcomes, row.text(2)),
                                                    .text = row.text(3),
                                                    .tokens = row.integer32(4),
                                                    .cut = row.integer(5) != 0};
                             });
        if (!node || !*node) {
            return node;
        }
        STORAGE_TRY(db.run("UPDATE summary_nodes SET used_ms = :now WHERE key = :key",
                           {{":now", m_database.now()}, {":key", key}}));
        STORAGE_TRY(addOrigins(db, key, documents));
        return node;
    });
}

Result<void> SummaryStore::put(const SummaryNode &node, std::span<const std::string> documents)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        STORAGE_TRY(db.run("INSERT INTO summary_nodes (key, kind, outcome, text, tokens, cut, bytes, used_ms) "
                           "VALUES (:key, :kind, :outcome, :text, :tokens, :cut, :bytes, :now) "
                           "ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, outcome = excluded.outcome, "
                           "text = excluded.text, tokens = excluded.tokens, cut = excluded.cut, "
                           "bytes = excluded.bytes, used_ms = excluded.used_ms",
                           {{":key", node.key},
                            {":kind", kKinds.at(static_cast<std::size_t>(node.kind))},
                            {":outcome", kOutcomes.at(static_cast<std::size_t>(node.outcome))},
                            {":text", node.text},
                            {":tokens", node.tokens},
                            {":cut", node.cut ? 1 : 0},
                            {":bytes", static_cast<std::int64_t>(node.text.size())},
                            {":now", m_database.now()}}));
        STORAGE_TRY(addOrigins(db, node.key, documents));
        return removeOldest(node.key);
    });
}

Result<void> SummaryStore::removeOldest(std::string_view except)
{
    Connection &db = m_database.connection();
    for (;;) {
        const auto bytes = db.integer("SELECT ifnull(sum(bytes), 0) FROM summary_nodes");
        if (!bytes) {
            return std::unexpected(bytes.error());
        }
        if (*bytes <= m_mostBytes) {
            return {};
        }
        STORAGE_TRY(db.run("DELETE FROM summary_nodes WHERE key IN "
                           "(SELECT key FROM summary_nodes WHERE key <> :except ORDER BY used_ms, key LIMIT 16)",
                           {{":except", except}}));
        if (db.changes() == 0) {
            return {};
        }
    }
}

Result<std::vector<std::optional<SummaryOutcome>>> SummaryStore::outcomes(std::span<const std::string> keys)
{
    Connection &db = m_database.connection();
    std::vector<std::optional<SummaryOutcome>> found;
    found.reserve(keys.size());
    for (const std::string &key : keys) {
        const auto one = db.first("SELECT outcome FROM summary_nodes WHERE key = :key", {{":key", key}},
                                  [](const Row &row) { return fromName<SummaryOutcome>(kOutcomes, row.text(0)); });
        if (!one) {
            return std::unexpected(one.error());
        }
        found.push_back(*one);
    }
    return found;
}

} // namespace storage
