// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sqlite/connection.h"

#include "storage/sqlite/transaction.h"
#include "tests/storage/support.h"

#include <fcntl.h>
#include <unistd.h>

using namespace storage;
using namespace storage::test;
using sqlite::Connection;
using sqlite::OpenMode;

TEST_CASE("a connection is set up for private, durable data")
{
    const TempFolder folder;
    auto db = need(Connection::open(folder.database(), OpenMode::ReadWrite));
    struct Setting {
        const char *sql;
        const char *value;
    };
    for (const Setting &setting : {Setting{"PRAGMA journal_mode", "wal"}, Setting{"PRAGMA synchronous", "2"},
                                   Setting{"PRAGMA foreign_keys", "1"}, Setting{"PRAGMA secure_delete", "1"},
                                   Setting{"PRAGMA trusted_schema", "0"}, Setting{"PRAGMA cell_size_check", "1"},
                                   Setting{"PRAGMA temp_store", "2"}, Setting{"PRAGMA locking_mode", "exclusive"}}) {
        CAPTURE(setting.sql);
        CHECK(need(db->text(setting.sql)) == setting.value);
    }
}

TEST_CASE("a path with characters of its own in addresses is taken as it is")
{
    const TempFolder folder;
    const auto path = folder.path() / "100% what? #1.db";
    need(need(Connection::open(path, OpenMode::ReadWrite))->script("CREATE TABLE t (a) "));
    CHECK(std::filesystem::exists(path));
    auto copy = need(Connection::open(path, OpenMode::ReadOnlyUntouched));
    CHECK(need(copy->integer("SELECT count(*) FROM sqlite_schema")) == 1);
}

TEST_CASE("a missing file is not made by reading it")
{
    const TempFolder folder;
    CHECK(codeOf(Connection::open(folder.database(), OpenMode::ReadOnlyUntouched)) == ErrorCode::FileUnreadable);
    CHECK(folder.files().empty());
}

TEST_CASE("reading untouched sees what stands in the log alone, and changes no byte")
{
    const TempFolder folder;
    const TempFolder copy;
    {
        auto db = need(Connection::open(folder.database(), OpenMode::ReadWrite));
        need(db->script("CREATE TABLE t (a TEXT) STRICT"));
        need(db->run("INSERT INTO t VALUES (:a)", {{":a", "in the log"}}));
        for (const char *name : {"carrel.db", "carrel.db-wal"}) {
            std::filesystem::copy_file(folder.path() / name, copy.path() / name);
        }
    }
    const auto before = copy.files();
    const std::string log = readFile(copy.path() / "carrel.db-wal");
    const std::string file = readFile(copy.database());
    REQUIRE(log.size() > 4096);
    {
        auto db = need(Connection::open(copy.database(), OpenMode::ReadOnlyUntouched));
        CHECK(need(db->text("SELECT a FROM t")) == "in the log");
        CHECK(codeOf(db->run("INSERT INTO t VALUES ('x')")) == ErrorCode::ReadOnly);
    }
    CHECK(copy.files() == before);
    CHECK(readFile(copy.path() / "carrel.db-wal") == log);
    CHECK(readFile(copy.database()) == file);
}

TEST_CASE("a working copy leaves no journal beside it")
{
    const TempFolder folder;
    need(need(Connection::open(folder.database(), OpenMode::ReadWrite))->script("CREATE TABLE t (a TEXT) STRICT"));
    auto db = need(Connection::open(folder.database(), OpenMode::WorkingCopy));
    need(db->script("BEGIN; INSERT INTO t VALUES ('x')"));
    CHECK(folder.files() == std::vector<std::string>{"carrel.db"});
    need(db->script("COMMIT"));
}

TEST_CASE("errors say what kind they are")
{
    const TempFolder folder;
    auto db = need(Connection::open(folder.database(), OpenMode::ReadWrite));
    need(db->script("CREATE TABLE t (a INTEGER NOT NULL UNIQUE) STRICT; INSERT INTO t VALUES (1)"));
    CHECK(codeOf(db->run("INSERT INTO t VALUES (1)")) == ErrorCode::Conflict);
    CHECK(codeOf(db->run("INSERT INTO t VALUES ('x')")) == ErrorCode::Conflict);
    CHECK(codeOf(db->run("INSERT INTO nothing VALUES (1)")) == ErrorCode::Internal);
    writeFile(folder.path() / "garbage.db", std::string(8192, 'x'));
    CHECK(codeOf(Connection::open(folder.path() / "garbage.db", OpenMode::ReadWrite)) == ErrorCode::Damaged);
    need(db->script("PRAGMA max_page_count = 1"));
    CHECK(codeOf(db->script("CREATE TABLE u (a); CREATE TABLE v (a); CREATE TABLE w (a)")) == ErrorCode::DiskFull);
}

TEST_CASE("a statement inside its own loop is refused, another one is not")
{
    const TempFolder folder;
    auto db = need(Connection::open(folder.database(), OpenMode::ReadWrite));
    int rows = 0;
    need(db->each("SELECT 1 UNION SELECT 2", {}, [&](const sqlite::Row &) {
        ++rows;
        CHECK(codeOf(db->run("SELECT 1 UNION SELECT 2")) == ErrorCode::Internal);
        CHECK(need(db->integer("SELECT 7")) == 7);
    }));
    CHECK(rows == 2);
}

TEST_CASE("a second connection is kept out")
{
    const TempFolder folder;
    auto db = need(Connection::open(folder.database(), OpenMode::ReadWrite));
    need(db->script("CREATE TABLE t (a)"));
    CHECK(codeOf(Connection::open(folder.database(), OpenMode::ReadWrite)) == ErrorCode::Busy);
}
