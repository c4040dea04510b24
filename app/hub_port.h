// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/failure.h"

#include <QByteArray>
#include <QString>

#include <expected>
#include <functional>

class QObject;

namespace app {

/// Small fetches from the network, on the user's request alone; whoever implements it keeps the ledger and the rules.
class HubPort {
public:
    using Bytes = std::expected<QByteArray, Failure>;
    using Receive = std::function<void(const Bytes &)>;
    virtual ~HubPort() = default;

    /// At most `maxBytes`, else it is a failure. `receive` is called once, through the event loop, unless `context` is
    /// gone by then. `purpose` goes into the ledger. "download.not_there" and "download.needs_access" tell a file that
    /// is missing from one for which somebody has to be asked.
    virtual void fetchText(const QString &url, const QString &purpose, quint64 maxBytes, QObject *context,
                           Receive receive) = 0;
    /// The first `bytes` bytes of a file, fewer of a shorter one.
    virtual void fetchStart(const QString &url, quint64 bytes, const QString &purpose, QObject *context,
                            Receive receive) = 0;
};

} // namespace app
