// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"

#include <QList>
#include <QObject>
#include <QString>

namespace app {

class StoreThread;

/// One request that left this machine.
struct LedgerValue {
    Q_GADGET
    Q_PROPERTY(qint64 id MEMBER id)
    Q_PROPERTY(qint64 atMs MEMBER atMs)
    Q_PROPERTY(QString method MEMBER method)
    Q_PROPERTY(QString host MEMBER host)
    Q_PROPERTY(QString url MEMBER url)
    Q_PROPERTY(QString purpose MEMBER purpose)
    Q_PROPERTY(qint64 bytesSent MEMBER bytesSent)
    Q_PROPERTY(qint64 bytesReceived MEMBER bytesReceived)
    Q_PROPERTY(qint32 status MEMBER status)
    Q_PROPERTY(QString error MEMBER error)
public:
    qint64 id = 0;
    qint64 atMs = 0; ///< since 1970
    QString method;
    QString host;
    QString url; ///< without what stands behind "?": that may be a key
    QString purpose;
    qint64 bytesSent = 0;
    qint64 bytesReceived = 0;
    qint32 status = 0; ///< of HTTP; 0: no answer came, or not yet
    QString error;     ///< technical; empty: none
    bool operator==(const LedgerValue &) const = default;
};

/// The network ledger, for the window and the terminal. GUI thread; nothing waits here.
class LedgerService : public QObject {
    Q_OBJECT
public:
    /// `store` is borrowed and outlives this object.
    explicit LedgerService(StoreThread &store, QObject *parent = nullptr);

    /// Newest first; empty until load() was answered.
    [[nodiscard]] const QList<LedgerValue> &entries() const { return m_entries; }
    /// Reads the newest `limit`; changed() or failed() follows.
    Q_INVOKABLE void load(qint32 limit = 1000);

Q_SIGNALS:
    void changed();
    void failed(const app::Failure &failure);

private:
    StoreThread &m_store;
    QList<LedgerValue> m_entries;
};

} // namespace app
