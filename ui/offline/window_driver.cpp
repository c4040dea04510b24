// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/offline/window_driver.h"

#include <QAccessible>
#include <QTest>

namespace ui {

namespace {

/// Depth first, in stacking order; the last one found is the topmost.
template <class Visit>
void visit(QQuickItem *item, const Visit &visitor)
{
    if (!item->isVisible() || item->opacity() <= 0)
        return;
    visitor(item);
    const QList<QQuickItem *> children = item->childItems();
    for (QQuickItem *child : children)
        visit(child, visitor);
}

bool isOnScreen(QQuickItem *item)
{
    const QRectF scene(QPointF(), item->window()->size());
    return scene.contains(item->mapRectToScene(item->boundingRect()).center());
}

} // namespace

QString accessibleName(QQuickItem *item)
{
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(item);
    return interface != nullptr && interface->isValid() ? interface->text(QAccessible::Name) : QString();
}

QList<QQuickItem *> WindowDriver::findAll(const QString &name) const
{
    QList<QQuickItem *> found;
    visit(m_window->contentItem(), [&](QQuickItem *item) {
        if (accessibleName(item) == name && isOnScreen(item))
            found.append(item);
    });
    return found;
}

QQuickItem *WindowDriver::find(const QString &name) const
{
    const QList<QQuickItem *> exact = findAll(name);
    if (!exact.isEmpty())
        return exact.constLast();
    QQuickItem *found = nullptr;
    visit(m_window->contentItem(), [&](QQuickItem *item) {
        if (accessibleName(item).startsWith(name) && isOnScreen(item))
            found = item;
    });
    return found;
}

QQuickItem *WindowDriver::named(const QString &objectName) const
{
    QQuickItem *found = nullptr;
    visit(m_window->contentItem(), [&](QQuickItem *item) {
        if (found == nullptr && item->objectName() == objectName)
            found = item;
    });
    return found;
}

bool WindowDriver::waitFor(const QString &name) const
{
    return waitUntil([&] { return find(name) != nullptr; });
}

bool WindowDriver::waitUntil(const std::function<bool()> &happened) const
{
    return QTest::qWaitFor(happened, 5000);
}

bool WindowDriver::click(const QString &name, Qt::MouseButton button) const
{
    return waitFor(name) && click(find(name), button);
}

bool WindowDriver::click(QQuickItem *item, Qt::MouseButton button) const
{
    if (item == nullptr)
        return false;
    QTest::mouseClick(m_window, button, Qt::NoModifier, item->mapRectToScene(item->boundingRect()).center().toPoint());
    return true;
}

void WindowDriver::press(int key, Qt::KeyboardModifiers modifiers) const
{
    QTest::keyClick(m_window, static_cast<Qt::Key>(key), modifiers);
}

void WindowDriver::type(const QString &text) const
{
    for (const QChar letter : text)
        QTest::sendKeyEvent(QTest::Click, m_window, letter == u'\n' ? Qt::Key_Return : Qt::Key_unknown, QString(letter),
                            Qt::NoModifier);
}

bool WindowDriver::hover(const QString &name) const
{
    if (!waitFor(name))
        return false;
    QQuickItem *item = find(name);
    QTest::mouseMove(m_window, item->mapRectToScene(item->boundingRect()).center().toPoint());
    return true;
}

void WindowDriver::resize(QSize size) const
{
    m_window->resize(size);
    (void)waitUntil([&] { return m_window->size() == size && m_window->contentItem()->size().toSize() == size; });
}

QImage WindowDriver::picture() const
{
    // Two grabs that agree: fades last longer than the pause between them.
    QImage last;
    for (int attempt = 0; attempt < 20; ++attempt) {
        QTest::qWait(60);
        QImage now = m_window->grabWindow();
        if (now == last)
            return now;
        last = std::move(now);
    }
    return last;
}

} // namespace ui
