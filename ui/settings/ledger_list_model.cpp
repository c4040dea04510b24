// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/ledger_list_model.h"

#include <QDateTime>
#include <QLocale>
#include <QSaveFile>
#include <QSet>
#include <QTimeZone>

namespace ui {

namespace {

QString size(qint64 bytes)
{
    return QLocale().formattedDataSize(bytes, bytes < 1'000'000'000 ? 0 : 1, QLocale::DataSizeSIFormat);
}

QByteArray field(const QString &text)
{
    QByteArray bytes = text.toUtf8();
    // A spreadsheet takes these for the beginning of a formula.
    if (!bytes.isEmpty() && QByteArrayView("=+-@").contains(bytes.front()))
        bytes.prepend('\'');
    bytes.replace("\"", "\"\"");
    return '"' + bytes + '"';
}

} // namespace

LedgerRow ledgerRow(const app::LedgerValue &entry)
{
    LedgerRow row{.when = QLocale().toString(QDateTime::fromMSecsSinceEpoch(entry.atMs), QLocale::ShortFormat),
                  .host = entry.host,
                  .why = entry.purpose,
                  .bytes = size(entry.bytesReceived),
                  .outcome = {},
                  .address = entry.url};
    if (!entry.error.isEmpty())
        row.outcome = LedgerListModel::tr("failed: %1").arg(entry.error);
    else if (entry.status >= 400)
        row.outcome = LedgerListModel::tr("refused with %1").arg(entry.status);
    return row;
}

QByteArray ledgerTable(const QList<app::LedgerValue> &entries)
{
    QByteArray table = "time,method,host,address,why,bytes_sent,bytes_received,status,error\r\n";
    for (const app::LedgerValue &entry : entries) {
        const QString time = QDateTime::fromMSecsSinceEpoch(entry.atMs, QTimeZone::UTC).toString(Qt::ISODateWithMs);
        table += time.toLatin1() + ',' + field(entry.method) + ',' + field(entry.host) + ',' + field(entry.url) + ',' +
                 field(entry.purpose) + ',' + QByteArray::number(entry.bytesSent) + ',' +
                 QByteArray::number(entry.bytesReceived) + ',' + QByteArray::number(entry.status) + ',' +
                 field(entry.error) + "\r\n";
    }
    return table;
}

LedgerListModel::~LedgerListModel()
{
    m_worker.waitForDone();
}

void LedgerListModel::setService(app::LedgerService *service)
{
    if (service == m_service)
        return;
    if (m_service)
        m_service->disconnect(this);
    m_service = service;
    if (service != nullptr) {
        connect(service, &app::LedgerService::changed, this, &LedgerListModel::take);
        service->load();
    }
    take();
    Q_EMIT serviceChanged();
}

void LedgerListModel::take()
{
    const QList<app::LedgerValue> entries = m_service ? m_service->entries() : QList<app::LedgerValue>();
    if (entries == m_entries)
        return;
    beginResetModel();
    m_entries = entries;
    endResetModel();
    Q_EMIT countChanged();
}

QString LedgerListModel::summary() const
{
    if (m_entries.isEmpty())
        return {};
    QSet<QString> hosts;
    qint64 received = 0;
    qint64 sent = 0;
    for (const app::LedgerValue &entry : m_entries) {
        hosts.insert(entry.host);
        received += entry.bytesReceived;
        sent += entry.bytesSent;
    }
    return tr("%1 to %2: %3 received, %4 sent")
        .arg(tr("%n request(s)", nullptr, count()), tr("%n host(s)", nullptr, static_cast<int>(hosts.size())),
             size(received), size(sent));
}

QVariant LedgerListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const app::LedgerValue &entry = m_entries[index.row()];
    if (role == RowRole)
        return QVariant::fromValue(ledgerRow(entry));
    return role == Qt::DisplayRole ? entry.host : QVariant();
}

QHash<int, QByteArray> LedgerListModel::roleNames() const
{
    return {{RowRole, "row"}};
}

QString LedgerListModel::text() const
{
    return QString::fromUtf8(ledgerTable(m_entries));
}

void LedgerListModel::save(const QString &path)
{
    m_worker.start([this, path, table = ledgerTable(m_entries)] {
        QSaveFile file(path);
        const bool ok = file.open(QIODevice::WriteOnly) && file.write(table) == table.size() && file.commit();
        QMetaObject::invokeMethod(this, [this, ok] { Q_EMIT saved(ok); });
    });
}

} // namespace ui
