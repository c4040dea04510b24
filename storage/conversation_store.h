// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

/// Which conversations a list shows. The trash is never mixed with the rest.
enum class ListScope {
    All,      ///< everything outside the trash
    Pinned,   ///< pinned ones
    Unpinned, ///< the others, in folders or not
    TopLevel, ///< neither pinned nor in a folder
    Folder,   ///< in `ListQuery::folder` itself
    Trash,    ///< in the trash, last trashed first
};

/// Where a page of a list ended. Stable while rows are added or moved: nothing is shown twice or skipped.
struct ListCursor {
    TimestampMs timeMs = 0; ///< updatedMs, or trashedMs in the trash
    ConversationId id = {};
};

struct ListQuery {
    ListScope scope = ListScope::All;
    FolderId folder = {};                 ///< for ListScope::Folder
    std::optional<ListCursor> after = {}; ///< empty: the first page
    std::int32_t limit = 50;              ///< 1 … 1000
};

struct ListPage {
    std::vector<Conversation> rows = {}; ///< newest first
    std::optional<ListCursor> next = {}; ///< empty: this was the last page
};

struct NewConversation {
    std::string title = {};
    AssistantId assistant = {}; ///< none: the default assistant
    ModelId model = {};
    FolderId folder = {};
};

/// What emptying the trash did. What may still hold the text is named, not touched.
struct ErasureReport {
    std::int64_t conversations = 0;
    std::int64_t messages = 0;
    std::int32_t backupsRewritten = 0;                ///< automatic backups from which the rows were removed
    std::int32_t backupsRemoved = 0;                  ///< automatic backups that could not be rewritten
    std::vector<std::filesystem::path> setAside = {}; ///< damaged files kept earlier
    std::vector<std::string> collections = {};        ///< of files handed to them: index.db still has their text
};

/// Conversations, folders, drafts and settings of conversations. Messages: MessageStore.
///
/// Belongs to the thread of its Database, which must outlive it. Each call is one transaction: when it returns a value
/// the change is on disk, when it returns an error nothing was changed. Unknown ids are NotFound; on a database opened
/// read-only every change is ReadOnly.
class ConversationStore {
public:
    explicit ConversationStore(Database &database);

    Result<Conversation> create(const NewConversation &conversation);
    Result<Conversation> get(ConversationId id);
    Result<Conversation> getByUuid(std::string_view uuid);
    Result<ListPage> list(const ListQuery &query);
    /// How many conversations a scope has, for headings and "Empty trash (12)".
    Result<std::int64_t> count(ListScope scope, FolderId folder = {});

    Result<void> rename(ConversationId id, std::string_view title);
    Result<void> setPinned(ConversationId id, bool pinned);
    /// Moves it into a folder, or to the top with none.
    Result<void> move(ConversationId id, FolderId folder);
    Result<void> setAssistant(ConversationId id, AssistantId assistant);
    Result<void> setModel(ConversationId id, ModelId model);

    /// Puts it into the trash; restore() is the undo. Both do nothing when it is already there.
    Result<void> trash(ConversationId id);
    Result<void> restore(ConversationId id);
    /// Erases what lies in the trash since before `trashedBeforeMs`: rows, search index, write-ahead log and automatic
    /// backups. Takes seconds for large files.
    Result<ErasureReport> emptyTrash(TimestampMs trashedBeforeMs = std::numeric_limits<TimestampMs>::max());
    /// The same for one conversation that is in the trash (else Conflict).
    Result<ErasureReport> erase(ConversationId id);

    /// Folders, parents before children, by position and name.
    Result<std::vector<Folder>> folders();
    Result<Folder> createFolder(std::string_view name, FolderId parent = {});
    Result<void> renameFolder(FolderId id, std::string_view name);
    /// Puts a folder under another one; under itself or its own child is InvalidArgument.
    Result<void> moveFolder(FolderId id, FolderId parent, std::int32_t position);
    /// Removes a folder; what it holds moves to its parent.
    Result<void> removeFolder(FolderId id);

    /// Unsent text of the composer; none is the page of a new chat. An empty text removes it.
    Result<void> setDraft(ConversationId id, std::string_view text);
    Result<std::string> draft(ConversationId id);

    /// Settings of one conversation that differ from its assistant's: key and JSON value.
    Result<std::map<std::string, std::string>> settings(ConversationId id);
    /// An empty value removes the key.
    Result<void> setSetting(ConversationId id, std::string_view key, std::string_view json);

private:
    Result<ErasureReport> eraseTrashed(const std::vector<std::string> &uuids);

    Database &m_database;
};

} // namespace storage
