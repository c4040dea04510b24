// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/error.h"
#include "storage/records.h"

#include <cstdint>
#include <vector>

namespace storage {

/// Every request that left the machine.
///
/// Belongs to the thread of its Database, which must outlive it. Each call is one transaction.
class NetworkLedger {
public:
    explicit NetworkLedger(Database &database);

    /// Written before the request is sent, so that nothing leaves unrecorded; `atMs` 0 is now.
    Result<LedgerId> begin(const LedgerEntry &entry);
    /// Fills in how it ended: bytes, status, error.
    Result<void> end(LedgerId id, const LedgerEntry &entry);
    /// Newest first, at most `limit`.
    Result<std::vector<LedgerEntry>> list(std::int32_t limit = 1000);

private:
    Database &m_database;
};

} // namespace storage
