// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/database.h"

#include "storage/conversation_store.h"
#include "storage/database_p.h"
#include "storage/message_store.h"
#include "tests/storage/child.h"
#include "tests/storage/support.h"

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <set>

using namespace storage;
using namespace storage::test;
namespace fs = std::filesystem;

namespace {

Opened openIn(const TempFolder &folder, OpenOptions options = {})
{
    options.path = folder.database();
    return Database::open(options);
}

/// Leaves a closed database with one conversation of `turns` turns, and says its title is "kept".
void fill(const TempFolder &folder, int turns)
{
    Opened opened = openIn(folder);
    REQUIRE(opened.database);
    ConversationStore conversations(*opened.database);
    MessageStore messages(*opened.database);
    const auto id = need(conversations.create({.title = "kept"})).id;
    for (int turn = 0; turn < turns; ++turn) {
        const auto start = need(messages.startTurn(id, "question " + std::to_string(turn) + std::string(600, 'q')));
        need(messages.finish(start.answer, {.content = "answer " + std::to_string(turn) + std::string(600, 'a')}));
    }
}

void setVersion(const TempFolder &folder, const char *sql)
{
    auto db = need(sqlite::Connection::open(folder.database(), sqlite::OpenMode::ReadWrite));
    need(db->script(sql));
}

std::size_t messagesIn(Database &database)
{
    std::size_t count = 0;
    ConversationStore conversations(database);
    MessageStore messages(database);
    for (const Conversation &conversation : need(conversations.list({.limit = 1000})).rows) {
        for (const char *word : {"question", "answer"}) {
            for (const PathMessage &entry : need(messages.path(conversation.id))) {
                count += entry.message.content.starts_with(word) ? 1 : 0;
            }
        }
    }
    return count;
}

// Steps that this version does not know.
const std::int32_t kNewest = schema::version(schema::migrations());
const schema::Migration kNext = {kNewest + 1, "next_test", "CREATE TABLE added (id INTEGER PRIMARY KEY) STRICT"};
const schema::Migration kBroken = {kNewest + 1, "next_broken",
                                   "CREATE TABLE added (id INTEGER PRIMARY KEY) STRICT; "
                                   "DELETE FROM conversations; SELECT nonsense"};
// Keys are not enforced inside a migration: the check at its end must see the orphaned messages.
const schema::Migration kDangling = {kNewest + 1, "next_dangling", "DELETE FROM conversations"};

std::vector<schema::Migration> ladderWith(const schema::Migration &step)
{
    std::vector<schema::Migration> ladder(schema::migrations().begin(), schema::migrations().end());
    ladder.push_back(step);
    return ladder;
}

Opened openWith(const TempFolder &folder, const schema::Migration &step, OpenOptions options = {})
{
    options.path = folder.database();
    return openWithLadder(options, ladderWith(step));
}

} // namespace

TEST_CASE("every outcome has a name of its own")
{
    std::set<std::string_view> names;
    for (int outcome = 0; outcome <= static_cast<int>(OpenOutcome::Failed); ++outcome) {
        names.insert(name(static_cast<OpenOutcome>(outcome)));
    }
    CHECK(names.size() == static_cast<std::size_t>(OpenOutcome::Failed) + 1);
}

TEST_CASE("the first start makes folder and file, the second finds them")
{
    const TempFolder folder;
    const OpenOptions options{.path = folder.path() / "a" / "b" / "carrel.db"};
    CHECK(Database::open(options).report.outcome == OpenOutcome::Created);
    CHECK((fs::status(options.path.parent_path()).permissions() & fs::perms::others_all) == fs::perms::none);
    const auto again = Database::open(options);
    CHECK(again.report.outcome == OpenOutcome::Current);
    CHECK(again.report.fileVersion == again.report.currentVersion);
    CHECK(need(again.database->check()).sound());
    CHECK_FALSE(again.database->readOnly());
}

TEST_CASE("closing leaves one file and its lock")
{
    const TempFolder folder;
    fill(folder, 2);
    CHECK(folder.files() == std::vector<std::string>{"carrel.db", "carrel.db.lock"});
}

TEST_CASE("a second opener is told who holds the file")
{
    const TempFolder folder;
    auto first = openIn(folder);
    const auto second = openIn(folder);
    CHECK(second.report.outcome == OpenOutcome::LockedByOther);
    CHECK(second.report.lockHolder == getpid());
    CHECK(second.database == nullptr);
    first.database.reset();
    CHECK(openIn(folder).report.outcome == OpenOutcome::Current);
}

TEST_CASE("a program of another kind that holds the file is another holder")
{
    const TempFolder folder;
    fill(folder, 1);
    auto other = need(sqlite::Connection::open(folder.database(), sqlite::OpenMode::ReadWrite));
    need(other->script("BEGIN IMMEDIATE"));
    CHECK(openIn(folder).report.outcome == OpenOutcome::LockedByOther);
}

TEST_CASE("a newer file opens for reading only and is untouched")
{
    const TempFolder folder;
    fill(folder, 1);
    setVersion(folder, "PRAGMA user_version = 99");
    const std::string before = readFile(folder.database());
    {
        auto opened = openIn(folder);
        CHECK(opened.report.outcome == OpenOutcome::NewerReadOnly);
        CHECK(opened.report.fileVersion == 99);
        REQUIRE(opened.database);
        CHECK(opened.database->readOnly());
        CHECK(messagesIn(*opened.database) == 2);
        ConversationStore conversations(*opened.database);
        CHECK(codeOf(conversations.create({})) == ErrorCode::ReadOnly);
        CHECK(codeOf(conversations.emptyTrash()) == ErrorCode::ReadOnly);
    }
    CHECK(readFile(folder.database()) == before);
}

TEST_CASE("a newer file that says we cannot read it is not opened")
{
    const TempFolder folder;
    fill(folder, 1);
    setVersion(folder, "PRAGMA user_version = 99; UPDATE meta SET value = '98' WHERE key = 'min_reader'");
    const auto opened = openIn(folder);
    CHECK(opened.report.outcome == OpenOutcome::NewerUnreadable);
    CHECK(opened.database == nullptr);
}

TEST_CASE("another program's file is left alone")
{
    const TempFolder folder;
    setVersion(folder, "CREATE TABLE bookmarks (id INTEGER PRIMARY KEY)");
    const std::string before = readFile(folder.database());
    CHECK(openIn(folder).report.outcome == OpenOutcome::ForeignFile);
    CHECK(readFile(folder.database()) == before);
}

TEST_CASE("a damaged file is set aside, a fresh one made, and what can be read is in it")
{
    constexpr int kTurns = 60;
    struct Damage {
        const char *what;
        void (*apply)(std::string &bytes);
        std::size_t leastMessages;
    };
    const Damage damages[] = {
        {"garbage instead of the header", [](std::string &bytes) { bytes.replace(0, 100, std::string(100, '\xaa')); },
         0},
        {"cut in half", [](std::string &bytes) { bytes.resize(bytes.size() / 2); }, 0},
        {"cut inside the first page", [](std::string &bytes) { bytes.resize(1000); }, 0},
        {"a page of messages overwritten",
         [](std::string &bytes) {
             const std::size_t message = bytes.find("question 5qqq");
             REQUIRE(message != std::string::npos);
             bytes.replace(message / 4096 * 4096, 4096, std::string(4096, '\x55'));
         },
         kTurns},
        {"all garbage", [](std::string &bytes) { bytes.assign(bytes.size(), '!'); }, 0},
    };
    for (const Damage &damage : damages) {
        CAPTURE(damage.what);
        const TempFolder folder;
        fill(folder, kTurns);
        std::string bytes = readFile(folder.database());
        damage.apply(bytes);
        writeFile(folder.database(), bytes);

        auto opened = openIn(folder);
        INFO(opened.report.detail);
        INFO(opened.report.recoveredRows << " rows, " << opened.report.recoveredConversations << " conversations");
        REQUIRE(opened.report.outcome == OpenOutcome::DamagedSetAside);
        CHECK(readFile(opened.report.setAside) == bytes);
        CHECK(opened.database->setAsideFiles() == std::vector<fs::path>{opened.report.setAside});
        CHECK(need(opened.database->check()).problems == std::vector<std::string>{});
        CHECK(messagesIn(*opened.database) >= damage.leastMessages);
        need(ConversationStore(*opened.database).create({.title = "goes on"}));
        opened.database.reset();
        CHECK(openIn(folder).report.outcome == OpenOutcome::Current);
    }
}

TEST_CASE("a log whose file is gone is kept with what is set aside")
{
    const TempFolder folder;
    writeFile(folder.path() / "carrel.db-wal", "not empty");
    const auto opened = openIn(folder);
    CHECK(opened.report.outcome == OpenOutcome::DamagedSetAside);
    CHECK(folder.filesWith("not empty").size() == 1);
    CHECK(folder.filesWith("not empty").front().ends_with("-wal"));
}

TEST_CASE("a salvage that was cut off between its renames is finished at the next start")
{
    const TempFolder folder;
    fill(folder, 3);
    fs::rename(folder.database(), folder.path() / "carrel.db.salvaged");
    writeFile(folder.database(), "damaged");
    auto opened = openIn(folder);
    CHECK(opened.report.outcome == OpenOutcome::DamagedSetAside);
    CHECK(readFile(opened.report.setAside) == "damaged");
    CHECK(messagesIn(*opened.database) == 6);
}

TEST_CASE("an empty file becomes a database")
{
    const TempFolder folder;
    writeFile(folder.database(), "");
    CHECK(openIn(folder).report.outcome == OpenOutcome::Created);
}

TEST_CASE("a folder that cannot be written opens for reading, with what stands in the log")
{
    const TempFolder folder;
    auto opened = openIn(folder);
    need(ConversationStore(*opened.database).create({.title = "in the log"}));
    const TempFolder copy;
    for (const std::string &file : folder.files()) {
        fs::copy_file(folder.path() / file, copy.path() / file);
        fs::permissions(copy.path() / file, fs::perms::all & ~fs::perms(0222));
    }
    fs::permissions(copy.path(), fs::perms(0555));
    // Root may write everywhere: the child becomes nobody.
    const int status = inChild([&]() -> int {
        if (getuid() == 0 && setuid(65534) != 0) {
            return 90;
        }
        auto readOnly = openIn(copy);
        if (readOnly.report.outcome != OpenOutcome::ReadOnlyFolder) {
            return 10 + static_cast<int>(readOnly.report.outcome);
        }
        ConversationStore conversations(*readOnly.database);
        const auto page = conversations.list({});
        const auto created = conversations.create({});
        return page && page->rows.size() == 1 && page->rows[0].title == "in the log" && !created &&
                       created.error().code == ErrorCode::ReadOnly
                   ? 0
                   : 1;
    });
    fs::permissions(copy.path(), fs::perms(0755));
    CHECK(status == 0);
    CHECK(copy.files() == folder.files());
}

TEST_CASE("a folder that can be neither read nor made is no access")
{
    const TempFolder folder;
    writeFile(folder.path() / "file", "in the way");
    CHECK(Database::open({.path = folder.path() / "file" / "carrel.db"}).report.outcome == OpenOutcome::NoAccess);
}

TEST_CASE("no room for a new file leaves none")
{
    const TempFolder folder;
    CHECK(openIn(folder, {.maxBytes = 5 * 4096}).report.outcome == OpenOutcome::DiskFull);
    CHECK(folder.files() == std::vector<std::string>{"carrel.db.lock"});
}

TEST_CASE("a full disk loses nothing that was acknowledged")
{
    const TempFolder folder;
    const int acknowledged = inChild([&]() -> int {
        signal(SIGXFSZ, SIG_IGN);
        auto opened = openIn(folder);
        ConversationStore conversations(*opened.database);
        MessageStore messages(*opened.database);
        const auto conversation = conversations.create({});
        const rlimit limit{.rlim_cur = 2U << 20U, .rlim_max = 2U << 20U};
        if (!conversation || setrlimit(RLIMIT_FSIZE, &limit) != 0) {
            return 250;
        }
        for (int turn = 0; turn < 200; ++turn) {
            const auto start = messages.startTurn(conversation->id, "question " + std::string(20'000, 'q'));
            if (!start) {
                const auto path = messages.path(conversation->id);
                const bool kept = path && path->size() == 2 * static_cast<std::size_t>(turn);
                return start.error().code == ErrorCode::DiskFull && kept ? turn : 251;
            }
            if (const auto end = messages.finish(start->answer, {.content = "answer"}); !end) {
                const auto path = messages.path(conversation->id);
                const bool kept = path && path->size() == 2 * static_cast<std::size_t>(turn + 1);
                return end.error().code == ErrorCode::DiskFull && kept ? turn : 252;
            }
        }
        return 253;
    });
    INFO("status " << acknowledged);
    REQUIRE(acknowledged > 5);
    REQUIRE(acknowledged < 200);
    auto opened = openIn(folder);
    CHECK(opened.report.outcome == OpenOutcome::Current);
    // A question may have been stored whose answer was not.
    CHECK(messagesIn(*opened.database) / 2 == static_cast<std::size_t>(acknowledged));
}

TEST_CASE("a migration keeps a copy of the file as it was")
{
    const TempFolder folder;
    fill(folder, 2);
    auto opened = openWith(folder, kNext);
    REQUIRE(opened.report.outcome == OpenOutcome::Migrated);
    CHECK(opened.report.fileVersion == kNewest);
    CHECK(need(opened.database->connection().integer("PRAGMA user_version")) == kNewest + 1);
    CHECK(messagesIn(*opened.database) == 4);
    CHECK(opened.database->automaticBackups() == std::vector<fs::path>{opened.report.backup});
    auto backup = need(sqlite::Connection::open(opened.report.backup, sqlite::OpenMode::ReadOnlyUntouched));
    CHECK(need(backup->integer("PRAGMA user_version")) == kNewest);
    CHECK(need(backup->integer("SELECT count(*) FROM messages")) == 4);
    opened.database.reset();
    CHECK(openWith(folder, kNext).report.outcome == OpenOutcome::Current);
}

TEST_CASE("a migration that fails leaves the file as it was")
{
    for (const schema::Migration &step : {kBroken, kDangling}) {
        CAPTURE(step.name);
        const TempFolder folder;
        fill(folder, 2);
        const auto failed = openWith(folder, step);
        CHECK(failed.report.outcome == OpenOutcome::MigrationFailed);
        CHECK(fs::exists(failed.report.backup));
        auto opened = openIn(folder);
        CHECK(opened.report.outcome == OpenOutcome::Current);
        CHECK(messagesIn(*opened.database) == 4);
    }
}

TEST_CASE("no room to migrate leaves the file as it was")
{
    const TempFolder folder;
    fill(folder, 2);
    const auto pages = static_cast<std::int64_t>(fs::file_size(folder.database()));
    CHECK(openWith(folder, kNext, {.maxBytes = pages}).report.outcome == OpenOutcome::DiskFull);
    CHECK(openIn(folder).report.outcome == OpenOutcome::Current);
}

TEST_CASE("a backup is complete, and never overwrites")
{
    TestDatabase database;
    need(ConversationStore(*database).create({.title = "kept"}));
    const fs::path target = database.folder().path() / "copy.db";
    need(database->backupTo(target));
    CHECK(codeOf(database->backupTo(target)) == ErrorCode::Conflict);
    auto opened = Database::open({.path = target});
    CHECK(opened.report.outcome == OpenOutcome::Current);
    CHECK(need(ConversationStore(*opened.database).list({})).rows.at(0).title == "kept");
}

TEST_CASE("a check finds a search index that does not match the text")
{
    TestDatabase database;
    const auto id = need(ConversationStore(*database).create({.title = "kept"})).id;
    CHECK(need(database->check()).sound());
    need(database->connection().run(
        "INSERT INTO title_index (title_index, rowid, title) VALUES ('delete', :id, 'kept')", {{":id", id.value}}));
    CHECK(need(database->check()).problems.size() == 1);
}
