// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ledger_service.h"

#include "app/store_thread.h"
#include "app/thread_guard.h"

#include <QUrl>

namespace app {

namespace {

LedgerValue valueFrom(const storage::LedgerEntry &entry)
{
    const QString url = QString::fromStdString(entry.url);
    return {.id = entry.id.value,
            .atMs = entry.atMs,
            .method = QString::fromStdString(entry.method),
            .host = QUrl(url).host(),
            .url = url,
            .purpose = QString::fromStdString(entry.purpose),
            .bytesSent = entry.bytesSent,
            .bytesReceived = entry.bytesReceived,
            .status = entry.status,
            .error = QString::fromStdString(entry.error)};
}

} // namespace

LedgerService::LedgerService(StoreThread &store, QObject *parent)
    : QObject(parent)
    , m_store(store)
{
}

void LedgerService::load(qint32 limit)
{
    expectThread(this);
    m_store.run([limit](Stores &stores) { return stores.ledger.list(limit); })
        .then(this, [this](const storage::Result<std::vector<storage::LedgerEntry>> &rows) {
            if (!rows) {
                Q_EMIT failed(failureFrom(rows.error()));
                return;
            }
            m_entries.clear();
            m_entries.reserve(static_cast<qsizetype>(rows->size()));
            for (const storage::LedgerEntry &row : *rows)
                m_entries.append(valueFrom(row));
            Q_EMIT changed();
        });
}

} // namespace app
