// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/document_records.h"
#include "storage/index_database.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace storage {

/// Which embedders there are, and the vectors of passages that they made. Vectors of two embedders stand side by side,
/// so that the old ones serve while a new one is at work.
///
/// Belongs to the thread of its IndexDatabase, which must outlive it. Each call is one transaction.
class EmbeddingStore {
public:
    explicit EmbeddingStore(IndexDatabase &database);

    /// The embedder with that hash, which is added when it is new. Conflict when it has another width.
    Result<Embedder> embedder(std::string_view sha256, std::string_view name, std::int32_t width);
    /// The one that came last; nothing before the first.
    Result<std::optional<Embedder>> latest();
    /// All, in the order in which they came.
    Result<std::vector<Embedder>> list();
    /// Takes out up to `limit` passages' vectors of an embedder, and the embedder with the last of them; whether there
    /// are more.
    Result<bool> removeSome(EmbedderId embedder, std::int32_t limit);
    /// Removes every embedder but these, with their vectors.
    Result<void> keepOnly(std::span<const EmbedderId> embedders);

    /// A searchable document that the embedder has not seen whole, one that goes first (DocumentStore::putFirst())
    /// before the others; nothing when there is none.
    Result<std::optional<DocumentId>> nextDocument(EmbedderId embedder);
    /// Passages of the document that have no vector yet, in order, at most `limit`, without boxes.
    Result<std::vector<Passage>> withoutVectors(EmbedderId embedder, DocumentId document, std::int32_t limit);
    /// Stores vectors of passages: all windows of each in one call.
    Result<void> add(EmbedderId embedder, std::span<const PassageVector> vectors);
    /// Says that the embedder has seen the whole document. Conflict when passages are left.
    Result<void> finishDocument(EmbedderId embedder, DocumentId document);

private:
    IndexDatabase &m_database;
};

} // namespace storage
