// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_service.h"

#include "inference/error.h"
#include "tests/app/support/services.h"

#include <QFile>

using namespace app;
using tests::Services;

class SummaryServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theWholeFileIsRead();
    void aModelThatDoesNotEndIsCut();
    void whatDoesNotFitIsRefused();
    void unreadableFiles_data();
    void unreadableFiles();
    void stopEndsIt();
    void anEngineFailureIsTold();

private:
    static QString write(Services &services, const QByteArray &text)
    {
        QFile file(services.folder.filePath(QStringLiteral("document.txt")));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write the document");
        file.write(text);
        return file.fileName();
    }
};

void SummaryServiceTest::theWholeFileIsRead()
{
    Services services;
    SummaryService summaries(*services.inference, *services.models);
    QSignalSpy finished(&summaries, &SummaryService::finished);
    QSignalSpy text(&summaries, &SummaryService::textArrived);
    summaries.summarize(write(services, "one two three four five six seven eight nine ten"));
    QTRY_COMPARE(services.inference->generations().size(), std::size_t{1});
    QVERIFY(services.inference->generations()[0].request.messages.back().content.find("nine ten") != std::string::npos);
    services.inference->write(QStringLiteral("Numbers."));
    services.inference->finish();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(text.count(), 1);
    QCOMPARE(finished.first().at(0).toString(), QStringLiteral("Numbers."));
    const auto coverage = finished.first().at(1).value<SummaryCoverage>();
    QCOMPARE(coverage.tokensTotal, 10);
    QCOMPARE(coverage.tokensRead, 10);
    QVERIFY(coverage.sentence().contains(QStringLiteral("whole file")));
    QVERIFY(!summaries.isBusy());
}

void SummaryServiceTest::aModelThatDoesNotEndIsCut()
{
    Services services;
    SummaryService summaries(*services.inference, *services.models);
    QSignalSpy finished(&summaries, &SummaryService::finished);
    summaries.summarize(write(services, "some words"));
    QTRY_COMPARE(services.inference->generations().size(), std::size_t{1});
    QCOMPARE(services.inference->generations()[0].request.maxTokens, SummaryService::kLongestSummary);
    services.inference->write(QStringLiteral("Words, words, words"));
    services.inference->finish(inference::FinishReason::TokenLimit);
    QTRY_COMPARE(finished.count(), 1);
    const auto coverage = finished.first().at(1).value<SummaryCoverage>();
    QVERIFY(coverage.cut);
    QVERIFY2(coverage.sentence().contains(QStringLiteral("cut after 512 tokens")), qPrintable(coverage.sentence()));
}

void SummaryServiceTest::whatDoesNotFitIsRefused()
{
    Services services;
    services.inference->setContextLength(100);
    SummaryService summaries(*services.inference, *services.models);
    QSignalSpy failed(&summaries, &SummaryService::failed);
    summaries.summarize(write(services, QByteArray("word ").repeated(200)));
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<Failure>().code, QStringLiteral("app.document_too_long"));
    QVERIFY(services.inference->generations().empty());
}

void SummaryServiceTest::unreadableFiles_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("not UTF-8") << QByteArray("caf\xE9 und mehr");
    QTest::newRow("binary") << QByteArray("a\0b", 3);
    QTest::newRow("blank") << QByteArray(" \n");
}

void SummaryServiceTest::unreadableFiles()
{
    QFETCH(QByteArray, bytes);
    Services services;
    SummaryService summaries(*services.inference, *services.models);
    QSignalSpy failed(&summaries, &SummaryService::failed);
    summaries.summarize(write(services, bytes));
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<Failure>().code, QStringLiteral("app.document_unreadable"));
    summaries.summarize(QStringLiteral("/nonexistent"));
    QTRY_COMPARE(failed.count(), 2);
}

void SummaryServiceTest::stopEndsIt()
{
    Services services;
    SummaryService summaries(*services.inference, *services.models);
    QSignalSpy failed(&summaries, &SummaryService::failed);
    summaries.summarize(write(services, "some words"));
    QTRY_COMPARE(services.inference->generations().size(), std::size_t{1});
    summaries.stop();
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<Failure>().code, QStringLiteral("inference.cancelled"));
    QVERIFY(!summaries.isBusy());
}

void SummaryServiceTest::anEngineFailureIsTold()
{
    Services services;
    SummaryService summaries(*services.inference, *services.models);
    QSignalSpy failed(&summaries, &SummaryService::failed);
    summaries.summarize(write(services, "some words"));
    QTRY_COMPARE(services.inference->generations().size(), std::size_t{1});
    services.inference->fail({inference::ErrorCode::NotFinite, "NaN"});
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<Failure>().action, FailureAction::RunOnCpu);
}

QTEST_GUILESS_MAIN(SummaryServiceTest)
#include "summary_service_test.moc"
