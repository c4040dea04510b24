// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/collection_list_model.h"

#include <algorithm>

namespace ui {

void CollectionListModel::setService(app::CollectionService *service)
{
    if (service == m_service)
        return;
    if (m_service)
        m_service->disconnect(this);
    m_service = service;
    if (m_service)
        connect(m_service, &app::CollectionService::collectionsChanged, this, &CollectionListModel::take);
    take();
    Q_EMIT serviceChanged();
}

void CollectionListModel::setIngest(app::IngestService *ingest)
{
    if (ingest == m_ingest)
        return;
    if (m_ingest)
        m_ingest->disconnect(this);
    m_ingest = ingest;
    if (m_ingest)
        connect(m_ingest, &app::IngestService::countsChanged, this, &CollectionListModel::takeCounts);
    takeCounts();
    Q_EMIT serviceChanged();
}

void CollectionListModel::take()
{
    const QList<app::CollectionValue> values = m_service ? m_service->collections() : QList<app::CollectionValue>();
    const bool same = std::ranges::equal(values, m_rows, {}, &app::CollectionValue::id,
                                         [](const Row &row) { return row.collection.id; });
    if (same) {
        for (qsizetype i = 0; i < values.size(); ++i) {
            if (m_rows[i].collection == values[i])
                continue;
            m_rows[i].collection = values[i];
            Q_EMIT dataChanged(index(static_cast<int>(i)), index(static_cast<int>(i)), {CollectionRole});
        }
    } else {
        beginResetModel();
        m_rows.clear();
        for (const app::CollectionValue &value : values)
            m_rows.append({value, m_ingest ? m_ingest->counts(value.id) : app::CollectionCounts()});
        endResetModel();
    }
    Q_EMIT countChanged();
}

void CollectionListModel::takeCounts()
{
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        const auto counts = m_ingest ? m_ingest->counts(m_rows[i].collection.id) : app::CollectionCounts();
        if (counts == m_rows[i].counts)
            continue;
        m_rows[i].counts = counts;
        Q_EMIT dataChanged(index(static_cast<int>(i)), index(static_cast<int>(i)), {CountsRole});
    }
}

QHash<int, QByteArray> CollectionListModel::roleNames() const
{
    return {{CollectionRole, "collection"}, {CountsRole, "counts"}};
}

QVariant CollectionListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return row.collection.name;
    case CollectionRole:
        return QVariant::fromValue(row.collection);
    case CountsRole:
        return QVariant::fromValue(row.counts);
    default:
        return {};
    }
}

} // namespace ui
