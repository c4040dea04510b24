// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/types.h"

#include <QObject>
#include <QString>
#include <qqmlregistration.h>

namespace ui {

/// What the inspector says in people's words. Stateless.
class InspectorWords : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
public:
    using QObject::QObject;

    /// "98.2 MB"
    Q_INVOKABLE [[nodiscard]] QString size(quint64 bytes) const;
    /// "49,152"
    Q_INVOKABLE [[nodiscard]] QString number(qint64 count) const;
    /// "4.2 %", "< 0.1 %"
    Q_INVOKABLE [[nodiscard]] QString share(double share) const;
    /// Who speaks in a part of a prompt.
    Q_INVOKABLE [[nodiscard]] QString part(app::PromptPartKind kind, int messages) const;
    /// "12 tokens for 41 characters: 3.4 characters each"
    Q_INVOKABLE [[nodiscard]] QString counts(qsizetype tokens, qsizetype characters, qsizetype bytes) const;
};

} // namespace ui
