// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ingest_service.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QSet>
#include <QStringList>
#include <qqmlregistration.h>

namespace ui {

/// The files of one collection, by path, as they stand.
class FileListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::IngestService *ingest READ ingest WRITE setIngest NOTIFY ingestChanged FINAL)
    Q_PROPERTY(app::CollectionId collection READ collection WRITE setCollection NOTIFY collectionChanged FINAL)
    /// Only files whose path holds these letters.
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    /// Only files of which not all was read.
    Q_PROPERTY(bool onlyTroubled READ isOnlyTroubled WRITE setOnlyTroubled NOTIFY filterChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// Files that the user left out, whatever the filter.
    Q_PROPERTY(int leftOut READ leftOut NOTIFY leftOutChanged FINAL)
    /// Files of the collection, whatever the filter.
    Q_PROPERTY(int total READ total NOTIFY countChanged FINAL)
    /// Files that were chosen to do something with all of them; those that are filtered away stay chosen.
    Q_PROPERTY(int selectedCount READ selectedCount NOTIFY selectionChanged FINAL)
    /// The rows are not those of the present collection yet.
    Q_PROPERTY(bool waiting READ isWaiting NOTIFY waitingChanged FINAL)
public:
    enum Role {
        FileRole = Qt::UserRole + 1, ///< app::FileValue
        CurrentRole,                 ///< "page 41 of 96" while it is read, else empty
        SelectedRole,                ///< bool
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::IngestService *ingest() const { return m_ingest; }
    void setIngest(app::IngestService *ingest);
    [[nodiscard]] app::CollectionId collection() const { return m_collection; }
    void setCollection(app::CollectionId collection);
    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    [[nodiscard]] bool isOnlyTroubled() const { return m_onlyTroubled; }
    void setOnlyTroubled(bool only);
    [[nodiscard]] int count() const { return static_cast<int>(m_shown.size()); }
    [[nodiscard]] int leftOut() const { return m_leftOut; }
    [[nodiscard]] int total() const { return static_cast<int>(m_files.size()); }
    [[nodiscard]] bool isWaiting() const { return m_waiting; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
    [[nodiscard]] Q_INVOKABLE app::FileValue fileAt(int row) const;

    [[nodiscard]] int selectedCount() const { return static_cast<int>(m_selected.size()); }
    /// Chooses a row, or no longer.
    Q_INVOKABLE void toggle(int row);
    /// Chooses all rows from the one that was toggled last.
    Q_INVOKABLE void selectThrough(int row);
    Q_INVOKABLE void selectAll();
    Q_INVOKABLE void clearSelection();
    /// By path.
    [[nodiscard]] Q_INVOKABLE QStringList selectedPaths() const;

Q_SIGNALS:
    void ingestChanged();
    void collectionChanged();
    void filterChanged();
    void countChanged();
    void waitingChanged();
    void leftOutChanged();
    void selectionChanged();

private:
    void load();
    void show(const QList<app::FileValue> &files);
    void change(const QList<app::FileValue> &files);
    void sift();
    [[nodiscard]] bool passes(const app::FileValue &file) const;
    void setWaiting(bool waiting);
    void countLeftOut();
    void select(QSet<qint64> ids);

    QPointer<app::IngestService> m_ingest;
    app::CollectionId m_collection;
    QString m_filter;
    bool m_onlyTroubled = false;
    bool m_waiting = false;
    int m_leftOut = 0;
    QList<app::FileValue> m_files;
    QList<qsizetype> m_shown; ///< places in m_files
    QSet<qint64> m_selected;  ///< FileValue::id
    int m_anchor = 0;         ///< the row that was toggled last
};

} // namespace ui
