// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/conversation_export.h"

#include "storage/assistant_store.h"
#include "storage/conversation_store.h"
#include "storage/grounding_store.h"
#include "storage/message_store.h"
#include "tests/storage/support.h"

using namespace storage;
using namespace storage::test;

namespace {

AnswerRecord recordOf(std::vector<std::int32_t> prompt)
{
    return {
        .modelName = "m", .seed = 0xffff'ffff'ffff'ffffULL, .promptTokens = std::move(prompt), .generatedTokens = {9}};
}

/// A profile with folders, an assistant, a branched chat, a record, a citation, settings and a trashed chat.
void fill(Database &database)
{
    ConversationStore conversations(database);
    MessageStore messages(database);
    const auto work = need(conversations.createFolder("Work"));
    const auto tax = need(conversations.createFolder("Tax", work.id));
    const auto lawyer = need(AssistantStore(database).create({.name = "Lawyer", .instructions = "Be exact."}));
    const auto chat =
        need(conversations.create({.title = "Le\"ase\n日本", .assistant = lawyer.id, .folder = tax.id})).id;
    need(conversations.setPinned(chat, true));
    need(conversations.setSetting(chat, "temperature", "0.25"));
    const auto turn = need(messages.startTurn(chat, std::string("zero\0byte", 9)));
    GroundingStore grounding(database);
    need(grounding.attach(chat, {.collectionUuid = "c", .path = "/srv/Größe.pdf", .name = "Größe"}));
    need(grounding.put(turn.answer, {.mode = DocumentMode::Only, .material = Material::Whole, .documentsTotal = 3},
                       {{.lastPage = 2,
                         .pageLabel = "iv",
                         .heading = "Lease",
                         .text = "three months",
                         .score = 0.5,
                         .rerankScore = -1.5,
                         .used = true},
                        {.ordinal = 2, .instructs = true}}));
    need(grounding.putChecks(turn.answer, {{.endByte = 5, .verdict = "supported", .cited = {1}, .reason = "r"}}, {1}));
    need(messages.finish(turn.answer, {.content = "first", .thinking = "hm", .record = recordOf({1, 2, 3})}));
    const auto other = need(messages.regenerate(turn.answer));
    need(messages.finish(other, {.state = MessageState::Failed, .errorCode = "out_of_memory", .errorDetail = "d"}));
    need(messages.showSibling(other, 1));
    const auto streaming = need(conversations.create({.title = "streaming"})).id;
    const auto open = need(messages.startTurn(streaming, "q"));
    need(messages.appendJournal(open.answer, {.sequence = 0, .text = "so far"}));
    need(conversations.trash(need(conversations.create({.title = "gone"})).id));
}

std::string exported(TestDatabase &database, const char *name)
{
    const auto path = database.folder().path() / name;
    need(exportConversations(*database, path));
    std::string text = readFile(path);
    return text.substr(text.find('\n')); // the head has the time
}

const char *const kHead = "{\"format\":\"carrel.conversations\",\"version\":1}\n";
const std::string kConversation =
    R"({"type":"conversation","uuid":"018bcfe5-6800-7000-8000-000000000001","title":"t","pinned":false,"folder":null,)"
    R"("assistant":null,"model_name":null,"model_sha256":null,"active_leaf":null,"created_ms":1,"updated_ms":2,)"
    R"("settings":{}})"
    "\n";

std::string message(const char *uuid, const char *parent, const char *extra = "")
{
    return std::string(R"({"type":"message","uuid":"018bcfe5-6800-7000-8000-)") + uuid + R"(","parent":)" + parent +
           R"(,"role":"user","state":"complete","content":"c","thinking":"","thinking_ms":0,"error_code":"",)"
           R"("error_detail":"","created_ms":1,"finished_ms":1)" +
           extra + "}\n";
}

} // namespace

TEST_CASE("an export restored elsewhere exports the same")
{
    TestDatabase source;
    fill(*source);
    const std::string text = exported(source, "all.jsonl");
    TestDatabase target;
    const auto report = need(restoreConversations(*target, source.folder().path() / "all.jsonl"));
    CHECK(report.conversationsAdded == 2);
    CHECK(report.messagesAdded == 5);
    CHECK(report.assistantsAdded == 1);
    CHECK(need(target->check()).problems == std::vector<std::string>{});
    CHECK(exported(target, "again.jsonl") == text);
    CHECK(need(ConversationStore(*target).count(ListScope::Trash)) == 0);
    const auto chats = need(ConversationStore(*target).list({.scope = ListScope::Pinned})).rows;
    REQUIRE(chats.size() == 1);
    const auto path = need(MessageStore(*target).path(chats[0].id));
    REQUIRE(path.size() == 2);
    CHECK(path[1].message.content == "first");
    CHECK(path[1].siblings == 2);
    CHECK(need(MessageStore(*target).record(path[1].message.id)) == recordOf({1, 2, 3}));
}

TEST_CASE("restoring twice adds nothing, restoring a grown chat adds what is new")
{
    TestDatabase source;
    fill(*source);
    const auto path = source.folder().path() / "all.jsonl";
    need(exportConversations(*source, path));
    TestDatabase target;
    need(restoreConversations(*target, path));
    const auto again = need(restoreConversations(*target, path));
    CHECK(again.conversationsAdded == 0);
    CHECK(again.conversationsMerged == 0);
    CHECK(again.messagesAdded == 0);
    CHECK(again.messagesKnown == 5);

    const auto chat = need(ConversationStore(*source).list({.scope = ListScope::Pinned})).rows.at(0).id;
    need(MessageStore(*source).startTurn(chat, "and then?"));
    need(exportConversations(*source, path, {chat}));
    const auto grown = need(restoreConversations(*target, path));
    CHECK(grown.conversationsMerged == 1);
    CHECK(grown.messagesAdded == 2);
    CHECK(need(target->check()).sound());
}

TEST_CASE("a foreign or hostile file is refused with its line, and nothing of it stays")
{
    const std::string head = kHead;
    const std::string good = head + kConversation + message("0000000000a1", "null");
    const std::string deep = std::string(5000, '[') + std::string(5000, ']');
    struct Case {
        const char *what;
        std::string text;
        const char *where;
    };
    const Case cases[] = {
        {"empty", "", "empty"},
        {"no JSON", "hello\n", "line 1"},
        {"another format", "{\"format\":\"other\",\"version\":1}\n", "line 1"},
        {"half a line", good + "{\"type\":\"mess", "line 4"},
        {"an unknown type", good + "{\"type\":\"virus\"}\n", "line 4"},
        {"a message outside a conversation", head + message("0000000000a1", "null"), "line 2"},
        {"an unknown parent", good + message("0000000000a2", "\"018bcfe5-6800-7000-8000-0000000000ff\""), "line 4"},
        {"its own parent", good + message("0000000000a2", "\"018bcfe5-6800-7000-8000-0000000000a2\""), "line 4"},
        {"one uuid twice", good + message("0000000000a1", "null"), "line 4"},
        {"not a uuid", head + kConversation + message("XYZ", "null"), "line 3"},
        {"a record of the wrong kind", head + kConversation + message("0000000000a1", "null", ",\"record\":7"),
         "line 3"},
        {"a grounding of the wrong kind",
         head + kConversation + message("0000000000a1", "null", ",\"grounding\":{\"mode\":\"never\"}"), "line 3"},
        {"two sentences at one place",
         head + kConversation +
             message("0000000000a1", "null",
                     ",\"sentences\":[{\"start\":0,\"end\":1,\"verdict\":\"\",\"cited\":[],\"reason\":\"\"},"
                     "{\"start\":0,\"end\":2,\"verdict\":\"\",\"cited\":[],\"reason\":\"\"}]"),
         "line 3"},
        {"citations of the wrong kind", head + kConversation + message("0000000000a1", "null", ",\"citations\":{}"),
         "line 3"},
        {"nesting without end", head + "{\"type\":" + deep + "}\n", "line 2"},
        {"a missing field", head + "{\"type\":\"conversation\"}\n", "line 2"},
        {"numbers beyond 64 bits",
         head + "{\"type\":\"folder\",\"uuid\":\"018bcfe5-6800-7000-8000-000000000001\","
                "\"parent\":null,\"name\":\"n\",\"position\":18446744073709551615}\n",
         "line 2"},
    };
    for (const Case &c : cases) {
        CAPTURE(c.what);
        TestDatabase database;
        const auto path = database.folder().path() / "in.jsonl";
        writeFile(path, c.text);
        const auto restored = restoreConversations(*database, path);
        CHECK(codeOf(restored) == ErrorCode::ImportMalformed);
        CHECK(restored.error().detail.contains(c.where));
        CHECK(need(ConversationStore(*database).count(ListScope::All)) == 0);
        writeFile(path, good);
        CHECK(need(restoreConversations(*database, path)).messagesAdded == 1);
    }
}

TEST_CASE("a newer export is refused by name, a missing file too")
{
    TestDatabase database;
    const auto path = database.folder().path() / "in.jsonl";
    writeFile(path, "{\"format\":\"carrel.conversations\",\"version\":2}\n");
    CHECK(codeOf(restoreConversations(*database, path)) == ErrorCode::NewerFormat);
    CHECK(codeOf(restoreConversations(*database, database.folder().path() / "none")) == ErrorCode::FileUnreadable);
}

TEST_CASE("an export that fails leaves the file that was there")
{
    TestDatabase database;
    const auto path = database.folder().path() / "out.jsonl";
    writeFile(path, "precious");
    CHECK(codeOf(exportConversations(*database, path, {{999}})) == ErrorCode::NotFound);
    CHECK(readFile(path) == "precious");
    CHECK(codeOf(exportConversations(*database, database.folder().path() / "no" / "such" / "folder")) ==
          ErrorCode::FileUnreadable);
    CHECK_FALSE(std::filesystem::exists(database.folder().path() / "out.jsonl.part"));
}
