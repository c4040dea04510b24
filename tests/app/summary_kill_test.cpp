// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A summary is killed at random moments; in the end it is the one of a run that was never killed, and no step that was
// kept is made again. 20 kills, or 200 with CARREL_CAMPAIGN=full; CARREL_SEED repeats a campaign.
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <random>

namespace {

QByteArray book(int chapters, int variant)
{
    QByteArray text;
    for (int chapter = 0; chapter < chapters; ++chapter) {
        text += "# Chapter " + QByteArray::number(chapter) + '\n';
        for (int paragraph = 0; paragraph < 6; ++paragraph)
            text += "Paragraph " + QByteArray::number(paragraph) + " of chapter " +
                    QByteArray::number(chapter * 7 + variant) + " tells something " +
                    QByteArray("and goes on for a while ").repeated(7) + "until it ends.\n";
    }
    return text;
}

} // namespace

class SummaryKillTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theResultIsThatOfACleanRun();
};

void SummaryKillTest::theResultIsThatOfACleanRun()
{
    const bool full = qEnvironmentVariable("CARREL_CAMPAIGN") == QStringLiteral("full");
    const int wanted = full ? 200 : 20;
    bool given = false;
    quint64 seed = qEnvironmentVariable("CARREL_SEED").toULongLong(&given);
    if (!given)
        seed = std::random_device{}();
    qInfo("kill campaign: %d kills, CARREL_SEED=%llu", wanted, seed);
    std::mt19937_64 random(seed);

    const QTemporaryDir folder;
    QDir().mkpath(folder.filePath(QStringLiteral("docs")));
    for (int file = 0; file < 3; ++file) {
        QFile out(folder.filePath(QStringLiteral("docs/%1.md").arg(file)));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(book(6 + file, file));
    }
    const auto start = [&](QProcess &process, const QString &data, int pauseMs) {
        QDir().mkpath(folder.filePath(data));
        process.start(QStringLiteral(SUMMARY_PROGRAM),
                      {folder.filePath(data), QString::number(pauseMs), folder.filePath(QStringLiteral("docs"))});
    };
    const auto finish = [&](QProcess &process) {
        if (!process.waitForFinished(60'000) || process.exitCode() != 0)
            qFatal("%s", process.readAllStandardError().constData());
        return QJsonDocument::fromJson(process.readAllStandardOutput()).object();
    };
    QProcess clean;
    start(clean, QStringLiteral("clean"), 0);
    const QJsonObject whole = finish(clean);
    const int steps = whole.value(QLatin1StringView("made")).toInt();
    QVERIFY(steps > 20);
    QCOMPARE(whole.value(QLatin1StringView("reused")).toInt(), 0);

    int kills = 0;
    for (int campaign = 0; kills < wanted; ++campaign) {
        const QString data = QStringLiteral("killed%1").arg(campaign);
        for (int run = 0; run < 10; ++run) {
            QProcess process;
            start(process, data, 10);
            QVERIFY(process.waitForStarted());
            if (!process.waitForFinished(static_cast<int>(60 + random() % 400))) {
                process.kill();
                process.waitForFinished();
                ++kills;
            }
        }
        QProcess last;
        start(last, data, 0);
        const QJsonObject end = finish(last);
        QCOMPARE(end.value(QLatin1StringView("summary")), whole.value(QLatin1StringView("summary")));
        QCOMPARE(end.value(QLatin1StringView("sentence")), whole.value(QLatin1StringView("sentence")));
        // What was kept is counted as reused: together they are the steps of the clean run.
        QCOMPARE(end.value(QLatin1StringView("made")).toInt() + end.value(QLatin1StringView("reused")).toInt(), steps);
        QProcess again;
        start(again, data, 0);
        QCOMPARE(finish(again).value(QLatin1StringView("made")).toInt(), 0);
    }
    qInfo("%d kills", kills);
}

QTEST_GUILESS_MAIN(SummaryKillTest)
#include "summary_kill_test.moc"
