// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A download service over a real database and a real carrel-fetch.
#pragma once

#include "app/download_service.h"
#include "app/hub_token.h"
#include "app/keychain.h"
#include "app/platform/broker.h"
#include "app/settings.h"
#include "app/store_thread.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace app::test {

/// Options for a server on this machine that is meant to go wrong: short times, small steps.
inline DownloadOptions quickDownloads(platform::Broker *broker)
{
    return {.broker = broker,
            .loopback = true,
            .checkpointBytes = 65536,
            .retryMs = 10,
            .attempts = 3,
            .connectSeconds = 2,
            .slowSeconds = 1,
            .progressMs = 20};
}

/// Opens carrel.db in a folder; the services go first when it ends.
struct Fetching {
    /// With a keychain it is said to hold a token.
    Fetching(const QString &folder, const DownloadOptions &options, const QString &proxy = {},
             std::unique_ptr<Keychain> keychain = {})
    {
        settings.setProxy(proxy);
        if (keychain) {
            settings.setHubTokenKept(true);
            token = std::make_unique<HubToken>(settings, std::move(keychain));
        }
        auto opened = store.open({.path = folder.toStdString() + "/carrel.db"});
        if (!QTest::qWaitFor([&] { return opened.isThere(); }, 20'000) ||
            opened.take().outcome > storage::OpenOutcome::Migrated)
            qFatal("the database did not open");
        service = std::make_unique<DownloadService>(
            DownloadService::Collaborators{.store = store, .settings = settings, .token = token.get()}, options);
    }

    /// Waits until a download is in a final state.
    [[nodiscard]] DownloadValue ended(const QString &id, int ms = 60'000) const
    {
        if (!QTest::qWaitFor([&] { return service->download(id)->isFinal(); }, ms))
            qWarning("a download did not come to an end");
        return *service->download(id);
    }

    StoreThread store;
    Settings settings{QString()};
    std::unique_ptr<HubToken> token;
    std::unique_ptr<DownloadService> service;
};

} // namespace app::test
