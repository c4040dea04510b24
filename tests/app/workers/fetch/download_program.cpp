// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Downloads one file as the program does, under its network ban, to be traced, measured, or killed at any moment.
//
//   download_program WORKER_FOLDER DATA_FOLDER URL FOLDER NAME SHA256
//
// SHA256 may be empty. A line says how it ended; status 0: the file is there.
#include "app/download_service.h"
#include "app/platform/broker.h"
#include "app/platform/network_ban.h"
#include "app/settings.h"
#include "app/store_thread.h"

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

using namespace app;

namespace {

int complain(const char *why)
{
    std::fprintf(stderr, "download_program: %s\n", why);
    return 1;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 7)
        return complain("usage: download_program WORKER_FOLDER DATA_FOLDER URL FOLDER NAME SHA256");
    const auto broker = platform::Broker::start({.workerFolders = {argv[1]}});
    if (!broker)
        return complain("no broker");
    if (!platform::banNetwork(platform::RefusalMode::Silent))
        return complain("no ban");
    QCoreApplication application(argc, argv);
    StoreThread store;
    if (store.open({.path = std::string(argv[2]) + "/carrel.db"}).take().outcome > storage::OpenOutcome::Migrated)
        return complain("no database");
    Settings settings{QString()};
    DownloadOptions options{.broker = broker->get(), .loopback = true, .retryMs = 10};
    if (const int bytes = qEnvironmentVariableIntValue("CHECKPOINT_BYTES"); bytes > 0)
        options.checkpointBytes = static_cast<quint64>(bytes);
    DownloadService service({.store = store, .settings = settings}, options);
    const DownloadRequest request{.title = QString::fromUtf8(argv[5]),
                                  .url = QString::fromUtf8(argv[3]),
                                  .folder = QString::fromUtf8(argv[4]),
                                  .fileName = QString::fromUtf8(argv[5]),
                                  .sha256 = QString::fromUtf8(argv[6])};
    bool begun = false;
    QObject::connect(&service, &DownloadService::changed, &service, [&] {
        if (!std::exchange(begun, true))
            service.start(request);
    });
    QObject::connect(&service, &DownloadService::finished, &application, [&] { QCoreApplication::exit(0); });
    QObject::connect(&service, &DownloadService::failed, &application, [&](const QString &, const Failure &failure) {
        std::fprintf(stderr, "%s %s\n", qPrintable(failure.code), qPrintable(failure.details));
        QCoreApplication::exit(1);
    });
    service.load(DownloadService::Leftovers::GoOn);
    return QCoreApplication::exec();
}
