// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/document_records.h"
#include "storage/sqlite/statement.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Rows of index.db to values and back: private to this library.
namespace storage::detail {

/// Columns of `documents` in the order that documentFrom() expects, as "d.id, d.sha256, ...".
extern const std::string_view kDocumentColumns;
constexpr int kDocumentColumnCount = 18;
Document documentFrom(const sqlite::Row &row, int first);

/// Columns of `files`, as "f.id, ...".
extern const std::string_view kFileColumns;
constexpr int kFileColumnCount = 8;
CollectionFile fileFrom(const sqlite::Row &row, int first);

/// Columns of `passages` without boxes, as "p.id, ...".
extern const std::string_view kPassageColumns;
constexpr int kPassageColumnCount = 11;
Passage passageFrom(const sqlite::Row &row, int first);

/// Page, left, top, right, bottom of each line, 4 bytes each, least significant first.
std::vector<std::byte> packedBoxes(std::span<const LineBox> boxes);
std::vector<LineBox> unpackedBoxes(sqlite::Blob bytes);

std::string_view toText(FilePresence presence);

} // namespace storage::detail
