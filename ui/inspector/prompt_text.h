// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspector/prompt_model.h"

#include <QColor>
#include <QObject>
#include <QPointer>
#include <QQuickTextDocument>
#include <qqmlregistration.h>

namespace ui {

/// Marks what is made of control tokens in the plain text of a TextEdit.
class PromptText : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *document READ document WRITE setDocument NOTIFY changed FINAL)
    Q_PROPERTY(QList<ui::ControlStretch> control READ control WRITE setControl NOTIFY changed FINAL)
    Q_PROPERTY(QColor color READ color WRITE setColor NOTIFY changed FINAL)
    Q_PROPERTY(QColor background READ background WRITE setBackground NOTIFY changed FINAL)
public:
    using QObject::QObject;

    [[nodiscard]] QQuickTextDocument *document() const { return m_document; }
    void setDocument(QQuickTextDocument *document);
    [[nodiscard]] QList<ControlStretch> control() const { return m_control; }
    void setControl(const QList<ControlStretch> &control);
    [[nodiscard]] QColor color() const { return m_color; }
    void setColor(const QColor &color);
    [[nodiscard]] QColor background() const { return m_background; }
    void setBackground(const QColor &background);

Q_SIGNALS:
    void changed();

private:
    void mark();

    QPointer<QQuickTextDocument> m_document;
    QList<ControlStretch> m_control;
    QColor m_color;
    QColor m_background;
    bool m_marking = false;
};

} // namespace ui
