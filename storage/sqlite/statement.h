// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

struct sqlite3_stmt;

namespace storage::sqlite {

/// Bytes of a BLOB, borrowed for the length of a call.
using Blob = std::span<const std::byte>;

/// A value to bind, borrowed for the length of a call.
class Value {
public:
    Value(std::nullptr_t)
        : m_value(nullptr)
    {
    }
    template <std::integral T>
    Value(T value)
        : m_value(static_cast<std::int64_t>(value))
    {
    }
    Value(double value)
        : m_value(value)
    {
    }
    Value(std::string_view value)
        : m_value(value)
    {
    }
    Value(const std::string &value)
        : m_value(std::string_view(value))
    {
    }
    Value(const char *value)
        : m_value(std::string_view(value))
    {
    }
    Value(Blob value)
        : m_value(value)
    {
    }

    [[nodiscard]] const auto &get() const { return m_value; }

private:
    std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Blob> m_value;
};

struct Parameter {
    const char *name; ///< with its colon: ":title"
    Value value;
};

using Parameters = std::initializer_list<Parameter>;

/// Binds values to a compiled statement by name; all text and bytes are copied. Returns SQLite's result code; a name
/// the statement does not have is SQLITE_RANGE.
int bind(sqlite3_stmt *statement, Parameters parameters);

/// One row of a result, valid inside the function it is given to. Columns count from 0.
class Row {
public:
    explicit Row(sqlite3_stmt *statement)
        : m_statement(statement)
    {
    }
    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;   ///< 0 for NULL
    [[nodiscard]] std::int32_t integer32(int column) const; ///< clamped
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string text(int column) const; ///< copies; "" for NULL; also a BLOB's bytes
    [[nodiscard]] Blob blob(int column) const;        ///< valid until the next row

private:
    sqlite3_stmt *m_statement;
};

} // namespace storage::sqlite
