// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A hub with real names that lies on this machine: see hub_server.py.
#pragma once

#include "tests/app/support/certificates.h"

#include <QCryptographicHash>
#include <QFile>
#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

namespace app::test {

class HubServer {
public:
    HubServer()
    {
        m_authorities = QString::fromLatin1(
            makeCertificates(m_folder.path(), QStringLiteral("DNS:huggingface.co,DNS:hf.co,DNS:cdn.example.org,"
                                                             "DNS:huggingface.co.example.org")));
        if (m_authorities.isEmpty())
            return;
        writeRules();
        m_process.setProgram(QStringLiteral(PYTHON));
        m_process.setArguments({QStringLiteral(HUB_SERVER), m_folder.path()});
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start();
        while (m_process.state() != QProcess::NotRunning && !m_process.canReadLine())
            m_process.waitForReadyRead(10'000);
        m_port = QJsonDocument::fromJson(m_process.readLine()).object().value(QStringLiteral("proxy")).toInt();
        if (m_port == 0)
            qFatal("the hub did not start");
    }
    ~HubServer()
    {
        m_process.closeWriteChannel();
        if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(5000)) {
            m_process.kill();
            m_process.waitForFinished();
        }
    }

    /// False where openssl is not installed: then there is no server.
    [[nodiscard]] bool isThere() const { return m_port != 0; }
    [[nodiscard]] QString proxy() const { return QStringLiteral("http://127.0.0.1:%1").arg(m_port); }
    [[nodiscard]] QString authorities() const { return m_authorities; }
    [[nodiscard]] QString authoritiesFile() const { return m_folder.filePath(QStringLiteral("authority.crt")); }

    /// What an https address answers with; `more`: as hub_server.py says.
    void put(const QString &url, const QByteArray &content, QJsonObject more = {})
    {
        const QString name = QStringLiteral("file-%1").arg(++m_files);
        write(name, content);
        more.insert(QStringLiteral("file"), name);
        rule(url, more);
    }
    void rule(const QString &url, const QJsonObject &rule)
    {
        m_rules.insert(url.section(QStringLiteral("://"), 1).section(QLatin1Char('?'), 0, 0), rule);
        writeRules();
    }

    /// A repository with files of these names, the hub's word on each, and a licence.
    void putRepository(const QString &repository, const QString &licence, const QHash<QString, QByteArray> &files,
                       const QJsonObject &more = {})
    {
        const QString hub = QStringLiteral("https://huggingface.co/");
        const QString commit(40, QLatin1Char('a'));
        put(hub + QStringLiteral("api/models/") + repository, R"({"sha": ")" + commit.toLatin1() +
                                                                  R"(", "gated": false, "cardData": {"license": ")" +
                                                                  licence.toLatin1() + R"("}})");
        QByteArrayList tree;
        for (auto file = files.begin(); file != files.end(); ++file) {
            const QByteArray size = QByteArray::number(file->size());
            tree.append(R"({"type": "file", "path": ")" + file.key().toLatin1() + R"(", "size": )" + size +
                        R"(, "lfs": {"oid": ")" + QCryptographicHash::hash(*file, QCryptographicHash::Sha256).toHex() +
                        R"(", "size": )" + size + "}}");
            for (const QString &revision : {commit, QStringLiteral("main")})
                put(hub + repository + QStringLiteral("/resolve/") + revision + QLatin1Char('/') + file.key(), *file,
                    more);
        }
        for (const QString &revision : {commit, QStringLiteral("main")}) {
            put(hub + QStringLiteral("api/models/") + repository + QStringLiteral("/tree/") + revision,
                '[' + tree.join(", ") + ']');
            put(hub + repository + QStringLiteral("/resolve/") + revision + QStringLiteral("/LICENSE"),
                "The terms of " + licence.toLatin1());
        }
    }

    /// Every request so far: host, target, method, token, range.
    [[nodiscard]] QList<QJsonObject> log() const
    {
        QFile file(m_folder.filePath(QStringLiteral("log")));
        QList<QJsonObject> lines;
        if (!file.open(QIODevice::ReadOnly))
            return lines;
        while (!file.atEnd())
            lines.append(QJsonDocument::fromJson(file.readLine()).object());
        return lines;
    }
    /// Those whose target ends so.
    [[nodiscard]] QList<QJsonObject> log(const QString &ending) const
    {
        QList<QJsonObject> lines = log();
        lines.removeIf(
            [&](const QJsonObject &line) { return !line.value(QStringLiteral("target")).toString().endsWith(ending); });
        return lines;
    }

private:
    void write(const QString &name, const QByteArray &bytes) const
    {
        // Never half of it: the server reads at any time.
        const QString path = m_folder.filePath(name);
        QFile file(path + QStringLiteral(".new"));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("a file of the hub could not be written");
        file.close();
        if (::rename(qPrintable(file.fileName()), qPrintable(path)) != 0)
            qFatal("a file of the hub could not be renamed");
    }
    void writeRules() const { write(QStringLiteral("rules.json"), QJsonDocument(m_rules).toJson()); }

    QTemporaryDir m_folder;
    QString m_authorities;
    QJsonObject m_rules;
    QProcess m_process;
    int m_files = 0;
    int m_port = 0;
};

} // namespace app::test
