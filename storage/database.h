// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"
#include "storage/records.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

namespace sqlite {
class Connection;
}

/// How an attempt to open a database ended. `database` is set for the first group only.
enum class OpenOutcome {
    // A database was opened.
    Created,         ///< there was none
    Current,         ///< opened as it was
    Migrated,        ///< brought to this version; `backup` is the copy made before
    NewerReadOnly,   ///< a newer Carrel wrote it: readable, not writable, the file is untouched
    DamagedSetAside, ///< it was damaged: kept as `setAside`, what could be read was copied into a fresh one
    ReadOnlyFolder,  ///< its folder or file cannot be written: readable, not writable
    // None was.
    NewerUnreadable, ///< a newer Carrel wrote it in a way this version cannot read; the file is untouched
    LockedByOther,   ///< another process has it open; `lockHolder` is its process id, 0 when unknown
    ForeignFile,     ///< a valid SQLite file of another program; it is untouched
    DiskFull,        ///< no room to create or migrate it; nothing was changed
    NoAccess,        ///< the folder or file can be neither written nor read, or does not exist and cannot be made
    MigrationFailed, ///< the file is as it was; `backup` is the copy made before
    Failed,          ///< anything else; `detail` says what
};

/// The outcome's name as it appears in logs and in JSON, for example "damaged_set_aside".
std::string_view name(OpenOutcome outcome);

/// What happened while opening, for the window to tell.
struct OpenReport {
    OpenOutcome outcome = OpenOutcome::Failed;
    std::int32_t fileVersion = 0;        ///< schema version found in the file, 0: none
    std::int32_t currentVersion = 0;     ///< schema version of this program
    std::filesystem::path backup = {};   ///< Migrated, MigrationFailed
    std::filesystem::path setAside = {}; ///< DamagedSetAside: the damaged file's new name
    std::int64_t recoveredRows = 0;      ///< DamagedSetAside: rows copied into the fresh file
    std::int64_t recoveredConversations = 0;
    std::int64_t lockHolder = 0; ///< LockedByOther
    std::string detail = {};     ///< one technical sentence in English, may be empty
};

/// How much of the file is looked at before it is used.
enum class CheckAtOpen {
    Automatic, ///< page structure when the file is small, was not closed properly or was not checked for a week
    Always,
};

struct OpenOptions {
    std::filesystem::path path = {}; ///< the database file; its folder is made when missing (mode 0700)
    CheckAtOpen check = CheckAtOpen::Automatic;
    std::function<TimestampMs()> now = {};          ///< the clock; empty: the system's
    std::function<void(std::string_view)> log = {}; ///< one line of technical English; empty: none. Never user text
    std::int64_t maxBytes = 0;                      ///< upper bound of the file's size, 0: none; beyond it DiskFull
    std::int32_t automaticBackups = 3;              ///< how many copies made before migrations are kept
};

/// Result of looking at a whole file.
struct CheckReport {
    std::vector<std::string> problems = {}; ///< technical English, at most 100; empty: sound
    [[nodiscard]] bool sound() const { return problems.empty(); }
};

class Database;

struct Opened {
    OpenReport report;
    std::unique_ptr<Database> database = {}; ///< null when the outcome says so
};

/// One open carrel.db: locked against other processes, migrated and checked.
///
/// Owns the file's only connection; everything built on it (the stores) must die first. All of it belongs to one
/// thread at a time: open it, use it and destroy it on the storage thread. Closing copies the write-ahead log back.
class Database {
public:
    /// Opens or creates the file. Never throws, never deletes a file with a user's data in it.
    static Opened open(const OpenOptions &options);

    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    [[nodiscard]] bool readOnly() const;
    [[nodiscard]] const std::filesystem::path &path() const;

    /// Now, by the clock of the options.
    [[nodiscard]] TimestampMs now() const;

    /// Looks at every page, index, foreign key and the search index. Seconds for large files.
    Result<CheckReport> check();

    /// Writes a consistent, compact copy to `target`, which must not exist. Complete on disk when it returns.
    Result<void> backupTo(const std::filesystem::path &target);

    /// Copies made before migrations, oldest first.
    [[nodiscard]] std::vector<std::filesystem::path> automaticBackups() const;

    /// Damaged files set aside earlier. They may hold text that was deleted since; the user decides about them.
    [[nodiscard]] std::vector<std::filesystem::path> setAsideFiles() const;

    /// Copies the write-ahead log into the file and cuts it to nothing.
    Result<void> checkpoint();

    /// For the stores of this library.
    sqlite::Connection &connection();

    struct Parts; ///< private
    explicit Database(std::unique_ptr<Parts> parts);

private:
    std::unique_ptr<Parts> m_parts;
};

} // namespace storage
