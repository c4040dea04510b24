// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/model_service.h"

#include <QObject>
#include <qqmlregistration.h>

namespace ui {

/// What a model's card says in people's words. Stateless.
class ModelWords : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    using QObject::QObject;

    /// "Q4_1 · 98 MB · 8k context"; only what is known.
    Q_INVOKABLE [[nodiscard]] QString facts(const app::ModelCard &card) const;
    /// The licence in one line: "Apache-2.0 · commercial use allowed".
    Q_INVOKABLE [[nodiscard]] QString license(const app::ModelCard &card) const;
    /// What is published besides the weights, as far as the model's own file and its family tell.
    Q_INVOKABLE [[nodiscard]] QString openness(const app::ModelCard &card) const;
};

} // namespace ui
