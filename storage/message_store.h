// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

/// The two rows a turn begins with, both on disk.
struct TurnStart {
    MessageId user = {};
    MessageId answer = {}; ///< Streaming
};

/// How an answer ended.
struct AnswerEnd {
    MessageState state = MessageState::Complete; ///< Complete, Stopped, Interrupted or Failed
    std::optional<std::string> content = {};     ///< the whole answer; empty: what was there plus the journal
    std::optional<std::string> thinking = {};    ///< the same for the thinking
    std::int64_t thinkingMs = 0;
    std::string errorCode = {}; ///< for Failed
    std::string errorDetail = {};
    std::optional<AnswerRecord> record = {};
};

/// The messages of conversations: a tree in which nothing is overwritten by editing or regenerating.
///
/// One path through the tree is shown: from a first message to the conversation's active leaf. startTurn() extends it,
/// editing and regenerating branch it, showSibling() walks the branches ‹2/3›.
///
/// Belongs to the thread of its Database, which must outlive it. Each call is one transaction: when it returns a value
/// the change is on disk, when it returns an error nothing was changed.
class MessageStore {
public:
    explicit MessageStore(Database &database);

    /// The path shown, first message first. A Streaming answer comes with the text journalled so far.
    Result<std::vector<PathMessage>> path(ConversationId conversation);
    Result<Message> get(MessageId id);

    /// Appends the user's text and an empty Streaming answer below the active leaf. The prompt is on disk before the
    /// engine hears of it. Conflict while another answer of the conversation is streaming.
    ///
    /// `record` (here and below) is what is known of the answer before it begins: should the program die, it says which
    /// model and settings made what the journal holds. It is kept with the answer; finish() takes the whole one.
    Result<TurnStart> startTurn(ConversationId conversation, std::string_view text,
                                const std::optional<AnswerRecord> &record = {});
    /// The same as a new branch beside `userMessage`.
    Result<TurnStart> editUserMessage(MessageId userMessage, std::string_view text,
                                      const std::optional<AnswerRecord> &record = {});
    /// A new Streaming answer beside `answer`.
    Result<MessageId> regenerate(MessageId answer, const std::optional<AnswerRecord> &record = {});
    /// A new Streaming answer below a user message that has none, or beside its others.
    Result<MessageId> answerTo(MessageId userMessage, const std::optional<AnswerRecord> &record = {});
    /// A Complete branch beside `answer` with text the user wrote in its place.
    Result<MessageId> editAnswer(MessageId answer, std::string_view text);
    /// Lets an Interrupted or Stopped answer stream on from where it ended.
    Result<void> resume(MessageId answer);

    /// Adds what was generated since the last call; on disk when it returns. Call at least every 250 ms.
    Result<void> appendJournal(MessageId answer, const JournalEntry &entry);
    /// Ends a Streaming answer and folds its journal into it. Conflict when it is not streaming.
    Result<void> finish(MessageId answer, const AnswerEnd &end);
    /// Ends every answer that a dead process left Streaming: Interrupted, with its journalled text, and a record of
    /// what was known when it began, the journalled tokens and the end "interrupted". Call once after opening, before
    /// anything streams. Returns them.
    Result<std::vector<MessageId>> recoverInterrupted();

    /// Shows another branch: the `sibling`-th (1-based) of those beside `message`, down to the leaf last shown there.
    Result<void> showSibling(MessageId message, std::int32_t sibling);
    /// Shows the branch that holds `message`, for search hits and links.
    Result<void> show(MessageId message);

    /// Writes the record of an answer, in place of an earlier one. finish() takes one too.
    /// Token ids that continue an earlier answer of the same branch are stored as the difference.
    Result<void> putRecord(MessageId answer, const AnswerRecord &record);
    Result<std::optional<AnswerRecord>> record(MessageId answer);

private:
    struct Branch {
        ConversationId conversation;
        MessageId parent;
        bool streams = false;
        std::string_view text;
        const std::optional<AnswerRecord> &record;
    };
    Result<MessageId> branch(const Branch &branch);

    Database &m_database;
};

} // namespace storage
