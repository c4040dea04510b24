// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/markdown_blocks.h"

#include "tests/app/markdown/block_text.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace app::markdown;

namespace {

const QStringList &samples()
{
    static const QStringList texts{
        QStringLiteral("Hello *world*.\n\nSecond **paragraph** with `code`.\n"),
        QStringLiteral("# Title\nText right after\n## Two\n\n---\nmore\n***\nend"),
        QStringLiteral("Title\n===\n\nOther\n---\ntext"),
        QStringLiteral("- a\n- b\n  - c\n\n  para in b\n- d\n\nafter"),
        QStringLiteral("1. a\n2. b\n\n3. c\n\n1. d\n1) e\n2) f"),
        QStringLiteral("1. a\n   ```py\n   x = 1\n\n   y\n   ```\n2. b"),
        QStringLiteral("text\n```cpp\nint main() {}\n\n// ``` not closed\n````\nafter"),
        QStringLiteral("~~~\na\n```\nb\n~~~ \n~~~~x y\nopen to the end"),
        QStringLiteral("   ```\n   a\n  b\n c\n```"),
        QStringLiteral("> quote\n> more\nlazy\n\n> other\n> ```\n> code\n> ```\nend"),
        QStringLiteral("> a\n```\ncode\n\ncode\n```\n"),
        QStringLiteral("| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n\nafter | it"),
        QStringLiteral("para\n| a | b |\n|--|--|\n| 1 | 2 |\nnot | row\n"),
        QStringLiteral("    indented\n\n    more\nend\n\tTab"),
        QStringLiteral("a\r\nb\r\n\r\nc\rd\r\r- e\r\n- f"),
        QStringLiteral("[1]: https://x.org\n[a]: b\ntext [1]\n\n[2]: c"),
        QStringLiteral("\U0001F600 smile \U0001F469\u200D\U0001F52C\n\n*\U0001F600*\n- \U0001F600"),
        QStringLiteral("<div>\n<b>x</b>\n</div>\n\n<!-- c -->\n"),
        QStringLiteral("- [ ] a\n- [x] b\n* c\n+ d\n-\n- "),
        QStringLiteral("para\n- interrupts\n\npara\n2. does not\n\npara\n1. does"),
        QStringLiteral("a\n#no\n####### no\n# \n#"),
        QStringLiteral("\n\n\n  \na\n\n\n\nb\n \n"),
        QStringLiteral("***bold italic*** _a **b** c_ ~~d~~ [l](u 't') <https://x.org>\\\nhard"),
        QStringLiteral("- a\nlazy\n# h\n- b\n> q\n- c\n***\n- d\n``` x\nf\n```")};
    return texts;
}

QString parsed(const QString &text)
{
    return describe(MarkdownBlocks::parse(text)).join(u'\n');
}
QString shown(const MarkdownBlocks &blocks)
{
    return describe(blocks.blocks()).join(u'\n');
}

} // namespace

class MarkdownBlocksTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Examples written from CommonMark's rules and the table and task-list extensions.
    void documents_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected"); // one block per line
        const auto row = [](const char *name, const char *text, const char *expected) {
            QTest::newRow(name) << QString::fromUtf8(text) << QString::fromUtf8(expected);
        };
        row("paragraphs", "a\nb\n\nc", "p a/b\np c");
        row("headings end themselves", "# a\nb\n## c", "h1 a\np b\nh2 c");
        row("fence interrupts a paragraph", "a\n```x\nb\n```\nc", "p a\ncode(x) b\np c");
        row("fence keeps blank lines", "```\na\n\n\nb\n```", "code() a///b");
        row("fence keeps markup", "```\n# a\n- b\n<c>\n```", "code() # a/- b/<c>");
        row("longer fence holds a shorter one", "````md\n```\n````", "code(md) ```");
        row("unclosed fence", "```js\na\n", "code(js) a");
        row("empty fence", "```\n```", "code() ");
        row("blank line in a fence first", "```\n\na\n```", "code() /a");
        row("first word of the info is the language", "``` rust ignore\n```", "code(rust) ");
        row("fence indent is taken off", "  ```\n   a\n b\n  ```", "code()  a/b");
        row("list numbers go on", "1. a\n1. b\n\n1. c", "1. p a\n2. p b\n3. p c");
        row("list from seven", "7. a\n9. b", "7. p a\n8. p b");
        row("another delimiter is another list", "1. a\n1) b", "1. p a\n1. p b");
        row("another bullet is another list", "- a\n+ b", "* p a\n* p b");
        row("paragraph ends a list", "1. a\n\nb\n\n1. c", "1. p a\np b\n1. p c");
        row("code between items", "1. a\n```\nx\n```\n2. b", "1. p a\ncode() x\n2. p b");
        row("lazy line", "- a\nb\n\nc", "* p a/b\np c");
        row("number does not interrupt", "born in\n1984. That", "p born in/1984. That");
        row("quote then text", "> a\n\nb", "> p a\np b");
        row("quotes apart", "> a\n\n> b", "> p a\n> p b");
        row("break or setext", "a\n---\n\n---\n", "h2 a\nhr");
        row("table then text", "|a|\n|-|\n|1|\n\nb", "table - [a] [1]\np b");
        row("definitions stay", "[a]: b\n[c]: d\n\nx", "p [a]: b/[c]: d\np x");
    }
    void documents()
    {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        QCOMPARE(parsed(text), expected);
    }

    void nulIsReplaced() { QCOMPARE(parsed(QString(QChar(u'\0')) + u'a'), QStringLiteral("p \ufffda")); }

    void everySplitGivesTheSameBlocks()
    {
        for (const QString &text : samples()) {
            const QString whole = parsed(text);
            for (qsizetype cut = 0; cut <= text.size(); ++cut) {
                MarkdownBlocks blocks;
                blocks.append(QStringView(text).first(cut));
                blocks.append(QStringView(text).sliced(cut));
                blocks.finish();
                QCOMPARE(shown(blocks), whole);
            }
            MarkdownBlocks single;
            for (const QChar c : text)
                single.append(QStringView(&c, 1));
            single.finish();
            QCOMPARE(shown(single), whole);
        }
    }

    void randomTextsSplitAtRandom()
    {
        QRandomGenerator random(20260101);
        const QStringList atoms{
            QStringLiteral("a"),   QStringLiteral("word "),   QStringLiteral("\n"),        QStringLiteral("\n\n"),
            QStringLiteral("- "),  QStringLiteral("1. "),     QStringLiteral("2. "),       QStringLiteral("> "),
            QStringLiteral("```"), QStringLiteral("```py\n"), QStringLiteral("    "),      QStringLiteral("  "),
            QStringLiteral("# "),  QStringLiteral("|"),       QStringLiteral("|-|-|\n"),   QStringLiteral("*"),
            QStringLiteral("**"),  QStringLiteral("`"),       QStringLiteral("[x](y)"),    QStringLiteral("\r\n"),
            QStringLiteral("---"), QStringLiteral("***\n"),   QStringLiteral("==="),       QStringLiteral("\\"),
            QStringLiteral("<b>"), QStringLiteral("\t"),      QStringLiteral("\U0001F600")};
        for (int round = 0; round < 400; ++round) {
            QString text;
            for (int i = 0; i < 60; ++i)
                text += atoms[random.bounded(int(atoms.size()))];
            MarkdownBlocks blocks;
            for (qsizetype at = 0; at < text.size();) {
                const qsizetype length = std::min<qsizetype>(1 + random.bounded(12), text.size() - at);
                blocks.append(QStringView(text).sliced(at, length));
                at += length;
            }
            blocks.finish();
            QVERIFY2(shown(blocks) == parsed(text), qPrintable(text));
        }
    }

    void changesTellExactlyWhatChanged()
    {
        for (const QString &text : samples()) {
            MarkdownBlocks blocks;
            QList<Block> mirror;
            const auto follow = [&](const MarkdownBlocks::Change &change) {
                QCOMPARE(change.oldCount, mirror.size());
                QCOMPARE(change.newCount, blocks.blocks().size());
                QVERIFY(change.firstChanged <= std::min(change.oldCount, change.newCount));
                for (qsizetype i = 0; i < change.firstChanged; ++i)
                    QVERIFY(mirror[i] == blocks.blocks()[i]);
                mirror = blocks.blocks();
            };
            for (const QChar c : text)
                follow(blocks.append(QStringView(&c, 1)));
            follow(blocks.finish());
        }
    }

    void closedBlocksNeverChange()
    {
        for (const QString &text : samples()) {
            MarkdownBlocks blocks;
            QList<Block> closed;
            for (const QChar c : text) {
                blocks.append(QStringView(&c, 1));
                QVERIFY(blocks.closedCount() >= closed.size());
                for (qsizetype i = 0; i < closed.size(); ++i)
                    QVERIFY(closed[i] == blocks.blocks()[i]);
                closed = blocks.blocks().first(blocks.closedCount());
            }
        }
    }

    void halfAClosingFenceIsNotShown()
    {
        MarkdownBlocks blocks;
        blocks.append(u"```\na\n``");
        QCOMPARE(shown(blocks), QStringLiteral("code() a"));
        blocks.append(u"x");
        QCOMPARE(shown(blocks), QStringLiteral("code() a/``x"));
    }

    void longCodeGoesOnInFurtherBlocks()
    {
        QString text = QStringLiteral("```cpp\n");
        for (int i = 0; i < 2 * MarkdownBlocks::kCodeLines + 5; ++i)
            text += QString::number(i) + u'\n';
        const auto blocks = MarkdownBlocks::parse(QString(text + QStringLiteral("```\n")));
        QCOMPARE(blocks.size(), 3);
        QVERIFY(!blocks[0].continuesPrevious);
        QVERIFY(blocks[1].continuesPrevious && blocks[2].continuesPrevious);
        QCOMPARE(blocks[2].language, QStringLiteral("cpp"));
        QCOMPARE(blocks[1].content.text.section(u'\n', 0, 0), QString::number(MarkdownBlocks::kCodeLines));
    }

    void longTableKeepsItsHead()
    {
        QString text = QStringLiteral("| k | v |\n|---|---|\n");
        for (int i = 0; i < 1500; ++i)
            text += QStringLiteral("| key %1 | value |\n").arg(i);
        const auto blocks = MarkdownBlocks::parse(text);
        QVERIFY(blocks.size() > 1);
        qsizetype rows = 0;
        for (const Block &block : blocks) {
            QCOMPARE(block.kind, BlockKind::Table);
            QCOMPARE(block.table.rows.first().first().text, QStringLiteral("k"));
            rows += block.table.rows.size() - 1;
        }
        QCOMPARE(rows, 1500);
    }

    void aMegabyteIsCutAndComplete_data()
    {
        QTest::addColumn<QString>("atom");
        for (const char *atom : {"word ", "x", "line\n", "- word\n", "  - deep\n", "> w\n", ">", "| a ", "|w|b|\n", "*",
                                 "[", "`", "```\n", "w\n\n", "\t", "&", "1. "})
            QTest::newRow(atom) << QString::fromLatin1(atom);
    }
    void aMegabyteIsCutAndComplete()
    {
        QFETCH(QString, atom);
        const QString text = atom.repeated((1 << 20) / atom.size());
        QElapsedTimer timer;
        timer.start();
        MarkdownBlocks blocks;
        blocks.append(text);
        const qint64 whole = timer.elapsed();
        qint64 worst = 0;
        for (int i = 0; i < 200; ++i) {
            QElapsedTimer one;
            one.start();
            blocks.append(u"tok ");
            worst = std::max(worst, one.nsecsElapsed());
        }
        blocks.finish();
        qInfo("1 MB in %lld ms, then at most %.2f ms for a piece, %lld blocks", whole, double(worst) / 1e6,
              qint64(blocks.blocks().size()));
        qsizetype letters = 0;
        for (const Block &block : blocks.blocks()) {
            QVERIFY(block.content.text.size() <= 8 * MarkdownBlocks::kSegmentBudget);
            const auto count = [](const QString &part) { return part.count(u'x') + part.count(u'w'); };
            letters += count(block.content.text);
            for (const auto &row : block.table.rows) {
                for (const StyledText &cell : row)
                    letters += count(cell.text);
            }
        }
        const qsizetype expected = text.count(u'x') + text.count(u'w');
        // A cut table repeats its head, and nothing else may appear twice or vanish.
        QVERIFY(letters >= expected && letters <= expected + 1000);
    }
};

QTEST_APPLESS_MAIN(MarkdownBlocksTest)
#include "markdown_blocks_test.moc"
