// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files of collections into the index: found, hashed, read, divided into passages, embedded.
#pragma once

#include "app/document_extraction.h"
#include "app/index_thread.h"
#include "app/source_walk.h"
#include "app/text_embedder.h"
#include "storage/collection_store.h"

#include <expected>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace app {

struct BuiltDocument;

/// Why a document Failed that the user did not want to be read; Document::reason has it.
inline constexpr std::string_view kStoppedByUser = "stopped by the user";

/// A document that a reader is to read.
struct ReadTask {
    std::string path;
    std::string sha256;
    DocumentExtraction::ProgressFunction progress; ///< may be empty
};

/// What an IngestJob works with; borrowed.
struct IngestPorts {
    IndexThread *index = nullptr;
    /// Reads one document; blocks. Usually DocumentExtraction. Cancelled without a stop: the user left it out.
    std::function<std::expected<extraction::Extraction, ExtractionFailure>(const ReadTask &task,
                                                                           const std::stop_token &stop)>
        read;
    TextEmbedder *embedder = nullptr; ///< null: passages are found by their words alone
};

/// A step that was made.
struct IngestEvent {
    enum class Kind {
        Found,    ///< files of a source were looked through; `done` files
        Hashed,   ///< a file's content is known, or that it may not be read
        Reading,  ///< a document is about to be read
        Progress, ///< `done` of its `total` pages were
        Read,     ///< it has its state
        Embedded, ///< every passage of it has its vectors
    };
    Kind kind = Kind::Found;
    std::string path;
    std::string collection; ///< its uuid, with Hashed
    storage::Document document;
    std::int64_t done = 0;
    std::int64_t total = 0;
};

/// What a scan met.
struct ScanReport {
    std::vector<SourceReport> sources;
    std::vector<std::string> folders; ///< that were looked into
    bool changed = false;             ///< something in the collection is other than it was
};

/// Brings the index up to date. Everything that is finished stays finished: a stop or a kill costs the document that is
/// being read, or a batch of its vectors. Blocks; never on the GUI thread. A job is used by one thread at a time; jobs
/// on several threads share the work, where one hashes, one embeds, and any number read.
class IngestJob {
public:
    using OnEvent = std::function<void(const IngestEvent &)>;
    /// Whether there was something to do. Code "inference.cancelled" after the stop.
    using Step = std::expected<bool, Failure>;

    explicit IngestJob(const IngestPorts &ports, OnEvent onEvent = {});

    /// Looks through the sources of a collection: notes new and changed files, takes out those that are gone, and marks
    /// those offline whose source is not there.
    std::expected<ScanReport, Failure> scan(const storage::Collection &collection, const std::stop_token &stop);
    /// Hashes, reads and embeds until nothing is left, over all collections. Code "inference.cancelled" after `stop`.
    std::expected<void, Failure> work(const std::stop_token &stop);

    /// One file that nobody has looked at.
    Step hashNext(const std::stop_token &stop);
    /// One document that waits.
    Step readNext(const std::stop_token &stop);
    /// Some passages without vectors.
    Step embedNext(const std::stop_token &stop);
    /// Passages that embedNext() gave vectors since the last call.
    std::int64_t takeEmbedded() { return std::exchange(m_embedded, 0); }

    void setEmbedder(TextEmbedder *embedder) { m_ports.embedder = embedder; }

private:
    std::expected<void, Failure> noteFound(const storage::Collection &collection, const WalkResult &walk,
                                           const std::vector<storage::FileStatus> &known, ScanReport &report,
                                           const std::stop_token &stop);
    std::expected<void, Failure> dropMissing(const WalkResult &walk, const std::vector<storage::FileStatus> &known,
                                             ScanReport &report, const std::stop_token &stop);
    Step endReading(const storage::FileStatus &what, const ExtractionFailure &why, const std::stop_token &stop);
    std::expected<void, Failure> keep(storage::DocumentId id, BuiltDocument built);
    std::expected<void, Failure> putBack();
    bool isGone(storage::DocumentId id);

    void tell(const IngestEvent &event) const;

    IngestPorts m_ports;
    OnEvent m_onEvent;
    storage::DocumentId m_begun = {}; ///< its reading was begun and neither ended nor put back
    std::int64_t m_embedded = 0;
};

} // namespace app
