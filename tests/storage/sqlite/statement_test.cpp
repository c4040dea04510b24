// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sqlite/statement.h"

#include "storage/sqlite/connection.h"
#include "tests/storage/support.h"

#include <algorithm>
#include <array>
#include <cstdint>

using namespace storage;
using namespace storage::test;
using sqlite::Connection;

TEST_CASE("every kind of value comes back as it was bound")
{
    const TempFolder folder;
    auto db = need(Connection::open(folder.database(), sqlite::OpenMode::ReadWrite));
    need(db->script("CREATE TABLE t (a ANY, b ANY, c ANY, d ANY, e ANY) STRICT"));
    const std::string withZero("x\0y", 3);
    const std::array bytes = {std::byte{0}, std::byte{255}};
    need(db->run("INSERT INTO t VALUES (:a, :b, :c, :d, :e)",
                 {{":a", nullptr}, {":b", INT64_MIN}, {":c", 0.5}, {":d", withZero}, {":e", sqlite::Blob(bytes)}}));
    need(db->each("SELECT a, b, c, d, e FROM t", {}, [&](const sqlite::Row &row) {
        CHECK(row.isNull(0));
        CHECK(row.integer(1) == INT64_MIN);
        CHECK(row.integer32(1) == INT32_MIN);
        CHECK(row.real(2) == 0.5);
        CHECK(row.text(3) == withZero);
        CHECK(std::ranges::equal(row.blob(4), bytes));
    }));
}

TEST_CASE("empty text and empty bytes are not NULL")
{
    const TempFolder folder;
    auto db = need(Connection::open(folder.database(), sqlite::OpenMode::ReadWrite));
    need(db->each("SELECT :text, :bytes", {{":text", std::string_view()}, {":bytes", sqlite::Blob()}},
                  [](const sqlite::Row &row) {
                      CHECK_FALSE(row.isNull(0));
                      CHECK_FALSE(row.isNull(1));
                      CHECK(row.text(0).empty());
                      CHECK(row.blob(1).empty());
                  }));
}

TEST_CASE("a parameter the statement does not have is an error")
{
    const TempFolder folder;
    auto db = need(Connection::open(folder.database(), sqlite::OpenMode::ReadWrite));
    CHECK(codeOf(db->run("SELECT :a", {{":b", 1}})) == ErrorCode::Internal);
    need(db->run("SELECT :a", {{":a", 1}}));
}
