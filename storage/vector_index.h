// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/document_records.h"
#include "storage/index_database.h"

#include <cstdint>
#include <span>
#include <vector>

namespace storage {
namespace sqlite {
class Row;
}

/// Documents that a search is about.
struct DocumentSet {
    bool all = true;                  ///< `ids` does not count
    std::vector<DocumentId> ids = {}; ///< ascending
    bool leftOut = false;             ///< `ids` are those that it is not about

    [[nodiscard]] bool contains(DocumentId id) const;
};

struct VectorHit {
    PassageId passage = {};
    float similarity = 0; ///< cosine
};

/// The vectors of one embedder in memory, searched by comparing the question with every one of them: exact, cheap to
/// change, and fast enough (one core reads a million vectors of 384 numbers in some 15 ms).
///
/// One thread at a time.
class VectorIndex {
public:
    /// Reads all of the embedder's vectors: width bytes each, rounded up to 64, and 16 more.
    static Result<VectorIndex> load(IndexDatabase &database, const Embedder &embedder);

    /// Takes over what changed of a document: vectors that were added, or all of them when it is gone.
    Result<void> refresh(IndexDatabase &database, DocumentId document);

    /// The `limit` nearest passages, nearest first, a passage by its nearest window. The best are found among int8
    /// codes and then compared in f16, which the database holds. `query`: of unit length and the embedder's width.
    Result<std::vector<VectorHit>> search(IndexDatabase &database, std::span<const float> query, std::size_t limit,
                                          const DocumentSet &scope) const;

    [[nodiscard]] std::size_t size() const { return m_rows.size(); }
    [[nodiscard]] std::uint64_t bytes() const { return m_codes.size() + m_rows.size() * sizeof(Row); }
    [[nodiscard]] const Embedder &embedder() const { return m_embedder; }

private:
    struct Row {
        std::int64_t passage = 0;
        std::int32_t document = 0;
        float scale = 0;
    };

    void append(const sqlite::Row &row);

    Embedder m_embedder;
    std::size_t m_width = 0; ///< of a row of codes, padded
    std::vector<Row> m_rows;
    std::vector<std::int8_t> m_codes;
};

} // namespace storage
