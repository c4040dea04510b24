// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/hub_metadata.h"

#include <QTest>

using namespace app::catalogue;

namespace {

const QString kHash = QString(64, QLatin1Char('a'));

QByteArray item(const QByteArray &path, const QByteArray &bytes = "1000", const QByteArray &hash = QByteArray(64, 'a'))
{
    return R"({"type": "file", "path": ")" + path + R"(", "size": )" + bytes + R"(, "oid": "x", "lfs": {"oid": ")" +
           hash + R"(", "size": )" + bytes + R"(, "pointerSize": 135}})";
}

QByteArray list(const QList<QByteArray> &items)
{
    return '[' + items.join(',') + ']';
}

} // namespace

class HubMetadataTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void filesHaveSizesAndHashes();
    void partsOfAModelAreOne();
    void companionsAndOtherFilesAreLeftOut();
    void hostileEntriesAreLeftOut_data();
    void hostileEntriesAreLeftOut();
    void whatIsNoListIsRefused_data();
    void whatIsNoListIsRefused();
    void recordsSayWhoBindsAndWhoAsks();
    void recordsOfOtherForms();
    void quantizations_data();
    void quantizations();
};

void HubMetadataTest::filesHaveSizesAndHashes()
{
    const auto files = parseTree(list(
        {item("x-Q8_0.gguf", "2000"), item("x-Q4_K_M.gguf"), R"({"type": "file", "path": "small.gguf", "size": 7})"}));
    QVERIFY(files);
    QCOMPARE(files->size(), 3);
    QCOMPARE((*files)[0].name, QStringLiteral("small.gguf"));
    QCOMPARE((*files)[0].parts.first().sha256, QString());
    QCOMPARE((*files)[1].quantization, QStringLiteral("Q4_K_M"));
    QCOMPARE((*files)[1].bytes(), 1000U);
    QCOMPARE((*files)[1].parts.first().sha256, kHash);
    QCOMPARE((*files)[2].name, QStringLiteral("x-Q8_0.gguf"));
}

void HubMetadataTest::partsOfAModelAreOne()
{
    const auto files =
        parseTree(list({item("Q4_K_M/x-Q4_K_M-00002-of-00002.gguf", "500"), item("Q4_K_M/x-Q4_K_M-00001-of-00002.gguf"),
                        item("Q8_0/x-Q8_0-00001-of-00003.gguf"), item("Q8_0/x-Q8_0-00003-of-00003.gguf")}));
    QVERIFY(files);
    QCOMPARE(files->size(), 1); // of the other a part is missing
    const HubFile &file = files->first();
    QCOMPARE(file.name, QStringLiteral("x-Q4_K_M-00001-of-00002.gguf"));
    QCOMPARE(file.quantization, QStringLiteral("Q4_K_M"));
    QCOMPARE(file.parts.size(), 2);
    QCOMPARE(file.parts[1].path, QStringLiteral("Q4_K_M/x-Q4_K_M-00002-of-00002.gguf"));
    QCOMPARE(file.bytes(), 1500U);
}

void HubMetadataTest::companionsAndOtherFilesAreLeftOut()
{
    const auto files = parseTree(list({item("mmproj-model-f16.gguf"), item("mtp-x.gguf"), item("README.md"),
                                       R"({"type": "directory", "path": "x.gguf", "size": 0})", item("x.gguf")}));
    QVERIFY(files);
    QCOMPARE(files->size(), 1);
}

void HubMetadataTest::hostileEntriesAreLeftOut_data()
{
    QTest::addColumn<QByteArray>("entry");
    QTest::newRow("climbs") << item("../x.gguf");
    QTest::newRow("absolute") << item("/x.gguf");
    QTest::newRow("escaped") << item("a\\u0000.gguf");
    QTest::newRow("turned around") << item("a\\u202e.gguf");
    QTest::newRow("no size") << item("x.gguf", "0");
    QTest::newRow("a negative size") << item("x.gguf", "-5");
    QTest::newRow("a size beyond all disks") << item("x.gguf", "99999999999999999");
    QTest::newRow("a size in words") << item("x.gguf", "\"1000\"");
    QTest::newRow("part nought") << item("x-00000-of-00002.gguf");
    QTest::newRow("part three of two") << item("x-00003-of-00002.gguf");
    QTest::newRow("a thousand parts and more") << item("x-00001-of-99999.gguf");
    QTest::newRow("no object") << QByteArray("3");
    QTest::newRow("nothing in it") << QByteArray("{}");
}

void HubMetadataTest::hostileEntriesAreLeftOut()
{
    QFETCH(QByteArray, entry);
    const auto files = parseTree(list({entry, item("good.gguf")}));
    QVERIFY(files);
    QCOMPARE(files->size(), 1);
    QCOMPARE(files->first().name, QStringLiteral("good.gguf"));
    // A hash that is none is no reason to leave the file out; nobody vouches for it then.
    const auto unhashed = parseTree(list({item("x.gguf", "5", "not a hash")}));
    QVERIFY(unhashed && unhashed->first().parts.first().sha256.isEmpty());
}

void HubMetadataTest::whatIsNoListIsRefused_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("a page") << QByteArray("<!doctype html>");
    QTest::newRow("an error") << QByteArray(R"({"error": "Repository not found"})");
    QTest::newRow("cut") << list({item("x.gguf")}).chopped(3);
    QTest::newRow("too large") << QByteArray(kMostHubBytes + 1, ' ');
    QTest::newRow("too many") << list(QList<QByteArray>(5000, "{}"));
    QTest::newRow("deep") << QByteArray(3000, '[');
}

void HubMetadataTest::whatIsNoListIsRefused()
{
    QFETCH(QByteArray, json);
    const auto files = parseTree(json);
    QVERIFY(!files);
    QVERIFY(!files.error().isEmpty());
}

void HubMetadataTest::recordsSayWhoBindsAndWhoAsks()
{
    const auto record =
        parseRecord(R"({"id": "a/b", "sha": "0123456789012345678901234567890123456789", "gated": "manual",
        "cardData": {"license": "other", "license_name": "qwen-research", "license_link": "LICENSE",
        "base_model": ["Qwen/Qwen2.5-3B", "../../x"], "language": "en"}})");
    QVERIFY(record);
    QCOMPARE(record->commit.size(), 40);
    QCOMPARE(record->gate, HubRecord::Gate::Manual);
    QCOMPARE(record->licence, QStringLiteral("other"));
    QCOMPARE(record->licenceName, QStringLiteral("qwen-research"));
    QCOMPARE(record->baseModels, QStringList{QStringLiteral("Qwen/Qwen2.5-3B")});
    QCOMPARE(record->languages, QStringList{QStringLiteral("en")});
}

void HubMetadataTest::recordsOfOtherForms()
{
    QCOMPARE(*parseRecord("{}"), HubRecord{});
    QCOMPARE(parseRecord(R"({"gated": false})")->gate, HubRecord::Gate::None);
    QCOMPARE(parseRecord(R"({"gated": "auto"})")->gate, HubRecord::Gate::Automatic);
    QCOMPARE(parseRecord(R"({"gated": true})")->gate, HubRecord::Gate::Automatic);
    QCOMPARE(parseRecord(R"({"cardData": {"license": ["mit", "apache-2.0"]}})")->licence,
             QStringLiteral("mit,apache-2.0"));
    QCOMPARE(parseRecord(R"({"sha": "main", "cardData": 3})")->commit, QString());
    QCOMPARE(parseRecord("{\"cardData\": {\"license\": \"a\\u001bb\"}}")->licence, QString());
    QVERIFY(!parseRecord("[]"));
}

void HubMetadataTest::quantizations_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("type");
    const auto row = [](const char *name, const char *type) {
        QTest::newRow(name) << QString::fromLatin1(name) << QString::fromLatin1(type);
    };
    row("Qwen3-8B-Q4_K_M.gguf", "Q4_K_M");
    row("qwen2.5-0.5b-instruct-q4_k_m.gguf", "Q4_K_M");
    row("llama-2-7b-chat.Q8_0.gguf", "Q8_0");
    row("Qwen3.6-35B-A3B-UD-Q4_K_XL.gguf", "UD-Q4_K_XL");
    row("x-IQ3_XXS.gguf", "IQ3_XXS");
    row("gpt-oss-20b-mxfp4.gguf", "MXFP4");
    row("x-Q6_K.gguf", "Q6_K");
    row("x-bf16.gguf", "BF16");
    row("gemma-4-E2B_q4_0-it.gguf", "Q4_0");
    row("x-Q4_K_M-00001-of-00002.gguf", "Q4_K_M");
    row("model.gguf", "");
    row("Q4you.gguf", "");
}

void HubMetadataTest::quantizations()
{
    QFETCH(QString, name);
    QTEST(quantizationOf(name), "type");
}

QTEST_GUILESS_MAIN(HubMetadataTest)
#include "hub_metadata_test.moc"
