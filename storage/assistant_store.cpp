// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/assistant_store.h"

#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

namespace storage {

using detail::orNull;
using sqlite::Connection;
using sqlite::Row;
using sqlite::Transaction;

namespace {

constexpr std::size_t kMaxPictureBytes = 256U << 10U;

Assistant assistantFrom(const Row &row)
{
    return {.id = {row.integer(0)},
            .uuid = row.text(1),
            .name = row.text(2),
            .picture = row.text(3),
            .instructions = row.text(4),
            .model = {row.integer(5)},
            .adapters = detail::adaptersFromJson(row.text(6)),
            .samplingJson = row.text(7),
            .isDefault = row.integer(8) != 0,
            .position = row.integer32(9),
            .createdMs = row.integer(10),
            .updatedMs = row.integer(11)};
}

Result<void> addCollections(Connection &db, Assistant &assistant)
{
    return db.each("SELECT collection_id FROM assistant_collections WHERE assistant_id = :id ORDER BY position",
                   {{":id", assistant.id.value}},
                   [&](const Row &row) { assistant.collections.push_back({row.integer(0)}); });
}

Result<Assistant> withCollections(Connection &db, Result<Assistant> assistant)
{
    if (assistant) {
        STORAGE_TRY(addCollections(db, *assistant));
    }
    return assistant;
}

Result<void> writeCollections(Connection &db, AssistantId id, const std::vector<CollectionId> &collections)
{
    STORAGE_TRY(db.run("DELETE FROM assistant_collections WHERE assistant_id = :id", {{":id", id.value}}));
    std::int32_t position = 0;
    for (const CollectionId collection : collections) {
        STORAGE_TRY(db.run("INSERT INTO assistant_collections (assistant_id, collection_id, position) "
                           "VALUES (:id, :collection, :position)",
                           {{":id", id.value}, {":collection", collection.value}, {":position", position++}}));
    }
    return {};
}

Result<void> checked(const Assistant &assistant)
{
    if (assistant.name.empty()) {
        return failure(ErrorCode::InvalidArgument, "an assistant has a name");
    }
    if (assistant.picture.size() > kMaxPictureBytes) {
        return failure(ErrorCode::InvalidArgument, "a picture has at most 256 KiB");
    }
    if (!detail::isJson(assistant.samplingJson)) {
        return failure(ErrorCode::InvalidArgument, "sampling settings are JSON");
    }
    return {};
}

} // namespace

AssistantStore::AssistantStore(Database &database)
    : m_database(database)
{
}

Result<std::vector<Assistant>> AssistantStore::list()
{
    Connection &db = m_database.connection();
    std::vector<Assistant> rows;
    STORAGE_TRY(db.each("SELECT id, uuid, name, picture, instructions, model_id, adapters_json, sampling_json, "
                        "is_default, position, created_ms, updated_ms FROM assistants ORDER BY position, name, id",
                        {}, [&](const Row &row) { rows.push_back(assistantFrom(row)); }));
    for (Assistant &assistant : rows) {
        STORAGE_TRY(addCollections(db, assistant));
    }
    return rows;
}

Result<Assistant> AssistantStore::get(AssistantId id)
{
    Connection &db = m_database.connection();
    return withCollections(
        db, detail::required(db.first("SELECT id, uuid, name, picture, instructions, model_id, adapters_json, "
                                      "sampling_json, is_default, position, created_ms, updated_ms "
                                      "FROM assistants WHERE id = :id",
                                      {{":id", id.value}}, assistantFrom),
                             "assistant"));
}

Result<Assistant> AssistantStore::defaultAssistant()
{
    Connection &db = m_database.connection();
    return withCollections(
        db, detail::required(db.first("SELECT id, uuid, name, picture, instructions, model_id, adapters_json, "
                                      "sampling_json, is_default, position, created_ms, updated_ms "
                                      "FROM assistants WHERE is_default = 1",
                                      {}, assistantFrom),
                             "assistant"));
}

Result<Assistant> AssistantStore::create(const Assistant &assistant)
{
    STORAGE_TRY(checked(assistant));
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    const TimestampMs now = m_database.now();
    STORAGE_TRY(db.run("INSERT INTO assistants (uuid, name, picture, instructions, model_id, adapters_json, "
                       "sampling_json, position, created_ms, updated_ms) VALUES (:uuid, :name, :picture, "
                       ":instructions, :model, :adapters, :sampling, :position, :now, :now)",
                       {{":uuid", detail::makeUuid(now)},
                        {":name", assistant.name},
                        {":picture", assistant.picture},
                        {":instructions", assistant.instructions},
                        {":model", orNull(assistant.model)},
                        {":adapters", detail::adaptersToJson(assistant.adapters)},
                        {":sampling", assistant.samplingJson},
                        {":position", assistant.position},
                        {":now", now}}));
    const AssistantId id{db.lastInsertId()};
    STORAGE_TRY(writeCollections(db, id, assistant.collections));
    STORAGE_TRY(transaction->commit());
    return get(id);
}

Result<void> AssistantStore::update(const Assistant &assistant)
{
    STORAGE_TRY(checked(assistant));
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    STORAGE_TRY(detail::changeRow(
        db, "assistant",
        "UPDATE assistants SET name = :name, picture = :picture, instructions = :instructions, model_id = :model, "
        "adapters_json = :adapters, sampling_json = :sampling, position = :position, updated_ms = :now WHERE id = :id",
        {{":name", assistant.name},
         {":picture", assistant.picture},
         {":instructions", assistant.instructions},
         {":model", orNull(assistant.model)},
         {":adapters", detail::adaptersToJson(assistant.adapters)},
         {":sampling", assistant.samplingJson},
         {":position", assistant.position},
         {":now", m_database.now()},
         {":id", assistant.id.value}}));
    STORAGE_TRY(writeCollections(db, assistant.id, assistant.collections));
    return transaction->commit();
}

Result<void> AssistantStore::setDefault(AssistantId id)
{
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    STORAGE_TRY(db.run("UPDATE assistants SET is_default = 0 WHERE is_default = 1"));
    STORAGE_TRY(
        detail::changeRow(db, "assistant", "UPDATE assistants SET is_default = 1 WHERE id = :id", {{":id", id.value}}));
    return transaction->commit();
}

Result<std::vector<ConversationId>> AssistantStore::remove(AssistantId id)
{
    Connection &db = m_database.connection();
    auto transaction = Transaction::begin(db);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    std::vector<ConversationId> conversations;
    STORAGE_TRY(db.each("SELECT id FROM conversations WHERE assistant_id = :id ORDER BY id", {{":id", id.value}},
                        [&](const Row &row) { conversations.push_back({row.integer(0)}); }));
    STORAGE_TRY(db.run("UPDATE conversations SET assistant_id = (SELECT id FROM assistants WHERE is_default = 1) "
                       "WHERE assistant_id = :id",
                       {{":id", id.value}}));
    STORAGE_TRY(detail::changeRow(db, "assistant", "DELETE FROM assistants WHERE id = :id", {{":id", id.value}}));
    STORAGE_TRY(transaction->commit());
    return conversations;
}

} // namespace storage
