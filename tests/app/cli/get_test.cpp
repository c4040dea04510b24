// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli get with a model's name: the terms, the agreement, the file and the list of models, from a hub on this
// machine that has the names of the real one.
#include "tests/app/cli/cli_home.h"
#include "tests/app/support/hub_server.h"
#include "tests/support/tiny_model.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace tests;
using app::test::HubServer;

namespace {

// An entry of the catalogue whose hash is the hub's to say, under a licence with conditions.
const QString kId = QStringLiteral("llama2-7b");
const QString kRepository = QStringLiteral("TheBloke/Llama-2-7B-Chat-GGUF");
const QString kFile = QStringLiteral("llama-2-7b-chat.Q4_K_M.gguf");

QByteArray model()
{
    const Bytes bytes = tinyModelWriter().bytes();
    return {reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

} // namespace

class GetTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void aModelOfTheCatalogueComesWithItsTerms();
    void withoutAgreementNothingIsFetched_data();
    void withoutAgreementNothingIsFetched();
    void theUseIsWeighed_data();
    void theUseIsWeighed();
    void anotherFileThanTheCataloguesIsRefused();
    void namesOfTheHubAreUnderstood_data();
    void namesOfTheHubAreUnderstood();
    void aModelOfSeveralFilesIsOneDownload();
    void stoppedItGoesOn();
    void aCatalogueIsTakenOnlyWithItsSignature_data();
    void aCatalogueIsTakenOnlyWithItsSignature();

private:
    [[nodiscard]] QStringList get(const QStringList &arguments) const
    {
        return QStringList{QStringLiteral("--data"), m_home->data(), QStringLiteral("get"), QStringLiteral("--to"),
                           into()} +
               arguments;
    }
    [[nodiscard]] QString into() const { return m_home->file(QStringLiteral("into")); }

    std::unique_ptr<HubServer> m_hub;
    std::unique_ptr<CliHome> m_home;
};

void GetTest::init()
{
    m_hub = std::make_unique<HubServer>();
    if (!m_hub->isThere())
        QSKIP("openssl is not installed");
    qputenv("TEST_AUTHORITIES", m_hub->authoritiesFile().toLocal8Bit());
    m_home = std::make_unique<CliHome>();
    QVERIFY(QDir().mkpath(m_home->data()));
    QFile settings(m_home->data() + QStringLiteral("/settings.json"));
    QVERIFY(settings.open(QIODevice::WriteOnly));
    settings.write(QJsonDocument(QJsonObject{{QStringLiteral("proxy"), m_hub->proxy()}}).toJson());
    m_hub->putRepository(kRepository, QStringLiteral("llama2"), {{kFile, model()}});
}

void GetTest::aModelOfTheCatalogueComesWithItsTerms()
{
    const CliRun run = m_home->run(get({kId + QStringLiteral(":q4_k_m"), QStringLiteral("--json")}), "y\n");
    QVERIFY2(run.status == 0, run.err.constData());
    for (const char *words : {"Llama 2 Community License", "700 million", "LICENSE", "[y/N]"})
        QVERIFY2(run.err.contains(words), run.err.constData());
    const QJsonObject said = run.object();
    QCOMPARE(said.value(QStringLiteral("state")).toString(), QStringLiteral("done"));
    QCOMPARE(said.value(QStringLiteral("catalogue_id")).toString(), kId);
    QCOMPARE(said.value(QStringLiteral("sha256_source")).toString(), QStringLiteral("hub"));
    QCOMPARE(said.value(QStringLiteral("licence_id")).toString(), QStringLiteral("llama2"));
    QCOMPARE(said.value(QStringLiteral("licence_text")).toString(), QStringLiteral("kept"));
    QFile file(said.value(QStringLiteral("path")).toString());
    QCOMPARE(file.fileName(), into() + QLatin1Char('/') + kFile);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), model());
    const QList<QJsonObject> models = m_home
                                          ->runWithData({QStringLiteral("models"), QStringLiteral("--json"),
                                                         QStringLiteral("--device"), QStringLiteral("cpu")})
                                          .objects();
    QCOMPARE(models.size(), 1);
    QCOMPARE(models.at(0).value(QStringLiteral("path")).toString(), file.fileName());
    QVERIFY(
        models.at(0).value(QStringLiteral("source")).toString().startsWith(QStringLiteral("https://huggingface.co/")));
    QCOMPARE(models.at(0).value(QStringLiteral("licence_text")).toString(), QStringLiteral("kept"));
    const CliRun bill =
        m_home->runWithData({QStringLiteral("models"), QStringLiteral("--export"), QStringLiteral("cyclonedx"),
                             QStringLiteral("--device"), QStringLiteral("cpu")});
    QVERIFY2(bill.out.contains("The terms of llama2"), bill.out.constData());
    const QList<QJsonObject> ledger =
        m_home->runWithData({QStringLiteral("ledger"), QStringLiteral("--json")}).objects();
    QCOMPARE(ledger.size(), m_hub->log().size());
}

void GetTest::withoutAgreementNothingIsFetched_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("no") << QByteArray("n\n");
    QTest::newRow("return") << QByteArray("\n");
    QTest::newRow("nobody there") << QByteArray();
    QTest::newRow("something else") << QByteArray("maybe\n");
}

void GetTest::withoutAgreementNothingIsFetched()
{
    QFETCH(QByteArray, answer);
    const CliRun run = m_home->run(get({kId}), answer);
    QCOMPARE(run.status, 1);
    QVERIFY2(run.err.contains("Nothing was downloaded") && run.err.contains("--yes"), run.err.constData());
    QVERIFY(run.out.isEmpty());
    QVERIFY(!QFile::exists(into()));
    QVERIFY(!m_hub->log().isEmpty());
    QCOMPARE(m_hub->log(QStringLiteral(".gguf")).size(), 0);
}

void GetTest::theUseIsWeighed_data()
{
    QTest::addColumn<QStringList>("use");
    QTest::addColumn<bool>("warned");
    QTest::newRow("as the settings have it") << QStringList() << false;
    QTest::newRow("personal") << QStringList{QStringLiteral("--use"), QStringLiteral("personal")} << false;
    QTest::newRow("commercial") << QStringList{QStringLiteral("--use"), QStringLiteral("commercial")} << true;
}

void GetTest::theUseIsWeighed()
{
    QFETCH(QStringList, use);
    QFETCH(bool, warned);
    const CliRun run = m_home->run(get(use + QStringList{kId, QStringLiteral("--yes"), QStringLiteral("--json")}));
    QVERIFY2(run.status == 0, run.err.constData());
    QCOMPARE(run.err.contains("! Commercial use has a limit"), warned);
    QCOMPARE(run.object().value(QStringLiteral("warnings")).toArray().isEmpty(), !warned);
    QVERIFY(!run.err.contains("[y/N]"));
}

void GetTest::anotherFileThanTheCataloguesIsRefused()
{
    m_hub->putRepository(QStringLiteral("Qwen/Qwen3-8B-GGUF"), QStringLiteral("apache-2.0"),
                         {{QStringLiteral("Qwen3-8B-Q4_K_M.gguf"), model()}});
    const CliRun run = m_home->run(get({QStringLiteral("qwen3-8b:Q4_K_M"), QStringLiteral("--yes")}));
    QCOMPARE(run.status, 1);
    QVERIFY2(run.err.contains("catalogue"), run.err.constData());
    QCOMPARE(m_hub->log(QStringLiteral(".gguf")).size(), 0);
}

void GetTest::namesOfTheHubAreUnderstood_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("words");
    const QByteArray licence("this model's licence");
    QTest::newRow("with a quantization") << QStringLiteral("some/Tiny-GGUF:Q8_0") << 0 << QByteArray("made-up");
    QTest::newRow("the address of a file")
        << QStringLiteral("https://huggingface.co/some/Tiny-GGUF/blob/main/tiny-Q8_0.gguf") << 0
        << QByteArray("made-up");
    QTest::newRow("which of them is not said") << QStringLiteral("some/Tiny-GGUF") << 1 << QByteArray("Q4_0, Q8_0");
    QTest::newRow("one that is not there") << QStringLiteral("some/Tiny-GGUF:Q2_K") << 1 << QByteArray("Q4_0, Q8_0");
    QTest::newRow("no such repository") << QStringLiteral("nobody/nothing:Q8_0") << 1
                                        << QByteArray("nobody/nothing is not there");
    QTest::newRow("neither") << QStringLiteral("nonsense") << 1 << QByteArray("carrel-cli catalogue");
    QTest::newRow("a quantization that the catalogue has not")
        << QStringLiteral("llama2-7b:Q1") << 1 << QByteArray("Q8_0");
}

void GetTest::namesOfTheHubAreUnderstood()
{
    QFETCH(QString, what);
    QFETCH(int, status);
    QFETCH(QByteArray, words);
    // One byte more, so that they are told apart by size.
    m_hub->putRepository(
        QStringLiteral("some/Tiny-GGUF"), QStringLiteral("made-up"),
        {{QStringLiteral("tiny-Q4_0.gguf"), model()}, {QStringLiteral("tiny-Q8_0.gguf"), model() + '\0'}});
    const CliRun run = m_home->run(get({what, QStringLiteral("--yes")}));
    QVERIFY2(run.status == status, run.err.constData());
    QVERIFY2(run.err.contains(words), run.err.constData());
    QCOMPARE(QFile::exists(into() + QStringLiteral("/tiny-Q8_0.gguf")), status == 0);
    // What nobody knows is said to be unknown.
    if (status == 0)
        QVERIFY2(run.err.toLower().contains("unknown"), run.err.constData());
}

void GetTest::aModelOfSeveralFilesIsOneDownload()
{
    const QTemporaryDir folder;
    QHash<QString, QByteArray> files;
    for (const auto &path : writeTinyShards(folder.path().toStdString(), "tiny-Q8_0", 2, {})) {
        QFile file(QString::fromStdString(path.string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        files.insert(QString::fromStdString(path.filename().string()), file.readAll());
    }
    m_hub->putRepository(QStringLiteral("some/Tiny-GGUF"), QStringLiteral("mit"), files);
    const CliRun run =
        m_home->run(get({QStringLiteral("some/Tiny-GGUF:Q8_0"), QStringLiteral("--yes"), QStringLiteral("--json")}));
    QVERIFY2(run.status == 0, run.err.constData());
    QVERIFY(run.object().value(QStringLiteral("path")).toString().endsWith(QStringLiteral("-00001-of-00002.gguf")));
    const QList<QJsonObject> models = m_home
                                          ->runWithData({QStringLiteral("models"), QStringLiteral("--json"),
                                                         QStringLiteral("--device"), QStringLiteral("cpu")})
                                          .objects();
    QCOMPARE(models.size(), 1);
    QCOMPARE(models.at(0).value(QStringLiteral("files")).toInt(), 2);
    QVERIFY(models.at(0).value(QStringLiteral("usable")).toBool());
}

void GetTest::stoppedItGoesOn()
{
    QByteArray large = model();
    large.append(QByteArray(2'000'000, 'x'));
    m_hub->putRepository(kRepository, QStringLiteral("llama2"), {{kFile, large}}, {{QStringLiteral("pause_ms"), 20}});
    const QStringList arguments = get({kId, QStringLiteral("--yes")});
    const auto process = m_home->process(arguments);
    process->start();
    const QString part = into() + QLatin1Char('/') + kFile + QStringLiteral(".part");
    // The file has its whole length at once; what arrived is not zero.
    const auto arrived = [&] {
        QFile file(part);
        return file.open(QIODevice::ReadOnly) && file.seek(200'000) && file.read(1) == "x";
    };
    QTRY_VERIFY_WITH_TIMEOUT(arrived(), 30'000);
    QCOMPARE(::kill(static_cast<pid_t>(process->processId()), SIGINT), 0);
    QVERIFY(process->waitForFinished(30'000));
    QCOMPARE(process->exitCode(), 1);
    QVERIFY(process->readAllStandardError().contains("goes on where it stopped"));
    const CliRun run = m_home->run(arguments);
    QVERIFY2(run.status == 0, run.err.constData());
    QFile file(into() + QLatin1Char('/') + kFile);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll() == large);
    const QList<QJsonObject> asked = m_hub->log(QStringLiteral(".gguf"));
    QCOMPARE(asked.size(), 2);
    QVERIFY(asked.at(1).value(QStringLiteral("range")).toString().startsWith(QStringLiteral("bytes=")));
}

void GetTest::aCatalogueIsTakenOnlyWithItsSignature_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("the one that is built in") << QByteArray() << QByteArray() << 0 << QByteArray("is the newest");
    QTest::newRow("with another word in it")
        << QByteArray("Qwen3 8B") << QByteArray("Qwen9 8B") << 1 << QByteArray("signed");
}

void GetTest::aCatalogueIsTakenOnlyWithItsSignature()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(int, status);
    QFETCH(QByteArray, words);
    QFile json(QStringLiteral(CATALOGUE "/catalogue.json"));
    QFile signature(QStringLiteral(CATALOGUE "/catalogue.json.sig"));
    QVERIFY(json.open(QIODevice::ReadOnly) && signature.open(QIODevice::ReadOnly));
    QByteArray bytes = json.readAll();
    if (!before.isEmpty()) {
        QVERIFY(bytes.contains(before));
        bytes.replace(before, after);
    }
    const QString address = QStringLiteral("https://cdn.example.org/catalogue.json");
    m_hub->put(address, bytes);
    m_hub->put(address + QStringLiteral(".sig"), signature.readAll());
    const QStringList arguments{QStringLiteral("catalogue"), QStringLiteral("--device"), QStringLiteral("cpu"),
                                QStringLiteral("--update-from")};
    const CliRun run = m_home->runWithData(arguments + QStringList{address});
    QVERIFY2(run.status == status, run.err.constData());
    QVERIFY2(QByteArray(run.out + run.err).contains(words), run.err.constData());
    QCOMPARE(m_hub->log().size(), 2);
    QVERIFY(!QFile::exists(m_home->data() + QStringLiteral("/catalogue.json")));
    // Nobody is asked without encryption.
    QCOMPARE(
        m_home->runWithData(arguments + QStringList{QStringLiteral("http://cdn.example.org/catalogue.json")}).status,
        1);
    QCOMPARE(m_hub->log().size(), 2);
}

QTEST_GUILESS_MAIN(GetTest)
#include "get_test.moc"
