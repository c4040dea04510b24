// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

/// Files and folders that are searched together. What was read of them stands in index.db, under the uuid.
struct Collection {
    CollectionId id = {};
    std::string uuid = {};
    std::string name = {};
    std::string embedderSha256 = {};       ///< empty: whichever is installed
    std::vector<std::string> sources = {}; ///< absolute paths of files and folders, the file system's bytes
    TimestampMs createdMs = 0;
    ConversationId conversation = {}; ///< it holds the files that were handed to this one; else none
};

/// The definitions of collections.
///
/// Belongs to the thread of its Database, which must outlive it. Each call is one transaction.
class CollectionStore {
public:
    explicit CollectionStore(Database &database);

    /// All, by name; those of conversations, which have none and are shown in no list, come first.
    Result<std::vector<Collection>> list();
    Result<Collection> get(CollectionId id);
    Result<Collection> withUuid(std::string_view uuid);
    /// The one with that name; NotFound when there is none, or when it is a conversation's.
    Result<Collection> named(std::string_view name);
    /// The collection of the files that were handed to a conversation; nothing while there are none.
    Result<std::optional<Collection>> ofConversation(ConversationId conversation);
    /// The same, made where it is missing. It goes with the conversation.
    Result<Collection> forConversation(ConversationId conversation);
    /// Conflict when another has that name, InvalidArgument for an empty one.
    Result<Collection> create(std::string_view name);
    Result<void> rename(CollectionId id, std::string_view name);
    /// Adds sources that are not among its own yet.
    Result<Collection> addSources(CollectionId id, const std::vector<std::string> &sources);
    Result<Collection> removeSource(CollectionId id, std::string_view source);
    Result<void> setEmbedder(CollectionId id, std::string_view sha256);
    /// Assistants lose it; citations of answers keep their text.
    Result<void> remove(CollectionId id);

private:
    Database &m_database;
};

} // namespace storage
