// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How soon a library of many models is on the screen: from the database alone, then compared with the files. One JSON
// object.
//
//   models_bench COUNT
#include "app/device_service.h"
#include "app/library_rows.h"
#include "app/model_library.h"
#include "app/model_service.h"
#include "app/scripted_inference.h"
#include "app/settings.h"
#include "app/store_thread.h"
#include "tests/support/tiny_model.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

using Clock = std::chrono::steady_clock;

double msSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// Processor time of this thread.
double threadMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

struct Opening {
    double listMs = 0;    ///< until the first list is there, with its fit
    double guiMs = 0;     ///< of it, processor time of the GUI's thread
    double settledMs = 0; ///< until it was compared with the files
    qsizetype models = 0; ///< in the first list
    int headers = 0;      ///< read in all
    int headersHere = 0;  ///< of these, on the GUI's thread
};

Opening open(const QTemporaryDir &folder, const QString &watched)
{
    Opening result;
    std::atomic<int> headers = 0;
    std::atomic<int> headersHere = 0;
    app::StoreThread store;
    app::Settings settings{QString()};
    app::DeviceService devices(settings, [](const app::DeviceTrials &) { return app::DeviceReport(); });
    app::ScriptedInference inference;
    app::ModelLibrary library(&store, settings, {.read = [&](const QString &path, app::ModelOrigin origin) {
        ++headers;
        if (QThread::currentThread() == QCoreApplication::instance()->thread())
            ++headersHere;
        return app::readRow(path, origin);
    }});
    app::ModelService models(settings, devices, inference, library);
    QEventLoop events;
    const auto start = Clock::now();
    const double cpu = threadMs();
    store.open({.path = folder.filePath(QStringLiteral("carrel.db")).toStdString()})
        .then(&events, [](const storage::OpenReport &) {});
    QObject::connect(&models, &app::ModelService::modelsChanged, &events, [&] {
        if (result.models != 0 || models.models().isEmpty())
            return;
        result.listMs = msSince(start);
        result.guiMs = threadMs() - cpu;
        result.models = models.models().size();
    });
    QObject::connect(&library, &app::ModelLibrary::scanningChanged, &events, [&] {
        if (library.isScanning())
            return;
        if (!library.folders().contains(watched)) {
            library.addFolder(watched);
            return;
        }
        result.settledMs = msSince(start);
        events.quit();
    });
    library.load();
    events.exec();
    result.headers = headers;
    result.headersHere = headersHere;
    return result;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int count = argc > 1 ? std::atoi(argv[1]) : 0;
    if (count <= 0) {
        std::fputs("usage: models_bench COUNT\n", stderr);
        return 1;
    }
    const QTemporaryDir folder;
    const QString watched = folder.filePath(QStringLiteral("models"));
    QDir().mkpath(watched);
    const tests::Bytes model = tests::makeTinyModel();
    for (int i = 0; i < count; ++i)
        tests::writeFile(QString(watched + QStringLiteral("/model-%1.gguf").arg(i)).toStdString(), model);
    const Opening first = open(folder, watched);
    constexpr int rounds = 5;
    std::vector<Opening> again;
    for (int i = 0; i < rounds; ++i)
        again.push_back(open(folder, watched));
    std::ranges::sort(again, {}, &Opening::listMs);
    const Opening &median = again[rounds / 2];
    std::puts(
        QJsonDocument(QJsonObject{{QStringLiteral("models"), median.models},
                                  {QStringLiteral("first_settled_ms"), first.settledMs},
                                  {QStringLiteral("first_headers"), first.headers},
                                  {QStringLiteral("list_ms"), median.listMs},
                                  {QStringLiteral("gui_ms"), median.guiMs},
                                  {QStringLiteral("settled_ms"), median.settledMs},
                                  {QStringLiteral("headers"), median.headers},
                                  {QStringLiteral("headers_on_gui_thread"), first.headersHere + median.headersHere}})
            .toJson(QJsonDocument::Compact)
            .constData());
    return 0;
}
