// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files of collections into the index: found, hashed, read, divided into passages, embedded.
#pragma once

#include "app/document_extraction.h"
#include "app/index_thread.h"
#include "app/text_embedder.h"
#include "storage/collection_store.h"

#include <expected>
#include <functional>
#include <stop_token>
#include <string>

namespace app {

struct BuiltDocument;

/// What an IngestJob works with; borrowed.
struct IngestPorts {
    IndexThread *index = nullptr;
    /// Reads one document; blocks. Usually DocumentExtraction.
    std::function<std::expected<extraction::Extraction, ExtractionFailure>(const std::string &path,
                                                                           const std::stop_token &stop)>
        read;
    TextEmbedder *embedder = nullptr; ///< null: passages are found by their words alone
};

/// A step that was made.
struct IngestEvent {
    enum class Kind {
        Found,    ///< files of a source were looked through; `done` files
        Reading,  ///< a document is about to be read
        Read,     ///< it has its state
        Embedded, ///< every passage of it has its vectors
    };
    Kind kind = Kind::Found;
    std::string path;
    storage::Document document;
    std::int64_t done = 0;
};

/// Brings the index up to date. Everything that is finished stays finished: a stop or a kill costs the document that is
/// being read, or a batch of its vectors. Blocks; from one thread, never the GUI's.
class IngestJob {
public:
    using OnEvent = std::function<void(const IngestEvent &)>;

    explicit IngestJob(const IngestPorts &ports, OnEvent onEvent = {});

    /// Looks through the sources of a collection: notes new and changed files, takes out those that are gone, and marks
    /// those offline whose source is not there.
    std::expected<void, Failure> scan(const storage::Collection &collection, const std::stop_token &stop);
    /// Hashes, reads and embeds until nothing is left, over all collections. Code "inference.cancelled" after `stop`.
    std::expected<void, Failure> work(const std::stop_token &stop);

private:
    /// Whether there was something to do.
    using Step = std::expected<bool, Failure>;
    Step hashNext(const std::stop_token &stop);
    Step readNext(const std::stop_token &stop);
    Step embedNext(const std::stop_token &stop);
    std::expected<void, Failure> keep(storage::DocumentId id, BuiltDocument built);

    /// Runs a function on the index's thread and waits for its result.
    template <class Function>
    auto onIndex(Function function)
        -> std::expected<typename std::invoke_result_t<Function, IndexStores &>::value_type, Failure>;
    void tell(const IngestEvent &event) const;

    IngestPorts m_ports;
    OnEvent m_onEvent;
};

} // namespace app
