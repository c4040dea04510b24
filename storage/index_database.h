// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"
#include "storage/records.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace storage {

namespace sqlite {
class Connection;
}

/// How an attempt to open index.db ended. A database was opened in the first three cases.
enum class IndexOutcome {
    Created,       ///< there was none
    Current,       ///< opened as it was
    Remade,        ///< it was damaged or of another version: an empty one stands in its place, to be filled again
    LockedByOther, ///< another process has it open
    NoAccess,      ///< the folder or file can be neither written nor read
    DiskFull,      ///< no room to create it
    Failed,        ///< anything else; `detail` says what
};

/// The outcome's name as it appears in logs and in JSON.
std::string_view name(IndexOutcome outcome);

struct IndexOptions {
    std::filesystem::path path = {};                ///< index.db; its folder is made when missing (mode 0700)
    std::function<TimestampMs()> now = {};          ///< the clock; empty: the system's
    std::function<void(std::string_view)> log = {}; ///< one line of technical English; empty: none. Never user text
};

class IndexDatabase;

struct OpenedIndex {
    IndexOutcome outcome = IndexOutcome::Failed;
    std::string detail = {}; ///< one technical sentence in English, may be empty
    std::unique_ptr<IndexDatabase> database = {};
};

/// One open index.db: text, passages and vectors of the files that collections name. All of it can be made again from
/// them, so that a file which cannot be used is replaced rather than mended; what cannot be made again stands in
/// carrel.db, and no transaction spans both.
///
/// Owns the file's only connection, and a lock against other processes. All of it belongs to one thread at a time;
/// everything built on it must die first.
class IndexDatabase {
public:
    static OpenedIndex open(const IndexOptions &options);
    ~IndexDatabase();
    IndexDatabase(const IndexDatabase &) = delete;
    IndexDatabase &operator=(const IndexDatabase &) = delete;

    [[nodiscard]] const std::filesystem::path &path() const;
    /// Now, by the clock of the options.
    [[nodiscard]] TimestampMs now() const;
    /// Looks at every page and at the search indexes; seconds for large files. Damaged when they contradict each other.
    Result<void> check();

    /// Lets the next open() make the file anew: after an error Damaged.
    Result<void> distrust();

    /// For the stores of this library.
    sqlite::Connection &connection();

    struct Parts; ///< private
    explicit IndexDatabase(std::unique_ptr<Parts> parts);

private:
    std::unique_ptr<Parts> m_parts;
};

} // namespace storage
