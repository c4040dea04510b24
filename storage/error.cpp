// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/error.h"

namespace storage {

std::string_view name(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotFound:
        return "not_found";
    case ErrorCode::InvalidArgument:
        return "invalid_argument";
    case ErrorCode::Conflict:
        return "conflict";
    case ErrorCode::ReadOnly:
        return "read_only";
    case ErrorCode::DiskFull:
        return "disk_full";
    case ErrorCode::Busy:
        return "busy";
    case ErrorCode::Damaged:
        return "damaged";
    case ErrorCode::NewerFormat:
        return "newer_format";
    case ErrorCode::ImportMalformed:
        return "import_malformed";
    case ErrorCode::FileUnreadable:
        return "file_unreadable";
    case ErrorCode::OutOfMemory:
        return "out_of_memory";
    case ErrorCode::Internal:
        return "internal";
    }
    return "internal";
}

} // namespace storage
