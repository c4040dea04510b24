// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"

#include <cstdint>
#include <filesystem>

namespace storage {
namespace sqlite {
class Connection;
}

namespace schema {

struct Salvaged {
    std::int64_t rows = 0;
    std::int64_t conversations = 0;
};

/// Copies every row that can still be read from a damaged file into a freshly made database, skipping what cannot, and
/// mends what then points nowhere: messages whose conversation is lost get a new one, messages whose parent is lost
/// become first messages. The damaged file is only read. An error is about the fresh file; a source of which
/// nothing can be read gives zero rows.
Result<Salvaged> salvage(const std::filesystem::path &damaged, sqlite::Connection &fresh);

} // namespace schema
} // namespace storage
