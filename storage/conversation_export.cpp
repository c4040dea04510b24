// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/conversation_export.h"

#include "storage/export_format_p.h"
#include "storage/files/backups.h"
#include "storage/grounding_store.h"
#include "storage/message_store.h"
#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace storage {

using nlohmann::json;
using sqlite::Connection;
using sqlite::Row;

namespace {

/// A file that appears under its name only when it is complete.
class WholeFile {
public:
    explicit WholeFile(std::filesystem::path target)
        : m_target(std::move(target))
        , m_part(m_target)
    {
        m_part += ".part";
        m_descriptor = open(m_part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        m_error = m_descriptor < 0 ? errno : 0;
    }
    WholeFile(const WholeFile &) = delete;
    WholeFile &operator=(const WholeFile &) = delete;
    ~WholeFile()
    {
        if (m_descriptor >= 0) {
            close(m_descriptor);
            std::remove(m_part.c_str());
        }
    }

    void line(const json &object)
    {
        m_buffer += object.dump(-1, ' ', false, json::error_handler_t::replace);
        m_buffer += '\n';
        if (m_buffer.size() > kFlushBytes) {
            flush();
        }
    }

    Result<void> publish()
    {
        flush();
        if (m_error == 0 && fsync(m_descriptor) != 0) {
            m_error = errno;
        }
        if (m_error == 0 && std::rename(m_part.c_str(), m_target.c_str()) != 0) {
            m_error = errno;
        }
        if (m_error != 0) {
            const bool full = m_error == ENOSPC || m_error == EDQUOT || m_error == EFBIG;
            return failure(full ? ErrorCode::DiskFull : ErrorCode::FileUnreadable,
                           m_target.filename().string() + ": " + std::generic_category().message(m_error));
        }
        close(std::exchange(m_descriptor, -1));
        files::syncFolder(m_target.parent_path());
        return {};
    }

private:
    static constexpr std::size_t kFlushBytes = 1U << 20U;

    void flush()
    {
        std::string_view rest = m_buffer;
        while (m_error == 0 && !rest.empty()) {
            const ssize_t written = write(m_descriptor, rest.data(), rest.size());
            if (written < 0 && errno != EINTR) {
                m_error = errno;
            }
            rest.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
        }
        m_buffer.clear();
    }

    std::filesystem::path m_target;
    std::filesystem::path m_part;
    std::string m_buffer;
    int m_descriptor = -1;
    int m_error = 0;
};

json textOrNull(const Row &row, int column)
{
    return row.isNull(column) ? json(nullptr) : json(row.text(column));
}

Result<void> writeFolders(Connection &db, WholeFile &file)
{
    // Parents before children, whatever their ids.
    return db.each("WITH RECURSIVE tree (id, depth) AS (SELECT id, 0 FROM folders WHERE parent_id IS NULL "
                   "UNION SELECT folders.id, depth + 1 FROM folders JOIN tree ON folders.parent_id = tree.id) "
                   "SELECT f.uuid, p.uuid, f.name, f.position FROM tree JOIN folders AS f ON f.id = tree.id "
                   "LEFT JOIN folders AS p ON p.id = f.parent_id ORDER BY depth, f.id",
                   {}, [&](const Row &row) {
                       file.line({{"type", exporting::kFolder},
                                  {"uuid", row.text(0)},
                                  {"parent", textOrNull(row, 1)},
                                  {"name", row.text(2)},
                                  {"position", row.integer(3)}});
                   });
}

Result<void> writeAssistants(Connection &db, WholeFile &file)
{
    return db.each("SELECT uuid, name, picture, instructions, adapters_json, sampling_json, position, created_ms, "
                   "updated_ms FROM assistants ORDER BY id",
                   {}, [&](const Row &row) {
                       file.line({{"type", exporting::kAssistant},
                                  {"uuid", row.text(0)},
                                  {"name", row.text(1)},
                                  {"picture", row.text(2)},
                                  {"instructions", row.text(3)},
                                  {"adapters", exporting::parsed(row.text(4))},
                                  {"sampling", exporting::parsed(row.text(5))},
                                  {"position", row.integer(6)},
                                  {"created_ms", row.integer(7)},
                                  {"updated_ms", row.integer(8)}});
                   });
}

Result<bool> writeConversation(Connection &db, GroundingStore &grounding, WholeFile &file, ConversationId id)
{
    const auto documents = grounding.attached(id);
    if (!documents) {
        return std::unexpected(documents.error());
    }
    json settings = json::object();
    STORAGE_TRY(db.each("SELECT key, value FROM conversation_settings WHERE conversation_id = :id", {{":id", id.value}},
                        [&](const Row &row) { settings[row.text(0)] = exporting::parsed(row.text(1)); }));
    const auto written = db.first(
        "SELECT c.uuid, c.title, c.pinned, f.uuid, a.uuid, m.name, m.sha256, l.uuid, c.created_ms, c.updated_ms "
        "FROM conversations AS c LEFT JOIN folders AS f ON f.id = c.folder_id "
        "LEFT JOIN assistants AS a ON a.id = c.assistant_id LEFT JOIN models AS m ON m.id = c.model_id "
        "LEFT JOIN messages AS l ON l.id = c.active_leaf_id WHERE c.id = :id AND c.trashed_ms IS NULL",
        {{":id", id.value}}, [&](const Row &row) {
            file.line({{"type", exporting::kConversation},
                       {"uuid", row.text(0)},
                       {"title", row.text(1)},
                       {"pinned", row.integer(2) != 0},
                       {"folder", textOrNull(row, 3)},
                       {"assistant", textOrNull(row, 4)},
                       {"model_name", textOrNull(row, 5)},
                       {"model_sha256", textOrNull(row, 6)},
                       {"active_leaf", textOrNull(row, 7)},
                       {"created_ms", row.integer(8)},
                       {"updated_ms", row.integer(9)},
                       {"settings", settings},
                       {"documents", exporting::toJson(*documents)}});
            return true;
        });
    if (!written) {
        return std::unexpected(written.error());
    }
    return written->has_value();
}

Result<exporting::AnswerParts> partsOf(MessageStore &messages, GroundingStore &store, MessageId id)
{
    auto record = messages.record(id);
    auto grounding = store.grounding(id);
    auto citations = store.citations(id);
    auto checks = store.checks(id);
    if (!record) {
        return std::unexpected(record.error());
    }
    if (!grounding) {
        return std::unexpected(grounding.error());
    }
    if (!citations) {
        return std::unexpected(citations.error());
    }
    if (!checks) {
        return std::unexpected(checks.error());
    }
    return exporting::AnswerParts{.record = std::move(*record),
                                  .grounding = std::move(*grounding),
                                  .citations = std::move(*citations),
                                  .checks = std::move(*checks)};
}

Result<std::int64_t> writeMessages(Connection &db, MessageStore &store, GroundingStore &grounding, WholeFile &file,
                                   ConversationId conversation)
{
    std::vector<std::pair<MessageId, json>> parents;
    STORAGE_TRY(db.each("SELECT m.id, p.uuid FROM messages AS m LEFT JOIN messages AS p ON p.id = m.parent_id "
                        "WHERE m.conversation_id = :id ORDER BY m.id",
                        {{":id", conversation.value}},
                        [&](const Row &row) { parents.emplace_back(MessageId{row.integer(0)}, textOrNull(row, 1)); }));
    for (const auto &[id, parent] : parents) {
        const auto message = store.get(id);
        if (!message) {
            return std::unexpected(message.error());
        }
        const auto parts = partsOf(store, grounding, id);
        if (!parts) {
            return std::unexpected(parts.error());
        }
        file.line(exporting::toJson(*message, parent, *parts));
    }
    return static_cast<std::int64_t>(parents.size());
}

} // namespace

Result<ExportReport> exportConversations(Database &database, const std::filesystem::path &target,
                                         const std::vector<ConversationId> &ids)
{
    Connection &db = database.connection();
    WholeFile file(std::filesystem::absolute(target));
    auto view = sqlite::Transaction::beginRead(db);
    if (!view) {
        return std::unexpected(view.error());
    }
    std::vector<ConversationId> chosen = ids;
    if (chosen.empty()) {
        STORAGE_TRY(db.each("SELECT id FROM conversations WHERE trashed_ms IS NULL ORDER BY id", {},
                            [&](const Row &row) { chosen.push_back({row.integer(0)}); }));
    }
    file.line({{"format", exporting::kFormat}, {"version", exporting::kVersion}, {"exported_ms", database.now()}});
    STORAGE_TRY(writeFolders(db, file));
    STORAGE_TRY(writeAssistants(db, file));
    ExportReport report;
    MessageStore messages(database);
    GroundingStore grounding(database);
    for (const ConversationId id : chosen) {
        const auto known = writeConversation(db, grounding, file, id);
        if (!known) {
            return std::unexpected(known.error());
        }
        if (!*known) {
            return failure(ErrorCode::NotFound, "no such conversation outside the trash");
        }
        const auto count = writeMessages(db, messages, grounding, file, id);
        if (!count) {
            return std::unexpected(count.error());
        }
        ++report.conversations;
        report.messages += *count;
    }
    STORAGE_TRY(file.publish());
    return report;
}

} // namespace storage
