// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/markdown/block.h"

#include <QObject>
#include <qqmlregistration.h>

namespace ui {

/// How wide the columns of a table are: as their text needs, stretched to the page, shrunk to their longest words where
/// the page is too narrow.
class TableColumns : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::markdown::Block block READ block WRITE setBlock NOTIFY changed FINAL)
    Q_PROPERTY(QString family READ family WRITE setFamily NOTIFY changed FINAL)
    Q_PROPERTY(qreal pixelSize READ pixelSize WRITE setPixelSize NOTIFY changed FINAL)
    /// Width of the page.
    Q_PROPERTY(qreal available READ available WRITE setAvailable NOTIFY changed FINAL)
    /// Left and right of each cell together.
    Q_PROPERTY(qreal padding READ padding WRITE setPadding NOTIFY changed FINAL)
    Q_PROPERTY(QList<qreal> widths READ widths NOTIFY changed FINAL)
    /// Qt::Alignment of each column.
    Q_PROPERTY(QList<int> alignments READ alignments NOTIFY changed FINAL)
    Q_PROPERTY(qreal total READ total NOTIFY changed FINAL)
public:
    explicit TableColumns(QObject *parent = nullptr);

    [[nodiscard]] app::markdown::Block block() const { return m_block; }
    void setBlock(const app::markdown::Block &block);
    [[nodiscard]] QString family() const { return m_family; }
    void setFamily(const QString &family);
    [[nodiscard]] qreal pixelSize() const { return m_pixelSize; }
    void setPixelSize(qreal size);
    [[nodiscard]] qreal available() const { return m_available; }
    void setAvailable(qreal available);
    [[nodiscard]] qreal padding() const { return m_padding; }
    void setPadding(qreal padding);
    [[nodiscard]] QList<qreal> widths() const { return m_widths; }
    [[nodiscard]] QList<int> alignments() const { return m_alignments; }
    [[nodiscard]] qreal total() const { return m_total; }

Q_SIGNALS:
    void changed();

private:
    void measure();
    void distribute();

    app::markdown::Block m_block;
    QString m_family;
    qreal m_pixelSize = 14;
    qreal m_available = 0;
    qreal m_padding = 0;
    QList<qreal> m_natural; // widest line of each column, padding included
    QList<qreal> m_least;   // widest word
    QList<qreal> m_widths;
    QList<int> m_alignments;
    qreal m_total = 0;
};

} // namespace ui
