// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/document_records.h"
#include "storage/index_database.h"

#include <cstdint>
#include <vector>

namespace storage {

/// Reads what was read out of documents: pages, sections, text and passages, as DocumentStore keeps them.
///
/// Belongs to the thread of its IndexDatabase, which must outlive it. Each call is one statement.
class DocumentText {
public:
    explicit DocumentText(IndexDatabase &database)
        : m_database(database)
    {
    }

    Result<DocumentPage> page(DocumentId document, std::int32_t number);
    /// The page on which an offset of the document's text lies; the last one for offsets behind it.
    Result<DocumentPage> pageAt(DocumentId document, std::int64_t offset);
    /// Numbers of the pages that have none.
    Result<std::vector<std::int32_t>> pagesWithoutText(DocumentId document);
    Result<std::vector<Section>> sections(DocumentId document);
    Result<Passage> passage(PassageId id);
    /// Passages with numbers in [first, last], without boxes.
    Result<std::vector<Passage>> passages(DocumentId document, std::int32_t first, std::int32_t last);
    /// Passages that hold a part of [begin, end), with boxes; at most `limit`.
    Result<std::vector<Passage>> passagesOf(DocumentId document, std::int64_t begin, std::int64_t end,
                                            std::int32_t limit);

private:
    IndexDatabase &m_database;
};

} // namespace storage
