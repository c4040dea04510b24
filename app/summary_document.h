// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A document as summaries see it, wherever it was read.
#pragma once

#include "app/passage_builder.h"
#include "storage/document_records.h"
#include "storage/document_text.h"
#include "storage/error.h"

#include <cstdint>
#include <string>
#include <vector>

#include <QString>

namespace app {

struct SummaryDocument {
    std::string path;   ///< the file system's bytes
    std::string sha256; ///< of the content
    std::string title;
    std::string language; ///< BCP 47; may be empty
    storage::DocumentState state = storage::DocumentState::Read;
    bool numbered = false;                      ///< people count its pages
    std::vector<std::int32_t> pagesWithoutText; ///< from 0
    std::vector<storage::Section> sections;
    std::vector<storage::Passage> passages; ///< without boxes, in order
    /// Tokens of each passage as the model counts them.
    std::vector<std::int32_t> tokens;
};

/// From what a reader gave just now.
SummaryDocument summaryDocument(BuiltDocument built, std::string path, std::string sha256);
/// From the index, on its thread.
storage::Result<SummaryDocument> summaryDocument(storage::DocumentText &texts, const storage::Document &document,
                                                 std::string path);

/// Why there is nothing to be read in a document of this state: one sentence.
QString unreadSentence(storage::DocumentState state);

} // namespace app
