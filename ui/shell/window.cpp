// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/window.h"

#include "app/composition.h"
#include "app/export_service.h"
#include "ui/print/pdf_writer.h"
#include "ui/style/fonts.h"

#include <QGuiApplication>
#include <QIcon>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QStyleHints>

namespace ui {

void Window::prepare(const char *version)
{
    QCoreApplication::setApplicationName(QStringLiteral("carrel"));
    QCoreApplication::setApplicationVersion(QString::fromLatin1(version));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Carrel"));
    // Compositors find the icon by the name of the desktop file.
    QGuiApplication::setDesktopFileName(QStringLiteral("io.github.carrel.Carrel"));
    // The style of the platform would be loaded only to be overruled.
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    // Native glyph rendering is sharp at whole scales and cheap where there is no GPU.
    QQuickWindow::setTextRenderType(QQuickWindow::NativeTextRendering);
}

Window::Window(app::Composition &composition)
    : m_context(composition)
{
    // Platforms without a desktop's theme leave it off, and buttons that wait for the pointer would never show.
    QGuiApplication::styleHints()->setUseHoverEffects(true);
    QCoreApplication::installTranslator(&m_plurals);
    if (!loadFonts())
        qWarning("Fonts are missing from the resources");
    composition.exports().setPdfWriter([](const app::ExportedTalk &talk) { return pdfOf(talk); });
    m_engine.setInitialProperties({{QStringLiteral("context"), QVariant::fromValue(&m_context)}});
}

bool Window::show()
{
    m_engine.loadFromModule("Carrel.Shell", "Main");
    if (m_engine.rootObjects().isEmpty())
        return false;
    m_window = qobject_cast<QQuickWindow *>(m_engine.rootObjects().constFirst());
    if (m_window == nullptr)
        return false;
    m_window->show();
    return true;
}

} // namespace ui
