// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli collection and search from outside, with the real reader of documents.
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_encoder.h"

#include <QFile>
#include <QTest>

using tests::CliHome;
using tests::CliRun;

namespace {

QStringList words(const char *line)
{
    return QString::fromLatin1(line).split(QLatin1Char(' '));
}

void write(const CliHome &home, const QString &name, const QByteArray &text)
{
    QDir().mkpath(QFileInfo(home.file(name)).path());
    QFile file(home.file(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

/// A home with a folder of two documents and a file that is none.
std::unique_ptr<CliHome> homeWithDocuments(bool withEmbedder)
{
    auto home = std::make_unique<CliHome>();
    write(*home, QStringLiteral("docs/lease.md"),
          "# Lease\n\n## Notice\n\nEither party may end the lease with three months' notice.\n");
    write(*home, QStringLiteral("docs/deep/rent.txt"), "The rent is due on the first day of every month.\n");
    write(*home, QStringLiteral("docs/noise.bin"),
          QByteArray("\x7f"
                     "ELF\x00\x01\x02\xff\xfe",
                     9));
    if (withEmbedder) {
        QDir().mkpath(home->models() + QStringLiteral("/embedders"));
        tests::writeTinyEncoder(home->file(QStringLiteral("models/embedders/tiny.gguf")).toStdString(), {});
    }
    return home;
}

CliRun add(const CliHome &home)
{
    return home.runWithData(words("collection add Papers --json") << home.file(QStringLiteral("docs")));
}

QJsonArray passages(const CliRun &run)
{
    return run.object().value(QLatin1StringView("passages")).toArray();
}

} // namespace

class CliCollectionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFolderIsReadListedAndSearched()
    {
        const auto home = homeWithDocuments(false);
        const CliRun added = add(*home);
        QCOMPARE(added.err, QByteArray());
        QCOMPARE(added.status, 0);
        QCOMPARE(added.object().value(QLatin1StringView("files")).toInt(), 3);
        QCOMPARE(added.object().value(QLatin1StringView("searchable")).toInt(), 2);
        QCOMPARE(added.object().value(QLatin1StringView("vectors")).toBool(true), false);

        QHash<QString, QString> states;
        const CliRun listed = home->runWithData(words("collection status Papers --json"));
        for (const QJsonObject &file : listed.objects())
            states[QFileInfo(file.value(QLatin1StringView("path")).toString()).fileName()] =
                file.value(QLatin1StringView("state")).toString();
        const QHash<QString, QString> expected = {{QStringLiteral("lease.md"), QStringLiteral("ready")},
                                                  {QStringLiteral("rent.txt"), QStringLiteral("ready")},
                                                  {QStringLiteral("noise.bin"), QStringLiteral("unsupported")}};
        QCOMPARE(states, expected);

        const QJsonObject facts = home->runWithData(words("collection status Papers --summary --json")).object();
        QCOMPARE(facts.value(QLatin1StringView("files")).toInt(), 3);
        QCOMPARE(facts.value(QLatin1StringView("searchable")).toInt(), 2);
        QCOMPARE(facts.value(QLatin1StringView("missing")).toInt(), 1);
        QVERIFY(facts.value(QLatin1StringView("words")).toInt() > 15);
        QCOMPARE(facts.value(QLatin1StringView("longest")).toString(), home->file(QStringLiteral("docs/lease.md")));
        QVERIFY(home->runWithData(words("collection status Papers --summary")).out.startsWith("Papers: 3 files ("));

        const CliRun found = home->runWithData(words("search --json -C Papers notice"));
        QCOMPARE(found.status, 0);
        QCOMPARE(passages(found).size(), 1);
        const QJsonObject passage = passages(found).at(0).toObject();
        QCOMPARE(passage.value(QLatin1StringView("document")).toString(), home->file(QStringLiteral("docs/lease.md")));
        QCOMPARE(passage.value(QLatin1StringView("heading")).toString(), QStringLiteral("lease > Lease > Notice"));
        QCOMPARE(passage.value(QLatin1StringView("page")).toInt(), 1);
        QCOMPARE(passage.value(QLatin1StringView("lexical_rank")).toInt(), 1);
        QCOMPARE(passage.value(QLatin1StringView("dense_rank")).toInt(), 0);
        QCOMPARE(passage.value(QLatin1StringView("text")).toString(),
                 QStringLiteral("Either party may end the lease with three months' notice."));
        QVERIFY(home->runWithData(words("search notice")).out.contains("three months"));
        QVERIFY(home->runWithData(words("collection list")).out.contains("Papers"));
    }

    void withAnEmbedderPassagesAreFoundByMeaningToo()
    {
        const auto home = homeWithDocuments(true);
        const CliRun added = add(*home);
        QCOMPARE(added.err, QByteArray());
        QCOMPARE(added.object().value(QLatin1StringView("vectors")).toBool(), true);
        const CliRun found = home->runWithData(words("search --json nothing-of-the-kind"));
        QCOMPARE(passages(found).size(), 2);
        for (const QJsonValue &one : passages(found)) {
            QVERIFY(one.toObject().value(QLatin1StringView("dense_rank")).toInt() > 0);
            QCOMPARE(one.toObject().value(QLatin1StringView("lexical_rank")).toInt(), 0);
        }
        QCOMPARE(passages(home->runWithData(words("search --json --words nothing-of-the-kind"))).size(), 0);
    }

    void aRerankerPutsPassagesInItsOrder()
    {
        const auto home = homeWithDocuments(true);
        QCOMPARE(add(*home).status, 0);
        const CliRun none = home->runWithData(words("search --json --rerank notice"));
        QCOMPARE(none.status, 1);
        QVERIFY2(none.err.contains("rerankers"), none.err.constData());

        QDir().mkpath(home->models() + QStringLiteral("/rerankers"));
        tests::writeTinyEncoder(home->file(QStringLiteral("models/rerankers/tiny.gguf")).toStdString(),
                                {.pooling = inference::Pooling::Rank});
        const QLatin1StringView score("rerank_score");
        const QJsonArray judged = passages(home->runWithData(words("search --json notice")));
        QCOMPARE(judged.size(), 2);
        for (const QJsonValue &one : judged)
            QVERIFY(one.toObject().contains(score));
        QVERIFY(judged.at(0).toObject().value(QLatin1StringView("score")).toDouble() >=
                judged.at(1).toObject().value(QLatin1StringView("score")).toDouble());
        const QJsonArray best = passages(home->runWithData(words("search --json -k 1 notice")));
        QCOMPARE(best.size(), 1);
        QCOMPARE(best.at(0), judged.at(0));
        const QJsonArray fused = passages(home->runWithData(words("search --json --no-rerank notice")));
        QCOMPARE(fused.size(), 2);
        QVERIFY(!fused.at(0).toObject().contains(score));
        QVERIFY(fused.at(0).toObject().value(QLatin1StringView("score")).toDouble() >=
                fused.at(1).toObject().value(QLatin1StringView("score")).toDouble());
    }

    void aSearchIsNarrowedByFileTypeAndTime_data()
    {
        QTest::addColumn<QStringList>("narrowed");
        QTest::addColumn<QStringList>("files");
        const QString lease = QStringLiteral("lease.md");
        const QString rent = QStringLiteral("rent.txt");
        QTest::newRow("not at all") << QStringList{} << QStringList{lease, rent};
        QTest::newRow("a format") << words("--type markdown") << QStringList{lease};
        QTest::newRow("a kind") << words("--type writing") << QStringList{lease, rent};
        QTest::newRow("two formats") << words("--type pdf --type text") << QStringList{rent};
        QTest::newRow("another kind") << words("--type slides") << QStringList{};
        QTest::newRow("a folder") << words("--file docs/deep") << QStringList{rent};
        QTest::newRow("a file") << words("--file docs/lease.md") << QStringList{lease};
        QTest::newRow("both") << words("--file docs/lease.md --file docs/deep") << QStringList{lease, rent};
        QTest::newRow("since") << words("--since 2020-03-06") << QStringList{rent};
        QTest::newRow("until the day itself") << words("--until 2020-03-05") << QStringList{lease};
        QTest::newRow("between") << words("--since 2020-03-05 --until 2020-03-05") << QStringList{lease};
        QTest::newRow("before") << words("--until 2020-03-04") << QStringList{};
    }
    void aSearchIsNarrowedByFileTypeAndTime()
    {
        QFETCH(QStringList, narrowed);
        QFETCH(QStringList, files);
        const auto home = homeWithDocuments(false);
        QFile lease(home->file(QStringLiteral("docs/lease.md")));
        QVERIFY(lease.open(QIODevice::ReadWrite));
        QVERIFY(lease.setFileTime(QDateTime(QDate(2020, 3, 5), QTime(12, 0)), QFileDevice::FileModificationTime));
        lease.close();
        QCOMPARE(add(*home).status, 0);
        for (QString &argument : narrowed) {
            if (argument.startsWith(QStringLiteral("docs/")))
                argument = home->file(argument);
        }
        const CliRun run =
            home->runWithData(words("search --json") + narrowed + QStringList{QStringLiteral("notice rent")});
        QCOMPARE(run.err, QByteArray());
        QStringList found;
        for (const QJsonValue &passage : passages(run))
            found += QFileInfo(passage.toObject().value(QLatin1StringView("document")).toString()).fileName();
        found.sort();
        QCOMPARE(found, files);
    }

    void whatChangedIsReadAgainAndWhatIsRemovedIsForgotten()
    {
        const auto home = homeWithDocuments(false);
        QCOMPARE(add(*home).status, 0);
        write(*home, QStringLiteral("docs/deep/rent.txt"), "A deposit of two rents is paid at the start.\n");
        QVERIFY(QFile::remove(home->file(QStringLiteral("docs/lease.md"))));
        QCOMPARE(home->runWithData(words("collection add Papers")).status, 0);
        QCOMPARE(passages(home->runWithData(words("search --json deposit"))).size(), 1);
        QCOMPARE(passages(home->runWithData(words("search --json") << QStringLiteral("month notice"))).size(), 0);
        QCOMPARE(home->runWithData(words("collection remove Papers")).status, 0);
        QCOMPARE(passages(home->runWithData(words("search --json deposit"))).size(), 0);
        QCOMPARE(home->runWithData(words("collection status Papers")).status, 1);
        QVERIFY(QFile::exists(home->file(QStringLiteral("docs/deep/rent.txt"))));
    }

    void mistakesEndInASentence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char *line, int status, const char *says) {
            QTest::newRow(line) << words(line) << status << QByteArray(says);
        };
        row("search -C None x", 1, "No collection is called None");
        row("collection status None", 1, "No collection is called None");
        row("collection remove None", 1, "No collection is called None");
        row("collection add None no-such-file", 1, "no-such-file");
        row("collection", 2, "subcommand");
        row("search", 2, "QUERY");
        row("search -k 0 x", 2, "0");
        row("search --file nowhere.txt x", 1, "No collection holds nowhere.txt");
        row("search --type exe x", 2, "no documents are called 'exe'");
        row("search --since yesterday x", 2, "2026-03-31");
    }

    void mistakesEndInASentence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QByteArray, says);
        const CliHome home;
        const CliRun run = home.runWithData(arguments);
        QCOMPARE(run.status, status);
        QVERIFY2(run.err.contains(says), run.err.constData());
        QVERIFY(run.err.startsWith("carrel-cli: "));
    }
};

QTEST_GUILESS_MAIN(CliCollectionTest)
#include "collection_test.moc"
