// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-offline: the real window and storage on scripted answers.
#include "app/composition.h"
#include "app/logging.h"
#include "app/scripted_inference.h"
#include "ui/offline/offline_player.h"
#include "ui/shell/window.h"

#include <QGuiApplication>
#include <QTemporaryDir>

int main(int argc, char **argv)
{
    ui::Window::prepare(CARREL_VERSION);
    const QGuiApplication application(argc, argv);
    app::installLogging(app::LogLevel::Warnings);

    const QTemporaryDir folder;
    auto port = std::make_unique<app::ScriptedInference>();
    ui::OfflinePlayer player(*port, [](const QString &question) {
        return ui::OfflineAnswer{.thinking = {}, .answer = QStringLiteral("You asked: ") + question, .error = {}};
    });
    app::Composition composition({.dataFolder = folder.path(), .inference = std::move(port), .probeDevices = false});
    ui::Window window(composition);
    if (!window.show())
        return 1;
    composition.start();
    return QGuiApplication::exec();
}
