// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"
#include "app/ledger_service.h"

#include <QDateTime>

#include <limits>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    bool json = false;
};

void printEntry(const LedgerValue &entry, bool json)
{
    const QString at = QDateTime::fromMSecsSinceEpoch(entry.atMs).toString(Qt::ISODate);
    if (json) {
        printJson({{QStringLiteral("id"), entry.id},
                   {QStringLiteral("at"), at},
                   {QStringLiteral("at_ms"), entry.atMs},
                   {QStringLiteral("method"), entry.method},
                   {QStringLiteral("host"), entry.host},
                   {QStringLiteral("url"), entry.url},
                   {QStringLiteral("purpose"), entry.purpose},
                   {QStringLiteral("bytes_sent"), entry.bytesSent},
                   {QStringLiteral("bytes_received"), entry.bytesReceived},
                   {QStringLiteral("status"), entry.status},
                   {QStringLiteral("error"), entry.error}});
        return;
    }
    const QString outcome = entry.error.isEmpty() ? QString::number(entry.status) : entry.error;
    printForeign(QStringLiteral("%1  %2  %3  %4  %5  %6\n")
                     .arg(at, entry.host, sizeText(static_cast<quint64>(entry.bytesSent)),
                          sizeText(static_cast<quint64>(entry.bytesReceived)), outcome, entry.purpose));
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    LedgerService &ledger = session.services().ledger();
    std::optional<Failure> failure;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&ledger, &LedgerService::changed, &events, &QEventLoop::quit);
        QObject::connect(&ledger, &LedgerService::failed, &events, [&](const Failure &why) {
            failure = why;
            events.quit();
        });
        ledger.load(std::numeric_limits<qint32>::max());
    });
    if (failure)
        return fail(*failure);
    for (const LedgerValue &entry : ledger.entries())
        printEntry(entry, options.json);
    if (ledger.entries().isEmpty() && !options.json)
        print(QStringLiteral("Nothing has left this computer.\n"));
    return Exit::Done;
}

} // namespace

void addLedger(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("ledger", "Every request that left this computer, newest first");
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
