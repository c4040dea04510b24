// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/source_service.h"

#include <QColor>
#include <QImage>
#include <QPointer>
#include <QQuickItem>
#include <qqmlregistration.h>

namespace ui {

/// The page of the source that is shown, as wide as the item, with the lines of the passage marked like with a marker.
/// It has the page drawn for the screen's own pixels; while that is done anew in another size, the picture before is
/// shown scaled.
class PageView : public QQuickItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(app::SourceService *source READ source WRITE setSource NOTIFY sourceChanged FINAL)
    Q_PROPERTY(QColor markColor READ markColor WRITE setMarkColor NOTIFY markColorChanged FINAL)
    /// Around the passage, in the item's coordinates; empty: it has no place on the page.
    Q_PROPERTY(QRectF marked READ marked NOTIFY markedChanged FINAL)
    /// A picture is there.
    Q_PROPERTY(bool drawn READ isDrawn NOTIFY drawnChanged FINAL)
public:
    explicit PageView(QQuickItem *parent = nullptr);

    [[nodiscard]] app::SourceService *source() const { return m_source; }
    /// Not owned.
    void setSource(app::SourceService *source);
    [[nodiscard]] QColor markColor() const { return m_markColor; }
    void setMarkColor(const QColor &color);
    [[nodiscard]] QRectF marked() const { return m_marked; }
    [[nodiscard]] bool isDrawn() const { return !m_image.isNull(); }
    /// What is shown; for tests.
    [[nodiscard]] const QImage &image() const { return m_image; }

Q_SIGNALS:
    void sourceChanged();
    void markColorChanged();
    void markedChanged();
    void drawnChanged();

protected:
    QSGNode *updatePaintNode(QSGNode *old, UpdatePaintNodeData *) override;
    void geometryChange(const QRectF &now, const QRectF &before) override;
    void itemChange(ItemChange change, const ItemChangeData &value) override;

private:
    void compose();
    void noteMarked();
    void askForWidth();
    [[nodiscard]] qreal scale() const; ///< of the item's units in a point

    QPointer<app::SourceService> m_source;
    QColor m_markColor = Qt::yellow;
    QRectF m_marked;
    QImage m_image;
    bool m_changed = false; ///< the image is not in the scene yet
};

/// The picture of a page with marks, given in points, laid over its text as ink through which one reads. A picture with
/// fewer bytes than it says is none.
QImage markedPage(const app::PagePicture &picture, const QSizeF &pageSize, const QList<QRectF> &marks,
                  const QColor &color);

} // namespace ui
