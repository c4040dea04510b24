// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"
#include "storage/ids.h"
#include "storage/records.h"
#include "storage/sqlite/connection.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the stores share: private to this library.
namespace storage::detail {

/// A new version 7 UUID: sorts by time, tells nothing else.
std::string makeUuid(TimestampMs now);
/// Whether a text is a UUID in lower case.
bool isUuid(std::string_view text);

/// The id, or NULL for none.
template <class Tag>
sqlite::Value orNull(Id<Tag> id)
{
    return id.valid() ? sqlite::Value(id.value) : sqlite::Value(nullptr);
}

/// Runs a statement that must change a row; NotFound, naming `what`, when it changes none.
Result<void> changeRow(sqlite::Connection &db, std::string_view what, std::string_view sql,
                       sqlite::Parameters parameters);

/// The row, or NotFound naming `what`.
template <class T>
Result<T> required(Result<std::optional<T>> row, std::string_view what)
{
    if (!row) {
        return std::unexpected(row.error());
    }
    if (!*row) {
        return failure(ErrorCode::NotFound, "no such " + std::string(what));
    }
    return std::move(**row);
}

/// Integers as stored: 4 bytes each, least significant first.
std::vector<std::byte> packed(std::span<const std::int32_t> values);
/// The reverse; bytes beyond a multiple of four are ignored.
std::vector<std::int32_t> unpacked(sqlite::Blob bytes);

/// Adapters as a JSON list.
std::string adaptersToJson(const std::vector<AdapterUse> &adapters);
/// The reverse; what is not an adapter is left out.
std::vector<AdapterUse> adaptersFromJson(std::string_view json);
/// Whether a text is JSON.
bool isJson(std::string_view text);

std::string_view toText(Role role);
std::string_view toText(MessageState state);
std::optional<Role> roleFrom(std::string_view text);
std::optional<MessageState> stateFrom(std::string_view text);

} // namespace storage::detail

/// Returns the error of an expression of type Result<void> from the calling function.
#define STORAGE_TRY(expression)                                                                                        \
    do {                                                                                                               \
        if (auto tried_ = (expression); !tried_) {                                                                     \
            return std::unexpected(std::move(tried_).error());                                                         \
        }                                                                                                              \
    } while (false)
