// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/header_model.h"

#include <algorithm>

namespace ui {

namespace {

constexpr qsizetype kPreview = 300;
constexpr qsizetype kWhole = 60'000; ///< characters of a text that an opened row shows
constexpr qint64 kElements = 200;    ///< of an array, each time

QString onOneLine(QString text)
{
    text.replace(u'\n', u' ');
    return text;
}

} // namespace

void HeaderModel::setInspector(app::ModelInspector *inspector)
{
    if (inspector == m_inspector)
        return;
    if (m_inspector)
        m_inspector->disconnect(this);
    m_inspector = inspector;
    if (inspector != nullptr) {
        connect(inspector, &app::ModelInspector::phaseChanged, this, &HeaderModel::take);
        connect(inspector, &app::ModelInspector::elementsRead, this, &HeaderModel::onElements);
    }
    take();
    Q_EMIT inspectorChanged();
}

void HeaderModel::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    take();
    Q_EMIT filterChanged();
}

int HeaderModel::total() const
{
    return m_inspector ? static_cast<int>(m_inspector->entries().size()) : 0;
}

void HeaderModel::take()
{
    beginResetModel();
    m_rows.clear();
    const QString wanted = m_filter.trimmed();
    for (qsizetype i = 0; i < total(); ++i) {
        const app::HeaderEntryValue &entry = m_inspector->entries().at(i);
        if (wanted.isEmpty() || entry.key.contains(wanted, Qt::CaseInsensitive) ||
            entry.text.contains(wanted, Qt::CaseInsensitive))
            m_rows.append({.entry = i});
    }
    endResetModel();
    Q_EMIT countChanged();
}

const app::HeaderEntryValue &HeaderModel::entryOf(const Row &row) const
{
    return m_inspector->entries().at(row.entry);
}

QString HeaderModel::whole(const Row &row) const
{
    const app::HeaderEntryValue &entry = entryOf(row);
    if (!entry.isArray)
        return entry.text.first(std::min(entry.text.size(), kWhole));
    // As wide as the last number will be: what is read already does not move when more comes.
    const int digits = static_cast<int>(QString::number(entry.elements - 1).size());
    QString text;
    for (qsizetype i = 0; i < row.elements.size(); ++i)
        text += QStringLiteral("%1  %2\n").arg(i, digits).arg(onOneLine(row.elements.at(i)));
    text.chop(1);
    return text;
}

qint64 HeaderModel::more(const Row &row) const
{
    const app::HeaderEntryValue &entry = entryOf(row);
    return entry.isArray ? entry.elements - row.elements.size() : std::max<qint64>(0, entry.text.size() - kWhole);
}

QVariant HeaderModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid) || !m_inspector)
        return {};
    const Row &row = m_rows[index.row()];
    const app::HeaderEntryValue &entry = entryOf(row);
    switch (role) {
    case EntryRole:
        return QVariant::fromValue(entry);
    case PreviewRole:
        return onOneLine(entry.text.first(std::min(entry.text.size(), kPreview)));
    case LongRole:
        return entry.isArray ? entry.elements > 0 : entry.text.size() > 60 || entry.text.contains(u'\n');
    case OpenRole:
        return row.open;
    case WholeRole:
        return row.open ? whole(row) : QString();
    case MoreRole:
        return row.open ? more(row) : 0;
    case Qt::DisplayRole:
        return entry.key;
    default:
        return {};
    }
}

QHash<int, QByteArray> HeaderModel::roleNames() const
{
    return {{EntryRole, "entry"}, {PreviewRole, "preview"}, {LongRole, "openable"},
            {OpenRole, "open"},   {WholeRole, "whole"},     {MoreRole, "more"}};
}

void HeaderModel::toggle(int row)
{
    if (row < 0 || row >= count() || !data(index(row), LongRole).toBool())
        return;
    Row &shown = m_rows[row];
    shown.open = !shown.open;
    Q_EMIT dataChanged(index(row), index(row), {OpenRole, WholeRole, MoreRole});
    if (shown.open && entryOf(shown).isArray && shown.elements.isEmpty())
        readMore(row);
}

void HeaderModel::readMore(int row)
{
    if (row < 0 || row >= count() || !m_inspector)
        return;
    const Row &shown = m_rows.at(row);
    if (entryOf(shown).isArray)
        m_inspector->readElements(shown.entry, shown.elements.size(), kElements);
}

void HeaderModel::onElements(qsizetype entry, qint64 first, const QStringList &texts)
{
    const auto row = std::ranges::find(m_rows, entry, &Row::entry);
    if (row == m_rows.end() || row->elements.size() != first)
        return;
    row->elements += texts;
    const QModelIndex changed = index(static_cast<int>(row - m_rows.begin()));
    Q_EMIT dataChanged(changed, changed, {WholeRole, MoreRole});
}

QString HeaderModel::copyText(int row) const
{
    if (row < 0 || row >= count())
        return {};
    const Row &shown = m_rows.at(row);
    return shown.open && entryOf(shown).isArray ? whole(shown) : entryOf(shown).text;
}

} // namespace ui
