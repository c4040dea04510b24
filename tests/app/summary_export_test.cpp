// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/summary_export.h"

#include <QTest>

using namespace app;

namespace {

FinishedSummary sample()
{
    FinishedSummary summary{.request = {.paths = {QStringLiteral("/papers/Lease & <notes>.pdf")}},
                            .modelName = QStringLiteral("SmolLM2 135M")};
    summary.result.text = QStringLiteral("The rent is due in *advance* [2].\n\nIt ends by `a[2]` notice [5].");
    summary.result.sources = {
        {.id = 2,
         .document = QStringLiteral("/papers/Lease & <notes>.pdf"),
         .page = 4,
         .numbered = true,
         .text = QStringLiteral("The rent is due <now>.")},
        {.id = 5, .document = QStringLiteral("/papers/mail.eml"), .page = 1, .text = QStringLiteral("Notice.")}};
    SummaryCoverage &coverage = summary.result.coverage;
    coverage.filesTotal = 1;
    coverage.filesRead = 1;
    coverage.sectionsTotal = 4;
    coverage.sectionsRead = 4;
    coverage.tokensTotal = 900;
    coverage.tokensRead = 900;
    return summary;
}

} // namespace

class SummaryExportTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void titlesSayWhatIsSummarized_data()
    {
        QTest::addColumn<QStringList>("paths");
        QTest::addColumn<QString>("collection");
        QTest::addColumn<QStringList>("questions");
        QTest::addColumn<QString>("title");
        const QStringList one{QStringLiteral("/a/Lease.pdf")};
        QTest::newRow("a file") << one << QString() << QStringList() << QStringLiteral("Summary of Lease.pdf");
        QTest::newRow("a folder") << QStringList{QStringLiteral("/a/House/")} << QString() << QStringList()
                                  << QStringLiteral("Summary of House");
        QTest::newRow("files") << (one + QStringList{QStringLiteral("/a/b"), QStringLiteral("/c")}) << QString()
                               << QStringList() << QStringLiteral("Summary of Lease.pdf and 2 more");
        QTest::newRow("a collection") << QStringList() << QStringLiteral("uuid") << QStringList()
                                      << QStringLiteral("Summary of Garden");
        QTest::newRow("a file and a collection")
            << one << QStringLiteral("uuid") << QStringList() << QStringLiteral("Summary of Lease.pdf and 1 more");
        QTest::newRow("questions") << one << QString() << QStringList{QStringLiteral("When?")}
                                   << QStringLiteral("Answers from Lease.pdf");
    }

    void titlesSayWhatIsSummarized()
    {
        QFETCH(QStringList, paths);
        QFETCH(QString, collection);
        QFETCH(QStringList, questions);
        QFETCH(QString, title);
        const SummaryRequest request{.paths = paths, .collection = collection, .questions = questions};
        QCOMPARE(summaryTitle(request, QStringLiteral("Garden")), title);
    }

    void markdownHasSourcesAndCoverage()
    {
        const QString text = exported(summaryTalk(sample()), ExportFormat::Markdown);
        for (const char *part :
             {"# Summary of Lease \\& \\<notes\\>.pdf\n",
              "\n\nThe rent is due in *advance* [^a1s2].\n\nIt ends by `a[2]` notice [^a1s5].\n",
              "*Read 4 of 4 sections, 900 of 900 tokens.*", "*Written by SmolLM2 135M on this computer.*",
              "[^a1s2]: **Lease \\& \\<notes\\>.pdf, p. 4**\n\n    > The rent is due \\<now\\>.\n",
              // Nobody counts pages of a letter.
              "[^a1s5]: **mail.eml**\n"})
            QVERIFY2(text.contains(QString::fromUtf8(part)), qPrintable(QString::fromUtf8(part) + u'\n' + text));
        QVERIFY2(!text.contains(QStringLiteral("## ")), qPrintable(text));
    }

    void htmlHasSourcesAndCoverage()
    {
        const QString html = exported(summaryTalk(sample()), ExportFormat::Html);
        for (const char *part :
             {"<h1>Summary of Lease &amp; &lt;notes&gt;.pdf</h1>", "<a class=\"source\" href=\"#a1s2\">2</a>",
              "Read 4 of 4 sections, 900 of 900 tokens.",
              "<li id=\"a1s2\" value=\"2\"><strong>Lease &amp; &lt;notes&gt;.pdf, p. 4</strong><br><q>The rent is due "
              "&lt;now&gt;.</q></li>"})
            QVERIFY2(html.contains(QString::fromUtf8(part)), qPrintable(QString::fromUtf8(part) + u'\n' + html));
        QVERIFY(!html.contains(QStringLiteral("<h2>")));
    }

    void gapsAreNamed()
    {
        SummaryCoverage coverage;
        const QString scan = QStringLiteral("/a/Deed.pdf");
        for (const qint32 page : {1, 2, 3, 7})
            coverage.pagesWithoutText.append({.document = scan, .page = page});
        coverage.pagesWithoutText.append({.document = QStringLiteral("/a/Plan.pdf"), .page = 2});
        coverage.emptySections = {{.document = scan, .section = QStringLiteral("Annex"), .page = 9},
                                  {.document = scan, .page = 10},
                                  {.document = QStringLiteral("/a/Bees.epub"), .section = QStringLiteral("Swarms")}};
        coverage.unreadFiles = {
            {.document = QStringLiteral("/a/Accounts.xlsx"), .reason = QStringLiteral("It is encrypted.")}};
        QCOMPARE(coverageGaps(coverage),
                 QStringList({QStringLiteral("No text on pages of Deed.pdf: 1–3, 7."),
                              QStringLiteral("No text on pages of Plan.pdf: 2."),
                              QStringLiteral("Gave nothing: “Annex” of Deed.pdf, p. 9."),
                              QStringLiteral("Gave nothing: a section of Deed.pdf, p. 10."),
                              QStringLiteral("Gave nothing: “Swarms” of Bees.epub."),
                              QStringLiteral("Not read, or not whole: Accounts.xlsx. It is encrypted.")}));
        QCOMPARE(coverageGaps({}), QStringList());
    }
};

QTEST_GUILESS_MAIN(SummaryExportTest)
#include "summary_export_test.moc"
