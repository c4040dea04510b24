// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/get_desk.h"

#include "app/catalogue/hub_address.h"
#include "app/composition.h"
#include "ui/models/model_words.h"

#include <QUrl>

#include <algorithm>

namespace ui {

void GetDesk::setCatalogue(app::CatalogueService *catalogue)
{
    if (catalogue == m_catalogue)
        return;
    if (m_catalogue)
        m_catalogue->disconnect(this);
    m_catalogue = catalogue;
    if (catalogue != nullptr) {
        using app::CatalogueService;
        connect(catalogue, &CatalogueService::prepared, this, &GetDesk::takePrepared);
        connect(catalogue, &CatalogueService::prepareFailed, this,
                [this](const QString &id, qsizetype file, const app::Failure &failure) {
                    if (m_phase == Asking && id == m_id && file == m_file)
                        fail(failure);
                });
        connect(catalogue, &CatalogueService::lookedUp, this, [this](const QString &text, const app::HubListing &hub) {
            if (text != m_looked)
                return;
            if (!m_newer.isEmpty())
                return takeNewer(hub);
            m_looking = false;
            m_hub = hub;
            m_found = fileRows(hub);
            if (hub.wanted >= 0)
                askFound(static_cast<int>(hub.wanted));
            Q_EMIT foundChanged();
        });
        connect(catalogue, &CatalogueService::lookedUpElsewhere, this,
                [this](const QString &text, const app::ModelRequest &request) {
                    if (text != m_looked)
                        return;
                    m_looking = false;
                    Q_EMIT foundChanged();
                    m_id.clear();
                    ready({request}, {});
                });
        connect(catalogue, &CatalogueService::lookUpFailed, this,
                [this](const QString &text, const app::Failure &failure) {
                    if (text != m_looked)
                        return;
                    if (!std::exchange(m_newer, {}).isEmpty())
                        return fail(failure);
                    m_looking = false;
                    m_lookFailure = failure;
                    Q_EMIT foundChanged();
                });
        connect(catalogue, &CatalogueService::headerRead, this,
                [this](const QString &url, const inference::ModelHeader &header) {
                    if (m_phase != Ready || m_requests.isEmpty() || url != m_requests.first().url || !m_devices ||
                        !m_settings)
                        return;
                    m_fit = app::fitOn(header.needs, {.device = m_devices->chosen(),
                                                      .context = static_cast<quint32>(m_settings->contextLength()),
                                                      .trainedContext = header.summary.contextLength});
                    m_trained = header.summary.contextLength;
                    Q_EMIT changed();
                });
    }
    Q_EMIT servicesChanged();
}

void GetDesk::setDownloads(app::DownloadService *downloads)
{
    m_downloads = downloads;
    Q_EMIT servicesChanged();
}

void GetDesk::setDevices(app::DeviceService *devices)
{
    m_devices = devices;
    Q_EMIT servicesChanged();
}

void GetDesk::setSettings(app::Settings *settings)
{
    if (m_settings)
        m_settings->disconnect(this);
    m_settings = settings;
    if (settings != nullptr)
        connect(settings, &app::Settings::modelUseChanged, this, &GetDesk::changed);
    Q_EMIT servicesChanged();
}

void GetDesk::setLibrary(app::ModelLibrary *library)
{
    m_library = library;
    Q_EMIT servicesChanged();
}

void GetDesk::ask(const QString &id, int file)
{
    if (!m_catalogue)
        return;
    m_id = id;
    m_file = file;
    m_phase = Asking;
    m_requests.clear();
    m_listing = {};
    m_fit = {};
    m_failure = {};
    const app::catalogue::CatalogueEntry *entry = m_catalogue->find(id);
    if (const auto known = m_catalogue->requestFor(id, file)) {
        m_requests = {*known};
        m_fit = entry != nullptr ? m_catalogue->fitOf(*entry, file) : app::ModelFit();
        m_trained = entry != nullptr ? entry->context : 0;
    }
    Q_EMIT changed();
    m_catalogue->prepare(id, file);
}

void GetDesk::askFound(int file)
{
    if (file < 0 || file >= m_hub.files.size())
        return;
    m_id.clear();
    ready(app::requestsFor(m_hub, file), m_hub);
}

void GetDesk::askNewer(const app::ModelUpdate &update)
{
    if (!m_catalogue || update.requests.isEmpty())
        return;
    forgetFound();
    m_id.clear();
    m_phase = Asking;
    m_requests = update.requests;
    m_listing = {};
    m_fit = {};
    m_failure = {};
    Q_EMIT changed();
    m_newer = update.requests;
    m_looked = update.requests.first().url;
    m_catalogue->lookUp(m_looked);
}

/// The licence may have changed with the file.
void GetDesk::takeNewer(const app::HubListing &hub)
{
    const QList<app::ModelRequest> newer = std::exchange(m_newer, {});
    m_looked.clear();
    if (m_phase != Asking)
        return;
    QList<app::ModelRequest> requests;
    if (hub.wanted >= 0)
        requests = app::requestsFor(hub, hub.wanted);
    if (requests.size() != newer.size())
        return fail(app::failureFromCode(QStringLiteral("app.hub_no_models"), {}, hub.repository));
    for (qsizetype i = 0; i < requests.size(); ++i) {
        requests[i].title = newer[i].title;
        requests[i].fileName = newer[i].fileName;
    }
    ready(requests, hub);
}

void GetDesk::lookUp(const QString &text)
{
    if (!m_catalogue || text.trimmed().isEmpty())
        return;
    m_newer.clear();
    m_looked = text.trimmed();
    m_looking = true;
    m_hub = {};
    m_found.clear();
    m_lookFailure = {};
    Q_EMIT foundChanged();
    m_catalogue->lookUp(m_looked);
}

void GetDesk::forgetFound()
{
    m_looked.clear();
    m_looking = false;
    m_hub = {};
    m_found.clear();
    m_lookFailure = {};
    Q_EMIT foundChanged();
}

void GetDesk::takePrepared(const QString &id, qsizetype file, const QList<app::ModelRequest> &requests,
                           const app::HubListing &listing)
{
    if (m_phase == Asking && id == m_id && file == m_file)
        ready(requests, listing);
}

void GetDesk::ready(const QList<app::ModelRequest> &requests, const app::HubListing &listing)
{
    m_phase = Ready;
    m_requests = requests;
    m_listing = listing;
    m_failure = {};
    if (m_id.isEmpty())
        m_fit = {};
    Q_EMIT changed();
    if (m_catalogue && !m_requests.isEmpty())
        m_catalogue->readHeader(m_requests.first().url, m_requests.first().bytes);
}

void GetDesk::fail(const app::Failure &failure)
{
    m_phase = Failed;
    m_failure = failure;
    Q_EMIT changed();
}

void GetDesk::begin()
{
    if (m_phase != Ready || !m_downloads || m_requests.isEmpty())
        return;
    m_downloads->start(app::downloadFor(m_requests, folder(), tr("download of %1").arg(title())));
    leave();
    Q_EMIT begun();
}

void GetDesk::leave()
{
    m_phase = Idle;
    m_id.clear();
    m_requests.clear();
    m_listing = {};
    m_fit = {};
    m_failure = {};
    Q_EMIT changed();
}

QString GetDesk::folder() const
{
    return m_settings && !m_settings->downloadFolder().isEmpty() ? m_settings->downloadFolder()
                                                                 : app::defaultDownloadFolder();
}

double GetDesk::bytes() const
{
    double bytes = 0;
    for (const app::ModelRequest &request : m_requests) {
        if (request.bytes == 0)
            return 0;
        bytes += static_cast<double>(request.bytes);
    }
    return bytes;
}

QString GetDesk::page() const
{
    const auto place = app::catalogue::parsePasted(m_requests.isEmpty() ? QString() : m_requests.first().url);
    return place && !place->repository.isEmpty() ? app::catalogue::repositoryPage(place->repository) : QString();
}

QString GetDesk::herePath() const
{
    if (!m_library || m_requests.isEmpty() || m_requests.first().sha256.isEmpty())
        return {};
    for (const app::ModelCard &card : m_library->models()) {
        if (!card.missing && card.sha256.compare(m_requests.first().sha256, Qt::CaseInsensitive) == 0)
            return ModelWords().place(card.path);
    }
    return {};
}

QString GetDesk::title() const
{
    return m_requests.isEmpty() ? QString() : m_requests.first().title;
}

QString GetDesk::words() const
{
    if (m_requests.isEmpty())
        return {};
    const ModelWords words;
    const QString host = QUrl(m_requests.first().url).host();
    const QString place = words.place(folder());
    return bytes() > 0 ? tr("%1 from %2 to %3").arg(words.size(static_cast<quint64>(bytes())), host, place)
                       : tr("From %1 to %2; how large it is, its host says at the beginning").arg(host, place);
}

QString GetDesk::hashWords() const
{
    if (m_requests.isEmpty())
        return {};
    const QString &source = m_requests.first().sha256Source;
    if (source == QLatin1StringView("catalogue"))
        return tr("What arrives is compared with the hash in Carrel's signed catalogue.");
    if (source == QLatin1StringView("hub"))
        return tr("What arrives is compared with the hash that the hub names now, before the download.");
    return tr("Nobody names a hash: only the length and the file's own header can be checked.");
}

app::licence::Licence GetDesk::licence() const
{
    return app::licence::licenceById(m_requests.isEmpty() ? QString() : m_requests.first().licenceId);
}

QString GetDesk::licenceNote() const
{
    if (m_listing.licence.conflict)
        return app::licence::conflictSentence();
    QStringList names;
    for (const QString &id : m_listing.licence.others)
        names.append(app::licence::licenceById(id).name);
    if (!names.isEmpty())
        return tr("The model it was made from has terms that hold as well: %1.").arg(names.join(QStringLiteral(", ")));
    return !licence().isKnown() && !m_listing.licence.stated.isEmpty()
               ? tr("Its source calls it “%1”, which Carrel does not know.").arg(m_listing.licence.stated)
               : QString();
}

QString GetDesk::licenceText() const
{
    return QString::fromUtf8(m_listing.licenceText);
}

QString GetDesk::warning() const
{
    if (m_phase != Ready || !m_settings)
        return {};
    return app::licence::useWarning(licence(), m_settings->modelUse());
}

int GetDesk::fitTone() const
{
    return m_fit.level == app::FitLevel::Fits      ? ModelWords::Good
           : m_fit.level == app::FitLevel::Unknown ? ModelWords::Quiet
                                                   : ModelWords::Warn;
}

QString GetDesk::foundLicence() const
{
    const app::licence::Licence licence = app::licence::licenceById(m_hub.licence.id);
    return m_hub.repository.isEmpty() ? QString() : ModelWords().licenceLine(licence);
}

} // namespace ui
