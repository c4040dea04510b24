// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/embedding_store.h"

#include "storage/document_rows_p.h"
#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"
#include "storage/vector_codes.h"

#include <algorithm>
#include <span>

namespace storage {

using sqlite::Connection;
using sqlite::inTransaction;
using sqlite::Row;

EmbeddingStore::EmbeddingStore(IndexDatabase &database)
    : m_database(database)
{
}

namespace {

Embedder embedderFrom(const Row &row)
{
    return {{row.integer(0)}, row.text(1), row.text(2), row.integer32(3)};
}

} // namespace

Result<std::optional<Embedder>> EmbeddingStore::latest()
{
    return m_database.connection().first("SELECT id, sha256, name, width FROM embedders ORDER BY id DESC LIMIT 1", {},
                                         embedderFrom);
}

Result<Embedder> EmbeddingStore::embedder(std::string_view sha256, std::string_view name, std::int32_t width)
{
    Connection &db = m_database.connection();
    STORAGE_TRY(db.run("INSERT INTO embedders (sha256, name, width) VALUES (:sha256, :name, :width) "
                       "ON CONFLICT (sha256) DO NOTHING",
                       {{":sha256", sha256}, {":name", name}, {":width", width}}));
    auto embedder = detail::required(db.first("SELECT id, sha256, name, width FROM embedders WHERE sha256 = :sha256",
                                              {{":sha256", sha256}}, embedderFrom),
                                     "embedder");
    if (embedder && embedder->width != width) {
        return failure(ErrorCode::Conflict, "an embedder with that hash has vectors of another width");
    }
    return embedder;
}

Result<std::vector<Embedder>> EmbeddingStore::list()
{
    std::vector<Embedder> all;
    STORAGE_TRY(m_database.connection().each("SELECT id, sha256, name, width FROM embedders ORDER BY id", {},
                                             [&](const Row &row) { all.push_back(embedderFrom(row)); }));
    return all;
}

Result<bool> EmbeddingStore::removeSome(EmbedderId embedder, std::int32_t limit)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<bool> {
        // First what says that documents are done: an embedder that comes back begins anew.
        STORAGE_TRY(db.run("DELETE FROM embedded WHERE embedder_id = :id", {{":id", embedder.value}}));
        STORAGE_TRY(db.run("DELETE FROM vectors WHERE embedder_id = :id AND passage_id IN "
                           "(SELECT DISTINCT passage_id FROM vectors WHERE embedder_id = :id LIMIT :limit)",
                           {{":id", embedder.value}, {":limit", limit}}));
        const auto left =
            db.integer("SELECT EXISTS (SELECT 1 FROM vectors WHERE embedder_id = :id)", {{":id", embedder.value}});
        if (!left || *left != 0) {
            return left ? Result<bool>(true) : std::unexpected(left.error());
        }
        STORAGE_TRY(db.run("DELETE FROM embedders WHERE id = :id", {{":id", embedder.value}}));
        return false;
    });
}

Result<void> EmbeddingStore::keepOnly(std::span<const EmbedderId> embedders)
{
    Connection &db = m_database.connection();
    std::vector<EmbedderId> gone;
    STORAGE_TRY(db.each("SELECT id FROM embedders", {}, [&](const Row &row) {
        if (const EmbedderId id{row.integer(0)}; std::ranges::find(embedders, id) == embedders.end()) {
            gone.push_back(id);
        }
    }));
    for (const EmbedderId id : gone) {
        STORAGE_TRY(db.run("DELETE FROM embedders WHERE id = :id", {{":id", id.value}}));
    }
    return {};
}

Result<std::optional<DocumentId>> EmbeddingStore::nextDocument(EmbedderId embedder)
{
    const auto look = [&](std::string_view which) {
        return m_database.connection().first("SELECT d.id FROM documents d WHERE d.state IN ('read', 'partial') AND "
                                             "NOT EXISTS (SELECT 1 FROM embedded e "
                                             "WHERE e.embedder_id = :embedder AND e.document_id = d.id)" +
                                                 std::string(which) + " ORDER BY d.id LIMIT 1",
                                             {{":embedder", embedder.value}},
                                             [](const Row &row) { return DocumentId{row.integer(0)}; });
    };
    auto first = look(" AND d.id IN (SELECT f.document_id FROM files f JOIN goes_first g USING (collection_uuid))");
    return first && !*first ? look("") : first;
}

Result<std::vector<Passage>> EmbeddingStore::withoutVectors(EmbedderId embedder, DocumentId document,
                                                            std::int32_t limit)
{
    static const std::string sql =
        "SELECT " + std::string(detail::kPassageColumns) +
        " FROM passages p WHERE p.document_id = :document AND NOT EXISTS (SELECT 1 FROM vectors v WHERE "
        "v.embedder_id = :embedder AND v.passage_id = p.id) ORDER BY p.number LIMIT :limit";
    std::vector<Passage> passages;
    STORAGE_TRY(m_database.connection().each(
        sql, {{":document", document.value}, {":embedder", embedder.value}, {":limit", limit}},
        [&](const Row &row) { passages.push_back(detail::passageFrom(row, 0)); }));
    return passages;
}

Result<void> EmbeddingStore::add(EmbedderId embedder, std::span<const PassageVector> vectors)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        const auto width = db.integer("SELECT width FROM embedders WHERE id = :id", {{":id", embedder.value}});
        if (!width) {
            return std::unexpected(width.error());
        }
        for (const PassageVector &vector : vectors) {
            if (!std::cmp_equal(vector.values.size(), *width)) {
                return failure(ErrorCode::InvalidArgument, "a vector of another width");
            }
            const VectorCodes codes = toCodes(vector.values);
            const std::vector<std::uint16_t> halves = toHalves(vector.values);
            STORAGE_TRY(db.run("INSERT INTO vectors (embedder_id, passage_id, window, scale, codes) "
                               "VALUES (:embedder, :passage, :window, :scale, :codes)",
                               {{":embedder", embedder.value},
                                {":passage", vector.passage.value},
                                {":window", vector.window},
                                {":scale", static_cast<double>(codes.scale)},
                                {":codes", std::as_bytes(std::span(codes.values))}}));
            STORAGE_TRY(db.run("INSERT INTO vector_halves (embedder_id, passage_id, window, halves) "
                               "VALUES (:embedder, :passage, :window, :halves)",
                               {{":embedder", embedder.value},
                                {":passage", vector.passage.value},
                                {":window", vector.window},
                                {":halves", std::as_bytes(std::span(halves))}}));
        }
        return {};
    });
}

Result<void> EmbeddingStore::finishDocument(EmbedderId embedder, DocumentId document)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        const auto left = withoutVectors(embedder, document, 1);
        if (!left) {
            return std::unexpected(left.error());
        }
        if (!left->empty()) {
            return failure(ErrorCode::Conflict, "passages of the document have no vector yet");
        }
        STORAGE_TRY(db.run("INSERT INTO embedded (embedder_id, document_id) VALUES (:embedder, :document) "
                           "ON CONFLICT DO NOTHING",
                           {{":embedder", embedder.value}, {":document", document.value}}));
        return {};
    });
}

} // namespace storage
