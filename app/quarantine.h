// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace app {

/// Devices whose driver once took the program down with it. A mark is written before a device is probed or first used
/// and removed afterwards; a mark that is still there at the next start means that the program died in between. Files
/// only, no state in memory; safe from any thread as long as each device is handled by one at a time.
class Quarantine {
public:
    /// `folder` is made when the first mark is written.
    explicit Quarantine(QString folder);

    /// Turns marks left by an earlier run into quarantine. Call once at start, before any mark of this run.
    void adoptMarks() const;
    /// Written and synced when it returns.
    void begin(const QString &uuid) const;
    void end(const QString &uuid) const;
    [[nodiscard]] bool contains(const QString &uuid) const;
    void release(const QString &uuid) const;

private:
    QString m_folder;
};

} // namespace app
