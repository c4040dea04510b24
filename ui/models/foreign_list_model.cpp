// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/foreign_list_model.h"

#include "ui/models/model_words.h"

#include <algorithm>

namespace ui {

namespace {

bool canLink(const app::ForeignModel &model)
{
    return model.isComplete() && !model.listed && !model.path.isEmpty();
}

} // namespace

ForeignRow foreignRow(const app::ForeignModel &model)
{
    const ModelWords words;
    QStringList facts{model.sizeLabel, model.quantization, model.bytes > 0 ? words.size(model.bytes) : QString()};
    if (model.isComplete() && model.purpose != app::ModelUse::Chat)
        facts.append(words.purpose(model.purpose));
    facts.removeAll(QString());
    ForeignRow row{.name = model.name,
                   .program = model.program,
                   .facts = facts.join(QStringLiteral(" · ")),
                   .standing = {},
                   .canLink = canLink(model),
                   .listed = model.listed};
    if (model.listed)
        row.standing = ModelWords::tr("on your list");
    else if (!model.isComplete())
        row.standing = model.failure.title;
    return row;
}

void ForeignListModel::setSearch(app::ForeignModels *search)
{
    if (search == m_search)
        return;
    if (m_search)
        m_search->disconnect(this);
    m_search = search;
    if (search != nullptr)
        connect(search, &app::ForeignModels::modelsChanged, this, &ForeignListModel::take);
    take();
    Q_EMIT searchChanged();
}

void ForeignListModel::take()
{
    beginResetModel();
    m_models = m_search ? m_search->models() : QList<app::ForeignModel>();
    const auto isGone = [this](const QString &path) {
        return std::ranges::none_of(
            m_models, [&](const app::ForeignModel &model) { return model.path == path && canLink(model); });
    };
    m_selected.removeIf(isGone);
    endResetModel();
    Q_EMIT countChanged();
    Q_EMIT selectionChanged();
}

QVariant ForeignListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const app::ForeignModel &model = m_models[index.row()];
    switch (role) {
    case RowRole:
        return QVariant::fromValue(foreignRow(model));
    case SelectedRole:
        return m_selected.contains(model.path);
    case ProgramRole:
        return model.program;
    case Qt::DisplayRole:
        return model.name;
    default:
        return {};
    }
}

QHash<int, QByteArray> ForeignListModel::roleNames() const
{
    return {{RowRole, "row"}, {SelectedRole, "selected"}, {ProgramRole, "program"}};
}

void ForeignListModel::toggle(int row)
{
    if (row < 0 || row >= count() || !canLink(m_models[row]))
        return;
    const QString path = m_models[row].path;
    if (!m_selected.remove(path))
        m_selected.insert(path);
    Q_EMIT dataChanged(index(row), index(row), {SelectedRole});
    Q_EMIT selectionChanged();
}

void ForeignListModel::link()
{
    if (!m_search)
        return;
    // In the order of the list; each adoption may change the list under our hands.
    const QList<app::ForeignModel> models = m_models;
    const QSet<QString> chosen = m_selected;
    for (const app::ForeignModel &model : models) {
        if (chosen.contains(model.path))
            m_search->adopt(model.path);
    }
}

} // namespace ui
