// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/markdown/html_writer.h"

#include "app/markdown/citation_marks.h"
#include "app/markdown/markdown_blocks.h"

#include <QRandomGenerator>
#include <QTest>
#include <QXmlStreamReader>

using namespace app::markdown;

namespace {

QString html(const QString &markdown)
{
    return toHtml(MarkdownBlocks::parse(markdown)).replace(u'\n', QString());
}

/// Why the HTML is not well formed, or empty.
QString fault(const QString &html)
{
    QString xml = QStringLiteral("<body>") + html + QStringLiteral("</body>");
    xml.replace(QLatin1StringView("<br>"), QLatin1StringView("<br/>"));
    xml.replace(QLatin1StringView("<hr>"), QLatin1StringView("<hr/>"));
    QXmlStreamReader reader(xml);
    while (!reader.atEnd())
        reader.readNext();
    return reader.errorString();
}

} // namespace

class HtmlWriterTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void blocksBecomeElements_data()
    {
        QTest::addColumn<QString>("markdown");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *markdown, const char *expected) {
            QTest::newRow(markdown) << QString::fromUtf8(markdown) << QString::fromUtf8(expected);
        };
        row("a **b** *c* `d` ~~e~~", "<p dir=\"auto\">a <strong>b</strong> <em>c</em> <code>d</code> <s>e</s></p>");
        row("# Title", "<h3>Title</h3>");
        row("a\\\nb", "<p dir=\"auto\">a<br>b</p>");
        row("```py\nx < 1\n```", "<pre><code>x &lt; 1</code></pre>");
        row("- a\n- b\n", "<ul><li><p dir=\"auto\">a</p></li><li><p dir=\"auto\">b</p></li></ul>");
        row("- a\n  - b\n- c\n", "<ul><li><p dir=\"auto\">a</p><ul><li><p dir=\"auto\">b</p></li></ul></li>"
                                 "<li><p dir=\"auto\">c</p></li></ul>");
        row("3. a\n4. b\n", "<ol start=\"3\"><li><p dir=\"auto\">a</p></li><li><p dir=\"auto\">b</p></li></ol>");
        row("> a\n\nb", "<blockquote><p dir=\"auto\">a</p></blockquote><p dir=\"auto\">b</p>");
        row("- [x] a\n", "<ul><li>☑ <p dir=\"auto\">a</p></li></ul>");
        row("|a|b|\n|-|-:|\n|1|2|", "<table><tr><th>a</th><th class=\"right\">b</th></tr>"
                                    "<tr><td>1</td><td class=\"right\">2</td></tr></table>");
        row("---", "<hr>");
        row("[t](https://x.org/?a=1&b='\")", "<p dir=\"auto\"><a rel=\"noreferrer noopener\" "
                                             "href=\"https://x.org/?a=1&amp;b=&#39;&quot;\">t</a></p>");
        row("[t](javascript:alert(1))", "<p dir=\"auto\">t (javascript:alert(1))</p>");
        row("[t](file:///etc/passwd)", "<p dir=\"auto\">t (file:///etc/passwd)</p>");
        row("![pixel](https://x.org/p.png)", nullptr);
        row("<script>alert(1)</script>", nullptr);
    }
    void blocksBecomeElements()
    {
        QFETCH(QString, markdown);
        QFETCH(QString, expected);
        const QString written = html(markdown);
        if (!expected.isEmpty())
            QCOMPARE(written, expected);
        QVERIFY(!written.contains(QStringLiteral("<script")) && !written.contains(QStringLiteral("<img")));
        QCOMPARE(fault(written), QString());
    }

    void citationsAreWrittenAsWanted()
    {
        QList<Block> blocks = MarkdownBlocks::parse(u"a [2] **b [3]**");
        for (Block &block : blocks)
            markCitations(block, [](int) { return true; });
        addStyle(blocks[0].content, 0, 1, NotFound);
        QCOMPARE(toHtml(blocks, [](int number) { return number == 2 ? QStringLiteral("<b>2</b>") : QString(); }),
                 QStringLiteral("<p dir=\"auto\"><span class=\"notfound\">a</span> <b>2</b> <strong>b "
                                "</strong><strong>[3]</strong></p>\n"));
    }

    void onPaperTargetsStandBesideTheirLinks_data()
    {
        QTest::addColumn<QString>("markdown");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *markdown, const char *expected) {
            QTest::newRow(markdown) << QString::fromUtf8(markdown)
                                    << QStringLiteral("<p dir=\"auto\">%1</p>\n").arg(QString::fromUtf8(expected));
        };
        row("see [the **law**](https://x.org/?a&b)", "see the <strong>law</strong> (https://x.org/?a&amp;b)");
        row("<https://x.org>", "https://x.org");
        row("[t](javascript:x)", "t (javascript:x)");
    }
    void onPaperTargetsStandBesideTheirLinks()
    {
        QFETCH(QString, markdown);
        QFETCH(QString, expected);
        QCOMPARE(toHtml(MarkdownBlocks::parse(markdown), {}, LinkHtml::Beside), expected);
    }

    void anythingIsWellFormed()
    {
        QRandomGenerator random(11);
        const QString alphabet = QStringLiteral("-*>1.2) \n\n#`|[]()<&\"'ab");
        for (int round = 0; round < 3000; ++round) {
            QString text;
            for (int i = random.bounded(60); i > 0; --i)
                text += alphabet[random.bounded(int(alphabet.size()))];
            const QString written = toHtml(MarkdownBlocks::parse(text));
            QVERIFY2(fault(written).isEmpty(), qPrintable(text + QStringLiteral("\n→\n") + written));
        }
    }
};

QTEST_GUILESS_MAIN(HtmlWriterTest)
#include "html_writer_test.moc"
