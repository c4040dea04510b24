// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/files/backups.h"

#include "storage/sqlite/connection.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string_view>
#include <system_error>

namespace storage::files {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPart = ".part";

fs::path backupFolder(const fs::path &database)
{
    return database.parent_path() / "backups";
}

fs::path withSuffix(fs::path path, std::string_view suffix)
{
    path += suffix;
    return path;
}

bool syncFile(const fs::path &path)
{
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0) {
        close(descriptor);
    }
    return synced;
}

Error systemFailure(const fs::path &path, int number)
{
    const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
    return Error{full ? ErrorCode::DiskFull : ErrorCode::FileUnreadable,
                 path.filename().string() + ": " + std::generic_category().message(number)};
}

/// Syncs `part` and gives it its final name; removes it when that fails.
Result<void> publish(const fs::path &part, const fs::path &target)
{
    if (!syncFile(part) || std::rename(part.c_str(), target.c_str()) != 0) {
        const Error error = systemFailure(target, errno);
        std::error_code ignored;
        fs::remove(part, ignored);
        return std::unexpected(error);
    }
    syncFolder(target.parent_path());
    return {};
}

std::vector<fs::path> listed(const fs::path &folder, std::string_view prefix, std::string_view suffix)
{
    std::vector<fs::path> found;
    std::error_code error;
    for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(prefix) && name.ends_with(suffix)) {
            found.push_back(entry->path());
        }
    }
    std::ranges::sort(found);
    return found;
}

std::string backupPrefix(const fs::path &database)
{
    return database.stem().string() + "-2";
}

Result<void> rewriteOne(const fs::path &backup, const Rewrite &rewrite)
{
    const fs::path part = withSuffix(backup, kPart);
    std::error_code error;
    fs::copy_file(backup, part, fs::copy_options::overwrite_existing, error);
    if (error) {
        fs::remove(part, error);
        return failure(ErrorCode::FileUnreadable, "a backup cannot be copied");
    }
    auto copy = sqlite::Connection::open(part, sqlite::OpenMode::WorkingCopy);
    Result<void> done = copy ? rewrite.apply(**copy) : std::unexpected(copy.error());
    if (copy) {
        copy->reset();
    }
    if (!done) {
        fs::remove(part, error);
        return done;
    }
    return publish(part, backup);
}

} // namespace

std::string stamp(TimestampMs time)
{
    const std::time_t seconds = static_cast<std::time_t>(time / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const std::size_t size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
    return {text.data(), size};
}

void syncFolder(const fs::path &folder)
{
    (void)syncFile(folder);
}

Result<void> copyInto(sqlite::Connection &connection, const fs::path &target)
{
    std::error_code error;
    if (fs::exists(target, error)) {
        return failure(ErrorCode::Conflict, target.filename().string() + " exists already");
    }
    const fs::path part = withSuffix(target, kPart);
    fs::remove(part, error);
    if (auto done = connection.run("VACUUM INTO :target", {{":target", part.native()}}); !done) {
        fs::remove(part, error);
        return done;
    }
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write, error);
    return publish(part, target);
}

Result<fs::path> makeBackup(sqlite::Connection &connection, const fs::path &database, std::int32_t version,
                            TimestampMs now)
{
    const fs::path folder = backupFolder(database);
    std::error_code error;
    if (fs::create_directories(folder, error)) {
        fs::permissions(folder, fs::perms::owner_all, error);
    }
    if (error) {
        return std::unexpected(systemFailure(folder, error.value()));
    }
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), "-v%04d", version);
    const std::string base = database.stem().string() + "-" + stamp(now) + number.data();
    fs::path target = folder / (base + ".db");
    for (int copy = 2; fs::exists(target, error); ++copy) {
        target = folder / (base + "-" + std::to_string(copy) + ".db");
    }
    if (auto done = copyInto(connection, target); !done) {
        return std::unexpected(done.error());
    }
    return target;
}

std::vector<fs::path> backups(const fs::path &database)
{
    return listed(backupFolder(database), backupPrefix(database), ".db");
}

void rotate(const fs::path &database, std::int32_t keep)
{
    std::error_code ignored;
    for (const fs::path &part : listed(backupFolder(database), backupPrefix(database), kPart)) {
        fs::remove(part, ignored);
    }
    auto all = backups(database);
    const auto surplus = static_cast<std::ptrdiff_t>(all.size()) - keep;
    for (std::ptrdiff_t i = 0; i < surplus; ++i) {
        fs::remove(all[static_cast<std::size_t>(i)], ignored);
    }
}

RewriteReport rewriteBackups(const fs::path &database, const Rewrite &rewrite)
{
    RewriteReport report;
    for (const fs::path &backup : backups(database)) {
        auto copy = sqlite::Connection::open(backup, sqlite::OpenMode::ReadOnlyUntouched);
        const Result<bool> concerned = copy ? rewrite.concerns(**copy) : std::unexpected(copy.error());
        if (copy) {
            copy->reset();
        }
        if (concerned && !*concerned) {
            continue;
        }
        if (concerned && rewriteOne(backup, rewrite)) {
            ++report.rewritten;
            continue;
        }
        std::error_code ignored;
        fs::remove(backup, ignored);
        ++report.removed;
    }
    syncFolder(backupFolder(database));
    return report;
}

Result<fs::path> setAside(const fs::path &database, TimestampMs now)
{
    std::error_code error;
    const std::string base = database.stem().string() + "-damaged-" + stamp(now);
    fs::path target = database.parent_path() / (base + ".db");
    for (int copy = 2; fs::exists(target, error); ++copy) {
        target = database.parent_path() / (base + "-" + std::to_string(copy) + ".db");
    }
    // The log first: a log beside a fresh database would be taken for the fresh one's.
    for (const std::string_view suffix : {"-wal", "-shm", "-journal", ""}) {
        const fs::path from = withSuffix(database, suffix);
        if (fs::exists(from, error) && std::rename(from.c_str(), withSuffix(target, suffix).c_str()) != 0) {
            return std::unexpected(systemFailure(from, errno));
        }
    }
    syncFolder(database.parent_path());
    return target;
}

std::vector<fs::path> setAsideFiles(const fs::path &database)
{
    return listed(database.parent_path(), database.stem().string() + "-damaged-", ".db");
}

} // namespace storage::files
