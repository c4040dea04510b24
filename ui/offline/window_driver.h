// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QQuickItem>
#include <QQuickWindow>

#include <functional>

namespace ui {

/// Uses a window as a person does who knows it by ear: finds controls by their accessible names, presses keys, clicks.
/// What waits runs the event loop and gives up after five seconds.
class WindowDriver {
public:
    /// `window` is borrowed.
    explicit WindowDriver(QQuickWindow *window)
        : m_window(window)
    {
    }

    /// The first visible item with this accessible name, or whose name starts with it; nothing is null.
    [[nodiscard]] QQuickItem *find(const QString &name) const;
    /// All visible items with exactly this name.
    [[nodiscard]] QList<QQuickItem *> findAll(const QString &name) const;
    /// The first visible item with this objectName.
    [[nodiscard]] QQuickItem *named(const QString &objectName) const;
    [[nodiscard]] bool waitFor(const QString &name) const;
    [[nodiscard]] bool waitUntil(const std::function<bool()> &happened) const;

    /// Waits for the control, then clicks its middle.
    bool click(const QString &name, Qt::MouseButton button = Qt::LeftButton) const;
    bool click(QQuickItem *item, Qt::MouseButton button = Qt::LeftButton) const;
    void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const;
    void type(const QString &text) const;
    /// Waits for the control, then moves the pointer to its middle.
    bool hover(const QString &name) const;

    /// Changes the window's size and waits until it has it.
    void resize(QSize size) const;
    /// Waits until animations are over and nothing changes any more, then gives what is seen.
    [[nodiscard]] QImage picture() const;

    [[nodiscard]] QQuickWindow *window() const { return m_window; }

private:
    QQuickWindow *m_window;
};

/// The name that a screen reader says for an item; empty for most.
QString accessibleName(QQuickItem *item);

} // namespace ui
