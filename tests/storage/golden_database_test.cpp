// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Databases that earlier versions wrote (fixtures/README.md says how) open, read back whole and go on working.
#include "storage/conversation_search.h"
#include "storage/conversation_store.h"
#include "storage/database_p.h"
#include "storage/message_store.h"
#include "storage/sqlite/connection.h"
#include "tests/storage/golden_content.h"
#include "tests/storage/support.h"

#include <cstdlib>
#include <iostream>
#include <map>

using namespace storage;
using namespace storage::test;
namespace fs = std::filesystem;

namespace {

/// carrel_0001.db, or the text beside it.
fs::path golden(std::int32_t version, std::string_view suffix = ".db")
{
    const std::string number = std::to_string(version);
    return fs::path(CARREL_FIXTURES) / ("carrel_" + std::string(4 - number.size(), '0') + number + std::string(suffix));
}

std::int32_t newestVersion()
{
    return schema::version(schema::migrations());
}

/// A golden database in a folder of its own: opening one writes to it.
struct Copy {
    explicit Copy(std::int32_t version) { fs::copy_file(golden(version), folder.database()); }

    Opened open() { return Database::open({.path = folder.database(), .now = clock.function()}); }

    TempFolder folder;
    FakeClock clock;
};

/// Rows by table. The tables of the search index and SQLite's own are left out.
std::map<std::string, std::int64_t> rowCounts(Database &database)
{
    auto &db = database.connection();
    std::vector<std::string> tables;
    need(db.each("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
                 "AND name NOT LIKE 'message_index%' AND name NOT LIKE 'title_index%'",
                 {}, [&](const sqlite::Row &row) { tables.push_back(row.text(0)); }));
    std::map<std::string, std::int64_t> counts;
    for (const std::string &table : tables) {
        counts[table] = need(db.integer("SELECT count(*) FROM " + table));
    }
    return counts;
}

Conversation titled(Database &database, std::string_view title)
{
    for (const Conversation &row : need(ConversationStore(database).list({.limit = 1000})).rows) {
        if (row.title == title) {
            return row;
        }
    }
    FAIL("no conversation has this title");
    return {};
}

} // namespace

TEST_CASE("every released schema has a golden database")
{
    for (std::int32_t version = 1; version <= newestVersion(); ++version) {
        INFO("schema " << version);
        CHECK(fs::exists(golden(version)));
        CHECK(fs::exists(golden(version, ".txt")));
        CHECK(fs::file_size(golden(version)) < 300'000);
    }
}

TEST_CASE("a database of an earlier version reads back whole")
{
    for (std::int32_t version = 1; version <= newestVersion(); ++version) {
        INFO("schema " << version);
        Copy copy(version);
        const Opened opened = copy.open();
        INFO(opened.report.detail);
        REQUIRE(opened.report.outcome == (version == newestVersion() ? OpenOutcome::Current : OpenOutcome::Migrated));
        CHECK(opened.report.fileVersion == version);
        CHECK(described(*opened.database) == readFile(golden(version, ".txt")));
        for (const auto &[table, rows] : rowCounts(*opened.database)) {
            INFO("a table that the golden database leaves empty is not tested: " << table);
            CHECK((rows > 0 || version < newestVersion()));
        }
        CHECK(need(opened.database->check()).problems == std::vector<std::string>{});
    }
}

TEST_CASE("a database of an earlier version ends with the schema of a fresh one")
{
    const TempFolder folder;
    const Opened fresh = Database::open({.path = folder.database()});
    REQUIRE(fresh.report.outcome == OpenOutcome::Created);
    const std::string expected = schemaOf(*fresh.database);
    for (std::int32_t version = 1; version <= newestVersion(); ++version) {
        INFO("schema " << version);
        Copy copy(version);
        CHECK(schemaOf(*copy.open().database) == expected);
    }
}

TEST_CASE("a database of an earlier version goes on working")
{
    for (std::int32_t version = 1; version <= newestVersion(); ++version) {
        INFO("schema " << version);
        Copy copy(version);
        {
            const Opened opened = copy.open();
            ConversationStore conversations(*opened.database);
            MessageStore messages(*opened.database);

            // The answer that ran when its program died.
            const auto ended = need(messages.recoverInterrupted());
            REQUIRE(ended.size() == 1);
            const Message cut = need(messages.get(ended[0]));
            CHECK(cut.state == MessageState::Interrupted);
            CHECK(cut.content == "The be\xC3\xA4r");
            CHECK(cut.thinking == "Everything?");
            const auto record = need(messages.record(ended[0]));
            REQUIRE(record.has_value());
            CHECK(record->generatedTokens == std::vector<std::int32_t>{41, 42, 43, 44});
            CHECK(record->modelName == "Small Instruct");
            CHECK(record->seed == 0xfedc'ba98'7654'3210ULL);
            CHECK(record->finishReason == "interrupted");

            // Further turns below old ones, with a record that builds on an old record.
            const Conversation tree = titled(*opened.database, "Notice periods");
            const auto path = need(messages.path(tree.id));
            const auto before = need(messages.record(path.back().message.id));
            AnswerRecord next = *before;
            next.promptTokens.insert(next.promptTokens.end(), next.generatedTokens.begin(), next.generatedTokens.end());
            const auto turn = need(messages.startTurn(tree.id, "And the sauna?"));
            need(messages.appendJournal(turn.answer, {.sequence = 0, .tokens = {1}, .text = "Never"}));
            need(messages.finish(turn.answer, {.content = "Nevermore.", .record = next}));
            CHECK(need(messages.record(turn.answer)) == next);
            CHECK(need(ConversationSearch(*opened.database).find("nevermore")).size() == 1);
            CHECK(need(ConversationSearch(*opened.database).find("garage")).size() == 1);
            need(messages.showSibling(path[1].message.id, 2));
            CHECK(need(messages.path(tree.id)).back().message.content == "Three months, to the end of a month.");

            // What lies in the trash comes back, or goes for good.
            const auto trashed = need(conversations.list({.scope = ListScope::Trash})).rows.at(0);
            need(conversations.restore(trashed.id));
            need(conversations.trash(tree.id));
            CHECK(need(conversations.emptyTrash()).conversations == 1);
            CHECK(need(opened.database->check()).problems == std::vector<std::string>{});
        }
        const Opened again = copy.open();
        CHECK(again.report.outcome == OpenOutcome::Current);
        CHECK(titled(*again.database, "Thrown away").trashedMs == 0);
    }
}

TEST_CASE("a golden database survives a step of the schema")
{
    std::vector<schema::Migration> ladder(schema::migrations().begin(), schema::migrations().end());
    ladder.push_back({newestVersion() + 1, "test", "ALTER TABLE messages ADD COLUMN added TEXT NOT NULL DEFAULT 'x'"});
    Copy copy(newestVersion());
    const Opened opened = openWithLadder({.path = copy.folder.database(), .now = copy.clock.function()}, ladder);
    REQUIRE(opened.report.outcome == OpenOutcome::Migrated);
    CHECK(described(*opened.database) == readFile(golden(newestVersion(), ".txt")));
    CHECK(fs::exists(opened.report.backup));
}

TEST_CASE("this version writes what the newest golden database holds")
{
    const TempFolder folder;
    writeGoldenDatabase(folder.database());
    Copy copy(newestVersion());
    const Opened written = Database::open({.path = folder.database()});
    const Opened kept = copy.open();
    CHECK(described(*written.database) == described(*kept.database));
    CHECK(rowCounts(*written.database) == rowCounts(*kept.database));
}

TEST_CASE("writes the golden database of this schema", "[.golden]")
{
    const char *target = std::getenv("CARREL_GOLDEN");
    REQUIRE(target != nullptr);
    const TempFolder folder;
    writeGoldenDatabase(folder.database());
    const fs::path file = fs::path(target) / golden(newestVersion()).filename();
    fs::copy_file(folder.database(), file, fs::copy_options::overwrite_existing);
    const Opened opened = Database::open({.path = folder.database()});
    writeFile(fs::path(target) / golden(newestVersion(), ".txt").filename(), described(*opened.database));
    std::cout << file.string() << ": " << fs::file_size(file) << " bytes\n";
}
