// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_words.h"

#include "ui/shell/english_plurals.h"

#include <QTest>

using namespace ui;
using app::CompareState;

class CompareWordsTest : public QObject {
    Q_OBJECT
private:
    EnglishPlurals m_plurals;
private Q_SLOTS:
    void initTestCase() { QCoreApplication::installTranslator(&m_plurals); }
    void aSideSaysHowItStands_data();
    void aSideSaysHowItStands();
    void temperatures_data();
    void temperatures();
};

void CompareWordsTest::aSideSaysHowItStands_data()
{
    QTest::addColumn<app::CompareSide>("side");
    QTest::addColumn<QString>("words");
    const auto side = [](CompareState state, double progress = 0.0, double speed = 0.0) {
        app::CompareSide made;
        made.state = state;
        made.progress = progress;
        made.tokensPerSecond = speed;
        return made;
    };
    QTest::newRow("nothing yet") << side(CompareState::Empty) << QString();
    QTest::newRow("waiting") << side(CompareState::Waiting) << "Waits for the other one";
    QTest::newRow("loading") << side(CompareState::Loading, 0.4) << "Loading the model, 40 %";
    QTest::newRow("before loading") << side(CompareState::Loading) << "Getting ready";
    QTest::newRow("reading") << side(CompareState::Reading, 0.255) << "Reading, 26 %";
    QTest::newRow("the first word is to come") << side(CompareState::Writing) << "Writing";
    QTest::newRow("writing") << side(CompareState::Writing, 0.0, 38.04) << "Writing, 38.0 tokens per second";
    QTest::newRow("not asked") << side(CompareState::Stopped) << "Not asked";
    app::CompareSide stopped = side(CompareState::Stopped, 0.0, 12.0);
    stopped.message = app::MessageId{4};
    stopped.record.generatedTokens = 1;
    QTest::newRow("stopped") << stopped << QString::fromUtf8("Stopped  ·  12.0 tokens per second  ·  1 token written");
    QTest::newRow("failed") << side(CompareState::Failed) << "Failed";
    app::CompareSide done = side(CompareState::Done, 0.0, 40.0);
    done.record.generatedTokens = 41;
    done.record.promptTokens = 9;
    done.record.firstTokenMs = 304.0;
    QTest::newRow("done") << done
                          << QString::fromUtf8("40.0 tokens per second  ·  41 tokens written  ·  9 read  ·  "
                                               "first word after 0.30 s");
}

void CompareWordsTest::aSideSaysHowItStands()
{
    QFETCH(app::CompareSide, side);
    QFETCH(QString, words);
    QCOMPARE(CompareWords().standing(side), words);
}

void CompareWordsTest::temperatures_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("words");
    QTest::newRow("the assistant's") << -1.0 << "Its own settings";
    QTest::newRow("none") << 0.0 << "Exact (temperature 0)";
    QTest::newRow("some") << 0.7 << "Temperature 0.7";
}

void CompareWordsTest::temperatures()
{
    QFETCH(double, value);
    QFETCH(QString, words);
    QCOMPARE(CompareWords().temperature(value), words);
}

QTEST_MAIN(CompareWordsTest)
#include "compare_words_test.moc"
