// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Private to Database: what lies at a path, found out before anything is changed.
#pragma once

#include "storage/database.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace storage::detail {

/// `path` with `suffix` behind its name: SQLite's log is withSuffix(path, "-wal").
std::filesystem::path withSuffix(std::filesystem::path path, std::string_view suffix);
/// Bytes of a file, 0 when there is none.
std::uintmax_t sizeOf(const std::filesystem::path &path);

/// What lies at a path, found out without changing it.
enum class Content {
    Nothing, ///< no file, or one without tables
    Ours,
    Foreign, ///< another program's
    Damaged,
    Inconclusive, ///< cannot be read without writing (a rollback to finish) or not at all
};

struct Look {
    Content content = Content::Inconclusive;
    std::int32_t version = 0;
    std::int32_t minReader = 0;
    bool indexDamaged = false; ///< the search index alone: it can be made again
    std::string detail = {};
};

/// Reads identity and version of an open file, and looks for damage when that is due.
Look lookAt(sqlite::Connection &connection, const OpenOptions &options, TimestampMs now);

/// The same for the file of the options. Writes nothing and makes no file.
Look lookUntouched(const OpenOptions &options, TimestampMs now);

} // namespace storage::detail
