// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/index_thread.h"

#include <utility>

namespace app {

IndexStores::IndexStores(std::unique_ptr<storage::IndexDatabase> opened)
    : database(std::move(opened))
    , documents(*database)
    , texts(*database)
    , embeddings(*database)
    , search(*database)
    , summaries(*database)
{
    documents.onForgotten([this](storage::DocumentId document) {
        if (vectors)
            m_forgotten.push_back(document);
    });
}

storage::Result<void> IndexStores::loadVectors(const storage::Embedder &embedder)
{
    if (vectors && vectors->embedder().id == embedder.id) {
        for (const storage::DocumentId document : std::exchange(m_forgotten, {})) {
            if (auto refreshed = vectors->refresh(*database, document); !refreshed)
                return refreshed;
        }
        return {};
    }
    m_forgotten.clear();
    auto loaded = storage::VectorIndex::load(*database, embedder);
    if (!loaded)
        return std::unexpected(loaded.error());
    vectors = std::move(*loaded);
    return {};
}

Failure indexFailure(const IndexReport &report, const QString &folder)
{
    const QString code = report.outcome == storage::IndexOutcome::LockedByOther ? QStringLiteral("app.index_busy")
                         : report.outcome == storage::IndexOutcome::DiskFull    ? QStringLiteral("storage.disk_full")
                         : report.outcome == storage::IndexOutcome::NoAccess    ? QStringLiteral("storage.read_only")
                                                                                : QStringLiteral("storage.internal");
    return failureFromCode(code, QString::fromStdString(report.detail), folder);
}

IndexThread::IndexThread()
    : DatabaseThread(QStringLiteral("index"))
{
}

StoreAnswer<IndexReport> IndexThread::open(storage::IndexOptions options)
{
    return openWith<IndexReport>([this, wanted = std::move(options)] {
        storage::OpenedIndex opened = storage::IndexDatabase::open(wanted);
        IndexReport report{opened.outcome, opened.detail};
        if (opened.database) {
            m_stores = std::make_unique<IndexStores>(std::move(opened.database));
            if (const auto recovered = m_stores->documents.recover(); !recovered) {
                m_stores.reset();
                m_closed = recovered.error();
                report = {storage::IndexOutcome::Failed, recovered.error().detail};
            }
        } else {
            m_closed = {storage::ErrorCode::FileUnreadable,
                        report.detail.empty() ? std::string(storage::name(report.outcome)) : report.detail};
        }
        return report;
    });
}

} // namespace app
