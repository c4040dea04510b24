// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// summary_program DATA PAUSE_MS PATH…: summarizes files of marked text into the index of the folder DATA, with a
// scripted model that takes PAUSE_MS for each step. Prints one JSON object: `summary`, `sentence`, `reused`, `made`. To
// be killed at any moment; run again, it ends with what a run that was never killed gives.
#include "app/summary_service.h"

#include "tests/app/support/services.h"
#include "tests/app/support/summary_script.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

int main(int argc, char **argv)
{
    const QCoreApplication program(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    constexpr qsizetype firstPath = 3;
    if (arguments.size() <= firstPath)
        return 2;
    tests::Services services;
    constexpr quint32 context = 1200;
    services.inference->setContextLength(context);
    const tests::ScriptedModel model(*services.inference, arguments[2].toInt());
    app::IndexThread index;
    if (!tests::await(index.open({.path = arguments[1].toStdString() + "/index.db"})).isOpen())
        return 1;
    app::SummaryService summaries({.inference = *services.inference,
                                   .models = *services.models,
                                   .provenance = *services.provenance,
                                   .sources = {.index = &index, .read = tests::readMarkedText}});
    QObject::connect(&summaries, &app::SummaryService::failed, qApp, [](const app::Failure &failure) {
        (void)std::fprintf(stderr, "%s\n", qPrintable(failure.sentence()));
        QCoreApplication::exit(1);
    });
    QObject::connect(&summaries, &app::SummaryService::finished, qApp, [](const app::SummaryResult &result) {
        const QJsonObject said{{QStringLiteral("summary"), result.text},
                               {QStringLiteral("sentence"), result.coverage.sentence()},
                               {QStringLiteral("reused"), result.reusedNodes},
                               {QStringLiteral("made"), result.madeNodes}};
        (void)std::fprintf(stdout, "%s\n", QJsonDocument(said).toJson(QJsonDocument::Compact).constData());
        QCoreApplication::exit(0);
    });
    summaries.summarize({.paths = arguments.sliced(firstPath)});
    return QCoreApplication::exec();
}
