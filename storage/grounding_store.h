// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

#include <optional>
#include <string_view>
#include <vector>

namespace storage {

/// Which documents conversations are about, and what their answers rest on.
///
/// Belongs to the thread of its Database, which must outlive it. Each call is one transaction: when it returns a value
/// the change is on disk, when it returns an error nothing was changed.
class GroundingStore {
public:
    explicit GroundingStore(Database &database);

    /// Collections and files in the order in which they were attached. The conversation's own files are not among
    /// them: CollectionStore::ofConversation().
    Result<std::vector<AttachedDocument>> attached(ConversationId conversation);
    /// Attaches a document; its time is set here. One that is attached already stays as it is.
    Result<void> attach(ConversationId conversation, const AttachedDocument &document);
    /// NotFound when it is not attached.
    Result<void> detach(ConversationId conversation, std::string_view collectionUuid, std::string_view path = {});

    /// What an answer was given, in place of what was said before; its sentences go.
    Result<void> put(MessageId answer, const Grounding &grounding, const std::vector<Citation> &citations);
    /// What was found out about an answer afterwards: its sentences, and which citations it uses. Sets
    /// Grounding::checked. NotFound for an answer without grounding.
    Result<void> putChecks(MessageId answer, const std::vector<SentenceCheck> &checks,
                           const std::vector<std::int32_t> &usedOrdinals);

    /// Nothing for an answer without documents.
    Result<std::optional<Grounding>> grounding(MessageId answer);
    /// By ordinal.
    Result<std::vector<Citation>> citations(MessageId answer);
    /// By place.
    Result<std::vector<SentenceCheck>> checks(MessageId answer);

private:
    Database &m_database;
};

} // namespace storage
