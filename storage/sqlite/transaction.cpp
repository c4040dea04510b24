// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sqlite/transaction.h"

#include "storage/sqlite/connection.h"

namespace storage::sqlite {

Result<Transaction> Transaction::begin(Connection &connection)
{
    if (auto begun = connection.run("BEGIN IMMEDIATE"); !begun) {
        return std::unexpected(begun.error());
    }
    return Transaction(connection);
}

Result<Transaction> Transaction::beginRead(Connection &connection)
{
    if (auto begun = connection.run("BEGIN"); !begun) {
        return std::unexpected(begun.error());
    }
    return Transaction(connection);
}

Transaction::~Transaction()
{
    // SQLite may have rolled back by itself (disk full, I/O error): then there is nothing left to do.
    if (m_connection != nullptr && m_connection->inTransaction()) {
        (void)m_connection->run("ROLLBACK");
    }
}

Result<void> Transaction::commit()
{
    if (m_connection == nullptr || !m_connection->inTransaction()) {
        return failure(ErrorCode::Internal, "commit without a transaction");
    }
    auto done = m_connection->run("COMMIT");
    if (done) {
        m_connection = nullptr;
    }
    return done;
}

} // namespace storage::sqlite
