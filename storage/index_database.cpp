// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/index_database.h"

#include "storage/files/file_lock.h"
#include "storage/schema/migrations.h"
#include "storage/sqlite/connection.h"
#include "storage/store_p.h"

#include <array>
#include <chrono>
#include <system_error>
#include <utility>

namespace storage {

namespace fs = std::filesystem;
using sqlite::Connection;

struct IndexDatabase::Parts {
    IndexOptions options;
    files::FileLock lock;
    std::unique_ptr<Connection> connection; ///< after the lock: closed before it is given back
};

namespace {

constexpr std::array<std::string_view, 7> kNames = {"created",   "current",   "remade", "locked_by_other",
                                                    "no_access", "disk_full", "failed"};

TimestampMs systemNow()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

IndexOutcome outcomeOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::DiskFull:
        return IndexOutcome::DiskFull;
    case ErrorCode::Busy:
        return IndexOutcome::LockedByOther;
    case ErrorCode::ReadOnly:
    case ErrorCode::FileUnreadable:
        return IndexOutcome::NoAccess;
    default:
        return IndexOutcome::Failed;
    }
}

/// A larger file is looked at only when something in it turns out to be wrong: it has to open within a second.
constexpr std::uintmax_t kCheckedBytes = 32U << 20U;

/// Whether the file is an index that this version can go on with.
Result<bool> isUsable(Connection &connection, const fs::path &path)
{
    const auto application = connection.integer("PRAGMA application_id");
    if (!application) {
        return std::unexpected(application.error());
    }
    const auto version = connection.integer("PRAGMA user_version");
    if (!version) {
        return std::unexpected(version.error());
    }
    if (*application != schema::kIndexApplicationId || *version != schema::version(schema::indexMigrations())) {
        return false;
    }
    std::error_code error;
    if (fs::file_size(path, error) > kCheckedBytes) {
        return true;
    }
    const auto sound = connection.text("PRAGMA quick_check(1)");
    if (!sound) {
        return std::unexpected(sound.error());
    }
    return *sound == "ok" ? Result<bool>(true) : failure(ErrorCode::Damaged, *sound);
}

void removeFile(const fs::path &path)
{
    for (const char *suffix : {"", "-wal", "-shm", "-journal"}) {
        std::error_code error;
        auto file = path;
        file += suffix;
        fs::remove(file, error);
    }
}

} // namespace

std::string_view name(IndexOutcome outcome)
{
    return kNames[static_cast<std::size_t>(outcome)];
}

OpenedIndex IndexDatabase::open(const IndexOptions &given)
{
    auto parts = std::make_unique<Parts>();
    parts->options = given;
    if (!parts->options.now) {
        parts->options.now = systemNow;
    }
    const auto failed = [](const Error &error) {
        return OpenedIndex{.outcome = outcomeOf(error.code), .detail = error.detail};
    };
    const fs::path &path = parts->options.path;
    std::error_code error;
    const bool madeFolder = fs::create_directories(path.parent_path(), error);
    if (error) {
        return {.outcome = IndexOutcome::NoAccess, .detail = "the folder cannot be made: " + error.message()};
    }
    if (madeFolder) {
        fs::permissions(path.parent_path(), fs::perms::owner_all, error);
    }
    auto lockPath = path;
    lockPath += ".lock";
    auto lock = files::FileLock::acquire(lockPath);
    if (!lock) {
        return failed(lock.error());
    }
    parts->lock = std::move(*lock);

    OpenedIndex opened{.outcome = fs::exists(path, error) ? IndexOutcome::Current : IndexOutcome::Created};
    auto connection = Connection::open(path, sqlite::OpenMode::ReadWrite);
    const Result<bool> usable = connection ? isUsable(**connection, path) : std::unexpected(connection.error());
    if (!usable && usable.error().code != ErrorCode::Damaged) {
        return failed(usable.error());
    }
    if (!usable.value_or(false)) {
        if (opened.outcome == IndexOutcome::Current) {
            opened.outcome = IndexOutcome::Remade;
            opened.detail = usable ? "it is of another version" : usable.error().detail;
            if (parts->options.log) {
                parts->options.log("index.db is made anew: " + opened.detail);
            }
            if (connection) {
                connection->reset();
            }
            removeFile(path);
            connection = Connection::open(path, sqlite::OpenMode::ReadWrite);
        }
        if (!connection) {
            return failed(connection.error());
        }
        if (auto made = schema::migrate(**connection, schema::indexMigrations(), schema::kIndexApplicationId); !made) {
            return failed(made.error());
        }
    }
    // A power cut may cost the last documents, which are read again; a commit per document should not cost a sync.
    if (auto done = (*connection)
                        ->script("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768;"
                                 "CREATE TEMP TABLE goes_first (collection_uuid TEXT NOT NULL PRIMARY KEY) "
                                 "STRICT, WITHOUT ROWID");
        !done) {
        return failed(done.error());
    }
    if (auto added = (*connection)->addPassageScore(); !added) {
        return failed(added.error());
    }
    parts->connection = std::move(*connection);
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
    opened.database = std::make_unique<IndexDatabase>(std::move(parts));
    return opened;
}

IndexDatabase::IndexDatabase(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}

IndexDatabase::~IndexDatabase()
{
    (void)m_parts->connection->script("PRAGMA optimize");
}

const fs::path &IndexDatabase::path() const
{
    return m_parts->options.path;
}

TimestampMs IndexDatabase::now() const
{
    return m_parts->options.now();
}

Result<void> IndexDatabase::check()
{
    const auto pages = m_parts->connection->text("PRAGMA integrity_check(1)");
    if (!pages) {
        return std::unexpected(pages.error());
    }
    if (*pages != "ok") {
        return failure(ErrorCode::Damaged, *pages);
    }
    const auto broken = m_parts->connection->integer("SELECT count(*) FROM pragma_foreign_key_check");
    if (!broken) {
        return std::unexpected(broken.error());
    }
    if (*broken != 0) {
        return failure(ErrorCode::Damaged, "rows of the index point nowhere");
    }
    for (const char *check : {"INSERT INTO passage_words (passage_words, rank) VALUES ('integrity-check', 1)",
                              "INSERT INTO passage_trigrams (passage_trigrams, rank) VALUES ('integrity-check', 1)"}) {
        STORAGE_TRY(m_parts->connection->run(check));
    }
    return {};
}

Result<void> IndexDatabase::distrust()
{
    return m_parts->connection->script("PRAGMA user_version = 0");
}

Connection &IndexDatabase::connection()
{
    return *m_parts->connection;
}

} // namespace storage
