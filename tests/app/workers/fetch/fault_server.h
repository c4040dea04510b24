// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The server that goes wrong, as a test uses it.
#pragma once

#include "tests/app/support/certificates.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>
#include <QTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <random>

namespace app::test {

/// Reproducible bytes that nothing compresses.
inline QByteArray noise(qsizetype size, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    QByteArray bytes(size, Qt::Uninitialized);
    for (char &byte : bytes)
        byte = static_cast<char>(random());
    return bytes;
}

inline QString sha256Of(const QByteArray &bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

class FaultServer {
public:
    /// `content` is what /plain serves; it goes wrong with another file of the same size.
    explicit FaultServer(const QByteArray &content, bool withTls = false)
        : m_content(content)
    {
        write("content", content);
        write("other", noise(content.size(), 99));
        if (withTls)
            m_authorities = QString::fromLatin1(makeCertificates(m_folder.path(), QStringLiteral("IP:127.0.0.1")));
        m_process.setProgram(QStringLiteral(PYTHON));
        m_process.setArguments({QStringLiteral(FAULT_SERVER), m_folder.path()});
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start();
        while (m_process.state() != QProcess::NotRunning && !m_process.canReadLine())
            m_process.waitForReadyRead(10'000);
        m_ports = QJsonDocument::fromJson(m_process.readLine()).object();
        if (!m_ports.contains(QStringLiteral("http")))
            qFatal("the server did not start");
    }
    ~FaultServer()
    {
        m_process.closeWriteChannel();
        if (!m_process.waitForFinished(5000))
            m_process.kill();
        m_process.waitForFinished();
    }

    [[nodiscard]] const QByteArray &content() const { return m_content; }
    [[nodiscard]] QString sha256() const { return sha256Of(m_content); }
    [[nodiscard]] int port(const QString &name = QStringLiteral("http")) const { return m_ports.value(name).toInt(); }
    [[nodiscard]] QString url(const QString &path) const
    {
        return QStringLiteral("http://127.0.0.1:%1/%2").arg(port()).arg(path);
    }
    /// Empty where there are no certificates.
    [[nodiscard]] QString authorities() const { return m_authorities; }
    [[nodiscard]] bool hasTls() const { return !m_authorities.isEmpty(); }
    [[nodiscard]] QString secureUrl(const QString &path, const QString &which = QStringLiteral("https"),
                                    const QString &host = QStringLiteral("127.0.0.1")) const
    {
        return QStringLiteral("https://%1:%2/%3").arg(host).arg(port(which)).arg(path);
    }

    /// Every request for a path so far.
    [[nodiscard]] QList<QJsonObject> log(const QString &path) const
    {
        const QByteArray answer = ask("/log/" + path.toUtf8());
        QList<QJsonObject> lines;
        for (const QJsonValue line : QJsonDocument::fromJson(answer.mid(answer.indexOf("\r\n\r\n") + 4)).array())
            lines.append(line.toObject());
        return lines;
    }

private:
    [[nodiscard]] QByteArray ask(const QByteArray &path) const
    {
        const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port()));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const QByteArray request = "GET " + path + " HTTP/1.1\r\n\r\n";
        QByteArray answer;
        if (::connect(connection, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0 &&
            ::write(connection, request.constData(), static_cast<std::size_t>(request.size())) == request.size()) {
            std::array<char, 4096> bytes{};
            for (ssize_t size = 0; (size = ::read(connection, bytes.data(), bytes.size())) > 0;)
                answer.append(bytes.data(), size);
        }
        ::close(connection);
        return answer;
    }

    void write(const char *name, const QByteArray &bytes) const
    {
        QFile file(m_folder.filePath(QString::fromLatin1(name)));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("a file of the server could not be written");
    }

    QTemporaryDir m_folder;
    QByteArray m_content;
    QString m_authorities;
    QProcess m_process;
    QJsonObject m_ports;
};

} // namespace app::test
