// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/conversation_export.h"

#include "storage/answer_record_p.h"
#include "storage/export_format_p.h"
#include "storage/grounding_p.h"
#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace storage {

using detail::orNull;
using exporting::Malformed;
using nlohmann::json;
using sqlite::Connection;
using sqlite::Transaction;

namespace {

constexpr std::size_t kMaxLineBytes = 64U << 20U;
constexpr std::size_t kMaxPictureBytes = 256U << 10U;
// Deeper nesting than any export has; the library's writer recurses.
constexpr int kMaxDepth = 32;

/// Reads lines of bounded length.
class Lines {
public:
    explicit Lines(const std::filesystem::path &path)
        : m_stream(path, std::ios::binary)
    {
    }

    [[nodiscard]] bool isOpen() const { return m_stream.is_open(); }
    [[nodiscard]] std::int64_t number() const { return m_number; }

    /// false at the end of the file.
    Result<bool> next(std::string &line)
    {
        line.clear();
        for (;;) {
            const auto end = m_buffer.find('\n', m_at);
            const auto size = (end == std::string::npos ? m_buffer.size() : end) - m_at;
            if (line.size() + size > kMaxLineBytes) {
                return failure(ErrorCode::ImportMalformed, "line " + std::to_string(m_number + 1) + " is too long");
            }
            line.append(m_buffer, m_at, size);
            m_at += size;
            if (end != std::string::npos) {
                ++m_at;
                ++m_number;
                return true;
            }
            m_buffer.resize(1U << 16U);
            m_stream.read(m_buffer.data(), static_cast<std::streamsize>(m_buffer.size()));
            m_buffer.resize(static_cast<std::size_t>(m_stream.gcount()));
            m_at = 0;
            if (m_stream.bad()) {
                return failure(ErrorCode::FileUnreadable, "the file cannot be read to its end");
            }
            if (m_buffer.empty()) {
                m_number += line.empty() ? 0 : 1;
                return !line.empty();
            }
        }
    }

private:
    std::ifstream m_stream;
    std::string m_buffer;
    std::size_t m_at = 0;
    std::int64_t m_number = 0;
};

json parseLine(const std::string &line)
{
    bool tooDeep = false;
    const auto watch = [&](int depth, json::parse_event_t, json &) {
        tooDeep = tooDeep || depth > kMaxDepth;
        return !tooDeep;
    };
    json object = json::parse(line, watch, false);
    if (tooDeep || !object.is_object()) {
        throw Malformed{"not a JSON object"};
    }
    return object;
}

/// Takes the lines of one export in their order. Functions return database errors and throw Malformed.
class Restore {
public:
    explicit Restore(Connection &db)
        : m_db(db)
    {
    }

    Result<void> take(const json &line)
    {
        const std::string type = exporting::text(line, "type");
        if (type == exporting::kFolder) {
            return folder(line);
        }
        if (type == exporting::kAssistant) {
            return assistant(line);
        }
        if (type == exporting::kConversation) {
            STORAGE_TRY(endConversation());
            return conversation(line);
        }
        if (type == exporting::kMessage) {
            return message(line);
        }
        throw Malformed{"unknown type of line"};
    }

    /// After the last line and before the next conversation: what is shown of the one just read.
    Result<void> endConversation()
    {
        if (!m_conversation.valid()) {
            return {};
        }
        m_report.conversationsMerged += !m_isNew && m_gained > 0 ? 1 : 0;
        const auto leaf = m_messages.find(m_activeLeaf);
        STORAGE_TRY(m_db.run(
            "UPDATE conversations SET active_leaf_id = ifnull(:leaf, "
            "(SELECT max(id) FROM messages WHERE conversation_id = :id)) WHERE id = :id AND active_leaf_id IS NULL",
            {{":leaf", leaf != m_messages.end() ? orNull(leaf->second) : sqlite::Value(nullptr)},
             {":id", m_conversation.value}}));
        m_messages.clear();
        m_conversation = {};
        return {};
    }

    [[nodiscard]] const RestoreReport &report() const { return m_report; }

private:
    Result<void> folder(const json &line)
    {
        const auto parent = exporting::optionalUuid(line, "parent");
        const auto parentId = idOf("SELECT id FROM folders WHERE uuid = :uuid", parent.value_or(""));
        if (!parentId) {
            return std::unexpected(parentId.error());
        }
        if (parent && *parentId == 0) {
            throw Malformed{"a folder in an unknown folder"};
        }
        return m_db.run("INSERT INTO folders (uuid, parent_id, name, position) VALUES (:uuid, :parent, :name, "
                        ":position) ON CONFLICT (uuid) DO NOTHING",
                        {{":uuid", exporting::uuid(line, "uuid")},
                         {":parent", orNull(FolderId{*parentId})},
                         {":name", exporting::text(line, "name")},
                         {":position", exporting::integer(line, "position")}});
    }

    Result<void> assistant(const json &line)
    {
        const std::string picture = exporting::text(line, "picture");
        if (picture.size() > kMaxPictureBytes) {
            throw Malformed{"a picture of more than 256 KiB"};
        }
        const auto adapters = line.find("adapters");
        const auto sampling = line.find("sampling");
        if (adapters == line.end() || !adapters->is_array() || sampling == line.end() || !sampling->is_object()) {
            throw Malformed{"an assistant without adapters or sampling"};
        }
        const auto text = [](const json &value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); };
        STORAGE_TRY(m_db.run("INSERT INTO assistants (uuid, name, picture, instructions, adapters_json, sampling_json, "
                             "position, created_ms, updated_ms) VALUES (:uuid, :name, :picture, :instructions, "
                             ":adapters, :sampling, :position, :created, :updated) ON CONFLICT (uuid) DO NOTHING",
                             {{":uuid", exporting::uuid(line, "uuid")},
                              {":name", exporting::text(line, "name")},
                              {":picture", picture},
                              {":instructions", exporting::text(line, "instructions")},
                              {":adapters", detail::adaptersToJson(detail::adaptersFromJson(text(*adapters)))},
                              {":sampling", text(*sampling)},
                              {":position", exporting::integer(line, "position")},
                              {":created", exporting::integer(line, "created_ms")},
                              {":updated", exporting::integer(line, "updated_ms")}}));
        m_report.assistantsAdded += m_db.changes();
        return {};
    }

    Result<void> conversation(const json &line)
    {
        const std::string uuid = exporting::uuid(line, "uuid");
        m_activeLeaf = exporting::optionalUuid(line, "active_leaf").value_or("");
        STORAGE_TRY(
            m_db.run("INSERT INTO conversations (uuid, title, pinned, folder_id, assistant_id, model_id, created_ms, "
                     "updated_ms) VALUES (:uuid, :title, :pinned, (SELECT id FROM folders WHERE uuid = :folder), "
                     "ifnull((SELECT id FROM assistants WHERE uuid = :assistant), "
                     "(SELECT id FROM assistants WHERE is_default = 1)), "
                     "(SELECT id FROM models WHERE sha256 = :model AND sha256 <> ''), :created, :updated) "
                     "ON CONFLICT (uuid) DO NOTHING",
                     {{":uuid", uuid},
                      {":title", exporting::text(line, "title")},
                      {":pinned", exporting::boolean(line, "pinned")},
                      {":folder", exporting::optionalUuid(line, "folder").value_or("")},
                      {":assistant", exporting::optionalUuid(line, "assistant").value_or("")},
                      {":model", exporting::optionalText(line, "model_sha256").value_or("")},
                      {":created", exporting::integer(line, "created_ms")},
                      {":updated", exporting::integer(line, "updated_ms")}}));
        m_isNew = m_db.changes() > 0;
        m_gained = 0;
        m_report.conversationsAdded += m_isNew ? 1 : 0;
        const auto id = idOf("SELECT id FROM conversations WHERE uuid = :uuid", uuid);
        if (!id) {
            return std::unexpected(id.error());
        }
        m_conversation = {*id};
        if (!m_isNew) {
            return {};
        }
        STORAGE_TRY(settings(line));
        for (const AttachedDocument &document : exporting::documentsFrom(line)) {
            STORAGE_TRY(detail::insertAttached(m_db, m_conversation, document));
        }
        return {};
    }

    Result<void> settings(const json &line)
    {
        const auto values = line.find("settings");
        if (values == line.end() || !values->is_object()) {
            throw Malformed{"a conversation without settings"};
        }
        for (const auto &[key, value] : values->items()) {
            STORAGE_TRY(m_db.run("INSERT INTO conversation_settings (conversation_id, key, value) "
                                 "VALUES (:id, :key, :value)",
                                 {{":id", m_conversation.value},
                                  {":key", key},
                                  {":value", value.dump(-1, ' ', false, json::error_handler_t::replace)}}));
        }
        return {};
    }

    Result<void> message(const json &line)
    {
        if (!m_conversation.valid()) {
            throw Malformed{"a message outside a conversation"};
        }
        const Message message = exporting::messageFrom(line);
        const exporting::AnswerParts parts = exporting::partsFrom(line);
        // Only a message of this conversation that came before can be a parent: no circles, nothing dangling.
        const auto parentUuid = exporting::optionalUuid(line, "parent");
        const auto parent = m_messages.find(parentUuid.value_or(""));
        if (parentUuid && parent == m_messages.end()) {
            throw Malformed{"a message below an unknown one"};
        }
        if (m_messages.contains(message.uuid)) {
            throw Malformed{"two messages with one uuid"};
        }
        const auto known = idOf("SELECT id FROM messages WHERE uuid = :uuid", message.uuid);
        if (!known) {
            return std::unexpected(known.error());
        }
        if (*known != 0) {
            return keepKnown(message.uuid, {*known});
        }
        STORAGE_TRY(insert(message, parentUuid ? parent->second : MessageId{}));
        const MessageId id{m_db.lastInsertId()};
        m_messages.emplace(message.uuid, id);
        ++m_report.messagesAdded;
        ++m_gained;
        return insert(id, parts);
    }

    Result<void> keepKnown(const std::string &uuid, MessageId id)
    {
        const auto owner = m_db.integer("SELECT conversation_id FROM messages WHERE id = :id", {{":id", id.value}});
        if (!owner) {
            return std::unexpected(owner.error());
        }
        if (*owner != m_conversation.value) {
            throw Malformed{"a message that belongs to another conversation"};
        }
        m_messages.emplace(uuid, id);
        ++m_report.messagesKnown;
        return {};
    }

    Result<void> insert(const Message &message, MessageId parent)
    {
        return m_db.run(
            "INSERT INTO messages (uuid, conversation_id, parent_id, sibling, role, state, content, thinking, "
            "thinking_ms, error_code, error_detail, created_ms, finished_ms) VALUES (:uuid, :conversation, :parent, "
            "CASE WHEN :parent IS NULL THEN (SELECT ifnull(max(sibling), 0) + 1 FROM messages "
            "WHERE conversation_id = :conversation AND parent_id IS NULL) "
            "ELSE (SELECT ifnull(max(sibling), 0) + 1 FROM messages WHERE parent_id = :parent) END, "
            ":role, :state, :content, :thinking, :thinking_ms, :code, :detail, :created, :finished)",
            {{":uuid", message.uuid},
             {":conversation", m_conversation.value},
             {":parent", orNull(parent)},
             {":role", detail::toText(message.role)},
             {":state", detail::toText(message.state)},
             {":content", message.content},
             {":thinking", message.thinking},
             {":thinking_ms", message.thinkingMs},
             {":code", message.errorCode},
             {":detail", message.errorDetail},
             {":created", message.createdMs},
             {":finished", message.finishedMs}});
    }

    Result<void> insert(MessageId message, const exporting::AnswerParts &parts)
    {
        if (parts.record) {
            STORAGE_TRY(detail::writeRecord(m_db, message, *parts.record));
        }
        if (parts.grounding) {
            STORAGE_TRY(detail::writeGrounding(m_db, message, *parts.grounding));
        }
        for (const Citation &citation : parts.citations) {
            STORAGE_TRY(detail::insertCitation(m_db, message, citation));
        }
        for (const SentenceCheck &check : parts.checks) {
            STORAGE_TRY(detail::insertSentence(m_db, message, check));
        }
        return {};
    }

    /// The id of the row with a UUID, 0 when there is none.
    Result<std::int64_t> idOf(std::string_view sql, const std::string &uuid)
    {
        return m_db.integer(sql, {{":uuid", uuid}});
    }

    Connection &m_db;
    RestoreReport m_report;
    ConversationId m_conversation; ///< the one whose messages follow
    bool m_isNew = false;
    std::int64_t m_gained = 0;
    std::string m_activeLeaf;
    std::map<std::string, MessageId> m_messages; ///< of this conversation, by UUID
};

Result<RestoreReport> restoreLines(Database &database, Lines &lines)
{
    Restore restore(database.connection());
    std::string line;
    bool hasHead = false;
    for (;;) {
        const auto more = lines.next(line);
        if (!more) {
            return std::unexpected(more.error());
        }
        if (!*more) {
            break;
        }
        try {
            const json object = parseLine(line);
            if (hasHead) {
                STORAGE_TRY(restore.take(object));
                continue;
            }
            if (exporting::text(object, "format") != exporting::kFormat) {
                throw Malformed{"not an export of conversations"};
            }
            if (exporting::integer(object, "version") != exporting::kVersion) {
                return failure(ErrorCode::NewerFormat, "the export has a version this program does not know");
            }
            hasHead = true;
        } catch (const Malformed &malformed) {
            return failure(ErrorCode::ImportMalformed,
                           "line " + std::to_string(lines.number()) + ": " + malformed.reason);
        }
    }
    if (!hasHead) {
        return failure(ErrorCode::ImportMalformed, "the file is empty");
    }
    STORAGE_TRY(restore.endConversation());
    return restore.report();
}

} // namespace

Result<RestoreReport> restoreConversations(Database &database, const std::filesystem::path &source)
{
    Lines lines(source);
    if (!lines.isOpen()) {
        return failure(ErrorCode::FileUnreadable, source.filename().string() + " cannot be opened");
    }
    auto transaction = Transaction::begin(database.connection());
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    auto report = restoreLines(database, lines);
    if (report) {
        STORAGE_TRY(transaction->commit());
    }
    return report;
}

} // namespace storage
