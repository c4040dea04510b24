// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/download_service.h"
#include "app/ledger_service.h"
#include "app/settings.h"

#include <QObject>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// What can truly be said of this program and the network: at the foot of the sidebar, and in the settings.
class NetworkStatus : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::LedgerService *ledger READ ledger WRITE setLedger NOTIFY changed FINAL)
    Q_PROPERTY(app::DownloadService *downloads READ downloads WRITE setDownloads NOTIFY changed FINAL)
    Q_PROPERTY(app::Settings *settings READ settings WRITE setSettings NOTIFY changed FINAL)
    /// A request has ever left from this data folder.
    Q_PROPERTY(bool anySent READ anySent NOTIFY changed FINAL)
    /// "Offline · nothing sent", "Offline · 12 requests sent so far", "Downloading · huggingface.co"
    Q_PROPERTY(QString words READ words NOTIFY changed FINAL)
    /// Downloads that are on their way or wait for somebody.
    Q_PROPERTY(int open READ open NOTIFY changed FINAL)
    /// A download has failed.
    Q_PROPERTY(bool troubled READ isTroubled NOTIFY changed FINAL)
public:
    using QObject::QObject;

    [[nodiscard]] app::LedgerService *ledger() const { return m_ledger; }
    /// Has it read its entries; not owned, as the others.
    void setLedger(app::LedgerService *ledger);
    [[nodiscard]] app::DownloadService *downloads() const { return m_downloads; }
    void setDownloads(app::DownloadService *downloads);
    [[nodiscard]] app::Settings *settings() const { return m_settings; }
    void setSettings(app::Settings *settings);
    [[nodiscard]] bool anySent() const { return m_ledger && !m_ledger->entries().isEmpty(); }
    [[nodiscard]] QString words() const;
    [[nodiscard]] int open() const;
    [[nodiscard]] bool isTroubled() const;

Q_SIGNALS:
    void changed();

private:
    QPointer<app::LedgerService> m_ledger;
    QPointer<app::DownloadService> m_downloads;
    QPointer<app::Settings> m_settings;
};

} // namespace ui
