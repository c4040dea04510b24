// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/passage_finder.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The passages that answer a question, the best first.
class PassageListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::PassageFinder *finder READ finder WRITE setFinder NOTIFY finderChanged FINAL)
    Q_PROPERTY(app::CollectionId collection READ collection WRITE setCollection NOTIFY collectionChanged FINAL)
    /// Documents of that kind alone, changed since then alone.
    Q_PROPERTY(app::DocumentKind kind READ kind WRITE setKind NOTIFY filterChanged FINAL)
    Q_PROPERTY(app::DocumentAge age READ age WRITE setAge NOTIFY filterChanged FINAL)
    Q_PROPERTY(QString question READ question WRITE setQuestion NOTIFY questionChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// The rows are not those of the present question yet.
    Q_PROPERTY(bool waiting READ isWaiting NOTIFY waitingChanged FINAL)
    /// The rows are found by their meaning too.
    Q_PROPERTY(bool byMeaning READ isByMeaning NOTIFY countChanged FINAL)
    /// Why nothing could be looked for; usually empty.
    Q_PROPERTY(QString trouble READ trouble NOTIFY countChanged FINAL)
public:
    enum Role {
        NameRole = Qt::UserRole + 1, ///< the file's, named "name"
        PathRole,
        WhereRole,   ///< "Lease.pdf · page 12"
        HeadingRole, ///< may be empty
        TextRole,    ///< the passage, plain
        WhyRole,     ///< "no. 1 by words · no. 3 by meaning"
    };
    static constexpr qint32 kMost = 20; ///< passages

    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::PassageFinder *finder() const { return m_finder; }
    void setFinder(app::PassageFinder *finder);
    [[nodiscard]] app::CollectionId collection() const { return m_collection; }
    void setCollection(app::CollectionId collection);
    [[nodiscard]] app::DocumentKind kind() const { return m_filter.kind; }
    void setKind(app::DocumentKind kind) { setFilter({kind, m_filter.age}); }
    [[nodiscard]] app::DocumentAge age() const { return m_filter.age; }
    void setAge(app::DocumentAge age) { setFilter({m_filter.kind, age}); }
    [[nodiscard]] QString question() const { return m_question; }
    /// Searches; an empty question empties the list.
    void setQuestion(const QString &question);
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] bool isWaiting() const { return m_waiting; }
    [[nodiscard]] bool isByMeaning() const { return m_byMeaning; }
    [[nodiscard]] QString trouble() const { return m_trouble; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void finderChanged();
    void collectionChanged();
    void filterChanged();
    void questionChanged();
    void countChanged();
    void waitingChanged();

private:
    void setFilter(const app::DocumentFilter &filter);
    void search();
    void show(const QList<app::FoundPassage> &rows, bool byMeaning, const QString &trouble);
    void setWaiting(bool waiting);

    QPointer<app::PassageFinder> m_finder;
    app::CollectionId m_collection;
    app::DocumentFilter m_filter;
    QString m_question;
    QList<app::FoundPassage> m_rows;
    QString m_trouble;
    bool m_byMeaning = false;
    bool m_waiting = false;
};

} // namespace ui
