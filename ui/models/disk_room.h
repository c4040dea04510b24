// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <qqmlregistration.h>

namespace ui {

/// How much room there is on the disk of a folder, looked at on a worker thread: a disk may take its time.
class DiskRoom : public QObject {
    Q_OBJECT
    QML_ELEMENT
    /// May not exist yet; then its nearest parent counts.
    Q_PROPERTY(QString folder READ folder WRITE setFolder NOTIFY folderChanged FINAL)
    /// What is to go there, in bytes; 0: not known.
    Q_PROPERTY(double wanted READ wanted WRITE setWanted NOTIFY changed FINAL)
    /// "212 GB are free there"; empty while nobody knows.
    Q_PROPERTY(QString words READ words NOTIFY changed FINAL)
    /// What is wanted does not fit.
    Q_PROPERTY(bool tight READ isTight NOTIFY changed FINAL)
public:
    using QObject::QObject;
    ~DiskRoom() override;

    [[nodiscard]] QString folder() const { return m_folder; }
    /// Looks, too.
    void setFolder(const QString &folder);
    [[nodiscard]] double wanted() const { return m_wanted; }
    void setWanted(double bytes);
    [[nodiscard]] QString words() const;
    [[nodiscard]] bool isTight() const { return m_free >= 0 && m_wanted > double(m_free); }
    /// Looks again; changed() follows.
    Q_INVOKABLE void look();

Q_SIGNALS:
    void folderChanged();
    void changed();

private:
    QString m_folder;
    double m_wanted = 0;
    qint64 m_free = -1; ///< bytes; -1: not known
    QThreadPool m_worker;
};

} // namespace ui
