// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/segment_parser.h"

#include "tests/app/markdown/block_text.h"

#include <QTest>

using namespace app::markdown;

class SegmentParserTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void segments_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("expected"); // one block per line
        const auto row = [](const char *name, const char *source, const char *expected) {
            QTest::newRow(name) << QString::fromUtf8(source) << QString::fromUtf8(expected);
        };
        row("plain", "one two", "p one two");
        row("line break kept", "one\ntwo  \nthree", "p one/two/three");
        row("emphasis", "a *b* **c** ***d*** _e_", "p a {i:b} {b:c} {bi:d} {i:e}");
        row("intraword underscore", "snake_case_name", "p snake_case_name");
        row("code span", "`` a`b ``", "p {c:a`b}");
        row("code span is literal", "`*a* <b>`", "p {c:*a* <b>}");
        row("bold code", "**`x`**", "p {bc:x}");
        row("strike", "~~old~~ new", "p {s:old} new");
        row("link", "[a **b**](https://x.org/y \"t\")", "p {l=https://x.org/y:a }{bl=https://x.org/y:b}");
        row("two links", "[a](u) [b](v)", "p {l=u:a} {l=v:b}");
        row("bare url", "see https://x.org/a, yes", "p see {l=https://x.org/a:https://x.org/a}, yes");
        row("image is a link to it", "![cat](http://x/c.png)", "p {l=http://x/c.png:cat}");
        row("image without words", "![](http://x/c.png)", "p {l=http://x/c.png:http://x/c.png}");
        row("image inside link", "[![i](a)](b)", "p {l=b:i}");
        row("inline html is text", "a <b onclick=x>c</b>", "p a <b onclick=x>c</b>");
        row("html block is text", "<script>alert(1)</script>", "p <script>alert(1)</script>");
        row("entities", "&lt; &amp; &#65; &#x1F600; &nope; &#0;", "p < & A \U0001F600 &nope; \ufffd");
        row("escapes", "\\*no\\* \\# \\[", "p *no* # [");
        row("definition stays visible", "[1]: https://x.org", "p [1]: {l=https://x.org:https://x.org}");
        row("heading", "## Two *words* ##", "h2 Two {i:words}");
        row("setext", "One\n===\n", "h1 One");
        row("break", "***", "hr");
        row("bullets", "- a\n- b\n", "* p a\n* p b");
        row("loose", "- a\n\n- b\n", "* p a\n* p b");
        row("nested", "- a\n  - b\n    1. c\n- d", "* p a\n_ * p b\n_ _ 1. p c\n* p d");
        row("ordered from", "3. a\n4. b", "3. p a\n4. p b");
        row("two paragraphs in an item", "1. a\n\n   b", "1. p a\n_ p b");
        row("code in an item", "- a\n  ```py\n  x\n\n  y\n  ```", "* p a\n_ code(py) x//y");
        row("definition-like code in an item", "- a\n  ```\n  [x]: y\n  ```", "* p a\n_ code() [x]: y");
        row("empty item", "-\n- b", "* p \n* p b");
        row("item of an item", "- - a", "* * p a");
        row("tasks", "- [ ] a\n- [x] b", "*o p a\n*x p b");
        row("quote", "> a\n> b", "> p a/b");
        row("lazy quote", "> a\nb", "> p a/b");
        row("list in quote", "> - a\n>\n> b", "> * p a\n> p b");
        row("quote in list", "- > a", "* > p a");
        row("indented code", "    a\n      b\n", "code() a/  b");
        row("table", "| a | b | c | d |\n|---|:--|:-:|--:|\n| 1 | **2** | 3 |\n",
            "table -<^> [a | b | c | d] [1 | {b:2} | 3 | ]");
        row("table with pipe in code", "a|b\n-|-\n`x\\|y`|z", "table -- [a | b] [{c:x|y} | z]");
        row("not a table", "| a |\n| b |", "p | a |/| b |");
        row("blank", "  \n\n", "");
    }
    void segments()
    {
        QFETCH(QString, source);
        QFETCH(QString, expected);
        QCOMPARE(describe(parseSegment(source)).join(u'\n'), expected);
    }

    void aListGoesOn() { QCOMPARE(describe(parseSegment(u"1. c", 3)), QStringList{QStringLiteral("3. p c")}); }

    void spansAreSortedAndInside()
    {
        const auto blocks = parseSegment(u"**a** `b` *c **d*** [e](f) ~~g~~ \U0001F600 **h**");
        const StyledText &text = blocks.first().content;
        qsizetype at = 0;
        for (const Span &span : text.spans) {
            QVERIFY(span.start >= at);
            QVERIFY(span.length > 0);
            at = span.start + span.length;
        }
        QVERIFY(at <= text.text.size());
        QCOMPARE(text.text, QStringLiteral("a b c d e g \U0001F600 h"));
    }

    void deepNestingIsFlattenedAndKeepsItsText()
    {
        const auto blocks = parseSegment(QString(QString(500, u'>') + QStringLiteral(" deep")));
        QCOMPARE(blocks.size(), 1);
        QCOMPARE(blocks.first().path.size(), kMaxDepth);
        QCOMPARE(blocks.first().content.text, QStringLiteral("deep"));
    }

    void hugeTablesBecomeSource()
    {
        const QString source = QStringLiteral("|a|b|\n|-|-|\n") + QStringLiteral("|c|d|\n").repeated(kMaxTableCells);
        const auto blocks = parseSegment(source);
        QCOMPARE(blocks.size(), 1);
        QCOMPARE(blocks.first().kind, BlockKind::Code);
        QCOMPARE(blocks.first().content.text, source.trimmed());
    }

    void emptyCellsStayWithinTheBudget()
    {
        const QString head = QStringLiteral("|a").repeated(100) + QStringLiteral("|\n") +
                             QStringLiteral("|-").repeated(100) + QStringLiteral("|\n");
        const QString source = head + QStringLiteral("|\n").repeated(4000);
        qsizetype cells = 0;
        for (const Block &block : parseSegment(source))
            cells += block.table.rows.size() * block.table.columns.size();
        QVERIFY(cells <= kMaxTableCells);
    }

    void hostileInlinesEnd_data()
    {
        QTest::addColumn<QString>("piece");
        for (const char *piece :
             {"*a **b ", "[", "![[", "](", "`", "<", "&#", "~~a", "_a_b", "|", "- ", "1) ", "> ", "\\"})
            QTest::newRow(piece) << QString::fromLatin1(piece);
    }
    void hostileInlinesEnd()
    {
        QFETCH(QString, piece);
        const auto blocks = parseSegment(piece.repeated(16'000 / piece.size()));
        QVERIFY(!blocks.isEmpty());
        for (const Block &block : blocks)
            QVERIFY(block.path.size() <= kMaxDepth);
    }
};

QTEST_APPLESS_MAIN(SegmentParserTest)
#include "segment_parser_test.moc"
