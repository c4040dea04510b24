// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"
#include "storage/records.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace storage {
namespace sqlite {
class Connection;
}

/// Copies of a database beside it: `backups/` for copies made before migrations, and damaged files set aside.
namespace files {

/// A time in file names that sorts by itself: "20261121T114500Z".
std::string stamp(TimestampMs time);

/// Waits until the names in a folder are on disk. Best effort: some filesystems refuse.
void syncFolder(const std::filesystem::path &folder);

/// Writes a consistent, compact copy of an open database. `target` appears whole or not at all.
Result<void> copyInto(sqlite::Connection &connection, const std::filesystem::path &target);

/// Copies an open database into backups/ with its schema version and the date in its name.
Result<std::filesystem::path> makeBackup(sqlite::Connection &connection, const std::filesystem::path &database,
                                         std::int32_t version, TimestampMs now);

/// Copies made by makeBackup(), oldest first.
std::vector<std::filesystem::path> backups(const std::filesystem::path &database);

/// Removes the oldest of them beyond `keep`, and what a dead process left half-written.
void rotate(const std::filesystem::path &database, std::int32_t keep);

/// How rows are taken out of copies.
struct Rewrite {
    std::function<Result<bool>(sqlite::Connection &)> concerns; ///< whether a copy, open for reading, holds them
    std::function<Result<void>(sqlite::Connection &)> apply;    ///< removes them from a working copy
};

struct RewriteReport {
    std::int32_t rewritten = 0;
    std::int32_t removed = 0; ///< could not be read or rewritten: no copy is better than one that keeps what must go
};

/// Rewrites every copy made by makeBackup() that is concerned.
RewriteReport rewriteBackups(const std::filesystem::path &database, const Rewrite &rewrite);

/// Renames a damaged database and its log, so that both still fit together. Returns the new name.
Result<std::filesystem::path> setAside(const std::filesystem::path &database, TimestampMs now);

/// Files renamed by setAside(), oldest first.
std::vector<std::filesystem::path> setAsideFiles(const std::filesystem::path &database);

} // namespace files
} // namespace storage
