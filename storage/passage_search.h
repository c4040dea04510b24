// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/document_records.h"
#include "storage/index_database.h"
#include "storage/vector_index.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

/// What a search is about; what is empty restricts nothing.
struct SearchScope {
    std::vector<std::string> collections = {}; ///< uuids
    std::vector<FileId> files = {};
    std::vector<std::string> formats = {};
    std::int64_t modifiedFromNs = 0;  ///< files last changed then or later
    std::int64_t modifiedUntilNs = 0; ///< 0: no bound
};

struct PassageHit {
    Passage passage = {};     ///< with boxes
    CollectionFile file = {}; ///< one in the scope that holds it
    std::string documentSha256 = {};
    std::int32_t lexicalRank = 0;          ///< 1-based, 0: not found by its words
    std::int32_t denseRank = 0;            ///< 1-based, 0: not found by its meaning
    double lexicalScore = 0;               ///< BM25, larger is better; 0: not found so
    double similarity = 0;                 ///< cosine with the question; 0: not found so
    double score = 0;                      ///< of the fused ranking
    std::optional<float> rerankScore = {}; ///< of a model that the caller asked to judge it again; higher is better
};

/// Finds passages by words and by meaning.
///
/// Belongs to the thread of its IndexDatabase, which must outlive it.
class PassageSearch {
public:
    /// Hits of each ranking that are fused.
    static constexpr std::size_t kCandidates = 100;

    /// Passages that are scored by their words when these are so frequent that scoring all of them would take long.
    static constexpr std::size_t kScored = 5000;

    /// `scored` in place of kScored: for tests.
    explicit PassageSearch(IndexDatabase &database, std::size_t scored = kScored);

    /// The searchable documents of a scope.
    Result<DocumentSet> documents(const SearchScope &scope);

    struct LexicalHit {
        PassageId passage = {};
        double score = 0; ///< BM25, larger is better
    };
    /// Passages with any of the question's words (Porter's stems, without diacritics; headings count twice), or with
    /// three characters in a row of it in scripts without spaces, best first. Where no word is found, passages that
    /// hold all of them as parts of words.
    Result<std::vector<LexicalHit>> lexical(std::string_view question, std::size_t limit, const DocumentSet &documents);

    /// The best `limit` passages by both rankings; by words alone without `vectors` or with an empty `questionVector`.
    Result<std::vector<PassageHit>> search(std::string_view question, std::span<const float> questionVector,
                                           const VectorIndex *vectors, std::size_t limit, const SearchScope &scope);

private:
    IndexDatabase &m_database;
    std::size_t m_scored;
};

} // namespace storage
