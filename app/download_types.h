// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"

#include <QByteArray>
#include <QMetaType>
#include <QObject>
#include <QString>
#include <QStringList>

namespace app {

/// A further file of a model that comes in several.
struct DownloadPart {
    QString url;
    QString fileName;
    quint64 bytes = 0; ///< 0: not known
    QString sha256;
    bool operator==(const DownloadPart &) const = default;
};

/// A file to be fetched, or a model of several files, which is there only when all of them are.
struct DownloadRequest {
    QString title;        ///< as people call it
    QString url;          ///< https
    QStringList mirrors;  ///< further addresses of the same file, asked in turn when one does not help
    QString folder;       ///< absolute; made when it is missing
    QString fileName;     ///< a plain name: no path ever comes out of it
    quint64 bytes = 0;    ///< 0: not known
    QString sha256;       ///< hexadecimal; empty: not known, then only size and header are checked
    QString sha256Source; ///< who says so: "catalogue", "hub", "user", or empty
    QString catalogueId;
    QString licenceId;
    QByteArray licenceText;         ///< kept with the download as it was shown
    QString purpose;                ///< for the network ledger: what the user wanted
    QList<DownloadPart> parts = {}; ///< the further files in order; all above is said of the first
    bool operator==(const DownloadRequest &) const = default;
};

/// A download as it is shown.
struct DownloadValue {
    Q_GADGET
    Q_PROPERTY(QString id MEMBER id)
    Q_PROPERTY(QString title MEMBER title)
    Q_PROPERTY(QString fileName MEMBER fileName)
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(QString host MEMBER host)
    Q_PROPERTY(State state MEMBER state)
    Q_PROPERTY(int files MEMBER files)
    Q_PROPERTY(quint64 bytes MEMBER bytes)
    Q_PROPERTY(quint64 receivedBytes MEMBER receivedBytes)
    Q_PROPERTY(quint64 verifiedBytes MEMBER verifiedBytes)
    Q_PROPERTY(quint64 bytesPerSecond MEMBER bytesPerSecond)
    Q_PROPERTY(qint64 secondsLeft MEMBER secondsLeft)
    Q_PROPERTY(app::Failure failure MEMBER failure)
    Q_PROPERTY(QString sha256 MEMBER sha256)
    Q_PROPERTY(QString sha256Source MEMBER sha256Source)
    Q_PROPERTY(QString catalogueId MEMBER catalogueId)
    Q_PROPERTY(QString licenceId MEMBER licenceId)
public:
    /// Where a download stands. Done, Failed and Cancelled are final until somebody tries again.
    enum class State {
        Waiting,    ///< for its turn
        Connecting, ///< asked, and not answered yet; also between a failed attempt and the next
        Running,    ///< bytes arrive
        Paused,     ///< by the user
        Verifying,  ///< what lies on the disk is compared with what is known of it
        Done,
        Failed,
        Cancelled,
    };
    Q_ENUM(State)

    QString id; ///< a UUID
    QString title;
    QString fileName;
    QString path; ///< where the file lies or will lie
    QString host; ///< who is, or was, asked
    State state = State::Waiting;
    int files = 1;              ///< of the model; sizes are those of all
    quint64 bytes = 0;          ///< of the file; 0: not known yet
    quint64 receivedBytes = 0;  ///< of the file, on the disk
    quint64 verifiedBytes = 0;  ///< of these, checked or kept with a hash, so that they are never fetched again
    quint64 bytesPerSecond = 0; ///< over the last seconds; 0: nothing arrives
    qint64 secondsLeft = -1;    ///< -1: cannot be told
    Failure failure;            ///< of Failed; between two attempts why the last one ended
    QString sha256;             ///< of Done: the file's, of several the first one's
    QString sha256Source;       ///< who said what it has to be; empty: nobody
    QString catalogueId;
    QString licenceId;
    [[nodiscard]] bool isFinal() const
    {
        return state == State::Done || state == State::Failed || state == State::Cancelled;
    }
    bool operator==(const DownloadValue &) const = default;
};

using DownloadState = DownloadValue::State;

} // namespace app
