// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_shelf.h"

#include "ui/services/model_name.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace ui {

void ModelShelf::setService(app::ModelService *service)
{
    if (service == m_service)
        return;
    if (m_service)
        m_service->disconnect(this);
    m_service = service;
    if (service != nullptr) {
        connect(service, &app::ModelService::modelsChanged, this, &ModelShelf::take);
        connect(service, &app::ModelService::chosenChanged, this, &ModelShelf::touch);
    }
    take();
    Q_EMIT serviceChanged();
}

void ModelShelf::setLibrary(app::ModelLibrary *library)
{
    if (library == m_library)
        return;
    if (m_library)
        m_library->disconnect(this);
    m_library = library;
    if (library != nullptr)
        connect(library, &app::ModelLibrary::adaptersChanged, this, &ModelShelf::take);
    take();
    Q_EMIT libraryChanged();
}

void ModelShelf::setAssistants(app::AssistantService *assistants)
{
    if (assistants == m_assistants)
        return;
    if (m_assistants)
        m_assistants->disconnect(this);
    m_assistants = assistants;
    if (assistants != nullptr)
        connect(assistants, &app::AssistantService::assistantsChanged, this, &ModelShelf::touch);
    touch();
    Q_EMIT assistantsChanged();
}

void ModelShelf::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    sift();
    Q_EMIT filterChanged();
}

quint64 ModelShelf::totalBytes() const
{
    return std::accumulate(m_cards.begin(), m_cards.end(), quint64{0},
                           [](quint64 sum, const Entry &entry) { return sum + entry.card.fileBytes; });
}

QString ModelShelf::nameOf(const app::ModelCard &card)
{
    QString &name = m_names[card.path + u'\n' + card.name];
    if (name.isEmpty())
        name = modelName(card);
    return name;
}

void ModelShelf::take()
{
    QList<Entry> entries;
    const QList<app::ModelCard> cards = m_service ? m_service->models() : QList<app::ModelCard>();
    entries.reserve(cards.size());
    for (const app::ModelCard &card : cards)
        entries.append({.card = card, .name = nameOf(card), .group = groupOf(card), .adapter = {}});
    const QList<app::AdapterCard> adapters = m_library ? m_library->adapters() : QList<app::AdapterCard>();
    for (const app::AdapterCard &adapter : adapters) {
        Entry entry{.card = {}, .name = adapter.name, .group = ModelGroup::Adapter, .adapter = adapter};
        entry.card.id = adapter.id;
        entry.card.license = adapter.license;
        entry.card.fileBytes = adapter.fileBytes;
        entries.append(std::move(entry));
    }
    std::ranges::stable_sort(entries, [](const Entry &left, const Entry &right) {
        if (left.group != right.group)
            return left.group < right.group;
        return left.name.compare(right.name, Qt::CaseInsensitive) < 0;
    });
    if (entries == m_cards)
        return;
    // Where the same models stand in the same places, rows change and the reader's position stays.
    const bool isSameList = std::ranges::equal(entries, m_cards, [](const Entry &left, const Entry &right) {
        return left.card.id == right.card.id && left.group == right.group;
    });
    m_cards = std::move(entries);
    if (isSameList) {
        touch();
        return;
    }
    sift();
}

void ModelShelf::sift()
{
    beginResetModel();
    m_shown.clear();
    std::set<ModelGroup> groups;
    for (qsizetype i = 0; i < m_cards.size(); ++i) {
        if (!passes(m_cards[i]))
            continue;
        m_shown.append(i);
        groups.insert(m_cards[i].group);
    }
    m_grouped = groups.size() > 1;
    endResetModel();
    Q_EMIT countChanged();
    Q_EMIT rowsChanged();
}

void ModelShelf::touch()
{
    if (count() > 0)
        Q_EMIT dataChanged(index(0), index(count() - 1), {RowRole});
    Q_EMIT rowsChanged();
}

bool ModelShelf::passes(const Entry &entry) const
{
    const QStringList words = m_filter.split(u' ', Qt::SkipEmptyParts);
    return std::ranges::all_of(words, [&](const QString &word) {
        const auto has = [&](const QString &text) { return text.contains(word, Qt::CaseInsensitive); };
        return has(entry.name) || has(entry.card.name) || has(entry.card.quantization) || has(entry.card.license);
    });
}

QStringList ModelShelf::namesOf(const QStringList &ids) const
{
    QStringList names;
    for (const Entry &entry : m_cards) {
        if (ids.contains(entry.card.id))
            names.append(entry.name);
    }
    return names;
}

ModelRow ModelShelf::rowOf(const Entry &entry) const
{
    if (entry.group == ModelGroup::Adapter)
        return adapterRow(entry.adapter, namesOf(entry.adapter.fits));
    ModelTies ties{.users = {}, .duplicates = namesOf(entry.card.duplicates)};
    const QList<app::AssistantValue> assistants =
        m_assistants ? m_assistants->assistants() : QList<app::AssistantValue>();
    for (const app::AssistantValue &assistant : assistants) {
        if (assistant.modelId == entry.card.id)
            ties.users.append(assistant.name);
    }
    ModelRow row = modelRow(entry.card, entry.name, ties);
    row.chosen = m_service && entry.card.id == m_service->chosenId();
    return row;
}

ModelRow ModelShelf::find(const QString &id) const
{
    const auto found = std::ranges::find_if(m_cards, [&](const Entry &entry) { return entry.card.id == id; });
    return found == m_cards.cend() ? ModelRow() : rowOf(*found);
}

QVariant ModelShelf::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Entry &entry = m_cards[m_shown[index.row()]];
    switch (role) {
    case RowRole:
        return QVariant::fromValue(rowOf(entry));
    case GroupRole:
        return m_grouped ? headingOf(entry.group) : QString();
    case Qt::DisplayRole:
        return entry.name;
    default:
        return {};
    }
}

QHash<int, QByteArray> ModelShelf::roleNames() const
{
    return {{RowRole, "row"}, {GroupRole, "group"}};
}

} // namespace ui
