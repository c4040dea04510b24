// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/database.h"

#include <filesystem>
#include <string>

/// What a golden database holds: how it was written, and how it reads back.
namespace storage::test {

/// Writes and closes a database with something of everything that this version stores, through the stores themselves:
/// branches, records that build on each other, a running answer, the trash. The same bytes at every call.
void writeGoldenDatabase(const std::filesystem::path &path);

/// All that the public API says about a database, one fact a line.
std::string described(Database &database);

/// Tables, indexes and triggers with their SQL, and the numbers in the header that name the schema. What SQLite's
/// planner has noted about the content is left out.
std::string schemaOf(Database &database);

} // namespace storage::test
