// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/message_store.h"

#include "storage/answer_record_p.h"
#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

#include <span>
#include <utility>

namespace storage {

using detail::orNull;
using sqlite::Blob;
using sqlite::Connection;
using sqlite::Row;
using sqlite::Transaction;

namespace {

/// Columns 0 … 12 of both queries below.
Message messageFrom(const Row &row)
{
    return {.id = {row.integer(0)},
            .uuid = row.text(1),
            .conversation = {row.integer(2)},
            .parent = {row.integer(3)},
            .role = detail::roleFrom(row.text(4)).value_or(Role::User),
            .state = detail::stateFrom(row.text(5)).value_or(MessageState::Interrupted),
            .content = row.text(6),
            .thinking = row.text(7),
            .thinkingMs = row.integer(8),
            .errorCode = row.text(9),
            .errorDetail = row.text(10),
            .createdMs = row.integer(11),
            .finishedMs = row.integer(12)};
}

/// Adds what is journalled to a streaming answer.
Result<void> addJournal(Connection &db, Message &message)
{
    if (message.state != MessageState::Streaming) {
        return {};
    }
    return db.each("SELECT text, thinking FROM answer_journal WHERE message_id = :id ORDER BY sequence",
                   {{":id", message.id.value}}, [&](const Row &row) {
                       message.content += row.text(0);
                       message.thinking += row.text(1);
                   });
}

Result<Message> load(Connection &db, MessageId id)
{
    auto message = detail::required(
        db.first("SELECT id, uuid, conversation_id, parent_id, role, state, content, thinking, thinking_ms, "
                 "error_code, error_detail, created_ms, finished_ms FROM messages WHERE id = :id",
                 {{":id", id.value}}, messageFrom),
        "message");
    if (message) {
        STORAGE_TRY(addJournal(db, *message));
    }
    return message;
}

Result<Message> loadWithRole(Connection &db, MessageId id, Role role)
{
    auto message = load(db, id);
    if (message && message->role != role) {
        return failure(ErrorCode::InvalidArgument, "the message has another role than the operation needs");
    }
    return message;
}

/// NotFound without such a conversation, Conflict when it is in the trash or an answer streams in it.
Result<void> canStream(Connection &db, ConversationId conversation)
{
    const auto trashed =
        detail::required(db.first("SELECT trashed_ms IS NOT NULL FROM conversations WHERE id = :id",
                                  {{":id", conversation.value}}, [](const Row &row) { return row.integer(0) != 0; }),
                         "conversation");
    if (!trashed) {
        return std::unexpected(trashed.error());
    }
    if (*trashed) {
        return failure(ErrorCode::Conflict, "the conversation is in the trash");
    }
    const auto streaming = db.integer("SELECT count(*) FROM messages WHERE state = 'streaming' "
                                      "AND conversation_id = :id",
                                      {{":id", conversation.value}});
    if (!streaming) {
        return std::unexpected(streaming.error());
    }
    if (*streaming > 0) {
        return failure(ErrorCode::Conflict, "an answer of this conversation is streaming");
    }
    return {};
}

Result<void> setLeaf(Connection &db, ConversationId conversation, MessageId leaf)
{
    return db.run("UPDATE conversations SET active_leaf_id = :leaf WHERE id = :id",
                  {{":leaf", leaf.value}, {":id", conversation.value}});
}

struct NewMessage {
    ConversationId conversation;
    MessageId parent;
    Role role = Role::User;
    MessageState state = MessageState::Complete;
    std::string_view content = {};
    TimestampMs now = 0;
};

/// Adds a last sibling below `parent` and shows it.
Result<MessageId> insert(Connection &db, const NewMessage &message)
{
    STORAGE_TRY(
        db.run("INSERT INTO messages (uuid, conversation_id, parent_id, sibling, role, state, content, created_ms, "
               "finished_ms) VALUES (:uuid, :conversation, :parent, CASE WHEN :parent IS NULL "
               "THEN (SELECT ifnull(max(sibling), 0) + 1 FROM messages WHERE conversation_id = :conversation "
               "AND parent_id IS NULL) "
               "ELSE (SELECT ifnull(max(sibling), 0) + 1 FROM messages WHERE parent_id = :parent) END, "
               ":role, :state, :content, :now, :finished)",
               {{":uuid", detail::makeUuid(message.now)},
                {":conversation", message.conversation.value},
                {":parent", orNull(message.parent)},
                {":role", detail::toText(message.role)},
                {":state", detail::toText(message.state)},
                {":content", message.content},
                {":now", message.now},
                {":finished", message.state == MessageState::Streaming ? 0 : message.now}}));
    const MessageId id{db.lastInsertId()};
    STORAGE_TRY(db.run("UPDATE messages SET shown_child = (SELECT sibling FROM messages WHERE id = :id) "
                       "WHERE id = :parent",
                       {{":id", id.value}, {":parent", message.parent.value}}));
    STORAGE_TRY(db.run("UPDATE conversations SET active_leaf_id = :leaf, updated_ms = max(updated_ms, :now) "
                       "WHERE id = :id",
                       {{":leaf", id.value}, {":now", message.now}, {":id", message.conversation.value}}));
    return id;
}

struct NewTurn {
    ConversationId conversation;
    MessageId parent;
    std::string_view text;
    const std::optional<AnswerRecord> &record;
    TimestampMs now = 0;
};

Result<TurnStart> insertTurn(Connection &db, const NewTurn &turn)
{
    const auto user = insert(db, {.conversation = turn.conversation,
                                  .parent = turn.parent,
                                  .role = Role::User,
                                  .content = turn.text,
                                  .now = turn.now});
    if (!user) {
        return std::unexpected(user.error());
    }
    const auto answer = insert(db, {.conversation = turn.conversation,
                                    .parent = *user,
                                    .role = Role::Assistant,
                                    .state = MessageState::Streaming,
                                    .now = turn.now});
    if (!answer) {
        return std::unexpected(answer.error());
    }
    if (turn.record) {
        STORAGE_TRY(detail::writeRecord(db, *answer, *turn.record));
    }
    return TurnStart{.user = *user, .answer = *answer};
}

/// From a message down to the leaf last shown below it.
Result<MessageId> shownLeaf(Connection &db, MessageId from)
{
    for (;;) {
        const auto child = db.integer(
            "SELECT id FROM messages WHERE parent_id = :id "
            "ORDER BY sibling = (SELECT shown_child FROM messages WHERE id = :id) DESC, sibling DESC LIMIT 1",
            {{":id", from.value}});
        if (!child) {
            return std::unexpected(child.error());
        }
        if (*child == 0) {
            return from;
        }
        from = {*child};
    }
}

Result<void> showBranch(Connection &db, MessageId id)
{
    const auto message = load(db, id);
    if (!message) {
        return std::unexpected(message.error());
    }
    STORAGE_TRY(db.run("WITH RECURSIVE above (id, parent_id, sibling) AS ("
                       "SELECT id, parent_id, sibling FROM messages WHERE id = :id "
                       "UNION ALL SELECT messages.id, messages.parent_id, messages.sibling FROM messages "
                       "JOIN above ON messages.id = above.parent_id) "
                       "UPDATE messages SET shown_child = above.sibling FROM above WHERE messages.id = above.parent_id",
                       {{":id", id.value}}));
    const auto leaf = shownLeaf(db, id);
    if (!leaf) {
        return std::unexpected(leaf.error());
    }
    return setLeaf(db, message->conversation, *leaf);
}

/// The record an answer has so far, with the journal's tokens added.
Result<void> keepJournalTokens(Connection &db, MessageId answer, MessageState end)
{
    std::vector<std::int32_t> tokens;
    STORAGE_TRY(db.each("SELECT tokens FROM answer_journal WHERE message_id = :id ORDER BY sequence",
                        {{":id", answer.value}}, [&](const Row &row) {
                            const auto piece = detail::unpacked(row.blob(0));
                            tokens.insert(tokens.end(), piece.begin(), piece.end());
                        }));
    auto record = detail::readRecord(db, answer);
    if (!record) {
        return std::unexpected(record.error());
    }
    if (!*record && tokens.empty()) {
        return {};
    }
    AnswerRecord kept = std::move(*record).value_or(AnswerRecord{});
    kept.generatedTokens.insert(kept.generatedTokens.end(), tokens.begin(), tokens.end());
    kept.finishReason = detail::toText(end);
    return detail::writeRecord(db, answer, kept);
}

/// Ends a streaming answer; the caller holds the transaction.
Result<void> endAnswer(Connection &db, const Message &answer, const AnswerEnd &end, TimestampMs now)
{
    STORAGE_TRY(end.record ? detail::writeRecord(db, answer.id, *end.record)
                           : keepJournalTokens(db, answer.id, end.state));
    STORAGE_TRY(db.run("DELETE FROM answer_journal WHERE message_id = :id", {{":id", answer.id.value}}));
    STORAGE_TRY(db.run("UPDATE messages SET state = :state, content = :content, thinking = :thinking, "
                       "thinking_ms = :thinking_ms, error_code = :code, error_detail = :detail, finished_ms = :now "
                       "WHERE id = :id",
                       {{":state", detail::toText(end.state)},
                        {":content", end.content ? *end.content : answer.content},
                        {":thinking", end.thinking ? *end.thinking : answer.thinking},
                        {":thinking_ms", end.thinkingMs},
                        {":code", end.errorCode},
                        {":detail", end.errorDetail},
                        {":now", now},
                        {":id", answer.id.value}}));
    return db.run("UPDATE conversations SET updated_ms = max(updated_ms, :now) WHERE id = :id",
                  {{":now", now}, {":id", answer.conversation.value}});
}

} // namespace

MessageStore::MessageStore(Database &database)
    : m_database(database)
{
}

Result<std::vector<PathMessage>> MessageStore::path(ConversationId conversation)
{
    Connection &db = m_database.connection();
    std::vector<PathMessage> path;
    STORAGE_TRY(db.each(
        "WITH RECURSIVE path (id, parent_id, depth) AS ("
        "SELECT id, parent_id, 0 FROM messages "
        "WHERE id = (SELECT active_leaf_id FROM conversations WHERE id = :id) "
        "UNION ALL SELECT messages.id, messages.parent_id, depth + 1 FROM messages "
        "JOIN path ON messages.id = path.parent_id) "
        "SELECT m.id, m.uuid, m.conversation_id, m.parent_id, m.role, m.state, m.content, m.thinking, m.thinking_ms, "
        "m.error_code, m.error_detail, m.created_ms, m.finished_ms, "
        "CASE WHEN m.parent_id IS NULL THEN (SELECT count(*) FROM messages AS s "
        "WHERE s.conversation_id = m.conversation_id AND s.parent_id IS NULL AND s.sibling <= m.sibling) "
        "ELSE (SELECT count(*) FROM messages AS s WHERE s.parent_id = m.parent_id AND s.sibling <= m.sibling) END, "
        "CASE WHEN m.parent_id IS NULL THEN (SELECT count(*) FROM messages AS s "
        "WHERE s.conversation_id = m.conversation_id AND s.parent_id IS NULL) "
        "ELSE (SELECT count(*) FROM messages AS s WHERE s.parent_id = m.parent_id) END, "
        "EXISTS (SELECT 1 FROM answer_records WHERE message_id = m.id), "
        "(SELECT count(*) FROM citations WHERE message_id = m.id) "
        "FROM path JOIN messages AS m ON m.id = path.id ORDER BY depth DESC",
        {{":id", conversation.value}}, [&](const Row &row) {
            path.push_back({.message = messageFrom(row),
                            .sibling = row.integer32(13),
                            .siblings = row.integer32(14),
                            .hasRecord = row.integer(15) != 0,
                            .citations = row.integer32(16)});
        }));
    if (path.empty()) {
        const auto known =
            db.integer("SELECT count(*) FROM conversations WHERE id = :id", {{":id", conversation.value}});
        if (!known) {
            return std::unexpected(known.error());
        }
        if (*known == 0) {
            return failure(ErrorCode::NotFound, "no such conversation");
        }
    }
    for (PathMessage &entry : path) {
        STORAGE_TRY(addJournal(db, entry.message));
    }
    return path;
}

Result<Message> MessageStore::get(MessageId id)
{
    return load(m_database.connection(), id);
}

Result<TurnStart> MessageStore::startTurn(ConversationId conversation, std::string_view text,
                                          const std::optional<AnswerRecord> &record)
{
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    STORAGE_TRY(canStream(db, conversation));
    const auto leaf =
        db.integer("SELECT active_leaf_id FROM conversations WHERE id = :id", {{":id", conversation.value}});
    if (!leaf) {
        return std::unexpected(leaf.error());
    }
    auto turn = insertTurn(
        db, {.conversation = conversation, .parent = {*leaf}, .text = text, .record = record, .now = m_database.now()});
    if (turn) {
        STORAGE_TRY(transaction->commit());
    }
    return turn;
}

Result<TurnStart> MessageStore::editUserMessage(MessageId userMessage, std::string_view text,
                                                const std::optional<AnswerRecord> &record)
{
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    const auto message = loadWithRole(db, userMessage, Role::User);
    if (!message) {
        return std::unexpected(message.error());
    }
    STORAGE_TRY(canStream(db, message->conversation));
    auto turn = insertTurn(db, {.conversation = message->conversation,
                                .parent = message->parent,
                                .text = text,
                                .record = record,
                                .now = m_database.now()});
    if (turn) {
        STORAGE_TRY(showBranch(db, turn->answer));
        STORAGE_TRY(transaction->commit());
    }
    return turn;
}

Result<MessageId> MessageStore::regenerate(MessageId answer, const std::optional<AnswerRecord> &record)
{
    const auto message = loadWithRole(m_database.connection(), answer, Role::Assistant);
    if (!message) {
        return std::unexpected(message.error());
    }
    return branch({.conversation = message->conversation,
                   .parent = message->parent,
                   .streams = true,
                   .text = {},
                   .record = record});
}

Result<MessageId> MessageStore::answerTo(MessageId userMessage, const std::optional<AnswerRecord> &record)
{
    const auto message = loadWithRole(m_database.connection(), userMessage, Role::User);
    if (!message) {
        return std::unexpected(message.error());
    }
    return branch(
        {.conversation = message->conversation, .parent = message->id, .streams = true, .text = {}, .record = record});
}

Result<MessageId> MessageStore::editAnswer(MessageId answer, std::string_view text)
{
    const auto message = loadWithRole(m_database.connection(), answer, Role::Assistant);
    if (!message) {
        return std::unexpected(message.error());
    }
    return branch({.conversation = message->conversation,
                   .parent = message->parent,
                   .streams = false,
                   .text = text,
                   .record = std::nullopt});
}

Result<MessageId> MessageStore::branch(const Branch &branch)
{
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    if (branch.streams) {
        STORAGE_TRY(canStream(db, branch.conversation));
    }
    const auto id = insert(db, {.conversation = branch.conversation,
                                .parent = branch.parent,
                                .role = Role::Assistant,
                                .state = branch.streams ? MessageState::Streaming : MessageState::Complete,
                                .content = branch.text,
                                .now = m_database.now()});
    if (!id) {
        return id;
    }
    if (branch.record) {
        STORAGE_TRY(detail::writeRecord(db, *id, *branch.record));
    }
    // The branch may hang on a path that is not the one shown.
    STORAGE_TRY(showBranch(db, *id));
    STORAGE_TRY(transaction->commit());
    return id;
}

Result<void> MessageStore::resume(MessageId answer)
{
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    const auto message = loadWithRole(db, answer, Role::Assistant);
    if (!message) {
        return std::unexpected(message.error());
    }
    if (message->state != MessageState::Interrupted && message->state != MessageState::Stopped) {
        return failure(ErrorCode::Conflict, "the answer did not end early");
    }
    STORAGE_TRY(canStream(db, message->conversation));
    STORAGE_TRY(
        db.run("UPDATE messages SET state = 'streaming', finished_ms = 0 WHERE id = :id", {{":id", answer.value}}));
    return transaction->commit();
}

Result<void> MessageStore::appendJournal(MessageId answer, const JournalEntry &entry)
{
    Connection &db = m_database.connection();
    const auto tokens = detail::packed(entry.tokens);
    STORAGE_TRY(db.run("INSERT INTO answer_journal (message_id, sequence, tokens, text, thinking, written_ms) "
                       "SELECT id, :sequence, :tokens, :text, :thinking, :now FROM messages "
                       "WHERE id = :id AND state = 'streaming' AND :sequence = "
                       "(SELECT ifnull(max(sequence) + 1, 0) FROM answer_journal WHERE message_id = :id)",
                       {{":id", answer.value},
                        {":sequence", entry.sequence},
                        {":tokens", Blob(tokens)},
                        {":text", Blob(std::as_bytes(std::span(entry.text)))},
                        {":thinking", Blob(std::as_bytes(std::span(entry.thinking)))},
                        {":now", m_database.now()}}));
    if (db.changes() == 1) {
        return {};
    }
    const auto message = load(db, answer);
    if (!message) {
        return std::unexpected(message.error());
    }
    return failure(ErrorCode::Conflict, message->state == MessageState::Streaming ? "the entry is out of order"
                                                                                  : "the answer is not streaming");
}

Result<void> MessageStore::finish(MessageId answer, const AnswerEnd &end)
{
    if (end.state == MessageState::Streaming) {
        return failure(ErrorCode::InvalidArgument, "an answer does not end as streaming");
    }
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    const auto message = load(db, answer);
    if (!message) {
        return std::unexpected(message.error());
    }
    if (message->state != MessageState::Streaming) {
        return failure(ErrorCode::Conflict, "the answer is not streaming");
    }
    STORAGE_TRY(endAnswer(db, *message, end, m_database.now()));
    return transaction->commit();
}

Result<std::vector<MessageId>> MessageStore::recoverInterrupted()
{
    Connection &db = m_database.connection();
    std::vector<MessageId> ended;
    STORAGE_TRY(db.each("SELECT id FROM messages WHERE state = 'streaming' ORDER BY id", {},
                        [&](const Row &row) { ended.push_back({row.integer(0)}); }));
    if (ended.empty() || m_database.readOnly()) {
        return ended;
    }
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    for (const MessageId id : ended) {
        const auto message = load(db, id);
        if (!message) {
            return std::unexpected(message.error());
        }
        const AnswerEnd end{.state = MessageState::Interrupted, .thinkingMs = message->thinkingMs};
        STORAGE_TRY(endAnswer(db, *message, end, message->createdMs));
    }
    STORAGE_TRY(transaction->commit());
    return ended;
}

Result<void> MessageStore::showSibling(MessageId message, std::int32_t sibling)
{
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    const auto other = db.integer("SELECT s.id FROM messages AS m JOIN messages AS s "
                                  "ON s.conversation_id = m.conversation_id AND s.parent_id IS m.parent_id "
                                  "WHERE m.id = :id AND :number >= 1 ORDER BY s.sibling LIMIT 1 OFFSET :number - 1",
                                  {{":id", message.value}, {":number", sibling}});
    if (!other) {
        return std::unexpected(other.error());
    }
    STORAGE_TRY(showBranch(db, {*other}));
    return transaction->commit();
}

Result<void> MessageStore::show(MessageId message)
{
    auto transaction = Transaction::begin(m_database.connection());
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    STORAGE_TRY(showBranch(m_database.connection(), message));
    return transaction->commit();
}

Result<void> MessageStore::putRecord(MessageId answer, const AnswerRecord &record)
{
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    if (auto message = loadWithRole(db, answer, Role::Assistant); !message) {
        return std::unexpected(message.error());
    }
    STORAGE_TRY(detail::writeRecord(db, answer, record));
    return transaction->commit();
}

Result<std::optional<AnswerRecord>> MessageStore::record(MessageId answer)
{
    return detail::readRecord(m_database.connection(), answer);
}

} // namespace storage
