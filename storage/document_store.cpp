// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/document_store.h"

#include "storage/document_rows_p.h"
#include "storage/sqlite/transaction.h"
#include "storage/store_p.h"

#include <algorithm>
#include <utility>

namespace storage {

using detail::changeRow;
using detail::documentFrom;
using detail::fileFrom;
using detail::kDocumentColumnCount;
using detail::kFileColumnCount;
using detail::required;
using sqlite::Connection;
using sqlite::inTransaction;
using sqlite::Row;

namespace {

// Kept as constants so that each statement is one text and compiled once.
const std::string kSelectDocument = "SELECT " + std::string(detail::kDocumentColumns) + " FROM documents d ";
const std::string kSelectFile = "SELECT " + std::string(detail::kFileColumns) + " FROM files f ";
const std::string kSelectStatus =
    "SELECT " + std::string(detail::kFileColumns) + ", " + std::string(detail::kDocumentColumns) +
    ", e.document_id FROM files f LEFT JOIN documents d ON d.id = f.document_id "
    "LEFT JOIN embedded e ON e.document_id = f.document_id AND e.embedder_id = :embedder ";

constexpr std::string_view kGoesFirst = "f.collection_uuid IN (SELECT collection_uuid FROM goes_first)";
constexpr std::string_view kComesAfter = "f.collection_uuid NOT IN (SELECT collection_uuid FROM goes_first)";

FileStatus statusFrom(const Row &row)
{
    FileStatus status{.file = fileFrom(row, 0)};
    if (status.file.document.valid()) {
        status.document = documentFrom(row, kFileColumnCount);
        status.embedded = !row.isNull(kFileColumnCount + kDocumentColumnCount);
    }
    return status;
}

Result<void> removeText(Connection &db, DocumentId document)
{
    for (const char *sql :
         {"DELETE FROM embedded WHERE document_id = :id", "DELETE FROM passages WHERE document_id = :id",
          "DELETE FROM sections WHERE document_id = :id", "DELETE FROM pages WHERE document_id = :id"}) {
        STORAGE_TRY(db.run(sql, {{":id", document.value}}));
    }
    return {};
}

/// Not for a file that changed: much of what was said of it will hold for its new content.
Result<void> removeUnusedSummaries(Connection &db, DocumentId document)
{
    return db.run("DELETE FROM summary_nodes WHERE key IN (SELECT o.node_key FROM documents d "
                  "JOIN summary_origins o ON o.document_sha256 = d.sha256 WHERE d.id = :id "
                  "AND NOT EXISTS (SELECT 1 FROM files WHERE document_id = :id))",
                  {{":id", document.value}});
}

/// What was said of contents that are not here: a piece of text when no content has it, more when one of them is gone.
Result<void> removeOrphanedSummaries(Connection &db)
{
    return db.run("DELETE FROM summary_nodes WHERE CASE kind WHEN 'points' THEN NOT EXISTS "
                  "(SELECT 1 FROM summary_origins o JOIN documents d ON d.sha256 = o.document_sha256 "
                  "WHERE o.node_key = summary_nodes.key) ELSE EXISTS "
                  "(SELECT 1 FROM summary_origins o WHERE o.node_key = summary_nodes.key "
                  "AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.sha256 = o.document_sha256)) END");
}

/// Whose end it was that nothing came of reading.
enum class Ended { Reader, Program };

/// Takes out what was read; the document waits again, or has failed when too much speaks against it.
Result<DocumentState> abandon(Connection &db, DocumentId document, std::string_view reason, Ended ended)
{
    STORAGE_TRY(removeText(db, document));
    STORAGE_TRY(changeRow(db, "document that is being read",
                          "UPDATE documents SET reason = :reason, attempts = attempts + :more, "
                          "state = CASE WHEN attempts + :more >= :most THEN 'failed' ELSE 'waiting' END "
                          "WHERE id = :id AND state = 'reading'",
                          {{":reason", reason},
                           {":more", ended == Ended::Reader ? 1 : 0}, // besides the one of beginReading()
                           {":most", DocumentStore::kMostAttempts},
                           {":id", document.value}}));
    const auto failed = db.integer("SELECT state = 'failed' FROM documents WHERE id = :id", {{":id", document.value}});
    if (!failed) {
        return std::unexpected(failed.error());
    }
    return *failed != 0 ? DocumentState::Failed : DocumentState::Waiting;
}

} // namespace

DocumentStore::DocumentStore(IndexDatabase &database)
    : m_database(database)
{
}

Result<void> DocumentStore::removeIfUnused(DocumentId document)
{
    Connection &db = m_database.connection();
    STORAGE_TRY(db.run("DELETE FROM documents WHERE id = :id AND NOT EXISTS "
                       "(SELECT 1 FROM files WHERE document_id = :id)",
                       {{":id", document.value}}));
    if (db.changes() > 0 && m_forgotten) {
        m_forgotten(document);
    }
    return {};
}

Result<std::int32_t> DocumentStore::recover()
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<std::int32_t> {
        std::vector<DocumentId> left;
        STORAGE_TRY(db.each("SELECT id FROM documents WHERE state = 'reading'", {},
                            [&](const Row &row) { left.push_back({row.integer(0)}); }));
        for (const DocumentId id : left) {
            if (auto done = abandon(db, id, "the program ended while it was read", Ended::Program); !done) {
                return std::unexpected(done.error());
            }
        }
        return static_cast<std::int32_t>(left.size());
    });
}

Result<CollectionFile> DocumentStore::noteFile(std::string_view collectionUuid, std::string_view path,
                                               std::int64_t sizeBytes, std::int64_t modifiedNs)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<CollectionFile> {
        // The content that a changed file had goes when the new one is known: it stays searchable until then.
        STORAGE_TRY(db.run("INSERT INTO files (collection_uuid, path, size_bytes, modified_ns, added_ms) "
                           "VALUES (:collection, :path, :size, :modified, :now) "
                           "ON CONFLICT (collection_uuid, path) DO UPDATE SET presence = 'present'",
                           {{":collection", collectionUuid},
                            {":path", path},
                            {":size", sizeBytes},
                            {":modified", modifiedNs},
                            {":now", m_database.now()}}));
        auto file = required(db.first(kSelectFile + "WHERE f.collection_uuid = :collection AND f.path = :path",
                                      {{":collection", collectionUuid}, {":path", path}},
                                      [](const Row &row) { return fileFrom(row, 0); }),
                             "file");
        if (!file || (file->sizeBytes == sizeBytes && file->modifiedNs == modifiedNs)) {
            return file;
        }
        const DocumentId before = file->document;
        STORAGE_TRY(db.run("UPDATE files SET size_bytes = :size, modified_ns = :modified, document_id = NULL "
                           "WHERE id = :id",
                           {{":size", sizeBytes}, {":modified", modifiedNs}, {":id", file->id.value}}));
        STORAGE_TRY(removeIfUnused(before));
        file->sizeBytes = sizeBytes;
        file->modifiedNs = modifiedNs;
        file->document = {};
        return file;
    });
}

Result<void> DocumentStore::setPresence(FileId file, FilePresence presence)
{
    return changeRow(m_database.connection(), "file", "UPDATE files SET presence = :presence WHERE id = :id",
                     {{":presence", detail::toText(presence)}, {":id", file.value}});
}

Result<Document> DocumentStore::linkContent(FileId file, std::string_view sha256, std::int64_t sizeBytes)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<Document> {
        STORAGE_TRY(db.run("INSERT INTO documents (sha256, size_bytes, state) VALUES (:sha256, :size, 'waiting') "
                           "ON CONFLICT (sha256) DO NOTHING",
                           {{":sha256", sha256}, {":size", sizeBytes}}));
        auto document = required(documentByHash(sha256), "document");
        if (!document) {
            return document;
        }
        const auto before = db.integer("SELECT document_id FROM files WHERE id = :id", {{":id", file.value}});
        if (!before) {
            return std::unexpected(before.error());
        }
        STORAGE_TRY(changeRow(db, "file", "UPDATE files SET document_id = :document WHERE id = :id",
                              {{":document", document->id.value}, {":id", file.value}}));
        STORAGE_TRY(removeIfUnused({*before}));
        return document;
    });
}

Result<void> DocumentStore::removeFile(FileId file)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        const auto document = db.integer("SELECT document_id FROM files WHERE id = :id", {{":id", file.value}});
        if (!document) {
            return std::unexpected(document.error());
        }
        STORAGE_TRY(changeRow(db, "file", "DELETE FROM files WHERE id = :id", {{":id", file.value}}));
        STORAGE_TRY(removeUnusedSummaries(db, {*document}));
        return removeIfUnused({*document});
    });
}

Result<bool> DocumentStore::removeFiles(std::string_view collectionUuid, std::int32_t limit)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<bool> {
        std::vector<std::pair<FileId, DocumentId>> gone;
        STORAGE_TRY(db.each("SELECT id, document_id FROM files WHERE collection_uuid = :collection LIMIT :limit",
                            {{":collection", collectionUuid}, {":limit", limit}}, [&](const Row &row) {
                                gone.emplace_back(FileId{row.integer(0)}, DocumentId{row.integer(1)});
                            }));
        for (const auto &[file, document] : gone) {
            STORAGE_TRY(db.run("DELETE FROM files WHERE id = :id", {{":id", file.value}}));
            STORAGE_TRY(removeUnusedSummaries(db, document));
            STORAGE_TRY(removeIfUnused(document));
        }
        const bool more = std::cmp_equal(gone.size(), limit);
        if (!more) {
            STORAGE_TRY(removeOrphanedSummaries(db));
        }
        return more;
    });
}

Result<std::vector<std::string>> DocumentStore::collections()
{
    std::vector<std::string> uuids;
    STORAGE_TRY(m_database.connection().each("SELECT DISTINCT collection_uuid FROM files ORDER BY collection_uuid", {},
                                             [&](const Row &row) { uuids.push_back(row.text(0)); }));
    return uuids;
}

Result<void> DocumentStore::putFirst(std::span<const std::string> collectionUuids)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        STORAGE_TRY(db.run("DELETE FROM goes_first", {}));
        for (const std::string &uuid : collectionUuids) {
            STORAGE_TRY(db.run("INSERT OR IGNORE INTO goes_first (collection_uuid) VALUES (:uuid)", {{":uuid", uuid}}));
        }
        return {};
    });
}

Result<std::vector<CollectionFile>> DocumentStore::unknownFiles(std::int32_t limit)
{
    std::vector<CollectionFile> files;
    const auto collect = [&](std::string_view which) {
        return m_database.connection().each(kSelectFile +
                                                "WHERE f.document_id IS NULL AND f.presence = 'present' AND " +
                                                std::string(which) + " ORDER BY f.id LIMIT :limit",
                                            {{":limit", limit - static_cast<std::int32_t>(files.size())}},
                                            [&](const Row &row) { files.push_back(fileFrom(row, 0)); });
    };
    STORAGE_TRY(collect(kGoesFirst));
    if (std::cmp_less(files.size(), limit)) {
        STORAGE_TRY(collect(kComesAfter));
    }
    return files;
}

Result<std::optional<FileStatus>> DocumentStore::nextWaiting()
{
    const auto look = [&](std::string_view which) {
        return m_database.connection().first(kSelectStatus +
                                                 "WHERE d.state = 'waiting' AND f.presence = 'present' AND " +
                                                 std::string(which) + " ORDER BY d.attempts, d.id, f.id LIMIT 1",
                                             {{":embedder", 0}}, statusFrom);
    };
    auto first = look(kGoesFirst);
    return first && !*first ? look(kComesAfter) : first;
}

Result<void> DocumentStore::beginReading(DocumentId document)
{
    return changeRow(m_database.connection(), "document that waits",
                     "UPDATE documents SET state = 'reading', reason = '', attempts = attempts + 1 "
                     "WHERE id = :id AND state = 'waiting'",
                     {{":id", document.value}});
}

Result<void> DocumentStore::addPages(DocumentId document, std::span<const DocumentPage> pages)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        for (const DocumentPage &page : pages) {
            STORAGE_TRY(db.run("INSERT INTO pages (document_id, number, label, width, height, recognised, confidence, "
                               "text_begin, text) VALUES (:document, :number, :label, :width, :height, :recognised, "
                               ":confidence, :begin, :text)",
                               {{":document", document.value},
                                {":number", page.number},
                                {":label", page.label},
                                {":width", page.width},
                                {":height", page.height},
                                {":recognised", page.recognised ? 1 : 0},
                                {":confidence", page.confidence},
                                {":begin", page.textBegin},
                                {":text", page.text}}));
        }
        return {};
    });
}

Result<void> DocumentStore::addSections(DocumentId document, std::span<const Section> sections)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        for (const Section &section : sections) {
            STORAGE_TRY(db.run(
                "INSERT INTO sections (document_id, number, parent, level, title, first_page, text_begin, text_end, "
                "token_count) VALUES (:document, :number, :parent, :level, :title, :page, :begin, :end, :tokens)",
                {{":document", document.value},
                 {":number", section.number},
                 {":parent", section.parent < 0 ? sqlite::Value(nullptr) : sqlite::Value(section.parent)},
                 {":level", section.level},
                 {":title", section.title},
                 {":page", section.firstPage},
                 {":begin", section.textBegin},
                 {":end", section.textEnd},
                 {":tokens", section.tokenCount}}));
        }
        return {};
    });
}

Result<void> DocumentStore::addPassages(DocumentId document, std::span<const Passage> passages)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        for (const Passage &passage : passages) {
            const std::vector<std::byte> boxes = detail::packedBoxes(passage.boxes);
            STORAGE_TRY(db.run("INSERT INTO passages (document_id, number, section, first_page, last_page, text_begin, "
                               "text_end, token_count, heading, text, boxes) VALUES (:document, :number, :section, "
                               ":first, :last, :begin, :end, :tokens, :heading, :text, :boxes)",
                               {{":document", document.value},
                                {":number", passage.number},
                                {":section", passage.section},
                                {":first", passage.firstPage},
                                {":last", passage.lastPage},
                                {":begin", passage.textBegin},
                                {":end", passage.textEnd},
                                {":tokens", passage.tokenCount},
                                {":heading", passage.heading},
                                {":text", passage.text},
                                {":boxes", sqlite::Blob(boxes)}}));
        }
        return {};
    });
}

Result<void> DocumentStore::finishReading(const Document &document)
{
    if (document.state == DocumentState::Waiting || document.state == DocumentState::Reading) {
        return failure(ErrorCode::InvalidArgument, "reading ends in a final state");
    }
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        STORAGE_TRY(
            db.run("UPDATE documents SET state = :state, reason = :reason, attempts = 0, reader_version = :version, "
                   "format = :format, title = :title, author = :author, language = :language, numbered = :numbered, "
                   "page_count = :pages, pages_with_text = :with_text, word_count = :words, token_count = :tokens, "
                   "notices_json = :notices, read_ms = :now, "
                   "passage_count = (SELECT count(*) FROM passages WHERE document_id = :id) "
                   "WHERE id = :id AND state = 'reading'",
                   {{":state", name(document.state)},
                    {":reason", document.reason},
                    {":version", document.readerVersion},
                    {":format", document.format},
                    {":title", document.title},
                    {":author", document.author},
                    {":language", document.language},
                    {":numbered", document.numbered ? 1 : 0},
                    {":pages", document.pageCount},
                    {":with_text", document.pagesWithText},
                    {":words", document.wordCount},
                    {":tokens", document.tokenCount},
                    {":notices", document.noticesJson},
                    {":now", m_database.now()},
                    {":id", document.id.value}}));
        if (db.changes() == 0) {
            return failure(ErrorCode::Conflict, "the document is not being read");
        }
        return {};
    });
}

Result<DocumentState> DocumentStore::abandonReading(DocumentId document, std::string_view reason)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&] { return abandon(db, document, reason, Ended::Reader); });
}

Result<void> DocumentStore::postponeReading(DocumentId document)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        STORAGE_TRY(removeText(db, document));
        return changeRow(db, "document that is being read",
                         "UPDATE documents SET state = 'waiting', attempts = attempts - 1 "
                         "WHERE id = :id AND state = 'reading'",
                         {{":id", document.value}});
    });
}

Result<void> DocumentStore::readAgain(DocumentId document)
{
    Connection &db = m_database.connection();
    return inTransaction(db, [&]() -> Result<void> {
        STORAGE_TRY(removeText(db, document));
        if (m_forgotten) {
            m_forgotten(document);
        }
        return changeRow(db, "document",
                         "UPDATE documents SET state = 'waiting', reason = '', attempts = 0, passage_count = 0 "
                         "WHERE id = :id",
                         {{":id", document.value}});
    });
}

Result<std::vector<DocumentId>> DocumentStore::madeBefore(std::int32_t readerVersion)
{
    std::vector<DocumentId> documents;
    STORAGE_TRY(m_database.connection().each(
        "SELECT id FROM documents WHERE reader_version < :version AND state NOT IN ('waiting', 'reading', 'failed')",
        {{":version", readerVersion}}, [&](const Row &row) { documents.push_back({row.integer(0)}); }));
    return documents;
}

Result<std::vector<FileStatus>> DocumentStore::files(std::string_view collectionUuid, EmbedderId embedder)
{
    std::vector<FileStatus> files;
    STORAGE_TRY(m_database.connection().each(kSelectStatus + "WHERE f.collection_uuid = :collection ORDER BY f.path",
                                             {{":embedder", embedder.value}, {":collection", collectionUuid}},
                                             [&](const Row &row) { files.push_back(statusFrom(row)); }));
    return files;
}

Result<std::vector<FileId>> DocumentStore::filesAt(std::string_view path)
{
    const std::string folder = std::string(path) + (path.ends_with('/') ? "" : "/");
    // Paths are bytes in order: those below a folder lie between its name with a slash and with what comes after one.
    const std::string after = folder.substr(0, folder.size() - 1) + char('/' + 1);
    std::vector<FileId> files;
    STORAGE_TRY(m_database.connection().each(
        "SELECT id FROM files WHERE path = :path OR (path > :folder AND path < :after) ORDER BY path, id",
        {{":path", path}, {":folder", folder}, {":after", after}},
        [&](const Row &row) { files.push_back({row.integer(0)}); }));
    return files;
}

Result<std::vector<FileStatus>> DocumentStore::statusesOf(DocumentId document, EmbedderId embedder)
{
    std::vector<FileStatus> files;
    STORAGE_TRY(m_database.connection().each(kSelectStatus + "WHERE f.document_id = :document ORDER BY f.id",
                                             {{":embedder", embedder.value}, {":document", document.value}},
                                             [&](const Row &row) { files.push_back(statusFrom(row)); }));
    return files;
}

Result<std::optional<FileStatus>> DocumentStore::fileAt(std::string_view collectionUuid, std::string_view path,
                                                        EmbedderId embedder)
{
    return m_database.connection().first(
        kSelectStatus + "WHERE f.collection_uuid = :collection AND f.path = :path",
        {{":embedder", embedder.value}, {":collection", collectionUuid}, {":path", path}}, statusFrom);
}

Result<FileStatus> DocumentStore::file(FileId id, EmbedderId embedder)
{
    return required(m_database.connection().first(kSelectStatus + "WHERE f.id = :id",
                                                  {{":embedder", embedder.value}, {":id", id.value}}, statusFrom),
                    "file");
}

Result<Document> DocumentStore::document(DocumentId id)
{
    return required(m_database.connection().first(kSelectDocument + "WHERE d.id = :id", {{":id", id.value}},
                                                  [](const Row &row) { return documentFrom(row, 0); }),
                    "document");
}

Result<std::optional<Document>> DocumentStore::documentByHash(std::string_view sha256)
{
    return m_database.connection().first(kSelectDocument + "WHERE d.sha256 = :sha256", {{":sha256", sha256}},
                                         [](const Row &row) { return documentFrom(row, 0); });
}

Result<std::vector<CollectionFile>> DocumentStore::filesOf(DocumentId document)
{
    std::vector<CollectionFile> files;
    STORAGE_TRY(m_database.connection().each(
        kSelectFile + "WHERE f.document_id = :document ORDER BY f.presence <> 'present', f.path",
        {{":document", document.value}}, [&](const Row &row) { files.push_back(fileFrom(row, 0)); }));
    return files;
}

Result<std::vector<FileStatus>> DocumentStore::newestFiles(std::int32_t limit)
{
    std::vector<FileStatus> files;
    STORAGE_TRY(m_database.connection().each(
        kSelectStatus + "WHERE d.state IN ('read', 'partial') AND f.presence = 'present' "
                        "AND f.id = (SELECT max(id) FROM files WHERE document_id = d.id AND presence = 'present') "
                        "ORDER BY f.added_ms DESC, f.id DESC LIMIT :limit",
        {{":embedder", std::int64_t{0}}, {":limit", limit}},
        [&](const Row &row) { files.push_back(statusFrom(row)); }));
    return files;
}

} // namespace storage
