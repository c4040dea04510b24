// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Logging categories, and sinks that hand the libraries' lines to them. No text of a user is ever logged.
#pragma once

#include <QLoggingCategory>
#include <QString>

#include <functional>
#include <string_view>

namespace app {

Q_DECLARE_LOGGING_CATEGORY(lcInference)
Q_DECLARE_LOGGING_CATEGORY(lcStorage)
Q_DECLARE_LOGGING_CATEGORY(lcApp)

/// Which messages reach standard error.
enum class LogLevel { Warnings, Everything };

/// Sets the format of messages ("carrel.storage: …", warnings and worse unless Everything) and routes them to standard
/// error. QT_LOGGING_RULES still has the last word.
void installLogging(LogLevel level);

/// Keeps the lines of Carrel's own categories in a file too. Each line is handed to the system when it is logged, so
/// that a crash loses none; at 1 MiB the file is moved to `path`.old. Call once, after installLogging(); without effect
/// when the file cannot be made.
void keepLog(const QString &path);

/// Sinks for inference and storage; safe on any thread.
std::function<void(std::string_view)> inferenceLogSink();
std::function<void(std::string_view)> storageLogSink();

} // namespace app
