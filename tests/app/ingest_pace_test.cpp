// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ingest_pace.h"

#include <QTest>

using namespace app;
using namespace std::chrono_literals;

class IngestPaceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsSaidBeforeItIsMeasured()
    {
        const IngestPace::Time start;
        IngestPace pace;
        QVERIFY(!pace.left({.bytesToRead = 100}, start));
        pace.setWorking(true, start);
        pace.addRead(100, start + 1s);
        QVERIFY(!pace.left({.bytesToRead = 100, .embeds = false}, start + 2s));
        QVERIFY(pace.left({.bytesToRead = 100, .embeds = false}, start + 4s));
        // How fast it embeds is not known.
        QVERIFY(!pace.left({.bytesToRead = 100, .passagesPerByte = 0.01}, start + 4s));
    }

    void theLongerOfBothCounts()
    {
        const IngestPace::Time start;
        IngestPace pace;
        pace.setWorking(true, start);
        pace.addRead(1000, start + 10s);
        pace.addEmbedded(20, start + 10s);
        // 100 bytes a second, 2 passages a second.
        const auto reading = pace.left({.bytesToRead = 6000, .passagesPerByte = 0.001}, start + 10s);
        QVERIFY(reading && std::abs(reading->count() - 60) < 0.5);
        const auto embedding =
            pace.left({.bytesToRead = 6000, .passagesToEmbed = 100, .passagesPerByte = 0.05}, start + 10s);
        QVERIFY(embedding && std::abs(embedding->count() - 200) < 0.5);
        QCOMPARE(pace.left({}, start + 10s)->count(), 0.0);
    }

    void timeThatItStandsStillDoesNotCount()
    {
        const IngestPace::Time start;
        IngestPace pace;
        pace.setWorking(true, start);
        pace.addRead(1000, start + 10s);
        pace.setWorking(false, start + 10s);
        pace.setWorking(true, start + 1000s);
        const auto left = pace.left({.bytesToRead = 1000, .embeds = false}, start + 1000s);
        QVERIFY(left && std::abs(left->count() - 10) < 0.5);
    }

    void whatIsNewCountsMore()
    {
        const IngestPace::Time start;
        IngestPace pace;
        pace.setWorking(true, start);
        pace.addRead(100'000, start + 100s);
        for (int second = 101; second <= 1000; ++second)
            pace.addRead(10, start + std::chrono::seconds(second));
        const auto left = pace.left({.bytesToRead = 1000, .embeds = false}, start + 1000s);
        QVERIFY(left && left->count() > 30 && left->count() < 101);
    }
};

QTEST_GUILESS_MAIN(IngestPaceTest)
#include "ingest_pace_test.moc"
