// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"
#include "storage/records.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace storage {
namespace sqlite {
class Connection;
}

namespace schema {

/// "Crrl": says in carrel.db's header whose file it is.
constexpr std::int32_t kApplicationId = 0x4372726c;
/// "Crrx": the same of index.db.
constexpr std::int32_t kIndexApplicationId = 0x43727278;

/// One step of the schema's history: a script, not a function, so that it can depend on nothing but the file.
struct Migration {
    std::int32_t version; ///< the schema's version after it
    std::string_view name;
    std::string_view sql;
};

/// All released steps in order, versions 1, 2, 3 …; embedded from the .sql files beside this header.
std::span<const Migration> migrations();

/// The same of index.db, all of which run when a file is made: one of an older version is made anew.
std::span<const Migration> indexMigrations();

/// The last step's version.
std::int32_t version(std::span<const Migration> ladder);

/// Runs every step above the file's version, each in a transaction of its own that also sets the version and ends with
/// a check of all foreign keys. An error leaves the file at the last step that succeeded.
Result<void> migrate(sqlite::Connection &connection, std::span<const Migration> ladder,
                     std::int32_t applicationId = kApplicationId);

} // namespace schema
} // namespace storage
