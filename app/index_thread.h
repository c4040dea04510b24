// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where index.db is called.
#pragma once

#include "app/database_thread.h"
#include "app/failure.h"
#include "storage/document_store.h"
#include "storage/document_text.h"
#include "storage/embedding_store.h"
#include "storage/index_database.h"
#include "storage/passage_search.h"
#include "storage/summary_store.h"
#include "storage/vector_index.h"

#include <concepts>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace app {

/// An open index with its stores, as functions handed to IndexThread::run() see it.
struct IndexStores {
    explicit IndexStores(std::unique_ptr<storage::IndexDatabase> opened);

    IndexStores(const IndexStores &) = delete;
    IndexStores &operator=(const IndexStores &) = delete;

    /// Makes `vectors` those of an embedder, as they are now; reads them when they are not there yet. Before every
    /// search that uses them.
    storage::Result<void> loadVectors(const storage::Embedder &embedder);

    std::unique_ptr<storage::IndexDatabase> database;
    storage::DocumentStore documents;
    storage::DocumentText texts;
    storage::EmbeddingStore embeddings;
    storage::PassageSearch search;
    storage::SummaryStore summaries;
    std::optional<storage::VectorIndex> vectors;

private:
    std::vector<storage::DocumentId> m_forgotten; ///< documents whose vectors may still be in `vectors`
};

/// How opening ended.
struct IndexReport {
    storage::IndexOutcome outcome = storage::IndexOutcome::Failed;
    std::string detail; ///< technical
    [[nodiscard]] bool isOpen() const { return outcome <= storage::IndexOutcome::Remade; }
};

/// Why the index in that data folder could not be opened.
Failure indexFailure(const IndexReport &report, const QString &folder);

/// The thread of index.db.
class IndexThread : public DatabaseThread<IndexStores> {
public:
    IndexThread();

    /// Opens the index and takes out what was being read when the program ended.
    StoreAnswer<IndexReport> open(storage::IndexOptions options);

    /// Runs `function(IndexStores &)`, which returns a storage::Result, on the thread and waits for what it gives:
    /// neither from the GUI thread nor from this one.
    template <std::invocable<IndexStores &> Function>
    auto ask(Function function)
        -> std::expected<typename std::invoke_result_t<Function, IndexStores &>::value_type, Failure>
    {
        auto result = run(std::move(function)).wait();
        if (!result)
            return std::unexpected(failureFrom(result.error()));
        if constexpr (std::is_void_v<typename decltype(result)::value_type>)
            return {};
        else
            return std::move(*result);
    }
};

} // namespace app
