// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/sqlite/statement.h"

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <type_traits>

namespace storage::sqlite {

int bind(sqlite3_stmt *statement, Parameters parameters)
{
    for (const Parameter &parameter : parameters) {
        const int index = sqlite3_bind_parameter_index(statement, parameter.name);
        if (index == 0) {
            return SQLITE_RANGE;
        }
        const int rc = std::visit(
            [&](const auto &value) {
                using T = std::remove_cvref_t<decltype(value)>;
                if constexpr (std::is_same_v<T, std::nullptr_t>) {
                    return sqlite3_bind_null(statement, index);
                } else if constexpr (std::is_same_v<T, std::int64_t>) {
                    return sqlite3_bind_int64(statement, index, value);
                } else if constexpr (std::is_same_v<T, double>) {
                    return sqlite3_bind_double(statement, index, value);
                } else if constexpr (std::is_same_v<T, std::string_view>) {
                    // A view of nothing has no address, and SQLite takes a null address for NULL.
                    return sqlite3_bind_text64(statement, index, value.data() ? value.data() : "", value.size(),
                                               SQLITE_TRANSIENT, SQLITE_UTF8);
                } else {
                    return value.empty()
                               ? sqlite3_bind_zeroblob(statement, index, 0)
                               : sqlite3_bind_blob64(statement, index, value.data(), value.size(), SQLITE_TRANSIENT);
                }
            },
            parameter.value.get());
        if (rc != SQLITE_OK) {
            return rc;
        }
    }
    return SQLITE_OK;
}

bool Row::isNull(int column) const
{
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

std::int64_t Row::integer(int column) const
{
    return sqlite3_column_int64(m_statement, column);
}

std::int32_t Row::integer32(int column) const
{
    using Limits = std::numeric_limits<std::int32_t>;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(integer(column), Limits::min(), Limits::max()));
}

double Row::real(int column) const
{
    return sqlite3_column_double(m_statement, column);
}

std::string Row::text(int column) const
{
    // As bytes: text that was stored from foreign input may hold zero characters.
    const Blob bytes = blob(column);
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

Blob Row::blob(int column) const
{
    const auto *data = static_cast<const std::byte *>(sqlite3_column_blob(m_statement, column));
    const int size = sqlite3_column_bytes(m_statement, column);
    return data != nullptr ? Blob(data, static_cast<std::size_t>(size)) : Blob();
}

} // namespace storage::sqlite
