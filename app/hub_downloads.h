// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hub_port.h"

namespace app {

class DownloadService;

/// What the catalogue asks, asked by the downloads: with the network ledger, the switch Offline, the proxy and the
/// token as for every other request. GUI thread.
class HubDownloads : public HubPort {
public:
    /// `downloads` is borrowed and outlives this object.
    explicit HubDownloads(DownloadService &downloads);

    void fetchText(const QString &url, const QString &purpose, quint64 maxBytes, QObject *context,
                   Receive receive) override;
    void fetchStart(const QString &url, quint64 bytes, const QString &purpose, QObject *context,
                    Receive receive) override;

private:
    DownloadService &m_downloads;
};

} // namespace app
