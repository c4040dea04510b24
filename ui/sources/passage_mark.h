// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QObject>
#include <QPointer>
#include <QQuickTextDocument>
#include <qqmlregistration.h>

namespace ui {

/// Marks a run of the plain text of a read-only TextEdit.
class PassageMark : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument *document READ document WRITE setDocument NOTIFY changed FINAL)
    /// UTF-16 units.
    Q_PROPERTY(int start READ start WRITE setStart NOTIFY changed FINAL)
    Q_PROPERTY(int length READ length WRITE setLength NOTIFY changed FINAL)
    Q_PROPERTY(QColor color READ color WRITE setColor NOTIFY changed FINAL)
    /// Distance of lines as a share of the font's own, in percent; 100 leaves it.
    Q_PROPERTY(int leading READ leading WRITE setLeading NOTIFY changed FINAL)
public:
    using QObject::QObject;

    [[nodiscard]] QQuickTextDocument *document() const { return m_document; }
    void setDocument(QQuickTextDocument *document);
    [[nodiscard]] int start() const { return m_start; }
    void setStart(int start);
    [[nodiscard]] int length() const { return m_length; }
    void setLength(int length);
    [[nodiscard]] QColor color() const { return m_color; }
    void setColor(const QColor &color);
    [[nodiscard]] int leading() const { return m_leading; }
    void setLeading(int percent);

Q_SIGNALS:
    void changed();

private:
    void mark();

    QPointer<QQuickTextDocument> m_document;
    int m_start = 0;
    int m_length = 0;
    QColor m_color;
    int m_leading = 100;
    bool m_marking = false;
};

} // namespace ui
