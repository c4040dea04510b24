// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/database_p.h"

#include "storage/database_look_p.h"
#include "storage/files/backups.h"
#include "storage/schema/salvage.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

namespace storage {

namespace fs = std::filesystem;
using detail::Content;
using detail::Look;
using detail::lookAt;
using detail::lookUntouched;
using detail::sizeOf;
using detail::withSuffix;
using sqlite::Connection;
using sqlite::OpenMode;

namespace {

constexpr TimestampMs kDayMs = 24LL * 3600 * 1000;
constexpr std::size_t kMaxProblems = 100;
// A finished salvage waits under this name between two renames.
constexpr std::string_view kSalvaged = ".salvaged";
constexpr std::string_view kSalvaging = ".salvaging";

/// The steps of opening one file. Each returns the outcome when it is the last one.
class Opening {
public:
    Opening(const OpenOptions &options, std::span<const schema::Migration> ladder)
        : m_options(options)
        , m_ladder(ladder)
    {
        m_report.currentVersion = schema::version(ladder);
        if (!m_options.now) {
            m_options.now = [] {
                using namespace std::chrono;
                return TimestampMs(duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
            };
        }
        m_now = m_options.now();
    }

    Opened run()
    {
        std::error_code error;
        const fs::path folder = fs::absolute(m_options.path, error).parent_path();
        m_options.path = folder / m_options.path.filename();
        if (fs::create_directories(folder, error)) {
            fs::permissions(folder, fs::perms::owner_all, error);
        }
        const bool exists = fs::exists(m_options.path, error);
        if (access(folder.c_str(), W_OK | X_OK) != 0 || (exists && access(m_options.path.c_str(), W_OK) != 0)) {
            return exists ? readOnlyFolder() : end(OpenOutcome::NoAccess, "the data folder cannot be written");
        }
        auto lock = files::FileLock::acquire(withSuffix(m_options.path, ".lock"));
        if (!lock) {
            return lockFailed(lock.error());
        }
        m_lock = std::move(*lock);
        if (auto taken = takeFinishedSalvage(); !taken) {
            return failed(taken.error());
        }
        return opened();
    }

private:
    Opened end(OpenOutcome outcome, std::string detail = {})
    {
        m_report.outcome = outcome;
        if (!detail.empty()) {
            m_report.detail = std::move(detail);
        }
        if (m_options.log) {
            m_options.log("database: " + std::string(name(outcome)) +
                          (m_report.detail.empty() ? "" : ": " + m_report.detail));
        }
        return {.report = m_report, .database = nullptr};
    }

    Opened endWith(OpenOutcome outcome, std::unique_ptr<Connection> connection, bool readOnly)
    {
        Opened opened = end(outcome);
        auto parts = std::make_unique<Database::Parts>();
        parts->options = std::move(m_options);
        parts->lock = std::move(m_lock);
        parts->connection = std::move(connection);
        parts->readOnly = readOnly;
        opened.database = std::make_unique<Database>(std::move(parts));
        return opened;
    }

    Opened failed(const Error &error)
    {
        switch (error.code) {
        case ErrorCode::DiskFull:
            return end(OpenOutcome::DiskFull, error.detail);
        case ErrorCode::Busy:
            return end(OpenOutcome::LockedByOther, error.detail);
        case ErrorCode::ReadOnly:
        case ErrorCode::FileUnreadable:
            return end(OpenOutcome::NoAccess, error.detail);
        default:
            return end(OpenOutcome::Failed, error.detail);
        }
    }

    Opened lockFailed(const Error &error)
    {
        if (error.code == ErrorCode::Busy) {
            m_report.lockHolder = files::FileLock::holder(withSuffix(m_options.path, ".lock"));
        }
        return failed(error);
    }

    Opened readOnlyFolder()
    {
        if (access(m_options.path.c_str(), R_OK) != 0) {
            return end(OpenOutcome::NoAccess, "the database file cannot be read");
        }
        auto lock = files::FileLock::acquireShared(withSuffix(m_options.path, ".lock"));
        if (!lock) {
            return lockFailed(lock.error());
        }
        m_lock = std::move(*lock);
        const Look look = lookUntouched(m_options, m_now);
        m_report.fileVersion = look.version;
        switch (look.content) {
        case Content::Ours:
            if (look.version > m_report.currentVersion) {
                return newer(look);
            }
            if (look.version < m_report.currentVersion) {
                return end(OpenOutcome::MigrationFailed, "an older file cannot be brought up to date where it lies");
            }
            return openReadOnly(OpenOutcome::ReadOnlyFolder);
        case Content::Foreign:
            return end(OpenOutcome::ForeignFile);
        case Content::Damaged:
            return end(OpenOutcome::Failed, "damaged, and its folder cannot be written: " + look.detail);
        default:
            return end(OpenOutcome::NoAccess, look.detail);
        }
    }

    Opened openReadOnly(OpenOutcome outcome)
    {
        auto connection = Connection::open(m_options.path, OpenMode::ReadOnlyUntouched);
        return connection ? endWith(outcome, std::move(*connection), true) : failed(connection.error());
    }

    Opened newer(const Look &look)
    {
        const std::string detail = "schema " + std::to_string(look.version) + ", this program knows " +
                                   std::to_string(m_report.currentVersion);
        if (look.minReader > m_report.currentVersion) {
            return end(OpenOutcome::NewerUnreadable, detail);
        }
        m_report.detail = detail;
        return openReadOnly(OpenOutcome::NewerReadOnly);
    }

    /// Puts a finished salvage in the damaged file's place: at once, or at the next start when the program died
    /// between.
    Result<void> takeFinishedSalvage()
    {
        std::error_code error;
        const fs::path salvaged = withSuffix(m_options.path, kSalvaged);
        if (!fs::exists(salvaged, error)) {
            return {};
        }
        auto aside = files::setAside(m_options.path, m_now);
        if (!aside) {
            return std::unexpected(aside.error());
        }
        if (std::rename(salvaged.c_str(), m_options.path.c_str()) != 0) {
            return failure(ErrorCode::FileUnreadable, "a repaired copy cannot be put in place");
        }
        files::syncFolder(m_options.path.parent_path());
        m_report.setAside = *aside;
        return {};
    }

    Opened opened()
    {
        Look look = lookUntouched(m_options, m_now);
        m_report.fileVersion = look.version;
        if (look.content == Content::Foreign) {
            return end(OpenOutcome::ForeignFile);
        }
        if (look.content == Content::Damaged) {
            return damaged(look.detail);
        }
        if (look.version > m_report.currentVersion) {
            return newer(look);
        }
        const bool existed = fs::exists(m_options.path);
        const bool logLeft = sizeOf(withSuffix(m_options.path, "-wal")) > 0;
        auto connection = openWritable(m_options.path);
        if (!connection) {
            removeIfNew(existed);
            return connection.error().code == ErrorCode::Damaged ? damaged(connection.error().detail)
                                                                 : failed(connection.error());
        }
        if (look.content == Content::Inconclusive) {
            look = lookAt(**connection, m_options, m_now);
            m_report.fileVersion = look.version;
            if (look.content != Content::Ours && look.content != Content::Nothing) {
                connection->reset();
                return look.content == Content::Damaged   ? damaged(look.detail)
                       : look.content == Content::Foreign ? end(OpenOutcome::ForeignFile)
                                                          : end(OpenOutcome::Failed, look.detail);
            }
        }
        if (look.content == Content::Nothing || look.version < m_report.currentVersion) {
            if (auto last = bringUpToDate(**connection, look)) {
                connection->reset();
                removeIfNew(existed);
                return std::move(*last);
            }
        }
        settle(**connection, look, logLeft);
        const OpenOutcome outcome = !m_report.setAside.empty()               ? OpenOutcome::DamagedSetAside
                                    : look.content == Content::Nothing       ? OpenOutcome::Created
                                    : look.version < m_report.currentVersion ? OpenOutcome::Migrated
                                                                             : OpenOutcome::Current;
        return endWith(outcome, std::move(*connection), false);
    }

    Result<std::unique_ptr<Connection>> openWritable(const fs::path &path)
    {
        auto connection = Connection::open(path, OpenMode::ReadWrite);
        if (connection && m_options.maxBytes > 0) {
            const auto pageBytes = (*connection)->integer("PRAGMA page_size");
            const std::int64_t pages = m_options.maxBytes / (pageBytes && *pageBytes > 0 ? *pageBytes : 4096);
            (void)(*connection)->script("PRAGMA max_page_count = " + std::to_string(pages));
        }
        return connection;
    }

    /// A file that this call made holds nothing of a user's.
    void removeIfNew(bool existed)
    {
        if (!existed) {
            removeAll(m_options.path);
        }
    }

    /// Nothing: done. Else how it ended.
    std::optional<Opened> bringUpToDate(Connection &connection, const Look &look)
    {
        if (look.content == Content::Ours) {
            auto backup = files::makeBackup(connection, m_options.path, look.version, m_now);
            if (!backup) {
                return backup.error().code == ErrorCode::DiskFull
                           ? end(OpenOutcome::DiskFull, backup.error().detail)
                           : end(OpenOutcome::MigrationFailed, "no backup: " + backup.error().detail);
            }
            m_report.backup = *backup;
        }
        auto migrated = schema::migrate(connection, m_ladder);
        if (!migrated) {
            return migrated.error().code == ErrorCode::DiskFull || look.content == Content::Nothing
                       ? failed(migrated.error())
                       : end(OpenOutcome::MigrationFailed, migrated.error().detail);
        }
        if (look.content == Content::Ours) {
            files::rotate(m_options.path, m_options.automaticBackups);
        }
        return std::nullopt;
    }

    /// Housekeeping whose failure (a full disk) does not keep anybody from reading.
    void settle(Connection &connection, const Look &look, bool logLeft)
    {
        if (look.indexDamaged) {
            (void)connection.script("INSERT INTO message_index (message_index) VALUES ('rebuild');"
                                    "INSERT INTO title_index (title_index) VALUES ('rebuild')");
            m_report.detail = "the search index was made again";
        }
        if (logLeft) {
            // What a dead process left may hold text that was deleted in its last moments.
            (void)connection.checkpoint();
        }
        const auto checked = connection.integer("SELECT value FROM meta WHERE key = 'checked_ms'");
        if (look.content == Content::Ours && checked && m_now - *checked >= kDayMs) {
            (void)connection.run("INSERT INTO meta (key, value) VALUES ('checked_ms', :now) "
                                 "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                                 {{":now", std::to_string(m_now)}});
        }
    }

    /// Makes a fresh file from what can be read, and only then renames the damaged one.
    Opened damaged(const std::string &detail)
    {
        m_report.detail = detail;
        const fs::path salvaging = withSuffix(m_options.path, kSalvaging);
        auto made = makeFresh(salvaging, Salvage::Rows);
        if (!made && made.error().code != ErrorCode::DiskFull) {
            // A file so broken that copying from it fails altogether: its owner still gets to work.
            made = makeFresh(salvaging, Salvage::Nothing);
        }
        if (!made) {
            return failed(made.error());
        }
        const fs::path salvaged = withSuffix(m_options.path, kSalvaged);
        if (std::rename(salvaging.c_str(), salvaged.c_str()) != 0) {
            return end(OpenOutcome::Failed, "a repaired copy cannot be renamed");
        }
        if (auto taken = takeFinishedSalvage(); !taken) {
            return failed(taken.error());
        }
        auto connection = openWritable(m_options.path);
        return connection ? endWith(OpenOutcome::DamagedSetAside, std::move(*connection), false)
                          : failed(connection.error());
    }

    enum class Salvage { Rows, Nothing };

    /// A complete database at `path`, with what can be read from the damaged one; no file when it fails.
    Result<void> makeFresh(const fs::path &path, Salvage what)
    {
        removeAll(path);
        auto done = fillFresh(path, what);
        if (!done) {
            removeAll(path);
        }
        return done;
    }

    Result<void> fillFresh(const fs::path &path, Salvage what)
    {
        auto fresh = openWritable(path);
        Result<void> done = fresh ? schema::migrate(**fresh, m_ladder) : std::unexpected(fresh.error());
        if (!done || what == Salvage::Nothing) {
            return done;
        }
        const auto salvaged = schema::salvage(m_options.path, **fresh);
        if (!salvaged) {
            return std::unexpected(salvaged.error());
        }
        m_report.recoveredRows = salvaged->rows;
        m_report.recoveredConversations = salvaged->conversations;
        return (*fresh)->checkpoint();
    }

    static void removeAll(const fs::path &path)
    {
        std::error_code ignored;
        for (const std::string_view suffix : {"", "-wal", "-journal"}) {
            fs::remove(withSuffix(path, suffix), ignored);
        }
    }

    OpenOptions m_options;
    std::span<const schema::Migration> m_ladder;
    OpenReport m_report;
    TimestampMs m_now = 0;
    files::FileLock m_lock;
};

} // namespace

std::string_view name(OpenOutcome outcome)
{
    switch (outcome) {
    case OpenOutcome::Created:
        return "created";
    case OpenOutcome::Current:
        return "current";
    case OpenOutcome::Migrated:
        return "migrated";
    case OpenOutcome::NewerReadOnly:
        return "newer_read_only";
    case OpenOutcome::DamagedSetAside:
        return "damaged_set_aside";
    case OpenOutcome::ReadOnlyFolder:
        return "read_only_folder";
    case OpenOutcome::NewerUnreadable:
        return "newer_unreadable";
    case OpenOutcome::LockedByOther:
        return "locked_by_other";
    case OpenOutcome::ForeignFile:
        return "foreign_file";
    case OpenOutcome::DiskFull:
        return "disk_full";
    case OpenOutcome::NoAccess:
        return "no_access";
    case OpenOutcome::MigrationFailed:
        return "migration_failed";
    case OpenOutcome::Failed:
        return "failed";
    }
    return "failed";
}

Opened openWithLadder(const OpenOptions &options, std::span<const schema::Migration> ladder)
{
    return Opening(options, ladder).run();
}

Opened Database::open(const OpenOptions &options)
{
    return openWithLadder(options, schema::migrations());
}

Database::Database(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}

Database::~Database()
{
    if (!m_parts->readOnly) {
        (void)m_parts->connection->script("PRAGMA optimize");
    }
}

bool Database::readOnly() const
{
    return m_parts->readOnly;
}

const fs::path &Database::path() const
{
    return m_parts->options.path;
}

TimestampMs Database::now() const
{
    return m_parts->options.now();
}

Result<CheckReport> Database::check()
{
    Connection &db = *m_parts->connection;
    CheckReport report;
    const auto add = [&](std::string problem) {
        if (report.problems.size() < kMaxProblems) {
            report.problems.push_back(std::move(problem));
        }
    };
    auto pages = db.each("PRAGMA integrity_check(100)", {}, [&](const sqlite::Row &row) {
        if (std::string line = row.text(0); line != "ok") {
            add(std::move(line));
        }
    });
    if (!pages) {
        if (pages.error().code != ErrorCode::Damaged) {
            return std::unexpected(pages.error());
        }
        add(pages.error().detail);
        return report;
    }
    auto keys =
        db.each("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check", {}, [&](const sqlite::Row &row) {
            add("row " + row.text(1) + " of " + row.text(0) + " points to nothing in " + row.text(2));
        });
    if (!keys) {
        return std::unexpected(keys.error());
    }
    const auto defaults = db.integer("SELECT count(*) FROM assistants WHERE is_default = 1");
    if (!defaults) {
        return std::unexpected(defaults.error());
    }
    if (*defaults != 1) {
        add(std::to_string(*defaults) + " default assistants instead of one");
    }
    if (m_parts->readOnly) {
        return report; // comparing the search index with the text is a write to SQLite
    }
    for (const char *sql : {"INSERT INTO message_index (message_index, rank) VALUES ('integrity-check', 1)",
                            "INSERT INTO title_index (title_index, rank) VALUES ('integrity-check', 1)"}) {
        if (auto index = db.run(sql); !index) {
            if (index.error().code != ErrorCode::Damaged) {
                return std::unexpected(index.error());
            }
            add("the search index does not match the text");
        }
    }
    return report;
}

Result<void> Database::backupTo(const fs::path &target)
{
    return files::copyInto(*m_parts->connection, target);
}

std::vector<fs::path> Database::automaticBackups() const
{
    return files::backups(path());
}

std::vector<fs::path> Database::setAsideFiles() const
{
    return files::setAsideFiles(path());
}

Result<void> Database::checkpoint()
{
    return m_parts->connection->checkpoint();
}

Connection &Database::connection()
{
    return *m_parts->connection;
}

} // namespace storage
