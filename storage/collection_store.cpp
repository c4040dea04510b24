// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/collection_store.h"

#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace storage {

using detail::changeRow;
using detail::required;
using sqlite::Connection;
using sqlite::inTransaction;
using sqlite::Row;

namespace {

constexpr std::string_view kSelect =
    "SELECT id, uuid, name, embedder_sha256, sources_json, created_ms, conversation_id FROM collections ";

/// Paths need not be UTF-8 and JSON must be: bytes above 0x7F stand there as the characters with those numbers.
std::string toJsonText(std::string_view path)
{
    std::string text;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += static_cast<char>(0xc0 | (byte >> 6));
            text += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    return text;
}

std::string fromJsonText(std::string_view text)
{
    std::string path;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0xc0 && i + 1 < text.size()) {
            ++i;
            path += static_cast<char>(((byte & 0x03) << 6) | (static_cast<unsigned char>(text[i]) & 0x3f));
        } else {
            path += text[i];
        }
    }
    return path;
}

std::string sourcesJson(const std::vector<std::string> &sources)
{
    auto list = nlohmann::json::array();
    for (const std::string &source : sources) {
        list.push_back(toJsonText(source));
    }
    return list.dump();
}

Collection collectionFrom(const Row &row)
{
    Collection collection{.id = {row.integer(0)},
                          .uuid = row.text(1),
                          .name = row.text(2),
                          .embedderSha256 = row.text(3),
                          .createdMs = row.integer(5),
                          .conversation = {row.integer(6)}};
    const auto list = nlohmann::json::parse(row.text(4), nullptr, false);
    for (const auto &source : list.is_array() ? list : nlohmann::json::array()) {
        if (source.is_string()) {
            collection.sources.push_back(fromJsonText(source.get<std::string>()));
        }
    }
    return collection;
}

/// Conflict when another collection has the name.
Result<void> checkName(Connection &db, std::string_view name, CollectionId own)
{
    if (name.empty()) {
        return failure(ErrorCode::InvalidArgument, "a collection needs a name");
    }
    const auto others =
        db.integer("SELECT count(*) FROM collections WHERE name = :name AND id <> :id AND conversation_id IS NULL",
                   {{":name", name}, {":id", own.value}});
    if (!others) {
        return std::unexpected(others.error());
    }
    return *others == 0 ? Result<void>() : failure(ErrorCode::Conflict, "another collection has that name");
}

} // namespace

CollectionStore::CollectionStore(Database &database)
    : m_database(database)
{
}

Result<std::vector<Collection>> CollectionStore::list()
{
    static const std::string sql = std::string(kSelect) + "ORDER BY name, id";
    std::vector<Collection> all;
    STORAGE_TRY(m_database.connection().each(sql, {}, [&](const Row &row) { all.push_back(collectionFrom(row)); }));
    return all;
}

Result<Collection> CollectionStore::get(CollectionId id)
{
    static const std::string sql = std::string(kSelect) + "WHERE id = :id";
    return required(m_database.connection().first(sql, {{":id", id.value}}, collectionFrom), "collection");
}

Result<Collection> CollectionStore::named(std::string_view name)
{
    static const std::string sql =
        std::string(kSelect) + "WHERE name = :name AND conversation_id IS NULL ORDER BY id LIMIT 1";
    return required(m_database.connection().first(sql, {{":name", name}}, collectionFrom), "collection");
}

Result<Collection> CollectionStore::withUuid(std::string_view uuid)
{
    static const std::string sql = std::string(kSelect) + "WHERE uuid = :uuid";
    return required(m_database.connection().first(sql, {{":uuid", uuid}}, collectionFrom), "collection");
}

Result<std::optional<Collection>> CollectionStore::ofConversation(ConversationId conversation)
{
    static const std::string sql = std::string(kSelect) + "WHERE conversation_id = :id";
    return m_database.connection().first(sql, {{":id", conversation.value}}, collectionFrom);
}

Result<Collection> CollectionStore::forConversation(ConversationId conversation)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<Collection> {
        auto known = ofConversation(conversation);
        if (!known) {
            return std::unexpected(known.error());
        }
        if (*known) {
            return std::move(**known);
        }
        const TimestampMs now = m_database.now();
        STORAGE_TRY(changeRow(db, "conversation",
                              "INSERT INTO collections (uuid, name, created_ms, conversation_id) "
                              "SELECT :uuid, '', :now, id FROM conversations WHERE id = :id",
                              {{":uuid", detail::makeUuid(now)}, {":now", now}, {":id", conversation.value}}));
        return get({db.lastInsertId()});
    });
}

Result<Collection> CollectionStore::create(std::string_view name)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<Collection> {
        STORAGE_TRY(checkName(db, name, {}));
        const TimestampMs now = m_database.now();
        STORAGE_TRY(db.run("INSERT INTO collections (uuid, name, created_ms) VALUES (:uuid, :name, :now)",
                           {{":uuid", detail::makeUuid(now)}, {":name", name}, {":now", now}}));
        return get({db.lastInsertId()});
    });
}

Result<void> CollectionStore::rename(CollectionId id, std::string_view name)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        STORAGE_TRY(checkName(db, name, id));
        return changeRow(db, "collection", "UPDATE collections SET name = :name WHERE id = :id",
                         {{":name", name}, {":id", id.value}});
    });
}

Result<Collection> CollectionStore::addSources(CollectionId id, const std::vector<std::string> &sources)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<Collection> {
        auto collection = get(id);
        if (!collection) {
            return collection;
        }
        for (const std::string &source : sources) {
            if (std::ranges::find(collection->sources, source) == collection->sources.end()) {
                collection->sources.push_back(source);
            }
        }
        STORAGE_TRY(db.run("UPDATE collections SET sources_json = :sources WHERE id = :id",
                           {{":sources", sourcesJson(collection->sources)}, {":id", id.value}}));
        return collection;
    });
}

Result<Collection> CollectionStore::removeSource(CollectionId id, std::string_view source)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<Collection> {
        auto collection = get(id);
        if (!collection) {
            return collection;
        }
        if (std::erase(collection->sources, source) == 0) {
            return failure(ErrorCode::NotFound, "no such source of the collection");
        }
        STORAGE_TRY(db.run("UPDATE collections SET sources_json = :sources WHERE id = :id",
                           {{":sources", sourcesJson(collection->sources)}, {":id", id.value}}));
        return collection;
    });
}

Result<void> CollectionStore::setEmbedder(CollectionId id, std::string_view sha256)
{
    return changeRow(m_database.connection(), "collection",
                     "UPDATE collections SET embedder_sha256 = :sha256 WHERE id = :id",
                     {{":sha256", sha256}, {":id", id.value}});
}

Result<void> CollectionStore::remove(CollectionId id)
{
    return changeRow(m_database.connection(), "collection", "DELETE FROM collections WHERE id = :id",
                     {{":id", id.value}});
}

} // namespace storage
