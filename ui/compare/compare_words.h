// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/compare_service.h"

#include <QObject>
#include <QString>
#include <qqmlregistration.h>

namespace ui {

/// What a comparison says in people's words. Stateless.
class CompareWords : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    using QObject::QObject;

    /// How a side stands: "loading its model, 40 %", "38 tokens per second · 214 tokens written · …".
    Q_INVOKABLE [[nodiscard]] QString standing(const app::CompareSide &side) const;
    /// The settings that one may choose in place of the assistant's.
    Q_INVOKABLE [[nodiscard]] QString temperature(double value) const;
};

} // namespace ui
