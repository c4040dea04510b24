// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace storage {

/// What went wrong, for code that decides what to do next. Words for people are made in app/failure.
enum class ErrorCode {
    NotFound,        ///< no row with that id
    InvalidArgument, ///< the caller broke the contract of a function
    Conflict,        ///< the row is not in the state the operation needs, or the value is already taken
    ReadOnly,        ///< the database was opened read-only, or its folder no longer accepts writes
    DiskFull,        ///< no room: the operation was undone, everything acknowledged before it is kept
    Busy,            ///< another process holds a lock on the file
    Damaged,         ///< the file's pages contradict each other
    NewerFormat,     ///< written by a newer Carrel in a way this one cannot read
    ImportMalformed, ///< a file to restore from breaks its format; `detail` names the line
    FileUnreadable,  ///< a file cannot be opened, read, written or renamed
    OutOfMemory,     ///< memory is exhausted
    Internal,        ///< a bug in Carrel
};

/// The code's name as it appears in logs and in JSON, for example "disk_full".
std::string_view name(ErrorCode code);

/// A failure with one technical sentence in English for logs and "copy details". Never holds text of a user.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string detail;
};

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for returning a failure from a function that returns Result.
inline std::unexpected<Error> failure(ErrorCode code, std::string detail)
{
    return std::unexpected(Error{code, std::move(detail)});
}

} // namespace storage
