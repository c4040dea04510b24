// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/inference_port.h"

#include <QObject>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// What the engine is doing with the one loaded model, as properties for the window.
class EngineStatus : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the program")
    Q_PROPERTY(app::ModelStatus status READ status NOTIFY changed FINAL)
    Q_PROPERTY(bool loading READ isLoading NOTIFY changed FINAL)
    Q_PROPERTY(bool ready READ isReady NOTIFY changed FINAL)
    Q_PROPERTY(bool failed READ isFailed NOTIFY changed FINAL)
    Q_PROPERTY(double progress READ progress NOTIFY changed FINAL)
    Q_PROPERTY(QString deviceName READ deviceName NOTIFY changed FINAL)
    Q_PROPERTY(QString fallbackReason READ fallbackReason NOTIFY changed FINAL)
    Q_PROPERTY(QString templateNotice READ templateNotice NOTIFY changed FINAL)
    Q_PROPERTY(QString placementNotice READ placementNotice NOTIFY changed FINAL)
    Q_PROPERTY(app::Failure failure READ failure NOTIFY changed FINAL)
public:
    /// `port` is borrowed and outlives this object.
    explicit EngineStatus(const app::InferencePort &port, QObject *parent = nullptr);

    [[nodiscard]] const app::ModelStatus &status() const { return m_status; }
    [[nodiscard]] bool isLoading() const { return m_status.phase == app::ModelPhase::Loading; }
    [[nodiscard]] bool isReady() const { return m_status.phase == app::ModelPhase::Ready; }
    [[nodiscard]] bool isFailed() const { return m_status.phase == app::ModelPhase::Failed; }
    [[nodiscard]] double progress() const { return m_status.progress; }
    [[nodiscard]] QString deviceName() const { return m_status.deviceName; }
    [[nodiscard]] QString fallbackReason() const { return m_status.fallbackReason; }
    [[nodiscard]] QString templateNotice() const { return m_status.templateNotice; }
    [[nodiscard]] QString placementNotice() const { return m_status.placementNotice; }
    [[nodiscard]] app::Failure failure() const { return m_status.failure; }

Q_SIGNALS:
    void changed();

private:
    app::ModelStatus m_status;
};

} // namespace ui
