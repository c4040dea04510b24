// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ingest_job.h"

#include "app/file_hash.h"
#include "app/passage_builder.h"

#include <algorithm>
#include <filesystem>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace app {

namespace fs = std::filesystem;
using storage::CollectionFile;
using storage::DocumentId;
using storage::DocumentState;
using storage::FilePresence;
using storage::FileStatus;

namespace {

// Transactions of the index stay short, so that a search in between need not wait.
constexpr std::size_t kRowsAtOnce = 64;
constexpr std::int32_t kPassagesAtOnce = 16;
constexpr std::size_t kFilesAtOnce = 128;

Failure cancelled()
{
    return failureFromCode(QStringLiteral("inference.cancelled"), QStringLiteral("indexing was stopped"));
}

/// A document of many passages in portions.
template <class T, class Function>
std::expected<void, Failure> inPortions(const std::vector<T> &rows, Function &&store)
{
    for (std::size_t first = 0; first < rows.size(); first += kRowsAtOnce) {
        const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), first + kRowsAtOnce));
        if (auto stored = store(std::vector<T>(begin, end)); !stored)
            return stored;
    }
    return {};
}

bool isAsNoted(const CollectionFile &noted, const FoundFile &found)
{
    return noted.presence == FilePresence::Present && noted.sizeBytes == found.sizeBytes &&
           noted.modifiedNs == found.modifiedNs;
}

} // namespace

IngestJob::IngestJob(const IngestPorts &ports, OnEvent onEvent)
    : m_ports(ports)
    , m_onEvent(std::move(onEvent))
{
}

void IngestJob::tell(const IngestEvent &event) const
{
    if (m_onEvent)
        m_onEvent(event);
}

std::expected<ScanReport, Failure> IngestJob::scan(const storage::Collection &collection, const std::stop_token &stop)
{
    const WalkResult walk = walkSources(collection.sources, stop);
    if (stop.stop_requested())
        return std::unexpected(cancelled());
    ScanReport report{.sources = walk.sources, .folders = walk.folders};
    const auto known = m_ports.index->ask([&](IndexStores &stores) { return stores.documents.files(collection.uuid); });
    if (!known)
        return std::unexpected(known.error());
    auto done = noteFound(collection, walk, *known, report, stop);
    if (done)
        done = dropMissing(walk, *known, report, stop);
    if (!done)
        return std::unexpected(done.error());
    tell({.kind = IngestEvent::Kind::Found, .done = static_cast<std::int64_t>(walk.files.size())});
    return report;
}

std::expected<void, Failure> IngestJob::noteFound(const storage::Collection &collection, const WalkResult &walk,
                                                  const std::vector<FileStatus> &known, ScanReport &report,
                                                  const std::stop_token &stop)
{
    std::unordered_map<std::string_view, const CollectionFile *> noted;
    for (const FileStatus &status : known)
        noted.emplace(status.file.path, &status.file);
    std::vector<const FoundFile *> changed;
    for (const FoundFile &file : walk.files) {
        const auto before = noted.find(file.path);
        if (before == noted.end() || !isAsNoted(*before->second, file))
            changed.push_back(&file);
    }
    report.changed = !changed.empty();
    for (std::size_t first = 0; first < changed.size(); first += kFilesAtOnce) {
        const auto stored = m_ports.index->ask([&](IndexStores &stores) -> storage::Result<void> {
            for (std::size_t i = first; i < std::min(changed.size(), first + kFilesAtOnce); ++i) {
                const FoundFile &file = *changed[i];
                const auto row = stores.documents.noteFile(collection.uuid, file.path, file.sizeBytes, file.modifiedNs);
                if (!row)
                    return std::unexpected(row.error());
            }
            return {};
        });
        if (!stored)
            return stored;
        if (stop.stop_requested())
            return std::unexpected(cancelled());
    }
    return {};
}

std::expected<void, Failure> IngestJob::dropMissing(const WalkResult &walk, const std::vector<FileStatus> &known,
                                                    ScanReport &report, const std::stop_token &stop)
{
    std::unordered_set<std::string_view> there;
    for (const FoundFile &file : walk.files)
        there.insert(file.path);
    std::vector<const FileStatus *> missing;
    for (const FileStatus &status : known) {
        if (!there.contains(status.file.path))
            missing.push_back(&status);
    }
    if (missing.empty())
        return {};
    // Which contents the new files have comes first: one that was moved keeps what was read of it.
    for (Step hashed = true; *hashed;) {
        hashed = hashNext(stop);
        if (!hashed)
            return std::unexpected(hashed.error());
    }
    const auto below = [](std::string_view path) {
        return [path](const SourceReport &source) { return liesIn(path, source.path); };
    };
    for (const FileStatus *status : missing) {
        const std::string &path = status->file.path;
        std::optional<FilePresence> presence;
        if (const auto source = std::ranges::find_if(walk.sources, below(path));
            source != walk.sources.end() && source->state != SourceState::There)
            presence = source->state == SourceState::Absent ? FilePresence::Offline : FilePresence::Unreadable;
        else if (std::ranges::any_of(walk.unreadable, [&](const std::string &folder) { return liesIn(path, folder); }))
            presence = FilePresence::Unreadable;
        if (presence == status->file.presence)
            continue;
        report.changed = true;
        const auto done = m_ports.index->ask([&](IndexStores &stores) {
            return presence ? stores.documents.setPresence(status->file.id, *presence)
                            : stores.documents.removeFile(status->file.id);
        });
        if (!done)
            return done;
        if (stop.stop_requested())
            return std::unexpected(cancelled());
    }
    return {};
}

std::expected<void, Failure> IngestJob::work(const std::stop_token &stop)
{
    for (;;) {
        if (stop.stop_requested())
            return std::unexpected(cancelled());
        bool busy = false;
        for (const auto step : {&IngestJob::hashNext, &IngestJob::readNext, &IngestJob::embedNext}) {
            const Step done = (this->*step)(stop);
            if (!done)
                return std::unexpected(done.error());
            if (*done) {
                busy = true;
                break;
            }
        }
        if (!busy)
            return {};
    }
}

IngestJob::Step IngestJob::hashNext(const std::stop_token &stop)
{
    const auto files = m_ports.index->ask([](IndexStores &stores) { return stores.documents.unknownFiles(1); });
    if (!files)
        return std::unexpected(files.error());
    if (files->empty())
        return false;
    const CollectionFile &file = files->front();
    const std::string hash = sha256OfFiles({file.path}, [&] { return stop.stop_requested(); });
    if (stop.stop_requested())
        return std::unexpected(cancelled());
    const auto now = fileAt(file.path);
    IngestEvent event{.kind = IngestEvent::Kind::Hashed, .path = file.path, .collection = file.collectionUuid};
    const auto done = m_ports.index->ask([&](IndexStores &stores) -> storage::Result<void> {
        if (!now || hash.empty())
            return stores.documents.setPresence(file.id, FilePresence::Unreadable);
        if (now->sizeBytes != file.sizeBytes || now->modifiedNs != file.modifiedNs) {
            // It was written to while it was read: looked at once more.
            const auto noted =
                stores.documents.noteFile(file.collectionUuid, file.path, now->sizeBytes, now->modifiedNs);
            return noted ? storage::Result<void>() : std::unexpected(noted.error());
        }
        auto linked = stores.documents.linkContent(file.id, hash, now->sizeBytes);
        if (!linked)
            return std::unexpected(linked.error());
        event.document = std::move(*linked);
        return {};
    });
    // A file that was taken out meanwhile has nobody left to be told.
    if (!done && done.error().code != QStringLiteral("storage.not_found"))
        return std::unexpected(done.error());
    tell(event);
    return true;
}

bool IngestJob::isGone(DocumentId id)
{
    const auto known = m_ports.index->ask([&](IndexStores &stores) -> storage::Result<bool> {
        const auto document = stores.documents.document(id);
        if (!document && document.error().code != storage::ErrorCode::NotFound)
            return std::unexpected(document.error());
        return document.has_value();
    });
    return known && !*known;
}

std::expected<void, Failure> IngestJob::putBack()
{
    if (!m_begun.valid() || isGone(m_begun)) {
        m_begun = {};
        return {};
    }
    auto done = m_ports.index->ask([&](IndexStores &stores) { return stores.documents.postponeReading(m_begun); });
    if (done)
        m_begun = {};
    return done;
}

IngestJob::Step IngestJob::readNext(const std::stop_token &stop)
{
    // After a failure of the disk.
    if (const auto back = putBack(); !back)
        return std::unexpected(back.error());
    // The attempt is counted before the reader is started: one that takes the whole program down counts too. Finding
    // and counting are one call, so that no two readers take the same document.
    const auto next = m_ports.index->ask([](IndexStores &stores) -> storage::Result<std::optional<FileStatus>> {
        auto waiting = stores.documents.nextWaiting();
        if (waiting && *waiting) {
            if (const auto begun = stores.documents.beginReading((*waiting)->document.id); !begun)
                return std::unexpected(begun.error());
        }
        return waiting;
    });
    if (!next)
        return std::unexpected(next.error());
    if (!*next)
        return false;
    const CollectionFile &file = (*next)->file;
    const DocumentId id = (*next)->document.id;
    m_begun = id;
    IngestEvent reading{.kind = IngestEvent::Kind::Reading, .path = file.path, .document = (*next)->document};
    tell(reading);
    reading.kind = IngestEvent::Kind::Progress;
    const ReadTask task{.path = file.path,
                        .sha256 = (*next)->document.sha256,
                        .progress = [&](std::uint32_t done, std::uint32_t total) {
                            reading.done = done;
                            reading.total = total;
                            tell(reading);
                        }};
    auto read = m_ports.read(task, stop);
    Step ended = true;
    if (!read) {
        ended = endReading(**next, read.error(), stop);
    } else {
        const CountTokens tokens = [this](std::string_view text) {
            // Without an embedder the sizes are about right: a token is some three quarters of a word.
            return m_ports.embedder != nullptr ? m_ports.embedder->countTokens(text)
                                               : static_cast<std::int32_t>(countWords(text) * 4 / 3);
        };
        BuiltDocument built = buildDocument(std::move(*read), fs::path(file.path).stem().native(), tokens);
        if (const auto kept = keep(id, std::move(built)); !kept)
            ended = std::unexpected(kept.error());
    }
    if (!ended) {
        // Its collection may have been removed meanwhile.
        if (isGone(id)) {
            m_begun = {};
            return true;
        }
        (void)putBack();
        return ended;
    }
    m_begun = {};
    const auto document =
        m_ports.index->ask([&](IndexStores &stores) -> storage::Result<std::optional<storage::Document>> {
            auto known = stores.documents.document(id);
            if (!known && known.error().code != storage::ErrorCode::NotFound)
                return std::unexpected(known.error());
            return known ? std::optional(std::move(*known)) : std::nullopt;
        });
    if (!document)
        return std::unexpected(document.error());
    if (*document)
        tell({.kind = IngestEvent::Kind::Read, .path = file.path, .document = **document});
    return true;
}

IngestJob::Step IngestJob::endReading(const FileStatus &what, const ExtractionFailure &why, const std::stop_token &stop)
{
    using Kind = ExtractionFailure::Kind;
    const DocumentId id = what.document.id;
    // A worker that ends because the program ends has not died of the document.
    const bool stopped = stop.stop_requested();
    const auto done = m_ports.index->ask([&](IndexStores &stores) -> storage::Result<void> {
        if (stopped || why.kind == Kind::NotStarted)
            return stores.documents.postponeReading(id);
        if (why.kind == Kind::Cancelled) {
            storage::Document left = what.document;
            left.state = DocumentState::Failed;
            left.reason = kStoppedByUser;
            left.readerVersion = kReaderVersion;
            return stores.documents.finishReading(left);
        }
        if (why.kind == Kind::Unreadable) {
            if (auto postponed = stores.documents.postponeReading(id); !postponed)
                return postponed;
            return stores.documents.setPresence(what.file.id, FilePresence::Unreadable);
        }
        const auto left = stores.documents.abandonReading(id, why.detail);
        return left ? storage::Result<void>() : std::unexpected(left.error());
    });
    if (!done)
        return std::unexpected(done.error());
    m_begun = {};
    if (stopped)
        return std::unexpected(cancelled());
    if (why.kind == Kind::NotStarted)
        return std::unexpected(failureFrom(why, QString::fromStdString(fs::path(what.file.path).filename())));
    return true;
}

std::expected<void, Failure> IngestJob::keep(DocumentId id, BuiltDocument built)
{
    auto done = inPortions(built.pages, [&](const std::vector<storage::DocumentPage> &pages) {
        return m_ports.index->ask([&](IndexStores &stores) { return stores.documents.addPages(id, pages); });
    });
    if (done) {
        done = inPortions(built.chunks.sections, [&](const std::vector<storage::Section> &sections) {
            return m_ports.index->ask([&](IndexStores &stores) { return stores.documents.addSections(id, sections); });
        });
    }
    if (done) {
        done = inPortions(built.chunks.passages, [&](const std::vector<storage::Passage> &passages) {
            return m_ports.index->ask([&](IndexStores &stores) { return stores.documents.addPassages(id, passages); });
        });
    }
    if (done) {
        built.document.id = id;
        done = m_ports.index->ask([&](IndexStores &stores) { return stores.documents.finishReading(built.document); });
    }
    return done;
}

IngestJob::Step IngestJob::embedNext(const std::stop_token &stop)
{
    if (m_ports.embedder == nullptr)
        return false;
    struct Portion {
        storage::Embedder embedder;
        storage::Document document;
        std::vector<storage::Passage> passages;
    };
    const EmbedderIdentity identity = m_ports.embedder->identity();
    const auto portion = m_ports.index->ask([&](IndexStores &stores) -> storage::Result<std::optional<Portion>> {
        auto embedder = stores.embeddings.embedder(identity.sha256, identity.name, identity.width);
        if (!embedder)
            return std::unexpected(embedder.error());
        const auto next = stores.embeddings.nextDocument(embedder->id);
        if (!next)
            return std::unexpected(next.error());
        if (!*next)
            return std::optional<Portion>();
        auto document = stores.documents.document(**next);
        if (!document)
            return std::unexpected(document.error());
        auto passages = stores.embeddings.withoutVectors(embedder->id, **next, kPassagesAtOnce);
        if (!passages)
            return std::unexpected(passages.error());
        return Portion{std::move(*embedder), std::move(*document), std::move(*passages)};
    });
    if (!portion)
        return std::unexpected(portion.error());
    if (!*portion)
        return false;

    std::vector<std::string> texts;
    std::vector<storage::PassageVector> vectors;
    for (const storage::Passage &passage : (*portion)->passages) {
        std::int32_t window = 0;
        for (std::string &text : embeddingWindows(passage.heading, passage.text, *m_ports.embedder)) {
            texts.push_back(std::move(text));
            vectors.push_back({.passage = passage.id, .window = window++});
        }
    }
    if (!texts.empty()) {
        auto embedded = m_ports.embedder->embedPassages(texts, stop);
        if (!embedded)
            return std::unexpected(embedded.error());
        for (std::size_t i = 0; i < vectors.size(); ++i)
            vectors[i].values = std::move((*embedded)[i]);
    }
    const DocumentId id = (*portion)->document.id;
    const storage::EmbedderId embedder = (*portion)->embedder.id;
    const auto left = m_ports.index->ask([&](IndexStores &stores) -> storage::Result<bool> {
        // Read again meanwhile, it has other passages, and theirs may have the ids of those that are gone.
        const auto now = stores.embeddings.withoutVectors(embedder, id, kPassagesAtOnce);
        if (!now || *now != (*portion)->passages)
            return now ? storage::Result<bool>(true) : std::unexpected(now.error());
        if (auto added = stores.embeddings.add(embedder, vectors); !added)
            return std::unexpected(added.error());
        const auto rest = stores.embeddings.withoutVectors(embedder, id, 1);
        if (!rest || !rest->empty())
            return rest ? storage::Result<bool>(true) : std::unexpected(rest.error());
        if (auto finished = stores.embeddings.finishDocument(embedder, id); !finished)
            return std::unexpected(finished.error());
        if (stores.vectors && stores.vectors->embedder().id == embedder) {
            if (auto taken = stores.vectors->refresh(*stores.database, id); !taken)
                return std::unexpected(taken.error());
        }
        return false;
    });
    if (!left) {
        if (isGone(id))
            return true;
        return std::unexpected(left.error());
    }
    m_embedded += static_cast<std::int64_t>((*portion)->passages.size());
    if (!*left)
        tell({.kind = IngestEvent::Kind::Embedded, .document = (*portion)->document});
    return true;
}

} // namespace app
