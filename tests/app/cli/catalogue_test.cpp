// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_model.h"

#include <QFile>
#include <QTest>

using namespace tests;

class CatalogueCliTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void listsModelsWithLicencesAndFit();
    void tellsAllAboutOne();
    void anUnknownIdFails();
    void exportsTheModelsHere_data();
    void exportsTheModelsHere();
    void infoTellsLicenceAndMemory();

private:
    CliHome m_home;
    QString m_model;
};

void CatalogueCliTest::initTestCase()
{
    m_model = m_home.models() + QStringLiteral("/tiny.gguf");
    GgufWriter writer = tinyModelWriter();
    writer.string("general.license", "mit");
    writer.u32("general.base_model.count", 1);
    writer.string("general.base_model.0.repo_url", "https://huggingface.co/meta-llama/Llama-3.1-8B");
    const Bytes bytes = writer.bytes();
    QFile file(m_model);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())),
             static_cast<qint64>(bytes.size()));
}

void CatalogueCliTest::listsModelsWithLicencesAndFit()
{
    const CliRun run = m_home.run(
        {QStringLiteral("catalogue"), QStringLiteral("--json"), QStringLiteral("--device"), QStringLiteral("cpu")});
    QCOMPARE(run.status, 0);
    const QList<QJsonObject> models = run.objects();
    QVERIFY(models.size() >= 60);
    int shown = 0;
    for (const QJsonObject &model : models) {
        QVERIFY(!model[QLatin1StringView("id")].toString().isEmpty());
        QVERIFY(!model[QLatin1StringView("licence_says")].toString().isEmpty());
        QVERIFY(!model[QLatin1StringView("openness")].toString().isEmpty());
        const QJsonArray files = model[QLatin1StringView("files")].toArray();
        QVERIFY(!files.isEmpty());
        for (const auto &file : files) {
            QVERIFY(file[QLatin1StringView("needs_bytes")].toInteger() >= file[QLatin1StringView("bytes")].toInteger());
            QVERIFY(!file[QLatin1StringView("quality")].toString().isEmpty());
            shown += file[QLatin1StringView("shown_as")].toArray().isEmpty() ? 0 : 1;
        }
    }
    QVERIFY(shown <= 4);
}

void CatalogueCliTest::tellsAllAboutOne()
{
    const CliRun run = m_home.run({QStringLiteral("catalogue"), QStringLiteral("llama3.1-8b"),
                                   QStringLiteral("--device"), QStringLiteral("cpu")});
    QCOMPARE(run.status, 0);
    QVERIFY(run.out.contains("Llama 3.1 Community License"));
    QVERIFY(run.out.contains("700 million"));
    QVERIFY(run.out.contains("(1.b.i)"));
    QVERIFY(run.out.contains("SHA-256: 7b064f58"));
    QVERIFY(!run.out.contains("qwen3-8b"));
}

void CatalogueCliTest::anUnknownIdFails()
{
    const CliRun run = m_home.run(
        {QStringLiteral("catalogue"), QStringLiteral("no-such"), QStringLiteral("--device"), QStringLiteral("cpu")});
    QCOMPARE(run.status, 1);
    QVERIFY(run.err.contains("no-such"));
}

void CatalogueCliTest::exportsTheModelsHere_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("contains");
    QTest::newRow("csv") << QStringLiteral("csv") << 0 << QByteArray("tiny.gguf");
    QTest::newRow("spdx") << QStringLiteral("spdx") << 0 << QByteArray("\"specVersion\": \"3.0.1\"");
    QTest::newRow("cyclonedx") << QStringLiteral("cyclonedx") << 0 << QByteArray("\"bomFormat\": \"CycloneDX\"");
    QTest::newRow("a format that is none") << QStringLiteral("pdf") << 2 << QByteArray();
}

void CatalogueCliTest::exportsTheModelsHere()
{
    QFETCH(QString, format);
    QFETCH(int, status);
    QFETCH(QByteArray, contains);
    const CliRun run = m_home.run({QStringLiteral("models"), QStringLiteral("--export"), format,
                                   QStringLiteral("--device"), QStringLiteral("cpu")});
    QCOMPARE(run.status, status);
    QVERIFY(run.out.contains(contains));
    // Where a file lies names its user.
    QVERIFY(!run.out.contains(m_home.path().toUtf8()));
}

void CatalogueCliTest::infoTellsLicenceAndMemory()
{
    const CliRun run = m_home.run({QStringLiteral("info"), m_model, QStringLiteral("--json")});
    QCOMPARE(run.status, 0);
    const QJsonObject card = run.object();
    // The parent's terms are the stricter ones.
    QCOMPARE(card[QLatin1StringView("licence_id")].toString(), QStringLiteral("llama31"));
    QCOMPARE(card[QLatin1StringView("other_licences")].toArray(), QJsonArray{QStringLiteral("mit")});
    QVERIFY(card[QLatin1StringView("memory_processor_bytes")].toInteger() > 0);
}

QTEST_GUILESS_MAIN(CatalogueCliTest)
#include "catalogue_test.moc"
