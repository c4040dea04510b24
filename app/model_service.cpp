// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_service.h"

#include "app/device_service.h"
#include "app/inference_port.h"
#include "app/model_fit.h"
#include "app/settings.h"
#include "app/thread_guard.h"
#include "inference/model_files.h"
#include "inference/text_model.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QThreadPool>

#include <algorithm>

namespace app {

namespace {

/// A model of several files goes by its first.
QString firstFile(const QString &path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    return QString::fromStdString(inference::modelFiles(absolute.toStdString()).front().string());
}

QList<ModelCard> scan(const QStringList &folders, const QStringList &added)
{
    QList<ModelCard> cards;
    const auto isKnown = [&](const QString &id) { return std::ranges::contains(cards, id, &ModelCard::id); };
    for (const QString &folder : folders) {
        const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
        for (const QFileInfo &file : files) {
            // The same starter model in a later folder is the same model.
            if (!isFurtherFile(file.filePath()) && !isKnown(modelIdFromPath(file.filePath())))
                cards.append(readModelCard(file.absoluteFilePath(), ModelOrigin::Starter));
        }
    }
    for (const QString &path : added) {
        ModelCard card = readModelCard(path, ModelOrigin::Added);
        const QString stem = card.id;
        for (int number = 2; isKnown(card.id); ++number)
            card.id = stem + QLatin1Char('-') + QString::number(number);
        cards.append(std::move(card));
    }
    std::ranges::stable_sort(cards, [](const ModelCard &left, const ModelCard &right) {
        if (left.usable != right.usable)
            return left.usable;
        return left.name.compare(right.name, Qt::CaseInsensitive) < 0;
    });
    return cards;
}

} // namespace

QStringList modelFolders()
{
    QStringList folders = qEnvironmentVariable("CARREL_MODELS").split(QLatin1Char(':'), Qt::SkipEmptyParts);
    folders.append(QDir::cleanPath(QCoreApplication::applicationDirPath() + QStringLiteral("/../share/carrel/models")));
    folders.append(QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) +
                   QStringLiteral("/carrel/models"));
    folders.removeDuplicates();
    return folders;
}

QString modelIdFromPath(const QString &path)
{
    QString id;
    for (const QChar letter : QString::fromStdString(inference::modelStem(path.toStdString())).toLower()) {
        const bool plain = letter.isLetterOrNumber() || letter == QLatin1Char('.') || letter == QLatin1Char('_');
        if (plain)
            id.append(letter);
        else if (!id.endsWith(QLatin1Char('-')))
            id.append(QLatin1Char('-'));
    }
    return id;
}

bool isFurtherFile(const QString &path)
{
    return inference::isFurtherShard(path.toStdString());
}

FileState stateOfFiles(const QString &path)
{
    FileState state;
    for (const std::filesystem::path &file : inference::modelFiles(path.toStdString())) {
        const QFileInfo info(QString::fromStdString(file.string()));
        state.bytes += info.size();
        state.modifiedMs = std::max(state.modifiedMs, info.lastModified().toMSecsSinceEpoch());
    }
    return state;
}

ModelCard readModelCard(const QString &path, ModelOrigin origin)
{
    ModelCard card{.id = modelIdFromPath(path),
                   .name = QString::fromStdString(inference::modelStem(path.toStdString())),
                   .path = path,
                   .origin = origin};
    const QString subject = QFileInfo(path).fileName();
    const auto header = inference::readModelHeader(path.toStdString());
    if (!header) {
        card.failure = failureFrom(header.error(), subject);
        return card;
    }
    const inference::ModelSummary *summary = &header->summary;
    card.needs = header->needs;
    if (!summary->name.empty())
        card.name = QString::fromStdString(summary->name);
    card.architecture = QString::fromStdString(summary->architecture);
    card.sizeLabel = QString::fromStdString(summary->sizeLabel);
    card.quantization = QString::fromStdString(summary->quantization);
    card.license = QString::fromStdString(summary->license);
    card.parameters = summary->parameters;
    card.fileBytes = summary->fileBytes;
    card.fileModifiedMs = stateOfFiles(path).modifiedMs;
    card.contextLength = summary->contextLength;
    card.kvBytesPerToken = summary->kvBytesPerToken;
    card.slidingKv = summary->slidingKv;
    card.stateBytes = summary->stateBytes;
    card.expertBytes = std::min(summary->expertBytes, summary->fileBytes);
    card.hasChatTemplate = summary->hasChatTemplate;
    card.usable = summary->complete && summary->supported && summary->purpose == inference::ModelPurpose::Text;
    if (!summary->complete) {
        card.failure = failureFrom(
            inference::Error{inference::ErrorCode::FileTruncated, "the file ends before its last tensor"}, subject);
    } else if (!summary->supported) {
        const auto code = summary->adapter ? inference::ErrorCode::AdapterAlone : inference::ErrorCode::UnsupportedFile;
        card.failure = failureFrom(inference::Error{code, summary->reason}, subject);
    } else if (summary->purpose != inference::ModelPurpose::Text) {
        card.failure = failureFrom(
            inference::Error{inference::ErrorCode::WrongPurpose, std::string(inference::sentence(summary->purpose))},
            subject);
    }
    return card;
}

struct ModelService::State {
    State(Settings &settingsOf, DeviceService &devicesOf, InferencePort &inferenceOf, QStringList starterFolders)
        : settings(settingsOf)
        , devices(devicesOf)
        , inference(inferenceOf)
        , folders(std::move(starterFolders))
    {
        worker.setMaxThreadCount(1);
    }

    Settings &settings;
    DeviceService &devices;
    InferencePort &inference;
    QStringList folders;
    QList<ModelCard> models;
    QString once;          ///< chosen for this run alone: id or path
    QStringList onceFiles; ///< shown in this run although neither installed nor added
    LoadOverrides overrides;
    std::optional<ModelLoad> loaded; ///< asked for last
    bool scanning = false;
    bool scanAgain = false;
    bool loadWanted = false;
    QString addedPath; ///< whose card add() waits for
    QThreadPool worker;
};

ModelService::ModelService(Settings &settings, DeviceService &devices, InferencePort &inference, QStringList folders,
                           QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(settings, devices, inference, std::move(folders)))
{
    connect(&devices, &DeviceService::devicesChanged, this, &ModelService::updateFit);
    connect(&settings, &Settings::contextLengthChanged, this, &ModelService::updateFit);
    connect(&devices, &DeviceService::probingChanged, this, [this] {
        if (m_state->loadWanted)
            ensureLoaded();
    });
}

ModelService::~ModelService()
{
    m_state->worker.waitForDone();
}

const QList<ModelCard> &ModelService::models() const
{
    return m_state->models;
}

const ModelCard *ModelService::find(const QString &idOrPath) const
{
    const auto match = [&](const ModelCard &card) { return card.id == idOrPath || card.path == idOrPath; };
    const auto found = std::ranges::find_if(m_state->models, match);
    return found == m_state->models.end() ? nullptr : &*found;
}

QString ModelService::chosenId() const
{
    for (const QString &id : {m_state->once, m_state->settings.modelId()}) {
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
    return m_state->scanning;
}

void ModelService::refresh()
{
    expectThread(this);
    if (m_state->scanning) {
        m_state->scanAgain = true;
        return;
    }
    m_state->scanning = true;
    Q_EMIT scanningChanged();
    QStringList files = m_state->settings.addedModels() + m_state->onceFiles;
    files.removeDuplicates();
    m_state->worker.start([this, folders = m_state->folders, added = std::move(files)] {
        QList<ModelCard> cards = scan(folders, added);
        QMetaObject::invokeMethod(this, [this, found = std::move(cards)]() mutable { accept(std::move(found)); });
    });
}

void ModelService::accept(QList<ModelCard> cards)
{
    const QString before = chosenId();
    m_state->models = std::move(cards);
    m_state->scanning = false;
    updateFit();
    if (chosenId() != before)
        Q_EMIT chosenChanged();
    Q_EMIT scanningChanged();
    if (const QString path = std::exchange(m_state->addedPath, {}); !path.isEmpty()) {
        if (const ModelCard *card = find(path))
            Q_EMIT added(card->id);
    }
    if (std::exchange(m_state->scanAgain, false))
        refresh();
    else if (m_state->loadWanted)
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

void ModelService::add(const QString &path)
{
    expectThread(this);
    m_state->worker.start([this, path = firstFile(path)] {
        ModelCard card = readModelCard(path, ModelOrigin::Added);
        QMetaObject::invokeMethod(this, [this, read = std::move(card)] {
            if (!read.usable) {
                Q_EMIT failed(read.failure);
                return;
            }
            if (const ModelCard *known = find(read.path)) {
                Q_EMIT added(known->id);
                return;
            }
            m_state->settings.setAddedModels(m_state->settings.addedModels() << read.path);
            m_state->addedPath = read.path;
            refresh();
        });
    });
}

void ModelService::forget(const QString &id)
{
    expectThread(this);
    const ModelCard *card = find(id);
    if (card == nullptr || card->origin != ModelOrigin::Added)
        return;
    QStringList paths = m_state->settings.addedModels();
    paths.removeAll(card->path);
    m_state->settings.setAddedModels(paths);
    refresh();
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
    m_state->settings.setModelId(card->id);
    if (chosenId() != before)
        Q_EMIT chosenChanged();
    ensureLoaded();
}

void ModelService::useOnce(const QString &idOrPath)
{
    expectThread(this);
    m_state->once = idOrPath;
    if (find(idOrPath) == nullptr && QFileInfo(idOrPath).isFile()) {
        m_state->once = firstFile(idOrPath);
        m_state->onceFiles.append(m_state->once);
        refresh();
    }
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
    m_state->loadWanted = m_state->scanning || (m_state->devices.isProbing() && m_state->overrides.device.isEmpty());
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
    const ModelLoad wanted{
        .modelId = card->id,
        .path = card->path,
        .device = overrides.device.isEmpty() ? m_state->devices.chosenId() : overrides.device,
        .contextLength = card->contextLength > 0 ? std::min(context, card->contextLength) : context,
        .threads = overrides.threads.value_or(static_cast<quint32>(m_state->settings.threads())),
        .kv = overrides.kv.value_or(inference::KvType::F16),
        .hostExperts = overrides.hostExperts,
        .adapters = overrides.adapters,
    };
    const ModelPhase phase = m_state->inference.status().phase;
    const bool current = phase == ModelPhase::Loading || phase == ModelPhase::Ready;
    if (current && m_state->loaded == wanted)
        return;
    m_state->loaded = wanted;
    m_state->inference.loadModel(wanted);
}

} // namespace app
