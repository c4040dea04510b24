// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library_helpers.h"

#include "app/model_card.h"

#include <algorithm>
#include <utility>

namespace app {

void LibraryHelpers::take(const QList<ModelCard> &models)
{
    QList<EmbedderChoice> embedders;
    QString reranker;
    for (const ModelCard &card : models) {
        // None of them chats, which is all that makes it unusable.
        const bool works = card.failure.isEmpty() || card.failure.code == QLatin1StringView("inference.wrong_purpose");
        if (card.missing || !works)
            continue;
        if (card.purpose == ModelUse::Embedding)
            embedders.append({.path = card.path, .name = card.name, .bytes = static_cast<qint64>(card.fileBytes)});
        else if (card.purpose == ModelUse::Reranking && reranker.isEmpty())
            reranker = card.path;
    }
    const std::scoped_lock lock(m_mutex);
    m_embedders = std::move(embedders);
    m_reranker = std::move(reranker);
}

QList<EmbedderChoice> LibraryHelpers::embedders() const
{
    const std::scoped_lock lock(m_mutex);
    return m_embedders;
}

QString LibraryHelpers::reranker() const
{
    const std::scoped_lock lock(m_mutex);
    return m_reranker;
}

QList<EmbedderChoice> joined(QList<EmbedderChoice> first, const QList<EmbedderChoice> &second)
{
    for (const EmbedderChoice &choice : second) {
        if (!std::ranges::contains(first, choice.path, &EmbedderChoice::path))
            first.append(choice);
    }
    return first;
}

} // namespace app
