// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The only place where storage is called.
#pragma once

#include "app/thread_guard.h"
#include "storage/assistant_store.h"
#include "storage/conversation_search.h"
#include "storage/conversation_store.h"
#include "storage/database.h"
#include "storage/error.h"
#include "storage/message_store.h"
#include "storage/model_store.h"

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <QThread>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

namespace app {

/// An open database with its stores, as functions handed to StoreThread::run() see it.
struct Stores {
    explicit Stores(std::unique_ptr<storage::Database> opened);

    std::unique_ptr<storage::Database> database;
    storage::ConversationStore conversations;
    storage::MessageStore messages;
    storage::AssistantStore assistants;
    storage::ModelStore models;
    storage::ConversationSearch search;
};

/// A result that is on its way from a StoreThread.
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

    /// For tests, which may wait: whether take() has something to take.
    [[nodiscard]] bool isThere() const { return m_future.isFinished(); }
    [[nodiscard]] T take() { return m_future.takeResult(); }

private:
    QFuture<T> m_future;
};

/// Owns a thread and, on it, one storage::Database. Functions run in the order in which they were handed in, from
/// whichever thread; their results come back through StoreAnswer::then(), never waited for.
class StoreThread {
public:
    StoreThread();
    /// Runs what is still queued, closes the database, joins the thread.
    ~StoreThread();
    StoreThread(const StoreThread &) = delete;
    StoreThread &operator=(const StoreThread &) = delete;

    /// Opens the database; answers that a dead process left streaming become interrupted. Functions wait for
    /// it, those handed in before as well: the window asks for its lists while it is made. They fail with its reason
    /// when it did not open.
    StoreAnswer<storage::OpenReport> open(storage::OpenOptions options);

    /// Runs `function(Stores &)`, which returns a storage::Result, on the thread.
    template <std::invocable<Stores &> Function>
    auto run(Function function) -> StoreAnswer<std::invoke_result_t<Function, Stores &>>
    {
        using Answer = std::invoke_result_t<Function, Stores &>;
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

private:
    void post(std::move_only_function<void()> work);
    void postForStores(std::move_only_function<void()> work); ///< runs once opening has been tried
    void runWaiting();

    QThread m_thread;
    std::unique_ptr<QObject> m_worker; ///< lives on m_thread
    // Touched on m_thread alone.
    bool m_openTried = false;
    std::vector<std::move_only_function<void()>> m_waiting;
    std::unique_ptr<Stores> m_stores;
    storage::Error m_closed;
};

} // namespace app
