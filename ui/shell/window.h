// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/services/app_context.h"
#include "ui/shell/english_plurals.h"

#include <QQmlApplicationEngine>

class QQuickWindow;

namespace app {
class Composition;
}

namespace ui {

/// The window over one composition: QML engine, fonts, look. `carrel` and `carrel-offline` start it the same way:
///
///     ui::Window::prepare();            // before QGuiApplication
///     QGuiApplication application(argc, argv);
///     app::Composition composition(…);
///     ui::Window window(composition);   // destroyed before the composition
///     connect(&window.context(), &ui::AppContext::linkRequested, …);   // what only the program can do
///     if (!window.show()) return 1;
///     composition.start();
///     return application.exec();
///
/// GUI thread.
class Window {
public:
    /// Names the application and sets what Qt reads while it starts; call before QGuiApplication is made.
    /// `version`: as --version prints it.
    static void prepare(const char *version);

    /// `composition` is borrowed and outlives this object.
    explicit Window(app::Composition &composition);
    Window(const Window &) = delete;
    Window &operator=(const Window &) = delete;

    /// Loads the QML and shows the window. False: a broken build; the reason went to the log.
    [[nodiscard]] bool show();

    /// The services as the window sees them; its signals ask the program to open links and folders.
    [[nodiscard]] AppContext &context() { return m_context; }
    /// Null before show().
    [[nodiscard]] QQuickWindow *quickWindow() const { return m_window; }

private:
    EnglishPlurals m_plurals;
    AppContext m_context;
    QQmlApplicationEngine m_engine; // after the context that its objects use
    QQuickWindow *m_window = nullptr;
};

} // namespace ui
