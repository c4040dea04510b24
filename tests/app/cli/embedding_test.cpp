// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli embed and rerank from outside, and what other commands say to their models.
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_encoder.h"
#include "tests/support/tiny_model.h"

#include <QTest>

#include <cmath>

using tests::CliRun;

class CliEmbeddingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void wrongUsage_data();
    void wrongUsage();
    void linesBecomeArrays();
    void argumentsAreTextsToo();
    void jsonTellsWhatWasRead();
    void prefixesStandInFront();
    void lengthAndDimensions();
    void pooling();
    void longTextsAreCutAloud();
    void theBestTextComesFirst();
    void infoTellsWhatAModelIsFor();
    void otherModelsAreRefusedInASentence_data();
    void otherModelsAreRefusedInASentence();
    void chatsNeverTakeAnEmbedder();

private:
    [[nodiscard]] QString model(const char *name) const
    {
        return m_home.models() + QLatin1Char('/') + QLatin1StringView(name) + QStringLiteral(".gguf");
    }
    [[nodiscard]] CliRun embed(const QStringList &arguments, const QByteArray &input = {}) const
    {
        return m_home.run(QStringList{QStringLiteral("embed"), QStringLiteral("-m"), model("embedder"),
                                      QStringLiteral("--device"), QStringLiteral("cpu")} +
                              arguments,
                          input);
    }
    static QList<QByteArray> lines(const CliRun &run)
    {
        QList<QByteArray> all = run.out.split('\n');
        all.removeLast();
        return all;
    }
    static QJsonArray vector(const QByteArray &line) { return QJsonDocument::fromJson(line).array(); }
    static double length(const QJsonArray &numbers)
    {
        double squares = 0.0;
        for (const QJsonValue &number : numbers)
            squares += number.toDouble() * number.toDouble();
        return std::sqrt(squares);
    }

    tests::CliHome m_home;
};

void CliEmbeddingTest::initTestCase()
{
    tests::writeTinyEncoder(model("embedder").toStdString());
    tests::writeTinyEncoder(model("e5").toStdString(), {.name = "multilingual-e5-small"});
    tests::writeTinyEncoder(model("ranker").toStdString(), {.pooling = inference::Pooling::Rank});
    tests::writeTinyModel(model("text").toStdString());
}

void CliEmbeddingTest::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const char *name, const char *arguments) {
        QTest::newRow(name) << QString::fromLatin1(arguments).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    };
    row("a model is needed", "embed");
    row("one prefix at a time", "embed -m embedder --query --passage");
    row("no prefix beside the model's own", "embed -m embedder --query --prefix x");
    row("a length that is none", "embed -m embedder --normalize l3");
    row("a pooling that is none", "embed -m embedder --pooling median");
    row("no dimensions", "embed -m embedder --dimensions 0");
    row("a query is needed", "rerank -m ranker");
}

void CliEmbeddingTest::wrongUsage()
{
    QFETCH(QStringList, arguments);
    const CliRun run = m_home.run(arguments);
    QCOMPARE(run.status, 2);
    QVERIFY(run.err.startsWith("carrel-cli: "));
}

void CliEmbeddingTest::linesBecomeArrays()
{
    const CliRun run = embed({}, "a b\r\nc\n\n");
    QVERIFY2(run.status == 0, run.err.constData());
    QCOMPARE(lines(run).size(), 3);
    for (const QByteArray &line : lines(run)) {
        QCOMPARE(vector(line).size(), 32);
        QVERIFY(std::abs(length(vector(line)) - 1.0) < 1e-5);
    }
    QCOMPARE(lines(embed({}, "c")), QList<QByteArray>{lines(run)[1]});
    QCOMPARE(embed({}, "").out, QByteArray());
}

void CliEmbeddingTest::argumentsAreTextsToo()
{
    QCOMPARE(embed({QStringLiteral("a b"), QStringLiteral("c")}).out, embed({}, "a b\nc\n").out);
}

void CliEmbeddingTest::jsonTellsWhatWasRead()
{
    const CliRun run = embed({QStringLiteral("--json"), QStringLiteral("a b"), QStringLiteral("c")});
    const QList<QJsonObject> objects = run.objects();
    QCOMPARE(objects.size(), 2);
    QCOMPARE(objects[0].value(QStringLiteral("tokens")).toInt(), 4);
    QCOMPARE(objects[0].value(QStringLiteral("dropped")).toInt(), 0);
    QCOMPARE(objects[1].value(QStringLiteral("index")).toInt(), 1);
    QCOMPARE(objects[1].value(QStringLiteral("embedding")).toArray(), vector(lines(embed({QStringLiteral("c")}))[0]));
}

void CliEmbeddingTest::prefixesStandInFront()
{
    QCOMPARE(embed({QStringLiteral("--prefix"), QStringLiteral("a "), QStringLiteral("b")}).out,
             embed({QStringLiteral("a b")}).out);
    const QStringList e5{QStringLiteral("embed"), QStringLiteral("-m"), QStringLiteral("e5"),
                         QStringLiteral("--device"), QStringLiteral("cpu")};
    const auto run = [&](const QStringList &more) { return m_home.run(e5 + more).out; };
    QCOMPARE(run({QStringLiteral("--query"), QStringLiteral("b")}), run({QStringLiteral("query: b")}));
    QCOMPARE(run({QStringLiteral("--passage"), QStringLiteral("b")}), run({QStringLiteral("passage: b")}));
    QVERIFY(run({QStringLiteral("b")}) != run({QStringLiteral("query: b")}));
    // A model whose prefixes are not known has none.
    QCOMPARE(embed({QStringLiteral("--query"), QStringLiteral("b")}).out, embed({QStringLiteral("b")}).out);
}

void CliEmbeddingTest::lengthAndDimensions()
{
    const QJsonArray raw =
        vector(embed({QStringLiteral("--normalize"), QStringLiteral("none"), QStringLiteral("a")}).out);
    QVERIFY(std::abs(length(raw) - 1.0) > 1e-3);
    const QJsonArray few =
        vector(embed({QStringLiteral("--dimensions"), QStringLiteral("8"), QStringLiteral("a")}).out);
    QCOMPARE(few.size(), 8);
    QVERIFY(std::abs(length(few) - 1.0) < 1e-5);
    const CliRun tooMany = embed({QStringLiteral("--dimensions"), QStringLiteral("33"), QStringLiteral("a")});
    QCOMPARE(tooMany.status, 1);
}

void CliEmbeddingTest::pooling()
{
    const QJsonArray each =
        vector(embed({QStringLiteral("--pooling"), QStringLiteral("none"), QStringLiteral("a b")}).out);
    QCOMPARE(each.size(), 4);
    QCOMPARE(each[0].toArray().size(), 32);
    const auto pooled = [&](const char *kind) {
        return vector(embed({QStringLiteral("--pooling"), QLatin1StringView(kind), QStringLiteral("a b")}).out);
    };
    QCOMPARE(pooled("cls"), each[0].toArray());
    QCOMPARE(pooled("last"), each[3].toArray());
    QCOMPARE(pooled("mean"), vector(embed({QStringLiteral("a b")}).out));
    // A model that writes text is an embedder when it is asked to be one.
    const CliRun text =
        m_home.run({QStringLiteral("embed"), QStringLiteral("-m"), model("text"), QStringLiteral("--device"),
                    QStringLiteral("cpu"), QStringLiteral("--pooling"), QStringLiteral("mean"), QStringLiteral("a")});
    QCOMPARE(vector(text.out).size(), 64);
}

void CliEmbeddingTest::longTextsAreCutAloud()
{
    const QString longText = QStringLiteral("a ").repeated(100);
    const CliRun run = embed({QStringLiteral("--json"), longText});
    QCOMPARE(run.status, 0);
    QCOMPARE(run.object().value(QStringLiteral("tokens")).toInt(), 64);
    QCOMPARE(run.object().value(QStringLiteral("dropped")).toInt(), 38);
    QVERIFY2(run.err.startsWith("carrel-cli: text 1 is longer than the 64 tokens"), run.err.constData());
    QCOMPARE(run.err.count('\n'), 1);
    const CliRun shorter = embed({QStringLiteral("-c"), QStringLiteral("16"), QStringLiteral("--json"), longText});
    QCOMPARE(shorter.object().value(QStringLiteral("tokens")).toInt(), 16);
}

void CliEmbeddingTest::theBestTextComesFirst()
{
    const QStringList rerank{QStringLiteral("rerank"),   QStringLiteral("-m"),  model("ranker"),
                             QStringLiteral("--device"), QStringLiteral("cpu"), QStringLiteral("--query"),
                             QStringLiteral("a b")};
    const CliRun run = m_home.run(rerank + QStringList{QStringLiteral("--json")}, "c d\ne f g\nh\n");
    QVERIFY2(run.status == 0, run.err.constData());
    const QList<QJsonObject> objects = run.objects();
    QCOMPARE(objects.size(), 3);
    QSet<int> indices;
    double before = std::numeric_limits<double>::infinity();
    for (const QJsonObject &object : objects) {
        const double score = object.value(QStringLiteral("score")).toDouble();
        QVERIFY(score <= before);
        before = score;
        indices.insert(object.value(QStringLiteral("index")).toInt());
    }
    QCOMPARE(indices.size(), 3);
    const CliRun plain = m_home.run(rerank + QStringList{QStringLiteral("c d"), QStringLiteral("h")});
    QCOMPARE(lines(plain).size(), 2);
    for (const QByteArray &line : lines(plain))
        QVERIFY(line.endsWith("\tc d") || line.endsWith("\th"));
}

void CliEmbeddingTest::infoTellsWhatAModelIsFor()
{
    const auto card = [this](const char *name) {
        return m_home.run({QStringLiteral("info"), model(name), QStringLiteral("--json")}).object();
    };
    QCOMPARE(card("text").value(QStringLiteral("purpose")).toString(), QStringLiteral("text"));
    const QJsonObject e5 = card("e5");
    QCOMPARE(e5.value(QStringLiteral("purpose")).toString(), QStringLiteral("embedding"));
    QCOMPARE(e5.value(QStringLiteral("pooling")).toString(), QStringLiteral("mean"));
    QCOMPARE(e5.value(QStringLiteral("embedding_width")).toInt(), 32);
    QCOMPARE(e5.value(QStringLiteral("query_prefix")).toString(), QStringLiteral("query: "));
    QCOMPARE(e5.value(QStringLiteral("passage_prefix")).toString(), QStringLiteral("passage: "));
    QCOMPARE(card("ranker").value(QStringLiteral("purpose")).toString(), QStringLiteral("ranking"));
}

void CliEmbeddingTest::otherModelsAreRefusedInASentence_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](const char *name, const char *arguments, const char *sentence) {
        QTest::newRow(name) << QString::fromLatin1(arguments).split(QLatin1Char(' ')) << QByteArray(sentence);
    };
    row("an embedder asked to write", "complete --device cpu -m embedder", "turns texts into vectors");
    row("an embedder asked for its perplexity", "perplexity --device cpu -m embedder -c 16 TEXT",
        "turns texts into vectors");
    row("a reranker asked to write", "complete --device cpu -m ranker", "how well a document answers a query");
    row("a model of texts asked for vectors", "embed --device cpu -m text a", "it writes text");
    row("a reranker asked for vectors", "embed --device cpu -m ranker a", "how well a document answers a query");
    row("an embedder asked to judge", "rerank --device cpu -m embedder --query a b", "turns texts into vectors");
    row("an embedder asked a question", "--data DATA ask -m embedder hello", "turns texts into vectors");
}

void CliEmbeddingTest::otherModelsAreRefusedInASentence()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, sentence);
    QFile text(m_home.file(QStringLiteral("text.txt")));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write(QByteArray("a b c d ").repeated(20));
    text.close();
    arguments.replaceInStrings(QStringLiteral("TEXT"), text.fileName());
    arguments.replaceInStrings(QStringLiteral("DATA"), m_home.data());
    const CliRun run = m_home.run(arguments, "a b");
    QCOMPARE(run.status, 1);
    QVERIFY2(run.err.startsWith("carrel-cli: ") && run.err.contains(sentence), run.err.constData());
    QCOMPARE(run.err.count('\n'), 1);
}

void CliEmbeddingTest::chatsNeverTakeAnEmbedder()
{
    // By name it comes before the model that can.
    const CliRun models = m_home.runWithData({QStringLiteral("models"), QStringLiteral("--json")});
    int usable = 0;
    for (const QJsonObject &object : models.objects())
        usable += object.value(QStringLiteral("usable")).toBool() ? 1 : 0;
    QCOMPARE(usable, 1);
    const CliRun answer = m_home.runWithData({QStringLiteral("ask"), QStringLiteral("--device"), QStringLiteral("cpu"),
                                              QStringLiteral("-c"), QStringLiteral("64"), QStringLiteral("--json"),
                                              QStringLiteral("hi")});
    QVERIFY2(answer.status == 0, answer.err.constData());
    QCOMPARE(answer.object().value(QStringLiteral("record")).toObject().value(QStringLiteral("model")).toString(),
             QStringLiteral("text"));
}

QTEST_GUILESS_MAIN(CliEmbeddingTest)
#include "embedding_test.moc"
