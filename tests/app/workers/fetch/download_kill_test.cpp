// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Downloads that are killed at random moments and started again: the file comes out right, and what was kept under a
// hash is never asked for again. 10 kills, or 100 with CARREL_CAMPAIGN=full; CARREL_SEED repeats a campaign.
#include "storage/database.h"
#include "storage/download_store.h"
#include "tests/app/support/kill_campaign.h"
#include "tests/app/workers/fetch/fault_server.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace app::test;
using End = KilledCommand::End;

namespace {

constexpr qsizetype kBytes = 3'000'000;

// How far the file is kept under hashes; nothing before the download was noted.
qint64 keptBytes(const QString &data)
{
    const auto opened = storage::Database::open({.path = data.toStdString() + "/carrel.db"});
    if (!opened.database)
        return -1;
    storage::DownloadStore downloads(*opened.database);
    const auto rows = downloads.list();
    if (!rows || rows->empty())
        return 0;
    const auto checkpoints = downloads.checkpoints(rows->front().id);
    return !checkpoints || checkpoints->empty() ? 0 : checkpoints->back().endByte;
}

KilledCommand commandFor(const FaultServer &server, const QTemporaryDir &place)
{
    return {QStringLiteral(DOWNLOAD_PROGRAM),
            {QStringLiteral(FETCH_FOLDER), place.path(), server.url(QStringLiteral("steady")),
             place.filePath(QStringLiteral("into")), QStringLiteral("file.bin"), server.sha256()}};
}

} // namespace

class DownloadKillTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("CHECKPOINT_BYTES", "131072"); }
    void aKilledDownloadGoesOn();
    void theProgramMakesNoInternetSocket();
};

void DownloadKillTest::aKilledDownloadGoesOn()
{
    const CampaignPlan plan = CampaignPlan::of("kills while downloading", 100);
    std::mt19937_64 random(plan.seed);
    const FaultServer server(noise(kBytes, plan.seed));
    constexpr std::uint64_t usual = 1800; // milliseconds
    int kills = 0;
    int inTheMiddle = 0;
    int files = 0;
    while (kills < plan.rounds) {
        const QTemporaryDir place;
        KilledCommand command = commandFor(server, place);
        End end = End::Killed;
        for (int tries = 0; end == End::Killed; ++tries) {
            const qsizetype asked = server.log(QStringLiteral("steady")).size();
            const qint64 kept = tries == 0 ? 0 : keptBytes(place.path());
            QVERIFY(kept >= 0);
            // Every file comes to its end some time.
            end = tries < 6 ? command.runAndKill(std::chrono::milliseconds(random() % usual)) : command.run();
            QVERIFY2(end != End::Failed, command.complaint().constData());
            kills += end == End::Killed ? 1 : 0;
            inTheMiddle += kept > 0 && kept < kBytes ? 1 : 0;
            const QList<QJsonObject> log = server.log(QStringLiteral("steady"));
            for (const QJsonObject &request : log.sliced(asked)) {
                const qint64 from = request.value(QStringLiteral("from")).toInteger();
                QVERIFY2(from >= kept, qPrintable(QStringLiteral("from %1, kept %2").arg(from).arg(kept)));
            }
        }
        QFile file(place.filePath(QStringLiteral("into/file.bin")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll() == server.content());
        QCOMPARE(QDir(place.filePath(QStringLiteral("into"))).entryList(QDir::Files).size(), 1);
        ++files;
    }
    qInfo("%d kills over %d files, %d of them with a part that went on", kills, files, inTheMiddle);
    // The campaign has to have hit what it is for.
    QVERIFY(inTheMiddle > 0);
}

void DownloadKillTest::theProgramMakesNoInternetSocket()
{
    if (QStandardPaths::findExecutable(QStringLiteral("strace")).isEmpty())
        QSKIP("strace is not installed");
    const FaultServer server(noise(kBytes, 5));
    const QTemporaryDir place;
    const QString trace = place.filePath(QStringLiteral("trace"));
    QProcess process;
    process.setProgram(QStringLiteral("strace"));
    // One file for each process, so that the worker, which may, is told apart.
    process.setArguments(QStringList{QStringLiteral("-ff"), QStringLiteral("-qq"), QStringLiteral("-e"),
                                     QStringLiteral("trace=socket,connect,execve,io_uring_setup"), QStringLiteral("-o"),
                                     trace, QStringLiteral(DOWNLOAD_PROGRAM)} +
                         commandFor(server, place).arguments());
    process.start();
    QVERIFY(process.waitForFinished(120'000));
    QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
    int programs = 0;
    int workers = 0;
    for (const QFileInfo &part : QDir(place.path()).entryInfoList({QStringLiteral("trace.*")}, QDir::Files)) {
        QFile file(part.filePath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray calls = file.readAll();
        const bool worker = calls.contains("carrel-fetch\"");
        const bool internet = calls.contains("AF_INET") || calls.contains("io_uring_setup(");
        workers += worker && internet ? 1 : 0;
        programs += worker ? 0 : 1;
        QVERIFY2(worker || !internet, calls.constData());
    }
    // It saw what there was to see: the worker's own.
    QVERIFY(workers == 1 && programs > 1);
}

QTEST_GUILESS_MAIN(DownloadKillTest)
#include "download_kill_test.moc"
