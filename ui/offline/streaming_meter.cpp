// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/streaming_meter.h"

#include "app/chat_service.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/sample_talks.h"

#include <QElapsedTimer>
#include <QQuickWindow>
#include <QSGRendererInterface>
#include <QTest>

#include <algorithm>
#include <ctime>
#include <numeric>

namespace ui {

namespace {

constexpr double kNsPerMs = 1e6;
constexpr int kTickMs = 10;
constexpr qsizetype kCharactersPerTick = 40; // some 1,000 tokens a second, faster than any model here

QJsonObject summary(std::vector<double> values)
{
    if (values.empty())
        return {};
    std::ranges::sort(values);
    const auto at = [&](double share) {
        return values[std::min(values.size() - 1,
                               static_cast<std::size_t>(share * static_cast<double>(values.size())))];
    };
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    return {{QStringLiteral("mean"), sum / static_cast<double>(values.size())},
            {QStringLiteral("p50"), at(0.5)},
            {QStringLiteral("p99"), at(0.99)},
            {QStringLiteral("max"), values.back()}};
}

QString rendererName(const QQuickWindow &window)
{
    switch (window.rendererInterface()->graphicsApi()) {
    case QSGRendererInterface::Software:
        return QStringLiteral("software");
    case QSGRendererInterface::OpenGL:
        return QStringLiteral("opengl");
    case QSGRendererInterface::Vulkan:
        return QStringLiteral("vulkan");
    default:
        return QStringLiteral("other");
    }
}

} // namespace

qint64 threadCpuNs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return qint64{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

bool MeteredApplication::notify(QObject *receiver, QEvent *event)
{
    if (!m_metering || m_depth > 0 || QThread::currentThread() != thread())
        return QGuiApplication::notify(receiver, event);
    ++m_depth;
    QElapsedTimer wall;
    wall.start();
    const qint64 cpu = threadCpuNs();
    const bool handled = QGuiApplication::notify(receiver, event);
    m_times.push_back({.cpuNs = threadCpuNs() - cpu, .wallNs = wall.nsecsElapsed()});
    --m_depth;
    return handled;
}

void MeteredApplication::startMeter()
{
    m_times.clear();
    m_times.reserve(200'000);
    m_metering = true;
}

std::vector<MeteredApplication::EventTime> MeteredApplication::stopMeter()
{
    m_metering = false;
    return std::exchange(m_times, {});
}

QJsonObject measureStreaming(MeteredApplication &application, qsizetype characters)
{
    OfflineDesk desk({.dataFolder = {}, .talks = false, .models = true, .firstStartDone = true});
    if (!desk.start())
        return {};
    const QString answer = longAnswer(characters);
    desk.setAuthor([&](const QString &question) {
        return question == QStringLiteral("warm up") ? sampleAnswer(QStringLiteral("stable merge"))
                                                     : OfflineAnswer{.thinking = {}, .answer = answer, .error = {}};
    });
    // Fonts, syntax definitions and pipelines are loaded once in the life of a program.
    desk.player().setPace(kTickMs, kCharactersPerTick);
    if (!desk.ask(QStringLiteral("warm up")))
        return {};

    QQuickWindow *window = desk.window().quickWindow();
    std::vector<double> frameCpu;
    std::vector<double> renderCpu;
    qint64 renderStart = 0;
    qint64 rendering = 0;
    qint64 frameStart = threadCpuNs();
    const auto onGuiThread = [&] { return QThread::currentThread() == application.thread(); };
    const QObject scope;
    QObject::connect(
        window, &QQuickWindow::beforeRendering, &scope, [&] { renderStart = onGuiThread() ? threadCpuNs() : 0; },
        Qt::DirectConnection);
    QObject::connect(
        window, &QQuickWindow::afterRendering, &scope,
        [&] { rendering += onGuiThread() ? threadCpuNs() - renderStart : 0; }, Qt::DirectConnection);
    QObject::connect(window, &QQuickWindow::frameSwapped, &scope, [&] {
        const qint64 now = threadCpuNs();
        frameCpu.push_back(static_cast<double>(now - frameStart - rendering) / kNsPerMs);
        renderCpu.push_back(static_cast<double>(rendering) / kNsPerMs);
        frameStart = now;
        rendering = 0;
    });
    QElapsedTimer clock;
    clock.start();
    application.startMeter();
    app::ChatService &chat = desk.composition().chat();
    chat.send(QStringLiteral("stream"));
    const int limitMs = static_cast<int>(characters / kCharactersPerTick * kTickMs * 20 + 20'000);
    const bool ended = QTest::qWaitFor([&] { return !chat.isBusy() && chat.transcript().size() == 4; }, limitMs);
    const std::vector<MeteredApplication::EventTime> times = application.stopMeter();
    if (!ended)
        return {};
    std::vector<double> eventCpu;
    std::vector<double> eventWall;
    for (const MeteredApplication::EventTime &time : times) {
        eventCpu.push_back(static_cast<double>(time.cpuNs) / kNsPerMs);
        eventWall.push_back(static_cast<double>(time.wallNs) / kNsPerMs);
    }
    return {{QStringLiteral("renderer"), rendererName(*window)},
            {QStringLiteral("characters"), static_cast<qint64>(answer.size())},
            {QStringLiteral("seconds"), static_cast<double>(clock.elapsed()) / 1000.0},
            {QStringLiteral("events"), static_cast<qint64>(times.size())},
            {QStringLiteral("frames"), static_cast<qint64>(frameCpu.size())},
            {QStringLiteral("event_cpu_ms"), summary(std::move(eventCpu))},
            {QStringLiteral("event_wall_ms"), summary(std::move(eventWall))},
            {QStringLiteral("frame_cpu_ms"), summary(std::move(frameCpu))},
            {QStringLiteral("render_cpu_ms"), summary(std::move(renderCpu))}};
}

} // namespace ui
