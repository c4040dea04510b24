// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/quarantine.h"

#include "app/platform/process_identity.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSaveFile>

namespace app {

namespace {

constexpr QLatin1StringView kMark(".mark");
constexpr QLatin1StringView kQuarantined(".quarantined");
constexpr QLatin1StringView kPassed(".passed");
constexpr QByteArrayView kInWorker("worker ");

// UUIDs come from drivers: only what may safely be a file's name is used of them.
QString fileName(const QString &uuid)
{
    QString name;
    for (const QChar letter : uuid) {
        if (letter.isLetterOrNumber() && letter.unicode() < 128)
            name.append(letter);
    }
    return name.isEmpty() ? QStringLiteral("unnamed") : name.left(64);
}

std::string ownIdentity()
{
    return platform::processIdentity(static_cast<pid_t>(QCoreApplication::applicationPid()));
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.read(4096) : QByteArray();
}

void write(const QString &folder, const QString &name, const QByteArray &content)
{
    QDir().mkpath(folder);
    QSaveFile file(folder + QLatin1Char('/') + name);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(content);
        file.commit();
    }
}

QByteArray passOf(const QString &driver)
{
    return (QCoreApplication::applicationVersion() + QLatin1Char('\n') + driver).toUtf8();
}

} // namespace

Quarantine::Quarantine(QString folder)
    : m_folder(std::move(folder))
{
}

void Quarantine::adoptMarks() const
{
    const std::string own = ownIdentity();
    QDir folder(m_folder);
    for (const QString &mark : folder.entryList({QLatin1Char('*') + kMark}, QDir::Files)) {
        const QByteArray content = contentOf(folder.filePath(mark));
        const bool inWorker = content.startsWith(kInWorker);
        const std::string owner = content.sliced(inWorker ? kInWorker.size() : 0).toStdString();
        if (owner != own && platform::isRunning(owner))
            continue;
        const QString name = mark.chopped(kMark.size());
        // Whoever was killed while a worker looked at a driver says nothing about the driver.
        if (inWorker && platform::isOfThisBoot(owner)) {
            folder.remove(mark);
            continue;
        }
        folder.remove(name + kQuarantined);
        folder.remove(name + kPassed);
        folder.rename(mark, name + kQuarantined);
    }
}

void Quarantine::begin(const QString &uuid, DriverPlace place) const
{
    const QByteArray owner = QByteArray::fromStdString(ownIdentity());
    write(m_folder, fileName(uuid) + kMark, place == DriverPlace::Worker ? kInWorker.toByteArray() + owner : owner);
}

void Quarantine::end(const QString &uuid) const
{
    QFile::remove(m_folder + QLatin1Char('/') + fileName(uuid) + kMark);
}

bool Quarantine::contains(const QString &uuid) const
{
    return QFile::exists(m_folder + QLatin1Char('/') + fileName(uuid) + kQuarantined);
}

void Quarantine::condemn(const QString &uuid) const
{
    write(m_folder, fileName(uuid) + kQuarantined, {});
    QFile::remove(m_folder + QLatin1Char('/') + fileName(uuid) + kPassed);
    end(uuid);
}

void Quarantine::release(const QString &uuid) const
{
    QFile::remove(m_folder + QLatin1Char('/') + fileName(uuid) + kQuarantined);
    QFile::remove(m_folder + QLatin1Char('/') + fileName(uuid) + kPassed);
}

void Quarantine::recordPass(const QString &uuid, const QString &driver) const
{
    write(m_folder, fileName(uuid) + kPassed, passOf(driver));
}

bool Quarantine::hasPassed(const QString &uuid, const QString &driver) const
{
    return contentOf(m_folder + QLatin1Char('/') + fileName(uuid) + kPassed) == passOf(driver);
}

} // namespace app
