// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/assistant_service.h"
#include "app/model_card.h"

#include <QObject>
#include <QString>
#include <qqmlregistration.h>

namespace app {
class ModelLibrary;
}

namespace ui {

/// Why an adapter cannot be put on the model in the file at `modelPath`, as a sentence; empty: nothing is known against
/// it.
QString adapterObstacle(const app::AssistantAdapter &adapter, const QString &modelPath,
                        const app::ModelLibrary &library);

/// What an assistant's card and editor say in people's words. Stateless.
class AssistantWords : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    using QObject::QObject;

    /// What it is, in one or two lines: the beginning of its instructions, or that it has none.
    Q_INVOKABLE [[nodiscard]] QString about(const app::AssistantValue &assistant) const;
    /// "Llama 3.2 3B · 2 adapters · 1 collection"; `model` is empty where its own is not known here.
    Q_INVOKABLE [[nodiscard]] QString uses(const app::AssistantValue &assistant, const app::ModelCard &model) const;
    /// What its model is called: by the card, else by its file.
    Q_INVOKABLE [[nodiscard]] QString modelName(const QString &path, const app::ModelCard &model) const;
    /// What a temperature does.
    Q_INVOKABLE [[nodiscard]] QString temperature(double value) const;
    /// What an adapter's scale does.
    Q_INVOKABLE [[nodiscard]] QString scale(double value) const;
};

} // namespace ui
