// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model_service.h"

#include <QObject>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// The card of one model, as long as somebody shows it: it follows the library.
class ModelLookup : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::ModelService *service READ service WRITE setService NOTIFY changed FINAL)
    Q_PROPERTY(QString wanted READ wanted WRITE setWanted NOTIFY changed FINAL)
    Q_PROPERTY(app::ModelCard card READ card NOTIFY changed FINAL)
    Q_PROPERTY(bool known READ isKnown NOTIFY changed FINAL)
public:
    using QObject::QObject;

    [[nodiscard]] app::ModelService *service() const { return m_service; }
    /// Follows this service; not owned.
    void setService(app::ModelService *service);
    [[nodiscard]] QString wanted() const { return m_wanted; }
    /// An id or the path of a file; empty: none.
    void setWanted(const QString &idOrPath);
    [[nodiscard]] const app::ModelCard &card() const { return m_card; } ///< with its name for people; empty: unknown
    [[nodiscard]] bool isKnown() const { return !m_card.id.isEmpty(); }

Q_SIGNALS:
    void changed();

private:
    void take();

    QPointer<app::ModelService> m_service;
    QString m_wanted;
    app::ModelCard m_card;
};

} // namespace ui
