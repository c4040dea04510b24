// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QThread>

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace app {

/// Ends the program, in every build type, when an entry point is called on another thread than its object's: a guard
/// that is compiled out guards nothing.
inline void expectThread(const QObject *object, std::source_location where = std::source_location::current())
{
    if (QThread::currentThread() == object->thread()) [[likely]]
        return;
    std::fprintf(stderr, "carrel: %s called on a wrong thread (%s:%u)\n", where.function_name(), where.file_name(),
                 static_cast<unsigned>(where.line()));
    std::abort();
}

/// The reverse: a call that may take long must not come on the thread of `object`.
inline void expectOtherThread(const QObject *object, std::source_location where = std::source_location::current())
{
    if (object == nullptr || QThread::currentThread() != object->thread()) [[likely]]
        return;
    std::fprintf(stderr, "carrel: %s called on a thread that must not wait (%s:%u)\n", where.function_name(),
                 where.file_name(), static_cast<unsigned>(where.line()));
    std::abort();
}

} // namespace app
