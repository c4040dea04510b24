// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"
#include "storage/sqlite/statement.h"

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace storage::sqlite {

/// How a file is opened.
enum class OpenMode {
    ReadWrite,   ///< creates it when missing; write-ahead log, every commit synced, no other process beside it
    WorkingCopy, ///< an existing copy nobody else knows: no log, the journal in memory, so that no text lands in one
    ReadOnlyUntouched, ///< writes neither the file nor anything beside it, and takes no lock: the caller holds one
};

/// The address under which SQLite reads a file without touching it or anything beside it.
std::string readOnlyUri(const std::filesystem::path &path);

/// One SQLite connection and its compiled statements. Used by one thread at a time. Move-only through unique_ptr.
class Connection {
public:
    /// Opens `path` with the settings every connection has: foreign keys, secure_delete, no trust in the schema,
    /// temporary data in memory only. Opening reads nothing yet: a damaged file fails at the first statement.
    static Result<std::unique_ptr<Connection>> open(const std::filesystem::path &path, OpenMode mode);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    /// Runs one statement that returns no rows. `sql` is a literal: compiled once and kept.
    Result<void> run(std::string_view sql, Parameters parameters = {});

    /// Calls `row` for each row of the result.
    template <std::invocable<const Row &> Function>
    Result<void> each(std::string_view sql, Parameters parameters, Function &&row);

    /// What `row` makes of the first row; nothing when there is none.
    template <std::invocable<const Row &> Function>
    auto first(std::string_view sql, Parameters parameters, Function &&row)
        -> Result<std::optional<std::invoke_result_t<Function, const Row &>>>;

    /// The first column of the first row; 0 when there is none.
    Result<std::int64_t> integer(std::string_view sql, Parameters parameters = {});
    Result<std::string> text(std::string_view sql, Parameters parameters = {});

    /// Copies the write-ahead log into the file and cuts it to nothing.
    Result<void> checkpoint();

    /// Whether files are read on that are shorter than their header says. For salvage alone.
    void setTolerant(bool tolerant);

    /// See sqlite/passage_score.h.
    Result<void> addPassageScore();

    /// Drops the compiled statements; none may be running.
    void forgetStatements();

    /// Runs a script of any number of statements, not kept.
    Result<void> script(const std::string &sql);

    [[nodiscard]] std::int64_t changes() const; ///< rows changed by the last statement
    [[nodiscard]] std::int64_t lastInsertId() const;
    [[nodiscard]] bool inTransaction() const;

private:
    explicit Connection(sqlite3 *handle)
        : m_handle(handle)
    {
    }
    Result<sqlite3_stmt *> bound(std::string_view sql, Parameters parameters);
    /// true: a row is there.
    Result<bool> step(sqlite3_stmt *statement);
    Error lastError(std::string_view sql) const;

    struct Reset {
        void operator()(sqlite3_stmt *statement) const;
    };
    using Running = std::unique_ptr<sqlite3_stmt, Reset>;

    sqlite3 *m_handle;
    std::unordered_map<std::string, sqlite3_stmt *> m_statements; ///< owned, by their text
};

template <std::invocable<const Row &> Function>
Result<void> Connection::each(std::string_view sql, Parameters parameters, Function &&row)
{
    auto statement = bound(sql, parameters);
    if (!statement) {
        return std::unexpected(statement.error());
    }
    const Running running(*statement);
    for (;;) {
        const auto more = step(running.get());
        if (!more) {
            return std::unexpected(more.error());
        }
        if (!*more) {
            return {};
        }
        row(Row(running.get()));
    }
}

template <std::invocable<const Row &> Function>
auto Connection::first(std::string_view sql, Parameters parameters, Function &&row)
    -> Result<std::optional<std::invoke_result_t<Function, const Row &>>>
{
    using Value_ = std::invoke_result_t<Function, const Row &>;
    auto statement = bound(sql, parameters);
    if (!statement) {
        return std::unexpected(statement.error());
    }
    const Running running(*statement);
    const auto more = step(running.get());
    if (!more) {
        return std::unexpected(more.error());
    }
    if (!*more) {
        return std::optional<Value_>{};
    }
    return std::optional<Value_>(row(Row(running.get())));
}

} // namespace storage::sqlite
