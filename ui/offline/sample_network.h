// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What carrel-offline shows of the network, without one: a hub that answers from memory, downloads in every state that
// rests, and a ledger.
#pragma once

#include "app/hub_port.h"
#include "app/store_thread.h"

#include <QPointer>

namespace app {
class CatalogueService;
}

namespace ui {

/// Answers as the usual hub would for what the built-in catalogue names. GUI thread.
class SampleHub : public app::HubPort {
public:
    /// Whose entries are on the hub; borrowed, and outlives every question.
    void serve(app::CatalogueService *catalogue) { m_catalogue = catalogue; }

    void fetchText(const QString &url, const QString &purpose, quint64 maxBytes, QObject *context,
                   Receive receive) override;
    /// Files themselves cannot be had.
    void fetchStart(const QString &url, quint64 bytes, const QString &purpose, QObject *context,
                    Receive receive) override;

private:
    [[nodiscard]] Bytes answer(const QString &url) const;

    QPointer<app::CatalogueService> m_catalogue;
};

/// Rows of downloads and of the ledger, as earlier runs would have left them.
app::StoreAnswer<storage::Result<void>> writeSampleNetwork(app::StoreThread &store, const QString &folder);

} // namespace ui
