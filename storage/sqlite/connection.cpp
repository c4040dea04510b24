// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sqlite/connection.h"

#include "storage/sqlite/passage_score.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace storage::sqlite {

namespace {

constexpr std::string_view kReadWritePragmas =
    // EXCLUSIVE keeps the log's index in memory: one process holds the file anyway, and no -shm file is needed.
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA journal_size_limit = 4194304;";
constexpr std::string_view kWorkingCopyPragmas = "PRAGMA locking_mode = EXCLUSIVE;"
                                                 "PRAGMA journal_mode = MEMORY;"
                                                 "PRAGMA synchronous = FULL;";
constexpr std::string_view kReadOnlyPragmas = "PRAGMA locking_mode = EXCLUSIVE;"
                                              "PRAGMA query_only = ON;";
constexpr std::string_view kCommonPragmas = "PRAGMA foreign_keys = ON;"
                                            "PRAGMA secure_delete = ON;"
                                            "PRAGMA cell_size_check = ON;"
                                            "PRAGMA trusted_schema = OFF;"
                                            // Never a temporary file: it would hold the user's text elsewhere.
                                            "PRAGMA temp_store = MEMORY;"
                                            "PRAGMA cache_size = -8192;";

std::string uriPath(const std::filesystem::path &path)
{
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string uri = "file:";
    const std::filesystem::path absolute = std::filesystem::absolute(path);
    for (const char c : absolute.native()) {
        if (c == '%' || c == '?' || c == '#') {
            uri += {'%', hex[static_cast<unsigned char>(c) >> 4], hex[static_cast<unsigned char>(c) & 15]};
        } else {
            uri += c;
        }
    }
    return uri;
}

ErrorCode codeOf(int rc, int systemError)
{
    if (systemError == ENOSPC || systemError == EDQUOT || systemError == EFBIG) {
        return ErrorCode::DiskFull;
    }
    switch (rc & 0xff) {
    case SQLITE_FULL:
        return ErrorCode::DiskFull;
    case SQLITE_READONLY:
        return ErrorCode::ReadOnly;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return ErrorCode::Busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ErrorCode::Damaged;
    case SQLITE_CONSTRAINT:
        return ErrorCode::Conflict;
    case SQLITE_NOMEM:
        return ErrorCode::OutOfMemory;
    case SQLITE_TOOBIG:
        return ErrorCode::InvalidArgument;
    case SQLITE_IOERR:
        // A read that ends early is a file cut short, not a device at fault.
        if (rc == SQLITE_IOERR_SHORT_READ) {
            return ErrorCode::Damaged;
        }
        return systemError == EROFS ? ErrorCode::ReadOnly : ErrorCode::FileUnreadable;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return systemError == EROFS ? ErrorCode::ReadOnly : ErrorCode::FileUnreadable;
    default:
        return ErrorCode::Internal;
    }
}

} // namespace

std::string readOnlyUri(const std::filesystem::path &path)
{
    std::error_code error;
    auto log = path;
    log += "-wal";
    const auto logBytes = std::filesystem::file_size(log, error);
    // With a log there are commits in it to be read: no locks and an index in memory leave everything untouched.
    // Without one only `immutable` keeps SQLite from making the file.
    return uriPath(path) + (!error && logBytes > 0 ? "?mode=ro&vfs=unix-none" : "?mode=ro&immutable=1");
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path &path, OpenMode mode)
{
    const bool readOnly = mode == OpenMode::ReadOnlyUntouched;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI;
    flags |= readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    flags |= mode == OpenMode::ReadWrite ? SQLITE_OPEN_CREATE : 0;
    sqlite3 *handle = nullptr;
    const int rc = sqlite3_open_v2((readOnly ? readOnlyUri(path) : uriPath(path)).c_str(), &handle, flags, nullptr);
    if (handle == nullptr) {
        return failure(ErrorCode::OutOfMemory, "no memory for a database connection");
    }
    auto connection = std::unique_ptr<Connection>(new Connection(handle));
    if (rc != SQLITE_OK) {
        return std::unexpected(connection->lastError("open"));
    }
    sqlite3_busy_timeout(handle, 2000);
    // The schema is foreign input too: a crafted file must not reach functions with effects.
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);

    const std::string_view own = readOnly                        ? kReadOnlyPragmas
                                 : mode == OpenMode::WorkingCopy ? kWorkingCopyPragmas
                                                                 : kReadWritePragmas;
    // The locking mode first: the others read the file, and with it the log's index would be made beside it.
    for (const std::string_view pragmas : {own, kCommonPragmas}) {
        if (auto done = connection->script(std::string(pragmas)); !done) {
            return std::unexpected(done.error());
        }
    }
    return connection;
}

Connection::~Connection()
{
    forgetStatements();
    sqlite3_close(m_handle);
}

Result<void> Connection::addPassageScore()
{
    return sqlite::addPassageScore(m_handle);
}

void Connection::forgetStatements()
{
    for (const auto &[sql, statement] : m_statements) {
        sqlite3_finalize(statement);
    }
    m_statements.clear();
}

void Connection::Reset::operator()(sqlite3_stmt *statement) const
{
    sqlite3_reset(statement);
    // Bound text is a copy of the user's: it goes as soon as it is used.
    sqlite3_clear_bindings(statement);
}

Result<sqlite3_stmt *> Connection::bound(std::string_view sql, Parameters parameters)
{
    auto found = m_statements.find(std::string(sql));
    if (found == m_statements.end()) {
        sqlite3_stmt *statement = nullptr;
        const int rc = sqlite3_prepare_v3(m_handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                          &statement, nullptr);
        if (rc != SQLITE_OK) {
            return std::unexpected(lastError(sql));
        }
        found = m_statements.emplace(sql, statement).first;
    }
    if (sqlite3_stmt_busy(found->second) != 0) {
        return failure(ErrorCode::Internal, "a statement is used inside its own loop: " + std::string(sql));
    }
    if (const int rc = bind(found->second, parameters); rc != SQLITE_OK) {
        sqlite3_clear_bindings(found->second);
        return failure(codeOf(rc, 0), std::string(sqlite3_errstr(rc)) + " binding: " + std::string(sql));
    }
    return found->second;
}

Result<bool> Connection::step(sqlite3_stmt *statement)
{
    const int rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) {
        return true;
    }
    if (rc == SQLITE_DONE) {
        return false;
    }
    return std::unexpected(lastError(sqlite3_sql(statement)));
}

Error Connection::lastError(std::string_view sql) const
{
    const int rc = sqlite3_extended_errcode(m_handle);
    // SQLite keeps the system's number of the last failed call, also when that is long past.
    const bool fromSystem = (rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN;
    const int systemError = fromSystem ? sqlite3_system_errno(m_handle) : 0;
    std::string detail = "SQLite " + std::to_string(rc) + ": " + sqlite3_errmsg(m_handle);
    if (systemError != 0) {
        detail += " (" + std::generic_category().message(systemError) + ")";
    }
    return Error{codeOf(rc, systemError), detail + " in: " + std::string(sql.substr(0, 120))};
}

Result<void> Connection::run(std::string_view sql, Parameters parameters)
{
    return each(sql, parameters, [](const Row &) {});
}

Result<std::int64_t> Connection::integer(std::string_view sql, Parameters parameters)
{
    auto value = first(sql, parameters, [](const Row &row) { return row.integer(0); });
    if (!value) {
        return std::unexpected(value.error());
    }
    return value->value_or(0);
}

Result<std::string> Connection::text(std::string_view sql, Parameters parameters)
{
    auto value = first(sql, parameters, [](const Row &row) { return row.text(0); });
    if (!value) {
        return std::unexpected(value.error());
    }
    return value->value_or(std::string());
}

Result<void> Connection::script(const std::string &sql)
{
    // One by one, so that an error names the statement it comes from.
    const char *rest = sql.c_str();
    while (*(rest += std::strspn(rest, " \n")) != '\0') {
        const char *begin = rest;
        sqlite3_stmt *statement = nullptr;
        int rc = sqlite3_prepare_v2(m_handle, begin, -1, &statement, &rest);
        while (rc == SQLITE_OK || rc == SQLITE_ROW) {
            rc = statement != nullptr ? sqlite3_step(statement) : SQLITE_DONE;
        }
        if (rc != SQLITE_DONE) {
            Error error = lastError(begin);
            sqlite3_finalize(statement);
            return std::unexpected(std::move(error));
        }
        sqlite3_finalize(statement);
    }
    return {};
}

void Connection::setTolerant(bool tolerant)
{
    sqlite3_db_config(m_handle, SQLITE_DBCONFIG_DEFENSIVE, tolerant ? 0 : 1, nullptr);
    sqlite3_db_config(m_handle, SQLITE_DBCONFIG_WRITABLE_SCHEMA, tolerant ? 1 : 0, nullptr);
}

Result<void> Connection::checkpoint()
{
    if (sqlite3_wal_checkpoint_v2(m_handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr) != SQLITE_OK) {
        return std::unexpected(lastError("checkpoint"));
    }
    return {};
}

std::int64_t Connection::changes() const
{
    return sqlite3_changes64(m_handle);
}

std::int64_t Connection::lastInsertId() const
{
    return sqlite3_last_insert_rowid(m_handle);
}

bool Connection::inTransaction() const
{
    return sqlite3_get_autocommit(m_handle) == 0;
}

} // namespace storage::sqlite
