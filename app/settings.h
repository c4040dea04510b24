// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/licence/licence.h"
#include "app/types.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>

namespace app {

/// Every setting with its default and range. Values out of range are clamped, when set and when read from the file.
struct SettingsValues {
    Appearance appearance = Appearance::System;
    qint32 uiScalePercent = 100; ///< 80 … 200
    bool serifReading = false;   ///< answers in a serif
    bool highContrast = false;
    bool reducedMotion = false;              ///< nothing moves, whatever the system says
    bool enterSends = true;                  ///< else Ctrl+Enter
    QString device = QStringLiteral("auto"); ///< "auto", "cpu", "vulkan" or a device's uuid
    qint32 threads = 0;                      ///< 0 = performance cores; 0 … 256
    qint32 contextLength = 8192;             ///< positions; 512 … 1048576; never more than the model was trained for
    QString modelId;                         ///< the chosen model
    licence::Use modelUse = licence::Use::Personal; ///< what models are used for: licences are weighed against it
    QStringList addedModels;                        ///< paths, of earlier versions: the library takes them over
    bool firstStartDone = false;
    bool sidebarVisible = true;
    qint32 sourcePaneWidth = 380; ///< at a scale of 100 %; 320 … 640
    bool indexingPaused = false;  ///< documents are not read for the time being
    IndexingSpeed indexingSpeed = IndexingSpeed::Full;
    QString embedder;          ///< path of the model that documents are found by; empty: the installed one
    QString servingEmbedder;   ///< path of the one whose vectors are complete; empty: none yet
    bool offline = false;      ///< nothing is fetched, whatever asks for it
    QString proxy;             ///< what requests go through: see download::parseProxy(); empty: nothing
    qint64 downloadSpeed = 0;  ///< bytes a second for all downloads together; 0: no limit
    QString downloadFolder;    ///< where models are downloaded to; empty: see defaultDownloadFolder()
    bool hubTokenKept = false; ///< the keyring holds a token for the hub; the token itself is nowhere else
    bool operator==(const SettingsValues &) const = default;
};

/// The settings of one data folder, kept in its settings.json. Read once when built; each change is signalled at once
/// and written atomically on a worker thread, so the GUI never waits for a disk.
class Settings : public QObject {
    Q_OBJECT
    Q_PROPERTY(app::Appearance appearance READ appearance WRITE setAppearance NOTIFY appearanceChanged FINAL)
    Q_PROPERTY(qint32 uiScalePercent READ uiScalePercent WRITE setUiScalePercent NOTIFY uiScalePercentChanged FINAL)
    Q_PROPERTY(bool serifReading READ serifReading WRITE setSerifReading NOTIFY serifReadingChanged FINAL)
    Q_PROPERTY(bool highContrast READ highContrast WRITE setHighContrast NOTIFY highContrastChanged FINAL)
    Q_PROPERTY(bool reducedMotion READ reducedMotion WRITE setReducedMotion NOTIFY reducedMotionChanged FINAL)
    Q_PROPERTY(bool enterSends READ enterSends WRITE setEnterSends NOTIFY enterSendsChanged FINAL)
    Q_PROPERTY(QString device READ device WRITE setDevice NOTIFY deviceChanged FINAL)
    Q_PROPERTY(qint32 threads READ threads WRITE setThreads NOTIFY threadsChanged FINAL)
    Q_PROPERTY(qint32 contextLength READ contextLength WRITE setContextLength NOTIFY contextLengthChanged FINAL)
    Q_PROPERTY(QString modelId READ modelId WRITE setModelId NOTIFY modelIdChanged FINAL)
    Q_PROPERTY(app::licence::Use modelUse READ modelUse WRITE setModelUse NOTIFY modelUseChanged FINAL)
    Q_PROPERTY(bool firstStartDone READ firstStartDone WRITE setFirstStartDone NOTIFY firstStartDoneChanged FINAL)
    Q_PROPERTY(bool sidebarVisible READ sidebarVisible WRITE setSidebarVisible NOTIFY sidebarVisibleChanged FINAL)
    Q_PROPERTY(qint32 sourcePaneWidth READ sourcePaneWidth WRITE setSourcePaneWidth NOTIFY sourcePaneWidthChanged FINAL)
    Q_PROPERTY(bool indexingPaused READ indexingPaused WRITE setIndexingPaused NOTIFY indexingPausedChanged FINAL)
    Q_PROPERTY(
        app::IndexingSpeed indexingSpeed READ indexingSpeed WRITE setIndexingSpeed NOTIFY indexingSpeedChanged FINAL)
    Q_PROPERTY(QString embedder READ embedder WRITE setEmbedder NOTIFY embedderChanged FINAL)
    Q_PROPERTY(bool offline READ offline WRITE setOffline NOTIFY offlineChanged FINAL)
    Q_PROPERTY(QString proxy READ proxy WRITE setProxy NOTIFY proxyChanged FINAL)
    Q_PROPERTY(QString downloadFolder READ downloadFolder WRITE setDownloadFolder NOTIFY downloadFolderChanged FINAL)
public:
    /// Reads `path`; a missing or damaged file gives the defaults (a damaged one is kept as settings.json.damaged).
    /// An empty path keeps everything in memory.
    explicit Settings(const QString &path, QObject *parent = nullptr);
    /// Waits until the last change is written.
    ~Settings() override;

    [[nodiscard]] const SettingsValues &values() const;
    [[nodiscard]] Appearance appearance() const { return values().appearance; }
    [[nodiscard]] qint32 uiScalePercent() const { return values().uiScalePercent; }
    [[nodiscard]] bool serifReading() const { return values().serifReading; }
    [[nodiscard]] bool highContrast() const { return values().highContrast; }
    [[nodiscard]] bool reducedMotion() const { return values().reducedMotion; }
    [[nodiscard]] bool enterSends() const { return values().enterSends; }
    [[nodiscard]] QString device() const { return values().device; }
    [[nodiscard]] qint32 threads() const { return values().threads; }
    [[nodiscard]] qint32 contextLength() const { return values().contextLength; }
    [[nodiscard]] QString modelId() const { return values().modelId; }
    [[nodiscard]] licence::Use modelUse() const { return values().modelUse; }
    [[nodiscard]] QStringList addedModels() const { return values().addedModels; }
    [[nodiscard]] bool firstStartDone() const { return values().firstStartDone; }
    [[nodiscard]] bool sidebarVisible() const { return values().sidebarVisible; }
    [[nodiscard]] qint32 sourcePaneWidth() const { return values().sourcePaneWidth; }
    [[nodiscard]] bool indexingPaused() const { return values().indexingPaused; }
    [[nodiscard]] IndexingSpeed indexingSpeed() const { return values().indexingSpeed; }
    [[nodiscard]] QString embedder() const { return values().embedder; }
    [[nodiscard]] QString servingEmbedder() const { return values().servingEmbedder; }

    [[nodiscard]] bool offline() const { return values().offline; }
    [[nodiscard]] QString proxy() const { return values().proxy; }
    [[nodiscard]] qint64 downloadSpeed() const { return values().downloadSpeed; }
    [[nodiscard]] QString downloadFolder() const { return values().downloadFolder; }
    [[nodiscard]] bool hubTokenKept() const { return values().hubTokenKept; }

    void setAppearance(Appearance value);
    void setUiScalePercent(qint32 value);
    void setSerifReading(bool value);
    void setHighContrast(bool value);
    void setReducedMotion(bool value);
    void setEnterSends(bool value);
    void setDevice(const QString &value);
    void setThreads(qint32 value);
    void setContextLength(qint32 value);
    void setModelId(const QString &value);
    void setModelUse(licence::Use value);
    void setAddedModels(const QStringList &value);
    void setFirstStartDone(bool value);
    void setSidebarVisible(bool value);
    void setSourcePaneWidth(qint32 value);
    void setIndexingPaused(bool value);
    void setIndexingSpeed(IndexingSpeed value);
    void setEmbedder(const QString &value);
    void setServingEmbedder(const QString &value);
    void setOffline(bool value);
    void setProxy(const QString &value);
    void setDownloadSpeed(qint64 value);
    void setDownloadFolder(const QString &value);
    void setHubTokenKept(bool value);

Q_SIGNALS:
    void appearanceChanged();
    void uiScalePercentChanged();
    void serifReadingChanged();
    void highContrastChanged();
    void reducedMotionChanged();
    void enterSendsChanged();
    void deviceChanged();
    void threadsChanged();
    void contextLengthChanged();
    void modelIdChanged();
    void modelUseChanged();
    void addedModelsChanged();
    void firstStartDoneChanged();
    void sidebarVisibleChanged();
    void sourcePaneWidthChanged();
    void indexingPausedChanged();
    void indexingSpeedChanged();
    void embedderChanged();
    void servingEmbedderChanged();
    void offlineChanged();
    void proxyChanged();
    void downloadSpeedChanged();
    void downloadFolderChanged();
    void hubTokenKeptChanged();
    /// The file could not be written; settings hold until the program ends.
    void saveFailed(const QString &reason);

private:
    void save();
    template <class T>
    void change(T SettingsValues::*member, T value, void (Settings::*changed)());

    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace app
