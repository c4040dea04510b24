// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/disk_room.h"

#include "ui/models/model_words.h"

#include <QFileInfo>
#include <QStorageInfo>

namespace ui {

namespace {

qint64 freeBytes(QString folder)
{
    while (!QFileInfo::exists(folder)) {
        const qsizetype end = folder.lastIndexOf(u'/');
        if (end < 0)
            return -1;
        folder.truncate(end > 0 ? end : 1);
        if (end == 0)
            break;
    }
    const QStorageInfo disk(folder);
    return disk.isValid() ? disk.bytesAvailable() : -1;
}

} // namespace

DiskRoom::~DiskRoom()
{
    m_worker.waitForDone();
}

void DiskRoom::setFolder(const QString &folder)
{
    if (folder == m_folder)
        return;
    m_folder = folder;
    m_free = -1;
    Q_EMIT folderChanged();
    Q_EMIT changed();
    look();
}

void DiskRoom::setWanted(double bytes)
{
    if (bytes == m_wanted)
        return;
    m_wanted = bytes;
    Q_EMIT changed();
}

QString DiskRoom::words() const
{
    if (m_free < 0)
        return {};
    const QString size = ModelWords().size(static_cast<quint64>(m_free));
    return isTight() ? tr("Only %1 are free there. Make room, or choose another folder in the settings, under Privacy.")
                           .arg(size)
                     : tr("%1 are free there").arg(size);
}

void DiskRoom::look()
{
    if (m_folder.isEmpty())
        return;
    m_worker.start([this, folder = m_folder] {
        const qint64 found = freeBytes(folder);
        QMetaObject::invokeMethod(this, [this, folder, found] {
            if (folder != m_folder || found == m_free)
                return;
            m_free = found;
            Q_EMIT changed();
        });
    });
}

} // namespace ui
