// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_service.h"

#include "app/device_service.h"
#include "app/inference_port.h"
#include "app/model_fit.h"
#include "app/model_library.h"
#include "app/settings.h"
#include "app/thread_guard.h"

#include <algorithm>

namespace app {

struct ModelService::State {
    Settings &settings;
    DeviceService &devices;
    InferencePort &inference;
    ModelLibrary &library;
    QList<ModelCard> models = {};
    QString once = {};     ///< chosen for this run alone: id or path
    QString followed = {}; ///< asked for by an assistant: id or path
    QList<AdapterChoice> followedAdapters = {};
    LoadOverrides overrides = {};
    std::optional<ModelLoad> loaded = {}; ///< asked for last
    bool loadWanted = false;
};

ModelService::ModelService(Settings &settings, DeviceService &devices, InferencePort &inference, ModelLibrary &library,
                           QObject *parent)
    : QObject(parent)
    , m_state(new State{.settings = settings, .devices = devices, .inference = inference, .library = library})
{
    connect(&devices, &DeviceService::devicesChanged, this, &ModelService::updateFit);
    connect(&settings, &Settings::contextLengthChanged, this, &ModelService::updateFit);
    connect(&devices, &DeviceService::probingChanged, this, [this] {
        if (m_state->loadWanted)
            ensureLoaded();
    });
    connect(&library, &ModelLibrary::modelsChanged, this, &ModelService::takeLibrary);
    connect(&library, &ModelLibrary::scanningChanged, this, &ModelService::endScan);
    connect(&inference, &InferencePort::statusChanged, this, &ModelService::noteMemory);
    connect(&library, &ModelLibrary::added, this, &ModelService::added);
    connect(&library, &ModelLibrary::failed, this, &ModelService::failed);
}

ModelService::~ModelService() = default;

const QList<ModelCard> &ModelService::models() const
{
    return m_state->models;
}

const ModelCard *ModelService::find(const QString &idOrPath) const
{
    const QString path = m_state->library.firstFileOf(idOrPath);
    const auto match = [&](const ModelCard &card) { return card.id == idOrPath || card.path == path; };
    const auto found = std::ranges::find_if(m_state->models, match);
    return found == m_state->models.end() ? nullptr : &*found;
}

QString ModelService::chosenId() const
{
    for (const QString &id : {m_state->once, m_state->followed, m_state->settings.modelId()}) {
        if (const ModelCard *card = find(id); card != nullptr && !id.isEmpty() && (card->usable || id == m_state->once))
            return card->id;
    }
    const auto first = std::ranges::find_if(m_state->models, &ModelCard::usable);
    return first == m_state->models.end() ? QString() : first->id;
}

bool ModelService::isEmpty() const
{
    return std::ranges::none_of(m_state->models, &ModelCard::usable);
}

bool ModelService::isScanning() const
{
    return m_state->library.isScanning();
}

bool ModelService::fitsBeside(const ModelCard &one, const ModelCard &other) const
{
    const DeviceValue device = m_state->devices.chosen();
    const quint64 free = device.freeBytes != 0 ? device.freeBytes : device.memoryBytes;
    return free == 0 || one.memoryBytes + other.memoryBytes <= free;
}

QList<AssistantAdapter> ModelService::adaptersFor(const QString &idOrPath) const
{
    const ModelCard *card = find(idOrPath);
    QList<AssistantAdapter> fitting;
    for (const AdapterCard &adapter : m_state->library.adapters()) {
        if (card != nullptr && !adapter.missing && adapter.fits.contains(card->id))
            fitting.append({.name = adapter.name, .path = adapter.path});
    }
    return fitting;
}

void ModelService::refresh()
{
    m_state->library.refresh();
}

void ModelService::add(const QString &path)
{
    m_state->library.add({path});
}

void ModelService::forget(const QString &id)
{
    m_state->library.forget(id);
}

void ModelService::takeLibrary()
{
    const QString before = chosenId();
    m_state->models = m_state->library.models();
    updateFit();
    if (chosenId() != before)
        Q_EMIT chosenChanged();
}

void ModelService::endScan()
{
    Q_EMIT scanningChanged();
    if (!isScanning() && m_state->loadWanted)
        ensureLoaded();
}

void ModelService::updateFit()
{
    const quint32 context =
        m_state->overrides.contextLength.value_or(static_cast<quint32>(m_state->settings.contextLength()));
    for (ModelCard &card : m_state->models)
        estimateFit(card, m_state->devices.chosen(), context);
    Q_EMIT modelsChanged();
}

// What the model took here corrects what its header lets one expect.
void ModelService::noteMemory()
{
    const ModelStatus &status = m_state->inference.status();
    // Adapters, experts elsewhere and another device than was asked for make another sum.
    if (status.phase != ModelPhase::Ready || status.memoryBytes == 0 || !m_state->loaded ||
        !m_state->loaded->adapters.isEmpty() || m_state->loaded->hostExperts || !status.placementNotice.isEmpty())
        return;
    QString device = QStringLiteral("cpu");
    for (const DeviceValue &known : m_state->devices.devices()) {
        if (known.id == status.deviceId && !known.uuid.isEmpty())
            device = known.uuid;
    }
    m_state->library.noteMemory(
        status.modelId,
        {.device = device, .context = status.contextLength, .kv = m_state->loaded->kv, .bytes = status.memoryBytes});
}

void ModelService::choose(const QString &id)
{
    expectThread(this);
    const ModelCard *card = find(id);
    if (card == nullptr) {
        Q_EMIT failed(failureFromCode(QStringLiteral("app.unknown_model"), {}, id));
        return;
    }
    const QString before = chosenId();
    m_state->once.clear();
    m_state->followed.clear();
    m_state->settings.setModelId(card->id);
    if (chosenId() != before)
        Q_EMIT chosenChanged();
    ensureLoaded();
}

void ModelService::useOnce(const QString &idOrPath)
{
    expectThread(this);
    m_state->once = idOrPath;
    if (find(idOrPath) == nullptr)
        m_state->library.addOnce(idOrPath);
    Q_EMIT chosenChanged();
}

void ModelService::follow(const QString &idOrPath, const QList<AdapterChoice> &adapters)
{
    expectThread(this);
    const QString before = chosenId();
    m_state->followed = idOrPath;
    m_state->followedAdapters = adapters;
    if (chosenId() != before)
        Q_EMIT chosenChanged();
}

void ModelService::setOverrides(const LoadOverrides &overrides)
{
    expectThread(this);
    m_state->overrides = overrides;
    updateFit();
}

void ModelService::ensureLoaded()
{
    expectThread(this);
    // A model that was named is loaded by what the list knew of it last: whoever opens its file sees what is there now.
    QString named = m_state->settings.modelId();
    for (const QString &other : {m_state->followed, m_state->once})
        named = other.isEmpty() ? named : other;
    const ModelCard *card = named.isEmpty() ? nullptr : find(named);
    const bool isKnown = !isScanning() || (card != nullptr && card->usable);
    m_state->loadWanted = !isKnown || (m_state->devices.isProbing() && m_state->overrides.device.isEmpty());
    if (!m_state->loadWanted)
        load();
}

void ModelService::load()
{
    const ModelCard *card = find(chosenId());
    if (card == nullptr)
        return;
    const LoadOverrides &overrides = m_state->overrides;
    const quint32 context = overrides.contextLength.value_or(static_cast<quint32>(m_state->settings.contextLength()));
    // Adapters are made for one model: another one that was chosen in its place goes without.
    const bool isFollowed = card->id == m_state->followed || card->path == m_state->followed;
    const ModelLoad wanted{
        .modelId = card->id,
        .path = card->path,
        .device = overrides.device.isEmpty() ? m_state->devices.chosenId() : overrides.device,
        .contextLength = card->contextLength > 0 ? std::min(context, card->contextLength) : context,
        .threads = overrides.threads.value_or(static_cast<quint32>(m_state->settings.threads())),
        .kv = overrides.kv.value_or(inference::KvType::F16),
        .hostExperts = overrides.hostExperts,
        .adapters = overrides.adapters.isEmpty() && isFollowed ? m_state->followedAdapters : overrides.adapters,
    };
    const ModelPhase phase = m_state->inference.status().phase;
    const bool current = phase == ModelPhase::Loading || phase == ModelPhase::Ready;
    if (current && m_state->loaded == wanted)
        return;
    m_state->loaded = wanted;
    m_state->inference.loadModel(wanted);
}

} // namespace app
