// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download_service.h"

#include "app/download/address.h"
#include "app/download_convert.h"
#include "app/download_failure.h"
#include "app/download_files.h"
#include "app/download_job.h"
#include "app/download_rate.h"
#include "app/fetch_ports.h"
#include "app/hub_token.h"
#include "app/settings.h"
#include "app/store_thread.h"
#include "app/thread_guard.h"

#include <QDir>
#include <QPointer>
#include <QThreadPool>
#include <QTimer>
#include <QUuid>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>
#include <utility>
#include <vector>

namespace app {

namespace {

/// What is to become of a job that was asked to stop.
enum class Afterwards { GoOnLater, Pause, Cancel, Offline };

struct Entry {
    DownloadFiles files; ///< their ids are invalid until the database has them
    DownloadRate rate;
    Afterwards afterwards = Afterwards::GoOnLater;
    std::jthread job; ///< joinable while it runs
};

/// A download of an earlier run, and how much of it is kept under hashes.
struct Leftover {
    DownloadFiles files;
    quint64 keptBytes = 0;
};

storage::Result<std::vector<Leftover>> leftoversOf(Stores &stores)
{
    auto rows = stores.downloads.list();
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<Leftover> all;
    for (storage::Download &row : *rows) {
        const auto checkpoints = stores.downloads.checkpoints(row.id);
        const bool any = checkpoints && !checkpoints->empty();
        const quint64 kept = any ? static_cast<quint64>(checkpoints->back().endByte) : 0;
        if (!row.partOf.valid()) {
            all.push_back({.files = {.whole = std::move(row), .parts = {}}, .keptBytes = kept});
            continue;
        }
        const auto whole = std::ranges::find(all, row.partOf, [](const Leftover &one) { return one.files.whole.id; });
        if (whole == all.end())
            continue;
        whole->keptBytes += row.sha256.empty() ? kept : static_cast<quint64>(row.totalBytes);
        whole->files.parts.push_back(std::move(row));
    }
    return all;
}

/// All of a download's rows, or none.
storage::Result<DownloadFiles> addFiles(Stores &stores, DownloadFiles files)
{
    auto whole = stores.downloads.add(files.whole);
    if (!whole)
        return std::unexpected(whole.error());
    files.whole = std::move(*whole);
    for (storage::Download &part : files.parts) {
        part.partOf = files.whole.id;
        auto added = stores.downloads.add(part);
        if (!added) {
            (void)stores.downloads.remove(files.whole.id);
            return std::unexpected(added.error());
        }
        part = std::move(*added);
    }
    return files;
}

} // namespace

struct DownloadService::State {
    State(const Collaborators &with, DownloadOptions wanted)
        : store(with.store)
        , settings(with.settings)
        , token(with.token)
        , options(std::move(wanted))
        , ports(std::make_shared<FetchPorts>(with.store))
    {
        progress.setSingleShot(true);
        progress.setInterval(options.progressMs);
        small.setMaxThreadCount(4);
    }

    StoreThread &store;
    Settings &settings;
    HubToken *token;
    DownloadOptions options;
    std::shared_ptr<FetchPorts> ports; ///< what jobs ask from their threads
    QList<DownloadValue> values;
    std::map<QString, Entry> entries; ///< by id
    QTimer progress;
    std::stop_source smallStop;
    QThreadPool small; ///< for texts

    [[nodiscard]] qsizetype indexOf(const QString &id) const
    {
        const auto found = std::ranges::find(values, id, &DownloadValue::id);
        return found == values.end() ? -1 : std::distance(values.begin(), found);
    }
    [[nodiscard]] DownloadValue *value(const QString &id)
    {
        const qsizetype index = indexOf(id);
        return index < 0 ? nullptr : &values[index];
    }
    [[nodiscard]] int running() const
    {
        return static_cast<int>(
            std::ranges::count_if(entries, [](const auto &entry) { return entry.second.job.joinable(); }));
    }
    [[nodiscard]] download::Reach reach() const
    {
        return options.loopback ? download::Reach::Loopback : download::Reach::Web;
    }
    [[nodiscard]] RequestRules rules() const
    {
        return {.broker = options.broker,
                .reach = reach(),
                .authorities = options.authorities.toStdString(),
                .proxy = settings.proxy().toStdString(),
                .connectSeconds = static_cast<std::uint32_t>(options.connectSeconds),
                .slowSeconds = static_cast<std::uint32_t>(options.slowSeconds)};
    }
    void share() const
    {
        const auto limit = static_cast<std::uint64_t>(settings.downloadSpeed());
        ports->setSpeed(
            limit == 0 ? 0 : std::max<std::uint64_t>(limit / static_cast<std::uint64_t>(std::max(running(), 1)), 1));
    }
    /// Nothing is left of a file that is not whole.
    void discard(DownloadFiles &files)
    {
        forget(files.whole);
        for (storage::Download &part : files.parts)
            forget(part);
    }
    void forget(storage::Download &record)
    {
        record.step = storage::DownloadStep::Cancelled;
        record.totalBytes = 0;
        record.validator.clear();
        record.sha256.clear();
        if (record.id.valid()) {
            store.run([record](Stores &stores) -> storage::Result<void> {
                if (auto updated = stores.downloads.update(record); !updated)
                    return updated;
                return stores.downloads.removeCheckpoints(record.id);
            });
        }
        small.start([folder = record.folder, name = record.fileName] {
            if (auto part = download::PartFile::open(folder, name))
                part->remove();
        });
    }
    /// The step alone: what a job has learned meanwhile stays.
    void keepStep(storage::DownloadId id, storage::DownloadStep step) const
    {
        if (!id.valid())
            return;
        store.run([id, step](Stores &stores) -> storage::Result<void> {
            auto row = stores.downloads.get(id);
            if (!row)
                return std::unexpected(row.error());
            row->step = step;
            return stores.downloads.update(*row);
        });
    }
    /// `anew`: without what there is of it, unless it is whole.
    void beginAgain(storage::Download &record, bool anew) const
    {
        record.source = 0;
        if (anew && record.sha256.empty()) {
            record.validator.clear();
            record.totalBytes = 0;
            if (record.id.valid())
                store.run([id = record.id](Stores &stores) { return stores.downloads.removeCheckpoints(id); });
        }
        keep(record);
    }
    void keep(const storage::Download &record) const
    {
        if (record.id.valid())
            store.run([record](Stores &stores) { return stores.downloads.update(record); });
    }
};

DownloadService::DownloadService(const Collaborators &with, DownloadOptions options, QObject *parent)
    : QObject(parent)
    , m_state(std::make_unique<State>(with, std::move(options)))
{
    const State &state = *m_state;
    state.ports->setOffline(with.settings.offline());
    state.share();
    connect(&state.progress, &QTimer::timeout, this, &DownloadService::changed);
    connect(&with.settings, &Settings::offlineChanged, this, [this] { onOffline(); });
    connect(&with.settings, &Settings::downloadSpeedChanged, this, [this] {
        m_state->share();
        Q_EMIT speedLimitChanged();
    });
    state.ports->onLedger([self = QPointer(this), context = this] {
        QMetaObject::invokeMethod(context, [self] {
            if (self)
                Q_EMIT self->ledgerChanged();
        });
    });
    if (with.token != nullptr)
        connect(with.token, &HubToken::changed, this, [this] { takeToken(); });
}

DownloadService::~DownloadService()
{
    m_state->smallStop.request_stop();
    for (auto &[id, entry] : m_state->entries)
        entry.job.request_stop();
    for (auto &[id, entry] : m_state->entries) {
        if (!entry.job.joinable())
            continue;
        entry.job.join();
        // What was asked for last holds at the next start, too.
        if (entry.afterwards == Afterwards::Pause)
            m_state->keepStep(entry.files.whole.id, storage::DownloadStep::Paused);
        else if (entry.afterwards == Afterwards::Cancel)
            m_state->discard(entry.files);
    }
    m_state->small.waitForDone();
    m_state->ports->onLedger({});
}

void DownloadService::takeToken()
{
    const State &state = *m_state;
    state.ports->setToken(state.token->tokenFor(QStringLiteral("huggingface.co")).toStdString());
    if (!state.token->isBusy()) {
        for (auto &call : std::exchange(m_waiting, {}))
            call();
    }
}

// A token that the keyring holds is there before the first request to its host.
void DownloadService::withToken(const QString &url, std::function<void()> call)
{
    State &state = *m_state;
    const auto address = download::parseAddress(url.toStdString(), state.reach());
    const bool wanted = state.token != nullptr && address && state.settings.hubTokenKept() && !state.token->isSet() &&
                        state.token->failure().isEmpty() && HubToken::isHub(QString::fromStdString(address->host));
    if (!wanted) {
        call();
        return;
    }
    m_waiting.push_back(std::move(call));
    state.token->load();
}

void DownloadService::load(Leftovers leftovers)
{
    expectThread(this);
    m_state->store.run(leftoversOf).then(this, [this, leftovers](const storage::Result<std::vector<Leftover>> &found) {
        // A database that cannot be read is met, with words, by whatever is started.
        for (const auto &[files, keptBytes] : found ? *found : std::vector<Leftover>()) {
            DownloadValue value = valueFrom(files);
            if (value.state != DownloadState::Done)
                value.receivedBytes = value.verifiedBytes = keptBytes;
            if (m_state->indexOf(value.id) >= 0)
                continue;
            if (value.state == DownloadState::Waiting && leftovers == Leftovers::Wait)
                value.state = DownloadState::Paused;
            m_state->values.append(value);
            m_state->entries[value.id].files = files;
        }
        Q_EMIT changed();
        schedule();
    });
}

const QList<DownloadValue> &DownloadService::downloads() const
{
    return m_state->values;
}

std::optional<DownloadValue> DownloadService::download(const QString &id) const
{
    const qsizetype index = m_state->indexOf(id);
    return index < 0 ? std::nullopt : std::optional(m_state->values.at(index));
}

std::optional<DownloadRequest> DownloadService::requestOf(const QString &id) const
{
    const auto entry = m_state->entries.find(id);
    return entry == m_state->entries.end() ? std::nullopt : std::optional(requestFrom(entry->second.files));
}

Failure DownloadService::refusal(const DownloadRequest &request) const
{
    const auto refuse = [&](FetchFault fault, const std::string &detail = {}) {
        return failureFrom(FetchProblem{.fault = fault, .detail = detail},
                           request.title.isEmpty() ? request.fileName : request.title);
    };
    const auto bad = [this](const QString &url) {
        return !download::parseAddress(url.toStdString(), m_state->reach()).has_value();
    };
    if (bad(request.url) || std::ranges::any_of(request.mirrors, bad) ||
        std::ranges::any_of(request.parts, bad, &DownloadPart::url))
        return refuse(FetchFault::BadAddress);
    const auto unnamed = [](const QString &name) { return !download::isPlainFileName(name.toStdString()); };
    if (unnamed(request.fileName) || std::ranges::any_of(request.parts, unnamed, &DownloadPart::fileName))
        return refuse(FetchFault::BadName);
    if (!QDir::isAbsolutePath(request.folder))
        return refuse(FetchFault::Folder);
    const auto noHash = [](const QString &hash) {
        return !hash.isEmpty() && !download::digestFrom(hash.toStdString());
    };
    if (noHash(request.sha256) || std::ranges::any_of(request.parts, noHash, &DownloadPart::sha256))
        return refuse(FetchFault::WrongHash, "what is expected is no SHA-256");
    if (m_state->settings.offline())
        return refuse(FetchFault::Offline);
    return {};
}

QString DownloadService::start(const DownloadRequest &request)
{
    expectThread(this);
    State &state = *m_state;
    const DownloadFiles files = filesFrom(request);
    const storage::Download &record = files.whole;
    for (const auto &[id, entry] : state.entries) {
        const storage::Download &there = entry.files.whole;
        if (there.folder != record.folder || there.fileName != record.fileName || there.address != record.address ||
            there.expectedSha256 != record.expectedSha256)
            continue;
        const QString known = id;
        const DownloadState now = state.value(known)->state;
        if (now == DownloadState::Paused)
            resume(known);
        else if (now == DownloadState::Failed || now == DownloadState::Cancelled || now == DownloadState::Done)
            retry(known);
        return known;
    }
    const QString id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    Entry &entry = state.entries[id];
    entry.files = files;
    entry.files.whole.uuid = id.toStdString();
    state.values.append(valueFrom(entry.files));
    enter(id);
    return id;
}

// Into the database and into the queue, or refused.
void DownloadService::enter(const QString &id)
{
    State &state = *m_state;
    const Failure refused = refusal(requestFrom(state.entries[id].files));
    if (!refused.isEmpty()) {
        fail(id, refused);
        return;
    }
    state.value(id)->state = DownloadState::Waiting;
    state.value(id)->failure = {};
    Q_EMIT changed();
    if (state.entries[id].files.whole.id.valid()) {
        schedule();
        return;
    }
    state.store.run([files = state.entries[id].files](Stores &stores) { return addFiles(stores, files); })
        .then(this, [this, id](const storage::Result<DownloadFiles> &added) {
            const auto entry = m_state->entries.find(id);
            if (entry == m_state->entries.end())
                return;
            if (!added) {
                fail(id, failureFrom(added.error()));
                return;
            }
            const DownloadState asked = m_state->value(id)->state;
            entry->second.files = *added;
            // Somebody was quicker than the disk.
            if (asked == DownloadState::Paused || asked == DownloadState::Cancelled) {
                entry->second.files.whole.step = stepOf(asked);
                m_state->keep(entry->second.files.whole);
            }
            schedule();
        });
}

void DownloadService::fail(const QString &id, const Failure &failure)
{
    DownloadValue &value = *m_state->value(id);
    value.state = DownloadState::Failed;
    value.failure = failure;
    value.bytesPerSecond = 0;
    value.secondsLeft = -1;
    Q_EMIT changed();
    // Never inside the call that asks.
    QMetaObject::invokeMethod(this, [this, id, failure] { Q_EMIT failed(id, failure); }, Qt::QueuedConnection);
}

void DownloadService::schedule()
{
    State &state = *m_state;
    // Whoever hears of a start may change the list.
    const QList<DownloadValue> all = state.values;
    for (const DownloadValue &value : all) {
        const auto entry = state.entries.find(value.id);
        if (state.running() >= state.options.atOnce)
            break;
        if (entry != state.entries.end() && value.state == DownloadState::Waiting &&
            entry->second.files.whole.id.valid() && !entry->second.job.joinable())
            withToken(value.id, QString::fromStdString(entry->second.files.whole.address));
    }
}

void DownloadService::withToken(const QString &id, const QString &url)
{
    withToken(url, [this, id] {
        const DownloadValue *value = m_state->value(id);
        if (value != nullptr && value->state == DownloadState::Waiting)
            launch(id);
    });
}

void DownloadService::launch(const QString &id)
{
    State &state = *m_state;
    Entry &entry = state.entries[id];
    if (entry.job.joinable() || state.running() >= state.options.atOnce)
        return;
    entry.afterwards = Afterwards::GoOnLater;
    entry.rate.reset();
    state.value(id)->state = DownloadState::Connecting;
    state.value(id)->failure = {};
    DownloadJobOptions how{.rules = state.rules(),
                           .checkpointBytes = state.options.checkpointBytes,
                           .retry = std::chrono::milliseconds(state.options.retryMs),
                           .attempts = state.options.attempts,
                           .progress = std::chrono::milliseconds(state.options.progressMs)};
    auto report = [this, id](const DownloadCourse &course) {
        QMetaObject::invokeMethod(this, [this, id, course] { onCourse(id, course); });
    };
    entry.job = std::jthread([this, id, files = entry.files, ports = state.ports, how = std::move(how),
                              report = std::move(report)](const std::stop_token &stop) {
        DownloadFilesEnded ended = fetchFiles(files, ports, report, how, stop);
        QMetaObject::invokeMethod(this, [this, id, ended = std::move(ended)] { onEnded(id, ended); });
    });
    state.share();
    Q_EMIT changed();
}

void DownloadService::onCourse(const QString &id, const DownloadCourse &course)
{
    State &state = *m_state;
    DownloadValue *value = state.value(id);
    const auto entry = state.entries.find(id);
    if (value == nullptr || !entry->second.job.joinable() || entry->second.afterwards != Afterwards::GoOnLater)
        return;
    DownloadRate &rate = entry->second.rate;
    if (course.state == DownloadState::Running)
        rate.add(course.received);
    else
        rate.reset();
    const bool step = value->state != course.state || value->bytes != course.bytes;
    value->state = course.state;
    value->bytes = course.bytes;
    value->receivedBytes = course.received;
    value->verifiedBytes = course.verified;
    value->bytesPerSecond = rate.bytesPerSecond();
    value->secondsLeft = rate.secondsLeft(course.bytes, course.received);
    if (!course.host.empty())
        value->host = QString::fromStdString(course.host);
    value->failure = course.problem ? failureFrom(*course.problem, value->title) : Failure();
    if (step)
        Q_EMIT changed();
    else if (!state.progress.isActive())
        state.progress.start();
}

void DownloadService::onEnded(const QString &id, const DownloadFilesEnded &ended)
{
    State &state = *m_state;
    Entry &entry = state.entries[id];
    DownloadValue &value = *state.value(id);
    entry.job.join();
    entry.job = {};
    entry.files = ended.files;
    const std::expected<void, FetchProblem> &outcome = ended.outcome;
    state.share();
    const bool stopped = !outcome && outcome.error().fault == FetchFault::Stopped;
    value.bytesPerSecond = 0;
    value.secondsLeft = -1;
    if (outcome) {
        value = valueFrom(entry.files);
        Q_EMIT changed();
        Q_EMIT finished(id, value.path);
    } else if (entry.afterwards == Afterwards::Cancel) {
        throwAway(id);
    } else if (!stopped) {
        value.verifiedBytes = std::min(value.verifiedBytes, value.receivedBytes);
        fail(id, failureFrom(outcome.error(), value.title));
    } else if (entry.afterwards == Afterwards::Offline) {
        fail(id, failureFrom(FetchProblem{.fault = FetchFault::Offline}, value.title));
    } else {
        value.state = entry.afterwards == Afterwards::Pause ? DownloadState::Paused : DownloadState::Waiting;
        entry.files.whole.step = stepOf(value.state);
        state.keep(entry.files.whole);
        Q_EMIT changed();
    }
    schedule();
}

void DownloadService::onOffline()
{
    State &state = *m_state;
    const bool offline = state.settings.offline();
    state.ports->setOffline(offline);
    const QString code = codeOf(FetchFault::Offline);
    const QList<DownloadValue> all = state.values;
    for (const DownloadValue &value : all) {
        Entry &entry = state.entries[value.id];
        if (offline && entry.job.joinable() && entry.afterwards == Afterwards::GoOnLater) {
            entry.afterwards = Afterwards::Offline;
            entry.job.request_stop();
        } else if (offline && value.state == DownloadState::Waiting) {
            fail(value.id, failureFrom(FetchProblem{.fault = FetchFault::Offline}, value.title));
        } else if (!offline && value.state == DownloadState::Failed && value.failure.code == code) {
            retry(value.id);
        }
    }
}

void DownloadService::pause(const QString &id)
{
    expectThread(this);
    DownloadValue *value = m_state->value(id);
    if (value == nullptr || value->isFinal() || value->state == DownloadState::Paused)
        return;
    Entry &entry = m_state->entries[id];
    value->state = DownloadState::Paused;
    value->bytesPerSecond = 0;
    value->secondsLeft = -1;
    entry.files.whole.step = storage::DownloadStep::Paused;
    if (entry.job.joinable()) {
        entry.afterwards = Afterwards::Pause;
        entry.job.request_stop();
    } else {
        m_state->keep(entry.files.whole);
    }
    Q_EMIT changed();
}

void DownloadService::resume(const QString &id)
{
    expectThread(this);
    DownloadValue *value = m_state->value(id);
    if (value == nullptr || value->state != DownloadState::Paused)
        return;
    Entry &entry = m_state->entries[id];
    // Its job may still be stopping; then it goes on when that is done.
    if (entry.job.joinable()) {
        entry.afterwards = Afterwards::GoOnLater;
        value->state = DownloadState::Waiting;
        Q_EMIT changed();
        return;
    }
    entry.files.whole.step = storage::DownloadStep::Waiting;
    m_state->keep(entry.files.whole);
    enter(id);
}

void DownloadService::cancel(const QString &id)
{
    expectThread(this);
    DownloadValue *value = m_state->value(id);
    if (value == nullptr || value->state == DownloadState::Done || value->state == DownloadState::Cancelled)
        return;
    Entry &entry = m_state->entries[id];
    entry.afterwards = Afterwards::Cancel;
    value->state = DownloadState::Cancelled;
    if (entry.job.joinable())
        entry.job.request_stop();
    else
        throwAway(id);
    Q_EMIT changed();
}

// What there is of the file, and the hashes of it.
void DownloadService::throwAway(const QString &id)
{
    State &state = *m_state;
    Entry &entry = state.entries[id];
    DownloadValue &value = *state.value(id);
    value.state = DownloadState::Cancelled;
    value.failure = {};
    value.receivedBytes = value.verifiedBytes = value.bytesPerSecond = 0;
    value.secondsLeft = -1;
    state.discard(entry.files);
    Q_EMIT changed();
}

void DownloadService::retry(const QString &id)
{
    expectThread(this);
    DownloadValue *value = m_state->value(id);
    if (value == nullptr || !value->isFinal() || m_state->entries[id].job.joinable())
        return;
    Entry &entry = m_state->entries[id];
    // From here on a server that gives only the whole file does.
    const bool anew = value->failure.code == codeOf(FetchFault::NoResume);
    storage::Download &whole = entry.files.whole;
    whole.step = storage::DownloadStep::Waiting;
    whole.errorCode.clear();
    whole.errorDetail.clear();
    m_state->beginAgain(whole, anew);
    for (storage::Download &part : entry.files.parts)
        m_state->beginAgain(part, anew);
    enter(id);
}

QString DownloadService::putInto(const QString &id, const QString &folder)
{
    expectThread(this);
    const DownloadValue *value = m_state->value(id);
    std::optional<DownloadRequest> request = requestOf(id);
    if (value == nullptr || !request || !value->isFinal() || value->state == DownloadState::Done)
        return {};
    request->folder = folder;
    clear(id);
    return start(*request);
}

void DownloadService::clear(const QString &id)
{
    expectThread(this);
    const qsizetype index = m_state->indexOf(id);
    if (index < 0 || !m_state->values.at(index).isFinal() || m_state->entries[id].job.joinable())
        return;
    const storage::Download record = m_state->entries[id].files.whole;
    if (m_state->values.at(index).state == DownloadState::Failed)
        throwAway(id);
    if (record.id.valid())
        m_state->store.run([number = record.id](Stores &stores) { return stores.downloads.remove(number); });
    m_state->values.removeAt(index);
    m_state->entries.erase(id);
    Q_EMIT changed();
}

quint64 DownloadService::speedLimit() const
{
    return static_cast<quint64>(m_state->settings.downloadSpeed());
}

void DownloadService::setSpeedLimit(quint64 bytesPerSecond)
{
    m_state->settings.setDownloadSpeed(static_cast<qint64>(bytesPerSecond));
}

void DownloadService::fetchText(const QString &url, const QString &purpose, quint64 maxBytes, QObject *context,
                                Receive receive)
{
    fetchSmall({.url = url.toStdString(), .most = maxBytes}, purpose, context, std::move(receive));
}

void DownloadService::fetchStart(const QString &url, quint64 bytes, const QString &purpose, QObject *context,
                                 Receive receive)
{
    fetchSmall({.url = url.toStdString(), .to = bytes, .most = bytes}, purpose, context, std::move(receive));
}

void DownloadService::fetchSmall(const download::Order &order, const QString &purpose, QObject *context,
                                 Receive receive)
{
    expectThread(this);
    expectThread(context);
    withToken(QString::fromStdString(order.url),
              [this, order, purpose, guard = QPointer(context), receive = std::move(receive)]() mutable {
                  m_state->small.start([this, order, purpose = purpose.toStdString(), guard,
                                        receive = std::move(receive), ports = m_state->ports, rules = m_state->rules(),
                                        stop = m_state->smallStop.get_token()]() mutable {
                      Bytes bytes = fetchBytes(order, purpose, *ports, rules, stop);
                      QMetaObject::invokeMethod(this, [guard, receive = std::move(receive), bytes = std::move(bytes)] {
                          if (guard)
                              receive(bytes);
                      });
                  });
              });
}

} // namespace app
