// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue_service.h"

#include "app/catalogue/hub_address.h"
#include "app/catalogue/signature.h"
#include "app/catalogue_file.h"
#include "app/device_service.h"
#include "app/hub_port.h"
#include "app/licence/licence.h"
#include "app/settings.h"
#include "app/thread_guard.h"
#include "inference/model_files.h"

#include <QThreadPool>
#include <QUrl>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace app {

namespace {

/// How much of a file is fetched for its header: most have a vocabulary of a few megabytes, the largest of thirty.
constexpr std::array<quint64, 3> kHeaderLengths{4ULL << 20U, 16ULL << 20U, 64ULL << 20U};

bool isFree(const catalogue::CatalogueEntry &entry)
{
    const auto permissive = [](const QString &id) {
        return licence::licenceById(id).kind == licence::Kind::Permissive;
    };
    return !entry.gated && permissive(entry.licenceId) && std::ranges::all_of(entry.otherLicences, permissive);
}

Failure failureOf(catalogue::AddressProblem problem)
{
    Failure failure = failureFromCode(QStringLiteral("app.not_an_address"), {});
    failure.explanation = catalogue::sentence(problem);
    return failure;
}

/// Gives a lookup up, also from within what it signals.
void retire(std::unique_ptr<HubLookup> &lookup)
{
    if (lookup == nullptr)
        return;
    lookup->disconnect();
    lookup.release()->deleteLater();
}

} // namespace

struct CatalogueService::State {
    State(const Collaborators &with, CatalogueOptions options_)
        : devices(with.devices)
        , settings(with.settings)
        , port(with.port)
        , options(std::move(options_))
    {
        worker.setMaxThreadCount(1);
    }

    DeviceService &devices;
    Settings &settings;
    HubPort *port;
    CatalogueOptions options;
    catalogue::Catalogue catalogue;
    catalogue::Recommendation recommendation;
    std::unique_ptr<HubLookup> lookup;
    std::unique_ptr<HubLookup> preparing;
    bool loadAsked = false;
    bool updating = false;
    QThreadPool worker;
};

CatalogueService::CatalogueService(const Collaborators &with, CatalogueOptions options, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(with, std::move(options)))
{
    if (m_state->options.key.isEmpty())
        m_state->options.key = catalogue::catalogueKey();
    connect(&with.devices, &DeviceService::devicesChanged, this, &CatalogueService::recommendAnew);
    connect(&with.settings, &Settings::contextLengthChanged, this, &CatalogueService::recommendAnew);
    connect(&with.settings, &Settings::modelUseChanged, this, &CatalogueService::changed);
}

CatalogueService::~CatalogueService()
{
    m_state->worker.waitForDone();
}

void CatalogueService::load()
{
    expectThread(this);
    if (std::exchange(m_state->loadAsked, true))
        return;
    m_state->worker.start([this, options = m_state->options] {
        catalogue::Catalogue read = readCatalogue(options.folder, options.key);
        QMetaObject::invokeMethod(this, [this, found = std::move(read)]() mutable {
            m_state->catalogue = std::move(found);
            recommendAnew();
        });
    });
}

const catalogue::Catalogue &CatalogueService::catalogue() const
{
    return m_state->catalogue;
}

const QList<catalogue::CatalogueEntry> &CatalogueService::entries() const
{
    return m_state->catalogue.entries;
}

const catalogue::CatalogueEntry *CatalogueService::find(const QString &id) const
{
    return m_state->catalogue.find(id);
}

const catalogue::Recommendation &CatalogueService::recommendation() const
{
    return m_state->recommendation;
}

ModelFit CatalogueService::fitOf(const catalogue::CatalogueEntry &entry, qsizetype file) const
{
    if (file < 0 || file >= entry.files.size())
        return {};
    const ModelShape shape{.weightBytes = entry.files[file].bytes,
                           .parameters = entry.parameters,
                           .activeParameters = entry.activeParameters,
                           .cacheNumbersPerToken = entry.shape.cacheNumbersPerToken,
                           .slidingNumbersPerToken = entry.shape.slidingNumbersPerToken,
                           .slidingWindow = entry.shape.slidingWindow,
                           .stateBytes = entry.shape.stateBytes,
                           .width = entry.shape.width,
                           .feedForward = entry.shape.feedForward,
                           .vocabulary = entry.shape.vocabulary};
    return fitOn(needsFromShape(shape), {.device = m_state->devices.chosen(),
                                         .context = static_cast<quint32>(m_state->settings.contextLength()),
                                         .trainedContext = entry.context});
}

QString CatalogueService::useWarningOf(const catalogue::CatalogueEntry &entry) const
{
    const licence::Use use = m_state->settings.modelUse();
    QString warning = licence::useWarning(licence::licenceById(entry.licenceId), use);
    for (const QString &other : entry.otherLicences) {
        if (warning.isEmpty())
            warning = licence::useWarning(licence::licenceById(other), use);
    }
    return warning;
}

void CatalogueService::recommendAnew()
{
    QList<catalogue::Candidate> candidates;
    quint64 room = 0;
    for (const catalogue::CatalogueEntry &entry : std::as_const(m_state->catalogue.entries)) {
        if (!entry.runs)
            continue;
        const bool free = isFree(entry);
        for (qsizetype file = 0; file < entry.files.size(); ++file) {
            const ModelFit fit = fitOf(entry, file);
            room = fit.freeBytes;
            candidates.append({.entry = &entry,
                               .file = file,
                               .fits = fit.level == FitLevel::Fits,
                               .needBytes = fit.needBytes,
                               .free = free});
        }
    }
    const bool processor = m_state->devices.chosen().deviceClass == DeviceClass::Cpu;
    m_state->recommendation = catalogue::recommend(candidates, {.bytes = room, .processor = processor});
    Q_EMIT changed();
}

std::optional<ModelRequest> CatalogueService::requestFor(const QString &id, qsizetype file) const
{
    const catalogue::CatalogueEntry *entry = find(id);
    if (entry == nullptr || file < 0 || file >= entry->files.size())
        return std::nullopt;
    const catalogue::CatalogueFile &wanted = entry->files[file];
    return ModelRequest{.title = entry->name,
                        .url = catalogue::fileAddress(wanted.repository, wanted.revision, wanted.fileName),
                        .fileName = wanted.fileName,
                        .bytes = wanted.bytesExact ? wanted.bytes : 0,
                        .sha256 = wanted.sha256,
                        .sha256Source = wanted.sha256.isEmpty() ? QString() : QStringLiteral("catalogue"),
                        .catalogueId = id,
                        .licenceId = entry->licenceId};
}

void CatalogueService::lookUp(const QString &text)
{
    expectThread(this);
    retire(m_state->lookup);
    const auto address = catalogue::parsePasted(text);
    if (!address) {
        Q_EMIT lookUpFailed(text, failureOf(address.error()));
        return;
    }
    if (address->kind == catalogue::PastedAddress::Kind::Direct) {
        const QString name = QUrl(address->url).fileName();
        Q_EMIT lookedUpElsewhere(text, {.title = name, .url = address->url, .fileName = name});
        return;
    }
    if (m_state->port == nullptr) {
        Q_EMIT lookUpFailed(text, failureFromCode(QStringLiteral("app.no_network"), {}));
        return;
    }
    m_state->lookup = std::make_unique<HubLookup>(*m_state->port);
    connect(m_state->lookup.get(), &HubLookup::done, this,
            [this, text](const HubListing &listing) { Q_EMIT lookedUp(text, listing); });
    connect(m_state->lookup.get(), &HubLookup::failed, this,
            [this, text](const Failure &failure) { Q_EMIT lookUpFailed(text, failure); });
    m_state->lookup->start(*address);
}

void CatalogueService::prepare(const QString &id, qsizetype file)
{
    expectThread(this);
    retire(m_state->preparing);
    const std::optional<ModelRequest> known = requestFor(id, file);
    if (!known || m_state->port == nullptr) {
        Q_EMIT prepareFailed(
            id, file,
            failureFromCode(known ? QStringLiteral("app.no_network") : QStringLiteral("app.unknown_model"), {}, id));
        return;
    }
    const catalogue::CatalogueEntry *entry = find(id);
    const catalogue::CatalogueFile &wanted = entry->files[file];
    m_state->preparing = std::make_unique<HubLookup>(*m_state->port);
    connect(m_state->preparing.get(), &HubLookup::failed, this,
            [this, id, file](const Failure &failure) { Q_EMIT prepareFailed(id, file, failure); });
    connect(m_state->preparing.get(), &HubLookup::done, this, [this, id, file, known](const HubListing &listing) {
        QList<ModelRequest> requests = requestsFor(listing, listing.wanted);
        if (requests.isEmpty()) {
            Q_EMIT prepareFailed(id, file, failureFromCode(QStringLiteral("app.model_gone"), {}, known->title));
            return;
        }
        ModelRequest &request = requests.first();
        // A model of several files has no hash of its own in the catalogue, and their sizes together.
        const bool changed =
            (!known->sha256.isEmpty() && !request.sha256.isEmpty() && known->sha256 != request.sha256) ||
            (!known->sha256.isEmpty() && known->bytes != 0 && known->bytes != request.bytes);
        if (changed) {
            Q_EMIT prepareFailed(id, file, failureFromCode(QStringLiteral("app.source_changed"), {}, known->title));
            return;
        }
        request.title = known->title;
        request.catalogueId = id;
        if (!known->sha256.isEmpty()) {
            request.sha256 = known->sha256;
            request.sha256Source = known->sha256Source;
        }
        Q_EMIT prepared(id, file, requests, listing);
    });
    m_state->preparing->start({.kind = catalogue::PastedAddress::Kind::File,
                               .repository = wanted.repository,
                               .revision = wanted.revision,
                               .path = wanted.fileName},
                              entry->origin, entry->licenceId);
}

void CatalogueService::readHeader(const QString &url, quint64 fileBytes)
{
    expectThread(this);
    if (m_state->port == nullptr)
        Q_EMIT headerFailed(url, failureFromCode(QStringLiteral("app.no_network"), {}));
    else
        fetchHeader(url, fileBytes, kHeaderLengths.front());
}

void CatalogueService::fetchHeader(const QString &url, quint64 fileBytes, quint64 length)
{
    m_state->port->fetchStart(
        url, length, tr("The beginning of a model's file"), this, [=, this](const HubPort::Bytes &start) {
            if (!start) {
                Q_EMIT headerFailed(url, start.error());
                return;
            }
            m_state->worker.start([=, this, bytes = *start] {
                const std::string stem = inference::modelStem(QUrl(url).fileName().toStdString());
                auto header = inference::readModelHeader(
                    std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))), stem,
                    fileBytes);
                QMetaObject::invokeMethod(this, [=, this, read = std::move(header)] {
                    const auto longer = std::ranges::upper_bound(kHeaderLengths, length);
                    const bool cut = !read && read.error().code == inference::ErrorCode::FileTruncated;
                    // A file that is shorter than what was asked for does not get longer.
                    if (cut && longer != kHeaderLengths.end() && static_cast<quint64>(bytes.size()) >= length)
                        fetchHeader(url, fileBytes, *longer);
                    else if (read)
                        Q_EMIT headerRead(url, *read);
                    else
                        Q_EMIT headerFailed(url, failureFrom(read.error(), QUrl(url).fileName()));
                });
            });
        });
}

bool CatalogueService::isUpdating() const
{
    return m_state->updating;
}

void CatalogueService::update(const QString &from)
{
    expectThread(this);
    if (m_state->updating)
        return;
    const QString address = from.isEmpty() ? m_state->options.address : from;
    if (m_state->port == nullptr || address.isEmpty()) {
        Q_EMIT updateFailed(failureFromCode(
            address.isEmpty() ? QStringLiteral("app.no_newer_catalogue") : QStringLiteral("app.no_network"), {}));
        return;
    }
    m_state->updating = true;
    Q_EMIT updatingChanged();
    const QString purpose = tr("A newer list of models");
    m_state->port->fetchText(address, purpose, catalogue::kMostCatalogueBytes, this,
                             [=, this](const HubPort::Bytes &json) {
                                 if (!json) {
                                     endUpdate(json.error());
                                     return;
                                 }
                                 m_state->port->fetchText(address + QLatin1StringView(".sig"), purpose, 1024, this,
                                                          [this, bytes = *json](const HubPort::Bytes &signature) {
                                                              if (signature)
                                                                  takeUpdate(bytes, *signature);
                                                              else
                                                                  endUpdate(signature.error());
                                                          });
                             });
}

void CatalogueService::takeUpdate(const QByteArray &json, const QByteArray &signature)
{
    m_state->worker.start([=, this, options = m_state->options, serial = m_state->catalogue.serial] {
        auto checked = checkCatalogue(json, signature, options.key, serial);
        if (checked && !options.folder.isEmpty() && !keepCatalogue(options.folder, json, signature))
            checked = std::unexpected(failureFromCode(QStringLiteral("app.catalogue_not_kept"), {}));
        QMetaObject::invokeMethod(this, [this, result = std::move(checked)]() mutable {
            // The newest is here already: no failure to anybody who asked for it.
            if (!result && result.error().code != QLatin1StringView("app.catalogue_old")) {
                endUpdate(result.error());
                return;
            }
            const bool anew = result.has_value();
            if (anew) {
                m_state->catalogue = *std::move(result);
                recommendAnew();
            }
            m_state->updating = false;
            Q_EMIT updatingChanged();
            Q_EMIT updated(anew);
        });
    });
}

void CatalogueService::endUpdate(const Failure &failure)
{
    m_state->updating = false;
    Q_EMIT updatingChanged();
    Q_EMIT updateFailed(failure);
}

} // namespace app
