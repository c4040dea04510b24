// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/collection_words.h"

#include "app/document_extraction.h"
#include "app/engine_embedder.h"
#include "app/ingest_job.h"
#include "app/logging.h"

namespace app::cli {

QString fileState(const storage::FileStatus &status, bool withVectors)
{
    if (status.file.presence == storage::FilePresence::Offline)
        return QStringLiteral("offline");
    if (status.file.presence == storage::FilePresence::Unreadable)
        return QStringLiteral("unreadable");
    if (!status.document.id.valid())
        return QStringLiteral("found");
    const storage::DocumentState state = status.document.state;
    if (state == storage::DocumentState::Read)
        return withVectors && !status.embedded ? QStringLiteral("read") : QStringLiteral("ready");
    return QString::fromUtf8(storage::name(state).data(), static_cast<qsizetype>(storage::name(state).size()));
}

std::expected<void, Failure> openDocuments(ServiceSession &session)
{
    if (auto opened = session.open(); !opened)
        return opened;
    std::optional<IndexReport> report;
    session.loop([&](QEventLoop &events) {
        session.services().openIndex().then(&events, [&](const IndexReport &opened) {
            report = opened;
            events.quit();
        });
    });
    if (!report)
        return std::unexpected(failureFromCode(QStringLiteral("inference.cancelled"), {}));
    if (!report->isOpen())
        return std::unexpected(indexFailure(*report, session.services().dataFolder()));
    return {};
}

std::expected<ReadReport, Failure> readCollection(ServiceSession &session, const Program &program,
                                                  const storage::Collection &collection,
                                                  const std::function<void(const storage::FileStatus &)> &onRead)
{
    if (program.broker == nullptr)
        return std::unexpected(failureFromCode(QStringLiteral("app.no_reader"), {}));
    std::unique_ptr<EngineEmbedder> embedder;
    if (const QString path = installedEmbedder(); !path.isEmpty()) {
        auto loaded = EngineEmbedder::load(path);
        if (!loaded)
            return std::unexpected(loaded.error());
        embedder = std::move(*loaded);
    }
    IngestPorts ports{.index = &session.services().index(), .embedder = embedder.get()};
    ports.read = [broker = program.broker](const ReadTask &task, const std::stop_token &stop) {
        return readDocument(broker, task.path, stop, {.progress = task.progress});
    };
    IngestJob job(ports, [&onRead](const IngestEvent &event) {
        if (event.kind == IngestEvent::Kind::Read && onRead)
            onRead({.file = {.path = event.path}, .document = event.document});
    });
    const auto done = session.beside([&](const std::stop_token &stop) -> std::expected<void, Failure> {
        const auto scanned = job.scan(collection, stop);
        return scanned ? job.work(stop) : std::unexpected(scanned.error());
    });
    if (!done)
        return std::unexpected(done.error());
    return ReadReport{.byMeaning = embedder != nullptr};
}

std::expected<storage::Collection, Failure> collectionNamed(ServiceSession &session, const std::string &name)
{
    auto collection = session.store([&](Stores &stores) -> storage::Result<std::optional<storage::Collection>> {
        auto found = stores.collections.named(name);
        if (found)
            return std::optional(std::move(*found));
        if (found.error().code == storage::ErrorCode::NotFound)
            return std::optional<storage::Collection>();
        return std::unexpected(found.error());
    });
    if (!collection)
        return std::unexpected(collection.error());
    if (!*collection)
        return std::unexpected(
            failureFromCode(QStringLiteral("app.unknown_collection"), {}, QString::fromStdString(name)));
    return std::move(**collection);
}

} // namespace app::cli
