// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A thread that owns the only connection to a database file, and how results come back from it.
#pragma once

#include "app/thread_guard.h"
#include "storage/error.h"

#include <QCoreApplication>
#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <QThread>

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace app {

/// A result that is on its way from a database's thread.
template <class T>
class StoreAnswer {
public:
    explicit StoreAnswer(QFuture<T> future)
        : m_future(std::move(future))
    {
    }

    /// Calls `receive(const T &)` once, on this thread, which is `context`'s; not at all when `context` is gone by
    /// then. It always comes through the event loop: never inside this call, however soon the result is there, and in
    /// the order in which then() was called for functions handed in in that order.
    template <std::invocable<const T &> Receive>
    void then(QObject *context, Receive receive) &&
    {
        expectThread(context);
        auto *watcher = new QFutureWatcher<T>;
        watcher->setParent(context);
        QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                         [watcher, deliver = std::move(receive)]() mutable {
                             watcher->deleteLater();
                             const T result = watcher->future().takeResult();
                             deliver(result);
                         });
        watcher->setFuture(std::move(m_future));
    }

    /// Blocks until the result is there, so never on the GUI thread.
    T wait() &&
    {
        expectOtherThread(QCoreApplication::instance());
        m_future.waitForFinished();
        return m_future.takeResult();
    }

    /// For tests, which may wait: whether take() has something to take.
    [[nodiscard]] bool isThere() const { return m_future.isFinished(); }
    [[nodiscard]] T take() { return m_future.takeResult(); }

private:
    QFuture<T> m_future;
};

/// A thread on which functions run in the order in which they were handed in, once it is decided whether a database is
/// open. What they run on belongs to the class above.
class DatabaseQueue {
protected:
    explicit DatabaseQueue(const QString &name);
    ~DatabaseQueue() = default;
    DatabaseQueue(const DatabaseQueue &) = delete;
    DatabaseQueue &operator=(const DatabaseQueue &) = delete;

    /// Runs at once in turn.
    void post(std::move_only_function<void()> work);
    /// Runs in turn, but not before openTried().
    void postForStores(std::move_only_function<void()> work);
    /// On the thread: what waited runs.
    void openTried();
    /// Runs what is still queued, then `last`, and joins the thread.
    void finish(std::move_only_function<void()> last);

private:
    QThread m_thread;
    std::unique_ptr<QObject> m_worker; ///< lives on m_thread
    // Touched on m_thread alone.
    bool m_openTried = false;
    std::vector<std::move_only_function<void()>> m_waiting;
};

/// Owns a thread and, on it, an open database with its stores. Functions run in the order in which they were handed in,
/// from whichever thread, and wait for the database to be opened: the window asks for its lists while it is made. They
/// fail with its reason when it did not open.
template <class StoresOf>
class DatabaseThread : protected DatabaseQueue {
public:
    explicit DatabaseThread(const QString &name)
        : DatabaseQueue(name)
    {
    }
    /// Runs what is still queued, closes the database, joins the thread.
    ~DatabaseThread()
    {
        finish([this] { m_stores.reset(); });
    }

    /// Runs `function(StoresOf &)`, which returns a storage::Result, on the thread.
    template <std::invocable<StoresOf &> Function>
    auto run(Function function) -> StoreAnswer<std::invoke_result_t<Function, StoresOf &>>
    {
        using Answer = std::invoke_result_t<Function, StoresOf &>;
        QPromise<Answer> promise;
        QFuture<Answer> future = promise.future();
        promise.start();
        postForStores([this, work = std::move(function), done = std::move(promise)]() mutable {
            if (m_stores) {
                done.addResult(work(*m_stores));
            } else {
                done.addResult(Answer(std::unexpected(m_closed)));
            }
            done.finish();
        });
        return StoreAnswer<Answer>(std::move(future));
    }

protected:
    /// Runs `open`, which sets m_stores or m_closed, and gives what it gave.
    template <class Report, std::invocable Open>
    StoreAnswer<Report> openWith(Open open)
    {
        QPromise<Report> promise;
        QFuture<Report> future = promise.future();
        promise.start();
        post([this, opening = std::move(open), done = std::move(promise)]() mutable {
            m_stores.reset();
            done.addResult(opening());
            done.finish();
            openTried();
        });
        return StoreAnswer<Report>(std::move(future));
    }

    // Touched on the thread alone.
    std::unique_ptr<StoresOf> m_stores;
    storage::Error m_closed{storage::ErrorCode::Internal, "the database has not been opened"};
};

} // namespace app
