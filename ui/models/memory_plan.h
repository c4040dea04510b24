// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/device_service.h"
#include "app/model_card.h"
#include "app/model_fit.h"

#include <QObject>
#include <QPointer>
#include <qqmlregistration.h>

namespace ui {

/// What a model takes of the chosen device's memory at a length of context, in parts that can be drawn.
class MemoryPlan : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::DeviceService *devices READ devices WRITE setDevices NOTIFY devicesChanged FINAL)
    Q_PROPERTY(app::ModelCard card READ card WRITE setCard NOTIFY cardChanged FINAL)
    /// Tokens; never more than the model was trained for.
    Q_PROPERTY(int context READ context WRITE setContext NOTIFY changed FINAL)
    /// The lengths that can be chosen, ascending: powers of two up to the trained length, and that one.
    Q_PROPERTY(QList<int> lengths READ lengths NOTIFY cardChanged FINAL)
    /// The largest context that fits; 0: none does, or nobody knows.
    Q_PROPERTY(int largest READ largest NOTIFY changed FINAL)
    Q_PROPERTY(bool fits READ fits NOTIFY changed FINAL)
    /// The memory is known, so that there is something to draw.
    Q_PROPERTY(bool known READ isKnown NOTIFY changed FINAL)
    /// Parts of what is free now, 0 … 1; together they may be more than the whole.
    Q_PROPERTY(double weightsShare READ weightsShare NOTIFY changed FINAL)
    Q_PROPERTY(double contextShare READ contextShare NOTIFY changed FINAL)
    Q_PROPERTY(double scratchShare READ scratchShare NOTIFY changed FINAL)
    /// "weights 4.7 GB · context 0.9 GB · scratch 0.3 GB · 21 GB stay free"
    Q_PROPERTY(QString words READ words NOTIFY changed FINAL)
    /// "The largest context that fits: 40k tokens"
    Q_PROPERTY(QString largestWords READ largestWords NOTIFY changed FINAL)
public:
    using QObject::QObject;

    [[nodiscard]] app::DeviceService *devices() const { return m_devices; }
    /// Whose chosen device counts; not owned.
    void setDevices(app::DeviceService *devices);
    [[nodiscard]] const app::ModelCard &card() const { return m_card; }
    void setCard(const app::ModelCard &card);
    [[nodiscard]] int context() const { return m_context; }
    void setContext(int tokens);
    [[nodiscard]] QList<int> lengths() const;
    [[nodiscard]] int largest() const { return static_cast<int>(m_fit.largestContext); }
    [[nodiscard]] bool fits() const { return m_fit.needBytes <= m_fit.freeBytes; }
    [[nodiscard]] bool isKnown() const { return m_fit.freeBytes > 0 && m_fit.needBytes > 0; }
    [[nodiscard]] double weightsShare() const { return share(m_fit.weightBytes); }
    [[nodiscard]] double contextShare() const { return share(m_fit.cacheBytes); }
    [[nodiscard]] double scratchShare() const { return share(m_fit.scratchBytes); }
    [[nodiscard]] QString words() const;
    [[nodiscard]] QString largestWords() const;

Q_SIGNALS:
    void devicesChanged();
    void cardChanged();
    /// The numbers are others.
    void changed();

private:
    void work();
    [[nodiscard]] double share(quint64 bytes) const;

    QPointer<app::DeviceService> m_devices;
    app::ModelCard m_card;
    int m_context = 8192;
    app::ModelFit m_fit;
};

} // namespace ui
