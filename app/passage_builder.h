// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// From what a reader gave of a document to the rows of index.db.
#pragma once

#include "app/extraction/document.h"
#include "storage/chunker.h"
#include "storage/document_records.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// Changes whenever readers, chunker or this file give something else for the same document: what was made before is
/// then made again.
inline constexpr std::int32_t kReaderVersion = 2;

/// Counts the tokens of a text as the embedder does.
using CountTokens = std::function<std::int32_t(std::string_view)>;

struct BuiltDocument {
    storage::Document document; ///< id, hash and size are the caller's
    std::vector<storage::DocumentPage> pages;
    storage::Chunks chunks;
};

/// `fileName` names a document that has no title of its own. Running heads stay in the text and out of the passages.
/// Pure; takes time linear in the document.
BuiltDocument buildDocument(extraction::Extraction extraction, std::string_view fileName, const CountTokens &tokens);

/// Words of a text: runs of what is not white space.
std::int64_t countWords(std::string_view text);

} // namespace app
