// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/model_store.h"

#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

#include <span>

namespace storage {

using sqlite::Connection;
using sqlite::Row;

// SQL stands whole where it is used; what many statements share is put in by the compiler.
#define MODEL_COLUMNS                                                                                                  \
    "id, sha256, path, name, size_bytes, file_modified_ms, header_json, source, added_ms, last_used_ms, removed_ms, "  \
    "listed, slug, purpose, inode, missing_ms, previous_sha256, previous_modified_ms, promised_sha256, promised_by, "  \
    "checked_ms, check_result, check_detail, trashed_json, "                                                           \
    "folder_missing, memory_json, catalogue_id, licence_id, licence_text "

namespace {

/// From here on old answers of a device count half.
constexpr std::int64_t kMostTokens = 8192;

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
            .removedMs = row.integer(10),
            .listed = row.integer(11) != 0,
            .slug = row.text(12),
            .purpose = row.text(13),
            .inode = static_cast<std::uint64_t>(row.integer(14)),
            .missingMs = row.integer(15),
            .folderMissing = row.integer(24) != 0,
            .previousSha256 = row.text(16),
            .previousModifiedMs = row.integer(17),
            .promisedSha256 = row.text(18),
            .promisedBy = row.text(19),
            .checkedMs = row.integer(20),
            .checkResult = row.text(21),
            .checkDetail = row.text(22),
            .memoryJson = row.text(25),
            .catalogueId = row.text(26),
            .licenceId = row.text(27),
            .licenceText = row.text(28),
            .trashedJson = row.text(23)};
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
        "SELECT " MODEL_COLUMNS
        "FROM models WHERE removed_ms = 0 OR :removed ORDER BY removed_ms > 0, last_used_ms DESC, name, id",
        {{":removed", which == Which::WithRemoved}}, [&](const Row &row) { rows.push_back(modelFrom(row)); }));
    return rows;
}

Result<Model> ModelStore::get(ModelId id)
{
    return detail::required(m_database.connection().first("SELECT " MODEL_COLUMNS "FROM models WHERE id = :id",
                                                          {{":id", id.value}}, modelFrom),
                            "model");
}

Result<Model> ModelStore::findByPath(std::string_view path)
{
    return detail::required(m_database.connection().first("SELECT " MODEL_COLUMNS "FROM models WHERE path = :path",
                                                          {{":path", path}}, modelFrom),
                            "model");
}

Result<Model> ModelStore::findBySha256(std::string_view sha256)
{
    return detail::required(
        m_database.connection().first(
            "SELECT " MODEL_COLUMNS
            "FROM models WHERE sha256 = :sha256 AND sha256 <> '' ORDER BY removed_ms > 0, id LIMIT 1",
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
        "header_json = excluded.header_json, source = excluded.source, "
        "removed_ms = iif(slug = '', 0, removed_ms)",
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

Result<ModelStore::Library> ModelStore::library()
{
    auto transaction = sqlite::Transaction::beginRead(m_database.connection());
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    Connection &db = m_database.connection();
    Library library;
    STORAGE_TRY(db.each("SELECT " MODEL_COLUMNS "FROM models ORDER BY id", {},
                        [&](const Row &row) { library.models.push_back(modelFrom(row)); }));
    STORAGE_TRY(db.each("SELECT model_id, device, prefill_tokens, prefill_ms, decode_tokens, decode_ms, measured_ms "
                        "FROM model_speeds ORDER BY model_id, measured_ms DESC, device",
                        {}, [&](const Row &row) {
                            library.speeds.push_back({.model = {row.integer(0)},
                                                      .device = row.text(1),
                                                      .prefillTokens = row.integer(2),
                                                      .prefillMs = row.real(3),
                                                      .decodeTokens = row.integer(4),
                                                      .decodeMs = row.real(5),
                                                      .measuredMs = row.integer(6)});
                        }));
    STORAGE_TRY(db.each("SELECT adapter_id, model_id, fits FROM adapter_fits ORDER BY adapter_id, model_id", {},
                        [&](const Row &row) {
                            library.fits.push_back(
                                {.adapter = {row.integer(0)}, .model = {row.integer(1)}, .fits = row.integer(2) != 0});
                        }));
    STORAGE_TRY(db.each("SELECT path FROM model_folders ORDER BY id", {},
                        [&](const Row &row) { library.folders.push_back(row.text(0)); }));
    return library;
}

// What names one row names the other afterwards; the first one goes.
Result<void> ModelStore::absorb(ModelId from, ModelId into)
{
    Connection &db = m_database.connection();
    STORAGE_TRY(db.run("UPDATE conversations SET model_id = :into WHERE model_id = :from",
                       {{":into", into.value}, {":from", from.value}}));
    STORAGE_TRY(db.run("UPDATE assistants SET model_id = :into WHERE model_id = :from",
                       {{":into", into.value}, {":from", from.value}}));
    STORAGE_TRY(db.run("UPDATE OR IGNORE model_speeds SET model_id = :into WHERE model_id = :from",
                       {{":into", into.value}, {":from", from.value}}));
    return db.run("DELETE FROM models WHERE id = :from", {{":from", from.value}});
}

Result<void> ModelStore::write(const Model &row)
{
    Connection &db = m_database.connection();
    if (row.path.empty() || !detail::isJson(row.headerJson) || !detail::isJson(row.trashedJson) ||
        !detail::isJson(row.memoryJson)) {
        return failure(ErrorCode::InvalidArgument, "a model has a path, and a header that is JSON");
    }
    ModelId id = row.id;
    const auto there = db.integer("SELECT id FROM models WHERE path = :path", {{":path", row.path}});
    if (!there) {
        return std::unexpected(there.error());
    }
    if (!id.valid()) {
        if (*there == 0) {
            STORAGE_TRY(db.run("INSERT INTO models (path, name, added_ms) VALUES (:path, :name, :now)",
                               {{":path", row.path}, {":name", row.name}, {":now", m_database.now()}}));
            id = {db.lastInsertId()};
        } else {
            id = {*there};
        }
    } else if (*there != 0 && *there != id.value) {
        STORAGE_TRY(absorb({*there}, id));
    }
    STORAGE_TRY(db.run("DELETE FROM adapter_fits WHERE (adapter_id = :id OR model_id = :id) AND "
                       "(SELECT size_bytes <> :size OR file_modified_ms <> :modified FROM models WHERE id = :id)",
                       {{":id", id.value}, {":size", row.sizeBytes}, {":modified", row.fileModifiedMs}}));
    return detail::changeRow(
        db, "model",
        "UPDATE models SET path = :path, name = :name, sha256 = CASE WHEN :sha256 <> '' THEN :sha256 "
        "WHEN size_bytes = :size AND file_modified_ms = :modified THEN sha256 ELSE '' END, size_bytes = :size, "
        "file_modified_ms = :modified, header_json = :header, source = :source, removed_ms = :removed, "
        "listed = :listed, slug = :slug, purpose = :purpose, inode = :inode, missing_ms = :missing, "
        "previous_sha256 = :previous, previous_modified_ms = :previous_modified, promised_sha256 = :promised, "
        "promised_by = :promised_by, checked_ms = :checked, check_result = :result, check_detail = :detail, "
        "trashed_json = :trashed, folder_missing = :folder_missing, memory_json = :memory, "
        "catalogue_id = :catalogue, licence_id = :licence, licence_text = :licence_text WHERE id = :id",
        {{":path", row.path},
         {":name", row.name},
         {":sha256", row.sha256},
         {":size", row.sizeBytes},
         {":modified", row.fileModifiedMs},
         {":header", row.headerJson},
         {":source", row.source},
         {":removed", row.removedMs},
         {":listed", row.listed},
         {":slug", row.slug},
         {":purpose", row.purpose},
         {":inode", static_cast<std::int64_t>(row.inode)},
         {":missing", row.missingMs},
         {":previous", row.previousSha256},
         {":previous_modified", row.previousModifiedMs},
         {":promised", row.promisedSha256},
         {":promised_by", row.promisedBy},
         {":checked", row.checkedMs},
         {":result", row.checkResult},
         {":detail", row.checkDetail},
         {":trashed", row.trashedJson},
         {":folder_missing", row.folderMissing},
         {":memory", row.memoryJson},
         {":catalogue", row.catalogueId},
         {":licence", row.licenceId},
         {":licence_text", std::as_bytes(std::span(row.licenceText))},
         {":id", id.value}});
}

Result<std::vector<Model>> ModelStore::keep(std::span<const Model> rows)
{
    return sqlite::inTransaction(m_database.connection(), [&]() -> Result<std::vector<Model>> {
        std::vector<Model> stored;
        for (const Model &row : rows) {
            STORAGE_TRY(write(row));
            auto written = findByPath(row.path);
            if (!written) {
                return std::unexpected(written.error());
            }
            stored.push_back(std::move(*written));
        }
        return stored;
    });
}

Result<void> ModelStore::addSpeed(const ModelSpeed &answer)
{
    return m_database.connection().run(
        "INSERT INTO model_speeds (model_id, device, prefill_tokens, prefill_ms, decode_tokens, decode_ms, "
        "measured_ms) VALUES (:model, :device, :prefill_tokens, :prefill_ms, :decode_tokens, :decode_ms, :now) "
        "ON CONFLICT (model_id, device) DO UPDATE SET "
        "prefill_tokens = prefill_tokens / iif(prefill_tokens > :most, 2, 1) + excluded.prefill_tokens, "
        "prefill_ms = prefill_ms / iif(prefill_tokens > :most, 2, 1) + excluded.prefill_ms, "
        "decode_tokens = decode_tokens / iif(decode_tokens > :most, 2, 1) + excluded.decode_tokens, "
        "decode_ms = decode_ms / iif(decode_tokens > :most, 2, 1) + excluded.decode_ms, "
        "measured_ms = excluded.measured_ms",
        {{":model", answer.model.value},
         {":device", answer.device},
         {":prefill_tokens", answer.prefillTokens},
         {":prefill_ms", answer.prefillMs},
         {":decode_tokens", answer.decodeTokens},
         {":decode_ms", answer.decodeMs},
         {":most", kMostTokens},
         {":now", m_database.now()}});
}

Result<void> ModelStore::setFits(ModelId adapter, std::span<const AdapterFit> fits)
{
    Connection &db = m_database.connection();
    return sqlite::inTransaction(db, [&]() -> Result<void> {
        STORAGE_TRY(db.run("DELETE FROM adapter_fits WHERE adapter_id = :adapter", {{":adapter", adapter.value}}));
        for (const AdapterFit &fit : fits) {
            STORAGE_TRY(db.run("INSERT INTO adapter_fits (adapter_id, model_id, fits) VALUES (:adapter, :model, :fits)",
                               {{":adapter", adapter.value}, {":model", fit.model.value}, {":fits", fit.fits}}));
        }
        return {};
    });
}

Result<void> ModelStore::setFolders(std::span<const std::string> folders)
{
    Connection &db = m_database.connection();
    return sqlite::inTransaction(db, [&]() -> Result<void> {
        STORAGE_TRY(db.run("DELETE FROM model_folders"));
        for (const std::string &folder : folders) {
            STORAGE_TRY(db.run("INSERT INTO model_folders (path, added_ms) VALUES (:path, :now)",
                               {{":path", folder}, {":now", m_database.now()}}));
        }
        return {};
    });
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
