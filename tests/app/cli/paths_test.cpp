// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli from outside: usage, JSON, bad input. Commands on paths here, those on a data folder in history_test.cpp.
#include "inference/engine.h"
#include "inference/text_model.h"
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_model.h"

#include <QFile>
#include <QTest>

#include <cmath>
#include <csignal>
#include <future>

using tests::CliRun;

class CliPathsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void wrongUsage_data();
    void wrongUsage();
    void helpAndVersion();
    void tokenizeAndBack_data();
    void tokenizeAndBack();
    void controlTokensOnlyWhenAsked();
    void detokenizeRefusesForeignInput_data();
    void detokenizeRefusesForeignInput();
    void infoNeedsTheHeaderAlone();
    void badModelFiles_data();
    void badModelFiles();
    void completeGivesTokensAndLogits();
    void completeRepeatsWithItsSeed();
    void completeIsTheSameForAnyThreads();
    void nothingToContinue();
    void headsThatAreNoBlocks();
    void promptBeyondTheContext();
    void perplexity();
    void perplexityOfTooShortText();
    void bench();
    void devices();
    void devicesCheck();
    void interruptKeepsTheText();
    void theDataFolderIsNeverOpened();

private:
    [[nodiscard]] QString model() const { return m_home.models() + QStringLiteral("/tiny.gguf"); }
    static void expectError(const CliRun &run, int status)
    {
        QCOMPARE(run.status, status);
        QVERIFY2(run.err.startsWith("carrel-cli: "), run.err.constData());
        QCOMPARE(run.err.count('\n'), 1);
        QVERIFY2(run.out.isEmpty(), run.out.constData());
    }
    /// ln p(next | prefix) of the model in m_engine.
    double logProbability(const std::vector<inference::TokenId> &prefix, inference::TokenId next);

    tests::CliHome m_home;
    std::unique_ptr<inference::Engine> m_engine;
};

void CliPathsTest::initTestCase()
{
    tests::writeTinyModel(model().toStdString());
}

void CliPathsTest::wrongUsage_data()
{
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const char *name, const char *arguments) {
        QTest::newRow(name) << QString::fromLatin1(arguments).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    };
    row("no command", "");
    row("unknown command", "sing");
    row("unknown option", "devices --loud");
    row("a model is needed", "complete");
    row("a device that is none", "complete -m tiny --device tpu");
    row("a device number that is none", "complete -m tiny --device vulkan:x");
    row("no tokens", "complete -m tiny -n 0");
    row("a negative temperature", "complete -m tiny --temp -1");
    row("a context that is none", "complete -m tiny -c 1");
    row("threads that are none", "complete -m tiny --threads 0");
    row("a KV cache that is none", "complete -m tiny --kv q5_0");
    row("experts of layers that are no number", "complete -m tiny --host-experts few");
    row("experts of fewer layers than none", "complete -m tiny --host-experts -1");
    row("info needs a model", "info");
    row("replay needs a number", "replay abc");
    row("perplexity needs a file", "perplexity -m tiny");
}

void CliPathsTest::wrongUsage()
{
    QFETCH(QStringList, arguments);
    expectError(m_home.run(arguments), 2);
}

void CliPathsTest::helpAndVersion()
{
    const CliRun help = m_home.run({QStringLiteral("--help")});
    QCOMPARE(help.status, 0);
    for (const char *command : {"devices", "info",  "tokenize", "detokenize", "complete",      "embed",  "rerank",
                                "ask",     "chat",  "bench",    "perplexity", "conversations", "replay", "export",
                                "restore", "check", "models",   "summarize",  "import",        "remove"})
        QVERIFY2(help.out.contains(command), command);
    QCOMPARE(m_home.run({QStringLiteral("ask"), QStringLiteral("--help")}).status, 0);
    QCOMPARE(m_home.run({QStringLiteral("--version")}).status, 0);
}

void CliPathsTest::tokenizeAndBack_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("words") << QByteArray("The quick brown fox");
    QTest::newRow("a line break at the end stays") << QByteArray("one\ntwo\n");
    QTest::newRow("umlauts and smileys") << QByteArray("\xC3\xA4\xC3\xB6 \xF0\x9F\x98\x80");
    QTest::newRow("no UTF-8") << QByteArray("\xFF\xFE\x80 a\xC3", 6);
    QTest::newRow("a zero byte") << QByteArray("a\0b", 3);
    QTest::newRow("a control token is text") << QByteArray("<|im_end|>");
}

void CliPathsTest::tokenizeAndBack()
{
    QFETCH(QByteArray, text);
    const CliRun ids =
        m_home.run({QStringLiteral("tokenize"), QStringLiteral("-m"), model(), QStringLiteral("--no-bos")}, text);
    QCOMPARE(ids.status, 0);
    QVERIFY(QJsonDocument::fromJson(ids.out).isArray());
    QCOMPARE(ids.out.count('\n'), 1);
    const CliRun back = m_home.run({QStringLiteral("detokenize"), QStringLiteral("-m"), model()}, ids.out);
    QCOMPARE(back.status, 0);
    QCOMPARE(back.out, text);
}

void CliPathsTest::controlTokensOnlyWhenAsked()
{
    const QStringList arguments{QStringLiteral("tokenize"), QStringLiteral("-m"), model(), QStringLiteral("--no-bos")};
    const CliRun plain = m_home.run(arguments, "<|im_end|>");
    QVERIFY(QJsonDocument::fromJson(plain.out).array().size() > 1);
    const CliRun special = m_home.run(arguments + QStringList{QStringLiteral("--special")}, "<|im_end|>");
    QCOMPARE(QJsonDocument::fromJson(special.out).array().size(), 1);
}

void CliPathsTest::detokenizeRefusesForeignInput_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::newRow("no JSON") << QByteArray("hello");
    QTest::newRow("an object") << QByteArray("{}");
    QTest::newRow("not a number") << QByteArray("[\"a\"]");
    QTest::newRow("a negative id") << QByteArray("[-1]");
    QTest::newRow("beyond the vocabulary") << QByteArray("[1, 100000000]");
    QTest::newRow("a fraction") << QByteArray("[1.5]");
}

void CliPathsTest::detokenizeRefusesForeignInput()
{
    QFETCH(QByteArray, input);
    expectError(m_home.run({QStringLiteral("detokenize"), QStringLiteral("-m"), model()}, input), 1);
}

void CliPathsTest::infoNeedsTheHeaderAlone()
{
    const CliRun whole = m_home.run({QStringLiteral("info"), QStringLiteral("tiny"), QStringLiteral("--json")});
    QCOMPARE(whole.status, 0);
    const QJsonObject card = whole.object();
    QCOMPARE(card.value(QStringLiteral("architecture")).toString(), QStringLiteral("llama"));
    QCOMPARE(card.value(QStringLiteral("context_length")).toInt(), 256);
    QVERIFY(card.value(QStringLiteral("complete")).toBool());
    QVERIFY(card.value(QStringLiteral("supported")).toBool());
    QVERIFY(card.value(QStringLiteral("parameters")).toInteger() > 0);

    const tests::Bytes header = tests::tinyModelWriter().header();
    const QString cut = m_home.file(QStringLiteral("cut.gguf"));
    tests::writeFile(cut.toStdString(), header);
    const CliRun short_ = m_home.run({QStringLiteral("info"), cut, QStringLiteral("--json")});
    QCOMPARE(short_.status, 0);
    QVERIFY(!short_.object().value(QStringLiteral("complete")).toBool(true));
    QCOMPARE(short_.object().value(QStringLiteral("parameters")), card.value(QStringLiteral("parameters")));
    QVERIFY(m_home.run({QStringLiteral("info"), QStringLiteral("tiny")}).out.contains("llama"));
}

void CliPathsTest::badModelFiles_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const tests::Bytes whole = tests::makeTinyModel();
    const QByteArray good(reinterpret_cast<const char *>(whole.data()), static_cast<qsizetype>(whole.size()));
    const auto hostile = [](const tests::GgufOverrides &overrides) {
        tests::GgufWriter writer = tests::tinyModelWriter();
        const tests::Bytes bytes = writer.overrides(overrides).bytes();
        return QByteArray(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size()));
    };
    QTest::newRow("cut in the data") << good.chopped(50);
    QTest::newRow("cut in the header") << good.first(300);
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("foreign") << QByteArray("%PDF-1.7 this is a document");
    QTest::newRow("a huge number of tensors") << hostile({.tensorCount = ~0ULL});
    QTest::newRow("a huge number of entries") << hostile({.entryCount = ~0ULL >> 1U});
    QTest::newRow("an unknown version") << hostile({.version = 77});
    QTest::newRow("another machine's byte order") << hostile({.version = 0x03000000});
}

void CliPathsTest::badModelFiles()
{
    QFETCH(QByteArray, bytes);
    const QString path = m_home.file(QStringLiteral("bad.gguf"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(bytes);
    file.close();
    const CliRun run = m_home.run({QStringLiteral("complete"), QStringLiteral("-m"), path, QStringLiteral("--device"),
                                   QStringLiteral("cpu"), QStringLiteral("-n"), QStringLiteral("1")},
                                  "x");
    expectError(run, 1);
    QVERIFY2(run.err.contains("bad.gguf"), run.err.constData());
}

void CliPathsTest::completeGivesTokensAndLogits()
{
    const CliRun run =
        m_home.run({QStringLiteral("complete"), QStringLiteral("-m"), model(), QStringLiteral("--device"),
                    QStringLiteral("cpu"), QStringLiteral("-n"), QStringLiteral("8"), QStringLiteral("--temp"),
                    QStringLiteral("0"), QStringLiteral("--top-logits"), QStringLiteral("3"), QStringLiteral("--json")},
                   "Once upon");
    QCOMPARE(run.status, 0);
    const QJsonObject object = run.object();
    const QJsonArray tokens = object.value(QStringLiteral("tokens")).toArray();
    const QJsonArray steps = object.value(QStringLiteral("steps")).toArray();
    QVERIFY(!tokens.isEmpty());
    QCOMPARE(steps.size(), tokens.size());
    for (qsizetype i = 0; i < tokens.size(); ++i) {
        const QJsonArray top = steps.at(i).toObject().value(QStringLiteral("top")).toArray();
        QCOMPARE(top.size(), 3);
        // --temp 0 is the argmax, and the candidates come best first.
        QCOMPARE(top.at(0).toArray().at(0), tokens.at(i));
        QVERIFY(top.at(0).toArray().at(1).toDouble() >= top.at(1).toArray().at(1).toDouble());
        QVERIFY(top.at(1).toArray().at(1).toDouble() >= top.at(2).toArray().at(1).toDouble());
    }
    QVERIFY(object.value(QStringLiteral("prompt_tokens")).toInt() > 0);
    QVERIFY(object.value(QStringLiteral("timing")).toObject().contains(QStringLiteral("first_token_ms")));
    QVERIFY(object.value(QStringLiteral("text")).isString());
}

void CliPathsTest::completeRepeatsWithItsSeed()
{
    const auto run = [&](const char *seed) {
        return m_home
            .run({QStringLiteral("complete"), QStringLiteral("-m"), model(), QStringLiteral("--device"),
                  QStringLiteral("cpu"), QStringLiteral("-n"), QStringLiteral("24"), QStringLiteral("--temp"),
                  QStringLiteral("1"), QStringLiteral("--seed"), QString::fromLatin1(seed), QStringLiteral("--json")},
                 "Once upon")
            .object()
            .value(QStringLiteral("tokens"));
    };
    QCOMPARE(run("7"), run("7"));
    QVERIFY(run("7") != run("8"));
}

void CliPathsTest::completeIsTheSameForAnyThreads()
{
    const auto run = [&](const char *threads) {
        return m_home
            .run({QStringLiteral("complete"), QStringLiteral("-m"), model(), QStringLiteral("--device"),
                  QStringLiteral("cpu"), QStringLiteral("-n"), QStringLiteral("16"), QStringLiteral("--temp"),
                  QStringLiteral("0"), QStringLiteral("--top-logits"), QStringLiteral("2"), QStringLiteral("--threads"),
                  QString::fromLatin1(threads), QStringLiteral("--json")},
                 "Once upon")
            .object()
            .value(QStringLiteral("steps"));
    };
    QCOMPARE(run("1"), run("2"));
}

void CliPathsTest::nothingToContinue()
{
    expectError(m_home.run({QStringLiteral("complete"), QStringLiteral("-m"), model(), QStringLiteral("--device"),
                            QStringLiteral("cpu")}),
                1);
}

void CliPathsTest::headsThatAreNoBlocks()
{
    const CliRun run =
        m_home.run({QStringLiteral("complete"), QStringLiteral("-m"), model(), QStringLiteral("--device"),
                    QStringLiteral("cpu"), QStringLiteral("--kv"), QStringLiteral("q8_0")},
                   "Once upon");
    expectError(run, 1);
    QVERIFY2(run.err.contains("q8_0") && run.err.contains("16"), run.err.constData());
}

void CliPathsTest::promptBeyondTheContext()
{
    const CliRun run =
        m_home.run({QStringLiteral("complete"), QStringLiteral("-m"), model(), QStringLiteral("--device"),
                    QStringLiteral("cpu"), QStringLiteral("-c"), QStringLiteral("64")},
                   QByteArray(5000, 'x'));
    expectError(run, 1);
    QVERIFY2(run.err.contains("context"), run.err.constData());
}

double CliPathsTest::logProbability(const std::vector<inference::TokenId> &prefix, inference::TokenId next)
{
    inference::GenerateRequest request;
    request.prompt = inference::TokenPrompt{prefix};
    request.sampling = {.temperature = 0.0F, .topK = 0, .topP = 1.0F, .minP = 0.0F};
    request.maxTokens = 1;
    request.topLogits = 1000;
    request.ignoreEndOfGeneration = true;
    std::vector<inference::TokenLogit> logits;
    std::promise<void> done;
    m_engine->generate(
        std::move(request),
        [&](const inference::GenerateEvent &event) {
            if (const auto *chunk = std::get_if<inference::TokenChunk>(&event))
                logits = chunk->topLogits;
        },
        [&](const inference::Result<inference::GenerateResult> &) { done.set_value(); });
    done.get_future().wait();
    double whole = 0.0;
    double wanted = 0.0;
    for (const inference::TokenLogit &candidate : logits) {
        whole += std::exp(static_cast<double>(candidate.logit));
        if (candidate.id == next)
            wanted = static_cast<double>(candidate.logit);
    }
    return wanted - std::log(whole);
}

void CliPathsTest::perplexity()
{
    m_engine = std::make_unique<inference::Engine>(inference::EngineOptions{});
    std::promise<void> loaded;
    m_engine->load(
        {.path = model().toStdString(), .device = "cpu", .probedDevices = {}, .contextLength = 128}, [](float) {},
        [&](const inference::Result<inference::LoadedModel> &) { loaded.set_value(); });
    loaded.get_future().wait();
    const QByteArray sentences = QByteArray("The quick brown fox jumps over the lazy dog.\n").repeated(20);
    QFile text(m_home.file(QStringLiteral("text.txt")));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write(sentences);
    text.close();
    const auto run = [&](const QStringList &more) {
        return m_home.run(QStringList{QStringLiteral("perplexity"), QStringLiteral("-m"), model(),
                                      QStringLiteral("--device"), QStringLiteral("cpu"), QStringLiteral("-c"),
                                      QStringLiteral("64"), QStringLiteral("--json"), text.fileName()} +
                          more);
    };
    const CliRun all = run({});
    QCOMPARE(all.status, 0);
    const QJsonObject object = all.object();
    const qint64 chunks = object.value(QStringLiteral("chunks")).toInteger();
    QVERIFY(chunks > 2);
    QCOMPARE(chunks, object.value(QStringLiteral("tokens")).toInteger() / 64);
    // The second half of each window but its last position, which predicts a token outside.
    QCOMPARE(object.value(QStringLiteral("scored_tokens")).toInteger(), chunks * 31);
    // The same by its definition, from the logits of one generated token after each prefix.
    const double value = object.value(QStringLiteral("perplexity")).toDouble();
    const auto tokenizer = inference::TextModel::open(model().toStdString());
    const auto tokens = (*tokenizer)->encodeText(sentences.toStdString(), true, false);
    double sum = 0.0;
    for (qint64 window = 0; window < chunks; ++window) {
        const auto begin = tokens.begin() + window * 64;
        for (std::ptrdiff_t i = 32; i + 1 < 64; ++i)
            sum -= logProbability({begin, begin + i + 1}, begin[i + 1]);
    }
    const double expected = std::exp(sum / static_cast<double>(chunks * 31));
    QVERIFY2(std::abs(value / expected - 1.0) < 0.002,
             qPrintable(QStringLiteral("%1 instead of %2").arg(value).arg(expected)));
    QCOMPARE(
        run({QStringLiteral("--chunks"), QStringLiteral("2")}).object().value(QStringLiteral("chunks")).toInteger(), 2);
}

void CliPathsTest::perplexityOfTooShortText()
{
    QFile text(m_home.file(QStringLiteral("short.txt")));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write("few words");
    text.close();
    expectError(m_home.run({QStringLiteral("perplexity"), QStringLiteral("-m"), model(), QStringLiteral("--device"),
                            QStringLiteral("cpu"), QStringLiteral("-c"), QStringLiteral("128"), text.fileName()}),
                1);
    expectError(
        m_home.run({QStringLiteral("perplexity"), QStringLiteral("-m"), model(), QStringLiteral("/nonexistent")}), 1);
}

void CliPathsTest::bench()
{
    const CliRun run =
        m_home.run({QStringLiteral("bench"), QStringLiteral("-m"), model(), QStringLiteral("--device"),
                    QStringLiteral("cpu"), QStringLiteral("-p"), QStringLiteral("32"), QStringLiteral("-n"),
                    QStringLiteral("8"), QStringLiteral("-r"), QStringLiteral("2"), QStringLiteral("--json")});
    QCOMPARE(run.status, 0);
    const QJsonObject object = run.object();
    for (const char *field :
         {"prefill_tps", "decode_tps", "first_token_ms", "load_ms", "peak_bytes", "bandwidth_bytes_per_s"})
        QVERIFY2(object.value(QLatin1StringView(field)).toDouble() > 0.0, field);
    QCOMPARE(object.value(QStringLiteral("device")).toString(), QStringLiteral("cpu"));
}

void CliPathsTest::devices()
{
    const CliRun run = m_home.run({QStringLiteral("devices"), QStringLiteral("--json")});
    QCOMPARE(run.status, 0);
    QVERIFY(!run.objects().isEmpty());
    QCOMPARE(run.objects().constFirst().value(QStringLiteral("id")).toString(), QStringLiteral("cpu"));
    QVERIFY(run.objects().constFirst().value(QStringLiteral("usable")).toBool());
}

void CliPathsTest::devicesCheck()
{
    const CliRun run = m_home.run({QStringLiteral("devices"), QStringLiteral("--check"), QStringLiteral("-m"), model(),
                                   QStringLiteral("--json")});
    for (const QJsonObject &device : run.objects()) {
        if (!device.value(QStringLiteral("usable")).toBool())
            continue;
        const QJsonObject check = device.value(QStringLiteral("check")).toObject();
        QVERIFY2(check.value(QStringLiteral("agrees")).toBool(), QJsonDocument(device).toJson().constData());
    }
    QVERIFY2(run.status == 0, run.err.constData());
}

void CliPathsTest::interruptKeepsTheText()
{
    const QString slow = m_home.file(QStringLiteral("slow.gguf"));
    tests::writeTinyModel(slow.toStdString(),
                          {.layers = 8, .embedding = 512, .feedForward = 1024, .context = 16384, .neverEnds = true});
    const auto process =
        m_home.process({QStringLiteral("complete"), QStringLiteral("-m"), slow, QStringLiteral("--device"),
                        QStringLiteral("cpu"), QStringLiteral("--temp"), QStringLiteral("0")});
    process->start();
    process->write("Once upon a time");
    process->closeWriteChannel();
    QVERIFY(process->waitForReadyRead(60'000));
    ::kill(static_cast<pid_t>(process->processId()), SIGINT);
    QVERIFY(process->waitForFinished(20'000));
    QCOMPARE(process->exitStatus(), QProcess::NormalExit);
    QCOMPARE(process->exitCode(), 0);
    QVERIFY(!process->readAllStandardOutput().isEmpty());
}

void CliPathsTest::theDataFolderIsNeverOpened()
{
    const QString folder = m_home.file(QStringLiteral("untouched"));
    const QStringList data{QStringLiteral("--data"), folder};
    QCOMPARE(m_home.run(data + QStringList{QStringLiteral("tokenize"), QStringLiteral("-m"), model()}, "x").status, 0);
    QCOMPARE(m_home.run(data + QStringList{QStringLiteral("info"), QStringLiteral("tiny")}).status, 0);
    QCOMPARE(m_home.run(data + QStringList{QStringLiteral("devices")}).status, 0);
    QCOMPARE(m_home
                 .run(data + QStringList{QStringLiteral("complete"), QStringLiteral("-m"), model(),
                                         QStringLiteral("-n"), QStringLiteral("1")},
                      "x")
                 .status,
             0);
    QVERIFY(!QFile::exists(folder));
    QVERIFY(!QFile::exists(m_home.path() + QStringLiteral("/share")));
}

QTEST_GUILESS_MAIN(CliPathsTest)
#include "paths_test.moc"
