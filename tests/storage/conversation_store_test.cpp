// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/conversation_store.h"

#include "storage/assistant_store.h"
#include "storage/collection_store.h"
#include "storage/conversation_search.h"
#include "storage/grounding_store.h"
#include "storage/message_store.h"
#include "storage/model_store.h"
#include "storage/sqlite/connection.h"
#include "tests/storage/support.h"

#include <catch2/generators/catch_generators.hpp>

using namespace storage;
using namespace storage::test;

namespace {

std::string titles(const std::vector<Conversation> &rows)
{
    std::string line;
    for (const Conversation &row : rows) {
        line += (line.empty() ? "" : " ") + row.title;
    }
    return line;
}

} // namespace

TEST_CASE("a new conversation has the default assistant and what it is given")
{
    TestDatabase database;
    ConversationStore store(*database);
    const auto folder = need(store.createFolder("Work"));
    const auto model = need(ModelStore(*database).put({.path = "/m.gguf", .name = "m"}));
    const auto made = need(store.create({.title = "Lease", .model = model.id, .folder = folder.id}));
    CHECK(made.title == "Lease");
    CHECK(made.folder == folder.id);
    CHECK(made.model == model.id);
    CHECK(made.assistant == need(AssistantStore(*database).defaultAssistant()).id);
    CHECK(made.createdMs == made.updatedMs);
    CHECK(need(store.getByUuid(made.uuid)).id == made.id);
    CHECK(codeOf(store.get({999})) == ErrorCode::NotFound);
    CHECK(codeOf(store.getByUuid("nothing")) == ErrorCode::NotFound);
    CHECK(codeOf(store.create({.folder = {999}})) == ErrorCode::NotFound);
}

TEST_CASE("lists keep to their scope, newest first")
{
    TestDatabase database;
    ConversationStore store(*database);
    const auto folder = need(store.createFolder("F")).id;
    const auto plain = need(store.create({.title = "plain"})).id;
    const auto inFolder = need(store.create({.title = "filed", .folder = folder})).id;
    const auto pinned = need(store.create({.title = "pinned"})).id;
    const auto gone = need(store.create({.title = "gone"})).id;
    need(store.setPinned(pinned, true));
    need(store.trash(gone));
    struct Expected {
        ListScope scope;
        const char *titles;
    };
    for (const Expected &expected :
         {Expected{ListScope::All, "pinned filed plain"}, Expected{ListScope::Pinned, "pinned"},
          Expected{ListScope::Unpinned, "filed plain"}, Expected{ListScope::TopLevel, "plain"},
          Expected{ListScope::Folder, "filed"}, Expected{ListScope::Trash, "gone"}}) {
        CAPTURE(static_cast<int>(expected.scope));
        const auto page = need(store.list({.scope = expected.scope, .folder = folder}));
        CHECK(titles(page.rows) == expected.titles);
        CHECK_FALSE(page.next.has_value());
        CHECK(need(store.count(expected.scope, folder)) == static_cast<std::int64_t>(page.rows.size()));
    }
    // A message brings a conversation to the top, a new name does not.
    need(store.rename(plain, "renamed"));
    CHECK(titles(need(store.list({})).rows) == "pinned filed renamed");
    need(MessageStore(*database).startTurn(inFolder, "q"));
    CHECK(titles(need(store.list({})).rows) == "filed pinned renamed");
}

TEST_CASE("pages neither repeat nor skip, also when rows have one time and new ones arrive")
{
    TestDatabase database;
    ConversationStore store(*database);
    for (int i = 0; i < 25; ++i) {
        need(store.create({.title = std::to_string(i)}));
    }
    need(database->connection().run("UPDATE conversations SET updated_ms = 5"));
    std::vector<std::string> seen;
    ListQuery query{.limit = 7};
    do {
        const auto page = need(store.list(query));
        for (const Conversation &row : page.rows) {
            seen.push_back(row.title);
        }
        query.after = page.next;
        need(store.create({.title = "new"}));
    } while (query.after);
    REQUIRE(seen.size() == 25);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        CHECK(seen[i] == std::to_string(24 - i));
    }
    CHECK(codeOf(store.list({.limit = 0})) == ErrorCode::InvalidArgument);
    CHECK(codeOf(store.list({.limit = 1001})) == ErrorCode::InvalidArgument);
}

TEST_CASE("each list is read from an index in its order")
{
    TestDatabase database;
    for (const char *condition :
         {"", "AND pinned = 1", "AND pinned = 0", "AND folder_id IS NULL AND pinned = 0", "AND folder_id = 1"}) {
        std::string plan;
        need(database->connection().each("EXPLAIN QUERY PLAN SELECT id FROM conversations WHERE trashed_ms IS NULL " +
                                             std::string(condition) +
                                             " AND (updated_ms, id) < (9, 9) ORDER BY updated_ms DESC, id DESC LIMIT 5",
                                         {}, [&](const sqlite::Row &row) { plan += row.text(3) + "; "; }));
        CAPTURE(condition, plan);
        CHECK(plan.contains("INDEX"));
        if (std::string_view(condition) != "AND folder_id = 1") {
            CHECK_FALSE(plan.contains("TEMP B-TREE"));
        }
    }
}

TEST_CASE("changes to what does not exist say so")
{
    TestDatabase database;
    ConversationStore store(*database);
    const ConversationId nothing{999};
    const auto id = need(store.create({})).id;
    CHECK(codeOf(store.rename(nothing, "x")) == ErrorCode::NotFound);
    CHECK(codeOf(store.setPinned(nothing, true)) == ErrorCode::NotFound);
    CHECK(codeOf(store.trash(nothing)) == ErrorCode::NotFound);
    CHECK(codeOf(store.restore(nothing)) == ErrorCode::NotFound);
    CHECK(codeOf(store.erase(nothing)) == ErrorCode::NotFound);
    CHECK(codeOf(store.move(id, {999})) == ErrorCode::NotFound);
    CHECK(codeOf(store.setAssistant(id, {999})) == ErrorCode::NotFound);
    CHECK(codeOf(store.setModel(id, {999})) == ErrorCode::NotFound);
    CHECK(codeOf(store.setDraft(nothing, "x")) == ErrorCode::NotFound);
    CHECK(codeOf(store.setSetting(nothing, "k", "1")) == ErrorCode::NotFound);
    CHECK(codeOf(store.removeFolder({999})) == ErrorCode::NotFound);
    CHECK(codeOf(store.renameFolder({999}, "x")) == ErrorCode::NotFound);
    CHECK(codeOf(store.createFolder("x", {999})) == ErrorCode::NotFound);
}

TEST_CASE("the trash can be undone until it is emptied")
{
    TestDatabase database;
    ConversationStore store(*database);
    const auto id = need(store.create({.title = "t"})).id;
    CHECK(codeOf(store.erase(id)) == ErrorCode::Conflict);
    need(store.trash(id));
    const auto trashedMs = need(store.get(id)).trashedMs;
    need(store.trash(id));
    CHECK(need(store.get(id)).trashedMs == trashedMs);
    need(store.restore(id));
    CHECK(need(store.emptyTrash()).conversations == 0);
    need(store.trash(id));
    CHECK(need(store.emptyTrash(trashedMs)).conversations == 0);
    CHECK(need(store.emptyTrash()).conversations == 1);
    CHECK(codeOf(store.get(id)) == ErrorCode::NotFound);
}

TEST_CASE("what was erased is in no file any more")
{
    TestDatabase database;
    ConversationStore store(*database);
    MessageStore messages(*database);
    const auto other = need(store.create({.title = "Remaining"})).id;
    for (int i = 0; i < 300; ++i) {
        const auto turn = need(messages.startTurn(other, "padding word" + std::to_string(i) + " zanzibar"));
        need(messages.finish(turn.answer, {.content = "reply word" + std::to_string(i * 7)}));
    }
    const auto id = need(store.create({.title = "Titlesecretxq"})).id;
    const std::string longSecret = "Secretlongxq " + std::string(20'000, 'L') + " endofsecretxq";
    const auto turn = need(messages.startTurn(id, longSecret));
    need(GroundingStore(*database).put(turn.answer, {}, {{.heading = "Headsecretxq", .text = "Citedsecretxq"}}));
    need(GroundingStore(*database).attach(id, {.collectionUuid = "c", .path = "/Pathsecretxq", .name = "n"}));
    const Collection own = need(CollectionStore(*database).forConversation(id));
    need(CollectionStore(*database).addSources(own.id, {"/Filesecretxq"}));
    need(messages.appendJournal(turn.answer, {.sequence = 0, .text = "Journalsecretxq"}));
    need(messages.finish(turn.answer, {.content = "Answersecretxq", .thinking = "Thoughtsecretxq"}));
    need(store.setDraft(id, "Draftsecretxq"));
    need(store.setSetting(id, "note", "\"Settingsecretxq\""));
    need(store.rename(id, "Othersecretxq"));
    const auto backups = database.folder().path() / "backups";
    std::filesystem::create_directory(backups);
    need(database->backupTo(backups / "carrel-20260101T000000Z-v0001.db"));
    const auto kept = database->automaticBackups();
    REQUIRE(kept.size() == 1);
    database.open();
    // Both cases: FTS5 keeps words in lower case.
    const std::vector<std::string> secrets = {"ecretlongxq",    "endofsecretxq", "itlesecretxq",   "itedsecretxq",
                                              "ournalsecretxq", "nswersecretxq", "houghtsecretxq", "raftsecretxq",
                                              "ettingsecretxq", "thersecretxq",  "eadsecretxq",    "athsecretxq",
                                              "ilesecretxq"};
    for (const std::string &secret : {secrets[0], secrets[3], secrets[5], secrets[7], secrets[9]}) {
        REQUIRE_FALSE(database.folder().filesWith(secret).empty());
    }

    ConversationStore reopened(*database);
    need(reopened.trash(id));
    const auto report = need(reopened.emptyTrash());
    CHECK(report.conversations == 1);
    CHECK(report.messages == 2);
    CHECK(report.collections == std::vector<std::string>{own.uuid});
    CHECK(report.backupsRewritten == 1);
    CHECK(report.backupsRemoved == 0);
    for (const std::string &secret : secrets) {
        CAPTURE(secret);
        CHECK(database.folder().filesWith(secret) == std::vector<std::string>{});
    }
    CHECK(need(database->check()).problems == std::vector<std::string>{});
    CHECK(need(ConversationSearch(*database).find("zanzibar")).size() == 3);
    auto backup = Database::open({.path = kept[0]});
    REQUIRE(backup.database);
    CHECK(need(backup.database->check()).sound());
    CHECK(need(ConversationStore(*backup.database).list({})).rows.size() == 1);
}

TEST_CASE("a backup that cannot be read goes when something is erased, and set-aside files are named")
{
    TestDatabase database;
    ConversationStore store(*database);
    const auto id = need(store.create({})).id;
    need(store.trash(id));
    std::filesystem::create_directory(database.folder().path() / "backups");
    writeFile(database.folder().path() / "backups" / "carrel-20260101T000000Z-v0001.db", std::string(5000, 'x'));
    writeFile(database.folder().path() / "carrel-damaged-20260101T000000Z.db", "x");
    const auto report = need(store.emptyTrash());
    CHECK(report.backupsRemoved == 1);
    CHECK(report.setAside.size() == 1);
    CHECK(database->automaticBackups().empty());
}

TEST_CASE("a conversation thousands of messages deep can be erased")
{
    TestDatabase database;
    ConversationStore store(*database);
    const auto id = need(store.create({})).id;
    need(database->connection().run(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
        "INSERT INTO messages (id, uuid, conversation_id, parent_id, sibling, role, state, created_ms) "
        "SELECT i, 'u' || i, :id, nullif(i - 1, 0), 1, 'user', 'complete', 0 FROM n",
        {{":id", id.value}}));
    need(database->connection().run("UPDATE conversations SET active_leaf_id = 3000"));
    CHECK(need(MessageStore(*database).path(id)).size() == 3000);
    need(store.trash(id));
    CHECK(need(store.emptyTrash()).messages == 3000);
}

TEST_CASE("folders nest, move and dissolve into their parent")
{
    TestDatabase database;
    ConversationStore store(*database);
    const auto work = need(store.createFolder("Work"));
    const auto tax = need(store.createFolder("Tax", work.id));
    const auto old = need(store.createFolder("2024", tax.id));
    const auto chat = need(store.create({.folder = tax.id})).id;
    CHECK(work.position == 0);
    CHECK(need(store.createFolder("Home")).position == 1);
    CHECK(codeOf(store.moveFolder(work.id, old.id, 0)) == ErrorCode::InvalidArgument);
    CHECK(codeOf(store.moveFolder(work.id, work.id, 0)) == ErrorCode::InvalidArgument);
    CHECK(codeOf(store.moveFolder(work.id, {999}, 0)) == ErrorCode::NotFound);
    need(store.removeFolder(tax.id));
    CHECK(need(store.get(chat)).folder == work.id);
    need(store.moveFolder(old.id, {}, 5));
    const auto folders = need(store.folders());
    REQUIRE(folders.size() == 3);
    CHECK(folders[0].name == "Work");
    CHECK(folders[2].name == "2024");
    CHECK_FALSE(folders[2].parent.valid());
}

TEST_CASE("drafts and settings are kept until they are emptied")
{
    TestDatabase database;
    ConversationStore store(*database);
    const auto id = need(store.create({})).id;
    for (const ConversationId owner : {id, ConversationId{}}) {
        CHECK(need(store.draft(owner)).empty());
        need(store.setDraft(owner, "half a"));
        need(store.setDraft(owner, "half a thought"));
        CHECK(need(store.draft(owner)) == "half a thought");
    }
    need(store.setDraft({}, ""));
    CHECK(need(store.draft({})).empty());
    CHECK(need(store.draft(id)) == "half a thought");

    need(store.setSetting(id, "temperature", "0.5"));
    need(store.setSetting(id, "temperature", "0.7"));
    need(store.setSetting(id, "stop", "[\"x\"]"));
    CHECK(need(store.settings(id)) == std::map<std::string, std::string>{{"temperature", "0.7"}, {"stop", "[\"x\"]"}});
    CHECK(codeOf(store.setSetting(id, "bad", "{")) == ErrorCode::InvalidArgument);
    need(store.setSetting(id, "temperature", ""));
    CHECK(need(store.settings(id)).size() == 1);
}
