// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sqlite/transaction.h"

#include "storage/sqlite/connection.h"
#include "tests/storage/support.h"

using namespace storage;
using namespace storage::test;
using sqlite::Connection;
using sqlite::Transaction;

namespace {

std::unique_ptr<Connection> openWithTable(const TempFolder &folder)
{
    auto db = need(Connection::open(folder.database(), sqlite::OpenMode::ReadWrite));
    need(db->script("CREATE TABLE t (a INTEGER NOT NULL) STRICT"));
    return db;
}

std::int64_t rows(Connection &db)
{
    return need(db.integer("SELECT count(*) FROM t"));
}

} // namespace

TEST_CASE("a transaction is undone unless committed")
{
    const TempFolder folder;
    auto db = openWithTable(folder);
    {
        auto transaction = need(Transaction::begin(*db));
        need(db->run("INSERT INTO t VALUES (1)"));
        CHECK(rows(*db) == 1);
    }
    CHECK(rows(*db) == 0);
    {
        auto transaction = need(Transaction::begin(*db));
        need(db->run("INSERT INTO t VALUES (1)"));
        need(transaction.commit());
        CHECK(codeOf(transaction.commit()) == ErrorCode::Internal);
    }
    CHECK(rows(*db) == 1);
}

TEST_CASE("a second transaction on the same connection is refused and leaves the first")
{
    const TempFolder folder;
    auto db = openWithTable(folder);
    auto transaction = need(Transaction::begin(*db));
    need(db->run("INSERT INTO t VALUES (1)"));
    CHECK_FALSE(Transaction::begin(*db).has_value());
    need(transaction.commit());
    CHECK(rows(*db) == 1);
}

TEST_CASE("a disk that fills up in the middle undoes the transaction and nothing else")
{
    const TempFolder folder;
    auto db = openWithTable(folder);
    need(db->run("INSERT INTO t VALUES (1)"));
    need(db->script("PRAGMA max_page_count = 4"));
    {
        auto transaction = need(Transaction::begin(*db));
        need(db->run("INSERT INTO t VALUES (2)"));
        CHECK(codeOf(db->run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
                             "INSERT INTO t SELECT i FROM n")) == ErrorCode::DiskFull);
        if (!db->inTransaction()) {
            CHECK(codeOf(transaction.commit()) == ErrorCode::Internal);
        }
    }
    CHECK(rows(*db) == 1);
    need(db->run("INSERT INTO t VALUES (3)"));
    CHECK(rows(*db) == 2);
}

TEST_CASE("a moved transaction is ended once")
{
    const TempFolder folder;
    auto db = openWithTable(folder);
    {
        auto first = need(Transaction::begin(*db));
        const Transaction second = std::move(first);
        need(db->run("INSERT INTO t VALUES (1)"));
    }
    CHECK(rows(*db) == 0);
    CHECK_FALSE(db->inTransaction());
}
