// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/hub_address.h"
#include "app/catalogue_file.h"
#include "app/catalogue_service.h"
#include "app/device_service.h"
#include "app/settings.h"
#include "tests/app/support/fake_hub.h"
#include "tests/support/tiny_model.h"

#include <sodium.h>

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

namespace {

const QString kAddress = QStringLiteral("https://example.org/catalogue.json");
const QString kRepository = QStringLiteral("Qwen/Qwen3-8B-GGUF");
const QString kCommit = QString(40, QLatin1Char('5'));
const QByteArray kHash = QByteArray("d98cdcbd03e17ce47681435b5150e34c1417f50b5c0019dd560e4882c5745785");

QByteArray builtIn()
{
    QFile file(QStringLiteral(":/carrel/catalogue/catalogue.json"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Signs as a release does.
struct Signer {
    QByteArray key = QByteArray(crypto_sign_PUBLICKEYBYTES, 0);
    QByteArray secret = QByteArray(crypto_sign_SECRETKEYBYTES, 0);

    Signer()
    {
        crypto_sign_keypair(reinterpret_cast<unsigned char *>(key.data()),
                            reinterpret_cast<unsigned char *>(secret.data()));
    }
    QByteArray sign(const QByteArray &bytes) const
    {
        QByteArray signature(crypto_sign_BYTES, 0);
        crypto_sign_detached(reinterpret_cast<unsigned char *>(signature.data()), nullptr,
                             reinterpret_cast<const unsigned char *>(bytes.constData()),
                             static_cast<unsigned long long>(bytes.size()),
                             reinterpret_cast<const unsigned char *>(secret.constData()));
        return signature.toBase64();
    }
};

QByteArray withSerial(int serial)
{
    QByteArray json = builtIn();
    const qsizetype at = json.indexOf("\"serial\": ");
    const qsizetype end = json.indexOf(',', at);
    return json.replace(at, end - at, QByteArray("\"serial\": " + QByteArray::number(serial)));
}

DeviceValue processor(quint64 gigabytes)
{
    return {.id = QStringLiteral("cpu"),
            .name = QStringLiteral("Processor"),
            .memoryBytes = gigabytes * 1'000'000'000,
            .freeBytes = gigabytes * 1'000'000'000,
            .usable = true};
}

struct Fixture {
    explicit Fixture(const CatalogueOptions &options = {}, quint64 gigabytes = 12)
        : devices(settings, [gigabytes](const auto &...) { return std::vector{processor(gigabytes)}; })
        , service({.devices = devices, .settings = settings, .port = &hub}, options)
    {
        devices.refresh();
        service.load();
    }
    bool loaded()
    {
        return QTest::qWaitFor([this] { return !service.entries().isEmpty() && !devices.isProbing(); });
    }

    /// What the hub has of Qwen3 8B.
    void offerQwen(const QByteArray &hash = kHash, const QByteArray &bytes = "5027783488")
    {
        hub.files[catalogue::recordAddress(kRepository)] =
            R"({"sha": ")" + kCommit.toLatin1() + R"(", "gated": false, "cardData": {"license": "apache-2.0",
            "base_model": "Qwen/Qwen3-8B"}})";
        for (const QString &revision : {kCommit, QStringLiteral("main")}) {
            hub.files[catalogue::treeAddress(kRepository, revision)] =
                R"([{"type": "file", "path": "Qwen3-8B-Q4_K_M.gguf", "size": )" + bytes + R"(, "lfs": {"oid": ")" +
                hash + R"(", "size": )" + bytes +
                R"(}}, {"type": "file", "path": "Qwen3-8B-Q8_0.gguf", "size": 8709518880}])";
        }
        hub.files[catalogue::fileAddress(QStringLiteral("Qwen/Qwen3-8B"), {}, QStringLiteral("LICENSE"))] =
            "Apache License, Version 2.0";
    }

    Settings settings{QString()};
    tests::FakeHub hub;
    DeviceService devices;
    CatalogueService service;
};

} // namespace

class CatalogueServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(sodium_init() >= 0); }
    void recommendsWhatFitsThisMachine_data();
    void recommendsWhatFitsThisMachine();
    void fitFollowsTheContext();
    void licencesAreWeighedAgainstTheUse();
    void aFileOfTheCatalogueIsAskedFor();
    void lookUpListsARepository();
    void lookUpFails_data();
    void lookUpFails();
    void anAddressElsewhereIsAskedOfNobody();
    void gatedRepositoriesSaySo();
    void preparingFetchesHashAndLicence();
    void aChangedFileIsNeverTakenForTheOneThatWasMeant_data();
    void aChangedFileIsNeverTakenForTheOneThatWasMeant();
    void aPageInPlaceOfALicenceIsNone();
    void headersAreReadFromFirstBytes();
    void headersOfNothingFail();
    void updates_data();
    void updates();
    void updatesSurviveARestart();
    void whatLiesInTheFolderIsChecked();
    void nothingIsAskedWithoutBeingAsked();
};

void CatalogueServiceTest::recommendsWhatFitsThisMachine_data()
{
    QTest::addColumn<quint64>("gigabytes");
    QTest::addColumn<bool>("any");
    QTest::newRow("a machine that does not tell its memory") << quint64{0} << false;
    QTest::newRow("one") << quint64{1} << true;
    QTest::newRow("four") << quint64{4} << true;
    QTest::newRow("twelve") << quint64{12} << true;
    QTest::newRow("sixty") << quint64{60} << true;
}

void CatalogueServiceTest::recommendsWhatFitsThisMachine()
{
    QFETCH(quint64, gigabytes);
    QFETCH(bool, any);
    Fixture fixture({}, gigabytes);
    QVERIFY(fixture.loaded());
    const catalogue::Recommendation &found = fixture.service.recommendation();
    QCOMPARE(!found.recommended.id.isEmpty(), any);
    for (const catalogue::Choice &choice : {found.small, found.balanced, found.large}) {
        if (choice.id.isEmpty())
            continue;
        const catalogue::CatalogueEntry *entry = fixture.service.find(choice.id);
        QVERIFY(entry != nullptr);
        const ModelFit fit = fixture.service.fitOf(*entry, choice.file);
        QCOMPARE(fit.level, FitLevel::Fits);
        QVERIFY(fit.needBytes <= gigabytes * 1'000'000'000);
        qInfo("%llu GB: %s %s", static_cast<unsigned long long>(gigabytes), qPrintable(choice.id),
              qPrintable(fit.text));
    }
    qInfo("%llu GB: recommended %s", static_cast<unsigned long long>(gigabytes), qPrintable(found.recommended.id));
}

void CatalogueServiceTest::fitFollowsTheContext()
{
    Fixture fixture;
    QVERIFY(fixture.loaded());
    const catalogue::CatalogueEntry *entry = fixture.service.find(QStringLiteral("qwen3-8b"));
    QVERIFY(entry != nullptr);
    const ModelFit before = fixture.service.fitOf(*entry, 0);
    QSignalSpy changed(&fixture.service, &CatalogueService::changed);
    fixture.settings.setContextLength(2048);
    QCOMPARE(changed.count(), 1);
    // 36 layers of 8 heads of 128, keys and values in f16.
    QCOMPARE(before.cacheBytes - fixture.service.fitOf(*entry, 0).cacheBytes, 147'456ULL * (8192 - 2048));
    QCOMPARE(fixture.service.fitOf(*entry, 99), ModelFit{});
}

void CatalogueServiceTest::licencesAreWeighedAgainstTheUse()
{
    Fixture fixture;
    QVERIFY(fixture.loaded());
    const catalogue::CatalogueEntry *research = fixture.service.find(QStringLiteral("qwen2.5-3b"));
    const catalogue::CatalogueEntry *free = fixture.service.find(QStringLiteral("qwen3-8b"));
    QVERIFY(research != nullptr && free != nullptr);
    QVERIFY(fixture.service.useWarningOf(*research).isEmpty());
    QSignalSpy changed(&fixture.service, &CatalogueService::changed);
    fixture.settings.setModelUse(licence::Use::Commercial);
    QCOMPARE(changed.count(), 1);
    QVERIFY(!fixture.service.useWarningOf(*research).isEmpty());
    QVERIFY(fixture.service.useWarningOf(*free).isEmpty());
    fixture.settings.setModelUse(licence::Use::Research);
    QVERIFY(fixture.service.useWarningOf(*research).isEmpty());
}

void CatalogueServiceTest::aFileOfTheCatalogueIsAskedFor()
{
    Fixture fixture;
    QVERIFY(fixture.loaded());
    const auto request = fixture.service.requestFor(QStringLiteral("qwen3-8b"), 0);
    QVERIFY(request);
    QCOMPARE(request->url,
             QStringLiteral("https://huggingface.co/Qwen/Qwen3-8B-GGUF/resolve/main/Qwen3-8B-Q4_K_M.gguf"));
    QCOMPARE(request->bytes, 5'027'783'488U);
    QCOMPARE(request->sha256, QString::fromLatin1(kHash));
    QCOMPARE(request->sha256Source, QStringLiteral("catalogue"));
    QCOMPARE(request->licenceId, QStringLiteral("apache"));
    QVERIFY(!fixture.service.requestFor(QStringLiteral("qwen3-8b"), 17));
    QVERIFY(!fixture.service.requestFor(QStringLiteral("none"), 0));
}

void CatalogueServiceTest::lookUpListsARepository()
{
    Fixture fixture;
    fixture.offerQwen();
    QSignalSpy found(&fixture.service, &CatalogueService::lookedUp);
    const QString text = QStringLiteral("Qwen/Qwen3-8B-GGUF:Q4_K_M");
    fixture.service.lookUp(text);
    QTRY_COMPARE(found.count(), 1);
    QCOMPARE(found.first()[0].toString(), text);
    const auto listing = found.first()[1].value<HubListing>();
    QCOMPARE(listing.revision, kCommit);
    QCOMPARE(listing.files.size(), 2);
    QCOMPARE(listing.wanted, 0);
    QCOMPARE(listing.licence.id, QStringLiteral("apache"));
    QCOMPARE(listing.licenceText, QByteArray("Apache License, Version 2.0"));
    const QList<ModelRequest> requests = requestsFor(listing, 0);
    QCOMPARE(requests.size(), 1);
    QCOMPARE(requests.first().sha256, QString::fromLatin1(kHash));
    QCOMPARE(requests.first().sha256Source, QStringLiteral("hub"));
    QVERIFY(requests.first().url.contains(kCommit));
    // The hub says nothing of the other one's hash.
    QCOMPARE(requestsFor(listing, 1).first().sha256Source, QString());
    QVERIFY(requestsFor(listing, 2).isEmpty());
    for (const QString &purpose : std::as_const(fixture.hub.purposes))
        QVERIFY(!purpose.isEmpty());
}

void CatalogueServiceTest::lookUpFails_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<QByteArray>("tree");
    QTest::addColumn<QString>("code");
    const QByteArray good = "{}";
    QTest::newRow("no address") << QStringLiteral("what?") << good << good << QStringLiteral("app.not_an_address");
    QTest::newRow("missing") << QStringLiteral("a/b") << QByteArray() << QByteArray()
                             << QStringLiteral("app.hub_not_there");
    QTest::newRow("a page") << QStringLiteral("a/b") << QByteArray("<html>") << good
                            << QStringLiteral("app.hub_answer");
    QTest::newRow("no list") << QStringLiteral("a/b") << good << QByteArray("{}") << QStringLiteral("app.hub_answer");
    QTest::newRow("no models") << QStringLiteral("a/b") << good << QByteArray("[]")
                               << QStringLiteral("app.hub_no_models");
}

void CatalogueServiceTest::lookUpFails()
{
    QFETCH(QString, text);
    QFETCH(QByteArray, record);
    QFETCH(QByteArray, tree);
    Fixture fixture;
    if (!record.isEmpty())
        fixture.hub.files[catalogue::recordAddress(QStringLiteral("a/b"))] = record;
    fixture.hub.files[catalogue::treeAddress(QStringLiteral("a/b"), {})] = tree;
    QSignalSpy failed(&fixture.service, &CatalogueService::lookUpFailed);
    fixture.service.lookUp(text);
    QTRY_COMPARE(failed.count(), 1);
    const auto failure = failed.first()[1].value<Failure>();
    QTEST(failure.code, "code");
    QVERIFY(!failure.explanation.isEmpty());
}

void CatalogueServiceTest::anAddressElsewhereIsAskedOfNobody()
{
    Fixture fixture;
    QSignalSpy found(&fixture.service, &CatalogueService::lookedUpElsewhere);
    fixture.service.lookUp(QStringLiteral("https://example.org/a/x-Q8_0.gguf"));
    QCOMPARE(found.count(), 1);
    const auto request = found.first()[1].value<ModelRequest>();
    QCOMPARE(request.fileName, QStringLiteral("x-Q8_0.gguf"));
    QVERIFY(request.sha256.isEmpty());
    QVERIFY(fixture.hub.asked.isEmpty());
}

void CatalogueServiceTest::gatedRepositoriesSaySo()
{
    Fixture fixture;
    fixture.offerQwen();
    fixture.hub.files[catalogue::recordAddress(kRepository)] =
        R"({"gated": "manual", "cardData": {"license": "other", "license_name": "mrl"}})";
    QSignalSpy found(&fixture.service, &CatalogueService::lookedUp);
    fixture.service.lookUp(kRepository);
    QTRY_COMPARE(found.count(), 1);
    const auto listing = found.first()[1].value<HubListing>();
    QVERIFY(listing.gated);
    QCOMPARE(listing.licence.id, QStringLiteral("mrl"));
    QVERIFY(listing.licenceText.isEmpty());
}

void CatalogueServiceTest::preparingFetchesHashAndLicence()
{
    Fixture fixture;
    QVERIFY(fixture.loaded());
    fixture.offerQwen();
    QSignalSpy prepared(&fixture.service, &CatalogueService::prepared);
    fixture.service.prepare(QStringLiteral("qwen3-8b"), 0);
    QTRY_COMPARE(prepared.count(), 1);
    const auto requests = prepared.first()[2].value<QList<ModelRequest>>();
    QCOMPARE(requests.size(), 1);
    const ModelRequest &request = requests.first();
    QCOMPARE(request.sha256, QString::fromLatin1(kHash));
    QCOMPARE(request.sha256Source, QStringLiteral("catalogue"));
    QCOMPARE(request.catalogueId, QStringLiteral("qwen3-8b"));
    QCOMPARE(request.licenceId, QStringLiteral("apache"));
    QCOMPARE(request.licenceText, QByteArray("Apache License, Version 2.0"));
    QVERIFY(request.url.contains(kCommit));
    // Of the second file the catalogue has no hash, and the hub none either.
    fixture.service.prepare(QStringLiteral("qwen3-8b"), 1);
    QTRY_COMPARE(prepared.count(), 2);
    QCOMPARE(prepared.last()[2].value<QList<ModelRequest>>().first().sha256Source, QString());
}

void CatalogueServiceTest::aChangedFileIsNeverTakenForTheOneThatWasMeant_data()
{
    QTest::addColumn<QByteArray>("hash");
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("another hash") << QByteArray(64, 'b') << QByteArray("5027783488");
    QTest::newRow("another size") << QByteArray() << QByteArray("5027783489");
}

void CatalogueServiceTest::aChangedFileIsNeverTakenForTheOneThatWasMeant()
{
    QFETCH(QByteArray, hash);
    QFETCH(QByteArray, bytes);
    Fixture fixture;
    QVERIFY(fixture.loaded());
    fixture.offerQwen(hash, bytes);
    QSignalSpy prepared(&fixture.service, &CatalogueService::prepared);
    QSignalSpy failed(&fixture.service, &CatalogueService::prepareFailed);
    fixture.service.prepare(QStringLiteral("qwen3-8b"), 0);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first()[2].value<Failure>().code, QStringLiteral("app.source_changed"));
    QCOMPARE(prepared.count(), 0);
}

void CatalogueServiceTest::aPageInPlaceOfALicenceIsNone()
{
    Fixture fixture;
    fixture.offerQwen();
    fixture.hub.files[catalogue::fileAddress(QStringLiteral("Qwen/Qwen3-8B"), {}, QStringLiteral("LICENSE"))] =
        "<!DOCTYPE html><title>Sign in</title>";
    fixture.hub.files[catalogue::fileAddress(kRepository, kCommit, QStringLiteral("LICENSE.md"))] = "The real one";
    QSignalSpy found(&fixture.service, &CatalogueService::lookedUp);
    fixture.service.lookUp(kRepository);
    QTRY_COMPARE(found.count(), 1);
    QCOMPARE(found.first()[1].value<HubListing>().licenceText, QByteArray("The real one"));
}

void CatalogueServiceTest::headersAreReadFromFirstBytes()
{
    Fixture fixture;
    const QString url = QStringLiteral("https://example.org/tiny.gguf");
    const tests::Bytes model = tests::makeTinyModel();
    fixture.hub.files[url] =
        QByteArray(reinterpret_cast<const char *>(model.data()), static_cast<qsizetype>(model.size()) - 64);
    QSignalSpy read(&fixture.service, &CatalogueService::headerRead);
    fixture.service.readHeader(url, model.size());
    QTRY_COMPARE(read.count(), 1);
    const auto header = read.first()[1].value<inference::ModelHeader>();
    QVERIFY(header.summary.supported);
    QVERIFY(!header.summary.complete);
    QCOMPARE(header.summary.fileBytes, model.size());
    QVERIFY(header.needs.processor.known());
}

void CatalogueServiceTest::headersOfNothingFail()
{
    Fixture fixture;
    const QString url = QStringLiteral("https://example.org/tiny.gguf");
    QSignalSpy failed(&fixture.service, &CatalogueService::headerFailed);
    fixture.service.readHeader(url, 100);
    QTRY_COMPARE(failed.count(), 1);
    fixture.hub.files[url] = "GGUF";
    fixture.service.readHeader(url, 100);
    QTRY_COMPARE(failed.count(), 2);
    // A short file is not asked for again and again.
    QCOMPARE(fixture.hub.asked.size(), 2);
}

void CatalogueServiceTest::updates_data()
{
    QTest::addColumn<int>("serial");
    QTest::addColumn<bool>("spoil");
    QTest::addColumn<bool>("foreign");
    QTest::addColumn<QString>("code"); // empty: it is taken
    QTest::newRow("newer") << 900 << false << false << QString();
    QTest::newRow("the same") << 1 << false << false << QStringLiteral("old");
    QTest::newRow("one byte changed") << 900 << true << false << QStringLiteral("app.catalogue_unsigned");
    QTest::newRow("signed by somebody else") << 900 << false << true << QStringLiteral("app.catalogue_unsigned");
    QTest::newRow("signed, but no catalogue") << -1 << false << false << QStringLiteral("app.catalogue_damaged");
}

void CatalogueServiceTest::updates()
{
    QFETCH(int, serial);
    QFETCH(bool, spoil);
    QFETCH(bool, foreign);
    QFETCH(QString, code);
    const Signer signer;
    const QTemporaryDir folder;
    Fixture fixture({.folder = folder.path(), .address = kAddress, .key = signer.key});
    QVERIFY(fixture.loaded());
    const quint32 before = fixture.service.catalogue().serial;
    QByteArray json = serial < 0 ? QByteArray("{}") : withSerial(serial);
    fixture.hub.files[kAddress + QStringLiteral(".sig")] = (foreign ? Signer() : signer).sign(json);
    if (spoil)
        json[json.size() / 2] = static_cast<char>(json[json.size() / 2] ^ 1);
    fixture.hub.files[kAddress] = json;
    QSignalSpy updated(&fixture.service, &CatalogueService::updated);
    QSignalSpy failed(&fixture.service, &CatalogueService::updateFailed);
    fixture.service.update();
    QVERIFY(fixture.service.isUpdating());
    QTRY_VERIFY(!fixture.service.isUpdating());
    const bool refused = code.startsWith(QStringLiteral("app."));
    QCOMPARE(failed.count(), refused ? 1 : 0);
    if (refused)
        QCOMPARE(failed.first()[0].value<Failure>().code, code);
    else
        QCOMPARE(updated.first()[0].toBool(), code.isEmpty());
    QCOMPARE(fixture.service.catalogue().serial, code.isEmpty() ? 900U : before);
    QCOMPARE(QFile::exists(folder.filePath(QStringLiteral("catalogue.signed"))), code.isEmpty());
}

void CatalogueServiceTest::updatesSurviveARestart()
{
    const Signer signer;
    const QTemporaryDir folder;
    const QByteArray json = withSerial(7);
    QVERIFY(keepCatalogue(folder.path(), json, signer.sign(json)));
    Fixture fixture({.folder = folder.path(), .key = signer.key});
    QVERIFY(fixture.loaded());
    QCOMPARE(fixture.service.catalogue().serial, 7U);
    // And the next one has to be newer than that.
    QCOMPARE(checkCatalogue(withSerial(7), signer.sign(withSerial(7)), signer.key, 7).error().code,
             QStringLiteral("app.catalogue_old"));
}

void CatalogueServiceTest::whatLiesInTheFolderIsChecked()
{
    const Signer signer;
    const QTemporaryDir folder;
    QByteArray json = withSerial(7);
    const QByteArray signature = signer.sign(json);
    json.replace("Qwen3-8B", "Qwen9-8B");
    QVERIFY(keepCatalogue(folder.path(), json, signature));
    QCOMPARE(readCatalogue(folder.path(), signer.key).serial, readCatalogue({}, signer.key).serial);
}

void CatalogueServiceTest::nothingIsAskedWithoutBeingAsked()
{
    Fixture fixture({.address = kAddress});
    QVERIFY(fixture.loaded());
    fixture.settings.setContextLength(4096);
    (void)fixture.service.requestFor(QStringLiteral("qwen3-8b"), 0);
    QCoreApplication::processEvents();
    QVERIFY(fixture.hub.asked.isEmpty());
}

QTEST_GUILESS_MAIN(CatalogueServiceTest)
#include "catalogue_service_test.moc"
