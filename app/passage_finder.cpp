// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/passage_finder.h"

#include "app/collection_service.h"
#include "app/ingest_service.h"

#include <QThreadPool>

#include <atomic>
#include <map>
#include <utility>

namespace app {

namespace {

/// What of a hit stands in other rows.
storage::Result<QList<FoundPassage>> described(IndexStores &stores, const std::vector<storage::PassageHit> &hits)
{
    QList<FoundPassage> passages;
    std::map<storage::DocumentId, bool> numbered;
    for (const storage::PassageHit &hit : hits) {
        const storage::Passage &passage = hit.passage;
        if (!numbered.contains(passage.document)) {
            const auto document = stores.documents.document(passage.document);
            if (!document)
                return std::unexpected(document.error());
            numbered[passage.document] = document->numbered;
        }
        const auto page = stores.texts.page(passage.document, passage.firstPage);
        const QString path = pathText(hit.file.path);
        passages.append({.id = passage.id.value,
                         .file = hit.file.id.value,
                         .path = path,
                         .name = path.sliced(path.lastIndexOf(u'/') + 1),
                         .pageLabel = page ? QString::fromStdString(page->label) : QString(),
                         .firstPage = passage.firstPage,
                         .lastPage = passage.lastPage,
                         .numbered = numbered[passage.document],
                         .heading = QString::fromStdString(passage.heading),
                         .text = QString::fromStdString(passage.text),
                         .wordRank = hit.lexicalRank,
                         .meaningRank = hit.denseRank});
    }
    return passages;
}

} // namespace

struct PassageFinder::State {
    IndexThread &index;
    CollectionService &collections;
    IngestService &ingest;
    LoadEmbedder load;
    std::atomic<quint64> newest = 0; ///< number of the last search
    // Touched on the pool's thread alone.
    QString path;
    std::unique_ptr<TextEmbedder> embedder;
    QThreadPool pool; ///< one thread; last: it ends before what it uses
};

PassageFinder::PassageFinder(IndexThread &index, CollectionService &collections, IngestService &ingest,
                             LoadEmbedder load, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(index, collections, ingest, std::move(load)))
{
    m_state->pool.setMaxThreadCount(1);
    m_state->pool.setExpiryTimeout(-1);
}

PassageFinder::~PassageFinder()
{
    m_state->pool.clear();
    m_state->pool.waitForDone();
}

void PassageFinder::rest()
{
    m_state->pool.start([state = m_state.get()] {
        state->embedder.reset();
        state->path.clear();
    });
}

void PassageFinder::search(const QString &question, CollectionId collection, qint32 limit, const DocumentFilter &filter)
{
    expectThread(this);
    const quint64 number = ++m_state->newest;
    storage::SearchScope scope;
    if (const CollectionValue *one = m_state->collections.find(collection))
        scope.collections.push_back(one->uuid.toStdString());
    narrow(scope, filter, QDateTime::currentDateTime());
    m_state->pool.start([this, number, question, scope, limit, path = m_state->ingest.searchEmbedder()] {
        if (number != m_state->newest)
            return;
        std::vector<float> vector;
        EmbedderIdentity identity;
        if (!path.isEmpty() && path != m_state->path) {
            auto loaded = m_state->load(path, 0);
            m_state->embedder = loaded ? std::move(*loaded) : nullptr;
            m_state->path = path;
        }
        if (!path.isEmpty() && m_state->embedder) {
            identity = m_state->embedder->identity();
            if (auto embedded = m_state->embedder->embedQuestion(question.toStdString()))
                vector = std::move(*embedded);
        }
        QMetaObject::invokeMethod(this, [this, number, question, scope, limit, vector, identity] {
            ask(number, question, scope, limit, vector, identity);
        });
    });
}

void PassageFinder::ask(quint64 number, const QString &question, const storage::SearchScope &scope, qint32 limit,
                        const std::vector<float> &vector, const EmbedderIdentity &identity)
{
    if (number != m_state->newest)
        return;
    using Answer = storage::Result<QList<FoundPassage>>;
    m_state->index
        .run([question = question.toStdString(), scope, limit, vector, identity](IndexStores &stores) -> Answer {
            const storage::VectorIndex *vectors = nullptr;
            if (!vector.empty()) {
                const auto embedder = stores.embeddings.embedder(identity.sha256, identity.name, identity.width);
                if (!embedder)
                    return std::unexpected(embedder.error());
                if (auto loaded = stores.loadVectors(*embedder); !loaded)
                    return std::unexpected(loaded.error());
                vectors = &*stores.vectors;
            }
            const auto hits = stores.search.search(question, vector, vectors, static_cast<std::size_t>(limit), scope);
            if (!hits)
                return std::unexpected(hits.error());
            return described(stores, *hits);
        })
        .then(this, [this, number, question, byMeaning = !vector.empty()](const Answer &answer) {
            if (number != m_state->newest)
                return;
            if (answer)
                Q_EMIT found(question, *answer, byMeaning);
            else
                Q_EMIT failed(failureFrom(answer.error()));
        });
}

} // namespace app
