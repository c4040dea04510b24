// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs carrel-cli as a user's shell does, in a home of its own.
#pragma once

#include <QByteArray>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace tests {

/// How a run ended.
struct CliRun {
    int status = -1; ///< exit status; -1: it crashed or did not end
    QByteArray out;
    QByteArray err;

    /// Standard output as one JSON object.
    [[nodiscard]] QJsonObject object() const { return QJsonDocument::fromJson(out).object(); }
    /// Standard output as one JSON object a line.
    [[nodiscard]] QList<QJsonObject> objects() const
    {
        QList<QJsonObject> all;
        for (const QByteArray &line : out.split('\n')) {
            if (!line.isEmpty())
                all.append(QJsonDocument::fromJson(line).object());
        }
        return all;
    }
};

/// A home with an empty data folder and a folder of models.
class CliHome {
public:
    CliHome() { QDir().mkpath(models()); }

    [[nodiscard]] QString path() const { return m_folder.path(); }
    [[nodiscard]] QString models() const { return m_folder.filePath(QStringLiteral("models")); }
    [[nodiscard]] QString data() const { return m_folder.filePath(QStringLiteral("data")); }
    [[nodiscard]] QString file(const QString &name) const { return m_folder.filePath(name); }

    /// A process that is ready to start, its standard streams connected.
    [[nodiscard]] std::unique_ptr<QProcess> process(const QStringList &arguments) const
    {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("HOME"), path());
        environment.insert(QStringLiteral("XDG_DATA_HOME"), path() + QStringLiteral("/share"));
        environment.insert(QStringLiteral("XDG_CACHE_HOME"), path() + QStringLiteral("/cache"));
        environment.insert(QStringLiteral("CARREL_MODELS"), models());
        process->setProcessEnvironment(environment);
        process->setProgram(QStringLiteral(CARREL_CLI));
        process->setArguments(arguments);
        return process;
    }

    [[nodiscard]] CliRun run(const QStringList &arguments, const QByteArray &input = {}) const
    {
        const auto process = this->process(arguments);
        return finish(*process, input);
    }

    /// With --data and this home's data folder.
    [[nodiscard]] CliRun runWithData(const QStringList &arguments, const QByteArray &input = {}) const
    {
        return run(QStringList{QStringLiteral("--data"), data()} + arguments, input);
    }

    static CliRun finish(QProcess &process, const QByteArray &input = {})
    {
        process.start();
        process.write(input);
        process.closeWriteChannel();
        CliRun run;
        if (process.waitForFinished(60'000) && process.exitStatus() == QProcess::NormalExit)
            run.status = process.exitCode();
        run.out = process.readAllStandardOutput();
        run.err = process.readAllStandardError();
        return run;
    }

private:
    QTemporaryDir m_folder;
};

} // namespace tests
