// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/collection_service.h"
#include "app/ingest_service.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The collections, by name, with what is in them.
class CollectionListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::CollectionService *service READ service WRITE setService NOTIFY serviceChanged FINAL)
    Q_PROPERTY(app::IngestService *ingest READ ingest WRITE setIngest NOTIFY serviceChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// The collections are known.
    Q_PROPERTY(bool loaded READ isLoaded NOTIFY countChanged FINAL)
public:
    enum Role {
        CollectionRole = Qt::UserRole + 1, ///< app::CollectionValue
        CountsRole,                        ///< app::CollectionCounts
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::CollectionService *service() const { return m_service; }
    void setService(app::CollectionService *service);
    [[nodiscard]] app::IngestService *ingest() const { return m_ingest; }
    void setIngest(app::IngestService *ingest);
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] bool isLoaded() const { return m_service && m_service->isLoaded(); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void serviceChanged();
    void countChanged();

private:
    struct Row {
        app::CollectionValue collection;
        app::CollectionCounts counts;
    };
    void take();
    void takeCounts();

    QPointer<app::CollectionService> m_service;
    QPointer<app::IngestService> m_ingest;
    QList<Row> m_rows;
};

} // namespace ui
