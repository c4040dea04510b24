// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/network_ledger.h"

#include "storage/store_p.h"

namespace storage {

NetworkLedger::NetworkLedger(Database &database)
    : m_database(database)
{
}

Result<LedgerId> NetworkLedger::begin(const LedgerEntry &entry)
{
    sqlite::Connection &db = m_database.connection();
    STORAGE_TRY(db.run("INSERT INTO network_ledger (at_ms, method, url, purpose, bytes_sent) "
                       "VALUES (:at, :method, :url, :purpose, :sent)",
                       {{":at", entry.atMs != 0 ? entry.atMs : m_database.now()},
                        {":method", entry.method},
                        {":url", entry.url},
                        {":purpose", entry.purpose},
                        {":sent", entry.bytesSent}}));
    return LedgerId{db.lastInsertId()};
}

Result<void> NetworkLedger::end(LedgerId id, const LedgerEntry &entry)
{
    return detail::changeRow(m_database.connection(), "ledger entry",
                             "UPDATE network_ledger SET bytes_sent = :sent, bytes_received = :received, "
                             "status = :status, error = :error WHERE id = :id",
                             {{":sent", entry.bytesSent},
                              {":received", entry.bytesReceived},
                              {":status", entry.status},
                              {":error", entry.error},
                              {":id", id.value}});
}

Result<std::vector<LedgerEntry>> NetworkLedger::list(std::int32_t limit)
{
    std::vector<LedgerEntry> rows;
    STORAGE_TRY(m_database.connection().each(
        "SELECT id, at_ms, method, url, purpose, bytes_sent, bytes_received, status, error FROM network_ledger "
        "ORDER BY id DESC LIMIT :limit",
        {{":limit", limit < 0 ? 0 : limit}}, [&](const sqlite::Row &row) {
            rows.push_back({.id = {row.integer(0)},
                            .atMs = row.integer(1),
                            .method = row.text(2),
                            .url = row.text(3),
                            .purpose = row.text(4),
                            .bytesSent = row.integer(5),
                            .bytesReceived = row.integer(6),
                            .status = row.integer32(7),
                            .error = row.text(8)});
        }));
    return rows;
}

} // namespace storage
