// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sources/page_view.h"

#include <QPainter>
#include <QPainterPath>
#include <QQuickWindow>
#include <QSGImageNode>

namespace ui {

namespace {

constexpr qreal kMarkMargin = 1.5; // points around the letters of a line

} // namespace

QImage markedPage(const app::PagePicture &picture, const QSizeF &pageSize, const QList<QRectF> &marks,
                  const QColor &color)
{
    constexpr qsizetype pixel = 4;
    if (picture.width <= 0 || picture.height <= 0 || picture.pixels.size() < pixel * picture.width * picture.height)
        return {};
    QImage image = QImage(reinterpret_cast<const uchar *>(picture.pixels.constData()), picture.width, picture.height,
                          pixel * picture.width, QImage::Format_RGB32)
                       .copy();
    if (marks.isEmpty() || pageSize.isEmpty())
        return image;
    // Lines touch; as one shape, no place gets the ink twice.
    QPainterPath shape;
    shape.setFillRule(Qt::WindingFill);
    for (const QRectF &mark : marks)
        shape.addRect(mark.adjusted(-kMarkMargin, -kMarkMargin, kMarkMargin, kMarkMargin));
    QPainter painter(&image);
    painter.setCompositionMode(QPainter::CompositionMode_Multiply);
    painter.scale(image.width() / pageSize.width(), image.height() / pageSize.height());
    painter.fillPath(shape, color);
    return image;
}

PageView::PageView(QQuickItem *parent)
    : QQuickItem(parent)
{
    setFlag(ItemHasContents);
}

void PageView::setSource(app::SourceService *source)
{
    if (source == m_source)
        return;
    if (m_source)
        m_source->disconnect(this);
    m_source = source;
    if (source != nullptr) {
        connect(source, &app::SourceService::pictureChanged, this, &PageView::compose);
        connect(source, &app::SourceService::viewChanged, this, &PageView::compose);
    }
    askForWidth();
    compose();
    Q_EMIT sourceChanged();
}

void PageView::setMarkColor(const QColor &color)
{
    if (color == m_markColor)
        return;
    m_markColor = color;
    compose();
    Q_EMIT markColorChanged();
}

qreal PageView::scale() const
{
    return m_source && !m_source->view().pageSize.isEmpty() ? width() / m_source->view().pageSize.width() : 0;
}

void PageView::noteMarked()
{
    const QRectF points = m_source ? m_source->view().marked() : QRectF();
    const QRectF marked(points.topLeft() * scale(), points.size() * scale());
    if (marked == m_marked)
        return;
    m_marked = marked;
    Q_EMIT markedChanged();
}

void PageView::compose()
{
    const bool was = isDrawn();
    m_image = m_source ? markedPage(m_source->picture(), m_source->view().pageSize, m_source->view().marks, m_markColor)
                       : QImage();
    m_changed = true;
    update();
    noteMarked();
    if (was != isDrawn())
        Q_EMIT drawnChanged();
}

void PageView::askForWidth()
{
    // Nothing is taken back when a view goes: another one may be there by then.
    if (m_source && isVisible() && window() != nullptr && width() > 0)
        m_source->setPictureWidth(qRound(width() * window()->effectiveDevicePixelRatio()));
}

void PageView::geometryChange(const QRectF &now, const QRectF &before)
{
    QQuickItem::geometryChange(now, before);
    if (now.size() == before.size())
        return;
    askForWidth();
    update();
    noteMarked();
}

void PageView::itemChange(ItemChange change, const ItemChangeData &value)
{
    QQuickItem::itemChange(change, value);
    if (change == ItemVisibleHasChanged || change == ItemSceneChange || change == ItemDevicePixelRatioHasChanged)
        askForWidth();
}

QSGNode *PageView::updatePaintNode(QSGNode *old, UpdatePaintNodeData *)
{
    auto *node = static_cast<QSGImageNode *>(old);
    if (m_image.isNull()) {
        delete node;
        return nullptr;
    }
    const bool fresh = node == nullptr;
    if (fresh) {
        node = window()->createImageNode();
        node->setOwnsTexture(true);
        node->setFiltering(QSGTexture::Linear);
    }
    if (fresh || m_changed)
        node->setTexture(window()->createTextureFromImage(m_image, QQuickWindow::TextureIsOpaque));
    m_changed = false;
    node->setRect(boundingRect());
    return node;
}

} // namespace ui
