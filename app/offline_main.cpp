// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-offline: the real window and storage on scripted answers, for work on the window, its tests and its pictures.
#include "app/logging.h"
#include "ui/offline/offline_desk.h"
#include "ui/offline/streaming_meter.h"
#include "ui/offline/tour.h"

#include <QCommandLineParser>
#include <QJsonDocument>

#include <cstdio>

int main(int argc, char **argv)
{
    ui::Window::prepare(CARREL_VERSION);
    ui::MeteredApplication application(argc, argv);
    app::installLogging(app::LogLevel::Warnings);

    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Carrel's window on scripted answers"));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption empty(QStringLiteral("empty"),
                                   QStringLiteral("Begin with the first start, without models or conversations"));
    const QCommandLineOption data(QStringLiteral("data"), QStringLiteral("Keep the data in this folder"),
                                  QStringLiteral("folder"));
    const QCommandLineOption pictures(QStringLiteral("screenshots"),
                                      QStringLiteral("Write pictures of every page and state, then end"),
                                      QStringLiteral("folder"));
    const QCommandLineOption only(QStringLiteral("only"),
                                  QStringLiteral("Picture the scenes whose names start with this"),
                                  QStringLiteral("name"));
    const QCommandLineOption mirrored(QStringLiteral("right-to-left"), QStringLiteral("Picture a mirrored window"));
    const QCommandLineOption scale(QStringLiteral("scale"),
                                   QStringLiteral("Size of everything in the pictures, 80 to 200"),
                                   QStringLiteral("percent"), QStringLiteral("100"));
    const QCommandLineOption measure(QStringLiteral("measure-streaming"),
                                     QStringLiteral("Stream a long answer and print as JSON what it cost, then end"));
    const QCommandLineOption characters(QStringLiteral("characters"), QStringLiteral("Length of that answer"),
                                        QStringLiteral("count"), QStringLiteral("20000"));
    parser.addOptions({empty, data, pictures, only, mirrored, scale, measure, characters});
    parser.process(application);

    if (parser.isSet(pictures)) {
        const int taken = ui::takePictures({.folder = parser.value(pictures),
                                            .only = parser.values(only),
                                            .rightToLeft = parser.isSet(mirrored),
                                            .scalePercent = parser.value(scale).toInt()});
        if (taken <= 0)
            return 1;
        std::printf("%d pictures in %s\n", taken, qPrintable(parser.value(pictures)));
        return 0;
    }
    if (parser.isSet(measure)) {
        const QJsonObject result = ui::measureStreaming(application, parser.value(characters).toLongLong());
        std::printf("%s\n", QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
        return result.isEmpty() ? 1 : 0;
    }
    const bool bare = parser.isSet(empty);
    ui::OfflineDesk desk({.dataFolder = parser.value(data),
                          .talks = !bare,
                          .models = !bare,
                          .firstStartDone = !bare,
                          .documents = !bare,
                          .sources = !bare});
    return desk.start() ? QGuiApplication::exec() : 1;
}
