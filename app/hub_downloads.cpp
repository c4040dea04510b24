// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/hub_downloads.h"

#include "app/download_service.h"

namespace app {

HubDownloads::HubDownloads(DownloadService &downloads)
    : m_downloads(downloads)
{
}

void HubDownloads::fetchText(const QString &url, const QString &purpose, quint64 maxBytes, QObject *context,
                             Receive receive)
{
    m_downloads.fetchText(url, purpose, maxBytes, context, std::move(receive));
}

void HubDownloads::fetchStart(const QString &url, quint64 bytes, const QString &purpose, QObject *context,
                              Receive receive)
{
    m_downloads.fetchStart(url, bytes, purpose, context, std::move(receive));
}

} // namespace app
