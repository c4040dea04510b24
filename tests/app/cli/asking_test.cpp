// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli ask and chat about documents from outside, with the real reader of documents.
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_encoder.h"
#include "tests/support/tiny_model.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

using tests::CliHome;
using tests::CliRun;

namespace {

constexpr const char *kStarter = "SmolLM2-135M-Instruct.Q4_1.gguf";

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

/// A home with documents in a collection, a model that says anything, and where asked an embedder.
std::unique_ptr<CliHome> homeWithDocuments(bool withEmbedder)
{
    auto home = std::make_unique<CliHome>();
    write(*home, QStringLiteral("docs/lease.md"),
          "# Lease\n\n## Notice\n\nEither party may end the lease with three months' notice.\n\n"
          "## Rent\n\nThe rent of 840 euros is due on the first day of every month.\n");
    write(*home, QStringLiteral("docs/garten.txt"),
          "Der Garten wird im Mai bepflanzt. Die Tomaten stehen an der Mauer, weil es dort warm ist.\n");
    tests::writeTinyModel(home->file(QStringLiteral("models/tiny.gguf")).toStdString(), {.context = 8192});
    if (withEmbedder) {
        QDir().mkpath(home->models() + QStringLiteral("/embedders"));
        tests::writeTinyEncoder(home->file(QStringLiteral("models/embedders/tiny.gguf")).toStdString(), {});
    }
    return home;
}

void addCollection(const CliHome &home)
{
    const CliRun added = home.runWithData(words("collection add Papers --json") << home.file(QStringLiteral("docs")));
    QCOMPARE(added.status, 0);
}

/// Makes the real starter model one of the home's, where it is installed.
bool useStarter(const CliHome &home)
{
    const QString starter = qEnvironmentVariable("CARREL_MODELS") + QLatin1Char('/') + QLatin1StringView(kStarter);
    return QFile::exists(starter) &&
           QFile::link(starter, home.models() + QLatin1Char('/') + QLatin1StringView(kStarter));
}

QStringList asking(const char *line, const char *question)
{
    return words(line) + words("--device cpu --temp 0 --seed 1 --json") << QString::fromUtf8(question);
}

QString text(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1StringView(key)).toString();
}

QJsonArray array(const QJsonObject &object, const char *key)
{
    return object.value(QLatin1StringView(key)).toArray();
}

/// No number in brackets names a source that was not given.
void citesOnlyWhatItWasGiven(const QJsonObject &answer)
{
    static const QRegularExpression mark(QStringLiteral("\\[(\\d+)\\]"));
    auto marks = mark.globalMatch(text(answer, "answer"));
    while (marks.hasNext()) {
        const int id = marks.next().captured(1).toInt();
        QVERIFY2(id >= 1 && id <= array(answer, "citations").size(), qPrintable(text(answer, "answer")));
    }
}

} // namespace

class CliAskingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSmallCollectionIsGivenWholeAndTheAnswerReplays()
    {
        const auto home = homeWithDocuments(true);
        addCollection(*home);
        const CliRun run = home->runWithData(asking("ask -C Papers", "How long is the notice period of the lease?"));
        QCOMPARE(run.err, QByteArray());
        QCOMPARE(run.status, 0);
        const QJsonObject answer = run.object();
        QCOMPARE(text(answer, "material"), QStringLiteral("whole"));
        QCOMPARE(text(answer, "material_sentence"), QStringLiteral("Answered from the whole of 2 files."));
        QCOMPARE(answer.value(QLatin1StringView("refused")).toBool(true), false);
        QCOMPARE(answer.value(QLatin1StringView("checked")).toBool(), true);
        const QJsonArray citations = array(answer, "citations");
        QCOMPARE(citations.size(), 3);
        QCOMPARE(text(citations.at(0).toObject(), "document"), QStringLiteral("garten.txt"));
        const QJsonObject lease = citations.at(1).toObject();
        QCOMPARE(lease.value(QLatin1StringView("id")).toInt(), 2);
        QCOMPARE(lease.value(QLatin1StringView("page")).toInt(), 1);
        QCOMPARE(lease.value(QLatin1StringView("lexical_rank")).toInt(), 1);
        QCOMPARE(text(lease, "heading"), QStringLiteral("lease > Lease > Notice"));
        citesOnlyWhatItWasGiven(answer);

        // The same tokens come again, with the rule about citations that they came with.
        const CliRun replay = home->runWithData(words("replay --json")
                                                << QString::number(answer.value(QLatin1StringView("id")).toInteger()));
        QCOMPARE(replay.err, QByteArray());
        QCOMPARE(replay.object().value(QLatin1StringView("equal")).toBool(), true);
    }

    void theFilesThemselvesAreToldWithoutAModel()
    {
        const auto home = homeWithDocuments(false);
        write(*home, QStringLiteral("docs/broken.pdf"), "%PDF-1.7\nnothing else\n");
        addCollection(*home);
        QVERIFY(QFile::remove(home->file(QStringLiteral("models/tiny.gguf"))));
        const CliRun run = home->runWithData(asking("ask -C Papers", "Which files could not be read?"));
        QCOMPARE(run.err, QByteArray());
        QCOMPARE(run.status, 0);
        const QJsonObject answer = run.object();
        QCOMPARE(text(answer, "material"), QStringLiteral("index"));
        QCOMPARE(text(answer, "material_sentence"),
                 QStringLiteral("Answered from the list of files. No model was used."));
        QVERIFY2(text(answer, "answer").startsWith(QStringLiteral("1 of 3 files could not be read")),
                 qPrintable(text(answer, "answer")));
        QVERIFY(text(answer, "answer").contains(QStringLiteral("- `broken.pdf`: damaged")));
        QVERIFY(!answer.contains(QLatin1StringView("record")));
        const CliRun kept = home->runWithData(words("conversations --json"));
        QVERIFY(kept.out.contains("Which files could not be read?"));
        // What stands in them is for a model to say.
        QCOMPARE(home->runWithData(asking("ask -C Papers", "Which files could the tenant not read?")).status, 1);
    }

    void aFileNeedsNoCollection()
    {
        const auto home = homeWithDocuments(false);
        QStringList arguments = asking("ask --file", "When is the rent due?");
        arguments.insert(2, home->file(QStringLiteral("docs/lease.md")));
        const CliRun run = home->runWithData(arguments);
        QCOMPARE(run.err, QByteArray());
        QCOMPARE(text(run.object(), "material_sentence"), QStringLiteral("Answered from the whole file lease.md."));
        QCOMPARE(home->runWithData(words("collection list")).out, QByteArray());
    }

    void aFollowUpReusesWhatTheModelHasRead()
    {
        const auto home = homeWithDocuments(false);
        if (!useStarter(*home))
            QSKIP("the starter model is not in CARREL_MODELS");
        addCollection(*home);
        const CliRun run = home->runWithData(words("chat -C Papers --device cpu --temp 0 --seed 1 --json -m")
                                                 << home->models() + QLatin1Char('/') + QLatin1StringView(kStarter),
                                             "How long is the notice?\nWhen is the rent due?\n");
        QCOMPARE(run.err, QByteArray());
        QList<QJsonObject> records;
        for (const QJsonObject &event : run.objects()) {
            if (text(event, "event") == QStringLiteral("ended"))
                records +=
                    event.value(QLatin1StringView("answer")).toObject().value(QLatin1StringView("record")).toObject();
        }
        QCOMPARE(records.size(), 2);
        const int first = records.at(0).value(QLatin1StringView("prompt_tokens")).toInt();
        const int reused = records.at(1).value(QLatin1StringView("reused_tokens")).toInt();
        QVERIFY2(reused >= first - 8, qPrintable(QStringLiteral("%1 of %2").arg(reused).arg(first)));
        // So does a further question after a restart, which knows its documents still.
        const CliRun more = home->runWithData(words("chat --device cpu --temp 0 --seed 1 --json --conversation 1 -m")
                                                  << home->models() + QLatin1Char('/') + QLatin1StringView(kStarter),
                                              "And in May?\n");
        QCOMPARE(more.status, 0);
        const QJsonObject ended = more.objects().constLast().value(QLatin1StringView("answer")).toObject();
        QCOMPARE(text(ended, "material"), QStringLiteral("whole"));
    }

    void onlyDocumentsRefusesWithoutTheModel()
    {
        const auto home = homeWithDocuments(false);
        addCollection(*home);
        const char *question = "Which volcano erupted near Reykjavik in Iceland?";
        const CliRun run = home->runWithData(asking("ask -C Papers --only-documents", question));
        QCOMPARE(run.status, 0);
        QCOMPARE(run.object().value(QLatin1StringView("refused")).toBool(), true);
        QCOMPARE(array(run.object(), "citations").size(), 0);
        QVERIFY(!run.object().contains(QLatin1StringView("record")));
        QCOMPARE(text(run.object(), "answer"), QStringLiteral("The documents do not answer this question."));
        const CliRun plain =
            home->runWithData(words("ask -C Papers --only-documents --device cpu") << QString::fromLatin1(question));
        QVERIFY2(plain.out.contains("The model was not asked"), plain.out.constData());
    }

    void anEmptyCollectionIsSaid()
    {
        const auto home = homeWithDocuments(false);
        QDir().mkpath(home->file(QStringLiteral("empty")));
        QCOMPARE(home->runWithData(words("collection add Papers") << home->file(QStringLiteral("empty"))).status, 0);
        const CliRun run = home->runWithData(asking("ask -C Papers --only-documents", "What is said?"));
        QCOMPARE(run.object().value(QLatin1StringView("refused")).toBool(), true);
        QVERIFY2(text(run.object(), "answer").contains(QStringLiteral("nothing to answer from")), run.out.constData());
    }

    void mistakesEndInASentence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("collection") << asking("ask -C None", "q") << QByteArray("No collection is called None");
        QTest::newRow("file") << asking("ask --file no-such-file", "q") << QByteArray("no-such-file");
        QTest::newRow("chat") << words("chat -C None") << QByteArray("No collection is called None");
    }

    void mistakesEndInASentence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, says);
        const auto home = homeWithDocuments(false);
        const CliRun run = home->runWithData(arguments);
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.contains(says), run.err.constData());
        QCOMPARE(run.out, QByteArray());
    }

    void whatTheStarterModelSaysIsComparedWithTheDocuments()
    {
        const auto home = homeWithDocuments(false);
        if (!useStarter(*home))
            QSKIP("the starter model is not in CARREL_MODELS");
        addCollection(*home);
        QStringList arguments = asking("ask -C Papers -m", "How long is the notice period of the lease?");
        arguments.insert(4, home->models() + QLatin1Char('/') + QLatin1StringView(kStarter));
        const CliRun run = home->runWithData(arguments);
        QCOMPARE(run.err, QByteArray());
        const QJsonObject answer = run.object();
        citesOnlyWhatItWasGiven(answer);
        QVERIFY(!array(answer, "sentences").isEmpty());
        // A small model may say anything; whether the documents say so too is told.
        const bool right = text(answer, "answer").contains(QStringLiteral("three months"));
        const QJsonObject sentence = array(answer, "sentences").at(0).toObject();
        QCOMPARE(text(sentence, "verdict"), right ? QStringLiteral("supported") : QStringLiteral("not_found"));
    }
};

QTEST_GUILESS_MAIN(CliAskingTest)
#include "asking_test.moc"
