// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/composition.h"

#include "app/assistant_service.h"
#include "app/chat_service.h"
#include "app/conversation_service.h"
#include "app/device_access.h"
#include "app/device_service.h"
#include "app/engine_host.h"
#include "app/logging.h"
#include "app/model_provenance.h"
#include "app/platform/broker.h"
#include "app/quarantine.h"
#include "app/settings.h"
#include "app/store_thread.h"
#include "app/summary_service.h"
#include "inference/driver_files.h"

#include <QDir>
#include <QStandardPaths>

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

} // namespace

QString defaultDataFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/carrel");
}

// In the order in which they are built; destroyed from the bottom up.
struct Composition::Parts {
    explicit Parts(CompositionOptions options)
        : broker(options.broker)
        , dataFolder(QDir(options.dataFolder).absolutePath())
        , now(std::move(options.now))
        , quarantine(deviceQuarantine())
        , settings(dataFolder + QStringLiteral("/settings.json"))
        , inference(options.inference ? std::move(options.inference)
                                      : std::make_unique<EngineHost>(engineOptions(quarantine)))
        , devices(settings, makeProbe(options, quarantine), [this](const QString &uuid) { quarantine.release(uuid); })
        , models(settings, devices, *inference, options.modelFolders.value_or(modelFolders()))
        , provenance(store)
        , assistants(store)
        , conversations(store)
        , chat({.store = store,
                .inference = *inference,
                .models = models,
                .assistants = assistants,
                .provenance = provenance})
        , summaries(*inference, models)
    {
        devices.require(options.device);
        models.setOverrides(options.overrides);
    }

    platform::Broker *broker;
    QString dataFolder;
    std::function<qint64()> now;
    Quarantine quarantine;
    bool readOnly = false;
    Settings settings;
    StoreThread store;
    IndexThread index;
    std::unique_ptr<InferencePort> inference;
    DeviceService devices;
    ModelService models;
    ModelProvenance provenance;
    AssistantService assistants;
    ConversationService conversations;
    ChatService chat;
    SummaryService summaries;
};

Composition::Composition(CompositionOptions options, QObject *parent)
    : QObject(parent)
    , m_parts(std::make_unique<Parts>(std::move(options)))
{
}

Composition::~Composition()
{
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
    return m_parts->index.open(
        {.path = m_parts->dataFolder.toStdString() + "/index.db", .now = m_parts->now, .log = storageLogSink()});
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
ModelService &Composition::models() const
{
    return m_parts->models;
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
SummaryService &Composition::summaries() const
{
    return m_parts->summaries;
}

} // namespace app
