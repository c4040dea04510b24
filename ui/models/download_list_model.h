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
    Q_PROPERTY(bool failed MEMBER failed)
    Q_PROPERTY(bool done MEMBER done)
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
    bool failed = false;
    bool done = false;
    QString path; ///< of the finished file
    app::Failure failure;
};

/// All words of a download's card.
DownloadRow downloadRow(const app::DownloadValue &download);
/// On its way: neither done nor given up. One that failed waits for somebody.
bool isUnderWay(const app::DownloadValue &download);

/// The downloads, newest first.
class DownloadListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::DownloadService *service READ service WRITE setService NOTIFY serviceChanged FINAL)
    /// Only those that are on their way or failed.
    Q_PROPERTY(bool onlyOpen READ isOnlyOpen WRITE setOnlyOpen NOTIFY serviceChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
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

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void serviceChanged();
    void countChanged();

private:
    void take();

    QPointer<app::DownloadService> m_service;
    bool m_onlyOpen = false;
    QList<app::DownloadValue> m_values;
};

} // namespace ui
