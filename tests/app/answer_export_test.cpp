// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/answer_export.h"

#include <QTest>

using namespace app;

namespace {

CitationValue citation(qint32 ordinal, bool used)
{
    CitationValue value;
    value.ordinal = ordinal;
    value.documentName = QStringLiteral("lease <2025>.pdf");
    value.pageLabel = QString::number(ordinal + 5);
    value.text = QStringLiteral("Where the tenancy has *lasted*\nfor ten years & more [x](javascript:y).");
    value.used = used;
    return value;
}

ExportedTalk sample()
{
    MessageValue question{.id = {.value = 1}, .role = MessageRole::User, .text = QStringLiteral("# What <b>now</b>?")};
    MessageValue answer{.id = {.value = 2}, .role = MessageRole::Assistant};
    answer.text = QStringLiteral("The **period** doubles [2]. See `a[2]` and [1], not [3].\n\n"
                                 "```\n[2]\n```\n\nMail is accepted.");
    answer.citations = {citation(1, true), citation(2, true), citation(3, false)};
    answer.grounding = {.material = Material::Passages, .documentsTotal = 1, .documentsSearched = 1};
    const auto at = static_cast<qint32>(answer.text.indexOf(QStringLiteral("Mail")));
    answer.checks = {{.begin = at, .end = at + 17, .verdict = SentenceVerdict::NotFound}};
    answer.record.modelName = QStringLiteral("SmolLM2 135M");
    MessageValue streaming{.id = {.value = 3},
                           .role = MessageRole::Assistant,
                           .state = MessageState::Streaming,
                           .text = QStringLiteral("half a sen")};
    return {.title = QStringLiteral("Notice *period*"),
            .written = QDateTime(QDate(2026, 3, 1), QTime(12, 0)),
            .messages = {question, answer, streaming},
            .assistantName = QStringLiteral("Reader")};
}

} // namespace

class AnswerExportTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void markdownHasFootnotes()
    {
        const QString text = exported(sample(), ExportFormat::Markdown);
        for (const char *part :
             {"# Notice \\*period\\*\n", "*Exported from Carrel on 2026-03-01*\n",
              "## You\n\n> \\# What \\<b\\>now\\</b\\>?\n",
              "## Reader\n\nThe **period** doubles [^a1s2]. See `a[2]` and [^a1s1], not [3].\n\n```\n[2]\n```\n",
              "*Answered from 3 passages of lease \\<2025\\>.pdf.*", "*Sentences not found in the documents: 1.*",
              "*Written by SmolLM2 135M on this computer.*",
              "\n[^a1s1]: **lease \\<2025\\>.pdf, p. 6**\n\n    > Where the tenancy has \\*lasted\\*\n    > for ten "
              "years \\& more \\[x\\](javascript:y).\n",
              "\n[^a1s2]: **"}) {
            QVERIFY2(text.contains(QString::fromUtf8(part)), qPrintable(QString::fromUtf8(part) + u'\n' + text));
        }
        QVERIFY(!text.contains(QStringLiteral("half a sen")));
        QVERIFY(!text.contains(QStringLiteral("a1s3")));
    }

    void htmlStandsAlone()
    {
        const QString html = exported(sample(), ExportFormat::Html);
        for (const char *part :
             {"<!DOCTYPE html>", "default-src 'none'", "<title>Notice *period*</title>",
              "<div class=\"question\" dir=\"auto\"># What &lt;b&gt;now&lt;/b&gt;?</div>",
              "doubles <a class=\"source\" href=\"#a1s2\">2</a>.", "<code>a[2]</code>", "not [3].",
              "<span class=\"notfound\">Mail is accepted.</span>",
              "<li id=\"a1s1\" value=\"1\"><strong>lease &lt;2025&gt;.pdf, p. 6</strong><br><q>Where the tenancy has "
              "*lasted*\nfor ten years &amp; more [x](javascript:y).</q></li>"}) {
            QVERIFY2(html.contains(QString::fromUtf8(part)), qPrintable(QString::fromUtf8(part) + u'\n' + html));
        }
        for (const char *part : {"<script", "<img", "<link", "src=", "url(", "@import", "half a sen", "a1s3"})
            QVERIFY2(!html.contains(QString::fromUtf8(part)), part);
    }

    void aRefusalNamesThePassagesThatCameNearest()
    {
        ExportedTalk talk = sample();
        for (CitationValue &value : talk.messages[1].citations)
            value.used = false;
        QVERIFY(citedPassages(talk.messages[1]).isEmpty());
        talk.messages[1].grounding.refused = true;
        QCOMPARE(citedPassages(talk.messages[1]).size(), 3);
    }

    void nothingIsALinkOnPaper()
    {
        ExportedTalk talk = sample();
        talk.messages[1].text += QStringLiteral(" See [the law](https://example.org/a?b&c).");
        const QString html = exportedForPaper(talk);
        for (const char *part :
             {"<h1>Notice *period*</h1>", "<h2>Reader</h2>", "doubles <span class=\"cited\">[2]</span>",
              "See the law (https://example.org/a?b&amp;c)",
              "<p class=\"source\"><strong>[1] lease &lt;2025&gt;.pdf, p. 6</strong><br>“Where the tenancy has "
              "*lasted* "
              "for ten years &amp; more",
              "<p class=\"source\"><strong>[2] lease", "Mail is accepted."})
            QVERIFY2(html.contains(QString::fromUtf8(part)), qPrintable(QString::fromUtf8(part) + u'\n' + html));
        QVERIFY(!html.contains(QStringLiteral("<a")) && !html.contains(QStringLiteral("href")));
    }

    void anAnswerIsCopiedWithTheWordsThatItRestsOn()
    {
        const QString text = withSources(sample().messages.at(1));
        QVERIFY2(text.startsWith(QStringLiteral("The **period** doubles [2].")), qPrintable(text));
        QVERIFY2(text.endsWith(
                     QStringLiteral("Mail is accepted.\n\n"
                                    "[1] lease <2025>.pdf, p. 6: “Where the tenancy has *lasted* for ten years & more "
                                    "[x](javascript:y).”\n"
                                    "[2] lease <2025>.pdf, p. 7: “Where the tenancy has *lasted* for ten years & more "
                                    "[x](javascript:y).”")),
                 qPrintable(text));
        QCOMPARE(withSources({.role = MessageRole::Assistant, .text = QStringLiteral("Four.\n")}),
                 QStringLiteral("Four."));
    }

    void severalTalksHaveFootnotesOfTheirOwn()
    {
        const QString html = exported({sample(), sample()}, ExportFormat::Html);
        QCOMPARE(html.count(QStringLiteral("id=\"a1s1\"")), 1);
        QCOMPARE(html.count(QStringLiteral("id=\"a2s1\"")), 1);
        QCOMPARE(html.count(QStringLiteral("<html>")), 1);
        const QString text = exported({sample(), sample()}, ExportFormat::Markdown);
        QCOMPARE(text.count(QStringLiteral("\n[^a1s1]:")), 1);
        QCOMPARE(text.count(QStringLiteral("\n[^a2s1]:")), 1);
    }

    void formatsAreKnownByName_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("format");
        QTest::newRow("md") << QStringLiteral("md") << 0;
        QTest::newRow("a.MD") << QStringLiteral("/x/a.MD") << 0;
        QTest::newRow("b.html") << QStringLiteral("b.html") << 1;
        QTest::newRow("html") << QStringLiteral("html") << 1;
        QTest::newRow("c.pdf") << QStringLiteral("c.pdf") << -1;
        QTest::newRow("none") << QString() << -1;
    }
    void formatsAreKnownByName()
    {
        QFETCH(QString, name);
        QFETCH(int, format);
        const auto found = exportFormatOf(name);
        QCOMPARE(found ? static_cast<int>(*found) : -1, format);
    }

    void namesOfFilesAreHarmless()
    {
        QCOMPARE(exportFileName(QStringLiteral("../a/b: \"Ärger\"?  2-3")), QStringLiteral("ab Ärger 2-3"));
        QCOMPARE(exportFileName(QStringLiteral("///")), QStringLiteral("Chat"));
        QCOMPARE(exportFileName(QString(500, u'x')).size(), 80);
    }
};

QTEST_GUILESS_MAIN(AnswerExportTest)
#include "answer_export_test.moc"
