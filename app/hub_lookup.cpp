// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hub_lookup.h"

#include "app/hub_port.h"
#include "app/thread_guard.h"

#include <algorithm>
#include <utility>

namespace app {

namespace {

constexpr quint64 kMostLicenceBytes = 256ULL << 10U;

struct TextPlace {
    QString repository;
    QString path;
};

bool isMissing(const Failure &failure)
{
    return failure.code == QLatin1StringView("download.not_there") ||
           failure.code == QLatin1StringView("download.needs_access");
}

/// What a missing record means; the hub answers alike whether there is none or it is private.
Failure withRepository(const Failure &failure, const QString &repository)
{
    if (!isMissing(failure))
        return failure;
    return failureFromCode(QStringLiteral("app.hub_not_there"), failure.details, repository);
}

/// A page that answers in place of a file is no licence.
bool isPlainText(const QByteArray &text)
{
    return !text.isEmpty() && !text.contains('\0') && !text.trimmed().toLower().startsWith("<!doctype") &&
           QString::fromUtf8(text).isValidUtf16();
}

} // namespace

struct HubLookup::State {
    HubPort &port;
    catalogue::PastedAddress address = {};
    QString origin = {};
    licence::Evidence evidence = {};
    HubListing listing = {};
    QList<TextPlace> licencePlaces = {}; ///< still to be asked
};

HubLookup::HubLookup(HubPort &port, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(port))
{
}

HubLookup::~HubLookup() = default;

void HubLookup::start(const catalogue::PastedAddress &address, const QString &origin, const QString &catalogueLicence)
{
    expectThread(this);
    m_state->address = address;
    m_state->origin = origin;
    m_state->evidence.catalogueId = catalogueLicence;
    m_state->listing.repository = address.repository;
    m_state->port.fetchText(catalogue::recordAddress(address.repository),
                            tr("What the hub says of %1").arg(address.repository), catalogue::kMostHubBytes, this,
                            [this](const HubPort::Bytes &answer) {
                                if (answer)
                                    readRecord(*answer);
                                else
                                    Q_EMIT failed(withRepository(answer.error(), m_state->address.repository));
                            });
}

void HubLookup::readRecord(const QByteArray &json)
{
    const auto record = catalogue::parseRecord(json);
    if (!record) {
        Q_EMIT failed(failureFromCode(QStringLiteral("app.hub_answer"), record.error(), m_state->address.repository));
        return;
    }
    HubListing &listing = m_state->listing;
    listing.gated = record->gate != catalogue::HubRecord::Gate::None;
    // What was asked for by name stays; the moving branch is pinned to where it is now.
    const QString &asked = m_state->address.revision;
    listing.revision = asked.isEmpty() || asked == QLatin1StringView("main") ? record->commit : asked;
    m_state->evidence.hub = {.id = record->licence, .name = record->licenceName, .link = record->licenceLink};
    m_state->evidence.baseModels = record->baseModels;
    if (!m_state->origin.isEmpty() && !m_state->evidence.baseModels.contains(m_state->origin))
        m_state->evidence.baseModels.append(m_state->origin);
    listing.licence = licence::recognise(m_state->evidence);
    m_state->port.fetchText(catalogue::treeAddress(listing.repository, listing.revision),
                            tr("The files of %1").arg(listing.repository), catalogue::kMostHubBytes, this,
                            [this](const HubPort::Bytes &answer) {
                                if (answer)
                                    readTree(*answer);
                                else
                                    Q_EMIT failed(answer.error());
                            });
}

void HubLookup::readTree(const QByteArray &json)
{
    HubListing &listing = m_state->listing;
    const auto files = catalogue::parseTree(json);
    if (!files) {
        Q_EMIT failed(failureFromCode(QStringLiteral("app.hub_answer"), files.error(), listing.repository));
        return;
    }
    if (files->isEmpty()) {
        Q_EMIT failed(failureFromCode(QStringLiteral("app.hub_no_models"), {}, listing.repository));
        return;
    }
    listing.files = *files;
    const catalogue::PastedAddress &address = m_state->address;
    const auto wanted = std::ranges::find_if(listing.files, [&](const catalogue::HubFile &file) {
        if (!address.path.isEmpty())
            return std::ranges::contains(file.parts, address.path, &catalogue::HubFile::Part::path);
        return !address.quantization.isEmpty() && file.quantization == address.quantization;
    });
    if (wanted != listing.files.end())
        listing.wanted = wanted - listing.files.begin();
    // The model's own text comes first; whoever converted it often has none, or another one.
    QStringList repositories = m_state->evidence.baseModels;
    if (!m_state->origin.isEmpty())
        repositories.prepend(m_state->origin);
    repositories.append(listing.repository);
    repositories.removeDuplicates();
    for (const QString &repository : std::as_const(repositories)) {
        for (const QString &name : catalogue::licenceFileNames().first(repository == listing.repository ? 3 : 1))
            m_state->licencePlaces.append({repository, name});
    }
    fetchNextLicence();
}

void HubLookup::fetchNextLicence()
{
    if (m_state->licencePlaces.isEmpty()) {
        Q_EMIT done(m_state->listing);
        return;
    }
    const TextPlace place = m_state->licencePlaces.takeFirst();
    const bool own = place.repository == m_state->listing.repository;
    const QString url =
        catalogue::fileAddress(place.repository, own ? m_state->listing.revision : QString(), place.path);
    m_state->port.fetchText(url, tr("The licence of %1").arg(place.repository), kMostLicenceBytes, this,
                            [this, url](const HubPort::Bytes &answer) {
                                if (answer && isPlainText(*answer)) {
                                    m_state->listing.licenceText = *answer;
                                    m_state->listing.licenceTextFrom = url;
                                    m_state->licencePlaces.clear();
                                } else if (!answer && !isMissing(answer.error())) {
                                    // The network is gone; the rest is said without a text.
                                    m_state->licencePlaces.clear();
                                }
                                fetchNextLicence();
                            });
}

QList<ModelRequest> requestsFor(const HubListing &listing, qsizetype file)
{
    QList<ModelRequest> requests;
    if (file < 0 || file >= listing.files.size())
        return requests;
    for (const catalogue::HubFile::Part &part : listing.files[file].parts) {
        requests.append({.title = listing.files[file].name,
                         .url = catalogue::fileAddress(listing.repository, listing.revision, part.path),
                         .fileName = part.path.sliced(part.path.lastIndexOf(QLatin1Char('/')) + 1),
                         .bytes = part.bytes,
                         .sha256 = part.sha256,
                         .sha256Source = part.sha256.isEmpty() ? QString() : QStringLiteral("hub"),
                         .licenceId = listing.licence.id,
                         .licenceText = listing.licenceText});
    }
    return requests;
}

DownloadRequest downloadFor(const QList<ModelRequest> &files, const QString &folder, const QString &purpose)
{
    const ModelRequest &first = files.first();
    DownloadRequest request{.title = first.title,
                            .url = first.url,
                            .mirrors = {},
                            .folder = folder,
                            .fileName = first.fileName,
                            .bytes = first.bytes,
                            .sha256 = first.sha256,
                            .sha256Source = first.sha256Source,
                            .catalogueId = first.catalogueId,
                            .licenceId = first.licenceId,
                            .licenceText = first.licenceText,
                            .purpose = purpose};
    for (const ModelRequest &file : files.sliced(1)) {
        request.parts.append({.url = file.url, .fileName = file.fileName, .bytes = file.bytes, .sha256 = file.sha256});
    }
    return request;
}

} // namespace app
