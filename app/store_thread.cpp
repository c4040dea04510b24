// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store_thread.h"

#include <utility>

namespace app {

Stores::Stores(std::unique_ptr<storage::Database> opened)
    : database(std::move(opened))
    , conversations(*database)
    , messages(*database)
    , assistants(*database)
    , models(*database)
    , search(*database)
{
}

StoreThread::StoreThread()
    : m_worker(std::make_unique<QObject>())
    , m_closed{storage::ErrorCode::Internal, "the database has not been opened"}
{
    m_thread.setObjectName(QStringLiteral("storage"));
    m_worker->moveToThread(&m_thread);
    m_thread.start();
}

StoreThread::~StoreThread()
{
    // Queued behind everything else, so that what was handed in is still done.
    post([this] {
        runWaiting();
        m_stores.reset();
        m_thread.quit();
    });
    m_thread.wait();
}

void StoreThread::post(std::move_only_function<void()> work)
{
    QMetaObject::invokeMethod(m_worker.get(), [queued = std::move(work)]() mutable { queued(); }, Qt::QueuedConnection);
}

void StoreThread::postForStores(std::move_only_function<void()> work)
{
    post([this, queued = std::move(work)]() mutable {
        if (m_openTried)
            queued();
        else
            m_waiting.push_back(std::move(queued));
    });
}

void StoreThread::runWaiting()
{
    m_openTried = true;
    for (auto &work : std::exchange(m_waiting, {}))
        work();
}

StoreAnswer<storage::OpenReport> StoreThread::open(storage::OpenOptions options)
{
    QPromise<storage::OpenReport> promise;
    QFuture<storage::OpenReport> future = promise.future();
    promise.start();
    post([this, wanted = std::move(options), done = std::move(promise)]() mutable {
        m_stores.reset();
        storage::Opened opened = storage::Database::open(wanted);
        if (opened.database) {
            m_stores = std::make_unique<Stores>(std::move(opened.database));
            if (!m_stores->database->readOnly()) {
                // A failure here is met again, with words, by the first write of a turn.
                if (const auto recovered = m_stores->messages.recoverInterrupted(); !recovered && wanted.log)
                    wanted.log("recovering interrupted answers: " + recovered.error().detail);
            }
        } else {
            m_closed = {storage::ErrorCode::FileUnreadable, opened.report.detail.empty()
                                                                ? std::string(storage::name(opened.report.outcome))
                                                                : opened.report.detail};
        }
        done.addResult(std::move(opened.report));
        done.finish();
        runWaiting();
    });
    return StoreAnswer<storage::OpenReport>(std::move(future));
}

} // namespace app
