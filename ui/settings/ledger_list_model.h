// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ledger_service.h"

#include <QAbstractListModel>
#include <QPointer>
#include <QThreadPool>
#include <qqmlregistration.h>

namespace ui {

/// A request that left this machine, in words. Value.
struct LedgerRow {
    Q_GADGET
    QML_VALUE_TYPE(ledgerRow)
    Q_PROPERTY(QString when MEMBER when)
    Q_PROPERTY(QString host MEMBER host)
    Q_PROPERTY(QString why MEMBER why)
    Q_PROPERTY(QString bytes MEMBER bytes)
    Q_PROPERTY(QString outcome MEMBER outcome)
    Q_PROPERTY(QString address MEMBER address)
public:
    QString when;
    QString host;
    QString why;
    QString bytes;   ///< "2.4 GB received"
    QString outcome; ///< why nothing came; empty: something did
    QString address;
};

LedgerRow ledgerRow(const app::LedgerValue &entry);
/// The entries as comma-separated values (RFC 4180) with a head, times in UTC.
QByteArray ledgerTable(const QList<app::LedgerValue> &entries);

/// The network ledger as a table, newest first.
class LedgerListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::LedgerService *service READ service WRITE setService NOTIFY serviceChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// "12 requests to 2 hosts, 4.7 GB received, 9 kB sent"; empty while there are none.
    Q_PROPERTY(QString summary READ summary NOTIFY countChanged FINAL)
public:
    enum Role {
        RowRole = Qt::UserRole + 1, ///< LedgerRow, named "row"
    };
    using QAbstractListModel::QAbstractListModel;
    /// Waits until what was to be saved is.
    ~LedgerListModel() override;

    [[nodiscard]] app::LedgerService *service() const { return m_service; }
    /// Follows this service and has it read its entries; not owned.
    void setService(app::LedgerService *service);
    [[nodiscard]] int count() const { return static_cast<int>(m_entries.size()); }
    [[nodiscard]] QString summary() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// Everything as comma-separated values.
    Q_INVOKABLE [[nodiscard]] QString text() const;
    /// Writes the same to a file, on a worker thread; saved() follows.
    Q_INVOKABLE void save(const QString &path);

Q_SIGNALS:
    void serviceChanged();
    void countChanged();
    /// `ok` is false where the file could not be written.
    void saved(bool ok);

private:
    void take();

    QPointer<app::LedgerService> m_service;
    QList<app::LedgerValue> m_entries;
    QThreadPool m_worker;
};

} // namespace ui
