// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model_service.h"

#include <QAbstractListModel>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The models on this computer that chat, usable ones first, then by name; embedders and rerankers are not among them.
/// The name of a card is the one for people, see
/// modelName().
class ModelListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ModelService *service READ service WRITE setService NOTIFY serviceChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)
public:
    enum Role {
        ValueRole = Qt::UserRole + 1, ///< app::ModelCard, named "value"
        ChosenRole,                   ///< bool: the one in use
        StatedNameRole,               ///< what the file calls itself, where that is another name; named "statedName"
    };
    using QAbstractListModel::QAbstractListModel;

    [[nodiscard]] app::ModelService *service() const { return m_service; }
    /// Follows this service; not owned.
    void setService(app::ModelService *service);
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : count(); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// The card with this id; an empty one when there is none.
    Q_INVOKABLE [[nodiscard]] app::ModelCard card(const QString &id) const;

Q_SIGNALS:
    void serviceChanged();
    void countChanged();

private:
    struct Row {
        app::ModelCard card;
        QString statedName;
    };
    void take();

    QPointer<app::ModelService> m_service;
    QList<Row> m_rows;
};

} // namespace ui
