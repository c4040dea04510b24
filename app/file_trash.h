// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The desktop's trash (freedesktop.org trash specification).
#pragma once

#include "app/failure.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <expected>

namespace app {

/// A file that was moved to the trash.
struct TrashedFile {
    QString from;
    QString path; ///< in the trash
    bool operator==(const TrashedFile &) const = default;
};

/// Moves files to the trash of their drive: all of them, or "app.trash_failed" and none. Blocking.
std::expected<QList<TrashedFile>, Failure> moveFilesToTrash(const QStringList &paths);

/// Moves them back, where nothing has taken their place: all of them, or "app.untrash_failed" and none. Blocking.
std::expected<void, Failure> bringBackFiles(const QList<TrashedFile> &files);

} // namespace app
