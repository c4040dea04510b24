// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/schema/migrations.h"

#include "storage/sqlite/connection.h"
#include "storage/sqlite/transaction.h"

#include <string>

namespace storage::schema {

namespace {

Result<void> apply(sqlite::Connection &connection, const Migration &step, std::int32_t applicationId)
{
    auto transaction = sqlite::Transaction::begin(connection);
    if (!transaction) {
        return std::unexpected(transaction.error());
    }
    if (auto done = connection.script(std::string(step.sql)); !done) {
        return done;
    }
    const auto broken = connection.integer("SELECT count(*) FROM pragma_foreign_key_check");
    if (!broken) {
        return std::unexpected(broken.error());
    }
    if (*broken != 0) {
        return failure(ErrorCode::Internal, std::string(step.name) + " leaves rows that point nowhere");
    }
    // Pragmas take no parameters; both numbers are our own.
    if (auto done = connection.script("PRAGMA application_id = " + std::to_string(applicationId) +
                                      "; PRAGMA user_version = " + std::to_string(step.version));
        !done) {
        return done;
    }
    return transaction->commit();
}

} // namespace

std::int32_t version(std::span<const Migration> ladder)
{
    return ladder.empty() ? 0 : ladder.back().version;
}

Result<void> migrate(sqlite::Connection &connection, std::span<const Migration> ladder, std::int32_t applicationId)
{
    const auto current = connection.integer("PRAGMA user_version");
    if (!current) {
        return std::unexpected(current.error());
    }
    // A step that rebuilds a table drops the old one; with keys enforced that would run their ON DELETE actions.
    // The setting cannot change inside a transaction.
    if (auto done = connection.script("PRAGMA foreign_keys = OFF"); !done) {
        return done;
    }
    Result<void> result;
    for (const Migration &step : ladder) {
        if (step.version > *current) {
            result = apply(connection, step, applicationId);
        }
        if (!result) {
            break;
        }
    }
    if (auto done = connection.script("PRAGMA foreign_keys = ON"); !done) {
        return done;
    }
    return result;
}

} // namespace storage::schema
