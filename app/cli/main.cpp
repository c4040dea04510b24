// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli: everything that the window does, for scripts and for tests.
#include "app/cli/command.h"
#include "app/cli/command_line.h"
#include "app/guarded_start.h"

#include <QCoreApplication>

#include <exception>
#include <new>

int main(int argc, char **argv)
{
    app::cli::openMissingStreams();
    app::GuardedStart start(argc, argv);
    start.banNetwork();
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("carrel"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CARREL_VERSION));

    try {
        return app::cli::runCommandLine(start, argc, argv);
    } catch (const std::bad_alloc &) {
        app::cli::fail(
            QStringLiteral("There is not enough memory left. Close other programs, or choose a smaller model "
                           "or context."));
    } catch (const std::exception &error) {
        app::cli::fail(QStringLiteral("This should not have happened: %1").arg(QString::fromUtf8(error.what())));
    }
    return static_cast<int>(app::cli::Exit::Failed);
}
