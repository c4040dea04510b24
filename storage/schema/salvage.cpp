// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/schema/salvage.h"

#include "storage/sqlite/connection.h"
#include "storage/sqlite/transaction.h"

#include <array>
#include <string>
#include <string_view>

namespace storage::schema {

namespace {

struct Table {
    std::string_view name;
    std::string_view key; ///< integer column by whose ranges it is read
};

// Parents before children, so that mending sees them.
constexpr std::array<Table, 18> kTables = {{{"folders", "id"},
                                            {"models", "id"},
                                            {"collections", "id"},
                                            {"assistants", "id"},
                                            {"assistant_collections", "assistant_id"},
                                            {"conversations", "id"},
                                            {"messages", "id"},
                                            {"answer_journal", "message_id"},
                                            {"answer_records", "message_id"},
                                            {"answer_grounding", "message_id"},
                                            {"answer_sentences", "message_id"},
                                            {"citations", "id"},
                                            {"conversation_settings", "conversation_id"},
                                            {"conversation_documents", "id"},
                                            {"drafts", "id"},
                                            {"network_ledger", "id"},
                                            {"downloads", "id"},
                                            {"download_checkpoints", "download_id"}}};

// Range reads per table: bounds the time spent on a file of which nearly nothing is readable.
constexpr int kMaxReads = 5000;
// Where the largest key cannot be read.
constexpr std::int64_t kAssumedMaxKey = 1 << 20;

constexpr std::string_view kMend = R"sql(
    UPDATE assistants SET is_default = 0 WHERE is_default = 1
        AND id <> (SELECT min(id) FROM assistants WHERE is_default = 1);
    INSERT INTO assistants (uuid, name, instructions, created_ms, updated_ms)
        SELECT '00000000-0000-7000-8000-000000000001', 'Carrel', 'You are an AI assistant.', 0, 0 WHERE NOT EXISTS (SELECT 1 FROM assistants);
    UPDATE assistants SET is_default = 1 WHERE id = (SELECT min(id) FROM assistants)
        AND NOT EXISTS (SELECT 1 FROM assistants WHERE is_default = 1);
    UPDATE folders SET parent_id = NULL WHERE parent_id NOT IN (SELECT id FROM folders) OR parent_id >= id;
    UPDATE assistants SET model_id = NULL WHERE model_id NOT IN (SELECT id FROM models);
    DELETE FROM assistant_collections WHERE assistant_id NOT IN (SELECT id FROM assistants)
        OR collection_id NOT IN (SELECT id FROM collections);
    INSERT INTO conversations (id, uuid, created_ms, updated_ms)
        SELECT conversation_id,
            lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-7' || substr(hex(randomblob(2)), 2) || '-8'
                || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
            min(created_ms), max(created_ms)
        FROM messages WHERE conversation_id NOT IN (SELECT id FROM conversations) GROUP BY conversation_id;
    UPDATE conversations SET folder_id = NULL WHERE folder_id NOT IN (SELECT id FROM folders);
    UPDATE conversations SET assistant_id = NULL WHERE assistant_id NOT IN (SELECT id FROM assistants);
    UPDATE conversations SET model_id = NULL WHERE model_id NOT IN (SELECT id FROM models);
    UPDATE messages SET parent_id = NULL, sibling = 1000000 + id
        WHERE parent_id NOT IN (SELECT id FROM messages) OR parent_id >= id
        OR conversation_id <> (SELECT conversation_id FROM messages AS p WHERE p.id = messages.parent_id);
    UPDATE conversations SET active_leaf_id = (SELECT max(id) FROM messages WHERE conversation_id = conversations.id)
        WHERE active_leaf_id IS NULL OR NOT EXISTS
            (SELECT 1 FROM messages WHERE id = active_leaf_id AND conversation_id = conversations.id);
    DELETE FROM answer_journal WHERE message_id NOT IN (SELECT id FROM messages);
    DELETE FROM answer_records WHERE message_id NOT IN (SELECT id FROM messages);
    UPDATE answer_records SET prompt_base_id = NULL, prompt_base_tokens = 0
        WHERE prompt_base_id NOT IN (SELECT message_id FROM answer_records) OR prompt_base_id >= message_id;
    DELETE FROM answer_grounding WHERE message_id NOT IN (SELECT id FROM messages);
    DELETE FROM answer_sentences WHERE message_id NOT IN (SELECT id FROM messages);
    DELETE FROM citations WHERE message_id NOT IN (SELECT id FROM messages);
    DELETE FROM collections WHERE conversation_id NOT IN (SELECT id FROM conversations);
    DELETE FROM conversation_documents WHERE conversation_id NOT IN (SELECT id FROM conversations);
    DELETE FROM conversation_settings WHERE conversation_id NOT IN (SELECT id FROM conversations);
    DELETE FROM downloads WHERE part_of NOT IN (SELECT id FROM downloads);
    DELETE FROM download_checkpoints WHERE download_id NOT IN (SELECT id FROM downloads);
    DELETE FROM drafts WHERE conversation_id NOT IN (SELECT id FROM conversations);
)sql";
constexpr std::string_view kIndex = R"sql(
    INSERT INTO message_index (message_index) VALUES ('rebuild');
    INSERT INTO title_index (title_index) VALUES ('rebuild');
)sql";

/// Copies the rows of one table by ranges of its key, halving a range that cannot be read.
class TableCopy {
public:
    TableCopy(sqlite::Connection &fresh, std::string_view name, std::string_view key, const std::string &columns)
        : m_fresh(fresh)
        // The one place where SQL is put together: columns are those both files have. Names are our own schema's.
        , m_sql("INSERT OR IGNORE INTO main." + std::string(name) + " (" + columns + ") SELECT " + columns +
                " FROM damaged." + std::string(name) + " WHERE " + std::string(key) + " BETWEEN :first AND :last")
    {
    }

    Result<void> copy(std::int64_t first, std::int64_t last)
    {
        if (m_reads++ > kMaxReads) {
            return {};
        }
        const auto done = m_fresh.run(m_sql, {{":first", first}, {":last", last}});
        if (done) {
            m_rows += m_fresh.changes();
            return {};
        }
        // A full disk is about the fresh file.
        if (done.error().code == ErrorCode::DiskFull) {
            return done;
        }
        if (first == last) {
            return {};
        }
        const std::int64_t middle = first + (last - first) / 2;
        auto left = copy(first, middle);
        return left ? copy(middle + 1, last) : left;
    }

    [[nodiscard]] std::int64_t rows() const { return m_rows; }

private:
    sqlite::Connection &m_fresh;
    std::string m_sql;
    std::int64_t m_rows = 0;
    int m_reads = 0;
};

/// The columns of a table that both files have; empty when the damaged one has none or cannot say.
std::string commonColumns(sqlite::Connection &fresh, std::string_view table)
{
    std::string columns;
    const auto read = fresh.each(
        "SELECT name FROM pragma_table_info(:table, 'main') "
        "WHERE name IN (SELECT name FROM pragma_table_info(:table, 'damaged'))",
        {{":table", table}}, [&](const sqlite::Row &row) { columns += (columns.empty() ? "" : ", ") + row.text(0); });
    return read ? columns : std::string();
}

/// Drops all triggers and returns the script that makes them again.
Result<std::string> takeTriggers(sqlite::Connection &fresh)
{
    std::string make;
    std::string drop;
    auto read =
        fresh.each("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'", {}, [&](const sqlite::Row &row) {
            drop += "DROP TRIGGER main." + row.text(0) + ";";
            make += row.text(1) + ";";
        });
    if (read) {
        read = fresh.script(drop);
    }
    if (!read) {
        return std::unexpected(read.error());
    }
    return make;
}

Result<Salvaged> copyAll(sqlite::Connection &fresh)
{
    Salvaged salvaged;
    // Every range is a transaction of its own: inside of one, SQLite writes nothing any more once it has met a damaged
    // page, be it of another file. Nobody sees the fresh file before it is whole.
    // The fresh file's built-in assistant makes way for the damaged file's; mending puts it back where that has none.
    if (auto done = fresh.script("UPDATE assistants SET is_default = 0; DELETE FROM assistants"); !done) {
        return std::unexpected(done.error());
    }
    // The search index is built at the end: a read that fails in the middle would leave half of its rows in it.
    auto triggers = takeTriggers(fresh);
    if (!triggers) {
        return std::unexpected(triggers.error());
    }
    for (const Table &table : kTables) {
        const std::string columns = commonColumns(fresh, table.name);
        if (columns.empty()) {
            continue;
        }
        const auto last =
            fresh.integer("SELECT max(" + std::string(table.key) + ") FROM damaged." + std::string(table.name));
        TableCopy copy(fresh, table.name, table.key, columns);
        if (auto done = copy.copy(1, last ? *last : kAssumedMaxKey); !done) {
            return std::unexpected(done.error());
        }
        salvaged.rows += copy.rows();
    }
    auto transaction = sqlite::Transaction::begin(fresh);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    if (auto done = fresh.script(std::string(kMend) + std::string(kIndex) + *triggers); !done) {
        return std::unexpected(done.error());
    }
    const auto conversations = fresh.integer("SELECT count(*) FROM conversations");
    if (!conversations) {
        return std::unexpected(conversations.error());
    }
    salvaged.conversations = *conversations;
    if (auto done = transaction->commit(); !done) {
        return std::unexpected(done.error());
    }
    return salvaged;
}

} // namespace

Result<Salvaged> salvage(const std::filesystem::path &damaged, sqlite::Connection &fresh)
{
    fresh.setTolerant(true);
    if (!fresh.run("ATTACH :file AS damaged", {{":file", sqlite::readOnlyUri(damaged)}})) {
        fresh.setTolerant(false);
        return Salvaged{};
    }
    if (auto done = fresh.script("PRAGMA foreign_keys = OFF; PRAGMA main.synchronous = OFF"); !done) {
        return std::unexpected(done.error());
    }
    auto salvaged = copyAll(fresh);
    // The kept statements still name the attached file.
    fresh.forgetStatements();
    (void)fresh.script("DETACH damaged; PRAGMA foreign_keys = ON; PRAGMA main.synchronous = FULL");
    fresh.setTolerant(false);
    return salvaged;
}

} // namespace storage::schema
