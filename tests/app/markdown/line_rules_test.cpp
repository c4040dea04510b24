// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/line_rules.h"

#include <QTest>

using namespace app::markdown;

class LineRulesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fences_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("length"); // 0: no fence
        QTest::addColumn<QString>("info");
        QTest::newRow("plain") << "```" << 3 << "";
        QTest::newRow("language") << "```cpp" << 3 << "cpp";
        QTest::newRow("tilde with backtick") << "~~~~ a`b" << 4 << "a`b";
        QTest::newRow("indented by three") << "   ```  x y " << 3 << "x y";
        QTest::newRow("indented by four is code") << "    ```" << 0 << "";
        QTest::newRow("two marks") << "``" << 0 << "";
        QTest::newRow("inline code") << "``` a` b" << 0 << "";
        QTest::newRow("empty") << "" << 0 << "";
    }
    void fences()
    {
        QFETCH(QString, line);
        QFETCH(int, length);
        QFETCH(QString, info);
        const auto fence = fenceStart(line);
        QCOMPARE(fence ? fence->length : 0, length);
        if (fence)
            QCOMPARE(fence->info.toString(), info);
    }

    void closingFence()
    {
        const FenceStart fence{.mark = u'`', .length = 4, .indent = 0, .info = {}};
        QVERIFY(closesFence(u"````", fence));
        QVERIFY(closesFence(u"  `````  ", fence));
        QVERIFY(!closesFence(u"```", fence));
        QVERIFY(!closesFence(u"~~~~", fence));
        QVERIFY(!closesFence(u"```` x", fence));
        QVERIFY(!closesFence(u"    ````", fence));
    }

    void items_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("contentIndent"); // 0: no item
        QTest::addColumn<bool>("interrupts");
        QTest::newRow("dash") << "- a" << 2 << true;
        QTest::newRow("plus, wide gap") << "+   a" << 4 << true;
        QTest::newRow("gap of five holds code") << "-     a" << 2 << true;
        QTest::newRow("ordered one") << "1. a" << 3 << true;
        QTest::newRow("ordered other") << "12) a" << 4 << false;
        QTest::newRow("empty") << "*" << 2 << false;
        QTest::newRow("indented") << "  - a" << 4 << true;
        QTest::newRow("too deep") << "    - a" << 0 << false;
        QTest::newRow("no gap") << "-a" << 0 << false;
        QTest::newRow("ten digits") << "1234567890. a" << 0 << false;
        QTest::newRow("year in a sentence") << "2024 was" << 0 << false;
        QTest::newRow("thematic break") << "- - -" << 0 << false;
        QTest::newRow("emphasis") << "**a**" << 0 << false;
    }
    void items()
    {
        QFETCH(QString, line);
        QFETCH(int, contentIndent);
        QFETCH(bool, interrupts);
        const auto item = itemStart(line);
        QCOMPARE(item ? item->contentIndent : 0, contentIndent);
        if (item)
            QCOMPARE(item->interruptsParagraph(), interrupts);
    }

    void tabsCountToTheNextStop()
    {
        QCOMPARE(indentOf(u"\tx"), 4);
        QCOMPARE(indentOf(u"  \tx"), 4);
        QCOMPARE(indentOf(u"\t\t x"), 9);
    }

    void otherLines()
    {
        QVERIFY(isThematicBreak(u"***"));
        QVERIFY(isThematicBreak(u" _ _ _ _"));
        QVERIFY(!isThematicBreak(u"--"));
        QVERIFY(!isThematicBreak(u"*-*"));
        QVERIFY(isAtxHeading(u"# a"));
        QVERIFY(isAtxHeading(u"######"));
        QVERIFY(!isAtxHeading(u"#a"));
        QVERIFY(!isAtxHeading(u"####### a"));
        QVERIFY(isQuote(u" > a"));
        QVERIFY(!isQuote(u"a > b"));
        QVERIFY(isTableDelimiter(u"|:-|-:|"));
        QVERIFY(isTableDelimiter(u"- | -"));
        QVERIFY(!isTableDelimiter(u"---"));
        QVERIFY(!isTableDelimiter(u"| a |"));
        QVERIFY(isDefinition(u"[1]: https://example.org"));
        QVERIFY(!isDefinition(u"[1] says: no"));
    }
};

QTEST_APPLESS_MAIN(LineRulesTest)
#include "line_rules_test.moc"
