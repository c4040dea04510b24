// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/download_types.h"

#include <QList>
#include <QObject>

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace app {

namespace download {
struct Order;
}
namespace platform {
class Broker;
}

struct DownloadCourse;
struct DownloadFilesEnded;
class HubToken;
class Settings;
class StoreThread;

/// What differs between the product and its tests.
struct DownloadOptions {
    platform::Broker *broker = nullptr;          ///< starts carrel-fetch; borrowed. Empty: nothing can be fetched
    bool loopback = false;                       ///< plain http to this machine is allowed: tests alone
    QString authorities;                         ///< certificates (PEM) instead of the system's: tests alone
    quint64 checkpointBytes = quint64{4} << 20U; ///< a hash is kept of every so many bytes
    int retryMs = 1000;                          ///< before the first repetition; longer each time
    int attempts = 6;                            ///< without a byte of progress, for each address
    int connectSeconds = 20;                     ///< for a server to answer a connection
    int slowSeconds = 30;                        ///< a transfer that brings nearly nothing for so long is given up
    int progressMs = 250;                        ///< between two signals of progress
    int atOnce = 3;                              ///< downloads that run at the same time
};

/// Fetches files and small texts through carrel-fetch. Every request is in the network ledger before it is sent. Files
/// are kept track of in carrel.db, so that they go on where they stopped, whatever ended the program. GUI thread;
/// nothing waits here.
class DownloadService : public QObject {
    Q_OBJECT
    Q_PROPERTY(quint64 speedLimit READ speedLimit WRITE setSpeedLimit NOTIFY speedLimitChanged FINAL)
public:
    using Bytes = std::expected<QByteArray, Failure>;
    using Receive = std::function<void(const Bytes &)>;

    /// All are borrowed and outlive this object; `token` may be null.
    struct Collaborators {
        StoreThread &store;
        Settings &settings;
        HubToken *token = nullptr;
    };
    DownloadService(const Collaborators &with, DownloadOptions options, QObject *parent = nullptr);
    /// Ends what runs; it goes on at the next start.
    ~DownloadService() override;

    /// Reads what an earlier run left. What was neither finished nor paused goes on when `goOn`.
    enum class Leftovers { GoOn, Wait };
    void load(Leftovers leftovers);

    /// In the order in which they were asked for.
    [[nodiscard]] const QList<DownloadValue> &downloads() const;
    /// Nothing for an unknown id.
    [[nodiscard]] std::optional<DownloadValue> download(const QString &id) const;
    /// What was asked for.
    [[nodiscard]] std::optional<DownloadRequest> requestOf(const QString &id) const;

    /// Why a request is refused before anything is sent: offline, an address that is not https, a name that is none;
    /// empty: it is not.
    [[nodiscard]] Failure refusal(const DownloadRequest &request) const;
    /// Begins, or takes up again what the same address, folder and name already have; the id is there at once. A
    /// refused request is listed as Failed.
    QString start(const DownloadRequest &request);
    Q_INVOKABLE void pause(const QString &id);
    Q_INVOKABLE void resume(const QString &id);
    /// Deletes what there is of the file.
    Q_INVOKABLE void cancel(const QString &id);
    /// After a failure or a cancellation: goes on with what is sound of the file.
    Q_INVOKABLE void retry(const QString &id);
    /// After a failure or a cancellation: begins again in another folder, as another download whose id comes back. What
    /// there is in the old folder goes. Empty for one that is not final, or done.
    Q_INVOKABLE QString putInto(const QString &id, const QString &folder);
    /// Takes a final one off the list. A finished file stays where it is.
    Q_INVOKABLE void clear(const QString &id);

    /// Bytes a second for all together; 0: no limit. Kept in the settings.
    [[nodiscard]] quint64 speedLimit() const;
    void setSpeedLimit(quint64 bytesPerSecond);

    /// Fetches a small text (metadata of the hub, a licence, a catalogue): at most `maxBytes`, else it is a failure.
    /// `receive` is called once, through the event loop, unless `context` is gone by then. `purpose` goes into the
    /// ledger.
    void fetchText(const QString &url, const QString &purpose, quint64 maxBytes, QObject *context, Receive receive);
    /// Fetches the first `bytes` bytes of a file, fewer of a shorter one: for its header.
    void fetchStart(const QString &url, quint64 bytes, const QString &purpose, QObject *context, Receive receive);

Q_SIGNALS:
    /// The list, or a value in it; at most a few times a second while bytes arrive.
    void changed();
    void finished(const QString &id, const QString &path);
    void failed(const QString &id, const app::Failure &failure);
    void speedLimitChanged();
    /// A request was written into the network ledger, or how it ended.
    void ledgerChanged();

private:
    void enter(const QString &id);
    void fail(const QString &id, const Failure &failure);
    void schedule();
    void launch(const QString &id);
    void onCourse(const QString &id, const DownloadCourse &course);
    void onEnded(const QString &id, const DownloadFilesEnded &ended);
    void onOffline();
    void takeToken();
    void withToken(const QString &url, std::function<void()> call);
    void withToken(const QString &id, const QString &url);
    void throwAway(const QString &id);
    void fetchSmall(const download::Order &order, const QString &purpose, QObject *context, Receive receive);

    struct State;
    std::unique_ptr<State> m_state;
    std::vector<std::function<void()>> m_waiting; ///< for the keyring
};

} // namespace app
