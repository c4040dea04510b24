// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Indexing the sample documents, killed at random moments and started again: the index ends up the same as without, and
// nothing that was finished is done again. 20 kills, or 200 with CARREL_CAMPAIGN=full; CARREL_SEED repeats a campaign.
#include "tests/app/support/kill_campaign.h"
#include "tests/support/storage/index_content.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace app::test;
using End = KilledCommand::End;

namespace {

/// What was said of each document so far.
struct Steps {
    QHash<QString, int> reading;
    QHash<QString, int> read;
    QHash<QString, int> embedded;
    QString open;      ///< the document that is being read
    QString doneTwice; ///< what was done again though it was finished

    explicit Steps(const QString &log)
    {
        QFile file(log);
        if (!file.open(QIODevice::ReadOnly))
            return;
        const QList<QByteArray> lines = file.readAll().split('\n');
        for (const QByteArray &line : lines) {
            const qsizetype space = line.indexOf(' ');
            const QString path = QString::fromUtf8(line.mid(space + 1));
            if (line.startsWith("reading ")) {
                if (read.contains(path))
                    doneTwice = QString::fromUtf8(line);
                ++reading[path];
                open = path;
            } else if (line.startsWith("read ")) {
                ++read[path];
                open.clear();
            } else if (line.startsWith("embedded ")) {
                if (++embedded[path] > 1)
                    doneTwice = QString::fromUtf8(line);
            }
        }
    }
};

/// One index that is being made.
struct Workplace {
    QTemporaryDir folder;

    [[nodiscard]] QString index() const { return folder.filePath(QStringLiteral("index.db")); }
    [[nodiscard]] QString log() const { return folder.filePath(QStringLiteral("log")); }
    [[nodiscard]] KilledCommand command() const
    {
        return {QStringLiteral(INGEST_PROGRAM),
                {QStringLiteral(READER_FOLDER), index(), log(), QStringLiteral(SAMPLES)}};
    }
    /// Empty when the index contradicts itself.
    [[nodiscard]] QByteArray content() const
    {
        const auto opened = storage::IndexDatabase::open({.path = index().toStdString()});
        if (!opened.database || !opened.database->check())
            return {};
        const auto content = tests::indexContent(*opened.database);
        return content ? QByteArray::fromStdString(*content) : QByteArray();
    }
};

} // namespace

class IngestKillTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aKilledIndexIsFinishedAsIfNothingHadHappened()
    {
        const CampaignPlan plan = CampaignPlan::of("kills while indexing", 200);
        std::mt19937_64 random(plan.seed);
        const Workplace clean;
        QElapsedTimer timer;
        timer.start();
        KilledCommand whole = clean.command();
        QVERIFY2(whole.run() == End::Done, whole.complaint().constData());
        const qint64 usual = timer.elapsed();
        const QByteArray wanted = clean.content();
        const auto documents = Steps(clean.log()).read.size();
        QVERIFY(documents > 10 && wanted.count("\npassage ") > documents && wanted.contains("\nvector "));

        int kills = 0;
        int whileReading = 0;
        int whileEmbedding = 0;
        int trials = 0;
        for (; kills < plan.rounds; ++trials) {
            const Workplace place;
            KilledCommand command = place.command();
            QSet<QString> hit; ///< documents that were being read when the program died
            bool again = true;
            bool overdone = false;
            for (int tries = 0; tries < 5 && again; ++tries) {
                // A document over which the program dies twice is left alone, which is another test's matter.
                const auto mayKill = [&] {
                    const QString open = Steps(place.log()).open;
                    return open.isEmpty() || !hit.contains(open);
                };
                const std::chrono::milliseconds moment(random() % static_cast<std::uint64_t>(usual));
                const End end = command.runAndKill(moment, mayKill);
                QVERIFY2(end != End::Failed, command.complaint().constData());
                again = end == End::Killed;
                const Steps steps(place.log());
                if (!again)
                    break;
                ++kills;
                whileReading += steps.open.isEmpty() ? 0 : 1;
                whileEmbedding += steps.read.size() == documents ? 1 : 0;
                overdone = overdone || (!steps.open.isEmpty() && hit.contains(steps.open));
                if (!steps.open.isEmpty())
                    hit.insert(steps.open);
            }
            if (again)
                QVERIFY2(command.run() == End::Done, command.complaint().constData());
            const Steps steps(place.log());
            QVERIFY2(steps.doneTwice.isEmpty(), qPrintable(steps.doneTwice));
            if (overdone)
                continue;
            // One that was finished just before a death may not have come into the log; it is in the index, see below.
            QVERIFY(steps.read.size() <= documents);
            const QByteArray made = place.content();
            if (made != wanted) {
                const QList<QByteArray> one = made.split('\n');
                const QList<QByteArray> other = wanted.split('\n');
                const auto [is, should] = std::ranges::mismatch(one, other);
                const QByteArray difference =
                    "differs: " + (is == one.end() ? QByteArray("nothing") : is->left(300)) +
                    "\ninstead of: " + (should == other.end() ? QByteArray("nothing") : should->left(300));
                QFAIL(difference.constData());
            }
        }
        qInfo("%d kills in %d trials of %lld ms: %d while a document was read, %d after the last of them", kills,
              trials, static_cast<long long>(usual), whileReading, whileEmbedding);
        // The campaign has to have hit what it is for.
        QVERIFY(whileReading > 0);
    }
};

QTEST_GUILESS_MAIN(IngestKillTest)
#include "ingest_kill_test.moc"
