// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The rows of index.db as plain values. All text is UTF-8, paths are the file system's bytes, offsets are bytes of a
// document's text: its pages' texts, each followed by one form feed.
#pragma once

#include "storage/ids.h"
#include "storage/records.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace storage {

using FileId = Id<struct FileTag>;
using DocumentId = Id<struct DocumentTag>;
using PassageId = Id<struct PassageTag>;
using EmbedderId = Id<struct EmbedderTag>;

/// How far a content was read.
enum class DocumentState {
    Waiting, ///< to be read
    Reading, ///< a reader was started
    // Final.
    Read,        ///< all of it has text
    Partial,     ///< some pages or parts have none; `reason` names the first cause
    Scanned,     ///< pictures of text
    Encrypted,   ///< a password is needed
    Unsupported, ///< a kind of file that is not read
    TooLarge,    ///< over a limit
    Malformed,   ///< breaks its format
    Failed,      ///< the reader crashed or hung twice; read again only when asked for
};

/// The state's name as the database and JSON have it, for example "too_large".
std::string_view name(DocumentState state);
/// Whether its passages are there to be searched.
constexpr bool isSearchable(DocumentState state)
{
    return state == DocumentState::Read || state == DocumentState::Partial;
}

struct Document {
    DocumentId id = {};
    std::string sha256 = {};
    std::int64_t sizeBytes = 0;
    DocumentState state = DocumentState::Waiting;
    std::string reason = {};
    std::int32_t attempts = 0;
    std::int32_t readerVersion = 0;
    std::string format = {};
    std::string title = {};
    std::string author = {};
    std::string language = {};
    bool numbered = false; ///< people count its pages
    std::int32_t pageCount = 0;
    std::int32_t pagesWithText = 0;
    std::int64_t wordCount = 0;
    std::int64_t tokenCount = 0;
    std::int32_t passageCount = 0;
    std::string noticesJson = "[]";
    TimestampMs readMs = 0;
};

/// Whether a file is where its collection says.
enum class FilePresence {
    Present,
    Offline,    ///< its drive or folder is not there now; what was read of it stays
    Unreadable, ///< it may not be read
};

struct CollectionFile {
    FileId id = {};
    std::string collectionUuid = {};
    std::string path = {};
    std::int64_t sizeBytes = 0;
    std::int64_t modifiedNs = 0;
    FilePresence presence = FilePresence::Present;
    DocumentId document = {}; ///< none: its content was not looked at yet
    TimestampMs addedMs = 0;
};

/// A file with what is known of its content.
struct FileStatus {
    CollectionFile file = {};
    Document document = {}; ///< without an id: not looked at yet
    bool embedded = false;  ///< by the embedder that was asked for
};

/// What a collection has, in numbers. A content counts for each file that holds it.
struct CollectionTotals {
    std::string collectionUuid = {};
    std::int32_t files = 0;
    std::int32_t toRead = 0; ///< present, and not looked at, waiting or being read
    std::int32_t searchable = 0;
    std::int32_t embedded = 0;   ///< of those, by the embedder that was asked for
    std::int32_t troubled = 0;   ///< in a final state that is not Read
    std::int32_t offline = 0;    ///< not there now
    std::int32_t unreadable = 0; ///< there, and may not be read
    std::int64_t pages = 0;
    std::int64_t words = 0;
    std::int64_t passages = 0;
    std::int64_t passagesEmbedded = 0; ///< of contents that are embedded whole
    std::int64_t bytesRead = 0;        ///< of searchable files
    std::int64_t bytesToRead = 0;
    bool operator==(const CollectionTotals &) const = default;
};

struct DocumentPage {
    std::int32_t number = 0; ///< from 0
    std::string label = {};
    double width = 0; ///< points; 0: no layout
    double height = 0;
    bool recognised = false; ///< read from a picture
    std::int32_t confidence = 100;
    std::int64_t textBegin = 0;
    std::string text = {};
};

struct Section {
    std::int32_t number = 0;
    std::int32_t parent = -1; ///< number of the section around it; -1: none
    std::int32_t level = 0;   ///< 0: what comes before the first heading
    std::string title = {};
    std::int32_t firstPage = 0;
    std::int64_t textBegin = 0;
    std::int64_t textEnd = 0; ///< before its first subsection
    std::int32_t tokenCount = 0;
    bool operator==(const Section &) const = default;
};

/// A line of text on a page, in points from its upper left corner.
struct LineBox {
    std::int32_t page = 0;
    float left = 0;
    float top = 0;
    float right = 0;
    float bottom = 0;
    bool operator==(const LineBox &) const = default;
};

struct Passage {
    PassageId id = {};
    DocumentId document = {};
    std::int32_t number = 0; ///< neighbours have the numbers before and after
    std::int32_t section = 0;
    std::int32_t firstPage = 0;
    std::int32_t lastPage = 0;
    std::int64_t textBegin = 0;
    std::int64_t textEnd = 0;
    std::int32_t tokenCount = 0;
    std::string heading = {}; ///< title and headings above it, " > " between
    std::string text = {};    ///< of a table's later parts: with the header row again
    std::vector<LineBox> boxes = {};
    bool operator==(const Passage &) const = default;
};

struct Embedder {
    EmbedderId id = {};
    std::string sha256 = {};
    std::string name = {};
    std::int32_t width = 0;
};

/// One window of a passage, of unit length.
struct PassageVector {
    PassageId passage = {};
    std::int32_t window = 0;
    std::vector<float> values = {};
};

} // namespace storage
