// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/citation_marks.h"

#include "app/markdown/markdown_blocks.h"
#include "tests/app/markdown/block_text.h"

#include <QRandomGenerator>
#include <QTest>

using namespace app::markdown;

namespace {

QString marked(const QString &markdown)
{
    QList<Block> blocks = MarkdownBlocks::parse(markdown);
    for (Block &block : blocks)
        markCitations(block, [](int number) { return number >= 1 && number <= 12; });
    return describe(blocks).join(u'\n');
}

} // namespace

class CitationMarksTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void numbersOfSourcesAreMarked_data()
    {
        QTest::addColumn<QString>("markdown");
        QTest::addColumn<QString>("blocks");
        const auto row = [](const char *markdown, const char *blocks) {
            QTest::newRow(markdown) << QString::fromUtf8(markdown) << QString::fromUtf8(blocks);
        };
        row("It ends in May [1].", "p It ends in May {n:[1]}.");
        row("[2] first", "p {n:[2]} first");
        row("both [1][12]", "p both {n:[1]}{n:[12]}");
        row("none [13], [0], [x], [], [1", "p none [13], [0], [x], [], [1");
        row("[1234]", "p [1234]");
        row("# Head [3]", "h1 Head {n:[3]}");
        row("**bold [1] too**", "p {b:bold }{bn:[1]}{b: too}");
        row("`a[1]` and [1]", "p {c:a[1]} and {n:[1]}");
        row("[see [1]](https://x.org)", "p {l=https://x.org:see [1]}");
        row("```\na[1]\n```", "code() a[1]");
        row("- item [1]\n\n> quote [2]", "* p item {n:[1]}\n> p quote {n:[2]}");
        row("|a [1]|b|\n|-|-|\n|`[1]`|[2]|", "table -- [a {n:[1]} | b] [{c:[1]} | {n:[2]}]");
    }
    void numbersOfSourcesAreMarked()
    {
        QFETCH(QString, markdown);
        QFETCH(QString, blocks);
        QCOMPARE(marked(markdown), blocks);
    }

    void aNumberIsRead()
    {
        StyledText text{.text = QStringLiteral("a [12]")};
        markCitations(text, [](int number) { return number == 12; });
        QCOMPARE(citationNumber(text, text.spans.constFirst()), 12);
    }

    void stylesAreAdded_data()
    {
        QTest::addColumn<int>("start");
        QTest::addColumn<int>("length");
        QTest::addColumn<QString>("result");
        // plain {b:bold} and {i:slanted}
        QTest::newRow("nothing") << 3 << 0 << QStringLiteral("plain {b:bold} and {i:slanted}");
        QTest::newRow("before") << 0 << 5 << QStringLiteral("{u:plain} {b:bold} and {i:slanted}");
        QTest::newRow("into") << 4 << 4 << QStringLiteral("plai{u:n }{bu:bo}{b:ld} and {i:slanted}");
        QTest::newRow("inside") << 7 << 2 << QStringLiteral("plain {b:b}{bu:ol}{b:d} and {i:slanted}");
        QTest::newRow("around") << 4 << 8 << QStringLiteral("plai{u:n }{bu:bold}{u: a}nd {i:slanted}");
        QTest::newRow("between") << 10 << 5 << QStringLiteral("plain {b:bold}{u: and }{i:slanted}");
        QTest::newRow("all") << -4 << 99 << QStringLiteral("{u:plain }{bu:bold}{u: and }{iu:slanted}");
        QTest::newRow("outside") << 40 << 5 << QStringLiteral("plain {b:bold} and {i:slanted}");
    }
    void stylesAreAdded()
    {
        QFETCH(int, start);
        QFETCH(int, length);
        QFETCH(QString, result);
        StyledText text = MarkdownBlocks::parse(u"plain **bold** and *slanted*").constFirst().content;
        addStyle(text, start, length, NotFound);
        QCOMPARE(describe(text), result);
    }

    void textIsInserted_data()
    {
        QTest::addColumn<int>("at");
        QTest::addColumn<QString>("result");
        // plain {b:bold} and {i:slanted}
        QTest::newRow("at the beginning") << 0 << QStringLiteral("{na:[1]}plain {b:bold} and {i:slanted}");
        QTest::newRow("before a span") << 6 << QStringLiteral("plain {na:[1]}{b:bold} and {i:slanted}");
        QTest::newRow("inside a span") << 8 << QStringLiteral("plain {b:bo}{na:[1]}{b:ld} and {i:slanted}");
        QTest::newRow("behind a span") << 10 << QStringLiteral("plain {b:bold}{na:[1]} and {i:slanted}");
        QTest::newRow("at the end") << 22 << QStringLiteral("plain {b:bold} and {i:slanted}{na:[1]}");
        QTest::newRow("outside") << 99 << QStringLiteral("plain {b:bold} and {i:slanted}{na:[1]}");
    }
    void textIsInserted()
    {
        QFETCH(int, at);
        QFETCH(QString, result);
        StyledText text = MarkdownBlocks::parse(u"plain **bold** and *slanted*").constFirst().content;
        insertText(text, at, QStringLiteral("[1]"), Citation | Attributed);
        QCOMPARE(describe(text), result);
        insertText(text, at, {}, Citation);
        QCOMPARE(describe(text), result);
    }

    void aCitationStandsBeforeTheFullStop()
    {
        const StyledText text{.text = QStringLiteral("It ends. It ends?! So")};
        QCOMPARE(citationPlace(text, {.start = 0, .length = 8}), 7);
        QCOMPARE(citationPlace(text, {.start = 9, .length = 9}), 16);
        QCOMPARE(citationPlace(text, {.start = 19, .length = 2}), 21);
        QCOMPARE(citationPlace({.text = QStringLiteral("...")}, {.start = 0, .length = 3}), 0);
    }

    void spansStaySortedAndApart()
    {
        QRandomGenerator random(7);
        for (int round = 0; round < 500; ++round) {
            StyledText text = MarkdownBlocks::parse(u"a **bcd** e `fg` *hij* k [l](m) n").constFirst().content;
            QList<quint8> looks(text.text.size());
            for (const Span &span : std::as_const(text.spans)) {
                for (qsizetype i = span.start; i < span.start + span.length; ++i)
                    looks[i] = span.styles;
            }
            for (int step = 0; step < 4; ++step) {
                const int start = random.bounded(18) - 1;
                const int length = random.bounded(8);
                addStyle(text, start, length, NotFound);
                for (int i = std::max(start, 0); i < start + length && i < looks.size(); ++i)
                    looks[i] |= NotFound;
            }
            QList<quint8> now(text.text.size());
            qsizetype end = 0;
            for (const Span &span : std::as_const(text.spans)) {
                QVERIFY(span.start >= end && span.length > 0);
                end = span.start + span.length;
                for (qsizetype i = span.start; i < end; ++i)
                    now[i] = span.styles;
            }
            QVERIFY(end <= text.text.size());
            QCOMPARE(now, looks);
        }
    }

    void sentencesAreFoundInBlocks()
    {
        const QString answer =
            QStringLiteral("The *lease* ends\nin May [1]. It says so.\n\n- Rent is **due** monthly.\n"
                           "- It says so.\n\n```\nIt says so.\n```\n");
        const QList<Block> blocks = MarkdownBlocks::parse(answer);
        const QList<BlockRange> ranges =
            placesOf(blocks, {QStringLiteral("The *lease* ends\nin May [1]."), QStringLiteral("never said"),
                              QStringLiteral("- Rent is **due** monthly.\n- It says so.")});
        QStringList texts;
        for (const BlockRange &range : ranges)
            texts += blocks[range.block].content.text.mid(range.start, range.length);
        QCOMPARE(texts, QStringList({QStringLiteral("The lease ends\nin May [1]."),
                                     QStringLiteral("Rent is due monthly."), QStringLiteral("It says so.")}));
        // In their order: the second of two that are the same is the second in the answer.
        const QList<BlockRange> twice =
            placesOf(blocks, {QStringLiteral("It says so."), QStringLiteral("It says so.")});
        QCOMPARE(twice.size(), 2);
        QCOMPARE(twice[0].block, 0);
        QCOMPARE(twice[1].block, 2);
    }
};

QTEST_GUILESS_MAIN(CitationMarksTest)
#include "citation_marks_test.moc"
