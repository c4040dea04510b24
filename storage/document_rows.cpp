// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/document_rows_p.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace storage {

namespace {

constexpr std::array<std::string_view, 10> kStates = {"waiting",   "reading",     "read",      "partial",   "scanned",
                                                      "encrypted", "unsupported", "too_large", "malformed", "failed"};
constexpr std::array<std::string_view, 3> kPresences = {"present", "offline", "unreadable"};

/// The file's check constraint allows no other text.
template <class Enum, std::size_t N>
Enum fromText(std::string_view text, const std::array<std::string_view, N> &names)
{
    const auto found = std::ranges::find(names, text);
    return static_cast<Enum>(found == names.end() ? 0 : found - names.begin());
}

} // namespace

std::string_view name(DocumentState state)
{
    return kStates[static_cast<std::size_t>(state)];
}

namespace detail {

const std::string_view kDocumentColumns =
    "d.id, d.sha256, d.size_bytes, d.state, d.reason, d.attempts, d.reader_version, d.format, d.title, d.author, "
    "d.language, d.numbered, d.page_count, d.pages_with_text, d.word_count, d.token_count, d.passage_count, d.read_ms";
const std::string_view kFileColumns =
    "f.id, f.collection_uuid, f.path, f.size_bytes, f.modified_ns, f.presence, f.document_id, f.added_ms";
const std::string_view kPassageColumns = "p.id, p.document_id, p.number, p.section, p.first_page, p.last_page, "
                                         "p.text_begin, p.text_end, p.token_count, p.heading, p.text";

Document documentFrom(const sqlite::Row &row, int first)
{
    return {.id = {row.integer(first)},
            .sha256 = row.text(first + 1),
            .sizeBytes = row.integer(first + 2),
            .state = fromText<DocumentState>(row.text(first + 3), kStates),
            .reason = row.text(first + 4),
            .attempts = row.integer32(first + 5),
            .readerVersion = row.integer32(first + 6),
            .format = row.text(first + 7),
            .title = row.text(first + 8),
            .author = row.text(first + 9),
            .language = row.text(first + 10),
            .numbered = row.integer(first + 11) != 0,
            .pageCount = row.integer32(first + 12),
            .pagesWithText = row.integer32(first + 13),
            .wordCount = row.integer(first + 14),
            .tokenCount = row.integer(first + 15),
            .passageCount = row.integer32(first + 16),
            .readMs = row.integer(first + 17)};
}

CollectionFile fileFrom(const sqlite::Row &row, int first)
{
    return {.id = {row.integer(first)},
            .collectionUuid = row.text(first + 1),
            .path = row.text(first + 2),
            .sizeBytes = row.integer(first + 3),
            .modifiedNs = row.integer(first + 4),
            .presence = fromText<FilePresence>(row.text(first + 5), kPresences),
            .document = {row.integer(first + 6)},
            .addedMs = row.integer(first + 7)};
}

Passage passageFrom(const sqlite::Row &row, int first)
{
    return {.id = {row.integer(first)},
            .document = {row.integer(first + 1)},
            .number = row.integer32(first + 2),
            .section = row.integer32(first + 3),
            .firstPage = row.integer32(first + 4),
            .lastPage = row.integer32(first + 5),
            .textBegin = row.integer(first + 6),
            .textEnd = row.integer(first + 7),
            .tokenCount = row.integer32(first + 8),
            .heading = row.text(first + 9),
            .text = row.text(first + 10)};
}

std::vector<std::byte> packedBoxes(std::span<const LineBox> boxes)
{
    static_assert(std::endian::native == std::endian::little && sizeof(LineBox) == 20);
    std::vector<std::byte> bytes(boxes.size_bytes());
    std::memcpy(bytes.data(), boxes.data(), boxes.size_bytes());
    return bytes;
}

std::vector<LineBox> unpackedBoxes(sqlite::Blob bytes)
{
    std::vector<LineBox> boxes(bytes.size() / sizeof(LineBox));
    std::memcpy(boxes.data(), bytes.data(), boxes.size() * sizeof(LineBox));
    return boxes;
}

std::string_view toText(FilePresence presence)
{
    return kPresences[static_cast<std::size_t>(presence)];
}

} // namespace detail

} // namespace storage
