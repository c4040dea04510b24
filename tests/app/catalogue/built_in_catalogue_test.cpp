// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/catalogue.h"
#include "app/catalogue/signature.h"
#include "app/licence/licence.h"

#include <QFile>
#include <QTest>

using namespace app::catalogue;

namespace {

QByteArray resource(const char *name)
{
    QFile file(QStringLiteral(":/carrel/catalogue/") + QLatin1StringView(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class BuiltInCatalogueTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void itIsSigned();
    void oneChangedByteIsRefused_data();
    void oneChangedByteIsRefused();
    void signaturesOfOtherFormsAreRefused();
    void everyFamilyIsThere_data();
    void everyFamilyIsThere();
    void entriesAreWhole();
};

void BuiltInCatalogueTest::itIsSigned()
{
    QCOMPARE(catalogueKey().size(), 32);
    QVERIFY(isSigned(resource("catalogue.json"), resource("catalogue.json.sig"), catalogueKey()));
}

void BuiltInCatalogueTest::oneChangedByteIsRefused_data()
{
    QTest::addColumn<qsizetype>("at");
    const qsizetype size = resource("catalogue.json").size();
    for (const qsizetype at : {qsizetype{0}, qsizetype{1}, size / 3, size / 2, size - 2, size - 1})
        QTest::addRow("%lld", static_cast<long long>(at)) << at;
}

void BuiltInCatalogueTest::oneChangedByteIsRefused()
{
    QFETCH(qsizetype, at);
    QByteArray bytes = resource("catalogue.json");
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    QVERIFY(!isSigned(bytes, resource("catalogue.json.sig"), catalogueKey()));
}

void BuiltInCatalogueTest::signaturesOfOtherFormsAreRefused()
{
    const QByteArray bytes = resource("catalogue.json");
    const QByteArray signature = resource("catalogue.json.sig");
    QVERIFY(!isSigned(bytes + '\n', signature, catalogueKey()));
    QVERIFY(!isSigned(bytes, {}, catalogueKey()));
    QVERIFY(!isSigned(bytes, signature.first(20), catalogueKey()));
    QVERIFY(!isSigned(bytes, "!!" + signature, catalogueKey()));
    QVERIFY(!isSigned(bytes, signature, {}));
    QVERIFY(!isSigned(bytes, signature, QByteArray(32, 'a')));
    QByteArray other = QByteArray::fromBase64(signature);
    other[5] = static_cast<char>(other[5] ^ 1);
    QVERIFY(!isSigned(bytes, other.toBase64(), catalogueKey()));
}

void BuiltInCatalogueTest::everyFamilyIsThere_data()
{
    QTest::addColumn<QString>("family");
    for (const char *family : {"llama", "mistral", "qwen", "deepseek", "gemma", "hermes", "nemotron", "olmo", "pythia",
                               "phi", "granite", "gpt-oss", "smollm"})
        QTest::newRow(family) << QString::fromLatin1(family);
}

void BuiltInCatalogueTest::everyFamilyIsThere()
{
    QFETCH(QString, family);
    const auto catalogue = parseCatalogue(resource("catalogue.json"));
    QVERIFY2(catalogue, catalogue ? "" : qPrintable(catalogue.error()));
    QVERIFY(std::ranges::contains(catalogue->entries, family, &CatalogueEntry::family));
}

void BuiltInCatalogueTest::entriesAreWhole()
{
    const auto catalogue = parseCatalogue(resource("catalogue.json"));
    QVERIFY(catalogue);
    QVERIFY(catalogue->entries.size() >= 60);
    QStringList sources;
    for (const CatalogueSource &source : catalogue->sources)
        sources.append(source.key);
    int embedders = 0;
    int rerankers = 0;
    for (const CatalogueEntry &entry : catalogue->entries) {
        // Only what this version runs is offered.
        QVERIFY2(entry.runs, qPrintable(entry.id));
        QVERIFY2(entry.licenceId.isEmpty() || app::licence::isLicenceId(entry.licenceId), qPrintable(entry.id));
        for (const QString &other : entry.otherLicences)
            QVERIFY2(app::licence::isLicenceId(other), qPrintable(entry.id));
        for (const QString &source : entry.sources)
            QVERIFY2(sources.contains(source), qPrintable(entry.id));
        for (const CatalogueFile &file : entry.files)
            QVERIFY2(sources.contains(file.sourceKey), qPrintable(file.fileName));
        embedders += entry.purpose == Purpose::Embedding ? 1 : 0;
        rerankers += entry.purpose == Purpose::Reranking ? 1 : 0;
    }
    QVERIFY(embedders > 3);
    QVERIFY(rerankers > 1);
    // A distill is bound by the licence of what it was made from.
    const CatalogueEntry *distill = catalogue->find(QStringLiteral("r1-llama-8b"));
    QVERIFY(distill != nullptr);
    QCOMPARE(distill->licenceId, QStringLiteral("llama31"));
    QCOMPARE(distill->otherLicences, QStringList{QStringLiteral("mit")});
}

QTEST_GUILESS_MAIN(BuiltInCatalogueTest)
#include "built_in_catalogue_test.moc"
