// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ingest_job.h"

#include "app/file_hash.h"
#include "app/passage_builder.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <unordered_set>
#include <utility>

namespace app {

namespace fs = std::filesystem;
using storage::CollectionFile;
using storage::DocumentId;
using storage::DocumentState;

namespace {

// Transactions of the index stay short, so that a search in between need not wait.
constexpr std::size_t kRowsAtOnce = 64;
constexpr std::int32_t kPassagesAtOnce = 16;
constexpr std::size_t kFilesAtOnce = 128;

Failure cancelled()
{
    return failureFromCode(QStringLiteral("inference.cancelled"), QStringLiteral("indexing was stopped"));
}

struct FoundFile {
    std::string path;
    std::int64_t sizeBytes = 0;
    std::int64_t modifiedNs = 0;
};

/// Of a regular file; nothing for everything else.
std::optional<FoundFile> fileAt(const fs::path &path)
{
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
        return std::nullopt;
    return FoundFile{path.native(), status.st_size, status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec};
}

bool isHidden(const fs::path &path)
{
    return path.filename().native().starts_with('.');
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

/// Whether a path is a source or lies below it.
bool liesIn(std::string_view path, std::string_view source)
{
    while (source.size() > 1 && source.ends_with('/'))
        source.remove_suffix(1);
    return path.starts_with(source) && (path.size() == source.size() || path[source.size()] == '/' || source == "/");
}

} // namespace

IngestJob::IngestJob(const IngestPorts &ports, OnEvent onEvent)
    : m_ports(ports)
    , m_onEvent(std::move(onEvent))
{
}

template <class Function>
auto IngestJob::onIndex(Function function)
    -> std::expected<typename std::invoke_result_t<Function, IndexStores &>::value_type, Failure>
{
    auto result = m_ports.index->run(std::move(function)).wait();
    if (!result)
        return std::unexpected(failureFrom(result.error()));
    if constexpr (std::is_void_v<typename decltype(result)::value_type>)
        return {};
    else
        return std::move(*result);
}

void IngestJob::tell(const IngestEvent &event) const
{
    if (m_onEvent)
        m_onEvent(event);
}

std::expected<void, Failure> IngestJob::scan(const storage::Collection &collection, const std::stop_token &stop)
{
    std::vector<FoundFile> found;
    std::vector<std::string> absent;
    for (const std::string &source : collection.sources) {
        const fs::path root(source);
        std::error_code error;
        if (auto file = fileAt(root)) {
            found.push_back(std::move(*file));
            continue;
        }
        if (!fs::is_directory(root, error)) {
            absent.push_back(source);
            continue;
        }
        // Links inside a folder are not followed: they lead out of it, or in circles.
        fs::recursive_directory_iterator entry(root, fs::directory_options::skip_permission_denied, error);
        for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
            if (stop.stop_requested())
                return std::unexpected(cancelled());
            std::error_code ignored;
            if (isHidden(entry->path())) {
                entry.disable_recursion_pending();
            } else if (!entry->is_symlink(ignored)) {
                if (auto file = fileAt(entry->path()))
                    found.push_back(std::move(*file));
            }
        }
    }

    for (std::size_t first = 0; first < found.size(); first += kFilesAtOnce) {
        const auto noted = onIndex([&](IndexStores &stores) -> storage::Result<void> {
            for (std::size_t i = first; i < std::min(found.size(), first + kFilesAtOnce); ++i) {
                const auto file =
                    stores.documents.noteFile(collection.uuid, found[i].path, found[i].sizeBytes, found[i].modifiedNs);
                if (!file)
                    return std::unexpected(file.error());
            }
            return {};
        });
        if (!noted)
            return noted;
        if (stop.stop_requested())
            return std::unexpected(cancelled());
    }
    std::unordered_set<std::string_view> there;
    for (const FoundFile &file : found)
        there.insert(file.path);
    const auto known = onIndex([&](IndexStores &stores) { return stores.documents.files(collection.uuid); });
    if (!known)
        return std::unexpected(known.error());
    const auto isGone = [&](const storage::FileStatus &status) { return !there.contains(status.file.path); };
    if (std::ranges::any_of(*known, isGone)) {
        // Which contents the new files have comes first: one that was moved keeps what was read of it.
        for (Step hashed = true; *hashed;) {
            hashed = hashNext(stop);
            if (!hashed)
                return std::unexpected(hashed.error());
        }
    }
    for (const storage::FileStatus &status : *known) {
        if (!isGone(status))
            continue;
        const bool offline =
            std::ranges::any_of(absent, [&](const std::string &source) { return liesIn(status.file.path, source); });
        const auto done = onIndex([&](IndexStores &stores) {
            return offline ? stores.documents.setPresence(status.file.id, storage::FilePresence::Offline)
                           : stores.documents.removeFile(status.file.id);
        });
        if (!done)
            return done;
    }
    tell({.kind = IngestEvent::Kind::Found, .done = static_cast<std::int64_t>(found.size())});
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
    const auto files = onIndex([](IndexStores &stores) { return stores.documents.unknownFiles(1); });
    if (!files)
        return std::unexpected(files.error());
    if (files->empty())
        return false;
    const CollectionFile &file = files->front();
    const std::string hash = sha256OfFiles({file.path}, [&] { return stop.stop_requested(); });
    if (stop.stop_requested())
        return std::unexpected(cancelled());
    const auto now = fileAt(file.path);
    const auto done = onIndex([&](IndexStores &stores) -> storage::Result<void> {
        if (!now || hash.empty())
            return stores.documents.setPresence(file.id, storage::FilePresence::Unreadable);
        if (now->sizeBytes != file.sizeBytes || now->modifiedNs != file.modifiedNs) {
            // It was written to while it was read: looked at once more.
            const auto noted =
                stores.documents.noteFile(file.collectionUuid, file.path, now->sizeBytes, now->modifiedNs);
            return noted ? storage::Result<void>() : std::unexpected(noted.error());
        }
        const auto linked = stores.documents.linkContent(file.id, hash, now->sizeBytes);
        return linked ? storage::Result<void>() : std::unexpected(linked.error());
    });
    if (!done)
        return std::unexpected(done.error());
    return true;
}

IngestJob::Step IngestJob::readNext(const std::stop_token &stop)
{
    const auto next = onIndex([](IndexStores &stores) { return stores.documents.nextWaiting(); });
    if (!next)
        return std::unexpected(next.error());
    if (!*next)
        return false;
    const CollectionFile &file = (*next)->file;
    const DocumentId id = (*next)->document.id;
    // The attempt is counted before the reader is started: one that takes the whole program down counts too.
    if (const auto begun = onIndex([&](IndexStores &stores) { return stores.documents.beginReading(id); }); !begun)
        return std::unexpected(begun.error());
    tell({.kind = IngestEvent::Kind::Reading, .path = file.path, .document = (*next)->document});

    auto read = m_ports.read(file.path, stop);
    if (!read) {
        const ExtractionFailure &why = read.error();
        const bool stopped = why.kind == ExtractionFailure::Kind::Cancelled;
        const bool innocent = stopped || why.kind == ExtractionFailure::Kind::Unreadable ||
                              why.kind == ExtractionFailure::Kind::NotStarted;
        const auto done = onIndex([&](IndexStores &stores) -> storage::Result<void> {
            if (!innocent) {
                const auto left = stores.documents.abandonReading(id, why.detail);
                return left ? storage::Result<void>() : std::unexpected(left.error());
            }
            if (auto postponed = stores.documents.postponeReading(id); !postponed || stopped)
                return postponed;
            return stores.documents.setPresence(file.id, storage::FilePresence::Unreadable);
        });
        if (!done)
            return std::unexpected(done.error());
        if (stopped)
            return std::unexpected(cancelled());
        if (why.kind == ExtractionFailure::Kind::NotStarted)
            return std::unexpected(failureFrom(why, QString::fromStdString(fs::path(file.path).filename())));
    } else {
        const CountTokens tokens = [this](std::string_view text) {
            // Without an embedder the sizes are about right: a token is some three quarters of a word.
            return m_ports.embedder != nullptr ? m_ports.embedder->countTokens(text)
                                               : static_cast<std::int32_t>(countWords(text) * 4 / 3);
        };
        BuiltDocument built = buildDocument(std::move(*read), fs::path(file.path).stem().native(), tokens);
        if (const auto kept = keep(id, std::move(built)); !kept)
            return std::unexpected(kept.error());
    }
    const auto document = onIndex([&](IndexStores &stores) { return stores.documents.document(id); });
    if (!document)
        return std::unexpected(document.error());
    tell({.kind = IngestEvent::Kind::Read, .path = file.path, .document = *document});
    return true;
}

std::expected<void, Failure> IngestJob::keep(DocumentId id, BuiltDocument built)
{
    auto done = inPortions(built.pages, [&](const std::vector<storage::DocumentPage> &pages) {
        return onIndex([&](IndexStores &stores) { return stores.documents.addPages(id, pages); });
    });
    if (done) {
        done = inPortions(built.chunks.sections, [&](const std::vector<storage::Section> &sections) {
            return onIndex([&](IndexStores &stores) { return stores.documents.addSections(id, sections); });
        });
    }
    if (done) {
        done = inPortions(built.chunks.passages, [&](const std::vector<storage::Passage> &passages) {
            return onIndex([&](IndexStores &stores) { return stores.documents.addPassages(id, passages); });
        });
    }
    if (done) {
        built.document.id = id;
        done = onIndex([&](IndexStores &stores) { return stores.documents.finishReading(built.document); });
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
    const auto portion = onIndex([&](IndexStores &stores) -> storage::Result<std::optional<Portion>> {
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
    const auto left = onIndex([&](IndexStores &stores) -> storage::Result<bool> {
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
    if (!left)
        return std::unexpected(left.error());
    if (!*left)
        tell({.kind = IngestEvent::Kind::Embedded, .document = (*portion)->document});
    return true;
}

} // namespace app
