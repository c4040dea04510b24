// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/hub_port.h"

#include <QCoreApplication>
#include <QHash>
#include <QPointer>
#include <QStringList>

#include <utility>

namespace tests {

/// A network of a few addresses. What is not among them is not there.
class FakeHub : public app::HubPort {
public:
    QHash<QString, QByteArray> files;
    QHash<QString, QString> failures; ///< codes, by address
    QStringList asked;                ///< addresses, in order
    QStringList purposes;

    void fetchText(const QString &url, const QString &purpose, quint64 maxBytes, QObject *context,
                   Receive receive) override
    {
        answer(url, purpose, context, std::move(receive), [maxBytes](const QByteArray &bytes) -> Bytes {
            if (static_cast<quint64>(bytes.size()) > maxBytes)
                return std::unexpected(app::failureFromCode(QStringLiteral("download.too_long"), {}));
            return bytes;
        });
    }

    void fetchStart(const QString &url, quint64 bytes, const QString &purpose, QObject *context,
                    Receive receive) override
    {
        answer(url, purpose, context, std::move(receive), [bytes](const QByteArray &all) -> Bytes {
            return all.first(std::min<qsizetype>(all.size(), qsizetype(bytes)));
        });
    }

private:
    template <class Cut>
    void answer(const QString &url, const QString &purpose, QObject *context, Receive receive, Cut cut)
    {
        asked.append(url);
        purposes.append(purpose);
        Bytes result =
            std::unexpected(app::failureFromCode(failures.value(url, QStringLiteral("download.not_there")), {}, url));
        if (files.contains(url) && !failures.contains(url))
            result = cut(files.value(url));
        QMetaObject::invokeMethod(
            context, [receive = std::move(receive), result] { receive(result); }, Qt::QueuedConnection);
    }
};

} // namespace tests
