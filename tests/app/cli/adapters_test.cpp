// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli with adapters: --lora, their cards, their place in the record of an answer, what does not fit.
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_adapter.h"
#include "tests/support/tiny_model.h"

#include <QFile>
#include <QTest>

using tests::CliRun;

class CliAdaptersTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void adaptersChangeWhatTheModelSays();
    void scoresChangeToo();
    void wrongUsage_data();
    void wrongUsage();
    void theCardOfAnAdapter();
    void oneForTheOther_data();
    void oneForTheOther();
    void recordsNameThem();
    void replayUsesTheSameOrRefuses();

private:
    [[nodiscard]] QString model() const { return m_home->models() + QStringLiteral("/tiny.gguf"); }
    [[nodiscard]] QString adapter(const QString &name) const { return m_home->file(name); }
    /// What complete makes of a prompt: ids and logits.
    [[nodiscard]] QJsonObject complete(const QStringList &lora) const
    {
        QStringList arguments{QStringLiteral("complete"),
                              QStringLiteral("-m"),
                              model(),
                              QStringLiteral("--device"),
                              QStringLiteral("cpu"),
                              QStringLiteral("--temp"),
                              QStringLiteral("0"),
                              QStringLiteral("-n"),
                              QStringLiteral("4"),
                              QStringLiteral("--top-logits"),
                              QStringLiteral("3"),
                              QStringLiteral("--json")};
        for (const QString &file : lora)
            arguments += {QStringLiteral("--lora"), file};
        const CliRun run = m_home->run(arguments, "Once upon a time");
        if (run.status != 0)
            qWarning("%s", run.err.constData());
        QJsonObject object = run.object();
        object.remove(QStringLiteral("timing"));
        object.remove(QStringLiteral("seed"));
        return object;
    }
    [[nodiscard]] CliRun ask(const QStringList &more) const
    {
        return m_home->runWithData(QStringList{QStringLiteral("ask"), QStringLiteral("--json"), QStringLiteral("-m"),
                                               model(), QStringLiteral("--device"), QStringLiteral("cpu"),
                                               QStringLiteral("hello")} +
                                   more);
    }

    std::unique_ptr<tests::CliHome> m_home;
};

void CliAdaptersTest::init()
{
    m_home = std::make_unique<tests::CliHome>();
    tests::writeTinyModel(model().toStdString());
    tests::writeTinyAdapter(adapter(QStringLiteral("first.gguf")).toStdString(), {.name = "The first"});
    tests::writeTinyAdapter(adapter(QStringLiteral("second.gguf")).toStdString(),
                            {.changesEmbedding = true, .seed = 2});
}

void CliAdaptersTest::adaptersChangeWhatTheModelSays()
{
    const QString first = adapter(QStringLiteral("first.gguf"));
    const QJsonObject plain = complete({});
    QVERIFY(!plain.isEmpty());
    const QJsonObject one = complete({first});
    QVERIFY(!one.isEmpty());
    QVERIFY(one != plain);
    const QJsonObject half = complete({first + QStringLiteral("=0.5")});
    QVERIFY(!half.isEmpty());
    QVERIFY(half != one);
    const QJsonObject two = complete({first + QStringLiteral("=0.5"), adapter(QStringLiteral("second.gguf=-1"))});
    QVERIFY(!two.isEmpty());
    QVERIFY(two != half);
    QCOMPARE(complete({first + QStringLiteral("=0")}), plain);
    QCOMPARE(complete({first}), one);
}

void CliAdaptersTest::scoresChangeToo()
{
    QFile text(m_home->file(QStringLiteral("text.txt")));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write(QByteArray("One two three four five six seven. ").repeated(20));
    text.close();
    const auto perplexity = [&](const QStringList &more) {
        const CliRun run =
            m_home->run(QStringList{QStringLiteral("perplexity"), QStringLiteral("-m"), model(),
                                    QStringLiteral("--device"), QStringLiteral("cpu"), QStringLiteral("--ctx"),
                                    QStringLiteral("64"), QStringLiteral("--json"), text.fileName()} +
                        more);
        return run.object().value(QStringLiteral("perplexity")).toDouble();
    };
    const double plain = perplexity({});
    QVERIFY(plain > 1.0);
    const double changed = perplexity({QStringLiteral("--lora"), adapter(QStringLiteral("first.gguf"))});
    QVERIFY(changed > 1.0);
    QVERIFY(changed != plain);
}

void CliAdaptersTest::wrongUsage_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("a scale that is no number") << QStringLiteral("first.gguf=much");
    QTest::newRow("an infinite scale") << QStringLiteral("first.gguf=inf");
    QTest::newRow("no scale") << QStringLiteral("first.gguf=");
    QTest::newRow("no file") << QStringLiteral("=1");
}

void CliAdaptersTest::wrongUsage()
{
    QFETCH(QString, file);
    const CliRun run =
        m_home->run({QStringLiteral("complete"), QStringLiteral("-m"), model(), QStringLiteral("--lora"), file});
    QCOMPARE(run.status, 2);
    QVERIFY2(run.err.contains("FILE=SCALE"), run.err.constData());
}

void CliAdaptersTest::theCardOfAnAdapter()
{
    const CliRun run =
        m_home->run({QStringLiteral("info"), adapter(QStringLiteral("first.gguf")), QStringLiteral("--json")});
    QCOMPARE(run.status, 0);
    const QJsonObject card = run.object();
    QCOMPARE(card.value(QStringLiteral("adapter")).toString(), QStringLiteral("lora"));
    QCOMPARE(card.value(QStringLiteral("architecture")).toString(), QStringLiteral("llama"));
    QCOMPARE(card.value(QStringLiteral("name")).toString(), QStringLiteral("The first"));
    QCOMPARE(card.value(QStringLiteral("most_rank")).toInt(), 4);
    QVERIFY(card.value(QStringLiteral("supported")).toBool());
    const CliRun lines = m_home->run({QStringLiteral("info"), adapter(QStringLiteral("first.gguf"))});
    QVERIFY(lines.out.contains("The first"));
}

void CliAdaptersTest::oneForTheOther_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("lora");
    QTest::addColumn<QByteArray>("said");
    const QString adapterPath = QStringLiteral("first.gguf");
    QTest::newRow("an adapter as the model") << adapterPath << QString() << QByteArray("an adapter, not a model");
    QTest::newRow("a model as the adapter") << QStringLiteral("models/tiny.gguf") << QStringLiteral("models/tiny.gguf")
                                            << QByteArray("the file is a model, not an adapter");
    QTest::newRow("no such adapter") << QStringLiteral("models/tiny.gguf") << QStringLiteral("nowhere.gguf")
                                     << QByteArray("adapter nowhere.gguf: ");
    QTest::newRow("another model's") << QStringLiteral("models/tiny.gguf") << QStringLiteral("other.gguf")
                                     << QByteArray("it was made for another model");
}

void CliAdaptersTest::oneForTheOther()
{
    QFETCH(QString, model);
    QFETCH(QString, lora);
    QFETCH(QByteArray, said);
    tests::writeTinyAdapter(adapter(QStringLiteral("other.gguf")).toStdString(), {.embedding = 128});
    QStringList more{QStringLiteral("-m"), m_home->file(model), QStringLiteral("--device"), QStringLiteral("cpu")};
    if (!lora.isEmpty())
        more += {QStringLiteral("--lora"), m_home->file(lora)};
    for (const QStringList &command :
         {QStringList{QStringLiteral("complete"), QStringLiteral("-n"), QStringLiteral("1")},
          QStringList{QStringLiteral("ask"), QStringLiteral("hello")}}) {
        const CliRun run = m_home->runWithData(command + more, "x");
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.startsWith("carrel-cli: "), run.err.constData());
        QCOMPARE(run.err.count('\n'), 1);
        QVERIFY2(run.err.contains(said), run.err.constData());
    }
}

void CliAdaptersTest::recordsNameThem()
{
    const CliRun run = ask({QStringLiteral("--lora"), adapter(QStringLiteral("first.gguf=0.5"))});
    QVERIFY2(run.status == 0, run.err.constData());
    const QJsonArray adapters =
        run.object().value(QStringLiteral("record")).toObject().value(QStringLiteral("adapters")).toArray();
    QCOMPARE(adapters.size(), 1);
    const QJsonObject used = adapters.at(0).toObject();
    QCOMPARE(used.value(QStringLiteral("name")).toString(), QStringLiteral("The first"));
    QCOMPARE(used.value(QStringLiteral("scale")).toDouble(), 0.5);
    QCOMPARE(used.value(QStringLiteral("sha256")).toString().size(), 64);
    const CliRun plain = ask({});
    QVERIFY(plain.object()
                .value(QStringLiteral("record"))
                .toObject()
                .value(QStringLiteral("adapters"))
                .toArray()
                .isEmpty());
}

void CliAdaptersTest::replayUsesTheSameOrRefuses()
{
    const QString path = adapter(QStringLiteral("first.gguf"));
    const QString second = adapter(QStringLiteral("second.gguf"));
    const QString id = QString::number(ask({QStringLiteral("--lora"), path + QStringLiteral("=0.75")})
                                           .object()
                                           .value(QStringLiteral("id"))
                                           .toInteger());
    const QStringList replay{QStringLiteral("replay"), id, QStringLiteral("--json")};
    const CliRun same = m_home->runWithData(replay);
    QVERIFY2(same.status == 0, same.err.constData());
    QVERIFY(same.object().value(QStringLiteral("equal")).toBool());

    const CliRun other = m_home->runWithData(replay + QStringList{QStringLiteral("--lora"), second});
    QCOMPARE(other.status, 1);
    QVERIFY2(other.err.contains("SHA-256 differs"), other.err.constData());
    const CliRun more =
        m_home->runWithData(replay + QStringList{QStringLiteral("--lora"), path, QStringLiteral("--lora"), second});
    QCOMPARE(more.status, 1);
    QVERIFY2(more.err.contains("made with 1 adapters, 2 are named"), more.err.constData());

    QVERIFY(QFile::rename(path, adapter(QStringLiteral("moved.gguf"))));
    const CliRun gone = m_home->runWithData(replay);
    QCOMPARE(gone.status, 1);
    QVERIFY2(gone.err.contains("Give its file with --lora"), gone.err.constData());
    const CliRun found =
        m_home->runWithData(replay + QStringList{QStringLiteral("--lora"), adapter(QStringLiteral("moved.gguf"))});
    QVERIFY2(found.status == 0, found.err.constData());
    QVERIFY(found.object().value(QStringLiteral("equal")).toBool());
}

QTEST_GUILESS_MAIN(CliAdaptersTest)
#include "adapters_test.moc"
