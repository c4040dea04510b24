// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Private to ChatService: how a turn enters the database. On the storage thread.
#pragma once

#include "app/conversation_types.h"
#include "storage/message_store.h"

#include <optional>
#include <vector>

namespace app {

struct Stores;
struct TurnRequest;

/// A new conversation as a first question makes it, or the documents that come before one.
storage::Result<storage::Conversation> makeConversation(Stores &stores, const QString &title, AssistantId assistant,
                                                        OverflowPolicy policy);

/// Question and empty answer.
struct CommittedTurn {
    storage::ConversationId conversation;
    storage::MessageId answer;
    std::vector<storage::PathMessage> path;
};
storage::Result<CommittedTurn> storeTurn(Stores &stores, const TurnRequest &request,
                                         const std::optional<storage::AnswerRecord> &record);

} // namespace app
