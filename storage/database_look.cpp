// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/database_look_p.h"

#include "storage/schema/migrations.h"
#include "storage/sqlite/connection.h"

#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace storage::detail {

namespace fs = std::filesystem;
using sqlite::Connection;
using sqlite::OpenMode;

namespace {

constexpr std::uintmax_t kSmallFileBytes = 64U << 20U;
constexpr TimestampMs kCheckEveryMs = 7LL * 24 * 3600 * 1000;
constexpr std::string_view kIndexProblem = "malformed inverted index for FTS5 table";

Look lookFailed(const Error &error)
{
    return {.content = error.code == ErrorCode::Damaged ? Content::Damaged : Content::Inconclusive,
            .detail = error.detail};
}

Result<std::vector<std::string>> quickCheck(Connection &connection)
{
    std::vector<std::string> problems;
    auto done = connection.each("PRAGMA quick_check(100)", {}, [&](const sqlite::Row &row) {
        if (std::string line = row.text(0); line != "ok") {
            problems.push_back(std::move(line));
        }
    });
    if (!done) {
        return std::unexpected(done.error());
    }
    return problems;
}

bool checkIsDue(Connection &connection, const OpenOptions &options, TimestampMs now)
{
    if (options.check == CheckAtOpen::Always || sizeOf(options.path) <= kSmallFileBytes ||
        sizeOf(withSuffix(options.path, "-wal")) > 0) {
        return true;
    }
    const auto checked = connection.integer("SELECT value FROM meta WHERE key = 'checked_ms'");
    return !checked || now - *checked >= kCheckEveryMs;
}

} // namespace

fs::path withSuffix(fs::path path, std::string_view suffix)
{
    path += suffix;
    return path;
}

std::uintmax_t sizeOf(const fs::path &path)
{
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return error ? 0 : size;
}

Look lookAt(Connection &connection, const OpenOptions &options, TimestampMs now)
{
    const auto application = connection.integer("PRAGMA application_id");
    const auto version = connection.integer("PRAGMA user_version");
    const auto tables = connection.integer("SELECT count(*) FROM sqlite_schema");
    const auto own = connection.integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' "
                                        "AND name IN ('conversations', 'messages', 'answer_journal')");
    for (const auto *value : {&application, &version, &tables, &own}) {
        if (!*value) {
            return lookFailed(value->error());
        }
    }
    if (*tables == 0 && *application == 0 && *version == 0) {
        return {.content = Content::Nothing};
    }
    if (*application != schema::kApplicationId) {
        return *own == 3 ? Look{.content = Content::Damaged, .detail = "the header does not name Carrel, the tables do"}
                         : Look{.content = Content::Foreign};
    }
    Look look{.content = Content::Ours, .version = static_cast<std::int32_t>(*version)};
    const auto minReader = connection.integer("SELECT value FROM meta WHERE key = 'min_reader'");
    if (!minReader && minReader.error().code == ErrorCode::Damaged) {
        return lookFailed(minReader.error());
    }
    look.minReader = minReader ? static_cast<std::int32_t>(*minReader) : 0;
    if (!checkIsDue(connection, options, now)) {
        return look;
    }
    const auto problems = quickCheck(connection);
    if (!problems) {
        return lookFailed(problems.error());
    }
    for (const std::string &problem : *problems) {
        if (!problem.starts_with(kIndexProblem)) {
            look.content = Content::Damaged;
            look.detail = problem;
            return look;
        }
        look.indexDamaged = true;
    }
    return look;
}

Look lookUntouched(const OpenOptions &options, TimestampMs now)
{
    std::error_code error;
    const bool log = sizeOf(withSuffix(options.path, "-wal")) > 0;
    if (sizeOf(options.path) == 0) {
        const bool exists = fs::exists(options.path, error);
        // A log without its file: SQLite would delete it, and with it the only copy of what it holds.
        return log ? Look{.content = Content::Damaged, .detail = exists ? "the file is empty" : "the file is gone"}
                   : Look{.content = Content::Nothing};
    }
    auto connection = Connection::open(options.path, OpenMode::ReadOnlyUntouched);
    return connection ? lookAt(**connection, options, now) : lookFailed(connection.error());
}

} // namespace storage::detail
