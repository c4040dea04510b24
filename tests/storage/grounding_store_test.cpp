// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/grounding_store.h"

#include "storage/collection_store.h"
#include "storage/conversation_store.h"
#include "storage/message_store.h"
#include "tests/storage/support.h"

namespace storage {

using namespace test;

namespace {

struct Chat {
    TestDatabase database;
    GroundingStore grounding{*database};
    MessageStore messages{*database};
    ConversationId id = need(ConversationStore(*database).create({.title = "t"})).id;

    MessageId answer(std::string_view text)
    {
        const auto turn = need(messages.startTurn(id, "q"));
        need(messages.finish(turn.answer, {.content = std::string(text)}));
        return turn.answer;
    }
};

const std::vector<Citation> kCitations = {
    {.ordinal = 1,
     .collectionUuid = "c",
     .documentSha256 = "d",
     .documentName = "lease.pdf",
     .page = 12,
     .lastPage = 13,
     .pageLabel = "xii",
     .heading = "Lease > Notice",
     .startByte = 5,
     .endByte = 9,
     .text = "three months",
     .lexicalRank = 1,
     .denseRank = 2,
     .similarity = 0.25,
     .score = 0.5,
     .rerankScore = -2.5,
     .instructs = true},
    {.ordinal = 2, .collectionUuid = "c", .documentSha256 = "d", .documentName = "lease.pdf", .text = "ten years"}};
const Grounding kGrounding = {.mode = DocumentMode::Only,
                              .material = Material::Passages,
                              .documentsTotal = 3,
                              .documentsSearched = 2,
                              .documentsWaiting = 1,
                              .wordsOnly = true,
                              .detailsJson = R"({"x":1})"};

} // namespace

TEST_CASE("what an answer was given keeps its text and order")
{
    Chat chat;
    const MessageId answer = chat.answer("a [1]");
    CHECK_FALSE(need(chat.grounding.grounding(answer)).has_value());
    need(chat.grounding.put(answer, kGrounding, {kCitations[1], kCitations[0]}));
    CHECK(need(chat.grounding.grounding(answer)) == kGrounding);
    CHECK(need(chat.grounding.citations(answer)) == kCitations);
    CHECK(need(chat.messages.path(chat.id))[1].citations == 2);
    CHECK(codeOf(chat.grounding.put(answer, {}, {kCitations[0], kCitations[0]})) == ErrorCode::Conflict);
    CHECK(need(chat.grounding.citations(answer)) == kCitations);
    CHECK(need(chat.grounding.grounding(answer)) == kGrounding);
    need(chat.grounding.put(answer, {.refused = true}, {}));
    CHECK(need(chat.grounding.citations(answer)).empty());
    CHECK(need(chat.grounding.grounding(answer))->refused);
}

TEST_CASE("only answers rest on documents")
{
    Chat chat;
    const auto turn = need(chat.messages.startTurn(chat.id, "q"));
    CHECK(codeOf(chat.grounding.put(turn.user, {}, {})) == ErrorCode::NotFound);
    CHECK(codeOf(chat.grounding.put({999}, {}, {})) == ErrorCode::NotFound);
    CHECK(codeOf(chat.grounding.putChecks(turn.answer, {}, {})) == ErrorCode::NotFound);
}

TEST_CASE("checks come after the answer and say which citations it uses")
{
    Chat chat;
    const MessageId answer = chat.answer("It ends. In May.");
    need(chat.grounding.put(answer, kGrounding, kCitations));
    const std::vector<SentenceCheck> checks = {
        {.startByte = 0, .endByte = 8, .verdict = "supported", .cited = {2, 1}, .reason = "quote"},
        {.startByte = 9, .endByte = 16, .verdict = "not_found"}};
    need(chat.grounding.putChecks(answer, {checks[1], checks[0]}, {2}));
    CHECK(need(chat.grounding.checks(answer)) == checks);
    CHECK(need(chat.grounding.grounding(answer))->checked);
    CHECK_FALSE(need(chat.grounding.citations(answer))[0].used);
    CHECK(need(chat.grounding.citations(answer))[1].used);
    CHECK(codeOf(chat.grounding.putChecks(answer, {checks[0], checks[0]}, {})) == ErrorCode::Conflict);
    CHECK(need(chat.grounding.checks(answer)) == checks);
    // Given anew, nothing is known of it.
    need(chat.grounding.put(answer, kGrounding, kCitations));
    CHECK(need(chat.grounding.checks(answer)).empty());
    CHECK_FALSE(need(chat.grounding.grounding(answer))->checked);
}

TEST_CASE("documents are attached in order, once, and detached")
{
    Chat chat;
    const std::vector<AttachedDocument> documents = {{.collectionUuid = "b", .path = {}, .name = "Leases"},
                                                     {.collectionUuid = "a", .path = "/x/\xff\xfe", .name = "x"},
                                                     {.collectionUuid = "a", .path = {}, .name = "All"}};
    for (const AttachedDocument &document : documents) {
        need(chat.grounding.attach(chat.id, document));
    }
    need(chat.grounding.attach(chat.id, documents[0]));
    const auto attached = need(chat.grounding.attached(chat.id));
    REQUIRE(attached.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(attached[i].collectionUuid == documents[i].collectionUuid);
        CHECK(attached[i].path == documents[i].path);
        CHECK(attached[i].name == documents[i].name);
        CHECK(attached[i].attachedMs > 0);
    }
    need(chat.grounding.detach(chat.id, "a"));
    CHECK(need(chat.grounding.attached(chat.id)).size() == 2);
    CHECK(codeOf(chat.grounding.detach(chat.id, "a")) == ErrorCode::NotFound);
    need(chat.grounding.detach(chat.id, "a", documents[1].path));
    CHECK(need(chat.grounding.attached(chat.id)).size() == 1);
    CHECK(codeOf(chat.grounding.attach({999}, documents[0])) == ErrorCode::NotFound);
    CHECK(need(chat.grounding.attached({999})).empty());
}

TEST_CASE("a conversation's own collection has no name and goes with it")
{
    Chat chat;
    CollectionStore store(*chat.database);
    CHECK_FALSE(need(store.ofConversation(chat.id)).has_value());
    CHECK(codeOf(store.forConversation({999})) == ErrorCode::NotFound);
    const Collection own = need(store.forConversation(chat.id));
    CHECK(own.conversation == chat.id);
    CHECK(need(store.forConversation(chat.id)).uuid == own.uuid);
    CHECK(need(store.addSources(own.id, {"/dropped.pdf"})).sources.size() == 1);
    CHECK(need(store.ofConversation(chat.id))->sources == std::vector<std::string>{"/dropped.pdf"});
    CHECK(need(store.withUuid(own.uuid)).id == own.id);
    CHECK(codeOf(store.withUuid("none")) == ErrorCode::NotFound);
    const Collection named = need(store.create("Named"));
    const auto all = need(store.list());
    REQUIRE(all.size() == 2);
    CHECK(all[0].uuid == own.uuid);
    CHECK(all[1].conversation == ConversationId{});
    CHECK(codeOf(store.named("")) == ErrorCode::NotFound);

    ConversationStore conversations(*chat.database);
    need(conversations.trash(chat.id));
    CHECK(need(store.ofConversation(chat.id)).has_value());
    CHECK(need(conversations.emptyTrash()).collections == std::vector{own.uuid});
    REQUIRE(need(store.list()).size() == 1);
    CHECK(need(store.list())[0].uuid == named.uuid);
    CHECK(need(chat.database->check()).problems == std::vector<std::string>{});
}

} // namespace storage
