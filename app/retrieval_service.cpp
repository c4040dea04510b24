// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/retrieval_service.h"

#include "app/index_thread.h"
#include "app/logging.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace app {

namespace {

/// Models that nobody asks for give their memory back.
constexpr std::chrono::seconds kIdle{120};
/// Hits whose neighbours are read, and how far.
constexpr std::size_t kGrownHits = 12;
constexpr std::int32_t kReach = 2;

Failure cancelled()
{
    return failureFromCode(QStringLiteral("inference.cancelled"), QStringLiteral("the search was stopped"));
}

/// What a document says of itself and of its pages.
struct Described {
    storage::Document document;
    std::vector<std::string> labels;
};

RetrievedPassage passageFrom(const storage::Passage &passage, const Described &described, const std::string &path,
                             const std::string &collection)
{
    const auto page = static_cast<std::size_t>(passage.firstPage);
    std::string label = page < described.labels.size() ? described.labels[page] : std::string();
    if (label.empty() && described.document.numbered)
        label = std::to_string(passage.firstPage + 1);
    return {.collectionUuid = collection,
            .path = path,
            .documentSha256 = described.document.sha256,
            .documentName = std::filesystem::path(path).filename().native(),
            .heading = passage.heading,
            .text = passage.text,
            .section = passage.section,
            .firstNumber = passage.number,
            .lastNumber = passage.number,
            .firstPage = passage.firstPage,
            .lastPage = passage.lastPage,
            .pageLabel = std::move(label),
            .begin = passage.textBegin,
            .end = passage.textEnd,
            .tokens = passage.tokenCount};
}

storage::Result<Described> describe(IndexStores &stores, storage::DocumentId id)
{
    auto document = stores.documents.document(id);
    if (!document)
        return std::unexpected(document.error());
    auto labels = storage::pageLabels(*stores.database, id);
    if (!labels)
        return std::unexpected(labels.error());
    return Described{std::move(*document), std::move(*labels)};
}

storage::Result<std::vector<RetrievedPassage>> wholeOf(IndexStores &stores,
                                                       const storage::ScopeSurvey::Content &content)
{
    const auto described = describe(stores, content.document);
    if (!described)
        return std::unexpected(described.error());
    const auto passages = stores.texts.passages(content.document, 0, described->document.passageCount);
    if (!passages)
        return std::unexpected(passages.error());
    std::vector<RetrievedPassage> all;
    for (const storage::Passage &passage : *passages)
        all.push_back(passageFrom(passage, *described, content.path, content.collectionUuid));
    return all;
}

/// The hits as passages, and what stands beside the best of them in their sections.
storage::Result<void> describeHits(IndexStores &stores, const std::vector<storage::PassageHit> &hits, Retrieved &found)
{
    std::map<std::int64_t, Described> documents;
    std::set<std::pair<std::int64_t, std::int32_t>> there;
    for (const storage::PassageHit &hit : hits) {
        const std::int64_t id = hit.passage.document.value;
        if (!documents.contains(id)) {
            auto described = describe(stores, hit.passage.document);
            if (!described)
                return std::unexpected(described.error());
            documents.emplace(id, std::move(*described));
        }
        there.emplace(id, hit.passage.number);
        RetrievedPassage passage = passageFrom(hit.passage, documents.at(id), hit.file.path, hit.file.collectionUuid);
        passage.lexicalRank = hit.lexicalRank;
        passage.denseRank = hit.denseRank;
        passage.lexicalScore = hit.lexicalScore;
        passage.similarity = hit.similarity;
        passage.score = hit.score;
        passage.rerankScore = hit.rerankScore;
        found.hits.push_back(std::move(passage));
    }
    for (std::size_t i = 0; i < std::min(hits.size(), kGrownHits); ++i) {
        const storage::PassageHit &hit = hits[i];
        const std::int64_t id = hit.passage.document.value;
        const auto around = stores.texts.passages(hit.passage.document, std::max(0, hit.passage.number - kReach),
                                                  hit.passage.number + kReach);
        if (!around)
            return std::unexpected(around.error());
        for (const storage::Passage &passage : *around) {
            if (passage.section == hit.passage.section && there.emplace(id, passage.number).second)
                found.beside.push_back(passageFrom(passage, documents.at(id), hit.file.path, hit.file.collectionUuid));
        }
    }
    return {};
}

} // namespace

struct RetrievalService::State {
    explicit State(Collaborators collaborators)
        : with(std::move(collaborators))
    {
    }

    Collaborators with;
    bool indexAsked = false;

    std::mutex mutex;
    std::condition_variable_any wake;
    std::deque<std::move_only_function<void()>> queue; ///< guarded by `mutex`

    // On the service's thread.
    QString embedderPath; ///< as servingEmbedder() said when the work was posted
    std::unique_ptr<TextEmbedder> embedder;
    std::unique_ptr<TextReranker> reranker;
    std::optional<storage::Embedder> known; ///< the embedder as the index knows it
    std::jthread thread;                    ///< last: ends before what it uses
};

RetrievalService::RetrievalService(Collaborators collaborators, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(std::move(collaborators)))
{
    m_state->thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

RetrievalService::~RetrievalService()
{
    m_state->thread.request_stop();
    m_state->thread.join();
}

void RetrievalService::post(std::move_only_function<void()> work)
{
    expectThread(this);
    if (!std::exchange(m_state->indexAsked, true) && m_state->with.openIndex)
        m_state->with.openIndex();
    auto asked = [this, path = m_state->with.servingEmbedder ? m_state->with.servingEmbedder() : QString(),
                  task = std::move(work)]() mutable {
        useEmbedder(path);
        task();
    };
    const std::lock_guard lock(m_state->mutex);
    m_state->queue.push_back(std::move(asked));
    m_state->wake.notify_one();
}

void RetrievalService::run(const std::stop_token &stop)
{
    std::unique_lock lock(m_state->mutex);
    for (;;) {
        const auto isAsked = [this] { return !m_state->queue.empty(); };
        if (m_state->embedder || m_state->reranker)
            m_state->wake.wait_for(lock, stop, kIdle, isAsked);
        else
            m_state->wake.wait(lock, stop, isAsked);
        if (stop.stop_requested())
            return;
        if (m_state->queue.empty()) {
            m_state->embedder.reset();
            m_state->reranker.reset();
            m_state->known.reset();
            continue;
        }
        auto work = std::move(m_state->queue.front());
        m_state->queue.pop_front();
        lock.unlock();
        work();
        lock.lock();
    }
}

namespace {

/// Loads a model where it is not loaded; null when there is none, or when it cannot be used.
template <class Model, class Load>
Model *loadedModel(std::unique_ptr<Model> &model, const Load &load)
{
    if (!model) {
        auto loaded = load();
        if (loaded)
            model = std::move(*loaded);
        else
            qCWarning(lcApp) << "a model for searching cannot be used:" << loaded.error().code;
    }
    return model.get();
}

} // namespace

TextEmbedder *RetrievalService::embedder()
{
    if (!m_state->with.loadEmbedder)
        return nullptr;
    return loadedModel(m_state->embedder, [this] { return m_state->with.loadEmbedder(m_state->embedderPath); });
}

void RetrievalService::useEmbedder(const QString &path)
{
    if (path == m_state->embedderPath)
        return;
    m_state->embedderPath = path;
    m_state->embedder.reset();
    m_state->known.reset();
}

TextReranker *RetrievalService::reranker()
{
    return m_state->with.loadReranker ? loadedModel(m_state->reranker, m_state->with.loadReranker) : nullptr;
}

bool RetrievalService::isReading() const
{
    expectThread(this);
    return m_state->with.isReading && m_state->with.isReading();
}

StoreAnswer<RetrievalAnswer> RetrievalService::retrieve(const RetrievalRequest &request, const std::stop_token &stop)
{
    QPromise<RetrievalAnswer> promise;
    QFuture<RetrievalAnswer> future = promise.future();
    promise.start();
    post([this, request, stop, done = std::move(promise)]() mutable {
        done.addResult(stop.stop_requested() ? RetrievalAnswer(std::unexpected(cancelled())) : find(request, stop));
        done.finish();
    });
    return StoreAnswer<RetrievalAnswer>(std::move(future));
}

StoreAnswer<std::expected<FileListing, Failure>> RetrievalService::list(const ListRequest &request,
                                                                        const std::stop_token &stop)
{
    QPromise<std::expected<FileListing, Failure>> promise;
    QFuture<std::expected<FileListing, Failure>> future = promise.future();
    promise.start();
    post([this, request, stop, done = std::move(promise)]() mutable {
        done.addResult(filesOf(request, stop));
        done.finish();
    });
    return StoreAnswer<std::expected<FileListing, Failure>>(std::move(future));
}

std::expected<FileListing, Failure> RetrievalService::filesOf(const ListRequest &request, const std::stop_token &stop)
{
    FileListing listing;
    std::map<std::string, std::set<std::string>> single; ///< paths by collection; none: the whole collection
    for (const storage::NamedFile &file : request.files)
        single[file.collectionUuid].insert(file.path);
    for (const std::string &uuid : request.collections)
        single[uuid].clear();
    // A collection at a time: what it reads must not keep the index from others for long.
    for (const auto &[uuid, paths] : single) {
        if (stop.stop_requested())
            return std::unexpected(cancelled());
        auto files = m_state->with.index.ask([&](IndexStores &stores) { return stores.documents.files(uuid); });
        if (!files)
            return std::unexpected(files.error());
        if (uuid == request.handedTo)
            listing.unheard = std::max(0, request.handed - static_cast<std::int32_t>(files->size()));
        for (storage::FileStatus &file : *files) {
            if (paths.empty() || paths.contains(file.file.path))
                listing.files.push_back(std::move(file));
        }
    }
    return listing;
}

RetrievalAnswer RetrievalService::find(const RetrievalRequest &request, const std::stop_token &stop)
{
    const auto survey = m_state->with.index.ask([&](IndexStores &stores) {
        return storage::surveyScope(*stores.database, request.collections, request.files);
    });
    if (!survey)
        return std::unexpected(survey.error());
    Retrieved found{
        .documentsTotal = survey->files, .documentsSearched = survey->searchable, .documentsWaiting = survey->waiting};
    if (!request.awaited.empty()) {
        const auto awaited = m_state->with.index.ask(
            [&](IndexStores &stores) { return storage::surveyScope(*stores.database, {request.awaited}, {}); });
        if (!awaited)
            return std::unexpected(awaited.error());
        // What was handed over a moment ago, the index has not heard of.
        found.awaited = awaited->waiting + std::max(0, request.awaitedFiles - awaited->files);
    }
    if (survey->contents.empty())
        return found;
    if (const auto done = search(request, *survey, found, stop); !done)
        return std::unexpected(done.error());
    if (survey->tokens() <= request.wholeTokens) {
        if (const auto done = takeAll(*survey, found, stop); !done)
            return std::unexpected(done.error());
    }
    return found;
}

std::expected<void, Failure> RetrievalService::takeAll(const storage::ScopeSurvey &survey, Retrieved &found,
                                                       const std::stop_token &stop)
{
    // A document at a time: what it reads must not keep the index from others for long.
    for (const storage::ScopeSurvey::Content &content : survey.contents) {
        if (stop.stop_requested())
            return std::unexpected(cancelled());
        auto passages = m_state->with.index.ask([&](IndexStores &stores) { return wholeOf(stores, content); });
        if (!passages)
            return std::unexpected(passages.error());
        std::ranges::move(*passages, std::back_inserter(found.all));
    }
    for (RetrievedPassage &passage : found.all) {
        const auto hit = std::ranges::find_if(found.hits, [&](const RetrievedPassage &one) {
            return one.documentSha256 == passage.documentSha256 && one.firstNumber == passage.firstNumber;
        });
        if (hit != found.hits.end())
            passage = *hit;
    }
    found.whole = true;
    return {};
}

std::expected<void, Failure> RetrievalService::search(const RetrievalRequest &request,
                                                      const storage::ScopeSurvey &survey, Retrieved &found,
                                                      const std::stop_token &stop)
{
    std::vector<float> vector;
    if (TextEmbedder *model = embedder(); model != nullptr) {
        auto embedded = model->embedQuestion(request.question);
        if (embedded)
            vector = std::move(*embedded);
        else // words find much, and say so
            qCWarning(lcApp) << "the question could not be embedded:" << embedded.error().code;
        if (!m_state->known) {
            const EmbedderIdentity identity = model->identity();
            auto known = m_state->with.index.ask([&](IndexStores &stores) {
                return stores.embeddings.embedder(identity.sha256, identity.name, identity.width);
            });
            if (!known)
                return std::unexpected(known.error());
            m_state->known = std::move(*known);
        }
    }
    if (stop.stop_requested())
        return std::unexpected(cancelled());
    bool byMeaning = false;
    auto hits = m_state->with.index.ask([&](IndexStores &stores) -> storage::Result<std::vector<storage::PassageHit>> {
        const storage::VectorIndex *vectors = nullptr;
        if (!vector.empty()) {
            if (auto loaded = stores.loadVectors(*m_state->known); !loaded)
                return std::unexpected(loaded.error());
            vectors = &*stores.vectors;
            byMeaning = vectors->size() > 0;
        }
        return stores.search.search(request.question, vector, vectors, request.limit, survey.scope);
    });
    if (!hits)
        return std::unexpected(hits.error());
    found.wordsOnly = !byMeaning;
    if (TextReranker *judge = reranker(); judge != nullptr) {
        const auto judged = rerank(*hits, QString::fromStdString(request.question), *judge, stop);
        if (!judged && stop.stop_requested())
            return std::unexpected(judged.error());
    }
    const auto described =
        m_state->with.index.ask([&](IndexStores &stores) { return describeHits(stores, *hits, found); });
    return described;
}

} // namespace app
