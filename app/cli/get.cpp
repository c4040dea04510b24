// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/service_session.h"
#include "app/download/address.h"
#include "app/download/sha256.h"
#include "app/download_failure.h"
#include "app/download_service.h"
#include "app/settings.h"

#include <QDir>
#include <QLocale>

#include <unistd.h>

#include <cstdio>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    std::string what;
    std::string sha256;
    std::string folder;
    std::string name;
    bool json = false;
};

/// What the argument means: an address.
std::expected<DownloadRequest, Failure> requestFor(const Options &options, const Settings &settings)
{
    const auto address = download::parseAddress(options.what, download::Reach::Web);
    const QString shown = QString::fromStdString(options.what);
    if (!address)
        return std::unexpected(failureFrom(FetchProblem{.fault = FetchFault::BadAddress}, shown));
    const auto name = options.name.empty() ? download::fileNameOf(*address) : std::optional(options.name);
    if (!name)
        return std::unexpected(failureFrom(FetchProblem{.fault = FetchFault::BadName}, shown));
    DownloadRequest request{.title = QString::fromStdString(*name),
                            .url = shown,
                            .fileName = QString::fromStdString(*name),
                            .sha256 = QString::fromStdString(options.sha256),
                            .sha256Source = options.sha256.empty() ? QString() : QStringLiteral("user"),
                            .purpose = QStringLiteral("carrel-cli get")};
    if (!options.folder.empty())
        request.folder = QDir(QString::fromStdString(options.folder)).absolutePath();
    else if (!settings.downloadFolder().isEmpty())
        request.folder = settings.downloadFolder();
    else
        request.folder = defaultDownloadFolder();
    return request;
}

QString stateName(DownloadState state)
{
    switch (state) {
    case DownloadState::Waiting:
        return QStringLiteral("waiting");
    case DownloadState::Connecting:
        return QStringLiteral("connecting");
    case DownloadState::Running:
        return QStringLiteral("running");
    case DownloadState::Paused:
        return QStringLiteral("paused");
    case DownloadState::Verifying:
        return QStringLiteral("verifying");
    case DownloadState::Done:
        return QStringLiteral("done");
    case DownloadState::Failed:
        return QStringLiteral("failed");
    case DownloadState::Cancelled:
        return QStringLiteral("cancelled");
    }
    return {};
}

QJsonObject downloadJson(const DownloadValue &value)
{
    QJsonObject object{{QStringLiteral("id"), value.id},
                       {QStringLiteral("path"), value.path},
                       {QStringLiteral("state"), stateName(value.state)},
                       {QStringLiteral("bytes"), static_cast<qint64>(value.bytes)},
                       {QStringLiteral("received_bytes"), static_cast<qint64>(value.receivedBytes)},
                       {QStringLiteral("verified_bytes"), static_cast<qint64>(value.verifiedBytes)},
                       {QStringLiteral("sha256"), value.sha256},
                       {QStringLiteral("sha256_source"), value.sha256Source}};
    if (!value.failure.isEmpty())
        object.insert(QStringLiteral("failure"), QJsonObject{{QStringLiteral("code"), value.failure.code},
                                                             {QStringLiteral("sentence"), value.failure.sentence()},
                                                             {QStringLiteral("details"), value.failure.details}});
    return object;
}

/// One line that is written over, and only for somebody who watches.
void showProgress(const DownloadValue &value)
{
    if (::isatty(STDERR_FILENO) == 0)
        return;
    QString line = QStringLiteral("%1  %2").arg(stateName(value.state), sizeText(value.receivedBytes));
    if (value.bytes > 0)
        line += QStringLiteral(" of %1").arg(sizeText(value.bytes));
    if (value.bytesPerSecond > 0)
        line += QStringLiteral("  %1/s").arg(sizeText(value.bytesPerSecond));
    if (value.secondsLeft >= 0)
        line += QStringLiteral("  %1 s left").arg(QLocale().toString(value.secondsLeft));
    std::fprintf(stderr, "\r\033[K%s", qPrintable(line));
    if (value.isFinal())
        std::fputc('\n', stderr);
}

Exit run(const Program &program, const Options &options)
{
    ServiceSession session(program, options.none);
    if (const auto opened = session.open(); !opened)
        return fail(opened.error());
    DownloadService &downloads = session.services().downloads();
    const auto request = requestFor(options, session.services().settings());
    if (!request)
        return fail(request.error());
    QString id;
    std::optional<Failure> failure;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&downloads, &DownloadService::changed, &events, [&] {
            if (id.isNull()) {
                id = QLatin1StringView("");
                id = downloads.start(*request);
            } else if (const auto value = downloads.download(id)) {
                showProgress(*value);
            }
        });
        QObject::connect(&downloads, &DownloadService::finished, &events, [&](const QString &ended) {
            if (ended == id)
                events.quit();
        });
        QObject::connect(&downloads, &DownloadService::failed, &events, [&](const QString &ended, const Failure &why) {
            if (ended != id)
                return;
            failure = why;
            events.quit();
        });
        session.onInterrupt([&] {
            downloads.pause(id);
            events.quit();
        });
        // What other runs left waits for them.
        downloads.load(DownloadService::Leftovers::Wait);
    });
    session.onInterrupt({});
    const auto value = downloads.download(id);
    if (options.json && value)
        printJson(downloadJson(*value));
    if (failure)
        return fail(*failure);
    if (!value || value->state != DownloadState::Done)
        return fail(QStringLiteral("Stopped. The same command goes on where it stopped."));
    if (!options.json)
        print(value->path + QLatin1Char('\n'));
    return Exit::Done;
}

} // namespace

void addGet(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("get", "Downloads a model; goes on where an earlier run stopped");
    command->add_option("ADDRESS", options->what, "https address of the file")->required();
    command->add_option("--sha256", options->sha256, "What the file has to have, in hexadecimal")
        ->check([](const std::string &text) {
            return download::digestFrom(text) ? std::string() : std::string("not a SHA-256");
        });
    command->add_option("--to", options->folder, "Folder; the settings' unless given");
    command->add_option("--name", options->name, "Name of the file; the address's unless given");
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
