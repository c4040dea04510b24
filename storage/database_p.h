// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"
#include "storage/files/file_lock.h"
#include "storage/schema/migrations.h"
#include "storage/sqlite/connection.h"

#include <memory>
#include <span>

namespace storage {

struct Database::Parts {
    OpenOptions options;
    files::FileLock lock;
    std::unique_ptr<sqlite::Connection> connection; ///< after the lock: closed before it is given back
    bool readOnly = false;
};

/// Database::open() with another history of the schema, for tests of migrations.
Opened openWithLadder(const OpenOptions &options, std::span<const schema::Migration> ladder);

} // namespace storage
