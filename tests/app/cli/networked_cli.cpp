// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli with another authority of certificates, so that its whole way to a hub can be tested on this machine. The
// file with the authority's certificate is named by TEST_AUTHORITIES.
#include "app/cli/command_line.h"
#include "app/composition.h"
#include "app/download_service.h"
#include "app/guarded_start.h"

#include <QCoreApplication>
#include <QFile>

int main(int argc, char **argv)
{
    app::GuardedStart start(argc, argv);
    start.banNetwork();
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("carrel"));
    QFile file(qEnvironmentVariable("TEST_AUTHORITIES"));
    if (!file.open(QIODevice::ReadOnly))
        return 3;
    const QString authorities = QString::fromLatin1(file.readAll());
    return app::cli::runCommandLine(start, argc, argv, [&](app::CompositionOptions &options) {
        options.downloads = std::make_shared<app::DownloadOptions>();
        options.downloads->authorities = authorities;
        options.downloads->checkpointBytes = 65536;
        options.downloads->retryMs = 10;
    });
}
