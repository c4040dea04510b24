// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/download_service.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// A download as its card shows it, in words. Value.
struct DownloadRow {
    Q_GADGET
    QML_VALUE_TYPE(downloadRow)
    Q_PROPERTY(QString id MEMBER id)
    Q_PROPERTY(QString title MEMBER title)
    Q_PROPERTY(QString facts MEMBER facts)
    Q_PROPERTY(QString licence MEMBER licence)
    Q_PROPERTY(QString line MEMBER line)
    Q_PROPERTY(double progress MEMBER progress)
    Q_PROPERTY(bool moving MEMBER moving)
    Q_PROPERTY(bool canPause MEMBER canPause)
    Q_PROPERTY(bool canResume MEMBER canResume)
    Q_PROPERTY(bool canCancel MEMBER canCancel)
    Q_PROPERTY(bool canRetry MEMBER canRetry)
    Q_PROPERTY(bool failed MEMBER failed)
    Q_PROPERTY(bool done MEMBER done)
    Q_PROPERTY(bool folderHelps MEMBER folderHelps)
    Q_PROPERTY(QString there MEMBER there)
    Q_PROPERTY(QString page MEMBER page)
    Q_PROPERTY(QString path MEMBER path)
    Q_PROPERTY(app::Failure failure MEMBER failure)
public:
    QString id;
    QString title;
    QString facts;       ///< "2.4 GB · huggingface.co"
    QString licence;     ///< its name; empty: not known
    QString line;        ///< "1.6 of 2.4 GB · 24 MB/s · 34 s left · verified as it arrives"
    double progress = 0; ///< 0 … 1
    bool moving = false; ///< the bar is worth drawing
    bool canPause = false;
    bool canResume = false;
    bool canCancel = false;
    bool canRetry = false;
    bool failed = false;
    bool done = false;
    bool folderHelps = false; ///< it failed for its folder
    QString there;            ///< "1.6 GB": what a cancellation would delete; empty: nothing worth a question
    QString page;             ///< where a failure is to be looked into; empty: nowhere
    QString path;             ///< of the finished file
    app::Failure failure;
};

/// All words of a download's card. `address`: of its file.
DownloadRow downloadRow(const app::DownloadValue &download, const QString &address = {});
/// On its way, or paused there.
bool isUnderWay(const app::DownloadValue &download);

/// The downloads, newest first.
class DownloadListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::DownloadService *service READ service WRITE setService NOTIFY serviceChanged FINAL)
    /// Only those that are on their way, or paused there.
    Q_PROPERTY(bool onlyOpen READ isOnlyOpen WRITE setOnlyOpen NOTIFY serviceChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// How many failed, shown here or not.
    Q_PROPERTY(int failed READ failed NOTIFY endedChanged FINAL)
    /// How many clearEnded() would take off.
    Q_PROPERTY(int ended READ ended NOTIFY endedChanged FINAL)
public:
    enum Role {
        RowRole = Qt::UserRole + 1, ///< DownloadRow, named "row"
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::DownloadService *service() const { return m_service; }
    /// Follows this service; not owned.
    void setService(app::DownloadService *service);
    [[nodiscard]] bool isOnlyOpen() const { return m_onlyOpen; }
    void setOnlyOpen(bool only);
    [[nodiscard]] int count() const { return static_cast<int>(m_values.size()); }
    [[nodiscard]] int failed() const { return m_failed; }
    [[nodiscard]] int ended() const { return m_ended; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// Takes what is done, and what was cancelled, off the list; the files stay.
    Q_INVOKABLE void clearEnded();

Q_SIGNALS:
    void serviceChanged();
    void countChanged();
    void endedChanged();

private:
    void take();

    QPointer<app::DownloadService> m_service;
    bool m_onlyOpen = false;
    int m_failed = 0;
    int m_ended = 0;
    QList<app::DownloadValue> m_values;
};

} // namespace ui
