// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/quantization_notes.h"

#include <QTest>

using namespace app::catalogue;

class QuantizationNotesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void measuredTypesHaveAFigureAndASource_data();
    void measuredTypesHaveAFigureAndASource();
    void othersSaySo();
    void fewerBitsLoseMore();
};

void QuantizationNotesTest::measuredTypesHaveAFigureAndASource_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("figure");
    QTest::newRow("Q8_0") << QStringLiteral("Q8_0") << QStringLiteral("0.0 %");
    QTest::newRow("Q4_K_M") << QStringLiteral("Q4_K_M") << QStringLiteral("2.8 %");
    QTest::newRow("in small letters") << QStringLiteral("q4_k_m") << QStringLiteral("2.8 %");
    QTest::newRow("a recipe of somebody's own") << QStringLiteral("UD-Q4_K_M") << QStringLiteral("2.8 %");
    QTest::newRow("Q2_K") << QStringLiteral("Q2_K") << QStringLiteral("56 %");
}

void QuantizationNotesTest::measuredTypesHaveAFigureAndASource()
{
    QFETCH(QString, type);
    QFETCH(QString, figure);
    const QuantizationNote note = quantizationNote(type);
    QVERIFY(note.measured);
    QVERIFY2(note.words.contains(figure), qPrintable(note.words));
    QVERIFY(note.source.contains(QStringLiteral("Llama 3 8B")));
    QVERIFY(note.bitsPerWeight > 1);
}

void QuantizationNotesTest::othersSaySo()
{
    for (const char *type : {"UD-Q4_K_XL", "TQ1_0", "", "made-up"}) {
        const QuantizationNote note = quantizationNote(QString::fromLatin1(type));
        QVERIFY(!note.measured);
        QVERIFY(note.source.isEmpty());
        QVERIFY(!note.words.isEmpty());
    }
    QVERIFY(!quantizationNote(QStringLiteral("MXFP4")).words.contains(QLatin1Char('%')));
}

void QuantizationNotesTest::fewerBitsLoseMore()
{
    double before = -1;
    for (const char *type : {"Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K", "IQ1_S"}) {
        const QuantizationNote note = quantizationNote(QString::fromLatin1(type));
        QVERIFY(note.lossPercent > before);
        before = note.lossPercent;
    }
}

QTEST_GUILESS_MAIN(QuantizationNotesTest)
#include "quantization_notes_test.moc"
