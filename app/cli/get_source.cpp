// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/get_source.h"

#include "app/catalogue/hub_address.h"
#include "app/catalogue_service.h"
#include "app/cli/service_session.h"
#include "app/download/address.h"
#include "app/download_failure.h"
#include "app/settings.h"

#include <QDir>

#include <algorithm>

namespace app::cli {

namespace {

using Asked = std::expected<GetOffer, Failure>;

QString folderOf(const GetSource &source, const Settings &settings)
{
    if (!source.folder.empty())
        return QDir(QString::fromStdString(source.folder)).absolutePath();
    return settings.downloadFolder().isEmpty() ? defaultDownloadFolder() : settings.downloadFolder();
}

Failure failureOf(FetchFault fault, const QString &subject)
{
    return failureFrom(FetchProblem{.fault = fault}, subject);
}

Failure sentenceOf(const QString &explanation)
{
    Failure failure = failureFromCode(QStringLiteral("app.not_an_address"), {});
    failure.explanation = explanation;
    return failure;
}

/// An address elsewhere: all that is known of the file is what the user says.
Asked addressOffer(const GetSource &source, const QString &folder)
{
    const auto address = download::parseAddress(source.what, download::Reach::Web);
    const QString shown = QString::fromStdString(source.what);
    if (!address)
        return std::unexpected(failureOf(FetchFault::BadAddress, shown));
    const auto name = source.name.empty() ? download::fileNameOf(*address) : std::optional(source.name);
    if (!name)
        return std::unexpected(failureOf(FetchFault::BadName, shown));
    return GetOffer{.request = {.title = QString::fromStdString(*name),
                                .url = shown,
                                .folder = folder,
                                .fileName = QString::fromStdString(*name),
                                .sha256 = QString::fromStdString(source.sha256),
                                .sha256Source = source.sha256.empty() ? QString() : QStringLiteral("user"),
                                .purpose = QStringLiteral("carrel-cli get")},
                    .listing = {}};
}

/// What the hub has, as a download; what the user says of the file goes before it.
Asked hubOffer(const GetSource &source, const QString &folder, const QList<ModelRequest> &files,
               const HubListing &listing)
{
    GetOffer offer{.request = downloadFor(files, folder, QStringLiteral("carrel-cli get")), .listing = listing};
    if (files.size() > 1 && !(source.name.empty() && source.sha256.empty()))
        return std::unexpected(sentenceOf(QStringLiteral("This model comes in %1 files, which have names and hashes of "
                                                         "their own. Leave out --name and --sha256.")
                                              .arg(files.size())));
    if (!source.name.empty())
        offer.request.fileName = QString::fromStdString(source.name);
    if (!source.sha256.empty()) {
        offer.request.sha256 = QString::fromStdString(source.sha256);
        offer.request.sha256Source = QStringLiteral("user");
    }
    return offer;
}

Failure interrupted()
{
    return failureFromCode(QStringLiteral("inference.cancelled"), {});
}

QString quantizationsOf(const HubListing &listing)
{
    QStringList names;
    for (const catalogue::HubFile &file : listing.files)
        names.append(file.quantization.isEmpty() ? file.name : file.quantization);
    return names.join(QLatin1StringView(", "));
}

Asked lookUp(ServiceSession &session, const GetSource &source, const QString &folder)
{
    CatalogueService &catalogue = session.services().catalogue();
    Asked answer = std::unexpected(interrupted());
    session.loop([&](QEventLoop &events) {
        QObject::connect(
            &catalogue, &CatalogueService::lookedUp, &events, [&](const QString &text, const HubListing &listing) {
                // Where there is one file there is no choice.
                const qsizetype file = listing.files.size() == 1 ? 0 : listing.wanted;
                if (file < 0)
                    answer = std::unexpected(
                        sentenceOf(QStringLiteral("Say which file of %1 is meant, as %1:%2. There are: %3.")
                                       .arg(text.section(QLatin1Char(':'), 0, 0), listing.files.first().quantization,
                                            quantizationsOf(listing))));
                else
                    answer = hubOffer(source, folder, requestsFor(listing, file), listing);
                events.quit();
            });
        QObject::connect(&catalogue, &CatalogueService::lookUpFailed, &events,
                         [&](const QString &, const Failure &failure) {
                             answer = std::unexpected(failure);
                             events.quit();
                         });
        QMetaObject::invokeMethod(
            &events, [&] { catalogue.lookUp(QString::fromStdString(source.what)); }, Qt::QueuedConnection);
    });
    return answer;
}

/// The file that the quantization names; without one what is recommended for this machine, else the first that fits.
qsizetype fileOf(ServiceSession &session, const catalogue::CatalogueEntry &entry, const QString &quantization)
{
    if (!quantization.isEmpty()) {
        const auto named = std::ranges::find(entry.files, quantization, &catalogue::CatalogueFile::quantization);
        return named == entry.files.end() ? -1 : named - entry.files.begin();
    }
    session.settle();
    const CatalogueService &catalogue = session.services().catalogue();
    const catalogue::Recommendation &first = catalogue.recommendation();
    for (const catalogue::Choice &choice : {first.recommended, first.balanced, first.large, first.small}) {
        if (choice.id == entry.id)
            return choice.file;
    }
    for (qsizetype file = 0; file < entry.files.size(); ++file) {
        if (catalogue.fitOf(entry, file).level == FitLevel::Fits)
            return file;
    }
    return 0;
}

Asked prepare(ServiceSession &session, const GetSource &source, const catalogue::CatalogueEntry &entry,
              const QString &quantization, const QString &folder)
{
    const QString id = entry.id;
    const qsizetype file = fileOf(session, entry, quantization);
    if (file < 0) {
        QStringList names;
        for (const catalogue::CatalogueFile &one : entry.files)
            names.append(one.quantization);
        return std::unexpected(sentenceOf(
            QStringLiteral("The catalogue has %1 as %2.").arg(entry.name, names.join(QLatin1StringView(", ")))));
    }
    CatalogueService &catalogue = session.services().catalogue();
    Asked answer = std::unexpected(interrupted());
    session.loop([&](QEventLoop &events) {
        QObject::connect(&catalogue, &CatalogueService::prepared, &events,
                         [&](const QString &, qsizetype, const QList<ModelRequest> &files, const HubListing &listing) {
                             answer = hubOffer(source, folder, files, listing);
                             events.quit();
                         });
        QObject::connect(&catalogue, &CatalogueService::prepareFailed, &events,
                         [&](const QString &, qsizetype, const Failure &failure) {
                             answer = std::unexpected(failure);
                             events.quit();
                         });
        QMetaObject::invokeMethod(&events, [&] { catalogue.prepare(id, file); }, Qt::QueuedConnection);
    });
    return answer;
}

void loadCatalogue(ServiceSession &session)
{
    CatalogueService &catalogue = session.services().catalogue();
    session.loop([&](QEventLoop &events) {
        QObject::connect(&catalogue, &CatalogueService::changed, &events, [&] {
            if (!catalogue.entries().isEmpty())
                events.quit();
        });
        catalogue.load();
    });
}

} // namespace

std::expected<GetOffer, Failure> offerFor(ServiceSession &session, const GetSource &source)
{
    const QString what = QString::fromStdString(source.what);
    const QString folder = folderOf(source, session.services().settings());
    const auto pasted = catalogue::parsePasted(what);
    const bool onHub = pasted && pasted->kind != catalogue::PastedAddress::Kind::Direct;
    if (what.contains(QLatin1StringView("://")) || onHub)
        return onHub ? lookUp(session, source, folder) : addressOffer(source, folder);
    loadCatalogue(session);
    const CatalogueService &catalogue = session.services().catalogue();
    const QString id = what.section(QLatin1Char(':'), 0, 0);
    if (const catalogue::CatalogueEntry *entry = catalogue.find(id))
        return prepare(session, source, *entry, what.section(QLatin1Char(':'), 1).toUpper(), folder);
    return std::unexpected(
        sentenceOf(QStringLiteral("%1 is neither in the catalogue nor an address. `carrel-cli catalogue` lists what "
                                  "there is; an address begins with https://.")
                       .arg(id)));
}

} // namespace app::cli
