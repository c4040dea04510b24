// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/model_store.h"

#include "storage/conversation_store.h"
#include "tests/storage/support.h"

using namespace storage;
using namespace storage::test;

TEST_CASE("a model is known by its path and learns as it is put again")
{
    TestDatabase database;
    ModelStore store(*database);
    const auto made = need(store.put({.path = "/m.gguf", .name = "m", .sizeBytes = 5, .source = "adopted"}));
    CHECK(made.sha256.empty());
    const auto again = need(store.put({.sha256 = "ab", .path = "/m.gguf", .name = "M", .headerJson = "{\"a\":1}"}));
    CHECK(again.id == made.id);
    CHECK(again.addedMs == made.addedMs);
    CHECK(need(store.findBySha256("ab")).name == "M");
    CHECK(need(store.get(made.id)).headerJson == "{\"a\":1}");
    CHECK(codeOf(store.findBySha256("")) == ErrorCode::NotFound);
    CHECK(codeOf(store.findByPath("/other")) == ErrorCode::NotFound);
    CHECK(codeOf(store.put({})) == ErrorCode::InvalidArgument);
    CHECK(codeOf(store.put({.path = "/x", .headerJson = "["})) == ErrorCode::InvalidArgument);
}

TEST_CASE("a removed model keeps its card, and comes back when its file does")
{
    TestDatabase database;
    ModelStore store(*database);
    const auto a = need(store.put({.path = "/a", .name = "a"}));
    const auto b = need(store.put({.path = "/b", .name = "b"}));
    const auto chat = need(ConversationStore(*database).create({.model = a.id}));
    need(store.touch(b.id));
    CHECK(need(store.list()).front().id == b.id);
    need(store.remove(a.id));
    CHECK(need(store.list()).size() == 1);
    CHECK(need(store.list(ModelStore::Which::WithRemoved)).size() == 2);
    CHECK(need(ConversationStore(*database).get(chat.id)).model == a.id);
    CHECK(need(store.put({.path = "/a", .name = "a"})).removedMs == 0);
    CHECK(codeOf(store.touch({999})) == ErrorCode::NotFound);
    CHECK(codeOf(store.remove({999})) == ErrorCode::NotFound);
}

TEST_CASE("a library's row is written whole and read back")
{
    TestDatabase database;
    ModelStore store(*database);
    Model row{.sha256 = "ab",
              .path = "/m.gguf",
              .name = "m",
              .sizeBytes = 5,
              .fileModifiedMs = 7,
              .source = "hub",
              .listed = true,
              .slug = "m",
              .purpose = "chat",
              .inode = 0xffff'ffff'ffff'fff1ULL,
              .promisedSha256 = "cd",
              .promisedBy = "hub"};
    const Model made = need(store.keep(std::vector{row})).at(0);
    CHECK(made.id.valid());
    CHECK(made.addedMs > 0);
    CHECK(made.inode == row.inode);
    CHECK(made.slug == "m");
    CHECK(made.promisedBy == "hub");
    CHECK(need(store.library()).models.size() == 1);

    // The file is the same, so is its hash, whoever does not know it.
    row.sha256.clear();
    CHECK(need(store.keep(std::vector{row})).at(0).sha256 == "ab");
    row.sizeBytes = 6;
    CHECK(need(store.keep(std::vector{row})).at(0).sha256.empty());

    // All or none.
    Model bad = row;
    bad.path = "/other.gguf";
    bad.headerJson = "[";
    row.name = "changed";
    CHECK(codeOf(store.keep(std::vector{row, bad})) == ErrorCode::InvalidArgument);
    CHECK(need(store.get(made.id)).name == "m");
}

TEST_CASE("a model that is found at another path keeps its row and takes over what names the other")
{
    TestDatabase database;
    ModelStore store(*database);
    const auto old = need(store.keep(std::vector<Model>{{.path = "/old", .name = "m", .listed = true, .slug = "m"}}));
    const auto found = need(store.put({.path = "/new", .name = "m"}));
    const auto chat = need(ConversationStore(*database).create({.model = found.id}));
    need(store.addSpeed({.model = found.id, .device = "cpu", .decodeTokens = 10, .decodeMs = 100}));
    Model moved = old.at(0);
    moved.path = "/new";
    CHECK(need(store.keep(std::vector{moved})).at(0).id == moved.id);
    CHECK(codeOf(store.get(found.id)) == ErrorCode::NotFound);
    CHECK(codeOf(store.findByPath("/old")) == ErrorCode::NotFound);
    CHECK(need(ConversationStore(*database).get(chat.id)).model == moved.id);
    const auto speeds = need(store.library()).speeds;
    REQUIRE(speeds.size() == 1);
    CHECK(speeds[0].model == moved.id);
}

TEST_CASE("speeds are summed over answers, and old ones count less and less")
{
    TestDatabase database;
    ModelStore store(*database);
    const auto model = need(store.put({.path = "/m", .name = "m"}));
    const auto answer = [&](std::int64_t tokens, double ms) {
        need(store.addSpeed({.model = model.id, .device = "cpu", .decodeTokens = tokens, .decodeMs = ms}));
        return need(store.library()).speeds.at(0);
    };
    answer(100, 1000);
    CHECK(answer(300, 1000).decodeTokens == 400);
    CHECK(answer(100'000, 1'000'000).decodeMs == 1'002'000);
    // What is above the bound counts half from then on, so that a new driver shows after some answers.
    CHECK(answer(0, 0).decodeTokens == 50'200);
    CHECK_FALSE(store.addSpeed({.model = {999}, .device = "cpu"}).has_value());
}

TEST_CASE("fits of an adapter and watched folders are replaced as a whole")
{
    TestDatabase database;
    ModelStore store(*database);
    const auto model = need(store.put({.path = "/m", .name = "m"}));
    const auto adapter = need(store.put({.path = "/a", .name = "a"}));
    need(store.setFits(adapter.id, std::vector<AdapterFit>{{.model = model.id, .fits = true}}));
    need(store.setFits(adapter.id, std::vector<AdapterFit>{{.model = model.id, .fits = false}}));
    CHECK(need(store.library()).fits.size() == 1);
    CHECK_FALSE(need(store.library()).fits[0].fits);
    need(store.setFolders(std::vector<std::string>{"/b", "/a"}));
    need(store.setFolders(std::vector<std::string>{"/c", "/a"}));
    CHECK(need(store.library()).folders == std::vector<std::string>{"/c", "/a"});
}
