// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ingest_crew.h"

#include "app/passage_builder.h"

#include <sys/resource.h>

#include <algorithm>
#include <utility>

namespace app {

using Clock = std::chrono::steady_clock;
using Kind = CrewNews::Kind;

namespace {

constexpr std::size_t kCoordinator = 0;
constexpr std::size_t kEmbedder = 1;
constexpr std::size_t kFirstReader = 2;
constexpr int kBackground = 10; ///< niceness
constexpr std::int32_t kFilesAtOnce = 10;
constexpr std::int32_t kPassagesAtOnce = 256;
constexpr std::chrono::seconds kLongestRest{5};

void giveWay()
{
    // Of this thread alone, as Linux has it; threads that it starts have it too.
    (void)::setpriority(PRIO_PROCESS, 0, kBackground);
}

bool isCancelled(const Failure &failure)
{
    return failure.code == QStringLiteral("inference.cancelled");
}

bool lookTheSame(const storage::Collection &a, const storage::Collection &b)
{
    return a.uuid == b.uuid && a.sources == b.sources;
}

} // namespace

IngestCrew::IngestCrew(CrewPorts ports, const CrewOptions &options, CrewOrders orders, OnNews news)
    : m_ports(std::move(ports))
    , m_options(options)
    , m_news(std::move(news))
    , m_orders(std::move(orders))
    , m_seen(kFirstReader + static_cast<std::size_t>(std::max(1, options.readers)))
    , m_watch(std::make_unique<IngestWatch>(options.watch, [this](const std::string &uuid) { scan(uuid); }))
{
    m_threads.emplace_back([this](const std::stop_token &stop) { coordinate(stop); });
    m_threads.emplace_back([this](const std::stop_token &stop) { embedPassages(stop); });
    for (int reader = 0; reader < std::max(1, options.readers); ++reader)
        m_threads.emplace_back([this, reader](const std::stop_token &stop) { readDocuments(reader, stop); });
}

IngestCrew::~IngestCrew()
{
    requestStop();
    m_threads.clear();
}

void IngestCrew::requestStop()
{
    for (std::jthread &thread : m_threads)
        thread.request_stop();
}

bool IngestCrew::mayWork() const
{
    return m_collections && !m_orders.paused && !m_orders.chatGoesFirst && !m_halted;
}

IngestCrew::LoadedEmbedder IngestCrew::wantedEmbedder() const
{
    const bool gentle = m_orders.speed == IndexingSpeed::Gentle;
    return {m_orders.embedder, m_orders.embedder.isEmpty() ? 0 : gentle ? 1 : m_options.embedderThreads, {}};
}

bool IngestCrew::isEmbedderSettled() const
{
    const LoadedEmbedder wanted = wantedEmbedder();
    return m_embedder && m_embedder->path == wanted.path && m_embedder->threads == wanted.threads;
}

/// False when it is time to end.
template <class Ready>
bool IngestCrew::sleepUntil(Lock &lock, const std::stop_token &stop, Ready ready)
{
    return m_changed.wait(lock, stop, std::move(ready)) && !stop.stop_requested();
}

void IngestCrew::somethingToDo()
{
    ++m_stamp;
    m_changed.notify_all();
}

bool IngestCrew::othersAreDone() const
{
    for (std::size_t worker = 0; worker < m_seen.size(); ++worker) {
        // A gentle crew has one reader; the others sleep.
        const bool sleeps = worker > kFirstReader && m_orders.speed == IndexingSpeed::Gentle;
        if (worker != kEmbedder && !sleeps && m_seen[worker] != m_stamp)
            return false;
    }
    return m_chores.empty();
}

void IngestCrew::workedThrough(std::size_t worker, std::uint64_t stamp)
{
    m_seen[worker] = stamp;
    m_changed.notify_all();
}

void IngestCrew::halt(const Failure &failure)
{
    if (isCancelled(failure))
        return;
    {
        const std::scoped_lock lock(m_mutex);
        if (std::exchange(m_halted, true))
            return;
    }
    m_news({.kind = Kind::Failed, .failure = failure});
}

void IngestCrew::setCollections(std::vector<storage::Collection> collections)
{
    std::vector<std::string> look;
    {
        const std::scoped_lock lock(m_mutex);
        const bool first = !m_collections.has_value();
        const std::vector<storage::Collection> before = m_collections.value_or(std::vector<storage::Collection>());
        for (const storage::Collection &one : collections) {
            if (std::ranges::none_of(before, [&](const auto &known) { return lookTheSame(known, one); }))
                look.push_back(one.uuid);
        }
        for (const storage::Collection &one : before) {
            if (std::ranges::find(collections, one.uuid, &storage::Collection::uuid) == collections.end())
                m_watch->forget(one.uuid);
        }
        m_collections = std::move(collections);
        m_chores.push_back([this](IngestJob &, const std::stop_token &) { return putHandedFirst(); });
        if (first) {
            m_chores.push_back([this](IngestJob &, const std::stop_token &stop) { return readOlderAgain(stop); });
            somethingToDo();
        }
    }
    for (const std::string &uuid : look)
        scan(uuid);
    addChore([this](IngestJob &, const std::stop_token &stop) { return removeStrangers(stop); });
}

/// Somebody waits in a chat for what was handed to it.
std::expected<void, Failure> IngestCrew::putHandedFirst()
{
    std::vector<std::string> handed;
    {
        const std::scoped_lock lock(m_mutex);
        for (const storage::Collection &one : *m_collections) {
            if (one.conversation.valid())
                handed.push_back(one.uuid);
        }
    }
    return m_ports.index->ask([&](IndexStores &stores) { return stores.documents.putFirst(handed); });
}

void IngestCrew::addChore(Chore chore)
{
    const std::scoped_lock lock(m_mutex);
    m_chores.push_back(std::move(chore));
    m_changed.notify_all();
}

void IngestCrew::scan(const std::string &uuid)
{
    addChore([this, uuid](IngestJob &job, const std::stop_token &stop) { return scanNow(job, uuid, stop); });
}

void IngestCrew::setOrders(const CrewOrders &orders)
{
    const std::scoped_lock lock(m_mutex);
    if (orders == m_orders)
        return;
    const bool otherModel = orders.embedder != m_orders.embedder || orders.speed != m_orders.speed;
    // What it was about to embed is embedded again afterwards: an answer should not wait for it.
    if (otherModel || (orders.chatGoesFirst && !m_orders.chatGoesFirst))
        m_embedding.request_stop();
    m_orders = orders;
    if (otherModel)
        ++m_stamp;
    m_changed.notify_all();
}

void IngestCrew::tryAgain()
{
    const std::scoped_lock lock(m_mutex);
    m_halted = false;
    m_embedder.reset();
    somethingToDo();
}

void IngestCrew::readAgain(storage::DocumentId document)
{
    addChore([this, document](IngestJob &, const std::stop_token &) -> std::expected<void, Failure> {
        const auto known = m_ports.index->ask([&](IndexStores &stores) -> storage::Result<bool> {
            const auto row = stores.documents.document(document);
            // What is read at this moment needs no second time.
            if (!row || row->state == storage::DocumentState::Reading)
                return false;
            const auto again = stores.documents.readAgain(document);
            return again ? storage::Result<bool>(true) : std::unexpected(again.error());
        });
        if (!known)
            return std::unexpected(known.error());
        m_news({.kind = Kind::Document, .document = document});
        const std::scoped_lock lock(m_mutex);
        somethingToDo();
        return {};
    });
}

void IngestCrew::setPassword(storage::DocumentId document, const std::string &sha256, std::string password)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_passwords[sha256] = std::move(password);
    }
    readAgain(document);
}

void IngestCrew::skip(const std::string &sha256)
{
    const std::scoped_lock lock(m_mutex);
    if (const auto reading = m_reading.find(sha256); reading != m_reading.end())
        reading->second.request_stop();
}

/// Does `change` to each file of a collection, in the order of their paths; it says whether something changed.
void IngestCrew::addFileChore(const std::string &uuid,
                              std::function<storage::Result<bool>(IndexStores &, const storage::FileStatus &)> change)
{
    addChore([this, uuid, change = std::move(change)](IngestJob &,
                                                      const std::stop_token &stop) -> std::expected<void, Failure> {
        const auto files = m_ports.index->ask([&](IndexStores &stores) { return stores.documents.files(uuid); });
        if (!files)
            return std::unexpected(files.error());
        for (const storage::FileStatus &file : *files) {
            if (stop.stop_requested())
                break;
            const auto changed = m_ports.index->ask([&](IndexStores &stores) { return change(stores, file); });
            if (!changed)
                return std::unexpected(changed.error());
            if (*changed)
                m_news({.kind = Kind::Document, .document = file.document.id});
        }
        const std::scoped_lock lock(m_mutex);
        somethingToDo();
        return {};
    });
}

void IngestCrew::leaveOut(const std::string &uuid)
{
    addFileChore(uuid, [this](IndexStores &stores, const storage::FileStatus &file) -> storage::Result<bool> {
        if (!file.document.id.valid())
            return false;
        const auto row = stores.documents.document(file.document.id);
        if (!row)
            return false; // it is gone meanwhile
        if (row->state == storage::DocumentState::Reading)
            skip(row->sha256);
        if (row->state != storage::DocumentState::Waiting)
            return false;
        // In one step of the index's thread: no reader can take it in between.
        if (const auto begun = stores.documents.beginReading(row->id); !begun)
            return std::unexpected(begun.error());
        storage::Document left = *row;
        left.state = storage::DocumentState::Failed;
        left.reason = kStoppedByUser;
        left.readerVersion = kReaderVersion;
        const auto done = stores.documents.finishReading(left);
        return done ? storage::Result<bool>(true) : std::unexpected(done.error());
    });
}

void IngestCrew::readLeftOut(const std::string &uuid)
{
    addFileChore(uuid, [](IndexStores &stores, const storage::FileStatus &file) -> storage::Result<bool> {
        if (file.document.state != storage::DocumentState::Failed || file.document.reason != kStoppedByUser)
            return false;
        const auto again = stores.documents.readAgain(file.document.id);
        return again ? storage::Result<bool>(true) : std::unexpected(again.error());
    });
}

void IngestCrew::dropOtherVectors(storage::EmbedderId embedder)
{
    addChore([this, embedder](IngestJob &, const std::stop_token &stop) -> std::expected<void, Failure> {
        for (bool more = true; more && !stop.stop_requested();) {
            const auto some = m_ports.index->ask([&](IndexStores &stores) -> storage::Result<bool> {
                const auto all = stores.embeddings.list();
                if (!all)
                    return std::unexpected(all.error());
                const auto other =
                    std::ranges::find_if(*all, [&](const storage::Embedder &one) { return one.id != embedder; });
                if (other == all->end())
                    return false;
                const auto removed = stores.embeddings.removeSome(other->id, kPassagesAtOnce);
                return removed ? storage::Result<bool>(true) : std::unexpected(removed.error());
            });
            if (!some)
                return std::unexpected(some.error());
            more = *some;
        }
        return {};
    });
}

std::expected<void, Failure> IngestCrew::scanNow(IngestJob &job, const std::string &uuid, const std::stop_token &stop)
{
    std::optional<storage::Collection> collection;
    {
        const std::scoped_lock lock(m_mutex);
        for (const storage::Collection &one : *m_collections) {
            if (one.uuid == uuid)
                collection = one;
        }
    }
    if (!collection)
        return {};
    const auto report = job.scan(*collection, stop);
    if (!report)
        return std::unexpected(report.error());
    WatchedPlaces places{.folders = report->folders};
    for (const SourceReport &source : report->sources) {
        if (std::ranges::find(report->folders, source.path) == report->folders.end())
            places.files.push_back(source.path);
    }
    m_watch->watch(uuid, std::move(places));
    m_news({.kind = Kind::Sources, .collection = uuid, .sources = report->sources});
    if (report->changed) {
        m_news({.kind = Kind::Listed, .collection = uuid});
        const std::scoped_lock lock(m_mutex);
        somethingToDo();
    }
    return {};
}

std::expected<void, Failure> IngestCrew::removeStrangers(const std::stop_token &stop)
{
    const auto held = m_ports.index->ask([](IndexStores &stores) { return stores.documents.collections(); });
    if (!held)
        return std::unexpected(held.error());
    for (const std::string &uuid : *held) {
        {
            const std::scoped_lock lock(m_mutex);
            if (std::ranges::find(*m_collections, uuid, &storage::Collection::uuid) != m_collections->end())
                continue;
        }
        for (bool more = true; more && !stop.stop_requested();) {
            const auto some = m_ports.index->ask(
                [&](IndexStores &stores) { return stores.documents.removeFiles(uuid, kFilesAtOnce); });
            if (!some)
                return std::unexpected(some.error());
            more = *some;
        }
        m_news({.kind = Kind::Listed, .collection = uuid});
    }
    return {};
}

std::expected<void, Failure> IngestCrew::readOlderAgain(const std::stop_token &stop)
{
    const auto older =
        m_ports.index->ask([](IndexStores &stores) { return stores.documents.madeBefore(kReaderVersion); });
    if (!older)
        return std::unexpected(older.error());
    for (const storage::DocumentId document : *older) {
        if (stop.stop_requested())
            break;
        const auto again =
            m_ports.index->ask([&](IndexStores &stores) { return stores.documents.readAgain(document); });
        if (!again)
            return again;
    }
    return {};
}

void IngestCrew::coordinate(const std::stop_token &stop)
{
    giveWay();
    IngestJob job({.index = m_ports.index}, [this](const IngestEvent &event) { tellEvent(event); });
    Lock lock(m_mutex);
    const auto mayHash = [&] { return mayWork() && m_seen[kCoordinator] != m_stamp; };
    const auto hasChore = [&] { return !m_chores.empty() && m_collections && !m_halted; };
    while (sleepUntil(lock, stop, [&] { return hasChore() || mayHash(); })) {
        if (hasChore()) {
            Chore chore = std::move(m_chores.front());
            lock.unlock();
            const auto done = chore(job, stop);
            if (!done)
                halt(done.error());
            lock.lock();
            // One that failed is tried again, from its start.
            if (done)
                m_chores.pop_front();
            else
                m_chores.front() = std::move(chore);
            m_changed.notify_all();
            continue;
        }
        const std::uint64_t stamp = m_stamp;
        lock.unlock();
        const auto hashed = job.hashNext(stop);
        if (!hashed)
            halt(hashed.error());
        lock.lock();
        if (hashed && *hashed)
            somethingToDo();
        else if (hashed)
            workedThrough(kCoordinator, stamp);
    }
}

std::expected<extraction::Extraction, ExtractionFailure> IngestCrew::read(const ReadTask &task,
                                                                          const std::stop_token &stop)
{
    std::stop_source ended;
    const std::stop_callback follow(stop, [&ended] { ended.request_stop(); });
    std::optional<std::string> password;
    {
        const std::scoped_lock lock(m_mutex);
        m_reading[task.sha256] = ended;
        if (const auto known = m_passwords.find(task.sha256); known != m_passwords.end())
            password = known->second;
    }
    auto answer = m_ports.read(task, password, ended.get_token());
    const std::scoped_lock lock(m_mutex);
    m_reading.erase(task.sha256);
    return answer;
}

void IngestCrew::readDocuments(int reader, const std::stop_token &stop)
{
    giveWay();
    IngestJob job({.index = m_ports.index,
                   .read = [this](const ReadTask &task, const std::stop_token &token) { return read(task, token); }},
                  [this](const IngestEvent &event) { tellEvent(event); });
    const std::size_t worker = kFirstReader + static_cast<std::size_t>(reader);
    Lock lock(m_mutex);
    const auto mayRead = [&] {
        const bool sleeps = reader > 0 && m_orders.speed == IndexingSpeed::Gentle;
        // Passages are as long as the embedder's tokens say, so that it comes first.
        return mayWork() && !sleeps && m_seen[worker] != m_stamp && isEmbedderSettled();
    };
    while (sleepUntil(lock, stop, mayRead)) {
        const std::uint64_t stamp = m_stamp;
        const std::shared_ptr<TextEmbedder> embedder = m_embedder->model;
        job.setEmbedder(embedder.get());
        lock.unlock();
        const auto start = Clock::now();
        const auto done = job.readNext(stop);
        if (!done)
            halt(done.error());
        lock.lock();
        if (done && *done) {
            somethingToDo();
            rest(lock, Clock::now() - start, stop);
        } else if (done) {
            workedThrough(worker, stamp);
        }
    }
}

void IngestCrew::rest(Lock &lock, Clock::duration worked, const std::stop_token &stop)
{
    const auto isGentle = [this] { return m_orders.speed == IndexingSpeed::Gentle; };
    if (isGentle()) {
        m_changed.wait_for(lock, stop, std::min<Clock::duration>(worked, kLongestRest), [&] { return !isGentle(); });
    }
}

/// Whether it is worth to load the model.
bool IngestCrew::isAnythingLeft(bool embedderIsNew)
{
    const auto left = m_ports.index->ask([&](IndexStores &stores) -> storage::Result<bool> {
        const auto unknown = stores.documents.unknownFiles(1);
        const auto waiting = stores.documents.nextWaiting();
        const auto newest = stores.embeddings.latest();
        if (!unknown || !waiting || !newest)
            return true;
        const bool counts = *newest && !embedderIsNew;
        const auto unseen = stores.embeddings.nextDocument(counts ? (*newest)->id : storage::EmbedderId());
        return !unseen || !unknown->empty() || waiting->has_value() || unseen->has_value();
    });
    return !left || *left;
}

void IngestCrew::loadEmbedder(const QString &path, std::uint32_t threads)
{
    LoadedEmbedder loaded{path, threads, {}};
    if (!path.isEmpty()) {
        auto model = m_ports.loadEmbedder(path, threads);
        if (model) {
            loaded.model = std::move(*model);
            const EmbedderIdentity identity = loaded.model->identity();
            const auto known = m_ports.index->ask([&](IndexStores &stores) {
                return stores.embeddings.embedder(identity.sha256, identity.name, identity.width);
            });
            if (known)
                m_news({.kind = Kind::EmbedderKnown, .path = path.toStdString(), .embedder = known->id});
            else
                halt(known.error());
        } else {
            m_news({.kind = Kind::EmbedderFailed, .path = path.toStdString(), .failure = model.error()});
        }
    }
    const std::scoped_lock lock(m_mutex);
    m_embedder = std::move(loaded);
    m_changed.notify_all();
}

bool IngestCrew::embedSome(IngestJob &job, std::uint64_t stamp, const std::stop_token &stop)
{
    const std::stop_callback follow(stop, [this] {
        const std::scoped_lock lock(m_mutex);
        m_embedding.request_stop();
    });
    std::stop_token token;
    std::shared_ptr<TextEmbedder> embedder;
    {
        const std::scoped_lock lock(m_mutex);
        m_embedding = std::stop_source();
        // An order that came before this batch had nothing to stop.
        if (stop.stop_requested() || !mayWork() || !isEmbedderSettled())
            return true;
        token = m_embedding.get_token();
        embedder = m_embedder->model;
    }
    job.setEmbedder(embedder.get());
    const auto done = job.embedNext(token);
    if (const std::int64_t passages = job.takeEmbedded(); passages > 0)
        m_news({.kind = Kind::Embedded, .amount = passages});
    if (!done && !isCancelled(done.error())) {
        if (done.error().code.startsWith(QStringLiteral("storage."))) {
            halt(done.error());
        } else {
            // The documents are still found by their words.
            const std::scoped_lock lock(m_mutex);
            m_embedder->model.reset();
            m_news({.kind = Kind::EmbedderFailed, .path = m_embedder->path.toStdString(), .failure = done.error()});
        }
    }
    if (!done || *done)
        return true;
    const std::scoped_lock lock(m_mutex);
    workedThrough(kEmbedder, stamp);
    return false;
}

void IngestCrew::embedPassages(const std::stop_token &stop)
{
    giveWay();
    IngestJob job({.index = m_ports.index}, [this](const IngestEvent &event) { tellEvent(event); });
    Lock lock(m_mutex);
    bool told = false; // that something is being done
    const auto hasWork = [this] { return mayWork() && m_seen[kEmbedder] != m_stamp; };
    const auto isAllDone = [&] { return told && mayWork() && m_seen[kEmbedder] == m_stamp && othersAreDone(); };
    while (sleepUntil(lock, stop, [&] { return hasWork() || isAllDone(); })) {
        if (isAllDone()) {
            // The model goes until there is work again: most of the time there is none.
            const std::optional<LoadedEmbedder> done = std::exchange(m_embedder, std::nullopt);
            told = false;
            lock.unlock();
            if (done && done->model)
                m_news({.kind = Kind::EmbedderDone, .path = done->path.toStdString()});
            m_news({.kind = Kind::Idle});
            lock.lock();
            continue;
        }
        const std::uint64_t stamp = m_stamp;
        const bool settled = isEmbedderSettled();
        const LoadedEmbedder wanted = wantedEmbedder();
        const bool isNew = m_orders.embedderIsNew;
        lock.unlock();
        const bool idle = !settled && !told && !isAnythingLeft(isNew);
        if (idle || !std::exchange(told, true))
            m_news({.kind = idle ? Kind::Idle : Kind::Working});
        const auto start = Clock::now();
        if (!idle && !settled)
            loadEmbedder(wanted.path, wanted.threads);
        const bool worked = settled && embedSome(job, stamp, stop);
        lock.lock();
        if (idle && stamp == m_stamp)
            std::ranges::fill(m_seen, stamp);
        if (worked)
            rest(lock, Clock::now() - start, stop);
    }
}

void IngestCrew::tellEvent(const IngestEvent &event)
{
    CrewNews news{.path = event.path, .document = event.document.id, .done = event.done, .total = event.total};
    switch (event.kind) {
    case IngestEvent::Kind::Found:
        return;
    case IngestEvent::Kind::Hashed:
        news.kind = event.document.id.valid() ? Kind::Document : Kind::Listed;
        news.collection = event.collection;
        break;
    case IngestEvent::Kind::Reading:
    case IngestEvent::Kind::Progress:
        news.kind = Kind::Reading;
        break;
    case IngestEvent::Kind::Read:
        news.kind = Kind::Read;
        news.amount = event.document.sizeBytes;
        break;
    case IngestEvent::Kind::Embedded:
        news.kind = Kind::Document;
        break;
    }
    m_news(news);
}

} // namespace app
