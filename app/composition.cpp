// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/composition.h"

#include "app/assistant_service.h"
#include "app/catalogue_service.h"
#include "app/chat_material.h"
#include "app/chat_service.h"
#include "app/collection_service.h"
#include "app/compare_service.h"
#include "app/conversation_service.h"
#include "app/device_access.h"
#include "app/device_service.h"
#include "app/document_extraction.h"
#include "app/document_finder.h"
#include "app/download_service.h"
#include "app/engine_embedder.h"
#include "app/engine_host.h"
#include "app/engine_reranker.h"
#include "app/export_service.h"
#include "app/hub_downloads.h"
#include "app/hub_token.h"
#include "app/ingest_service.h"
#include "app/ledger_service.h"
#include "app/library_helpers.h"
#include "app/logging.h"
#include "app/model_check.h"
#include "app/model_library.h"
#include "app/model_provenance.h"
#include "app/model_updates.h"
#include "app/passage_finder.h"
#include "app/platform/broker.h"
#include "app/quarantine.h"
#include "app/retrieval_service.h"
#include "app/settings.h"
#include "app/source_service.h"
#include "app/store_thread.h"
#include "app/summary_service.h"
#include "inference/driver_files.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QThread>

#include <algorithm>

namespace app {

namespace {

DeviceService::Probe makeProbe(const CompositionOptions &options, const Quarantine &quarantine)
{
    if (options.devices) {
        return [list = options.devices](const DeviceTrials &) {
            DeviceReport report;
            report.devices = list();
            return report;
        };
    }
    if (!options.probeDevices)
        return [](const DeviceTrials &) { return DeviceReport(); };
    return [broker = options.broker, quarantine, drivers = inference::DriverSearch::fromEnvironment()](
               const DeviceTrials &trials) { return probeDevices(broker, quarantine, trials, drivers); };
}

/// Questions are embedded by the model that embedded the documents; where nobody says which that is, as in a terminal
/// that keeps no collections up to date, by the one that would embed them.
auto questionEmbedder(const IngestOptions &documents)
{
    return [find = documents.findEmbedder, load = documents.ports.loadEmbedder](
               const QString &serving) -> std::expected<std::unique_ptr<TextEmbedder>, Failure> {
        const QString path = find ? find(serving) : serving;
        if (path.isEmpty() || !load)
            return nullptr;
        return load(path, 0);
    };
}

/// One of Carrel's own folders goes before one that the user has anywhere.
std::function<std::expected<std::unique_ptr<TextReranker>, Failure>()>
rerankerLoader(const std::shared_ptr<LibraryHelpers> &helpers)
{
    return [helpers]() -> std::expected<std::unique_ptr<TextReranker>, Failure> {
        const QString installed = installedReranker();
        const QString path = installed.isEmpty() ? helpers->reranker() : installed;
        if (path.isEmpty())
            return nullptr;
        return EngineReranker::load(path);
    };
}

/// Documents are read in workers of their own, by models on engines of their own.
IngestOptions documentOptions(platform::Broker *broker, const std::shared_ptr<LibraryHelpers> &helpers)
{
    IngestOptions options;
    options.ports.read = [broker](const ReadTask &task, const std::optional<std::string> &password,
                                  const std::stop_token &stop) {
        return readDocument(broker, task.path, stop, {.password = password, .progress = task.progress});
    };
    options.ports.loadEmbedder = [](const QString &path,
                                    std::uint32_t threads) -> std::expected<std::unique_ptr<TextEmbedder>, Failure> {
        return EngineEmbedder::load(path, threads);
    };
    options.findEmbedder = [](const QString &chosen) {
        return !chosen.isEmpty() && QFile::exists(chosen) ? chosen : installedEmbedder();
    };
    options.listEmbedders = [helpers] { return joined(installedEmbedders(), helpers->embedders()); };
    const int spare = std::max(1, QThread::idealThreadCount() - 1);
    constexpr int mostReaders = 8; // a worker may take a gigabyte
    options.crew.readers = std::min(spare, mostReaders);
    options.crew.embedderThreads = static_cast<std::uint32_t>(spare);
    return options;
}

DownloadOptions downloadOptions(const CompositionOptions &options)
{
    DownloadOptions wanted = options.downloads ? *options.downloads : DownloadOptions();
    if (wanted.broker == nullptr)
        wanted.broker = options.broker;
    return wanted;
}

IngestOptions inFolder(IngestOptions options, const QString &folder)
{
    options.folder = folder;
    return options;
}

} // namespace

QString defaultDataFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/carrel");
}

QString defaultDownloadFolder()
{
    return defaultDataFolder() + QStringLiteral("/models");
}

// In the order in which they are built; destroyed from the bottom up.
struct Composition::Parts {
    Parts(CompositionOptions options, std::function<void()> openIndex)
        : ownEngine(!options.inference)
        , broker(options.broker)
        , dataFolder(QDir(options.dataFolder).absolutePath())
        , now(std::move(options.now))
        , quarantine(deviceQuarantine())
        , settings(dataFolder + QStringLiteral("/settings.json"))
        , inference(options.inference ? std::move(options.inference)
                                      : std::make_unique<EngineHost>(engineOptions(quarantine)))
        , devices(settings, makeProbe(options, quarantine), [this](const QString &uuid) { quarantine.release(uuid); })
        , library(&store, settings,
                  {.starterFolders = options.modelFolders.value_or(modelFolders()), .hashes = ownEngine})
        , modelCheck(library)
        , foreignModels(library, options.foreignPlaces.value_or(ForeignPlaces::ofThisUser()))
        , models(settings, devices, *inference, library)
        , provenance(store)
        , assistants(store)
        , conversations(store)
        , documents(options.documents ? *options.documents : documentOptions(options.broker, helpers))
        , retrieval({.index = index,
                     .openIndex = std::move(openIndex),
                     .loadEmbedder = questionEmbedder(documents),
                     .loadReranker = options.documents ? nullptr : rerankerLoader(helpers),
                     .servingEmbedder = [this] { return ingest.searchEmbedder(); },
                     .isReading = [this] { return ingest.phase() == IndexingPhase::Working; }})
        , chat({.store = store,
                .inference = *inference,
                .models = models,
                .assistants = assistants,
                .provenance = provenance,
                .retrieval = &retrieval})
        , compare({.chat = chat, .models = models, .assistants = assistants, .inference = *inference})
        , summaries({.inference = *inference,
                     .models = models,
                     .provenance = provenance,
                     .sources = {.index = &index, .read = documentReader(broker)}})
        , sources(index, options.pages ? std::move(options.pages) : pageReaders(broker))
        , documentFinder(store, index)
        , exports(store)
        , hubToken(settings)
        , downloads({.store = store, .settings = settings, .token = &hubToken}, downloadOptions(options))
        , ledger(store)
        , hub(downloads)
        , catalogue({.devices = devices, .settings = settings, .port = options.hub != nullptr ? options.hub : &hub},
                    {.folder = dataFolder})
        , modelUpdates(library, options.hub != nullptr ? options.hub : &hub)
        , collections(store)
        , ingest({.index = index, .collections = collections, .inference = *inference, .settings = settings},
                 inFolder(documents, dataFolder))
        , material(chat, ingest)
        , finder(index, collections, retrieval)
        , embedders(documents.listEmbedders)
    {
        QObject::connect(&library, &ModelLibrary::modelsChanged, &library, [this] { helpers->take(library.models()); });
        // Files that are handed to a conversation stand in a collection of its own.
        QObject::connect(&chat, &ChatService::filesHanded, &collections, &CollectionService::load);
        // A question about them waits until they are read, or will not be.
        const auto note = [this] { retrieval.noteProgress(); };
        QObject::connect(&ingest, &IngestService::filesChanged, &retrieval, note);
        QObject::connect(&ingest, &IngestService::phaseChanged, &retrieval, note);
        // A model that was fetched is on the list, with what its source promised of it.
        QObject::connect(
            &downloads, &DownloadService::finished, &library, [this](const QString &id, const QString &path) {
                const auto request = downloads.requestOf(id);
                if (request && path.endsWith(QStringLiteral(".gguf")))
                    library.addFrom({.path = path,
                                     .source = request->url,
                                     // A model's hash is that of all its files.
                                     .promisedSha256 = request->parts.isEmpty() ? request->sha256 : QString(),
                                     .promisedBy = request->sha256Source,
                                     .catalogueId = request->catalogueId,
                                     .licenceId = request->licenceId,
                                     .licenceText = request->licenceText});
            });
        // What is learned of a model stands on its card.
        QObject::connect(&provenance, &ModelProvenance::known, &library, &ModelLibrary::noteHash);
        QObject::connect(inference.get(), &InferencePort::began, &library, [this] { giveWay(true); });
        QObject::connect(inference.get(), &InferencePort::finished, &library,
                         [this](GenerationId, const GenerationOutcome &outcome) {
                             giveWay(false);
                             library.noteAnswer(inference->status().modelId, outcome);
                         });
        devices.require(options.device);
        models.setOverrides(options.overrides);
    }

    /// An answer is being written, or no more.
    void giveWay(bool answering)
    {
        library.setBusy(answering);
        modelCheck.setBusy(answering);
    }

    bool ownEngine; ///< else answers are made up, and whole files of models, which are so too, are read by nobody
    platform::Broker *broker;
    QString dataFolder;
    std::function<qint64()> now;
    Quarantine quarantine;
    bool readOnly = false;
    Settings settings;
    StoreThread store;
    IndexThread index;
    bool indexOpened = false; ///< or tried
    std::unique_ptr<InferencePort> inference;
    DeviceService devices;
    ModelLibrary library;
    ModelCheck modelCheck;
    ForeignModels foreignModels;
    ModelService models;
    ModelProvenance provenance;
    AssistantService assistants;
    ConversationService conversations;
    std::shared_ptr<LibraryHelpers> helpers = std::make_shared<LibraryHelpers>();
    IngestOptions documents;
    RetrievalService retrieval;
    ChatService chat;
    CompareService compare;
    SummaryService summaries;
    SourceService sources;
    DocumentFinder documentFinder;
    ExportService exports;
    HubToken hubToken;
    DownloadService downloads;
    LedgerService ledger;
    HubDownloads hub;
    CatalogueService catalogue;
    ModelUpdates modelUpdates;
    CollectionService collections;
    IngestService ingest;
    ChatMaterial material;
    PassageFinder finder;
    EmbedderList embedders;
};

Composition::Composition(CompositionOptions options, QObject *parent)
    : QObject(parent)
    , m_parts(std::make_unique<Parts>(std::move(options), [this] {
        if (!m_parts->indexOpened)
            openIndex();
    }))
{
    // Files that were handed to conversations go with them, and what was read of them too.
    connect(&m_parts->conversations, &ConversationService::collectionsErased, this, &Composition::forgetFiles);
}

Composition::~Composition()
{
    // What the workers leave when they are ended is no document's fault.
    m_parts->ingest.requestStop();
    // A worker that waits for a driver would hold up the end.
    if (m_parts->broker != nullptr)
        m_parts->broker->end();
}

void Composition::start()
{
    m_parts->store
        .open({.path = m_parts->dataFolder.toStdString() + "/carrel.db", .now = m_parts->now, .log = storageLogSink()})
        .then(this, [this](const storage::OpenReport &report) { onOpened(report); });
    m_parts->assistants.load();
    m_parts->provenance.completeRecords();
    m_parts->quarantine.adoptMarks();
    m_parts->devices.refresh();
    m_parts->models.refresh();
}

void Composition::onOpened(const storage::OpenReport &report)
{
    const Failure failure = openFailure(report, m_parts->dataFolder);
    if (!failure.isEmpty()) {
        Q_EMIT openFailed(failure);
        return;
    }
    m_parts->readOnly =
        report.outcome == storage::OpenOutcome::NewerReadOnly || report.outcome == storage::OpenOutcome::ReadOnlyFolder;
    Q_EMIT opened(openNotice(report, m_parts->dataFolder));
}

StoreAnswer<IndexReport> Composition::openIndex()
{
    m_parts->indexOpened = true;
    return m_parts->index.open(
        {.path = m_parts->dataFolder.toStdString() + "/index.db", .now = m_parts->now, .log = storageLogSink()});
}

void Composition::forgetFiles(const QStringList &collections)
{
    if (!m_parts->indexOpened)
        openIndex();
    for (const QString &uuid : collections) {
        m_parts->index
            .run([uuid = uuid.toStdString()](IndexStores &stores) {
                constexpr std::int32_t atOnce = 20;
                return stores.documents.removeFiles(uuid, atOnce);
            })
            .then(this, [this, uuid](const storage::Result<bool> &more) {
                if (more && *more)
                    forgetFiles({uuid});
            });
    }
}

void Composition::startDocuments()
{
    m_parts->collections.load();
    m_parts->library.startBackground();
    m_parts->catalogue.load();
    m_parts->downloads.load(DownloadService::Leftovers::GoOn);
    connect(m_parts->inference.get(), &InferencePort::statusChanged, this, [this](const ModelStatus &status) {
        if (status.phase == ModelPhase::Ready && m_parts->ownEngine)
            m_parts->modelCheck.checkOnce(status.modelId);
    });
    openIndex().then(this, [this](const IndexReport &report) {
        if (report.isOpen())
            m_parts->ingest.start();
        else
            m_parts->ingest.startFailed(indexFailure(report, m_parts->dataFolder));
    });
}

QString Composition::dataFolder() const
{
    return m_parts->dataFolder;
}
bool Composition::isReadOnly() const
{
    return m_parts->readOnly;
}
Settings &Composition::settings() const
{
    return m_parts->settings;
}
IndexThread &Composition::index() const
{
    return m_parts->index;
}
StoreThread &Composition::store() const
{
    return m_parts->store;
}
InferencePort &Composition::inference() const
{
    return *m_parts->inference;
}
DeviceService &Composition::devices() const
{
    return m_parts->devices;
}
ModelLibrary &Composition::library() const
{
    return m_parts->library;
}
ModelCheck &Composition::modelCheck() const
{
    return m_parts->modelCheck;
}
ModelUpdates &Composition::modelUpdates() const
{
    return m_parts->modelUpdates;
}
ForeignModels &Composition::foreignModels() const
{
    return m_parts->foreignModels;
}
ModelService &Composition::models() const
{
    return m_parts->models;
}
CatalogueService &Composition::catalogue() const
{
    return m_parts->catalogue;
}
ModelProvenance &Composition::provenance() const
{
    return m_parts->provenance;
}
AssistantService &Composition::assistants() const
{
    return m_parts->assistants;
}
ConversationService &Composition::conversations() const
{
    return m_parts->conversations;
}
ChatService &Composition::chat() const
{
    return m_parts->chat;
}
CompareService &Composition::compare() const
{
    return m_parts->compare;
}
SummaryService &Composition::summaries() const
{
    return m_parts->summaries;
}
SourceService &Composition::sources() const
{
    return m_parts->sources;
}
DocumentFinder &Composition::documentFinder() const
{
    return m_parts->documentFinder;
}
ExportService &Composition::exports() const
{
    return m_parts->exports;
}
DownloadService &Composition::downloads() const
{
    return m_parts->downloads;
}
LedgerService &Composition::ledger() const
{
    return m_parts->ledger;
}
HubToken &Composition::hubToken() const
{
    return m_parts->hubToken;
}
CollectionService &Composition::collections() const
{
    return m_parts->collections;
}
IngestService &Composition::ingest() const
{
    return m_parts->ingest;
}
ChatMaterial &Composition::material() const
{
    return m_parts->material;
}
PassageFinder &Composition::finder() const
{
    return m_parts->finder;
}
EmbedderList &Composition::embedders() const
{
    return m_parts->embedders;
}

} // namespace app
