// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chat/table_columns.h"

#include "app/markdown/markdown_blocks.h"
#include "ui/style/fonts.h"

#include <QSignalSpy>
#include <QTest>

#include <numeric>

using namespace ui;

class TableColumnsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(loadFonts()); }
    void aShortTableFillsThePage();
    void aWideTableShrinksToThePage();
    void wordsAreNeverNarrowerThanTheirColumn();
    void alignments();
    void nothingWithoutATable();
    void growthMeasuresNewCellsAlone();
    void widthsGrowInSteps();

private:
    static void prepare(TableColumns &columns, const QString &markdown, qreal available)
    {
        columns.setFamily(QStringLiteral("Inter"));
        columns.setPixelSize(14);
        columns.setPadding(20);
        columns.setAvailable(available);
        columns.setBlock(app::markdown::MarkdownBlocks::parse(markdown).constFirst());
    }
};

void TableColumnsTest::aShortTableFillsThePage()
{
    TableColumns columns;
    prepare(columns, QStringLiteral("| a | longer head |\n|--|--|\n| 1 | 2 |\n"), 700);
    QCOMPARE(columns.widths().size(), 2);
    QCOMPARE(qRound(columns.total()), 700);
    QVERIFY(columns.widths()[1] > columns.widths()[0]);
}

void TableColumnsTest::aWideTableShrinksToThePage()
{
    const QString sentence =
        QStringLiteral("some words that go on and on until the page is far too narrow for all of them");
    TableColumns columns;
    prepare(columns, QStringLiteral("| a | b |\n|--|--|\n| %1 | %1 |\n").arg(sentence), 500);
    QVERIFY2(columns.total() <= 500.5, qPrintable(QString::number(columns.total())));
}

void TableColumnsTest::wordsAreNeverNarrowerThanTheirColumn()
{
    TableColumns columns;
    prepare(columns, QStringLiteral("| Donaudampfschifffahrt | b |\n|--|--|\n| 1 | 2 |\n"), 40);
    QVERIFY(columns.widths()[0] > 100); // the table scrolls sideways then
    QVERIFY(columns.total() > 40);
}

void TableColumnsTest::alignments()
{
    TableColumns columns;
    prepare(columns, QStringLiteral("| a | b | c | d |\n|--|:-|:-:|-:|\n| 1 | 2 | 3 | 4 |\n"), 400);
    QCOMPARE(columns.alignments(), (QList<int>{Qt::AlignLeft, Qt::AlignLeft, Qt::AlignHCenter, Qt::AlignRight}));
}

void TableColumnsTest::nothingWithoutATable()
{
    TableColumns columns;
    prepare(columns, QStringLiteral("words"), 400);
    QVERIFY(columns.widths().isEmpty());
    QCOMPARE(columns.total(), 0.0);
}

void TableColumnsTest::growthMeasuresNewCellsAlone()
{
    TableColumns columns;
    QString markdown = QStringLiteral("| a | b | c |\n|--|--|--|\n");
    prepare(columns, markdown, 700);
    for (int row = 0; row < 40; ++row) {
        markdown += QStringLiteral("| one | two | three |\n");
        const qsizetype before = columns.measuredCells();
        columns.setBlock(app::markdown::MarkdownBlocks::parse(markdown).constFirst());
        QCOMPARE(columns.measuredCells() - before, 3);
    }
    TableColumns fresh;
    prepare(fresh, markdown, 700);
    QCOMPARE(columns.widths(), fresh.widths());
}

void TableColumnsTest::widthsGrowInSteps()
{
    TableColumns columns;
    prepare(columns, QStringLiteral("| a | b |\n|--|--|\n| w | 2 |\n"), 700);
    QSignalSpy changed(&columns, &TableColumns::changed);
    QString word = QStringLiteral("w");
    for (int letter = 0; letter < 30; ++letter) {
        word += u'w';
        columns.setBlock(
            app::markdown::MarkdownBlocks::parse(QStringLiteral("| a | b |\n|--|--|\n| %1 | 2 |\n").arg(word))
                .constFirst());
    }
    QVERIFY2(changed.count() > 3 && changed.count() <= 18, qPrintable(QString::number(changed.count())));
}

QTEST_MAIN(TableColumnsTest)
#include "table_columns_test.moc"
