// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/index_database.h"

#include "storage/sqlite/connection.h"
#include "tests/storage/index_support.h"

#include <sys/stat.h>

#include <algorithm>

namespace storage {

using namespace test;

TEST_CASE("an index is created, closed and opened as it was")
{
    TestIndex index;
    CHECK(index->path() == index.path());
    addDocument(*index, "c", "/a.txt", hashOf('a'), {"one two"});
    CHECK(index.open() == IndexOutcome::Current);
    CHECK(need(DocumentStore(*index).files("c")).size() == 1);
    CHECK(index->check().has_value());
    struct stat status = {};
    REQUIRE(stat(index.path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("an index that cannot be used is made anew")
{
    TestIndex index;
    addDocument(*index, "c", "/a.txt", hashOf('a'), {"one two"});
    SECTION("of another version")
    {
        need(index->connection().script("PRAGMA user_version = 99"));
    }
    SECTION("of another program")
    {
        need(index->connection().script("PRAGMA application_id = 5"));
    }
    SECTION("that gave an error before")
    {
        need(index->distrust());
    }
    SECTION("without a readable header")
    {
        index.close();
        writeFile(index.path(), std::string(8192, 'x'));
    }
    SECTION("with a page full of something else")
    {
        index.close();
        std::string bytes = readFile(index.path());
        for (std::size_t page = 4096; page + 4096 <= bytes.size(); page += 4096) {
            bytes.replace(page, 4096, std::string(4096, 'x'));
        }
        writeFile(index.path(), bytes);
    }
    SECTION("that ends too early")
    {
        index.close();
        writeFile(index.path(), readFile(index.path()).substr(0, 5000));
    }
    CHECK(index.open() == IndexOutcome::Remade);
    CHECK(need(DocumentStore(*index).files("c")).empty());
    CHECK(index->check().has_value());
    CHECK(index.open() == IndexOutcome::Current);
}

TEST_CASE("an index belongs to one program at a time")
{
    TestIndex index;
    const OpenedIndex second = IndexDatabase::open({.path = index.path()});
    CHECK(second.outcome == IndexOutcome::LockedByOther);
    CHECK(second.database == nullptr);
}

TEST_CASE("an index in a place that is none is refused with its reason")
{
    TempFolder folder;
    writeFile(folder.path() / "file", "");
    const OpenedIndex opened = IndexDatabase::open({.path = folder.path() / "file" / "index.db"});
    CHECK(opened.outcome == IndexOutcome::NoAccess);
    CHECK_FALSE(opened.detail.empty());
}

TEST_CASE("outcomes have names of their own")
{
    std::vector<std::string_view> names;
    for (int outcome = 0; outcome <= static_cast<int>(IndexOutcome::Failed); ++outcome) {
        names.push_back(name(static_cast<IndexOutcome>(outcome)));
    }
    std::ranges::sort(names);
    CHECK(std::ranges::adjacent_find(names) == names.end());
}

} // namespace storage
