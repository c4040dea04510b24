// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings.h"

#include "app/thread_guard.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMetaEnum>
#include <QSaveFile>
#include <QThreadPool>

#include <algorithm>
#include <mutex>

namespace app {

namespace {

constexpr qint64 kLargestFile = 1 << 20; // bytes; the file is a few hundred

struct Range {
    qint32 low;
    qint32 high;
};
constexpr Range kUiScale{80, 200};
constexpr Range kThreads{0, 256};
constexpr Range kContext{512, 1 << 20};
constexpr Range kPaneWidth{320, 640};

qint32 within(qint32 value, Range range)
{
    return std::clamp(value, range.low, range.high);
}

template <class Enum>
QLatin1StringView keyOf(Enum value)
{
    return QLatin1StringView(QMetaEnum::fromType<Enum>().valueToKey(static_cast<int>(value)));
}

/// An unknown key changes nothing.
template <class Enum>
void takeKey(Enum &value, const QJsonValue &key)
{
    bool known = false;
    const int wanted = QMetaEnum::fromType<Enum>().keyToValue(key.toString().toUtf8().constData(), &known);
    if (known)
        value = static_cast<Enum>(wanted);
}

QByteArray serialize(const SettingsValues &values)
{
    const QJsonObject object{
        {QStringLiteral("appearance"), keyOf(values.appearance)},
        {QStringLiteral("ui_scale_percent"), values.uiScalePercent},
        {QStringLiteral("serif_reading"), values.serifReading},
        {QStringLiteral("high_contrast"), values.highContrast},
        {QStringLiteral("reduced_motion"), values.reducedMotion},
        {QStringLiteral("enter_sends"), values.enterSends},
        {QStringLiteral("device"), values.device},
        {QStringLiteral("threads"), values.threads},
        {QStringLiteral("context_length"), values.contextLength},
        {QStringLiteral("model"), values.modelId},
        {QStringLiteral("model_use"), keyOf(values.modelUse)},
        {QStringLiteral("added_models"), QJsonArray::fromStringList(values.addedModels)},
        {QStringLiteral("first_start_done"), values.firstStartDone},
        {QStringLiteral("sidebar_visible"), values.sidebarVisible},
        {QStringLiteral("source_pane_width"), values.sourcePaneWidth},
        {QStringLiteral("indexing_paused"), values.indexingPaused},
        {QStringLiteral("indexing_speed"), keyOf(values.indexingSpeed)},
        {QStringLiteral("embedder"), values.embedder},
        {QStringLiteral("serving_embedder"), values.servingEmbedder},
        {QStringLiteral("offline"), values.offline},
        {QStringLiteral("proxy"), values.proxy},
        {QStringLiteral("download_speed"), values.downloadSpeed},
        {QStringLiteral("download_folder"), values.downloadFolder},
        {QStringLiteral("hub_token_kept"), values.hubTokenKept},
    };
    return QJsonDocument(object).toJson();
}

SettingsValues parse(const QJsonObject &object)
{
    SettingsValues values;
    const auto integer = [&](const QString &key, qint32 fallback, Range range) {
        return static_cast<qint32>(std::clamp<qint64>(object.value(key).toInteger(fallback), range.low, range.high));
    };
    takeKey(values.appearance, object.value(QStringLiteral("appearance")));
    values.uiScalePercent = integer(QStringLiteral("ui_scale_percent"), values.uiScalePercent, kUiScale);
    values.serifReading = object.value(QStringLiteral("serif_reading")).toBool(values.serifReading);
    values.highContrast = object.value(QStringLiteral("high_contrast")).toBool(values.highContrast);
    values.reducedMotion = object.value(QStringLiteral("reduced_motion")).toBool(values.reducedMotion);
    values.enterSends = object.value(QStringLiteral("enter_sends")).toBool(values.enterSends);
    values.device = object.value(QStringLiteral("device")).toString(values.device);
    values.threads = integer(QStringLiteral("threads"), values.threads, kThreads);
    values.contextLength = integer(QStringLiteral("context_length"), values.contextLength, kContext);
    values.modelId = object.value(QStringLiteral("model")).toString();
    takeKey(values.modelUse, object.value(QStringLiteral("model_use")));
    for (const QJsonValue path : object.value(QStringLiteral("added_models")).toArray()) {
        if (path.isString())
            values.addedModels.append(path.toString());
    }
    values.firstStartDone = object.value(QStringLiteral("first_start_done")).toBool(values.firstStartDone);
    values.sidebarVisible = object.value(QStringLiteral("sidebar_visible")).toBool(values.sidebarVisible);
    values.sourcePaneWidth = integer(QStringLiteral("source_pane_width"), values.sourcePaneWidth, kPaneWidth);
    values.indexingPaused = object.value(QStringLiteral("indexing_paused")).toBool(values.indexingPaused);
    takeKey(values.indexingSpeed, object.value(QStringLiteral("indexing_speed")));
    values.embedder = object.value(QStringLiteral("embedder")).toString();
    values.servingEmbedder = object.value(QStringLiteral("serving_embedder")).toString();
    values.offline = object.value(QStringLiteral("offline")).toBool(values.offline);
    values.proxy = object.value(QStringLiteral("proxy")).toString();
    values.downloadSpeed = std::max<qint64>(object.value(QStringLiteral("download_speed")).toInteger(), 0);
    values.downloadFolder = object.value(QStringLiteral("download_folder")).toString();
    values.hubTokenKept = object.value(QStringLiteral("hub_token_kept")).toBool(values.hubTokenKept);
    return values;
}

SettingsValues read(const QString &path)
{
    QFile file(path);
    if (path.isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    QJsonParseError error;
    const QByteArray bytes = file.read(kLargestFile);
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &error);
    if (error.error == QJsonParseError::NoError && document.isObject())
        return parse(document.object());
    file.close();
    const QString kept = path + QStringLiteral(".damaged");
    QFile::remove(kept);
    QFile::rename(path, kept);
    return {};
}

} // namespace

struct Settings::State {
    SettingsValues values;
    QString path;
    std::mutex mutex;
    std::optional<QByteArray> pending; ///< the newest text that is not written yet; guarded by mutex
    QThreadPool writer;                ///< one thread, so that writes keep their order
};

Settings::Settings(const QString &path, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>())
{
    m_state->path = path;
    m_state->values = read(path);
    m_state->writer.setMaxThreadCount(1);
}

Settings::~Settings()
{
    m_state->writer.waitForDone();
}

const SettingsValues &Settings::values() const
{
    return m_state->values;
}

void Settings::save()
{
    if (m_state->path.isEmpty())
        return;
    {
        const std::scoped_lock lock(m_state->mutex);
        const bool queued = m_state->pending.has_value();
        m_state->pending = serialize(m_state->values);
        if (queued)
            return;
    }
    m_state->writer.start([this] {
        QByteArray bytes;
        {
            const std::scoped_lock lock(m_state->mutex);
            bytes = *std::exchange(m_state->pending, std::nullopt);
        }
        QSaveFile file(m_state->path);
        if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
            return;
        QMetaObject::invokeMethod(this, [this, reason = file.errorString()] { Q_EMIT saveFailed(reason); });
    });
}

template <class T>
void Settings::change(T SettingsValues::*member, T value, void (Settings::*changed)())
{
    expectThread(this);
    if (m_state->values.*member == value)
        return;
    m_state->values.*member = std::move(value);
    save();
    Q_EMIT(this->*changed)();
}

void Settings::setAppearance(Appearance value)
{
    change(&SettingsValues::appearance, value, &Settings::appearanceChanged);
}
void Settings::setUiScalePercent(qint32 value)
{
    change(&SettingsValues::uiScalePercent, within(value, kUiScale), &Settings::uiScalePercentChanged);
}
void Settings::setSerifReading(bool value)
{
    change(&SettingsValues::serifReading, value, &Settings::serifReadingChanged);
}
void Settings::setHighContrast(bool value)
{
    change(&SettingsValues::highContrast, value, &Settings::highContrastChanged);
}
void Settings::setReducedMotion(bool value)
{
    change(&SettingsValues::reducedMotion, value, &Settings::reducedMotionChanged);
}
void Settings::setEnterSends(bool value)
{
    change(&SettingsValues::enterSends, value, &Settings::enterSendsChanged);
}
void Settings::setDevice(const QString &value)
{
    change(&SettingsValues::device, value.isEmpty() ? QStringLiteral("auto") : value, &Settings::deviceChanged);
}
void Settings::setThreads(qint32 value)
{
    change(&SettingsValues::threads, within(value, kThreads), &Settings::threadsChanged);
}
void Settings::setContextLength(qint32 value)
{
    change(&SettingsValues::contextLength, within(value, kContext), &Settings::contextLengthChanged);
}
void Settings::setModelId(const QString &value)
{
    change(&SettingsValues::modelId, value, &Settings::modelIdChanged);
}
void Settings::setModelUse(licence::Use value)
{
    change(&SettingsValues::modelUse, value, &Settings::modelUseChanged);
}
void Settings::setAddedModels(const QStringList &value)
{
    change(&SettingsValues::addedModels, value, &Settings::addedModelsChanged);
}
void Settings::setFirstStartDone(bool value)
{
    change(&SettingsValues::firstStartDone, value, &Settings::firstStartDoneChanged);
}
void Settings::setSidebarVisible(bool value)
{
    change(&SettingsValues::sidebarVisible, value, &Settings::sidebarVisibleChanged);
}
void Settings::setSourcePaneWidth(qint32 value)
{
    change(&SettingsValues::sourcePaneWidth, within(value, kPaneWidth), &Settings::sourcePaneWidthChanged);
}
void Settings::setIndexingPaused(bool value)
{
    change(&SettingsValues::indexingPaused, value, &Settings::indexingPausedChanged);
}
void Settings::setIndexingSpeed(IndexingSpeed value)
{
    change(&SettingsValues::indexingSpeed, value, &Settings::indexingSpeedChanged);
}
void Settings::setEmbedder(const QString &value)
{
    change(&SettingsValues::embedder, value, &Settings::embedderChanged);
}
void Settings::setServingEmbedder(const QString &value)
{
    change(&SettingsValues::servingEmbedder, value, &Settings::servingEmbedderChanged);
}
void Settings::setOffline(bool value)
{
    change(&SettingsValues::offline, value, &Settings::offlineChanged);
}
void Settings::setProxy(const QString &value)
{
    change(&SettingsValues::proxy, value.trimmed(), &Settings::proxyChanged);
}
void Settings::setDownloadSpeed(qint64 value)
{
    change(&SettingsValues::downloadSpeed, std::max<qint64>(value, 0), &Settings::downloadSpeedChanged);
}
void Settings::setDownloadFolder(const QString &value)
{
    change(&SettingsValues::downloadFolder, value, &Settings::downloadFolderChanged);
}
void Settings::setHubTokenKept(bool value)
{
    change(&SettingsValues::hubTokenKept, value, &Settings::hubTokenKeptChanged);
}

} // namespace app
