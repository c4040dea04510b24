// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/file_trash.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace app {

namespace {

/// The note beside a file in the trash that says where it was: TRASH/files/NAME has TRASH/info/NAME.trashinfo.
QString noteOf(const QString &inTrash)
{
    const QFileInfo file(inTrash);
    return QDir::cleanPath(file.path() + QStringLiteral("/../info/") + file.fileName() + QStringLiteral(".trashinfo"));
}

bool bringBack(const TrashedFile &file)
{
    // Never over a file that is there: QFile::rename() refuses.
    if (!QDir().mkpath(QFileInfo(file.from).path()) || !QFile::rename(file.path, file.from))
        return false;
    QFile::remove(noteOf(file.path));
    return true;
}

} // namespace

std::expected<QList<TrashedFile>, Failure> moveFilesToTrash(const QStringList &paths)
{
    QList<TrashedFile> moved;
    for (const QString &path : paths) {
        QFile file(path);
        if (file.moveToTrash()) {
            moved.append({.from = path, .path = file.fileName()});
            continue;
        }
        const QString reason = file.errorString();
        for (const TrashedFile &back : std::as_const(moved))
            bringBack(back);
        return std::unexpected(failureFromCode(QStringLiteral("app.trash_failed"), reason, QFileInfo(path).fileName()));
    }
    return moved;
}

std::expected<void, Failure> bringBackFiles(const QList<TrashedFile> &files)
{
    for (const TrashedFile &file : files) {
        if (!QFileInfo(file.path).isFile() || QFileInfo::exists(file.from)) {
            return std::unexpected(
                failureFromCode(QStringLiteral("app.untrash_failed"), {}, QFileInfo(file.from).fileName()));
        }
    }
    QList<TrashedFile> back;
    for (const TrashedFile &file : files) {
        if (bringBack(file)) {
            back.append(file);
            continue;
        }
        for (const TrashedFile &one : std::as_const(back))
            QFile::rename(one.from, one.path);
        return std::unexpected(
            failureFromCode(QStringLiteral("app.untrash_failed"), {}, QFileInfo(file.from).fileName()));
    }
    return {};
}

} // namespace app
