// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Private to ChatService: what opening a conversation reads.
#pragma once

#include "app/chat_documents.h"
#include "app/conversation_types.h"
#include "storage/error.h"

#include <QList>

namespace app {

struct Stores;

/// A conversation as it is shown.
struct OpenedConversation {
    AssistantId assistant;
    OverflowPolicy policy = OverflowPolicy::Ask;
    QList<MessageValue> path; ///< with records and what answers took from documents
    ConversationDocuments documents;
};

/// On the storage thread.
storage::Result<OpenedConversation> readConversation(Stores &stores, ConversationId id);

} // namespace app
