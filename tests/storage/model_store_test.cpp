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
