// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the index knows of a collection itself: no model is needed to tell it.
#pragma once

#include "storage/document_records.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

/// Files of one format.
struct FormatFacts {
    std::string format; ///< empty: not read yet, or nobody knows
    std::int64_t files = 0;
    std::int64_t pages = 0;
    std::int64_t words = 0;
    bool operator==(const FormatFacts &) const = default;
};

/// Why a file, or a part of it, cannot be searched.
enum class WhyMissing {
    NotLookedAt,      ///< its turn has not come
    Offline,          ///< not there now, and nothing of it was read before
    Unreadable,       ///< may not be read
    NotRead,          ///< Document::state says why
    PagesWithoutText, ///< the rest of it can be searched
};

struct MissingFile {
    std::string path;
    WhyMissing why = WhyMissing::NotRead;
    DocumentState state = DocumentState::Waiting;
    std::string reason; ///< technical English
    std::int32_t pages = 0;
    std::int32_t pagesWithText = 0;
};

struct FileFact {
    std::string path;
    std::int64_t value = 0; ///< nanoseconds since 1970, bytes, pages or words
    bool operator==(const FileFact &) const = default;
};

/// Sums count a file as often as the collection holds it.
struct CollectionFacts {
    std::int64_t files = 0;
    std::int64_t searchable = 0; ///< whose text, or some of it, can be searched
    std::int64_t offline = 0;
    std::int64_t bytes = 0;
    std::int64_t pages = 0;
    std::int64_t pagesWithText = 0;
    std::int64_t words = 0;
    std::int64_t passages = 0;
    std::vector<FormatFacts> formats; ///< most files first
    std::vector<MissingFile> missing; ///< in the order of the files
    std::optional<FileFact> newest;   ///< by the time of the last change
    std::optional<FileFact> oldest;
    std::optional<FileFact> biggest; ///< by bytes
    std::optional<FileFact> longest; ///< by words, of those that have any
};

/// The facts of the files of one collection, as DocumentStore::files() gives them. Equal values: the first file.
CollectionFacts collectionFacts(std::span<const FileStatus> files);

/// What somebody wants to know of a collection itself.
enum class CollectionTopic {
    Files,   ///< which there are
    Count,   ///< how many
    Formats, ///< of which kinds
    Pages,   ///< how many
    Words,
    Missing, ///< what could not be read, and why
    Newest,
    Oldest,
    Biggest,
};

/// What a question stands in.
struct QuestionContext {
    std::span<const std::string> names = {}; ///< of the collections meant; may stand in place of "this collection"
    bool first = false;                      ///< nothing was said before that "What is missing?" could refer to
};

/// The topic of a question that is about the collection and not about what is written in it: "Which files are in this
/// collection?". English, German, French and Spanish. Conservative: the whole question has to be of a known form, so
/// that one about the documents' contents is never taken for one of these.
std::optional<CollectionTopic> collectionQuestion(std::string_view question, const QuestionContext &context = {});

} // namespace storage
