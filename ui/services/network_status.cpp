// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/services/network_status.h"

#include <algorithm>

namespace ui {

namespace {

bool isMoving(const app::DownloadValue &download)
{
    return download.state == app::DownloadState::Connecting || download.state == app::DownloadState::Running;
}

} // namespace

void NetworkStatus::setLedger(app::LedgerService *ledger)
{
    if (ledger == m_ledger)
        return;
    if (m_ledger)
        m_ledger->disconnect(this);
    m_ledger = ledger;
    if (ledger != nullptr) {
        connect(ledger, &app::LedgerService::changed, this, &NetworkStatus::changed);
        ledger->load();
    }
    Q_EMIT changed();
}

void NetworkStatus::setDownloads(app::DownloadService *downloads)
{
    if (downloads == m_downloads)
        return;
    if (m_downloads)
        m_downloads->disconnect(this);
    m_downloads = downloads;
    if (downloads != nullptr) {
        connect(downloads, &app::DownloadService::changed, this, &NetworkStatus::changed);
        connect(downloads, &app::DownloadService::ledgerChanged, this, [this] {
            if (m_ledger)
                m_ledger->load();
        });
    }
    Q_EMIT changed();
}

void NetworkStatus::setSettings(app::Settings *settings)
{
    if (settings == m_settings)
        return;
    if (m_settings)
        m_settings->disconnect(this);
    m_settings = settings;
    if (settings != nullptr)
        connect(settings, &app::Settings::offlineChanged, this, &NetworkStatus::changed);
    Q_EMIT changed();
}

QString NetworkStatus::words() const
{
    if (m_downloads) {
        const QList<app::DownloadValue> &all = m_downloads->downloads();
        const auto moving = std::ranges::find_if(all, isMoving);
        if (moving != all.end())
            return tr("Downloading · %1").arg(moving->host);
    }
    // Without a download no connection is open, switch or not.
    if (!anySent())
        return tr("Offline · nothing sent");
    const bool isOffline = m_settings && m_settings->offline();
    const QString sent = tr("%n request(s) sent so far", nullptr, static_cast<int>(m_ledger->entries().size()));
    return isOffline ? tr("Offline · %1").arg(sent) : sent;
}

int NetworkStatus::open() const
{
    if (!m_downloads)
        return 0;
    return static_cast<int>(std::ranges::count_if(m_downloads->downloads(), [](const app::DownloadValue &download) {
        return download.state != app::DownloadState::Done && download.state != app::DownloadState::Cancelled;
    }));
}

bool NetworkStatus::isTroubled() const
{
    return m_downloads &&
           std::ranges::contains(m_downloads->downloads(), app::DownloadState::Failed, &app::DownloadValue::state);
}

} // namespace ui
