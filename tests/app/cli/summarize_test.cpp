// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli summarize from outside, with the real reader of documents: with a tiny model of random weights, and with
// the starter model where CARREL_STARTER_MODEL names it.
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_model.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTest>

using tests::CliHome;
using tests::CliRun;

namespace {

QString sample(const char *name)
{
    return QStringLiteral(SAMPLES "/") + QString::fromLatin1(name);
}

QString fixture(const char *name)
{
    return QStringLiteral(FIXTURES "/") + QString::fromLatin1(name);
}

QJsonObject coverage(const CliRun &run)
{
    return run.object().value(QLatin1StringView("coverage")).toObject();
}

int number(const QJsonObject &object, const char *name)
{
    return object.value(QLatin1StringView(name)).toInt(-1);
}

} // namespace

class CliSummarizeTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<CliHome>();
        // A token is a few letters here: a page is some thousand of them.
        tests::writeTinyModel(m_home->models().toStdString() + "/tiny.gguf", {.context = 4096});
    }

    void aDocumentIsReadInPiecesAndTheSecondRunIsInstant()
    {
        const QStringList arguments = {sample("lease.pdf"), QStringLiteral("--json"), QStringLiteral("--ctx"),
                                       QStringLiteral("1100")};
        const CliRun run = summarize(arguments);
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(run.out.count('\n'), 1);
        const QJsonObject first = run.object();
        QVERIFY(!first.value(QLatin1StringView("summary")).toString().isEmpty());
        QVERIFY(number(coverage(run), "sections_total") > 3);
        QCOMPARE(number(coverage(run), "sections_read"), number(coverage(run), "sections_total"));
        QVERIFY(number(coverage(run), "tokens_total") > 1000);
        QCOMPARE(number(coverage(run), "tokens_read"), number(coverage(run), "tokens_total"));
        QVERIFY(coverage(run).value(QLatin1StringView("pages_without_text")).isArray());
        QVERIFY(coverage(run).value(QLatin1StringView("empty_sections")).isArray());
        QCOMPARE(number(first, "reused_nodes"), 0);
        QVERIFY(number(first, "made_nodes") > 2);
        for (const QJsonValue &source : first.value(QLatin1StringView("sources")).toArray()) {
            QVERIFY(source.toObject()
                        .value(QLatin1StringView("document"))
                        .toString()
                        .endsWith(QStringLiteral("lease.pdf")));
            QVERIFY(number(source.toObject(), "end") > number(source.toObject(), "start"));
        }
        const CliRun again = summarize(arguments);
        QCOMPARE(again.object().value(QLatin1StringView("summary")), first.value(QLatin1StringView("summary")));
        QCOMPARE(coverage(again), coverage(run));
        QCOMPARE(number(again.object(), "reused_nodes"), number(first, "made_nodes"));
        QCOMPARE(number(again.object(), "made_nodes"), 0);
    }

    void theCoverageLineIsTheLast()
    {
        const CliRun run = summarize({sample("garden-report.md"), QStringLiteral("--length"), QStringLiteral("short")});
        QVERIFY2(run.status == 0, run.err.constData());
        QVERIFY2(run.err.isEmpty(), run.err.constData());
        const QByteArray last = run.out.trimmed().split('\n').constLast();
        QVERIFY2(last.startsWith("Read "), last.constData());
        QVERIFY2(last.contains(" sections, "), last.constData());
    }

    void itIsWrittenToAFileWithItsSources_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("by the ending") << QStringList{QStringLiteral("--output"), QStringLiteral("summary.md")}
                                       << QByteArray("# Summary of lease.pdf\n");
        QTest::newRow("named") << QStringList{QStringLiteral("-o"), QStringLiteral("summary"),
                                              QStringLiteral("--format"), QStringLiteral("html")}
                               << QByteArray("<!DOCTYPE html>\n");
    }

    void itIsWrittenToAFileWithItsSources()
    {
        QFETCH(QStringList, options);
        QFETCH(QByteArray, begins);
        options[1] = m_home->models() + u'/' + options[1];
        const CliRun run = summarize(QStringList{sample("lease.pdf"), QStringLiteral("--json")} + options);
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(run.object().value(QLatin1StringView("file")).toString(), options[1]);
        QFile file(options[1]);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray page = file.readAll();
        QVERIFY2(page.startsWith(begins), page.constData());
        const QString sentence = coverage(run).value(QLatin1StringView("sentence")).toString();
        QVERIFY2(page.contains(sentence.toUtf8()), page.constData());
        for (const QJsonValue &source : run.object().value(QLatin1StringView("sources")).toArray())
            QVERIFY(page.contains(QByteArray("a1s" + QByteArray::number(number(source.toObject(), "id")))));
    }

    void aCollectionIsSummarizedFromTheIndex()
    {
        const CliRun added =
            m_home->runWithData({QStringLiteral("collection"), QStringLiteral("add"), QStringLiteral("Garden"),
                                 sample("plots.csv"), sample("lease.pdf"), fixture("encrypted.odt")});
        QVERIFY2(added.status == 0, added.err.constData());
        const CliRun run = summarize({QStringLiteral("-C"), QStringLiteral("Garden"), QStringLiteral("--json"),
                                      QStringLiteral("--length"), QStringLiteral("short")});
        QVERIFY2(run.status == 0, run.err.constData());
        QCOMPARE(number(coverage(run), "files_total"), 3);
        QCOMPARE(number(coverage(run), "files_read"), 2);
        const QJsonArray unread = coverage(run).value(QLatin1StringView("unread_files")).toArray();
        QCOMPARE(unread.size(), 1);
        QVERIFY(
            unread[0].toObject().value(QLatin1StringView("reason")).toString().contains(QStringLiteral("encrypted")));
    }

    void mistakesEndInASentence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("nothing") << QStringList() << 2 << QByteArray("nothing to summarize");
        QTest::newRow("no such file") << QStringList{QStringLiteral("/nonexistent.pdf")} << 1
                                      << QByteArray("does not exist");
        QTest::newRow("no such collection") << QStringList{QStringLiteral("-C"), QStringLiteral("None")} << 1
                                            << QByteArray("No collection is called None");
        QTest::newRow("no such length") << QStringList{QStringLiteral("--length"), QStringLiteral("huge"),
                                                       QStringLiteral("x")}
                                        << 2 << QByteArray("huge");
        QTest::newRow("an output without a format")
            << QStringList{sample("lease.pdf"), QStringLiteral("-o"), QStringLiteral("x.doc")} << 2
            << QByteArray("x.doc ends with neither .md nor .html");
        QTest::newRow("an output that cannot be")
            << QStringList{sample("plots.csv"), QStringLiteral("--json"), QStringLiteral("-o"),
                           QStringLiteral("/nonexistent/x.md")}
            << 1 << QByteArray("/nonexistent/x.md could not be written");
        QTest::newRow("encrypted") << QStringList{fixture("encrypted.odt")} << 1
                                   << QByteArray("encrypted.odt: It is encrypted.");
    }

    void mistakesEndInASentence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QByteArray, says);
        const CliRun run = summarize(arguments);
        QCOMPARE(run.status, status);
        QVERIFY2(run.err.contains(says), run.err.constData());
        QVERIFY(run.err.startsWith("carrel-cli: "));
        QVERIFY(run.out.isEmpty());
    }

    void theStarterModelSummarizes_data()
    {
        QTest::addColumn<QString>("document");
        QTest::newRow("docx") << sample("minutes-2026.docx");
        QTest::newRow("pdf") << sample("lease.pdf");
    }

    void theStarterModelSummarizes()
    {
        const QString model = qEnvironmentVariable("CARREL_STARTER_MODEL");
        if (!QFile::exists(model))
            QSKIP("CARREL_STARTER_MODEL names no file");
        QFETCH(QString, document);
        // In a short context the document is read section by section.
        const QStringList arguments = {document,
                                       QStringLiteral("--json"),
                                       QStringLiteral("-m"),
                                       model,
                                       QStringLiteral("--ctx"),
                                       QStringLiteral("1024"),
                                       QStringLiteral("--length"),
                                       QStringLiteral("short")};
        const CliRun run = summarize(arguments, false);
        QVERIFY2(run.status == 0, run.err.constData());
        QVERIFY(run.object().value(QLatin1StringView("summary")).toString().size() > 40);
        QVERIFY(number(coverage(run), "sections_total") > 1);
        QCOMPARE(number(coverage(run), "sections_read"), number(coverage(run), "sections_total"));
        QCOMPARE(number(coverage(run), "tokens_read"), number(coverage(run), "tokens_total"));
        const CliRun again = summarize(arguments, false);
        QCOMPARE(again.object().value(QLatin1StringView("summary")), run.object().value(QLatin1StringView("summary")));
        QCOMPARE(number(again.object(), "made_nodes"), 0);
    }

private:
    [[nodiscard]] CliRun summarize(const QStringList &arguments, bool tiny = true) const
    {
        QStringList all = {QStringLiteral("summarize"), QStringLiteral("--device"), QStringLiteral("cpu")};
        if (tiny)
            all += {QStringLiteral("-m"), QStringLiteral("tiny")};
        return m_home->runWithData(all + arguments);
    }
    std::unique_ptr<CliHome> m_home;
};

QTEST_GUILESS_MAIN(CliSummarizeTest)
#include "summarize_test.moc"
