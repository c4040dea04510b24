// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/device_service.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The devices that could run a model.
class DeviceListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::DeviceService *service READ service WRITE setService NOTIFY serviceChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
public:
    enum Role {
        ValueRole = Qt::UserRole + 1, ///< app::DeviceValue, named "value"
        ChosenRole,                   ///< bool: the one in use
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::DeviceService *service() const { return m_service; }
    /// Follows this service; not owned.
    void setService(app::DeviceService *service);
    [[nodiscard]] int count() const { return static_cast<int>(m_values.size()); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void serviceChanged();
    void countChanged();

private:
    void take();

    QPointer<app::DeviceService> m_service;
    QList<app::DeviceValue> m_values;
};

} // namespace ui
