// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/database_thread.h"

namespace app {

DatabaseQueue::DatabaseQueue(const QString &name)
    : m_worker(std::make_unique<QObject>())
{
    m_thread.setObjectName(name);
    m_worker->moveToThread(&m_thread);
    m_thread.start();
}

void DatabaseQueue::finish(std::move_only_function<void()> last)
{
    // Queued behind everything else, so that what was handed in is still done.
    post([this, end = std::move(last)]() mutable {
        openTried();
        end();
        m_thread.quit();
    });
    m_thread.wait();
}

void DatabaseQueue::post(std::move_only_function<void()> work)
{
    QMetaObject::invokeMethod(m_worker.get(), [queued = std::move(work)]() mutable { queued(); }, Qt::QueuedConnection);
}

void DatabaseQueue::postForStores(std::move_only_function<void()> work)
{
    post([this, queued = std::move(work)]() mutable {
        if (m_openTried)
            queued();
        else
            m_waiting.push_back(std::move(queued));
    });
}

void DatabaseQueue::openTried()
{
    m_openTried = true;
    for (auto &work : std::exchange(m_waiting, {}))
        work();
}

} // namespace app
