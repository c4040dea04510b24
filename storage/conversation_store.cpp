// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/conversation_store.h"

#include "storage/files/backups.h"
#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace storage {

using detail::changeRow;
using detail::orNull;
using sqlite::Connection;
using sqlite::Row;
using sqlite::Transaction;

namespace {

constexpr std::int32_t kMaxPage = 1000;

// Every list is a range of an index: a page costs the same wherever it begins.
constexpr std::string_view kListAll =
    "SELECT id, uuid, title, pinned, folder_id, assistant_id, model_id, created_ms, updated_ms, trashed_ms "
    "FROM conversations WHERE trashed_ms IS NULL AND (updated_ms, id) < (:time, :id) "
    "ORDER BY updated_ms DESC, id DESC LIMIT :limit";
constexpr std::string_view kListPinned =
    "SELECT id, uuid, title, pinned, folder_id, assistant_id, model_id, created_ms, updated_ms, trashed_ms "
    "FROM conversations WHERE trashed_ms IS NULL AND pinned = 1 AND (updated_ms, id) < (:time, :id) "
    "ORDER BY updated_ms DESC, id DESC LIMIT :limit";
constexpr std::string_view kListUnpinned =
    "SELECT id, uuid, title, pinned, folder_id, assistant_id, model_id, created_ms, updated_ms, trashed_ms "
    "FROM conversations WHERE trashed_ms IS NULL AND pinned = 0 AND (updated_ms, id) < (:time, :id) "
    "ORDER BY updated_ms DESC, id DESC LIMIT :limit";
constexpr std::string_view kListTopLevel =
    "SELECT id, uuid, title, pinned, folder_id, assistant_id, model_id, created_ms, updated_ms, trashed_ms "
    "FROM conversations WHERE trashed_ms IS NULL AND folder_id IS NULL AND pinned = 0 "
    "AND (updated_ms, id) < (:time, :id) ORDER BY updated_ms DESC, id DESC LIMIT :limit";
constexpr std::string_view kListFolder =
    "SELECT id, uuid, title, pinned, folder_id, assistant_id, model_id, created_ms, updated_ms, trashed_ms "
    "FROM conversations WHERE trashed_ms IS NULL AND folder_id = :folder AND (updated_ms, id) < (:time, :id) "
    "ORDER BY updated_ms DESC, id DESC LIMIT :limit";
constexpr std::string_view kListTrash =
    "SELECT id, uuid, title, pinned, folder_id, assistant_id, model_id, created_ms, updated_ms, trashed_ms "
    "FROM conversations WHERE trashed_ms IS NOT NULL AND (trashed_ms, id) < (:time, :id) "
    "ORDER BY trashed_ms DESC, id DESC LIMIT :limit";

std::string_view listSql(ListScope scope)
{
    switch (scope) {
    case ListScope::All:
        return kListAll;
    case ListScope::Pinned:
        return kListPinned;
    case ListScope::Unpinned:
        return kListUnpinned;
    case ListScope::TopLevel:
        return kListTopLevel;
    case ListScope::Folder:
        return kListFolder;
    case ListScope::Trash:
        return kListTrash;
    }
    return kListAll;
}

std::string_view countSql(ListScope scope)
{
    switch (scope) {
    case ListScope::All:
        return "SELECT count(*) FROM conversations WHERE trashed_ms IS NULL";
    case ListScope::Pinned:
        return "SELECT count(*) FROM conversations WHERE trashed_ms IS NULL AND pinned = 1";
    case ListScope::Unpinned:
        return "SELECT count(*) FROM conversations WHERE trashed_ms IS NULL AND pinned = 0";
    case ListScope::TopLevel:
        return "SELECT count(*) FROM conversations WHERE trashed_ms IS NULL AND folder_id IS NULL AND pinned = 0";
    case ListScope::Folder:
        return "SELECT count(*) FROM conversations WHERE trashed_ms IS NULL AND folder_id = :folder";
    case ListScope::Trash:
        return "SELECT count(*) FROM conversations WHERE trashed_ms IS NOT NULL";
    }
    return {};
}

Conversation conversationFrom(const Row &row)
{
    return {.id = {row.integer(0)},
            .uuid = row.text(1),
            .title = row.text(2),
            .pinned = row.integer(3) != 0,
            .folder = {row.integer(4)},
            .assistant = {row.integer(5)},
            .model = {row.integer(6)},
            .createdMs = row.integer(7),
            .updatedMs = row.integer(8),
            .trashedMs = row.integer(9)};
}

Folder folderFrom(const Row &row)
{
    return {.id = {row.integer(0)},
            .uuid = row.text(1),
            .parent = {row.integer(2)},
            .name = row.text(3),
            .position = row.integer32(4)};
}

/// A foreign key that names no row is the caller's stale id.
Result<void> missingTarget(Result<void> done)
{
    if (!done && done.error().code == ErrorCode::Conflict) {
        return failure(ErrorCode::NotFound, "no such row to refer to");
    }
    return done;
}

/// Takes conversations out of the automatic backups.
files::RewriteReport eraseFromBackups(const std::filesystem::path &database, const std::vector<std::string> &uuids)
{
    return files::rewriteBackups(
        database, {.concerns = [&](Connection &copy) -> Result<bool> {
                       for (const std::string &uuid : uuids) {
                           const auto found =
                               copy.integer("SELECT count(*) FROM conversations WHERE uuid = :uuid", {{":uuid", uuid}});
                           if (!found) {
                               return std::unexpected(found.error());
                           }
                           if (*found > 0) {
                               return true;
                           }
                       }
                       return false;
                   },
                   .apply = [&](Connection &copy) -> Result<void> {
                       for (const std::string &uuid : uuids) {
                           STORAGE_TRY(copy.run("DELETE FROM conversations WHERE uuid = :uuid", {{":uuid", uuid}}));
                       }
                       STORAGE_TRY(copy.run("INSERT INTO message_index (message_index) VALUES ('rebuild')"));
                       return copy.run("INSERT INTO title_index (title_index) VALUES ('rebuild')");
                   }});
}

} // namespace

ConversationStore::ConversationStore(Database &database)
    : m_database(database)
{
}

Result<Conversation> ConversationStore::create(const NewConversation &conversation)
{
    Connection &db = m_database.connection();
    const TimestampMs now = m_database.now();
    STORAGE_TRY(missingTarget(
        db.run("INSERT INTO conversations (uuid, title, folder_id, assistant_id, model_id, created_ms, updated_ms) "
               "VALUES (:uuid, :title, :folder, ifnull(:assistant, (SELECT id FROM assistants WHERE is_default = 1)), "
               ":model, :now, :now)",
               {{":uuid", detail::makeUuid(now)},
                {":title", conversation.title},
                {":folder", orNull(conversation.folder)},
                {":assistant", orNull(conversation.assistant)},
                {":model", orNull(conversation.model)},
                {":now", now}})));
    return get({db.lastInsertId()});
}

Result<Conversation> ConversationStore::get(ConversationId id)
{
    return detail::required(
        m_database.connection().first(
            "SELECT id, uuid, title, pinned, folder_id, assistant_id, model_id, created_ms, updated_ms, trashed_ms "
            "FROM conversations WHERE id = :id",
            {{":id", id.value}}, conversationFrom),
        "conversation");
}

Result<Conversation> ConversationStore::getByUuid(std::string_view uuid)
{
    return detail::required(
        m_database.connection().first(
            "SELECT id, uuid, title, pinned, folder_id, assistant_id, model_id, created_ms, updated_ms, trashed_ms "
            "FROM conversations WHERE uuid = :uuid",
            {{":uuid", uuid}}, conversationFrom),
        "conversation");
}

Result<ListPage> ConversationStore::list(const ListQuery &query)
{
    if (query.limit < 1 || query.limit > kMaxPage) {
        return failure(ErrorCode::InvalidArgument, "a page has 1 to 1000 rows");
    }
    ListPage page;
    const auto take = [&](const Row &row) { page.rows.push_back(conversationFrom(row)); };
    const std::int64_t time = query.after ? query.after->timeMs : std::numeric_limits<std::int64_t>::max();
    const std::int64_t id = query.after ? query.after->id.value : std::numeric_limits<std::int64_t>::max();
    // One row more than asked for tells whether there is a next page.
    const std::int64_t limit = query.limit + 1;
    Connection &db = m_database.connection();
    STORAGE_TRY(query.scope == ListScope::Folder
                    ? db.each(kListFolder,
                              {{":folder", query.folder.value}, {":time", time}, {":id", id}, {":limit", limit}}, take)
                    : db.each(listSql(query.scope), {{":time", time}, {":id", id}, {":limit", limit}}, take));
    if (page.rows.size() == static_cast<std::size_t>(limit)) {
        page.rows.pop_back();
        const Conversation &last = page.rows.back();
        page.next =
            ListCursor{.timeMs = query.scope == ListScope::Trash ? last.trashedMs : last.updatedMs, .id = last.id};
    }
    return page;
}

Result<std::int64_t> ConversationStore::count(ListScope scope, FolderId folder)
{
    Connection &db = m_database.connection();
    return scope == ListScope::Folder ? db.integer(countSql(scope), {{":folder", folder.value}})
                                      : db.integer(countSql(scope));
}

Result<void> ConversationStore::rename(ConversationId id, std::string_view title)
{
    return changeRow(m_database.connection(), "conversation", "UPDATE conversations SET title = :title WHERE id = :id",
                     {{":title", title}, {":id", id.value}});
}

Result<void> ConversationStore::setPinned(ConversationId id, bool pinned)
{
    return changeRow(m_database.connection(), "conversation",
                     "UPDATE conversations SET pinned = :pinned WHERE id = :id",
                     {{":pinned", pinned}, {":id", id.value}});
}

Result<void> ConversationStore::move(ConversationId id, FolderId folder)
{
    return missingTarget(changeRow(m_database.connection(), "conversation",
                                   "UPDATE conversations SET folder_id = :folder WHERE id = :id",
                                   {{":folder", orNull(folder)}, {":id", id.value}}));
}

Result<void> ConversationStore::setAssistant(ConversationId id, AssistantId assistant)
{
    return missingTarget(changeRow(m_database.connection(), "conversation",
                                   "UPDATE conversations SET assistant_id = :assistant WHERE id = :id",
                                   {{":assistant", orNull(assistant)}, {":id", id.value}}));
}

Result<void> ConversationStore::setModel(ConversationId id, ModelId model)
{
    return missingTarget(changeRow(m_database.connection(), "conversation",
                                   "UPDATE conversations SET model_id = :model WHERE id = :id",
                                   {{":model", orNull(model)}, {":id", id.value}}));
}

Result<void> ConversationStore::trash(ConversationId id)
{
    return changeRow(m_database.connection(), "conversation",
                     "UPDATE conversations SET trashed_ms = ifnull(trashed_ms, :now) WHERE id = :id",
                     {{":now", m_database.now()}, {":id", id.value}});
}

Result<void> ConversationStore::restore(ConversationId id)
{
    return changeRow(m_database.connection(), "conversation",
                     "UPDATE conversations SET trashed_ms = NULL WHERE id = :id", {{":id", id.value}});
}

Result<ErasureReport> ConversationStore::emptyTrash(TimestampMs trashedBeforeMs)
{
    std::vector<std::string> uuids;
    STORAGE_TRY(m_database.connection().each("SELECT uuid FROM conversations WHERE trashed_ms < :before",
                                             {{":before", trashedBeforeMs}},
                                             [&](const Row &row) { uuids.push_back(row.text(0)); }));
    return eraseTrashed(uuids);
}

Result<ErasureReport> ConversationStore::erase(ConversationId id)
{
    const auto conversation = get(id);
    if (!conversation) {
        return std::unexpected(conversation.error());
    }
    if (conversation->trashedMs == 0) {
        return failure(ErrorCode::Conflict, "the conversation is not in the trash");
    }
    return eraseTrashed({conversation->uuid});
}

Result<ErasureReport> ConversationStore::eraseTrashed(const std::vector<std::string> &uuids)
{
    if (m_database.readOnly()) {
        return failure(ErrorCode::ReadOnly, "the database was opened read-only");
    }
    ErasureReport report;
    report.setAside = m_database.setAsideFiles();
    Connection &db = m_database.connection();
    if (!uuids.empty()) {
        // Backups first: after a crash here the rows are still in the trash and can be erased again.
        const auto backups = eraseFromBackups(m_database.path(), uuids);
        report.backupsRewritten = backups.rewritten;
        report.backupsRemoved = backups.removed;

        auto transaction = Transaction::begin(db);
        if (!transaction) {
            return std::unexpected(transaction.error());
        }
        for (const std::string &uuid : uuids) {
            const auto messages = db.integer("SELECT count(*) FROM messages WHERE conversation_id = "
                                             "(SELECT id FROM conversations WHERE uuid = :uuid)",
                                             {{":uuid", uuid}});
            if (!messages) {
                return std::unexpected(messages.error());
            }
            STORAGE_TRY(db.each("SELECT uuid FROM collections WHERE conversation_id = "
                                "(SELECT id FROM conversations WHERE uuid = :uuid)",
                                {{":uuid", uuid}}, [&](const Row &row) { report.collections.push_back(row.text(0)); }));
            STORAGE_TRY(db.run("DELETE FROM conversations WHERE uuid = :uuid", {{":uuid", uuid}}));
            report.messages += *messages;
            ++report.conversations;
        }
        // secure-delete takes words out of the index's pages, but not out of the keys by which it finds a page.
        STORAGE_TRY(db.run("INSERT INTO message_index (message_index) VALUES ('rebuild')"));
        STORAGE_TRY(db.run("INSERT INTO title_index (title_index) VALUES ('rebuild')"));
        STORAGE_TRY(transaction->commit());
    }
    // Also when nothing was left to delete: an earlier call may have failed here.
    STORAGE_TRY(db.checkpoint());
    return report;
}

Result<std::vector<Folder>> ConversationStore::folders()
{
    std::vector<Folder> rows;
    STORAGE_TRY(m_database.connection().each(
        "WITH RECURSIVE tree (id, depth) AS (SELECT id, 0 FROM folders WHERE parent_id IS NULL "
        "UNION SELECT folders.id, depth + 1 FROM folders JOIN tree ON folders.parent_id = tree.id) "
        "SELECT folders.id, uuid, parent_id, name, position FROM folders JOIN tree USING (id) "
        "ORDER BY depth, position, name, folders.id",
        {}, [&](const Row &row) { rows.push_back(folderFrom(row)); }));
    return rows;
}

Result<Folder> ConversationStore::createFolder(std::string_view name, FolderId parent)
{
    Connection &db = m_database.connection();
    STORAGE_TRY(missingTarget(
        db.run("INSERT INTO folders (uuid, parent_id, name, position) VALUES (:uuid, :parent, "
               ":name, (SELECT ifnull(max(position), -1) + 1 FROM folders WHERE parent_id IS "
               ":parent))",
               {{":uuid", detail::makeUuid(m_database.now())}, {":parent", orNull(parent)}, {":name", name}})));
    return detail::required(db.first("SELECT id, uuid, parent_id, name, position FROM folders WHERE id = :id",
                                     {{":id", db.lastInsertId()}}, folderFrom),
                            "folder");
}

Result<void> ConversationStore::renameFolder(FolderId id, std::string_view name)
{
    return changeRow(m_database.connection(), "folder", "UPDATE folders SET name = :name WHERE id = :id",
                     {{":name", name}, {":id", id.value}});
}

Result<void> ConversationStore::moveFolder(FolderId id, FolderId parent, std::int32_t position)
{
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    const auto inside = db.integer("WITH RECURSIVE above (id) AS (SELECT :parent UNION SELECT parent_id FROM folders "
                                   "JOIN above USING (id)) SELECT count(*) FROM above WHERE id = :id",
                                   {{":parent", orNull(parent)}, {":id", id.value}});
    if (!inside) {
        return std::unexpected(inside.error());
    }
    if (*inside > 0) {
        return failure(ErrorCode::InvalidArgument, "a folder cannot be moved into itself");
    }
    STORAGE_TRY(missingTarget(changeRow(db, "folder",
                                        "UPDATE folders SET parent_id = :parent, position = :position WHERE id = :id",
                                        {{":parent", orNull(parent)}, {":position", position}, {":id", id.value}})));
    return transaction->commit();
}

Result<void> ConversationStore::removeFolder(FolderId id)
{
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    STORAGE_TRY(db.run("UPDATE conversations SET folder_id = (SELECT parent_id FROM folders WHERE id = :id) "
                       "WHERE folder_id = :id",
                       {{":id", id.value}}));
    STORAGE_TRY(db.run("UPDATE folders SET parent_id = (SELECT parent_id FROM folders WHERE id = :id) "
                       "WHERE parent_id = :id",
                       {{":id", id.value}}));
    STORAGE_TRY(changeRow(db, "folder", "DELETE FROM folders WHERE id = :id", {{":id", id.value}}));
    return transaction->commit();
}

Result<void> ConversationStore::setDraft(ConversationId id, std::string_view text)
{
    Connection &db = m_database.connection();
    if (text.empty()) {
        return db.run("DELETE FROM drafts WHERE ifnull(conversation_id, 0) = :id", {{":id", id.value}});
    }
    return missingTarget(db.run("INSERT INTO drafts (conversation_id, text, updated_ms) VALUES (:conversation, :text, "
                                ":now) ON CONFLICT (ifnull(conversation_id, 0)) DO UPDATE SET text = excluded.text, "
                                "updated_ms = excluded.updated_ms",
                                {{":conversation", orNull(id)}, {":text", text}, {":now", m_database.now()}}));
}

Result<std::string> ConversationStore::draft(ConversationId id)
{
    return m_database.connection().text("SELECT text FROM drafts WHERE ifnull(conversation_id, 0) = :id",
                                        {{":id", id.value}});
}

Result<std::map<std::string, std::string>> ConversationStore::settings(ConversationId id)
{
    std::map<std::string, std::string> values;
    STORAGE_TRY(m_database.connection().each("SELECT key, value FROM conversation_settings WHERE conversation_id = :id",
                                             {{":id", id.value}},
                                             [&](const Row &row) { values.emplace(row.text(0), row.text(1)); }));
    return values;
}

Result<void> ConversationStore::setSetting(ConversationId id, std::string_view key, std::string_view json)
{
    Connection &db = m_database.connection();
    if (json.empty()) {
        return db.run("DELETE FROM conversation_settings WHERE conversation_id = :id AND key = :key",
                      {{":id", id.value}, {":key", key}});
    }
    if (!detail::isJson(json)) {
        return failure(ErrorCode::InvalidArgument, "a setting's value is JSON");
    }
    return missingTarget(db.run("INSERT INTO conversation_settings (conversation_id, key, value) "
                                "VALUES (:id, :key, :value) "
                                "ON CONFLICT (conversation_id, key) DO UPDATE SET value = excluded.value",
                                {{":id", id.value}, {":key", key}, {":value", json}}));
}

} // namespace storage
