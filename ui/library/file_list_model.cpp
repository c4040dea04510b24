// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/file_list_model.h"

#include <QLocale>

#include <algorithm>
#include <utility>

namespace ui {

using app::FileCondition;

void FileListModel::setIngest(app::IngestService *ingest)
{
    if (ingest == m_ingest)
        return;
    if (m_ingest)
        m_ingest->disconnect(this);
    m_ingest = ingest;
    if (m_ingest) {
        connect(m_ingest, &app::IngestService::filesLoaded, this,
                [this](app::CollectionId id, const QList<app::FileValue> &files) {
                    if (id == m_collection)
                        show(files);
                });
        connect(m_ingest, &app::IngestService::filesChanged, this, &FileListModel::change);
        connect(m_ingest, &app::IngestService::listChanged, this, [this](app::CollectionId id) {
            if (id == m_collection && !m_waiting)
                load();
        });
        connect(m_ingest, &app::IngestService::embedderChanged, this, &FileListModel::load);
        connect(m_ingest, &app::IngestService::readingChanged, this, [this] {
            if (count() > 0)
                Q_EMIT dataChanged(index(0), index(count() - 1), {CurrentRole});
        });
    }
    load();
    Q_EMIT ingestChanged();
}

void FileListModel::setCollection(app::CollectionId collection)
{
    if (collection == m_collection)
        return;
    m_collection = collection;
    show({});
    load();
    Q_EMIT collectionChanged();
}

void FileListModel::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    sift();
    Q_EMIT filterChanged();
}

void FileListModel::setOnlyTroubled(bool only)
{
    if (only == m_onlyTroubled)
        return;
    m_onlyTroubled = only;
    sift();
    Q_EMIT filterChanged();
}

void FileListModel::load()
{
    if (!m_ingest || !m_collection.isValid())
        return;
    setWaiting(true);
    m_ingest->loadFiles(m_collection);
}

void FileListModel::setWaiting(bool waiting)
{
    if (waiting == m_waiting)
        return;
    m_waiting = waiting;
    Q_EMIT waitingChanged();
}

bool FileListModel::passes(const app::FileValue &file) const
{
    if (m_onlyTroubled && (file.condition == FileCondition::Ready || file.condition == FileCondition::WordsOnly ||
                           file.condition == FileCondition::Waiting || file.condition == FileCondition::Found ||
                           file.condition == FileCondition::Reading))
        return false;
    return m_filter.isEmpty() || file.path.contains(m_filter, Qt::CaseInsensitive);
}

void FileListModel::show(const QList<app::FileValue> &files)
{
    const bool same = std::ranges::equal(files, m_files, {}, &app::FileValue::id, &app::FileValue::id);
    if (same) {
        // The reader's place stays.
        change(files);
    } else {
        m_files = files;
        sift();
        QSet<qint64> left;
        for (const app::FileValue &file : files) {
            if (m_selected.contains(file.id))
                left.insert(file.id);
        }
        select(left);
        countLeftOut();
    }
    setWaiting(false);
}

void FileListModel::sift()
{
    QList<qsizetype> shown;
    for (qsizetype i = 0; i < m_files.size(); ++i) {
        if (passes(m_files[i]))
            shown.append(i);
    }
    beginResetModel();
    m_shown = shown;
    endResetModel();
    Q_EMIT countChanged();
}

void FileListModel::change(const QList<app::FileValue> &files)
{
    QHash<qint64, const app::FileValue *> news;
    for (const app::FileValue &file : files)
        news.insert(file.id, &file);
    bool isOther = false;
    for (qsizetype i = 0; i < m_files.size(); ++i) {
        const app::FileValue *other = news.value(m_files[i].id);
        if (other == nullptr || *other == m_files[i])
            continue;
        m_files[i] = *other;
        const qsizetype row = m_shown.indexOf(i);
        isOther = isOther || passes(*other) != (row >= 0);
        if (row >= 0)
            Q_EMIT dataChanged(index(static_cast<int>(row)), index(static_cast<int>(row)), {FileRole, CurrentRole});
    }
    if (isOther)
        sift();
    countLeftOut();
}

void FileListModel::countLeftOut()
{
    const auto now = static_cast<int>(std::ranges::count(m_files, FileCondition::Stopped, &app::FileValue::condition));
    if (now == m_leftOut)
        return;
    m_leftOut = now;
    Q_EMIT leftOutChanged();
}

QHash<int, QByteArray> FileListModel::roleNames() const
{
    return {{FileRole, "file"}, {CurrentRole, "current"}, {SelectedRole, "selected"}};
}

QVariant FileListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const app::FileValue &file = m_files[m_shown[index.row()]];
    switch (role) {
    case Qt::DisplayRole:
        return file.name;
    case FileRole:
        return QVariant::fromValue(file);
    case CurrentRole: {
        const auto reading = m_ingest ? m_ingest->reading() : QList<app::IngestService::Current>();
        const auto current = std::ranges::find(reading, file.path, &app::IngestService::Current::path);
        return current != reading.end() && current->total > 0
                   ? tr("%1 of %2").arg(QLocale().toString(current->done), QLocale().toString(current->total))
                   : QString();
    }
    case SelectedRole:
        return m_selected.contains(file.id);
    default:
        return {};
    }
}

void FileListModel::select(QSet<qint64> ids)
{
    if (ids == m_selected)
        return;
    m_selected = std::move(ids);
    if (count() > 0)
        Q_EMIT dataChanged(index(0), index(count() - 1), {SelectedRole});
    Q_EMIT selectionChanged();
}

void FileListModel::toggle(int row)
{
    if (row < 0 || row >= count())
        return;
    m_anchor = row;
    QSet<qint64> ids = m_selected;
    const qint64 id = fileAt(row).id;
    if (!ids.remove(id))
        ids.insert(id);
    select(std::move(ids));
}

void FileListModel::selectThrough(int row)
{
    if (row < 0 || row >= count())
        return;
    QSet<qint64> ids = m_selected;
    const int anchor = std::min(m_anchor, count() - 1);
    for (int i = std::min(anchor, row); i <= std::max(anchor, row); ++i)
        ids.insert(fileAt(i).id);
    select(std::move(ids));
}

void FileListModel::selectAll()
{
    QSet<qint64> ids = m_selected;
    for (int i = 0; i < count(); ++i)
        ids.insert(fileAt(i).id);
    select(std::move(ids));
}

void FileListModel::clearSelection()
{
    select({});
}

QStringList FileListModel::selectedPaths() const
{
    QStringList paths;
    for (const app::FileValue &file : m_files) {
        if (m_selected.contains(file.id))
            paths += file.path;
    }
    return paths;
}

app::FileValue FileListModel::fileAt(int row) const
{
    return row >= 0 && row < count() ? m_files[m_shown[row]] : app::FileValue();
}

} // namespace ui
