// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/document_records.h"
#include "storage/index_database.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace storage {

/// Files of collections and what was read out of them.
///
/// A content is read once, however many files hold it, and a file that was moved or copied is known by its hash. What
/// is read comes in several transactions, so that none takes long, and nothing of it is found before the last one,
/// which sets the state; what a killed program left half-read is taken out when it starts again.
///
/// Belongs to the thread of its IndexDatabase, which must outlive it. Each call is one transaction.
class DocumentStore {
public:
    /// What speaks against a document before it is left alone: a reader that died counts twice, an end of the whole
    /// program once. That may have had any reason, and several documents were being read then.
    static constexpr std::int32_t kMostAttempts = 4;

    explicit DocumentStore(IndexDatabase &database);

    /// Called inside the transaction that takes out what was read of a searchable document, with all its passages:
    /// what copies of them are held elsewhere are then out of date.
    void onForgotten(std::function<void(DocumentId)> forgotten) { m_forgotten = std::move(forgotten); }

    /// Takes out what was being read when the program ended. Such documents wait again behind the others, or have
    /// Failed at the fourth time. Returns how many there were. First thing after opening.
    Result<std::int32_t> recover();

    /// Notes a file of a collection; one whose size and time are as noted keeps its content, another one's is looked at
    /// again. Marks it Present.
    Result<CollectionFile> noteFile(std::string_view collectionUuid, std::string_view path, std::int64_t sizeBytes,
                                    std::int64_t modifiedNs);
    Result<void> setPresence(FileId file, FilePresence presence);
    /// Says which content a file has. A content that nobody knows is made to wait for its reader.
    Result<Document> linkContent(FileId file, std::string_view sha256, std::int64_t sizeBytes);
    /// Takes a file out of its collection, and its content with it when it was the last to hold it, with what summaries
    /// say of that.
    Result<void> removeFile(FileId file);
    /// The same of the first `limit` files of a collection; whether there are more. With the last ones goes what
    /// summaries said of contents that files had before they were changed.
    Result<bool> removeFiles(std::string_view collectionUuid, std::int32_t limit);
    /// Collections that have files, for reconciling with carrel.db.
    Result<std::vector<std::string>> collections();

    /// The collections whose files are looked at, read and embedded before all others, until the index is closed.
    Result<void> putFirst(std::span<const std::string> collectionUuids);
    /// Files whose content was not looked at, at most `limit`, those that go first before the others, in the order in
    /// which they were added.
    Result<std::vector<CollectionFile>> unknownFiles(std::int32_t limit);
    /// A present file with a content that waits to be read, one that goes first before the others, then the oldest;
    /// nothing when none does.
    Result<std::optional<FileStatus>> nextWaiting();

    /// Before a reader is started: counts the attempt, so that a document that kills its readers is left alone.
    Result<void> beginReading(DocumentId document);
    /// What was read so far; in order. `passages` must not have boxes of pages that are not there.
    Result<void> addPages(DocumentId document, std::span<const DocumentPage> pages);
    Result<void> addSections(DocumentId document, std::span<const Section> sections);
    Result<void> addPassages(DocumentId document, std::span<const Passage> passages);
    /// The document's final state, counts and properties; id, hash and attempts of `document` name it, the counts of
    /// passages are the store's own. Conflict when it is not being read.
    Result<void> finishReading(const Document &document);
    /// The reader died or hung: everything of this attempt goes. The document waits again, or has Failed at the second
    /// time.
    Result<DocumentState> abandonReading(DocumentId document, std::string_view reason);
    /// The program stopped reading of its own accord: everything of this attempt goes, and it does not count.
    Result<void> postponeReading(DocumentId document);
    /// Reads it again from the start: asked for by the user, or made by an older reader.
    Result<void> readAgain(DocumentId document);
    /// Documents that an older reader made.
    Result<std::vector<DocumentId>> madeBefore(std::int32_t readerVersion);

    Result<std::vector<FileStatus>> files(std::string_view collectionUuid, EmbedderId embedder = {});
    /// The files at a path, in any collection: itself, and what lies below it when it is a folder.
    Result<std::vector<FileId>> filesAt(std::string_view path);
    /// The files that have this content, in any collection.
    Result<std::vector<FileStatus>> statusesOf(DocumentId document, EmbedderId embedder = {});
    /// Of every collection that has files.
    Result<std::vector<CollectionTotals>> totals(EmbedderId embedder = {});
    /// Of one file of a collection, or of all that lie below a folder of it.
    Result<CollectionTotals> totalsOf(std::string_view collectionUuid, std::string_view path, EmbedderId embedder = {});
    /// The file with exactly this path; nothing for folders.
    Result<std::optional<FileStatus>> fileAt(std::string_view collectionUuid, std::string_view path,
                                             EmbedderId embedder = {});
    Result<FileStatus> file(FileId id, EmbedderId embedder = {});
    Result<Document> document(DocumentId id);
    Result<std::optional<Document>> documentByHash(std::string_view sha256);
    /// The files that hold a content, present ones first.
    Result<std::vector<CollectionFile>> filesOf(DocumentId document);
    /// Readable files, those added last first; a content that several of them hold comes once.
    Result<std::vector<FileStatus>> newestFiles(std::int32_t limit);

private:
    Result<void> removeIfUnused(DocumentId document);

    IndexDatabase &m_database;
    std::function<void(DocumentId)> m_forgotten;
};

} // namespace storage
