// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/opened_conversation.h"

#include "app/grounding_convert.h"
#include "app/store_convert.h"
#include "app/store_thread.h"

namespace app {

namespace {

storage::Result<MessageValue> readMessage(Stores &stores, const storage::PathMessage &row)
{
    MessageValue message = messageFrom(row);
    if (row.message.role != storage::Role::Assistant)
        return message;
    if (row.hasRecord) {
        const auto record = stores.messages.record(row.message.id);
        if (!record)
            return std::unexpected(record.error());
        if (*record) {
            const double thinkingMs = message.record.thinkingMs;
            message.record = recordFrom(**record);
            message.record.thinkingMs = thinkingMs;
        }
    }
    const auto grounding = readGrounding(stores.grounding, row.message.id);
    if (!grounding)
        return std::unexpected(grounding.error());
    if (*grounding)
        setGrounding(message, **grounding);
    return message;
}

} // namespace

storage::Result<OpenedConversation> readConversation(Stores &stores, ConversationId id)
{
    OpenedConversation opened;
    const auto row = stores.conversations.get(toStore(id));
    if (!row)
        return std::unexpected(row.error());
    opened.assistant = fromStore(row->assistant);
    const auto path = stores.messages.path(toStore(id));
    if (!path)
        return std::unexpected(path.error());
    const auto settings = stores.conversations.settings(toStore(id));
    if (!settings)
        return std::unexpected(settings.error());
    const auto overflow = settings->find("overflow");
    if (overflow != settings->end() && overflow->second == R"("drop_oldest")")
        opened.policy = OverflowPolicy::DropOldest;
    auto documents = readDocuments(stores, id);
    if (!documents)
        return std::unexpected(documents.error());
    opened.documents = std::move(*documents);
    for (const storage::PathMessage &message : *path) {
        auto read = readMessage(stores, message);
        if (!read)
            return std::unexpected(read.error());
        opened.path.append(std::move(*read));
    }
    return opened;
}

} // namespace app
