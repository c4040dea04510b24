// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"
#include "app/foreign_models.h"
#include "app/index_thread.h"
#include "app/model_service.h"
#include "app/page_drawer.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace storage {
struct OpenReport;
}

namespace app {

namespace platform {
class Broker;
}

class AssistantService;
class CatalogueService;
class ChatMaterial;
class ChatService;
class CollectionService;
class CompareService;
class ConversationService;
class DeviceService;
class DocumentFinder;
class DownloadService;
class EmbedderList;
class ExportService;
class HubPort;
class HubToken;
class IngestService;
class InferencePort;
struct DownloadOptions;
struct IngestOptions;
class ModelCheck;
class ModelUpdates;
class ModelLibrary;
class LedgerService;
class ModelProvenance;
class ModelService;
class PassageFinder;
class Settings;
class SourceService;
class StoreThread;
class SummaryService;

/// What differs between the window, the terminal and the offline twin.
struct CompositionOptions {
    QString dataFolder;                       ///< see defaultDataFolder()
    std::unique_ptr<InferencePort> inference; ///< empty: the engine in this process
    LoadOverrides overrides;
    QString device; ///< see DeviceService::require()
    platform::Broker *broker =
        nullptr;              ///< starts carrel-probe; borrowed, ended with the composition. Empty: the processor alone
    bool probeDevices = true; ///< off: the processor alone is offered until a device is named
    std::function<std::vector<DeviceValue>()> devices; ///< listed instead of this machine's; called on a worker thread
    std::optional<QStringList> modelFolders;           ///< searched instead of modelFolders()
    std::optional<ForeignPlaces> foreignPlaces;        ///< looked at instead of this user's
    PageDrawer::OpenReader pages;                      ///< draws pages of documents; empty: carrel-extract does
    std::shared_ptr<IngestOptions> documents;   ///< how documents are read and embedded; empty: by carrel-extract, with
                                                ///< the installed model
    HubPort *hub = nullptr;                     ///< what the catalogue asks; borrowed. Empty: the downloads
    std::shared_ptr<DownloadOptions> downloads; ///< how files are fetched; empty: by carrel-fetch, from the web
    std::function<qint64()> now; ///< the database's clock in ms since 1970, called on its thread; empty: the system's
};

/// Builds every service in order and tears them down in reverse: services, engine (stop, join), storage (drain, close).
/// The only owner; everything else borrows. GUI thread.
class Composition : public QObject {
    Q_OBJECT
public:
    explicit Composition(CompositionOptions options, QObject *parent = nullptr);
    ~Composition() override;

    /// Opens the data folder, lists devices, reads models. opened() or openFailed() follows; the services may be used
    /// at once, their requests wait for the database.
    void start();

    /// Opens the index of documents beside carrel.db, which holds the lock of the data folder.
    StoreAnswer<IndexReport> openIndex();
    /// Opens the index and keeps it up to date with the collections from then on: for the window. After opened().
    void startDocuments();

    [[nodiscard]] QString dataFolder() const;
    [[nodiscard]] bool isReadOnly() const; ///< after opened()

    [[nodiscard]] Settings &settings() const;
    [[nodiscard]] StoreThread &store() const;
    /// index.db, once openIndex() was called.
    [[nodiscard]] IndexThread &index() const;
    [[nodiscard]] InferencePort &inference() const;
    [[nodiscard]] DeviceService &devices() const;
    [[nodiscard]] ModelLibrary &library() const;
    [[nodiscard]] ModelCheck &modelCheck() const;
    [[nodiscard]] ModelUpdates &modelUpdates() const;
    [[nodiscard]] ForeignModels &foreignModels() const;
    [[nodiscard]] ModelService &models() const;
    [[nodiscard]] CatalogueService &catalogue() const;
    [[nodiscard]] ModelProvenance &provenance() const;
    [[nodiscard]] AssistantService &assistants() const;
    [[nodiscard]] ConversationService &conversations() const;
    [[nodiscard]] ChatService &chat() const;
    [[nodiscard]] CompareService &compare() const;
    [[nodiscard]] SummaryService &summaries() const;
    [[nodiscard]] SourceService &sources() const;
    [[nodiscard]] DocumentFinder &documentFinder() const;
    [[nodiscard]] ExportService &exports() const;
    [[nodiscard]] DownloadService &downloads() const;
    [[nodiscard]] LedgerService &ledger() const;
    [[nodiscard]] HubToken &hubToken() const;
    [[nodiscard]] CollectionService &collections() const;
    [[nodiscard]] IngestService &ingest() const;
    [[nodiscard]] ChatMaterial &material() const;
    [[nodiscard]] PassageFinder &finder() const;
    [[nodiscard]] EmbedderList &embedders() const;

Q_SIGNALS:
    /// `notice`: what the user should know (repaired, read-only), usually empty.
    void opened(const QString &notice);
    void openFailed(const app::Failure &failure);

private:
    void onOpened(const storage::OpenReport &report);
    void forgetFiles(const QStringList &collections);

    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

/// $XDG_DATA_HOME/carrel, usually ~/.local/share/carrel.
QString defaultDataFolder();
/// Where models are downloaded to unless the settings say otherwise: models in the default data folder.
QString defaultDownloadFolder();

} // namespace app
