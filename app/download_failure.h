// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/download/part_file.h"
#include "app/failure.h"

#include <QString>
#include <QStringList>

#include <string>

namespace app {

/// What can end a download, or an attempt at it. Each has a code ("download.offline", …), words and a way out.
enum class FetchFault {
    Offline,    ///< the switch says so; nothing was sent
    BadAddress, ///< not https, or no address
    BadName,    ///< not a plain name for a file
    BadProxy,   ///< the proxy of the settings is none
    NoWorker,   ///< carrel-fetch could not be started
    WorkerDied, ///< it crashed, hung or talked nonsense
    NotKept,    ///< the network ledger could not be written, so nothing was sent
    Folder,     ///< the folder cannot be used
    Exists,     ///< a file of this name is there already
    InUse,      ///< another program is writing it
    NoSpace,
    TooLarge, ///< for the file system
    Disk,
    Unresolved,  ///< the host's name is not known
    Unreachable, ///< nobody answers there
    Untrusted,   ///< the server could not prove who it is
    Proxy,       ///< the proxy refused
    TooSlow,
    CutOff,           ///< the connection ended early, again and again
    Busy,             ///< 429
    ServerError,      ///< 5xx
    NeedsAccess,      ///< 401, 403
    NotThere,         ///< 404, 410
    InsecureRedirect, ///< to http
    ManyRedirects,
    NoSize,     ///< the server does not say how long the file is
    WrongSize,  ///< another size than it has to have
    TooLong,    ///< more came than was to come
    NoResume,   ///< the server does not give parts
    WrongRange, ///< another part than was asked for
    Encoded,    ///< compressed on its way
    Changing,   ///< the file changed on the server, again and again
    Garbled,    ///< no answer that makes sense
    WrongHash,
    NotAModel, ///< the header says so
    Stopped,   ///< by the user or the end of the program: no failure that is shown
};

/// A fault with what is known of it.
struct FetchProblem {
    FetchFault fault = FetchFault::Garbled;
    std::string detail = {}; ///< technical; no address
    bool operator==(const FetchProblem &) const = default;
};

/// In people's words. `subject`: the file or the host that the sentence is about.
Failure failureFrom(const FetchProblem &problem, const QString &subject);
/// The same from a code that the database keeps; of an unknown one general words.
Failure downloadFailureFromCode(const QString &code, const QString &details, const QString &subject);
/// "download.wrong_hash": stable, for tests, JSON and the database.
QString codeOf(FetchFault fault);
/// Every code, in the order of the enumeration.
QStringList downloadFailureCodes();

/// What a fault of the file system means for a download.
FetchProblem problemFrom(const download::FileFault &fault);

} // namespace app
