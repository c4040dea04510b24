// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QQuickPaintedItem>
#include <QString>
#include <qqmlregistration.h>

namespace ui {

/// One icon of the line set in resources/icons, drawn in one colour at the item's size. An unknown name warns.
class Icon : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY nameChanged FINAL)
    Q_PROPERTY(QColor color READ color WRITE setColor NOTIFY colorChanged FINAL)
    /// Flip left and right, for arrows in right-to-left windows.
    Q_PROPERTY(bool mirrored READ isMirrored WRITE setMirrored NOTIFY mirroredChanged FINAL)
public:
    explicit Icon(QQuickItem *parent = nullptr);

    [[nodiscard]] QString name() const { return m_name; }
    void setName(const QString &name);
    [[nodiscard]] QColor color() const { return m_color; }
    void setColor(const QColor &color);
    [[nodiscard]] bool isMirrored() const { return m_mirrored; }
    void setMirrored(bool mirrored);

    void paint(QPainter *painter) override;

Q_SIGNALS:
    void nameChanged();
    void colorChanged();
    void mirroredChanged();

private:
    QString m_name;
    QColor m_color = Qt::black;
    bool m_mirrored = false;
    QByteArray m_source; // SVG with currentColor
};

} // namespace ui
