// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What collections and folders have, in numbers.
#include "storage/document_store.h"
#include "storage/store_p.h"

namespace storage {

using sqlite::Row;

namespace {

// Kept as constants so that each statement is one text and compiled once.
const std::string kHeld =
    "WITH held AS (SELECT f.collection_uuid, f.path, f.presence, f.size_bytes, d.state, d.page_count, d.word_count, "
    "d.passage_count, d.state IN ('read', 'partial') AS searchable, e.document_id IS NOT NULL AS embedded, "
    "f.presence = 'present' AND (d.id IS NULL OR d.state IN ('waiting', 'reading')) AS unread "
    "FROM files f LEFT JOIN documents d ON d.id = f.document_id "
    "LEFT JOIN embedded e ON e.document_id = f.document_id AND e.embedder_id = :embedder) "
    "SELECT collection_uuid, count(*), sum(unread), total(searchable), sum(embedded), "
    "total(state NOT IN ('waiting', 'reading', 'read')), sum(presence = 'offline'), sum(presence = 'unreadable'), "
    "total(page_count), total(word_count), total(passage_count), total(iif(embedded, passage_count, 0)), "
    "total(iif(searchable, size_bytes, 0)), total(iif(unread, size_bytes, 0)) FROM held ";

CollectionTotals totalsFrom(const Row &row)
{
    // total() counts nothing as 0.0 where sum() gives NULL.
    const auto whole = [&row](int column) { return static_cast<std::int64_t>(row.real(column)); };
    return {.collectionUuid = row.text(0),
            .files = row.integer32(1),
            .toRead = row.integer32(2),
            .searchable = static_cast<std::int32_t>(whole(3)),
            .embedded = row.integer32(4),
            .troubled = static_cast<std::int32_t>(whole(5)),
            .offline = row.integer32(6),
            .unreadable = row.integer32(7),
            .pages = whole(8),
            .words = whole(9),
            .passages = whole(10),
            .passagesEmbedded = whole(11),
            .bytesRead = whole(12),
            .bytesToRead = whole(13)};
}

} // namespace

Result<std::vector<CollectionTotals>> DocumentStore::totals(EmbedderId embedder)
{
    std::vector<CollectionTotals> all;
    STORAGE_TRY(m_database.connection().each(kHeld + "GROUP BY collection_uuid ORDER BY collection_uuid",
                                             {{":embedder", embedder.value}},
                                             [&](const Row &row) { all.push_back(totalsFrom(row)); }));
    return all;
}

Result<CollectionTotals> DocumentStore::totalsOf(std::string_view collectionUuid, std::string_view path,
                                                 EmbedderId embedder)
{
    // '0' is the character after '/': between them lies everything below the folder, and nothing beside it.
    auto totals = m_database.connection().first(
        kHeld + "WHERE collection_uuid = :collection AND (path = :path OR (path > :path || '/' AND path < :path || "
                "'0')) GROUP BY collection_uuid",
        {{":embedder", embedder.value}, {":collection", collectionUuid}, {":path", path}}, totalsFrom);
    if (!totals) {
        return std::unexpected(totals.error());
    }
    return totals->value_or(CollectionTotals{.collectionUuid = std::string(collectionUuid)});
}

} // namespace storage
