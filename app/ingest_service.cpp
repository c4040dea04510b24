// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ingest_service.h"

#include "app/collection_service.h"
#include "app/inference_port.h"
#include "app/ingest_pace.h"
#include "app/settings.h"

#include <QSet>
#include <QThreadPool>
#include <QTimer>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace app {

using Kind = CrewNews::Kind;

namespace {

/// More changed documents than this at once, and the lists are read anew.
constexpr std::size_t kMostDocuments = 200;

/// Whose vectors count: the known one's, else those that were made last.
storage::Result<storage::EmbedderId> embedderIn(IndexStores &stores, storage::EmbedderId known)
{
    if (known.valid())
        return known;
    const auto newest = stores.embeddings.latest();
    if (!newest)
        return std::unexpected(newest.error());
    return *newest ? (*newest)->id : storage::EmbedderId();
}

/// What the crew told and the window has not heard yet: any number of threads put in, at most one event is on its way.
class Mailbox {
public:
    /// True: somebody has to be sent for it.
    bool put(const CrewNews &news)
    {
        const std::scoped_lock lock(m_mutex);
        // Only the last page that was read counts.
        if (news.kind == Kind::Reading)
            std::erase_if(m_news, [&](const CrewNews &one) { return one.kind == news.kind && one.path == news.path; });
        m_news.push_back(news);
        return m_news.size() == 1;
    }
    std::vector<CrewNews> take()
    {
        const std::scoped_lock lock(m_mutex);
        return std::exchange(m_news, {});
    }

private:
    std::mutex m_mutex;
    std::vector<CrewNews> m_news;
};

} // namespace

struct IngestService::State {
    State(const IngestCollaborators &with, IngestOptions given)
        : index(with.index)
        , collections(with.collections)
        , inference(with.inference)
        , settings(with.settings)
        , options(std::move(given))
    {
    }

    [[nodiscard]] bool isNewEmbedder() const
    {
        return !settings.servingEmbedder().isEmpty() && settings.servingEmbedder() != embedder;
    }

    IndexThread &index;
    CollectionService &collections;
    InferencePort &inference;
    Settings &settings;
    IngestOptions options;

    Mailbox mailbox;
    QThreadPool finder; ///< one thread, so that answers keep their order
    QTimer refreshing;
    bool started = false;
    bool embedderFound = false;
    bool working = false;
    Failure failure;
    QString embedder; ///< path; empty: none
    Failure embedderFailure;
    storage::EmbedderId embedderId; ///< of `embedder` in the index, once it was loaded
    QSet<quint64> generations;
    IngestPace pace;
    bool asking = false; ///< numbers are on their way
    std::set<std::int64_t> changed;
    QHash<QString, CollectionCounts> counts; ///< by uuid
    CollectionCounts all;
    std::optional<IngestPace::Seconds> left;
    QHash<QString, QList<SourceValue>> sources; ///< by uuid
    QList<Current> reading;
    QHash<qint64, QString> passwordsGiven; ///< contents by document, until they were tried
    QSet<QString> passwordsTried;          ///< contents
    std::unique_ptr<IngestCrew> crew;
};

IngestService::IngestService(const IngestCollaborators &collaborators, IngestOptions options, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(collaborators, std::move(options)))
{
    m_state->options.ports.index = &m_state->index;
    m_state->finder.setMaxThreadCount(1);
    m_state->refreshing.setSingleShot(true);
    m_state->refreshing.setInterval(m_state->options.refresh);
    connect(&m_state->refreshing, &QTimer::timeout, this, &IngestService::refresh);
    connect(&m_state->collections, &CollectionService::collectionsChanged, this, [this] {
        if (m_state->crew)
            m_state->crew->setCollections(m_state->collections.rows());
        else
            begin();
        m_state->refreshing.start();
    });
    connect(&m_state->inference, &InferencePort::began, this, [this](GenerationId id) {
        m_state->generations.insert(static_cast<quint64>(id));
        giveOrders();
    });
    connect(&m_state->inference, &InferencePort::finished, this, [this](GenerationId id) {
        if (m_state->generations.remove(static_cast<quint64>(id)))
            giveOrders();
    });
    connect(&m_state->settings, &Settings::indexingPausedChanged, this, &IngestService::giveOrders);
    connect(&m_state->settings, &Settings::indexingSpeedChanged, this, &IngestService::giveOrders);
    connect(&m_state->settings, &Settings::embedderChanged, this, [this] {
        if (m_state->started)
            findEmbedder();
    });
}

IngestService::~IngestService()
{
    // Its threads send for this object.
    m_state->crew.reset();
    m_state->finder.waitForDone();
}

void IngestService::start()
{
    expectThread(this);
    m_state->started = true;
    findEmbedder();
    m_state->refreshing.start();
}

void IngestService::startFailed(const Failure &failure)
{
    m_state->failure = failure;
    Q_EMIT phaseChanged();
}

void IngestService::requestStop()
{
    if (m_state->crew)
        m_state->crew->requestStop();
}

void IngestService::findEmbedder()
{
    m_state->finder.start([this, find = m_state->options.findEmbedder, chosen = m_state->settings.embedder()] {
        const QString path = find ? find(chosen) : QString();
        QMetaObject::invokeMethod(this, [this, path] {
            m_state->embedder = path;
            m_state->embedderFound = true;
            m_state->embedderFailure = {};
            m_state->embedderId = {};
            giveOrders();
            begin();
            Q_EMIT embedderChanged();
            m_state->refreshing.start();
        });
    });
}

void IngestService::begin()
{
    if (m_state->crew || !m_state->embedderFound || !m_state->collections.isLoaded())
        return;
    m_state->crew = std::make_unique<IngestCrew>(
        m_state->options.ports, m_state->options.crew, CrewOrders{.paused = true}, [this](const CrewNews &news) {
            if (m_state->mailbox.put(news))
                QMetaObject::invokeMethod(this, &IngestService::take, Qt::QueuedConnection);
        });
    giveOrders();
    m_state->crew->setCollections(m_state->collections.rows());
    Q_EMIT phaseChanged();
}

void IngestService::giveOrders()
{
    if (m_state->crew) {
        m_state->crew->setOrders({.paused = m_state->settings.indexingPaused(),
                                  .chatGoesFirst = !m_state->generations.isEmpty(),
                                  .speed = m_state->settings.indexingSpeed(),
                                  .embedder = m_state->embedder,
                                  .embedderIsNew = m_state->isNewEmbedder()});
    }
    m_state->pace.setWorking(phase() == IndexingPhase::Working, std::chrono::steady_clock::now());
    Q_EMIT phaseChanged();
}

IndexingPhase IngestService::phase() const
{
    if (!m_state->failure.isEmpty())
        return IndexingPhase::Halted;
    if (!m_state->crew)
        return IndexingPhase::Starting;
    if (m_state->settings.indexingPaused())
        return IndexingPhase::Paused;
    if (!m_state->working)
        return IndexingPhase::Idle;
    return m_state->generations.isEmpty() ? IndexingPhase::Working : IndexingPhase::ChatGoesOn;
}

bool IngestService::isPaused() const
{
    return m_state->settings.indexingPaused();
}
Failure IngestService::failure() const
{
    return m_state->failure;
}
bool IngestService::isByMeaning() const
{
    return !m_state->embedder.isEmpty() && m_state->embedderFailure.isEmpty();
}
bool IngestService::isRemaking() const
{
    return isByMeaning() && m_state->isNewEmbedder();
}
Failure IngestService::embedderFailure() const
{
    return m_state->embedderFailure;
}
qint64 IngestService::secondsLeft() const
{
    return m_state->left ? static_cast<qint64>(m_state->left->count()) : -1;
}
const QList<IngestService::Current> &IngestService::reading() const
{
    return m_state->reading;
}
CollectionCounts IngestService::all() const
{
    return m_state->all;
}

CollectionCounts IngestService::counts(CollectionId id) const
{
    const CollectionValue *collection = m_state->collections.find(id);
    return collection != nullptr ? m_state->counts.value(collection->uuid) : CollectionCounts();
}

CollectionCounts IngestService::countsOf(const QString &uuid) const
{
    return m_state->counts.value(uuid);
}

std::optional<SourceState> IngestService::sourceState(const QString &uuid, const QString &path) const
{
    const QList<SourceValue> met = m_state->sources.value(uuid);
    const auto known = std::ranges::find(met, path, &SourceValue::path);
    return known != met.end() ? std::optional(known->state) : std::nullopt;
}

QList<SourceValue> IngestService::sources(CollectionId id) const
{
    const CollectionValue *collection = m_state->collections.find(id);
    if (collection == nullptr)
        return {};
    const QList<SourceValue> met = m_state->sources.value(collection->uuid);
    QList<SourceValue> all;
    for (const QString &path : collection->sources) {
        const auto known = std::ranges::find(met, path, &SourceValue::path);
        all.append({path, known != met.end() ? known->state : SourceState::There});
    }
    return all;
}

QString IngestService::searchEmbedder() const
{
    return m_state->isNewEmbedder() ? m_state->settings.servingEmbedder() : m_state->embedder;
}

void IngestService::pause()
{
    m_state->settings.setIndexingPaused(true);
}

void IngestService::resume()
{
    m_state->settings.setIndexingPaused(false);
}

void IngestService::tryAgain()
{
    if (!m_state->crew)
        return;
    m_state->failure = {};
    m_state->embedderFailure = {};
    m_state->crew->tryAgain();
    giveOrders();
}

void IngestService::rescan(CollectionId id)
{
    const CollectionValue *collection = m_state->collections.find(id);
    if (collection != nullptr && m_state->crew)
        m_state->crew->scan(collection->uuid.toStdString());
}

void IngestService::retry(const FileValue &file)
{
    if (!m_state->crew)
        return;
    if (file.condition == FileCondition::Offline || file.condition == FileCondition::Unreadable || file.document == 0)
        m_state->crew->scan(file.uuid.toStdString());
    else
        m_state->crew->readAgain({file.document});
}

void IngestService::skip(const FileValue &file)
{
    if (m_state->crew)
        m_state->crew->skip(file.sha256.toStdString());
}

void IngestService::cancel(CollectionId id)
{
    for (const CollectionValue &one : m_state->collections.collections()) {
        if (m_state->crew && (!id.isValid() || one.id == id))
            m_state->crew->leaveOut(one.uuid.toStdString());
    }
}

void IngestService::readLeftOut(CollectionId id)
{
    const CollectionValue *collection = m_state->collections.find(id);
    if (collection != nullptr && m_state->crew)
        m_state->crew->readLeftOut(collection->uuid.toStdString());
}

void IngestService::givePassword(const FileValue &file, const QString &password)
{
    if (!m_state->crew || file.document == 0)
        return;
    m_state->passwordsGiven.insert(file.document, file.sha256);
    m_state->passwordsTried.remove(file.sha256);
    m_state->crew->setPassword({file.document}, file.sha256.toStdString(), password.toStdString());
}

CollectionId IngestService::idOf(const std::string &uuid) const
{
    const QList<CollectionValue> &all = m_state->collections.collections();
    const auto found = std::ranges::find(all, QString::fromStdString(uuid), &CollectionValue::uuid);
    return found != all.end() ? found->id : CollectionId();
}

FileValue IngestService::valueOf(const storage::FileStatus &status) const
{
    FileValue value = fileValue(status, isByMeaning());
    value.wrongPassword = value.condition == FileCondition::Encrypted && m_state->passwordsTried.contains(value.sha256);
    return value;
}

void IngestService::take()
{
    const QList<Current> before = m_state->reading;
    const IndexingPhase phaseBefore = phase();
    bool isOther = false; // in the index; how far a reader is stands nowhere
    for (const CrewNews &news : m_state->mailbox.take()) {
        accept(news);
        isOther = isOther || (news.kind != Kind::Working && (news.kind != Kind::Reading || news.done == 0));
    }
    if (phase() != phaseBefore) {
        m_state->pace.setWorking(phase() == IndexingPhase::Working, std::chrono::steady_clock::now());
        Q_EMIT phaseChanged();
    }
    if (m_state->reading != before)
        Q_EMIT readingChanged();
    if (isOther && !m_state->refreshing.isActive())
        m_state->refreshing.start();
}

void IngestService::accept(const CrewNews &news)
{
    const auto now = std::chrono::steady_clock::now();
    const QString path = pathText(news.path);
    const auto forgetCurrent = [&] {
        m_state->reading.removeIf([&](const Current &current) { return current.path == path; });
    };
    if (news.document.valid())
        m_state->changed.insert(news.document.value);
    switch (news.kind) {
    case Kind::Listed:
        if (const CollectionId id = idOf(news.collection); id.isValid())
            Q_EMIT listChanged(id);
        break;
    case Kind::Sources: {
        QList<SourceValue> &met = m_state->sources[QString::fromStdString(news.collection)];
        met.clear();
        for (const SourceReport &source : news.sources)
            met.append({pathText(source.path), source.state});
        Q_EMIT sourcesChanged(idOf(news.collection));
        break;
    }
    case Kind::Document:
        break;
    case Kind::Reading:
        forgetCurrent();
        m_state->reading.append({path, news.done, news.total});
        break;
    case Kind::Read:
        forgetCurrent();
        if (const QString content = m_state->passwordsGiven.take(news.document.value); !content.isEmpty())
            m_state->passwordsTried.insert(content);
        m_state->pace.addRead(news.amount, now);
        break;
    case Kind::Embedded:
        m_state->pace.addEmbedded(news.amount, now);
        break;
    case Kind::EmbedderKnown:
        if (path != m_state->embedder)
            break;
        m_state->embedderId = news.embedder;
        if (m_state->settings.servingEmbedder().isEmpty())
            m_state->settings.setServingEmbedder(path);
        break;
    case Kind::EmbedderFailed:
        m_state->embedderFailure = news.failure;
        Q_EMIT embedderChanged();
        break;
    case Kind::EmbedderDone:
        if (path != m_state->embedder || !m_state->isNewEmbedder())
            break;
        m_state->settings.setServingEmbedder(path);
        m_state->crew->dropOtherVectors(m_state->embedderId);
        giveOrders();
        Q_EMIT embedderChanged();
        break;
    case Kind::Working:
        m_state->working = true;
        break;
    case Kind::Idle:
        m_state->working = false;
        m_state->reading.clear();
        break;
    case Kind::Failed:
        m_state->failure = news.failure.code.startsWith(QStringLiteral("storage."))
                               ? failureFromCode(news.failure.code, news.failure.details, m_state->options.folder)
                               : news.failure;
        m_state->reading.clear();
        if (news.failure.code == QStringLiteral("storage.damaged")) {
            m_state->failure = failureFromCode(QStringLiteral("app.index_damaged"), news.failure.details);
            m_state->index.run([](IndexStores &stores) { return stores.database->distrust(); });
        }
        break;
    }
}

void IngestService::refresh()
{
    if (m_state->asking)
        return; // comes again with the answer
    if (!m_state->started)
        return;
    m_state->asking = true;
    struct Numbers {
        std::vector<storage::CollectionTotals> totals;
        std::vector<storage::FileStatus> files;
        bool isWhole = true;
    };
    const std::set<std::int64_t> documents = std::exchange(m_state->changed, {});
    using Answer = storage::Result<Numbers>;
    m_state->index
        .run([documents, known = m_state->embedderId](IndexStores &stores) -> Answer {
            Numbers numbers;
            const auto embedder = embedderIn(stores, known);
            if (!embedder)
                return std::unexpected(embedder.error());
            auto totals = stores.documents.totals(*embedder);
            if (!totals)
                return std::unexpected(totals.error());
            numbers.totals = std::move(*totals);
            numbers.isWhole = documents.size() <= kMostDocuments;
            for (const std::int64_t document : numbers.isWhole ? documents : std::set<std::int64_t>()) {
                const auto files = stores.documents.statusesOf({document}, *embedder);
                if (!files)
                    return std::unexpected(files.error());
                numbers.files.insert(numbers.files.end(), files->begin(), files->end());
            }
            return numbers;
        })
        .then(this, [this](const Answer &answer) {
            m_state->asking = false;
            if (!m_state->changed.empty())
                m_state->refreshing.start();
            if (!answer)
                return; // the crew meets it too, and says so
            show(answer->totals);
            QList<FileValue> files;
            for (const storage::FileStatus &status : answer->files)
                files.append(valueOf(status));
            if (!files.isEmpty())
                Q_EMIT filesChanged(files);
            if (!answer->isWhole) {
                for (const CollectionValue &collection : m_state->collections.collections())
                    Q_EMIT listChanged(collection.id);
            }
        });
}

void IngestService::show(const std::vector<storage::CollectionTotals> &totals)
{
    const bool byMeaning = isByMeaning();
    storage::CollectionTotals sum;
    m_state->counts.clear();
    for (const storage::CollectionTotals &one : totals) {
        m_state->counts.insert(QString::fromStdString(one.collectionUuid), collectionCounts(one, byMeaning));
        if (!idOf(one.collectionUuid).isValid())
            continue; // on its way out, or no list shows it
        sum.files += one.files;
        sum.toRead += one.toRead;
        sum.searchable += one.searchable;
        sum.embedded += one.embedded;
        sum.troubled += one.troubled;
        sum.offline += one.offline;
        sum.unreadable += one.unreadable;
        sum.pages += one.pages;
        sum.words += one.words;
        sum.passages += one.passages;
        sum.passagesEmbedded += one.passagesEmbedded;
        sum.bytesRead += one.bytesRead;
        sum.bytesToRead += one.bytesToRead;
    }
    m_state->all = collectionCounts(sum, byMeaning);
    m_state->left = m_state->pace.left(
        {.bytesToRead = sum.bytesToRead,
         .passagesToEmbed = sum.passages - sum.passagesEmbedded,
         .passagesPerByte =
             sum.bytesRead > 0 ? static_cast<double>(sum.passages) / static_cast<double>(sum.bytesRead) : 0,
         .embeds = byMeaning},
        std::chrono::steady_clock::now());
    Q_EMIT countsChanged();
}

void IngestService::loadFiles(CollectionId id)
{
    const CollectionValue *collection = m_state->collections.find(id);
    if (collection == nullptr) {
        Q_EMIT filesLoaded(id, {});
        return;
    }
    using Answer = storage::Result<std::vector<storage::FileStatus>>;
    m_state->index
        .run([uuid = collection->uuid.toStdString(), known = m_state->embedderId](IndexStores &stores) -> Answer {
            const auto embedder = embedderIn(stores, known);
            return embedder ? stores.documents.files(uuid, *embedder) : std::unexpected(embedder.error());
        })
        .then(this, [this, id](const Answer &answer) {
            QList<FileValue> files;
            if (answer) {
                for (const storage::FileStatus &status : *answer)
                    files.append(valueOf(status));
            }
            Q_EMIT filesLoaded(id, files);
        });
}

void IngestService::loadPlaces(const QList<PlaceStatus> &places)
{
    struct Place {
        storage::CollectionTotals totals;
        std::optional<storage::FileStatus> file;
    };
    using Answer = storage::Result<std::vector<Place>>;
    std::vector<std::pair<std::string, std::string>> asked;
    for (const PlaceStatus &place : places)
        asked.emplace_back(place.uuid.toStdString(), pathBytes(place.path));
    m_state->index
        .run([asked, known = m_state->embedderId](IndexStores &stores) -> Answer {
            const auto embedder = embedderIn(stores, known);
            if (!embedder)
                return std::unexpected(embedder.error());
            std::vector<Place> found;
            for (const auto &[uuid, path] : asked) {
                const auto totals = stores.documents.totalsOf(uuid, path, *embedder);
                if (!totals)
                    return std::unexpected(totals.error());
                const auto file = stores.documents.fileAt(uuid, path, *embedder);
                if (!file)
                    return std::unexpected(file.error());
                found.push_back({*totals, *file});
            }
            return found;
        })
        .then(this, [this, places](const Answer &answer) {
            QList<PlaceStatus> found = places;
            for (qsizetype i = 0; answer && i < found.size(); ++i) {
                const Place &place = (*answer)[static_cast<std::size_t>(i)];
                found[i].counts = collectionCounts(place.totals, isByMeaning());
                found[i].file = place.file ? valueOf(*place.file) : FileValue();
            }
            Q_EMIT placesLoaded(found);
        });
}

} // namespace app
