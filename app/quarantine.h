// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace app {

/// Where a driver runs while its mark lies.
enum class DriverPlace {
    OwnProcess, ///< if it crashes, the program dies: a dead owner's mark quarantines
    Worker,     ///< its crash is seen at once; a mark quarantines only when the whole machine went down
};

/// Devices whose driver once took the program down with it. A mark is written before a device is probed or first used
/// and removed afterwards; a mark that is still there at the next start means that the program died in between. Files
/// only, no state in memory; safe from any thread as long as each device is handled by one at a time. Several programs
/// may share the folder: a mark is taken for a dead program's only when that program no longer runs.
class Quarantine {
public:
    /// `folder` is made when the first mark is written.
    explicit Quarantine(QString folder);

    /// Turns marks left by programs that have died into quarantine. Call once at start, before any mark of this run.
    void adoptMarks() const;
    /// Written and synced when it returns.
    void begin(const QString &uuid, DriverPlace place = DriverPlace::OwnProcess) const;
    void end(const QString &uuid) const;
    [[nodiscard]] bool contains(const QString &uuid) const;
    /// Quarantines at once, without waiting for the next start.
    void condemn(const QString &uuid) const;
    void release(const QString &uuid) const;

    /// Remembers that a device passed its check with this driver, for this version of Carrel. Quarantine and release
    /// forget it.
    void recordPass(const QString &uuid, const QString &driver) const;
    [[nodiscard]] bool hasPassed(const QString &uuid, const QString &driver) const;

private:
    QString m_folder;
};

} // namespace app
