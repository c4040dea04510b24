// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/logging.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>

namespace app {

Q_LOGGING_CATEGORY(lcInference, "carrel.inference", QtWarningMsg)
Q_LOGGING_CATEGORY(lcStorage, "carrel.storage", QtWarningMsg)
Q_LOGGING_CATEGORY(lcApp, "carrel.app", QtWarningMsg)

namespace {

constexpr qint64 kMaxLogBytes = qint64{1024} * 1024;

// A handler of Qt's has no place for state of its own. Both are set once.
std::atomic<int> logFile = -1;
QtMessageHandler nextHandler = nullptr;

void keepLine(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    // Other categories might quote what somebody wrote.
    if (context.category != nullptr && QByteArrayView(context.category).startsWith("carrel.")) {
        const QByteArray line = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toLatin1() + ' ' +
                                context.category + ": " + text.toUtf8() + '\n';
        [[maybe_unused]] const ssize_t written =
            ::write(logFile, line.constData(), static_cast<std::size_t>(line.size()));
    }
    if (nextHandler != nullptr)
        nextHandler(type, context, text);
}

} // namespace

void keepLog(const QString &path)
{
    const QFileInfo file(path);
    QDir().mkpath(file.path());
    if (file.size() > kMaxLogBytes) {
        QFile::remove(path + QStringLiteral(".old"));
        QFile::rename(path, path + QStringLiteral(".old"));
    }
    const int descriptor =
        ::open(QFile::encodeName(path).constData(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0 || logFile.exchange(descriptor) >= 0)
        return;
    nextHandler = qInstallMessageHandler(keepLine);
}

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
