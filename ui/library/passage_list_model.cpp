// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/passage_list_model.h"

#include "ui/library/library_words.h"

namespace ui {

void PassageListModel::setFinder(app::PassageFinder *finder)
{
    if (finder == m_finder)
        return;
    if (m_finder)
        m_finder->disconnect(this);
    m_finder = finder;
    if (m_finder) {
        connect(m_finder, &app::PassageFinder::found, this,
                [this](const QString &question, const QList<app::FoundPassage> &passages, bool byMeaning) {
                    if (question == m_question)
                        show(passages, byMeaning, {});
                });
        connect(m_finder, &app::PassageFinder::failed, this, [this](const app::Failure &failure) {
            if (m_waiting)
                show({}, false, failure.sentence());
        });
    }
    search();
    Q_EMIT finderChanged();
}

void PassageListModel::setCollection(app::CollectionId collection)
{
    if (collection == m_collection)
        return;
    m_collection = collection;
    search();
    Q_EMIT collectionChanged();
}

void PassageListModel::setQuestion(const QString &question)
{
    const QString asked = question.trimmed();
    if (asked == m_question)
        return;
    m_question = asked;
    search();
    Q_EMIT questionChanged();
}

void PassageListModel::setFilter(const app::DocumentFilter &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    search();
    Q_EMIT filterChanged();
}

void PassageListModel::search()
{
    if (m_question.isEmpty()) {
        show({}, false, {});
    } else if (m_finder) {
        setWaiting(true);
        m_finder->search(m_question, m_collection, kMost, m_filter);
    }
}

void PassageListModel::show(const QList<app::FoundPassage> &rows, bool byMeaning, const QString &trouble)
{
    beginResetModel();
    m_rows = rows;
    endResetModel();
    m_byMeaning = byMeaning;
    m_trouble = trouble;
    setWaiting(false);
    Q_EMIT countChanged();
}

void PassageListModel::setWaiting(bool waiting)
{
    if (waiting == m_waiting)
        return;
    m_waiting = waiting;
    Q_EMIT waitingChanged();
}

QHash<int, QByteArray> PassageListModel::roleNames() const
{
    return {{NameRole, "name"},       {PathRole, "path"}, {WhereRole, "where"},
            {HeadingRole, "heading"}, {TextRole, "text"}, {WhyRole, "why"}};
}

QVariant PassageListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const app::FoundPassage &row = m_rows[index.row()];
    switch (role) {
    case NameRole:
        return row.name;
    case PathRole:
        return row.path;
    case WhereRole:
        return LibraryWords().whereIs(row);
    case HeadingRole:
        return row.heading;
    case TextRole:
    case Qt::DisplayRole:
        return row.text;
    case WhyRole:
        return LibraryWords().why(row);
    default:
        return {};
    }
}

} // namespace ui
