// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/turn_store.h"

#include "app/chat_turn.h"
#include "app/prompt_builder.h"
#include "app/store_convert.h"
#include "app/store_thread.h"

namespace app {

storage::Result<storage::Conversation> makeConversation(Stores &stores, const QString &title, AssistantId assistant,
                                                        OverflowPolicy policy)
{
    auto made = stores.conversations.create(
        {.title = title.toStdString(), .assistant = toStore(assistant), .model = {}, .folder = {}});
    if (made && policy == OverflowPolicy::DropOldest) {
        if (const auto kept = stores.conversations.setSetting(made->id, "overflow", R"("drop_oldest")"); !kept)
            return std::unexpected(kept.error());
    }
    return made;
}

storage::Result<CommittedTurn> storeTurn(Stores &stores, const TurnRequest &request,
                                         const std::optional<storage::AnswerRecord> &record)
{
    CommittedTurn done{.conversation = toStore(request.conversation), .answer = {}, .path = {}};
    const std::string text = request.text.toStdString();
    if (request.kind == TurnKind::Regenerate) {
        const auto answer = stores.messages.regenerate(toStore(request.target), record);
        if (!answer)
            return std::unexpected(answer.error());
        done.answer = *answer;
    } else {
        if (!done.conversation.valid()) {
            const auto made = makeConversation(stores, titleFrom(request.text), request.assistant.id, request.policy);
            if (!made)
                return std::unexpected(made.error());
            done.conversation = made->id;
        } else if (request.kind == TurnKind::Send && request.path.isEmpty()) {
            // Made for its documents before there was a question to name it by.
            const auto known = stores.conversations.get(done.conversation);
            if (!known)
                return std::unexpected(known.error());
            if (known->title.empty()) {
                if (const auto named =
                        stores.conversations.rename(done.conversation, titleFrom(request.text).toStdString());
                    !named)
                    return std::unexpected(named.error());
            }
        }
        const auto turn = request.kind == TurnKind::Send
                              ? stores.messages.startTurn(done.conversation, text, record)
                              : stores.messages.editUserMessage(toStore(request.target), text, record);
        if (!turn)
            return std::unexpected(turn.error());
        done.answer = turn->answer;
    }
    auto path = stores.messages.path(done.conversation);
    if (!path)
        return std::unexpected(path.error());
    done.path = std::move(*path);
    return done;
}

} // namespace app
