// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"

#include <utility>

namespace storage::sqlite {

class Connection;

/// A transaction that is rolled back unless committed.
class Transaction {
public:
    /// Takes the write lock at once, so that no statement in the middle can fail for want of it.
    static Result<Transaction> begin(Connection &connection);
    /// A consistent view for several reads.
    static Result<Transaction> beginRead(Connection &connection);
    Transaction(Transaction &&other) noexcept
        : m_connection(std::exchange(other.m_connection, nullptr))
    {
    }
    Transaction &operator=(Transaction &&) = delete;
    ~Transaction();

    /// On disk when it returns a value; on an error everything since begin() is undone.
    Result<void> commit();

private:
    explicit Transaction(Connection &connection)
        : m_connection(&connection)
    {
    }
    Connection *m_connection;
};

/// Runs `work`, which returns a Result, in a transaction that is committed when it has a value, and gives what it gave.
template <class Work>
auto inTransaction(Connection &connection, Work work) -> decltype(work())
{
    auto transaction = Transaction::begin(connection);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    auto result = work();
    if (result) {
        if (auto committed = transaction->commit(); !committed) {
            return std::unexpected(committed.error());
        }
    }
    return result;
}

} // namespace storage::sqlite
