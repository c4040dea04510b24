// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/embedder_list.h"

#include <QList>
#include <QString>

#include <mutex>

namespace app {

struct ModelCard;

/// The models of the library that work beside the one that answers, for threads that cannot ask the library. Every call
/// is safe from any thread.
class LibraryHelpers {
public:
    /// What the library has now.
    void take(const QList<ModelCard> &models);

    [[nodiscard]] QList<EmbedderChoice> embedders() const;
    /// The first one; empty: there is none.
    [[nodiscard]] QString reranker() const;

private:
    mutable std::mutex m_mutex;
    QList<EmbedderChoice> m_embedders; ///< guarded
    QString m_reranker;                ///< guarded
};

/// The second list behind the first, without what is there already.
QList<EmbedderChoice> joined(QList<EmbedderChoice> first, const QList<EmbedderChoice> &second);

} // namespace app
