// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/quarantine.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

namespace app {

namespace {

constexpr QLatin1StringView kMark(".mark");
constexpr QLatin1StringView kQuarantined(".quarantined");

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

} // namespace

Quarantine::Quarantine(QString folder)
    : m_folder(std::move(folder))
{
}

void Quarantine::adoptMarks() const
{
    QDir folder(m_folder);
    for (const QString &mark : folder.entryList({QLatin1Char('*') + kMark}, QDir::Files)) {
        const QString target = mark.chopped(kMark.size()) + kQuarantined;
        folder.remove(target);
        folder.rename(mark, target);
    }
}

void Quarantine::begin(const QString &uuid) const
{
    QDir().mkpath(m_folder);
    QSaveFile file(m_folder + QLatin1Char('/') + fileName(uuid) + kMark);
    if (file.open(QIODevice::WriteOnly))
        file.commit();
}

void Quarantine::end(const QString &uuid) const
{
    QFile::remove(m_folder + QLatin1Char('/') + fileName(uuid) + kMark);
}

bool Quarantine::contains(const QString &uuid) const
{
    return QFile::exists(m_folder + QLatin1Char('/') + fileName(uuid) + kQuarantined);
}

void Quarantine::release(const QString &uuid) const
{
    QFile::remove(m_folder + QLatin1Char('/') + fileName(uuid) + kQuarantined);
}

} // namespace app
