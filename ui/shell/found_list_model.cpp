// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/found_list_model.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace ui {

namespace {

/// Marks of Markdown say nothing in one line of an excerpt.
QString withoutMarks(QString excerpt)
{
    return excerpt.remove(QStringLiteral("**")).remove(u'`');
}

} // namespace

void FoundListModel::setService(app::ConversationService *service)
{
    if (service == m_service)
        return;
    if (m_service)
        m_service->disconnect(this);
    m_service = service;
    connectSource();
    Q_EMIT serviceChanged();
}

void FoundListModel::setSource(Source source)
{
    if (source == m_source)
        return;
    m_source = source;
    if (m_service)
        m_service->disconnect(this);
    connectSource();
    Q_EMIT sourceChanged();
}

void FoundListModel::connectSource()
{
    if (!m_service)
        return;
    if (m_source == Trash) {
        connect(m_service, &app::ConversationService::trashLoaded, this,
                [this](const QList<app::ConversationSummary> &found) {
                    QList<Row> rows;
                    for (const auto &row : found)
                        rows.append({.id = row.id, .title = row.title, .excerpt = {}, .when = row.trashedAt});
                    show(std::move(rows));
                });
        setWaiting(true);
        m_service->loadTrash();
        return;
    }
    connect(m_service, &app::ConversationService::searchFinished, this,
            [this](const QString &query, const QList<app::SearchHit> &hits) {
                if (query != m_query)
                    return;
                QList<Row> rows;
                // One row for a conversation, with the first of its messages that matched.
                for (const auto &hit : hits) {
                    const QString excerpt = hit.message.isValid() ? withoutMarks(hit.excerpt) : QString();
                    const auto known = std::ranges::find(rows, hit.conversation, &Row::id);
                    if (known == rows.end())
                        rows.append(
                            {.id = hit.conversation, .title = hit.title, .excerpt = excerpt, .when = hit.updatedAt});
                    else if (known->excerpt.isEmpty())
                        known->excerpt = excerpt;
                }
                show(std::move(rows));
            });
}

void FoundListModel::setQuery(const QString &query)
{
    if (query == m_query)
        return;
    m_query = query;
    Q_EMIT queryChanged();
    if (query.trimmed().isEmpty()) {
        show({});
    } else if (m_service) {
        setWaiting(true);
        m_service->search(query);
    }
}

void FoundListModel::show(QList<Row> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    setWaiting(false);
    Q_EMIT countChanged();
}

void FoundListModel::setWaiting(bool waiting)
{
    if (waiting == m_waiting)
        return;
    m_waiting = waiting;
    Q_EMIT waitingChanged();
}

QHash<int, QByteArray> FoundListModel::roleNames() const
{
    return {{ConversationRole, "conversation"}, {TitleRole, "title"}, {ExcerptRole, "excerpt"}, {WhenRole, "when"}};
}

QVariant FoundListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[index.row()];
    switch (role) {
    case ConversationRole:
        return QVariant::fromValue(row.id);
    case TitleRole:
    case Qt::DisplayRole:
        return row.title.isEmpty() ? tr("New chat") : row.title;
    case ExcerptRole:
        return row.excerpt;
    case WhenRole:
        return QLocale().toString(row.when.toLocalTime().date(), QLocale::ShortFormat);
    default:
        return {};
    }
}

app::ConversationId FoundListModel::conversationAt(int row) const
{
    return row >= 0 && row < count() ? m_rows[row].id : app::ConversationId();
}

} // namespace ui
