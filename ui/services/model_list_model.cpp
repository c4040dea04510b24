// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/services/model_list_model.h"

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
    const QList<app::ModelCard> values = m_service ? m_service->models() : QList<app::ModelCard>();
    if (values.size() == m_values.size()) {
        m_values = values;
        if (!values.isEmpty())
            Q_EMIT dataChanged(index(0), index(count() - 1));
        return;
    }
    beginResetModel();
    m_values = values;
    endResetModel();
    Q_EMIT countChanged();
}

QVariant ModelListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const app::ModelCard &value = m_values[index.row()];
    if (role == ValueRole)
        return QVariant::fromValue(value);
    if (role == ChosenRole)
        return m_service && value.id == m_service->chosenId();
    return {};
}

app::ModelCard ModelListModel::card(const QString &id) const
{
    const auto found = std::find_if(m_values.cbegin(), m_values.cend(), [&](const app::ModelCard &card) { return card.id == id; });
    return found == m_values.cend() ? app::ModelCard() : *found;
}

QHash<int, QByteArray> ModelListModel::roleNames() const { return {{ValueRole, "value"}, {ChosenRole, "chosen"}}; }

} // namespace ui
