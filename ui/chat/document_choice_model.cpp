// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/document_choice_model.h"

#include "ui/chat/attachment_words.h"

#include <algorithm>

namespace ui {

void DocumentChoiceModel::setFinder(app::DocumentFinder *finder)
{
    if (finder == m_finder)
        return;
    if (m_finder)
        m_finder->disconnect(this);
    m_finder = finder;
    if (m_finder) {
        connect(m_finder, &app::DocumentFinder::found, this,
                [this](const QString &typed, const QList<app::DocumentChoice> &choices) {
                    if (m_active && typed == m_query)
                        show(choices);
                });
    }
    look();
    Q_EMIT servicesChanged();
}

void DocumentChoiceModel::setChat(app::ChatService *chat)
{
    if (chat == m_chat)
        return;
    if (m_chat)
        m_chat->disconnect(this);
    m_chat = chat;
    if (m_chat) {
        connect(m_chat, &app::ChatService::documentsChanged, this, [this] {
            if (count() > 0)
                Q_EMIT dataChanged(index(0), index(count() - 1), {AttachedRole});
        });
    }
    Q_EMIT servicesChanged();
}

void DocumentChoiceModel::setIngest(app::IngestService *ingest)
{
    if (ingest == m_ingest)
        return;
    if (m_ingest)
        m_ingest->disconnect(this);
    m_ingest = ingest;
    if (m_ingest) {
        connect(m_ingest, &app::IngestService::countsChanged, this, [this] {
            if (count() > 0)
                Q_EMIT dataChanged(index(0), index(count() - 1), {NoteRole});
        });
    }
    Q_EMIT servicesChanged();
}

void DocumentChoiceModel::setActive(bool active)
{
    if (active == m_active)
        return;
    m_active = active;
    look();
    Q_EMIT queryChanged();
}

void DocumentChoiceModel::setQuery(const QString &query)
{
    if (query == m_query)
        return;
    m_query = query;
    look();
    Q_EMIT queryChanged();
}

void DocumentChoiceModel::look()
{
    m_settled = false;
    if (!m_active || !m_finder) {
        show({});
        m_settled = false;
        return;
    }
    m_finder->find(m_query);
}

void DocumentChoiceModel::show(const QList<app::DocumentChoice> &choices)
{
    m_settled = true;
    // The same rows stay: the one that is chosen must not change under the hand.
    if (choices != m_rows) {
        beginResetModel();
        m_rows = choices;
        endResetModel();
    }
    Q_EMIT countChanged();
}

void DocumentChoiceModel::attach(int row)
{
    if (m_chat && row >= 0 && row < count())
        m_chat->attachCollection(m_rows[row].collectionUuid, m_rows[row].path);
}

QHash<int, QByteArray> DocumentChoiceModel::roleNames() const
{
    return {{NameRole, "name"},
            {IconRole, "iconName"},
            {NoteRole, "note"},
            {GroupRole, "group"},
            {AttachedRole, "attached"}};
}

QVariant DocumentChoiceModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const app::DocumentChoice &choice = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return choice.name;
    case IconRole:
        return choice.isCollection() ? QStringLiteral("folder") : QStringLiteral("document");
    case NoteRole:
        if (!choice.isCollection())
            return tr("in %1").arg(choice.collectionName);
        return m_ingest ? AttachmentWords::counts(m_ingest->countsOf(choice.collectionUuid)) : QString();
    case GroupRole:
        return choice.isCollection() ? tr("Collections") : tr("Files");
    case AttachedRole:
        return m_chat && std::ranges::any_of(m_chat->documents(), [&](const app::DocumentValue &document) {
                   return document.collectionUuid == choice.collectionUuid && document.path == choice.path;
               });
    default:
        return {};
    }
}

} // namespace ui
