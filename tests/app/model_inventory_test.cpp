// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/catalogue.h"
#include "app/model_inventory.h"
#include "app/model_service.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QTest>

using namespace app;

namespace {

const InventoryStamp kStamp{.made = QDateTime(QDate(2026, 11, 22), QTime(12, 0), QTimeZone::UTC),
                            .version = QStringLiteral("0.1.0"),
                            .id = QUuid(QStringLiteral("6b9a4a4e-1111-4222-8333-123456789abc"))};

InventoryModel distill()
{
    return {.name = QStringLiteral("DeepSeek R1 Distill Llama 8B"),
            .fileName = QStringLiteral("DeepSeek-R1-Distill-Llama-8B-Q4_K_M.gguf"),
            .sha256 = QString(64, QLatin1Char('a')),
            .bytes = 4'920'736'608,
            .publisher = QStringLiteral("deepseek-ai"),
            .repository = QStringLiteral("bartowski/DeepSeek-R1-Distill-Llama-8B-GGUF"),
            .revision = QString(40, QLatin1Char('5')),
            .released = QStringLiteral("2025-01"),
            .architecture = QStringLiteral("llama"),
            .quantization = QStringLiteral("Q4_K_M"),
            .parameters = 8'030'000'000,
            .context = 131'072,
            .declaredLicence = QStringLiteral("mit"),
            .licenceId = QStringLiteral("llama31"),
            .otherLicences = {QStringLiteral("mit")},
            .licenceText = "LLAMA 3.1 COMMUNITY LICENSE AGREEMENT",
            .baseModels = {QStringLiteral("meta-llama/Llama-3.1-8B")},
            .openness = licence::opennessOf(QStringLiteral("deepseek"), QStringLiteral("llama31"))};
}

/// A file that somebody put there, of which nothing is known.
InventoryModel stray()
{
    return {.name = QStringLiteral("=cmd|' /C calc'!A0"), .fileName = QStringLiteral("my \"best\", model.gguf")};
}

QJsonObject parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

QList<QJsonObject> ofType(const QJsonObject &document, const char *type)
{
    QList<QJsonObject> elements;
    for (const auto &element : document[QLatin1StringView("@graph")].toArray()) {
        if (element[QLatin1StringView("type")].toString() == QLatin1StringView(type))
            elements.append(element.toObject());
    }
    return elements;
}

/// Fields of a line of RFC 4180.
QStringList fieldsOf(const QString &line)
{
    QStringList fields{QString()};
    bool quoted = false;
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (line[i] == QLatin1Char('"') && quoted && i + 1 < line.size() && line[i + 1] == QLatin1Char('"'))
            fields.last() += line[i++];
        else if (line[i] == QLatin1Char('"'))
            quoted = !quoted;
        else if (line[i] == QLatin1Char(',') && !quoted)
            fields.append(QString());
        else
            fields.last() += line[i];
    }
    return fields;
}

} // namespace

class ModelInventoryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void csvHasAColumnForEveryFact();
    void csvNeverHoldsAFormula();
    void cycloneDxHasWhatTheSchemaDemands();
    void cycloneDxNamesLicencesBothWays();
    void spdxFulfilsTheProfileForAi();
    void spdxTextsStandForTheirIds();
    void unknownModelsArePlainPackages();
    void everyReferenceLeadsSomewhere();
    void noPathIsWritten();
    void cardsAreKnownByTheirHash();
};

void ModelInventoryTest::csvHasAColumnForEveryFact()
{
    const QStringList lines = QString::fromUtf8(inventoryCsv({distill(), stray()})).split(QStringLiteral("\r\n"));
    QCOMPARE(lines.size(), 4); // the last ends, too
    const QStringList columns = fieldsOf(lines[0]);
    const QStringList row = fieldsOf(lines[1]);
    QCOMPARE(row.size(), columns.size());
    QCOMPARE(row[columns.indexOf(QStringLiteral("licence"))], QStringLiteral("Llama 3.1 Community License"));
    QCOMPARE(row[columns.indexOf(QStringLiteral("licence_declared"))], QStringLiteral("mit"));
    QCOMPARE(row[columns.indexOf(QStringLiteral("licence_kind"))], QStringLiteral("conditions"));
    QCOMPARE(row[columns.indexOf(QStringLiteral("openness_weights"))], QStringLiteral("restricted"));
    QCOMPARE(row[columns.indexOf(QStringLiteral("base_models"))], QStringLiteral("meta-llama/Llama-3.1-8B"));
    QCOMPARE(fieldsOf(lines[2])[columns.indexOf(QStringLiteral("file"))], QStringLiteral("my \"best\", model.gguf"));
    QCOMPARE(fieldsOf(lines[2])[columns.indexOf(QStringLiteral("licence_kind"))], QStringLiteral("unknown"));
}

void ModelInventoryTest::csvNeverHoldsAFormula()
{
    const QStringList lines = QString::fromUtf8(inventoryCsv({stray()})).split(QStringLiteral("\r\n"));
    QCOMPARE(fieldsOf(lines[1])[0], QLatin1Char('\'') + stray().name);
}

void ModelInventoryTest::cycloneDxHasWhatTheSchemaDemands()
{
    const QJsonObject document = parsed(inventoryCycloneDx({distill(), stray()}, kStamp));
    QCOMPARE(document[QLatin1StringView("bomFormat")].toString(), QStringLiteral("CycloneDX"));
    QCOMPARE(document[QLatin1StringView("specVersion")].toString(), QStringLiteral("1.6"));
    QCOMPARE(document[QLatin1StringView("serialNumber")].toString(),
             QStringLiteral("urn:uuid:6b9a4a4e-1111-4222-8333-123456789abc"));
    QCOMPARE(document[QLatin1StringView("version")].toInt(), 1);
    QCOMPARE(document[QLatin1StringView("metadata")][QLatin1StringView("timestamp")].toString(),
             QStringLiteral("2026-11-22T12:00:00Z"));
    const QJsonArray components = document[QLatin1StringView("components")].toArray();
    QCOMPARE(components.size(), 2);
    QSet<QString> refs;
    for (const auto &component : components) {
        QCOMPARE(component[QLatin1StringView("type")].toString(), QStringLiteral("machine-learning-model"));
        QVERIFY(!component[QLatin1StringView("name")].toString().isEmpty());
        refs.insert(component[QLatin1StringView("bom-ref")].toString());
        for (const auto &property : component[QLatin1StringView("properties")].toArray())
            QVERIFY(property[QLatin1StringView("value")].isString());
    }
    QCOMPARE(refs.size(), 2);
    const QJsonObject model = components[0].toObject();
    QCOMPARE(model[QLatin1StringView("hashes")][0][QLatin1StringView("alg")].toString(), QStringLiteral("SHA-256"));
    QCOMPARE(model[QLatin1StringView("purl")].toString(),
             QStringLiteral("pkg:huggingface/bartowski/DeepSeek-R1-Distill-Llama-8B-GGUF@") +
                 QString(40, QLatin1Char('5')));
    QCOMPARE(
        model[QLatin1StringView("pedigree")][QLatin1StringView("ancestors")][0][QLatin1StringView("name")].toString(),
        QStringLiteral("meta-llama/Llama-3.1-8B"));
    // Of what is not known there is no empty text, which schemas refuse.
    const QJsonObject unknown = components[1].toObject();
    for (const char *key : {"hashes", "purl", "licenses", "publisher", "version", "externalReferences"})
        QVERIFY2(!unknown.contains(QLatin1StringView(key)), key);
}

void ModelInventoryTest::cycloneDxNamesLicencesBothWays()
{
    const QJsonObject document = parsed(inventoryCycloneDx({distill()}, kStamp));
    const QJsonArray licences = document[QLatin1StringView("components")][0][QLatin1StringView("licenses")].toArray();
    QCOMPARE(licences.size(), 3);
    QSet<QString> kinds;
    for (const auto &entry : licences) {
        const QJsonObject licence = entry[QLatin1StringView("license")].toObject();
        // One of them, and only ids of the SPDX list as ids.
        QVERIFY(licence.contains(QLatin1StringView("id")) != licence.contains(QLatin1StringView("name")));
        QVERIFY(!licence[QLatin1StringView("id")].toString().contains(QStringLiteral("LicenseRef")));
        kinds.insert(licence[QLatin1StringView("acknowledgement")].toString());
    }
    QCOMPARE(kinds, (QSet<QString>{QStringLiteral("concluded"), QStringLiteral("declared")}));
    QCOMPARE(licences[1][QLatin1StringView("license")][QLatin1StringView("id")].toString(), QStringLiteral("MIT"));
}

void ModelInventoryTest::spdxFulfilsTheProfileForAi()
{
    const QJsonObject document = parsed(inventorySpdx({distill()}, kStamp));
    QCOMPARE(document[QLatin1StringView("@context")].toString(),
             QStringLiteral("https://spdx.org/rdf/3.0.1/spdx-context.jsonld"));
    const QList<QJsonObject> packages = ofType(document, "ai_AIPackage");
    QCOMPARE(packages.size(), 1);
    for (const char *key :
         {"suppliedBy", "releaseTime", "software_downloadLocation", "software_packageVersion", "name"})
        QVERIFY2(!packages.first()[QLatin1StringView(key)].toString().isEmpty(), key);
    QCOMPARE(packages.first()[QLatin1StringView("software_primaryPurpose")].toString(), QStringLiteral("model"));
    QCOMPARE(packages.first()[QLatin1StringView("releaseTime")].toString(), QStringLiteral("2025-01-01T00:00:00Z"));
    QHash<QString, int> relations;
    for (const QJsonObject &relation : ofType(document, "Relationship"))
        ++relations[relation[QLatin1StringView("relationshipType")].toString()];
    QCOMPARE(relations[QStringLiteral("hasDeclaredLicense")], 1);
    QCOMPARE(relations[QStringLiteral("hasConcludedLicense")], 1);
    QCOMPARE(relations[QStringLiteral("descendantOf")], 1);
    const QList<QJsonObject> creation = ofType(document, "CreationInfo");
    QCOMPARE(creation.size(), 1);
    QCOMPARE(creation.first()[QLatin1StringView("specVersion")].toString(), QStringLiteral("3.0.1"));
    QVERIFY(ofType(document, "SpdxDocument")
                .first()[QLatin1StringView("profileConformance")]
                .toArray()
                .contains(QStringLiteral("ai")));
}

void ModelInventoryTest::spdxTextsStandForTheirIds()
{
    const QJsonObject document = parsed(inventorySpdx({distill()}, kStamp));
    QStringList expressions;
    int texts = 0;
    for (const QJsonObject &expression : ofType(document, "simplelicensing_LicenseExpression")) {
        expressions.append(expression[QLatin1StringView("simplelicensing_licenseExpression")].toString());
        texts += static_cast<int>(expression[QLatin1StringView("simplelicensing_customIdToUri")].toArray().size());
    }
    QCOMPARE(expressions, (QStringList{QStringLiteral("MIT"),
                                       QStringLiteral("LicenseRef-scancode-llama-3.1-license-2024 AND MIT")}));
    QCOMPARE(texts, 1);
    QCOMPARE(ofType(document, "simplelicensing_SimpleLicensingText")
                 .first()[QLatin1StringView("simplelicensing_licenseText")]
                 .toString(),
             QStringLiteral("LLAMA 3.1 COMMUNITY LICENSE AGREEMENT"));
}

void ModelInventoryTest::unknownModelsArePlainPackages()
{
    const QJsonObject document = parsed(inventorySpdx({stray()}, kStamp));
    QVERIFY(ofType(document, "ai_AIPackage").isEmpty());
    const QList<QJsonObject> packages = ofType(document, "software_Package");
    QCOMPARE(packages.size(), 1);
    QVERIFY(!packages.first()[QLatin1StringView("comment")].toString().isEmpty());
    for (const QJsonObject &expression : ofType(document, "simplelicensing_LicenseExpression"))
        QCOMPARE(expression[QLatin1StringView("simplelicensing_licenseExpression")].toString(),
                 QStringLiteral("NOASSERTION"));
    QVERIFY(!ofType(document, "SpdxDocument")
                 .first()[QLatin1StringView("profileConformance")]
                 .toArray()
                 .contains(QStringLiteral("ai")));
}

void ModelInventoryTest::everyReferenceLeadsSomewhere()
{
    const QJsonObject document = parsed(inventorySpdx({distill(), stray()}, kStamp));
    QSet<QString> ids;
    for (const auto &element : document[QLatin1StringView("@graph")].toArray()) {
        const QString id = element[QLatin1StringView("spdxId")].toString(element[QLatin1StringView("@id")].toString());
        QVERIFY(!id.isEmpty());
        QVERIFY2(!ids.contains(id), "an id twice");
        ids.insert(id);
    }
    for (const auto &element : document[QLatin1StringView("@graph")].toArray()) {
        QStringList targets;
        for (const char *key : {"from", "suppliedBy"})
            targets.append(element[QLatin1StringView(key)].toString());
        for (const char *key : {"to", "rootElement", "createdBy", "createdUsing"}) {
            for (const auto &target : element[QLatin1StringView(key)].toArray())
                targets.append(target.toString());
        }
        for (const auto &entry : element[QLatin1StringView("simplelicensing_customIdToUri")].toArray())
            targets.append(entry[QLatin1StringView("value")].toString());
        targets.removeAll(QString());
        for (const QString &target : std::as_const(targets))
            QVERIFY2(ids.contains(target), qPrintable(target));
    }
}

void ModelInventoryTest::noPathIsWritten()
{
    for (const QByteArray &bytes :
         {inventoryCsv({distill()}), inventorySpdx({distill()}, kStamp), inventoryCycloneDx({distill()}, kStamp)})
        QVERIFY(!bytes.contains("/somewhere"));
}

void ModelInventoryTest::cardsAreKnownByTheirHash()
{
    const QString hash(64, QLatin1Char('b'));
    const catalogue::Catalogue catalogue{
        .entries = {
            {.family = QStringLiteral("deepseek"),
             .publisher = QStringLiteral("deepseek-ai"),
             .origin = QStringLiteral("deepseek-ai/DeepSeek-R1-Distill-Llama-8B"),
             .licenceId = QStringLiteral("llama31"),
             .otherLicences = {QStringLiteral("mit")},
             .released = QStringLiteral("2025-01"),
             .files = {{.repository = QStringLiteral("a/b"), .fileName = QStringLiteral("x.gguf"), .sha256 = hash}}}}};
    ModelCard card;
    card.name = QStringLiteral("Mine");
    card.path = QStringLiteral("/somewhere/x.gguf");
    card.license = QStringLiteral("mit");
    const InventoryModel known = inventoryOf(card, hash, catalogue);
    QCOMPARE(known.fileName, QStringLiteral("x.gguf"));
    QCOMPARE(known.licenceId, QStringLiteral("llama31"));
    QCOMPARE(known.otherLicences, QStringList{QStringLiteral("mit")});
    QCOMPARE(known.declaredLicence, QStringLiteral("mit"));
    QCOMPARE(known.repository, QStringLiteral("a/b"));
    QCOMPARE(known.openness.data, licence::Openness::Closed);
    // The same name under another hash is another file.
    const InventoryModel stranger = inventoryOf(card, QString(64, QLatin1Char('c')), catalogue);
    QCOMPARE(stranger.licenceId, QStringLiteral("mit"));
    QVERIFY(stranger.publisher.isEmpty() && stranger.repository.isEmpty());
    QVERIFY(inventoryOf(card, {}, catalogue).publisher.isEmpty());
}

QTEST_GUILESS_MAIN(ModelInventoryTest)
#include "model_inventory_test.moc"
