// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Certificates for servers on this machine, made by openssl in a folder.
#pragma once

#include <QByteArray>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QString>

namespace app::test {

/// Makes authority.crt, and with names as "IP:127.0.0.1" or "DNS:example.org,DNS:…" server.pem, which it vouches for,
/// and stranger.pem, which vouches for itself. The authority's certificate comes back; empty where there is no openssl.
inline QByteArray makeCertificates(const QString &folder, const QString &names)
{
    if (QStandardPaths::findExecutable(QStringLiteral("openssl")).isEmpty())
        return {};
    const auto openssl = [&folder](const QString &arguments) {
        QProcess process;
        process.setWorkingDirectory(folder);
        process.start(QStringLiteral("openssl"), QProcess::splitCommand(arguments));
        return process.waitForFinished(30'000) && process.exitCode() == 0;
    };
    const auto read = [&folder](const QString &name) {
        QFile file(folder + QLatin1Char('/') + name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QString key = QStringLiteral("-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 ");
    const QString name = QStringLiteral("-addext subjectAltName=%1 -subj /CN=test ").arg(names);
    const bool made =
        openssl(QStringLiteral("req -x509 ") + key +
                QStringLiteral("-keyout authority.key -out authority.crt -subj /CN=authority")) &&
        openssl(QStringLiteral("req -x509 ") + key + name +
                QStringLiteral("-CA authority.crt -CAkey authority.key -keyout server.key -out server.crt "
                               "-addext basicConstraints=CA:FALSE")) &&
        openssl(QStringLiteral("req -x509 ") + key + name + QStringLiteral("-keyout stranger.key -out stranger.crt"));
    if (!made)
        return {};
    for (const QString &who : {QStringLiteral("server"), QStringLiteral("stranger")}) {
        QFile file(folder + QLatin1Char('/') + who + QStringLiteral(".pem"));
        const QByteArray bytes = read(who + QStringLiteral(".key")) + read(who + QStringLiteral(".crt"));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            return {};
    }
    return read(QStringLiteral("authority.crt"));
}

} // namespace app::test
