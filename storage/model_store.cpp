// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/model_store.h"

#include "storage/store_p.h"

namespace storage {

using sqlite::Connection;
using sqlite::Row;

namespace {

Model modelFrom(const Row &row)
{
    return {.id = {row.integer(0)},
            .sha256 = row.text(1),
            .path = row.text(2),
            .name = row.text(3),
            .sizeBytes = row.integer(4),
            .fileModifiedMs = row.integer(5),
            .headerJson = row.text(6),
            .source = row.text(7),
            .addedMs = row.integer(8),
            .lastUsedMs = row.integer(9),
            .removedMs = row.integer(10)};
}

} // namespace

ModelStore::ModelStore(Database &database)
    : m_database(database)
{
}

Result<std::vector<Model>> ModelStore::list(Which which)
{
    std::vector<Model> rows;
    STORAGE_TRY(m_database.connection().each(
        "SELECT id, sha256, path, name, size_bytes, file_modified_ms, header_json, source, added_ms, last_used_ms, "
        "removed_ms FROM models WHERE removed_ms = 0 OR :removed ORDER BY removed_ms > 0, last_used_ms DESC, name, id",
        {{":removed", which == Which::WithRemoved}}, [&](const Row &row) { rows.push_back(modelFrom(row)); }));
    return rows;
}

Result<Model> ModelStore::get(ModelId id)
{
    return detail::required(
        m_database.connection().first("SELECT id, sha256, path, name, size_bytes, file_modified_ms, header_json, "
                                      "source, added_ms, last_used_ms, removed_ms FROM models WHERE id = :id",
                                      {{":id", id.value}}, modelFrom),
        "model");
}

Result<Model> ModelStore::findByPath(std::string_view path)
{
    return detail::required(
        m_database.connection().first("SELECT id, sha256, path, name, size_bytes, file_modified_ms, header_json, "
                                      "source, added_ms, last_used_ms, removed_ms FROM models WHERE path = :path",
                                      {{":path", path}}, modelFrom),
        "model");
}

Result<Model> ModelStore::findBySha256(std::string_view sha256)
{
    return detail::required(
        m_database.connection().first("SELECT id, sha256, path, name, size_bytes, file_modified_ms, header_json, "
                                      "source, added_ms, last_used_ms, removed_ms FROM models "
                                      "WHERE sha256 = :sha256 AND sha256 <> '' ORDER BY removed_ms > 0, id LIMIT 1",
                                      {{":sha256", sha256}}, modelFrom),
        "model");
}

Result<Model> ModelStore::put(const Model &model)
{
    if (model.path.empty() || !detail::isJson(model.headerJson)) {
        return failure(ErrorCode::InvalidArgument, "a model has a path, and a header that is JSON");
    }
    STORAGE_TRY(m_database.connection().run(
        "INSERT INTO models (path, sha256, name, size_bytes, file_modified_ms, header_json, source, added_ms) "
        "VALUES (:path, :sha256, :name, :size, :modified, :header, :source, :now) "
        "ON CONFLICT (path) DO UPDATE SET sha256 = excluded.sha256, name = excluded.name, "
        "size_bytes = excluded.size_bytes, file_modified_ms = excluded.file_modified_ms, "
        "header_json = excluded.header_json, source = excluded.source, removed_ms = 0",
        {{":path", model.path},
         {":sha256", model.sha256},
         {":name", model.name},
         {":size", model.sizeBytes},
         {":modified", model.fileModifiedMs},
         {":header", model.headerJson},
         {":source", model.source},
         {":now", m_database.now()}}));
    return findByPath(model.path);
}

Result<void> ModelStore::touch(ModelId id)
{
    return detail::changeRow(m_database.connection(), "model", "UPDATE models SET last_used_ms = :now WHERE id = :id",
                             {{":now", m_database.now()}, {":id", id.value}});
}

Result<void> ModelStore::remove(ModelId id)
{
    return detail::changeRow(m_database.connection(), "model", "UPDATE models SET removed_ms = :now WHERE id = :id",
                             {{":now", m_database.now()}, {":id", id.value}});
}

Result<std::vector<ModelStore::FileState>> ModelStore::answersWithoutHash()
{
    std::vector<FileState> files;
    STORAGE_TRY(m_database.connection().each(
        "SELECT DISTINCT model_path, json_extract(details_json, '$.model_bytes'), "
        "json_extract(details_json, '$.model_modified_ms') FROM answer_records "
        "WHERE model_sha256 = '' AND model_path <> '' AND json_extract(details_json, '$.model_bytes') > 0",
        {}, [&](const Row &row) {
            files.push_back({.path = row.text(0), .sizeBytes = row.integer(1), .modifiedMs = row.integer(2)});
        }));
    return files;
}

Result<void> ModelStore::nameAnswers(const FileState &file, std::string_view sha256)
{
    return m_database.connection().run(
        "UPDATE answer_records SET model_sha256 = :sha256 WHERE model_sha256 = '' AND model_path = :path "
        "AND json_extract(details_json, '$.model_bytes') = :size "
        "AND json_extract(details_json, '$.model_modified_ms') = :modified",
        {{":sha256", sha256}, {":path", file.path}, {":size", file.sizeBytes}, {":modified", file.modifiedMs}});
}

} // namespace storage
