// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library_hasher.h"

#include "app/file_hash.h"
#include "app/thread_guard.h"
#include "inference/model_files.h"

#include <QThreadPool>

#include <sys/syscall.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>

namespace app {

namespace {

/// The disk serves this thread when nobody else wants it. Where the system cannot, it is as all others.
void yieldDisk()
{
    constexpr int process = 1; // a thread is one, too
    constexpr int idle = 3 << 13;
    syscall(SYS_ioprio_set, process, 0, idle);
}

} // namespace

struct LibraryHasher::State {
    State()
    {
        worker.setMaxThreadCount(1);
        worker.setThreadPriority(QThread::IdlePriority);
    }

    /// Asked between pieces; waits while it is paused. True: give up.
    bool stopped()
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return !paused || stopping; });
        return stopping;
    }

    std::mutex mutex;
    std::condition_variable changed;
    bool paused = false;   ///< guarded by mutex
    bool stopping = false; ///< likewise
    bool busy = false;
    QThreadPool worker;
};

LibraryHasher::LibraryHasher(QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>())
{
}

LibraryHasher::~LibraryHasher()
{
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->stopping = true;
    }
    m_state->changed.notify_all();
    m_state->worker.waitForDone();
}

bool LibraryHasher::isBusy() const
{
    return m_state->busy;
}

void LibraryHasher::setPaused(bool paused)
{
    expectThread(this);
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->paused = paused;
    }
    m_state->changed.notify_all();
}

void LibraryHasher::start(const QString &path)
{
    expectThread(this);
    if (std::exchange(m_state->busy, true))
        return;
    m_state->worker.start([this, path] {
        yieldDisk();
        const FileState before = stateOfFiles(path);
        std::string hash;
        if (before.exists)
            hash = sha256OfFiles(inference::modelFiles(path.toStdString()), [this] { return m_state->stopped(); });
        if (!(stateOfFiles(path) == before))
            hash.clear();
        QMetaObject::invokeMethod(this, [this, path, before, hash] {
            m_state->busy = false;
            Q_EMIT hashed(path, before, QString::fromStdString(hash));
        });
    });
}

} // namespace app
