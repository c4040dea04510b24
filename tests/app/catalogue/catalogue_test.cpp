// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/catalogue.h"

#include <QTest>

using namespace app::catalogue;

namespace {

const QByteArray kSmall = R"({"format": 1, "serial": 7, "made": "2026-11-22",
  "sources": [{"key": "S1", "title": "a list"}],
  "models": [{"id": "one-8b", "name": "One 8B", "family": "one", "publisher": "Maker", "origin": "maker/One-8B",
    "architecture": "llama", "parameters": 8000000000, "active_parameters": 3000000000, "context": 131072,
    "licence": "apache", "other_licences": ["llama31"], "languages": ["en", "de"], "purpose": "code",
    "good_for": ["code"], "released": "2025-04", "runs": true, "gated": false,
    "shape": {"cache_numbers": 65536, "width": 4096, "feed_forward": 14336, "vocabulary": 128256},
    "sources": ["S1"],
    "files": [{"repository": "maker/One-8B-GGUF", "file": "One-8B-Q4_K_M.gguf", "quantization": "Q4_K_M",
      "bytes": 4920739232, "exact": true, "source": "S1",
      "sha256": "7b064f5842bf9532c91456deda288a1b672397a54fa729aa665952863033557c"}]}]})";

} // namespace

class CatalogueTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAllThatItHas();
    void foreignBytesAreRefused_data();
    void foreignBytesAreRefused();
    void aLargeCatalogueIsRefused();
};

void CatalogueTest::readsAllThatItHas()
{
    const auto read = parseCatalogue(kSmall);
    QVERIFY2(read, read ? "" : qPrintable(read.error()));
    QCOMPARE(read->serial, 7U);
    QCOMPARE(read->entries.size(), 1);
    const CatalogueEntry &entry = read->entries.first();
    QCOMPARE(entry.parameters, 8'000'000'000U);
    QCOMPARE(entry.activeParameters, 3'000'000'000U);
    QCOMPARE(entry.licenceId, QStringLiteral("apache"));
    QCOMPARE(entry.otherLicences, QStringList{QStringLiteral("llama31")});
    QCOMPARE(entry.purpose, Purpose::Code);
    QCOMPARE(entry.shape.cacheNumbersPerToken, 65'536U);
    QVERIFY(entry.runs);
    QVERIFY(!entry.gated);
    QCOMPARE(entry.files.size(), 1);
    QCOMPARE(entry.files.first().fileName, QStringLiteral("One-8B-Q4_K_M.gguf"));
    QVERIFY(entry.files.first().bytesExact);
    QCOMPARE(read->find(QStringLiteral("one-8b")), &entry);
    QCOMPARE(read->find(QStringLiteral("two")), nullptr);
}

void CatalogueTest::foreignBytesAreRefused_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    const auto row = [](const char *title, const char *from, const char *to) {
        QTest::newRow(title) << QByteArray(from) << QByteArray(to);
    };
    row("not JSON", "{\"format\"", "\"format\"");
    row("another format", "\"format\": 1", "\"format\": 2");
    row("no serial", "\"serial\": 7", "\"serial\": 0");
    row("a serial that is too large", "\"serial\": 7", "\"serial\": 99999999999");
    row("a day that does not exist", "2026-11-22", "2026-02-30");
    row("a month that does not exist", "\"2025-04\"", "\"2025-13\"");
    row("a path for a file", "One-8B-Q4_K_M.gguf", "../../.bashrc.gguf");
    row("a folder for a file", "One-8B-Q4_K_M.gguf", "a/b.gguf");
    row("another kind of file", "One-8B-Q4_K_M.gguf", "One-8B.sh");
    row("a repository that is an address", "maker/One-8B-GGUF", "https://evil.example/x");
    row("a repository that climbs", "maker/One-8B-GGUF", "../x");
    row("a short hash", "7b064f58", "");
    row("a hash in capitals", "7b064f58", "7B064F58");
    row("a branch as revision", "\"source\": \"S1\",\n", "\"source\": \"S1\", \"revision\": \"main\",\n");
    row("no size", "4920739232", "0");
    row("a negative size", "4920739232", "-1");
    row("a size beyond all disks", "4920739232", "1e30");
    row("a size in words", "4920739232", "\"much\"");
    row("more active than all", "\"active_parameters\": 3000000000", "\"active_parameters\": 9000000000");
    row("an unknown purpose", "\"purpose\": \"code\"", "\"purpose\": \"war\"");
    row("no files", "\"files\": [{", "\"filez\": [{");
    row("a text that turns around", "One 8B\"", "One \\u202e8B\"");
    row("a text with an escape", "One 8B\"", "One \\u001b[2J\"");
    row("half a letter", "One 8B\"", "One \\ud800\"");
    row("an id in capitals", "\"id\": \"one-8b\"", "\"id\": \"One-8b\"");
    row("models that are no list", "\"models\": [{", "\"models\": 3, \"x\": [{");
    row("a flag in words", "\"runs\": true", "\"runs\": \"yes\"");
    row("a number as name", "\"name\": \"One 8B\"", "\"name\": 8");
}

void CatalogueTest::foreignBytesAreRefused()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QVERIFY(kSmall.contains(from));
    QByteArray json = kSmall;
    json.replace(from, to);
    const auto read = parseCatalogue(json);
    QVERIFY(!read);
    QVERIFY(!read.error().isEmpty());
}

void CatalogueTest::aLargeCatalogueIsRefused()
{
    QVERIFY(!parseCatalogue(QByteArray(kMostCatalogueBytes + 1, ' ')));
    QByteArray twice = kSmall;
    const qsizetype from = twice.indexOf("{\"id\"");
    const QByteArray model = twice.mid(from, twice.lastIndexOf("]}") - from);
    twice.insert(from, model + ",");
    const auto read = parseCatalogue(twice);
    QVERIFY(!read);
    QVERIFY(read.error().contains(QStringLiteral("twice")));
}

QTEST_GUILESS_MAIN(CatalogueTest)
#include "catalogue_test.moc"
