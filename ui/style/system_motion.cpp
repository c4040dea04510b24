// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/system_motion.h"

#include <QCoreApplication>
#include <QFile>
#include <QPointer>
#include <QStandardPaths>
#include <QThreadPool>

namespace ui {

namespace {

constexpr qint64 kLongest = 64 * 1024; // bytes; these files are a few hundred

/// The value of a key in a section of an INI file; null when there is none.
QByteArray valueOf(const QByteArray &text, const QByteArray &section, const QByteArray &key)
{
    QByteArray inside;
    QByteArray found;
    for (const QByteArray &line : text.split('\n')) {
        const QByteArray words = line.trimmed();
        if (words.startsWith('[') && words.endsWith(']')) {
            inside = words.sliced(1, words.size() - 2);
        } else if (const qsizetype equals = words.indexOf('=');
                   equals > 0 && inside == section && words.first(equals).trimmed() == key) {
            found = words.sliced(equals + 1).trimmed();
        }
    }
    return found;
}

QByteArray contents(const QString &name)
{
    QFile file(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QLatin1Char('/') + name);
    return file.open(QIODevice::ReadOnly) ? file.read(kLongest) : QByteArray();
}

} // namespace

bool asksForLessMotion(const QByteArray &gtkSettings, const QByteArray &kdeGlobals)
{
    const QByteArray gtk = valueOf(gtkSettings, "Settings", "gtk-enable-animations").toLower();
    if (gtk == "0" || gtk == "false")
        return true;
    bool isNumber = false;
    const double factor = valueOf(kdeGlobals, "KDE", "AnimationDurationFactor").toDouble(&isNumber);
    return isNumber && factor <= 0.0;
}

SystemMotion::SystemMotion(QObject *parent)
    : QObject(parent)
{
    QThreadPool::globalInstance()->start([self = QPointer(this)] {
        QByteArray gtk = contents(QStringLiteral("gtk-4.0/settings.ini"));
        if (gtk.isEmpty())
            gtk = contents(QStringLiteral("gtk-3.0/settings.ini"));
        const bool reduced = asksForLessMotion(gtk, contents(QStringLiteral("kdeglobals")));
        QMetaObject::invokeMethod(qApp, [self, reduced] {
            if (self.isNull() || self->m_reduced == reduced)
                return;
            self->m_reduced = reduced;
            Q_EMIT self->reducedChanged();
        });
    });
}

} // namespace ui
