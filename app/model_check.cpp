// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_check.h"

#include "app/file_hash.h"
#include "app/model_library.h"
#include "app/thread_guard.h"
#include "inference/error.h"
#include "inference/model_files.h"
#include "inference/weights_check.h"

#include <QDateTime>
#include <QFileInfo>
#include <QLocale>
#include <QThreadPool>

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace app {

namespace {

QString dateText(qint64 ms)
{
    return QLocale().toString(QDateTime::fromMSecsSinceEpoch(ms), QLocale::ShortFormat);
}

Failure changedFailure(const ModelCard &card, const FileState &state)
{
    const QString name = QFileInfo(card.path).fileName();
    Failure failure = failureFromCode(QStringLiteral("app.model_changed"), {}, name);
    if (!card.promisedSha256.isEmpty()) {
        failure.explanation =
            ModelCheck::tr("%1 is not the file that it should be after what is known from its source (%2). Get it "
                           "again, or use another model.")
                .arg(name, card.promisedBy);
    } else {
        failure.explanation =
            ModelCheck::tr("%1 was changed last on %2; the file that answered before was of %3. Accept it if you "
                           "replaced it yourself, else get it again from its source.")
                .arg(name, dateText(state.modifiedMs),
                     dateText(card.changedFromMs != 0 ? card.changedFromMs : card.fileModifiedMs));
    }
    return failure;
}

Failure damagedFailure(const ModelCard &card, const QString &detail)
{
    return failureFromCode(QStringLiteral("app.model_damaged"), detail, QFileInfo(card.path).fileName());
}

} // namespace

CheckedModel checkModelFile(const ModelCard &card, const std::function<bool(quint64 done, quint64 total)> &goOn)
{
    const FileState state = stateOfFiles(card.path);
    const auto bytes = static_cast<quint64>(state.bytes);
    const quint64 total = 2 * bytes;
    const auto weights = inference::checkWeights(card.path.toStdString(), [&](std::uint64_t done, std::uint64_t) {
        return goOn(std::min<quint64>(done, bytes), total);
    });
    CheckedModel checked;
    if (!weights && weights.error().code == inference::ErrorCode::Cancelled)
        return checked;
    if (!weights && weights.error().code == inference::ErrorCode::FileUnreadable) {
        checked.failure = failureFrom(weights.error(), QFileInfo(card.path).fileName());
        return checked;
    }
    constexpr quint64 piece = 1 << 20; // of sha256OfFiles()
    quint64 hashed = 0;
    bool stopped = false;
    const std::string hash = sha256OfFiles(inference::modelFiles(card.path.toStdString()), [&] {
        hashed += piece;
        stopped = !goOn(bytes + std::min(hashed, bytes), total);
        return stopped;
    });
    if (hash.empty() || !(stateOfFiles(card.path) == state)) {
        if (!stopped) {
            checked.failure = failureFrom(
                inference::Error{inference::ErrorCode::FileUnreadable, "the file changed while it was read"},
                QFileInfo(card.path).fileName());
        }
        return checked;
    }
    checked.sha256 = QString::fromStdString(hash);
    if (!weights) {
        checked.result = CheckResult::Damaged;
        checked.detail = QString::fromStdString(weights.error().detail);
        checked.failure = damagedFailure(card, checked.detail);
        return checked;
    }
    if (weights->notFinite != 0) {
        checked.result = CheckResult::Damaged;
        checked.detail = QStringLiteral("%1 numbers are not finite, the first in tensor %2")
                             .arg(weights->notFinite)
                             .arg(QString::fromStdString(weights->firstBad));
        checked.failure = damagedFailure(card, checked.detail);
        return checked;
    }
    // A file that was replaced is compared with the one before it, until somebody accepts it.
    QString expected = card.promisedSha256;
    if (expected.isEmpty())
        expected = card.changedFromMs != 0 ? card.changedFromSha256 : card.sha256;
    if (expected.isEmpty() || expected == checked.sha256) {
        checked.result = CheckResult::Sound;
        return checked;
    }
    checked.result = CheckResult::Changed;
    checked.detail = QStringLiteral("SHA-256 is %1, expected was %2").arg(checked.sha256, expected);
    checked.failure = changedFailure(card, state);
    checked.failure.details = checked.detail;
    return checked;
}

struct ModelCheck::State {
    explicit State(ModelLibrary &of)
        : library(of)
    {
        worker.setMaxThreadCount(1);
    }

    /// Asked by the worker: whether to go on. Waits while it has to stand still.
    bool mayGoOn()
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return stopping || cancelled || !(busy && patient); });
        return !stopping && !cancelled;
    }

    ModelLibrary &library;
    QStringList waiting;
    QStringList whenIdle; ///< nobody waits for these
    QString current;
    double progress = 0.0;

    std::mutex mutex;
    std::condition_variable changed;
    bool busy = false;      ///< guarded by mutex
    bool patient = false;   ///< likewise: nobody waits for the one that runs
    bool cancelled = false; ///< likewise
    bool stopping = false;  ///< likewise
    QThreadPool worker;
};

ModelCheck::ModelCheck(ModelLibrary &library, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(library))
{
}

ModelCheck::~ModelCheck()
{
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->stopping = true;
    }
    m_state->changed.notify_all();
    m_state->worker.waitForDone();
}

QString ModelCheck::checkingId() const
{
    return m_state->current;
}

double ModelCheck::progress() const
{
    return m_state->progress;
}

void ModelCheck::check(const QString &id)
{
    expectThread(this);
    m_state->whenIdle.removeAll(id);
    if (m_state->current == id) {
        const std::scoped_lock lock(m_state->mutex);
        m_state->patient = false;
        m_state->changed.notify_all();
    } else if (!m_state->waiting.contains(id)) {
        m_state->waiting.append(id);
        next();
    }
}

void ModelCheck::checkOnce(const QString &id)
{
    expectThread(this);
    const ModelCard *card = m_state->library.find(id);
    if (card == nullptr || card->missing || card->checkResult != CheckResult::None || m_state->current == id ||
        m_state->waiting.contains(id) || m_state->whenIdle.contains(id))
        return;
    m_state->whenIdle.append(id);
    next();
}

void ModelCheck::cancel()
{
    expectThread(this);
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->cancelled = !m_state->current.isEmpty();
    }
    m_state->changed.notify_all();
}

void ModelCheck::setBusy(bool busy)
{
    expectThread(this);
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->busy = busy;
    }
    m_state->changed.notify_all();
}

void ModelCheck::next()
{
    if (!m_state->current.isEmpty() || (m_state->waiting.isEmpty() && m_state->whenIdle.isEmpty()))
        return;
    const bool patient = m_state->waiting.isEmpty();
    const QString id = patient ? m_state->whenIdle.takeFirst() : m_state->waiting.takeFirst();
    const ModelCard *card = m_state->library.find(id);
    if (card == nullptr || card->missing) {
        const Failure failure =
            card == nullptr ? failureFromCode(QStringLiteral("app.unknown_model"), {}, id) : card->failure;
        QMetaObject::invokeMethod(
            this,
            [this, id, failure] {
                Q_EMIT finished(id, CheckResult::None, failure);
                next();
            },
            Qt::QueuedConnection);
        return;
    }
    m_state->current = id;
    m_state->progress = 0.0;
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->cancelled = false;
        m_state->patient = patient;
    }
    m_state->worker.setThreadPriority(patient ? QThread::IdlePriority : QThread::LowPriority);
    Q_EMIT progressed();
    m_state->worker.start([this, checking = *card] {
        double told = 0.0;
        const CheckedModel checked = checkModelFile(checking, [&](quint64 done, quint64 total) {
            const double share = total == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(total);
            constexpr double step = 0.01;
            if (share - told >= step) {
                told = share;
                QMetaObject::invokeMethod(this, [this, share] {
                    m_state->progress = share;
                    Q_EMIT progressed();
                });
            }
            return m_state->mayGoOn();
        });
        QMetaObject::invokeMethod(this, [this, id = checking.id, checked] {
            m_state->current.clear();
            m_state->progress = 0.0;
            if (checked.result != CheckResult::None)
                m_state->library.noteCheck(
                    id, {.result = checked.result, .detail = checked.detail, .sha256 = checked.sha256});
            Q_EMIT progressed();
            Q_EMIT finished(id, checked.result, checked.failure);
            next();
        });
    });
}

} // namespace app
