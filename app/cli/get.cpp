// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/get_source.h"
#include "app/cli/licence_words.h"
#include "app/cli/service_session.h"
#include "app/download/sha256.h"
#include "app/download_service.h"
#include "app/settings.h"

#include <QJsonArray>
#include <QLocale>
#include <QSocketNotifier>

#include <unistd.h>

#include <array>
#include <cstdio>

namespace app::cli {

namespace {

struct Options {
    ModelOptions none;
    GetSource source;
    std::string use; ///< empty: the settings'
    bool yes = false;
    bool json = false;
};

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

QJsonObject downloadJson(const DownloadValue &value, const GetOffer &offer, const QStringList &warnings)
{
    QJsonObject object{{QStringLiteral("id"), value.id},
                       {QStringLiteral("path"), value.path},
                       {QStringLiteral("state"), stateName(value.state)},
                       {QStringLiteral("bytes"), static_cast<qint64>(value.bytes)},
                       {QStringLiteral("received_bytes"), static_cast<qint64>(value.receivedBytes)},
                       {QStringLiteral("verified_bytes"), static_cast<qint64>(value.verifiedBytes)},
                       {QStringLiteral("sha256"), value.sha256},
                       {QStringLiteral("sha256_source"), value.sha256Source},
                       {QStringLiteral("catalogue_id"), value.catalogueId},
                       {QStringLiteral("licence_id"), value.licenceId},
                       {QStringLiteral("licence_text"),
                        offer.request.licenceText.isEmpty() ? QStringLiteral("not_fetched") : QStringLiteral("kept")},
                       {QStringLiteral("warnings"), QJsonArray::fromStringList(warnings)}};
    if (!value.failure.isEmpty())
        object.insert(QStringLiteral("failure"), QJsonObject{{QStringLiteral("code"), value.failure.code},
                                                             {QStringLiteral("sentence"), value.failure.sentence()},
                                                             {QStringLiteral("details"), value.failure.details}});
    return object;
}

/// Standard output is the result's alone.
void tell(const QString &text)
{
    const QByteArray bytes = withoutTerminalCommands(text).toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stderr);
}

licence::Use useOf(const Options &options, const Settings &settings)
{
    if (options.use.empty())
        return settings.modelUse();
    if (options.use == "commercial")
        return licence::Use::Commercial;
    return options.use == "research" ? licence::Use::Research : licence::Use::Personal;
}

quint64 bytesOf(const DownloadRequest &request)
{
    quint64 bytes = request.bytes;
    for (const DownloadPart &part : request.parts)
        bytes += part.bytes;
    return bytes;
}

/// Everything to know before a download: what it is, under which terms, and what these are to the user's purpose.
void showTerms(const GetOffer &offer, const QStringList &warnings)
{
    const HubListing &listing = *offer.listing;
    tell(QStringLiteral("%1, %2 from %3 (%4)\n\n")
             .arg(offer.request.title, sizeText(bytesOf(offer.request)), listing.repository, offer.request.fileName));
    tell(licenceWords(licence::licenceById(listing.licence.id), listing.licence.others));
    if (listing.licence.id.isEmpty() && !listing.licence.stated.isEmpty())
        tell(QStringLiteral("  Its source calls it \"%1\".\n").arg(listing.licence.stated));
    if (listing.licence.conflict)
        tell(licence::conflictSentence() + QLatin1Char('\n'));
    tell(listing.licenceTextFrom.isEmpty()
             ? QStringLiteral("Its text was not found.\n")
             : QStringLiteral("Its text is kept with the download. It is from %1\n").arg(listing.licenceTextFrom));
    if (listing.gated)
        tell(QStringLiteral("Its makers give it to those alone whom they let in; their token is needed.\n"));
    for (const QString &warning : warnings)
        tell(QStringLiteral("! %1\n").arg(warning));
    tell(QStringLiteral("\n"));
}

/// A line of standard input that begins with y. Ctrl+C is no.
bool isAgreedTo(ServiceSession &session)
{
    tell(QStringLiteral("Download it under these terms? [y/N] "));
    QByteArray line;
    bool answered = false;
    session.loop([&](QEventLoop &events) {
        auto *input = new QSocketNotifier(STDIN_FILENO, QSocketNotifier::Read, &events);
        QObject::connect(input, &QSocketNotifier::activated, &events, [&] {
            std::array<char, 256> bytes{};
            const ssize_t size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
            if (size > 0)
                line.append(bytes.data(), size);
            answered = line.contains('\n');
            if (answered || size <= 0)
                events.quit();
        });
    });
    if (!answered)
        tell(QStringLiteral("\n"));
    return line.trimmed().toLower().startsWith('y');
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
    const auto offer = offerFor(session, options.source);
    if (!offer)
        return fail(offer.error());
    const DownloadRequest &request = offer->request;
    QStringList warnings;
    if (offer->listing) {
        if (const Failure refused = downloads.refusal(request); !refused.isEmpty())
            return fail(refused);
        const licence::Finding &found = offer->listing->licence;
        warnings = useWarnings(found.id, found.others, useOf(options, session.services().settings()));
        showTerms(*offer, warnings);
        if (!options.yes && !isAgreedTo(session))
            return fail(QStringLiteral("Nothing was downloaded. --yes agrees to the terms without asking."));
    }
    QString id;
    std::optional<Failure> failure;
    session.loop([&](QEventLoop &events) {
        QObject::connect(&downloads, &DownloadService::changed, &events, [&] {
            if (id.isNull()) {
                id = QLatin1StringView("");
                id = downloads.start(request);
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
        printJson(downloadJson(*value, *offer, warnings));
    if (failure)
        return fail(*failure);
    if (!value || value->state != DownloadState::Done)
        return fail(QStringLiteral("Stopped. The same command goes on where it stopped."));
    // Onto the list of models, with what its source promised of it.
    session.settle();
    if (!options.json)
        print(value->path + QLatin1Char('\n'));
    return Exit::Done;
}

} // namespace

void addGet(CLI::App &app, Program &program)
{
    auto options = std::make_shared<Options>();
    CLI::App *command = app.add_subcommand("get", "Downloads a model; goes on where an earlier run stopped");
    command
        ->add_option(
            "MODEL", options->source.what,
            "A model of the catalogue (see `catalogue`), owner/name on the hub, both with :Q4_K_M or the like, "
            "or the https address of a file")
        ->required();
    command->add_option("--sha256", options->source.sha256, "What the file has to have, in hexadecimal")
        ->check([](const std::string &text) {
            return download::digestFrom(text) ? std::string() : std::string("not a SHA-256");
        });
    command->add_option("--to", options->source.folder, "Folder; the settings' unless given");
    command->add_option("--name", options->source.name, "Name of the file; the address's unless given");
    command
        ->add_option("--use", options->use,
                     "What it is for: personal, commercial or research; the settings' unless given")
        ->check(CLI::IsMember({"personal", "commercial", "research"}));
    command->add_flag("--yes", options->yes, "Agrees to the licence without asking");
    addJsonOption(*command, options->json);
    command->callback([options, &program] { program.chosen = [options, &program] { return run(program, *options); }; });
}

} // namespace app::cli
