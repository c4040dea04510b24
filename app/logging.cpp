// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/logging.h"

namespace app {

Q_LOGGING_CATEGORY(lcInference, "carrel.inference", QtWarningMsg)
Q_LOGGING_CATEGORY(lcStorage, "carrel.storage", QtWarningMsg)
Q_LOGGING_CATEGORY(lcApp, "carrel.app", QtWarningMsg)

void installLogging(LogLevel level)
{
    qSetMessagePattern(QStringLiteral("%{if-category}%{category}: %{endif}%{message}"));
    if (level == LogLevel::Everything)
        QLoggingCategory::setFilterRules(QStringLiteral("carrel.*=true"));
}

std::function<void(std::string_view)> inferenceLogSink()
{
    return [](std::string_view line) {
        qCInfo(lcInference).noquote() << QString::fromUtf8(line.data(), static_cast<qsizetype>(line.size()));
    };
}

std::function<void(std::string_view)> storageLogSink()
{
    return [](std::string_view line) {
        qCInfo(lcStorage).noquote() << QString::fromUtf8(line.data(), static_cast<qsizetype>(line.size()));
    };
}

} // namespace app
