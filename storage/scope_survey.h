// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/document_records.h"
#include "storage/index_database.h"
#include "storage/passage_search.h"

#include <cstdint>
#include <string>
#include <vector>

namespace storage {

/// One file of a collection.
struct NamedFile {
    std::string collectionUuid = {};
    std::string path = {};
};

/// What there is in a scope.
struct ScopeSurvey {
    SearchScope scope = {};      ///< of a search; of no use without files
    std::int32_t files = 0;      ///< all
    std::int32_t searchable = 0; ///< with text that can be searched
    std::int32_t waiting = 0;    ///< still to be looked at, or to be read
    /// Searchable contents, each once, in the order of their files' paths.
    struct Content {
        DocumentId document = {};
        std::string path = {}; ///< of its first file in the scope
        std::string collectionUuid = {};
        std::int64_t tokens = 0;
    };
    std::vector<Content> contents = {};

    /// Of all contents.
    [[nodiscard]] std::int64_t tokens() const;
};

/// Looks at the files of whole collections and at single files besides.
Result<ScopeSurvey> surveyScope(IndexDatabase &database, const std::vector<std::string> &collections,
                                const std::vector<NamedFile> &files);

/// What a document calls its pages, by number; empty where it does not.
Result<std::vector<std::string>> pageLabels(IndexDatabase &database, DocumentId document);

} // namespace storage
