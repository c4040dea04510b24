// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// From a citation to its place in the index.
#pragma once

#include "app/document_types.h"
#include "app/index_thread.h"

#include <QString>

#include <string>
#include <vector>

namespace app {

/// What the index knows of a cited passage. Plain value.
struct FoundSource {
    bool known = false;    ///< the document is in the index
    std::string otherPath; ///< not known: a file of the same name in the same collection, with another content
    storage::Document document;
    storage::CollectionFile file; ///< the best that holds the document; without an id: none
    storage::DocumentPage page;   ///< without its text
    bool onPage = false;          ///< the passage stands where the citation says
    std::string text;             ///< of the page, or what stands around the passage
    std::int64_t markBegin = 0;   ///< bytes of `text`
    std::int64_t markEnd = 0;
    std::vector<storage::LineBox> boxes; ///< of the passage, on the page
    std::string heading;
    std::int32_t passages = 0; ///< of the index that the citation spans
};

/// Bytes of text that are shown of a page which is longer.
inline constexpr std::int64_t kMostSourceText = std::int64_t{24} << 10U;

/// Looks a citation up; on the index's thread. The citation's numbers may be anything.
storage::Result<FoundSource> findSource(IndexStores &stores, const CitationValue &citation);

/// "page 6 of 14", "slide 2 of 9", "sheet Costs", "chapter 3"; empty: the format has nothing of the kind.
QString placeWords(const storage::Document &document, const storage::DocumentPage &page);

} // namespace app
