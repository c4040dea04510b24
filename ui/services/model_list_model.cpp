// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/services/model_list_model.h"

#include "ui/services/model_name.h"

#include <algorithm>

namespace ui {

void ModelListModel::setService(app::ModelService *service)
{
    if (service == m_service)
        return;
    if (m_service)
        m_service->disconnect(this);
    m_service = service;
    if (service != nullptr)
        connect(service, &app::ModelService::modelsChanged, this, &ModelListModel::take);
    if (service != nullptr) {
        connect(service, &app::ModelService::chosenChanged, this, [this] {
            if (count() > 0)
                Q_EMIT dataChanged(index(0), index(count() - 1), {ChosenRole});
        });
    }
    take();
    Q_EMIT serviceChanged();
}

void ModelListModel::take()
{
    QList<Row> rows;
    const QList<app::ModelCard> cards = m_service ? m_service->models() : QList<app::ModelCard>();
    for (const app::ModelCard &card : cards) {
        if (card.purpose != app::ModelUse::Chat)
            continue;
        Row row{.card = card, .statedName = {}};
        row.card.name = modelName(card);
        if (row.card.name != card.name)
            row.statedName = card.name;
        rows.append(std::move(row));
    }
    std::ranges::stable_sort(rows, [](const Row &left, const Row &right) {
        if (left.card.usable != right.card.usable)
            return left.card.usable;
        return left.card.name.compare(right.card.name, Qt::CaseInsensitive) < 0;
    });
    if (rows.size() == m_rows.size()) {
        m_rows = std::move(rows);
        if (!m_rows.isEmpty())
            Q_EMIT dataChanged(index(0), index(count() - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
    Q_EMIT countChanged();
}

QVariant ModelListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[index.row()];
    switch (role) {
    case ValueRole:
        return QVariant::fromValue(row.card);
    case ChosenRole:
        return m_service && row.card.id == m_service->chosenId();
    case StatedNameRole:
        return row.statedName;
    case Qt::DisplayRole:
        return row.card.name;
    default:
        return {};
    }
}

app::ModelCard ModelListModel::card(const QString &id) const
{
    const auto found = std::ranges::find_if(m_rows, [&](const Row &row) { return row.card.id == id; });
    return found == m_rows.cend() ? app::ModelCard() : found->card;
}

QHash<int, QByteArray> ModelListModel::roleNames() const
{
    return {{ValueRole, "value"}, {ChosenRole, "chosen"}, {StatedNameRole, "statedName"}};
}

} // namespace ui
