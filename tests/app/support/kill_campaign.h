// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Programs that are killed at random moments and started again until they are done.
#pragma once

#include <QDeadlineTimer>
#include <QProcess>
#include <QStringList>

#include <chrono>
#include <functional>
#include <random>
#include <string>

namespace app::test {

/// How many rounds a campaign has, and the seed that repeats it.
struct CampaignPlan {
    int rounds = 0;
    std::uint64_t seed = 0;

    /// A tenth of `full` but with CARREL_CAMPAIGN=full; CARREL_SEED repeats a campaign. Prints both.
    static CampaignPlan of(const char *name, int full)
    {
        CampaignPlan plan;
        plan.rounds = qEnvironmentVariable("CARREL_CAMPAIGN") == QStringLiteral("full") ? full : full / 10;
        bool given = false;
        plan.seed = qEnvironmentVariable("CARREL_SEED").toULongLong(&given);
        if (!given)
            plan.seed = std::random_device{}();
        qInfo("%s: %d rounds, CARREL_SEED=%llu", name, plan.rounds, static_cast<unsigned long long>(plan.seed));
        return plan;
    }
};

/// A command that is run many times.
class KilledCommand {
public:
    enum class End {
        Done,   ///< it ended by itself, with status 0
        Killed, ///< here
        Failed, ///< otherwise: it crashed, said no, or did not end
    };

    KilledCommand(QString program, QStringList arguments)
        : m_program(std::move(program))
        , m_arguments(std::move(arguments))
    {
    }

    /// Runs it to its end.
    End run() { return run(std::chrono::minutes(10), {}, false); }

    /// Runs it and kills it with SIGKILL after `moment`, later where `mayKill` is false then.
    End runAndKill(std::chrono::milliseconds moment, const std::function<bool()> &mayKill = {})
    {
        return run(moment, mayKill, true);
    }

    [[nodiscard]] const QStringList &arguments() const { return m_arguments; }
    /// What it said on standard error in its last run.
    [[nodiscard]] QByteArray complaint() const { return m_complaint; }

private:
    End run(std::chrono::milliseconds most, const std::function<bool()> &mayKill, bool kills)
    {
        QProcess process;
        process.setStandardOutputFile(QProcess::nullDevice());
        process.start(m_program, m_arguments);
        if (!process.waitForStarted())
            return End::Failed;
        const QDeadlineTimer moment(most);
        bool ended = process.waitForFinished(static_cast<int>(moment.remainingTime()));
        while (!ended && kills && mayKill && !mayKill())
            ended = process.waitForFinished(1);
        if (!ended) {
            process.kill();
            process.waitForFinished();
            m_complaint = process.readAllStandardError();
            return kills ? End::Killed : End::Failed;
        }
        m_complaint = process.readAllStandardError();
        return process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0 ? End::Done : End::Failed;
    }

    QString m_program;
    QStringList m_arguments;
    QByteArray m_complaint;
};

} // namespace app::test
