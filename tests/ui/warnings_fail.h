// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace testing {

inline std::atomic<int> warnings = 0; // NOLINT: a test program's one counter
inline QtMessageHandler previousHandler = nullptr;

/// Counts warnings of Qt and QML; main() returns failure when there was one. Qt Test puts its own handler in front when
/// it starts, so a QtTest class calls this in initTestCase(). What Quick Test prints goes on as before.
inline void countWarnings()
{
    previousHandler =
        qInstallMessageHandler([](QtMsgType type, const QMessageLogContext &context, const QString &text) {
            // Qt says this of itself when a window closes during an animation.
            const bool isOurs = !text.startsWith(QLatin1StringView("QUnifiedTimer::stopAnimationDriver"));
            if (isOurs && (type == QtWarningMsg || type == QtCriticalMsg)) {
                ++warnings;
                std::fprintf(stderr, "WARNING FAILS THE TEST: %s (%s:%d)\n", qPrintable(text),
                             context.file ? context.file : "", context.line);
            }
            if (previousHandler != nullptr)
                previousHandler(type, context, text);
        });
}

} // namespace testing
