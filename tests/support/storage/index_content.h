// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/error.h"
#include "storage/index_database.h"

#include <string>

namespace tests {

/// All that index.db says of its documents, a line for each row, without the ids of rows and without times: equal for
/// two indexes that were made of the same files in different ways.
storage::Result<std::string> indexContent(storage::IndexDatabase &index);

} // namespace tests
