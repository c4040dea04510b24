// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/assistant_store.h"

#include "storage/conversation_store.h"
#include "storage/sqlite/connection.h"
#include "tests/storage/support.h"

using namespace storage;
using namespace storage::test;

TEST_CASE("there is one default assistant from the start, and always exactly one")
{
    TestDatabase database;
    AssistantStore store(*database);
    const auto built = need(store.defaultAssistant());
    CHECK(built.name == "Carrel");
    const auto lawyer = need(store.create({.name = "Lawyer"}));
    CHECK_FALSE(lawyer.isDefault);
    CHECK(codeOf(store.remove(built.id)) == ErrorCode::Conflict);
    need(store.setDefault(lawyer.id));
    CHECK(need(store.defaultAssistant()).id == lawyer.id);
    CHECK(codeOf(store.setDefault({999})) == ErrorCode::NotFound);
    CHECK(need(store.defaultAssistant()).id == lawyer.id);
    CHECK(codeOf(store.remove(lawyer.id)) == ErrorCode::Conflict);
    need(store.remove(built.id));
    CHECK(need(database->check()).sound());
}

TEST_CASE("an assistant keeps what it is given")
{
    TestDatabase database;
    AssistantStore store(*database);
    need(database->connection().run("INSERT INTO collections (id, uuid, name, created_ms) VALUES (1, 'a', 'A', 0), "
                                    "(2, 'b', 'B', 0)"));
    Assistant wanted{.name = "Lawyer",
                     .picture = "scales",
                     .instructions = "Be exact.",
                     .adapters = {{.sha256 = "ab", .name = "tone", .scale = 0.5}},
                     .samplingJson = R"({"temperature":0})",
                     .collections = {{2}, {1}},
                     .position = 3};
    const auto made = need(store.create(wanted));
    wanted.id = made.id;
    wanted.name = "Advocate";
    wanted.collections = {{1}};
    need(store.update(wanted));
    const auto read = need(store.get(made.id));
    CHECK(made.collections == std::vector<CollectionId>{{2}, {1}});
    CHECK(read.name == "Advocate");
    CHECK(read.picture == wanted.picture);
    CHECK(read.instructions == wanted.instructions);
    CHECK(read.adapters == wanted.adapters);
    CHECK(read.samplingJson == wanted.samplingJson);
    CHECK(read.collections == wanted.collections);
    CHECK(read.position == 3);
    CHECK(read.uuid == made.uuid);
    CHECK(read.updatedMs > made.updatedMs);
    CHECK(need(store.list()).size() == 2);
}

TEST_CASE("what an assistant cannot be is refused and changes nothing")
{
    TestDatabase database;
    AssistantStore store(*database);
    CHECK(codeOf(store.create({})) == ErrorCode::InvalidArgument);
    CHECK(codeOf(store.create({.name = "x", .samplingJson = "{"})) == ErrorCode::InvalidArgument);
    CHECK(codeOf(store.create({.name = "x", .picture = std::string(300 << 10, 'x')})) == ErrorCode::InvalidArgument);
    CHECK(codeOf(store.create({.name = "x", .collections = {{999}}})) == ErrorCode::Conflict);
    CHECK(codeOf(store.update({.id = {999}, .name = "x"})) == ErrorCode::NotFound);
    CHECK(codeOf(store.get({999})) == ErrorCode::NotFound);
    CHECK(codeOf(store.remove({999})) == ErrorCode::NotFound);
    CHECK(need(store.list()).size() == 1);
}

TEST_CASE("conversations of a removed assistant go on with the default one")
{
    TestDatabase database;
    AssistantStore store(*database);
    const auto lawyer = need(store.create({.name = "Lawyer"}));
    ConversationStore conversations(*database);
    const auto chat = need(conversations.create({.assistant = lawyer.id}));
    need(store.remove(lawyer.id));
    CHECK(need(conversations.get(chat.id)).assistant == need(store.defaultAssistant()).id);
}
