// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/passage_finder.h"

#include "app/collection_service.h"
#include "app/retrieval_service.h"

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

/// A question's vector; empty: it is found by its words.
struct EmbeddedQuestion {
    std::vector<float> vector;
    EmbedderIdentity identity;
};

} // namespace

struct PassageFinder::State {
    IndexThread &index;
    CollectionService &collections;
    RetrievalService &retrieval;
    /// Number of the last search. Shared with work on the other thread, which may come to its turn after this object.
    std::shared_ptr<std::atomic<quint64>> newest = std::make_shared<std::atomic<quint64>>(0);
};

PassageFinder::PassageFinder(IndexThread &index, CollectionService &collections, RetrievalService &retrieval,
                             QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(index, collections, retrieval))
{
}

PassageFinder::~PassageFinder() = default;

void PassageFinder::search(const QString &question, CollectionId collection, qint32 limit, const DocumentFilter &filter)
{
    expectThread(this);
    const quint64 number = ++*m_state->newest;
    storage::SearchScope scope;
    if (const CollectionValue *one = m_state->collections.find(collection))
        scope.collections.push_back(one->uuid.toStdString());
    narrow(scope, filter, QDateTime::currentDateTime());
    m_state->retrieval
        .withEmbedder([question = question.toStdString(), number, newest = m_state->newest](TextEmbedder *embedder) {
            EmbeddedQuestion embedded;
            if (embedder == nullptr || number != *newest)
                return embedded;
            if (auto vector = embedder->embedQuestion(question))
                embedded = {std::move(*vector), embedder->identity()};
            return embedded;
        })
        .then(this, [this, number, question, scope, limit](const EmbeddedQuestion &embedded) {
            ask(number, question, scope, limit, embedded.vector, embedded.identity);
        });
}

void PassageFinder::ask(quint64 number, const QString &question, const storage::SearchScope &scope, qint32 limit,
                        const std::vector<float> &vector, const EmbedderIdentity &identity)
{
    if (number != *m_state->newest)
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
            if (number != *m_state->newest)
                return;
            if (answer)
                Q_EMIT found(question, *answer, byMeaning);
            else
                Q_EMIT failed(failureFrom(answer.error()));
        });
}

} // namespace app
