// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

#include <vector>

namespace storage {

/// Assistants. There is always exactly one default, from the moment a database is created.
///
/// Belongs to the thread of its Database, which must outlive it. Each call is one transaction.
class AssistantStore {
public:
    explicit AssistantStore(Database &database);

    /// All, by position, then name.
    Result<std::vector<Assistant>> list();
    Result<Assistant> get(AssistantId id);
    Result<Assistant> defaultAssistant();

    /// Adds one; `id`, `uuid`, `isDefault` and the times of the argument are ignored.
    Result<Assistant> create(const Assistant &assistant);
    /// Writes every field but `uuid`, `isDefault` and the times.
    Result<void> update(const Assistant &assistant);
    /// Makes it the one default.
    Result<void> setDefault(AssistantId id);
    /// Conversations that had it continue with the default one; they are returned. The default cannot be removed:
    /// Conflict.
    Result<std::vector<ConversationId>> remove(AssistantId id);

private:
    Database &m_database;
};

} // namespace storage
