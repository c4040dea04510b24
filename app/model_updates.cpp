// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_updates.h"

#include "app/catalogue/hub_address.h"
#include "app/hub_port.h"
#include "app/model_library.h"
#include "app/thread_guard.h"

#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace app {

namespace {

/// The file of the hub that a model was downloaded as; nothing for all others.
std::optional<catalogue::PastedAddress> sourceOf(const ModelCard &card)
{
    auto address = catalogue::parsePasted(card.source);
    if (!address || address->kind != catalogue::PastedAddress::Kind::File)
        return std::nullopt;
    return std::move(*address);
}

/// "model-Q4_K_M.gguf" as it is by now: "model-Q4_K_M-1a2b3c4d.gguf". The number of a part stays at the end, by which
/// the parts are found.
QString besideName(const QString &name, const QString &version)
{
    constexpr qsizetype partLength = sizeof("-00001-of-00002") - 1;
    QString stem = name.chopped(QStringLiteral(".gguf").size());
    QString part;
    if (stem.size() > partLength && stem.last(partLength).contains(QLatin1StringView("-of-"))) {
        part = stem.last(partLength);
        stem.chop(partLength);
    }
    return stem + QLatin1Char('-') + version + part + QStringLiteral(".gguf");
}

} // namespace

ModelUpdate compareWithSource(const ModelCard &card, const QString &repository, const QString &path,
                              const QList<catalogue::HubFile> &files)
{
    ModelUpdate update{.modelId = card.id};
    const auto file = std::ranges::find_if(
        files, [&path](const catalogue::HubFile &one) { return one.parts.constFirst().path == path; });
    if (file == files.end()) {
        update.state = ModelUpdate::State::Gone;
        return update;
    }
    update.bytes = file->bytes();
    const catalogue::HubFile::Part &first = file->parts.constFirst();
    // Of a model of several files the hash here is that of all of them, the hub's one of each.
    const bool comparable = file->parts.size() == 1 && !first.sha256.isEmpty() && !card.sha256.isEmpty();
    if (comparable)
        update.state = first.sha256 == card.sha256 ? ModelUpdate::State::Same : ModelUpdate::State::Changed;
    else if (update.bytes != card.fileBytes)
        update.state = ModelUpdate::State::Changed;
    if (update.state != ModelUpdate::State::Changed)
        return update;
    constexpr qsizetype versionLength = 8;
    const QString version = first.sha256.isEmpty() ? QString::number(update.bytes) : first.sha256.first(versionLength);
    for (const catalogue::HubFile::Part &part : file->parts) {
        update.requests.append({.title = card.name,
                                .url = catalogue::fileAddress(repository, {}, part.path),
                                .fileName = besideName(QFileInfo(part.path).fileName(), version),
                                .bytes = part.bytes,
                                .sha256 = part.sha256,
                                .sha256Source = part.sha256.isEmpty() ? QString() : QStringLiteral("hub"),
                                .catalogueId = {},
                                .licenceId = card.licenceId,
                                .licenceText = {}});
    }
    return update;
}

struct ModelUpdates::State {
    ModelLibrary &library;
    HubPort *port;
    QList<ModelUpdate> found;
    QStringList ids;          ///< that are asked about
    QStringList repositories; ///< still to be asked; the first one is
    bool asking = false;
};

ModelUpdates::ModelUpdates(ModelLibrary &library, HubPort *port, QObject *parent)
    : QObject(parent)
    , m_state(new State{.library = library, .port = port, .found = {}, .ids = {}, .repositories = {}})
{
}

ModelUpdates::~ModelUpdates() = default;

bool ModelUpdates::canAsk(const QString &id) const
{
    const ModelCard *card = m_state->library.find(id);
    return m_state->port != nullptr && card != nullptr && sourceOf(*card).has_value();
}

bool ModelUpdates::isAsking() const
{
    return m_state->asking;
}

const QList<ModelUpdate> &ModelUpdates::updates() const
{
    return m_state->found;
}

std::optional<ModelUpdate> ModelUpdates::find(const QString &id) const
{
    const auto found = std::ranges::find(m_state->found, id, &ModelUpdate::modelId);
    return found == m_state->found.end() ? std::nullopt : std::optional(*found);
}

void ModelUpdates::ask(const QStringList &ids)
{
    expectThread(this);
    QStringList wanted = ids;
    if (wanted.isEmpty()) {
        for (const ModelCard &card : m_state->library.models())
            wanted.append(card.id);
    }
    for (const QString &id : std::as_const(wanted)) {
        if (!canAsk(id) || m_state->ids.contains(id))
            continue;
        m_state->ids.append(id);
        const QString repository = sourceOf(*m_state->library.find(id))->repository;
        if (!m_state->repositories.contains(repository))
            m_state->repositories.append(repository);
    }
    if (m_state->asking)
        return;
    m_state->asking = true;
    Q_EMIT changed();
    askNext();
}

void ModelUpdates::askNext()
{
    if (m_state->repositories.isEmpty()) {
        m_state->ids.clear();
        // Through the event loop also where there was nothing to ask.
        QMetaObject::invokeMethod(
            this,
            [this] {
                m_state->asking = false;
                Q_EMIT changed();
                Q_EMIT finished();
            },
            Qt::QueuedConnection);
        return;
    }
    const QString repository = m_state->repositories.constFirst();
    m_state->port->fetchText(catalogue::treeAddress(repository, {}), tr("Whether %1 has changed").arg(repository),
                             catalogue::kMostHubBytes, this, [this, repository](const HubPort::Bytes &answer) {
                                 if (!answer)
                                     return take(repository, std::unexpected(answer.error()));
                                 const auto files = catalogue::parseTree(*answer);
                                 if (!files) {
                                     return take(repository,
                                                 std::unexpected(failureFromCode(QStringLiteral("app.hub_answer"),
                                                                                 files.error(), repository)));
                                 }
                                 take(repository, *files);
                             });
}

void ModelUpdates::take(const QString &repository, const std::expected<QList<catalogue::HubFile>, Failure> &files)
{
    m_state->repositories.removeOne(repository);
    for (const QString &id : std::as_const(m_state->ids)) {
        const ModelCard *card = m_state->library.find(id);
        const auto source = card == nullptr ? std::nullopt : sourceOf(*card);
        if (!source || source->repository != repository)
            continue;
        put(files ? compareWithSource(*card, repository, source->path, *files)
                  : ModelUpdate{.modelId = id, .failure = files.error()});
    }
    Q_EMIT changed();
    askNext();
}

void ModelUpdates::put(ModelUpdate update)
{
    const auto known = std::ranges::find(m_state->found, update.modelId, &ModelUpdate::modelId);
    if (known == m_state->found.end())
        m_state->found.append(std::move(update));
    else
        *known = std::move(update);
}

} // namespace app
