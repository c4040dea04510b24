// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QGuiApplication>
#include <QJsonObject>

#include <vector>

namespace ui {

/// An application that notes how long its GUI thread works on each event: CPU time, which other programs cannot
/// stretch, with wall time beside it.
class MeteredApplication : public QGuiApplication {
public:
    using QGuiApplication::QGuiApplication;

    bool notify(QObject *receiver, QEvent *event) override;

    struct EventTime {
        qint64 cpuNs = 0;
        qint64 wallNs = 0;
    };
    /// Notes events from now on, from an empty list.
    void startMeter();
    /// Stops noting and gives what was noted.
    std::vector<EventTime> stopMeter();

private:
    std::vector<EventTime> m_times;
    bool m_metering = false;
    int m_depth = 0; // nested events belong to the outermost one
};

/// CPU time of the calling thread in nanoseconds.
qint64 threadCpuNs();

/// Streams an answer of about `characters` characters into a shown window, with every kind of block, and says what that
/// cost the GUI thread: for each event, and for each frame without the rendering itself (which a graphics card does on
/// another thread; the software renderer does it here, so it stands beside it). An empty object: the window did not
/// start.
QJsonObject measureStreaming(MeteredApplication &application, qsizetype characters);

} // namespace ui
