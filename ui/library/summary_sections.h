// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/summary_service.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The sections of a summary in the order in which they were read; the list fills while it is made.
class SummarySections : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::SummaryService *service READ service WRITE setService NOTIFY serviceChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
    /// They come from several files.
    Q_PROPERTY(bool several READ isSeveral NOTIFY countChanged FINAL)
    /// The newest one.
    Q_PROPERTY(app::SummarySection newest READ newest NOTIFY countChanged FINAL)
public:
    enum Role {
        SectionRole = Qt::UserRole + 1, ///< app::SummarySection
        NameRole,                       ///< of its file, named "document"
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::SummaryService *service() const { return m_service; }
    void setService(app::SummaryService *service);
    [[nodiscard]] int count() const { return static_cast<int>(m_sections.size()); }
    [[nodiscard]] bool isSeveral() const;
    [[nodiscard]] app::SummarySection newest() const { return m_sections.value(m_sections.size() - 1); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void serviceChanged();
    void countChanged();

private:
    void take();

    QPointer<app::SummaryService> m_service;
    QList<app::SummarySection> m_sections;
};

} // namespace ui
