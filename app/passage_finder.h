// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/document_filter.h"
#include "app/failure.h"
#include "app/index_thread.h"
#include "app/text_embedder.h"
#include "app/types.h"

#include <QList>
#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace app {

class CollectionService;
class RetrievalService;

/// A passage that answers a question, and why it is where it is.
struct FoundPassage {
    Q_GADGET
public:
    qint64 id = 0;   ///< valid while the program runs
    qint64 file = 0; ///< FileValue::id
    QString path;
    QString name;      ///< the file's
    QString pageLabel; ///< as the document calls its page: "iv", a sheet's name; empty: its number, or nothing
    qint32 firstPage = 0;
    qint32 lastPage = 0;
    bool numbered = false; ///< people count its pages
    QString heading;       ///< title and headings above it, " > " between
    QString text;
    qint32 wordRank = 0;    ///< from 1; 0: not found by its words
    qint32 meaningRank = 0; ///< from 1; 0: not found by its meaning
    bool operator==(const FoundPassage &) const = default;
};

/// Searches collections by words and by meaning, as fast as somebody types: nothing is reranked. GUI thread.
class PassageFinder : public QObject {
    Q_OBJECT
public:
    /// Borrows all; `retrieval` embeds the questions.
    PassageFinder(IndexThread &index, CollectionService &collections, RetrievalService &retrieval,
                  QObject *parent = nullptr);
    ~PassageFinder() override;

    /// found() or failed() follows; a newer search cancels an older one's answer. An invalid collection: in all of
    /// them.
    void search(const QString &question, CollectionId collection, qint32 limit, const DocumentFilter &filter = {});

Q_SIGNALS:
    /// Best first. `byMeaning`: not by words alone.
    void found(const QString &question, const QList<app::FoundPassage> &passages, bool byMeaning);
    void failed(const app::Failure &failure);

private:
    void ask(quint64 number, const QString &question, const storage::SearchScope &scope, qint32 limit,
             const std::vector<float> &vector, const EmbedderIdentity &identity);

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
