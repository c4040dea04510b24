// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ingest_job.h"
#include "app/ingest_watch.h"
#include "app/types.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace app {

/// What the crew works with; the functions are called on its threads, `read` on several at once.
struct CrewPorts {
    IndexThread *index = nullptr; ///< borrowed
    std::function<std::expected<extraction::Extraction, ExtractionFailure>(
        const ReadTask &task, const std::optional<std::string> &password, const std::stop_token &stop)>
        read;
    /// An embedder on so many threads.
    std::function<std::expected<std::unique_ptr<TextEmbedder>, Failure>(const QString &path, std::uint32_t threads)>
        loadEmbedder;
};

struct CrewOptions {
    int readers = 1;
    std::uint32_t embedderThreads = 1;
    WatchOptions watch = {};
};

/// How the crew is to work.
struct CrewOrders {
    bool paused = false;
    bool chatGoesFirst = false; ///< an answer is being written
    IndexingSpeed speed = IndexingSpeed::Full;
    QString embedder;           ///< path of the model; empty: passages are found by their words alone
    bool embedderIsNew = false; ///< the newest vectors in the index are another model's
    bool operator==(const CrewOrders &) const = default;
};

/// What the crew has to tell.
struct CrewNews {
    enum class Kind {
        Listed,         ///< the files of `collection` are other ones now
        Sources,        ///< `sources` of `collection`, as they were met
        Document,       ///< `document` is in another state
        Reading,        ///< `path` is being read, `done` of `total` pages (0: not known)
        Read,           ///< `document` was read: `amount` bytes
        Embedded,       ///< `amount` passages have vectors now
        EmbedderKnown,  ///< `path` was loaded and is `embedder` in the index
        EmbedderFailed, ///< `path` cannot be used: `failure`
        EmbedderDone,   ///< everything there is has vectors of `path`
        Working,        ///< something is being done
        Idle,           ///< nothing is left to do
        Failed,         ///< the crew stands still until tryAgain(): `failure`
    };
    Kind kind = Kind::Idle;
    std::string collection = {};
    std::string path = {};
    storage::DocumentId document = {};
    storage::EmbedderId embedder = {};
    std::vector<SourceReport> sources = {};
    std::int64_t amount = 0;
    std::int64_t done = 0;
    std::int64_t total = 0;
    Failure failure = {};
};

/// The threads that keep the index as the collections are: one looks for files and hashes them, some read, one embeds,
/// one watches folders. All sleep while there is nothing to do, and all give way to whatever else the machine does.
/// Calls return at once, from any thread.
class IngestCrew {
public:
    using OnNews = std::function<void(const CrewNews &)>;

    /// `news` is called on the crew's threads.
    IngestCrew(CrewPorts ports, const CrewOptions &options, CrewOrders orders, OnNews news);
    /// Waits until every thread has ended; what is being read then waits to be read again.
    ~IngestCrew();
    IngestCrew(const IngestCrew &) = delete;
    IngestCrew &operator=(const IngestCrew &) = delete;

    /// Before the readers' processes are ended: from here on nothing counts as a document's fault.
    void requestStop();

    /// Everything that is to be in the index; what is not among it is taken out of it. Looks through those that are new
    /// or have other sources than before.
    void setCollections(std::vector<storage::Collection> collections);
    /// Looks through a collection's sources again.
    void scan(const std::string &uuid);
    void setOrders(const CrewOrders &orders);
    /// Goes on after Failed.
    void tryAgain();
    void readAgain(storage::DocumentId document);
    /// Opens a document in this run; it is read again.
    void setPassword(storage::DocumentId document, const std::string &sha256, std::string password);
    /// Leaves out a document that is being read.
    void skip(const std::string &sha256);
    /// Leaves out all that a collection has still to read, and what is being read of it.
    void leaveOut(const std::string &uuid);
    /// Reads what the user left out of a collection.
    void readLeftOut(const std::string &uuid);
    /// Takes out all vectors but this embedder's, in small steps.
    void dropOtherVectors(storage::EmbedderId embedder);

private:
    using Lock = std::unique_lock<std::mutex>;
    using Chore = std::move_only_function<std::expected<void, Failure>(IngestJob &, const std::stop_token &)>;
    struct LoadedEmbedder {
        QString path;
        std::uint32_t threads = 0;
        std::shared_ptr<TextEmbedder> model; ///< null: there is none, or it failed
        bool operator==(const LoadedEmbedder &) const = default;
    };

    void coordinate(const std::stop_token &stop);
    void readDocuments(int reader, const std::stop_token &stop);
    void embedPassages(const std::stop_token &stop);

    std::expected<void, Failure> scanNow(IngestJob &job, const std::string &uuid, const std::stop_token &stop);
    std::expected<void, Failure> putHandedFirst();
    std::expected<void, Failure> removeStrangers(const std::stop_token &stop);
    std::expected<void, Failure> readOlderAgain(const std::stop_token &stop);
    void addChore(Chore chore);
    void addFileChore(const std::string &uuid,
                      std::function<storage::Result<bool>(IndexStores &, const storage::FileStatus &)> change);
    bool isAnythingLeft(bool embedderIsNew);
    void loadEmbedder(const QString &path, std::uint32_t threads);
    bool embedSome(IngestJob &job, std::uint64_t stamp, const std::stop_token &stop);
    std::expected<extraction::Extraction, ExtractionFailure> read(const ReadTask &task, const std::stop_token &stop);
    void rest(Lock &lock, std::chrono::steady_clock::duration worked, const std::stop_token &stop);
    void halt(const Failure &failure);
    void tellEvent(const IngestEvent &event);

    // With m_mutex held.
    [[nodiscard]] bool mayWork() const;
    template <class Ready>
    bool sleepUntil(Lock &lock, const std::stop_token &stop, Ready ready);
    [[nodiscard]] bool isEmbedderSettled() const;
    [[nodiscard]] LoadedEmbedder wantedEmbedder() const;
    [[nodiscard]] bool othersAreDone() const;
    void somethingToDo();
    void workedThrough(std::size_t worker, std::uint64_t stamp);

    CrewPorts m_ports;
    CrewOptions m_options;
    OnNews m_news;

    std::mutex m_mutex; ///< guards everything below
    std::condition_variable_any m_changed;
    CrewOrders m_orders;
    bool m_halted = false;
    /// Grows whenever there may be work; a worker that has found none remembers the stamp at which it looked.
    std::uint64_t m_stamp = 1;
    std::vector<std::uint64_t> m_seen; ///< the coordinator's, the embedder's, the readers'
    std::deque<Chore> m_chores;
    std::optional<std::vector<storage::Collection>> m_collections;
    std::optional<LoadedEmbedder> m_embedder; ///< nothing: none was tried since the last pause in the work
    std::stop_source m_embedding;
    std::map<std::string, std::stop_source> m_reading; ///< by content
    std::map<std::string, std::string> m_passwords;    ///< by content; until the program ends

    std::unique_ptr<IngestWatch> m_watch;
    std::vector<std::jthread> m_threads; ///< last: they end before what they use
};

} // namespace app
