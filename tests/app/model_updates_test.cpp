// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_updates.h"

#include "app/catalogue/hub_address.h"
#include "app/model_library.h"
#include "app/settings.h"
#include "tests/app/support/fake_hub.h"
#include "tests/support/tiny_model.h"

#include <QCryptographicHash>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

namespace {

const QString kHash = QString(64, QLatin1Char('a'));
const QString kOther = QString(64, QLatin1Char('b'));

catalogue::HubFile file(const QString &path, quint64 bytes, const QString &sha256)
{
    return {.name = path, .quantization = {}, .parts = {{.path = path, .bytes = bytes, .sha256 = sha256}}};
}

/// A library of files that were downloaded from a hub.
struct Desk {
    Desk()
        : settings(folder.filePath(QStringLiteral("settings.json")))
        , library(nullptr, settings, {})
        , updates(library, &hub)
    {
        library.load();
        if (!QTest::qWaitFor([this] { return !library.isScanning(); }))
            qFatal("the scan did not end");
    }
    QString add(const QString &name, const QString &source)
    {
        const QString path = folder.filePath(name);
        tests::writeTinyModel(path.toStdString(), {.seed = static_cast<std::uint64_t>(library.models().size()) + 1});
        QFile read(path);
        if (!read.open(QIODevice::ReadOnly))
            qFatal("cannot read the model");
        hashes[name] =
            QString::fromLatin1(QCryptographicHash::hash(read.readAll(), QCryptographicHash::Sha256).toHex());
        QSignalSpy added(&library, &ModelLibrary::added);
        library.addFrom({.path = path, .source = source, .evenUnsound = false});
        if (!added.wait())
            qFatal("the model was not added");
        library.noteHash(path, hashes[name]);
        return added.first().first().toString();
    }
    /// What the hub says of a repository's one file.
    void lists(const QString &repository, const QString &path, qint64 bytes, const QString &sha256)
    {
        const QJsonArray tree{QJsonObject{
            {QStringLiteral("type"), QStringLiteral("file")},
            {QStringLiteral("path"), path},
            {QStringLiteral("size"), bytes},
            {QStringLiteral("lfs"), QJsonObject{{QStringLiteral("oid"), sha256}, {QStringLiteral("size"), bytes}}}}};
        hub.files[catalogue::treeAddress(repository, {})] = QJsonDocument(tree).toJson();
    }
    void ask(const QStringList &ids = {})
    {
        QSignalSpy finished(&updates, &ModelUpdates::finished);
        updates.ask(ids);
        QVERIFY(finished.wait());
        QVERIFY(!updates.isAsking());
    }

    QTemporaryDir folder;
    Settings settings;
    ModelLibrary library;
    tests::FakeHub hub;
    ModelUpdates updates;
    QHash<QString, QString> hashes;
};

QString source(const QString &repository, const QString &path)
{
    return catalogue::fileAddress(repository, QString(40, QLatin1Char('5')), path);
}

} // namespace

class ModelUpdatesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aModelIsComparedWithItsFileAtTheSource_data();
    void aModelIsComparedWithItsFileAtTheSource();
    void anotherFileComesUnderANameOfItsOwn();
    void theSourcesOfDownloadsAreAskedOnceEach();
    void aSourceThatDoesNotAnswerSaysWhy();
    void nobodyIsAskedUnasked();
};

void ModelUpdatesTest::aModelIsComparedWithItsFileAtTheSource_data()
{
    using State = ModelUpdate::State;
    QTest::addColumn<QString>("own");
    QTest::addColumn<QList<catalogue::HubFile>>("there");
    QTest::addColumn<ModelUpdate::State>("state");
    const QString path = QStringLiteral("a/m.gguf");
    const catalogue::HubFile parts{.name = path,
                                   .quantization = {},
                                   .parts = {{.path = path, .bytes = 60, .sha256 = kOther},
                                             {.path = QStringLiteral("a/n.gguf"), .bytes = 40, .sha256 = kOther}}};
    catalogue::HubFile longer = parts;
    longer.parts[1].bytes = 41;
    QTest::newRow("the same hash") << kHash << QList{file(path, 100, kHash)} << State::Same;
    QTest::newRow("another hash") << kHash << QList{file(path, 100, kOther)} << State::Changed;
    QTest::newRow("another hash and size") << kHash << QList{file(path, 101, kOther)} << State::Changed;
    QTest::newRow("of the same name elsewhere")
        << kHash << QList{file(QStringLiteral("m.gguf"), 100, kHash)} << State::Gone;
    QTest::newRow("nothing") << kHash << QList<catalogue::HubFile>() << State::Gone;
    QTest::newRow("no hash there") << kHash << QList{file(path, 100, {})} << State::Unknown;
    QTest::newRow("no hash there, another size") << kHash << QList{file(path, 99, {})} << State::Changed;
    QTest::newRow("no hash here yet") << QString() << QList{file(path, 100, kOther)} << State::Unknown;
    QTest::newRow("no hash here yet, another size") << QString() << QList{file(path, 99, kOther)} << State::Changed;
    QTest::newRow("parts of the same size") << kHash << QList{parts} << State::Unknown;
    QTest::newRow("parts of another size") << kHash << QList{longer} << State::Changed;
}

void ModelUpdatesTest::aModelIsComparedWithItsFileAtTheSource()
{
    QFETCH(QString, own);
    QFETCH(QList<catalogue::HubFile>, there);
    ModelCard card;
    card.id = QStringLiteral("m");
    card.fileBytes = 100;
    card.sha256 = own;
    const ModelUpdate update = compareWithSource(card, QStringLiteral("owner/name"), QStringLiteral("a/m.gguf"), there);
    QTEST(update.state, "state");
    QCOMPARE(update.modelId, QStringLiteral("m"));
    QCOMPARE(update.requests.size(),
             update.state == ModelUpdate::State::Changed ? there.first().parts.size() : qsizetype{0});
}

void ModelUpdatesTest::anotherFileComesUnderANameOfItsOwn()
{
    ModelCard card;
    card.name = QStringLiteral("M");
    card.fileBytes = 100;
    card.sha256 = kHash;
    card.licenceId = QStringLiteral("mit");
    const QString path = QStringLiteral("a/m-Q4_K_M.gguf");
    const ModelUpdate one = compareWithSource(card, QStringLiteral("owner/name"), path, {file(path, 120, kOther)});
    QCOMPARE(one.requests.size(), 1);
    QCOMPARE(one.requests[0].fileName, QStringLiteral("m-Q4_K_M-bbbbbbbb.gguf"));
    QCOMPARE(one.requests[0].url, QStringLiteral("https://huggingface.co/owner/name/resolve/main/a/m-Q4_K_M.gguf"));
    QCOMPARE(one.requests[0].sha256, kOther);
    QCOMPARE(one.requests[0].sha256Source, QStringLiteral("hub"));
    QCOMPARE(one.requests[0].bytes, 120U);
    QCOMPARE(one.requests[0].licenceId, QStringLiteral("mit"));
    const QString first = QStringLiteral("m-00001-of-00002.gguf");
    const catalogue::HubFile parts{
        .name = first,
        .quantization = {},
        .parts = {{.path = first, .bytes = 60, .sha256 = kOther},
                  {.path = QStringLiteral("m-00002-of-00002.gguf"), .bytes = 41, .sha256 = kHash}}};
    const ModelUpdate two = compareWithSource(card, QStringLiteral("owner/name"), first, {parts});
    QCOMPARE(two.requests.size(), 2);
    QCOMPARE(two.requests[0].fileName, QStringLiteral("m-bbbbbbbb-00001-of-00002.gguf"));
    QCOMPARE(two.requests[1].fileName, QStringLiteral("m-bbbbbbbb-00002-of-00002.gguf"));
}

void ModelUpdatesTest::theSourcesOfDownloadsAreAskedOnceEach()
{
    Desk desk;
    const QString same =
        desk.add(QStringLiteral("one.gguf"), source(QStringLiteral("a/b"), QStringLiteral("one.gguf")));
    const QString gone =
        desk.add(QStringLiteral("two.gguf"), source(QStringLiteral("a/b"), QStringLiteral("two.gguf")));
    const QString other =
        desk.add(QStringLiteral("three.gguf"), source(QStringLiteral("c/d"), QStringLiteral("x/three.gguf")));
    const QString adopted = desk.add(QStringLiteral("four.gguf"), QStringLiteral("Ollama"));
    const QString elsewhere = desk.add(QStringLiteral("five.gguf"), QStringLiteral("https://example.org/five.gguf"));
    desk.lists(QStringLiteral("a/b"), QStringLiteral("one.gguf"), 10, desk.hashes[QStringLiteral("one.gguf")]);
    desk.lists(QStringLiteral("c/d"), QStringLiteral("x/three.gguf"), 4321, kOther);
    QVERIFY(desk.updates.canAsk(same) && desk.updates.canAsk(other));
    QVERIFY(!desk.updates.canAsk(adopted) && !desk.updates.canAsk(elsewhere));
    desk.ask();
    QCOMPARE(desk.hub.asked, (QStringList{catalogue::treeAddress(QStringLiteral("a/b"), {}),
                                          catalogue::treeAddress(QStringLiteral("c/d"), {})}));
    QCOMPARE(desk.updates.updates().size(), 3);
    QCOMPARE(desk.updates.of(same).state, ModelUpdate::State::Same);
    QCOMPARE(desk.updates.of(gone).state, ModelUpdate::State::Gone);
    QCOMPARE(desk.updates.of(other).state, ModelUpdate::State::Changed);
    QCOMPARE(desk.updates.of(other).bytes, 4321U);
    QVERIFY(!desk.updates.find(adopted));
    // Asked again, the answer of now counts; one model alone is asked about alone.
    desk.lists(QStringLiteral("c/d"), QStringLiteral("x/three.gguf"), 4321, desk.hashes[QStringLiteral("three.gguf")]);
    desk.ask({other});
    QCOMPARE(desk.hub.asked.size(), 3);
    QCOMPARE(desk.updates.of(other).state, ModelUpdate::State::Same);
    QCOMPARE(desk.updates.updates().size(), 3);
}

void ModelUpdatesTest::aSourceThatDoesNotAnswerSaysWhy()
{
    Desk desk;
    const QString id = desk.add(QStringLiteral("one.gguf"), source(QStringLiteral("a/b"), QStringLiteral("one.gguf")));
    const QString second =
        desk.add(QStringLiteral("two.gguf"), source(QStringLiteral("c/d"), QStringLiteral("two.gguf")));
    desk.hub.files[catalogue::treeAddress(QStringLiteral("a/b"), {})] = "no JSON";
    desk.hub.failures[catalogue::treeAddress(QStringLiteral("c/d"), {})] = QStringLiteral("download.offline");
    desk.ask();
    QCOMPARE(desk.updates.of(id).state, ModelUpdate::State::Unknown);
    QCOMPARE(desk.updates.of(id).failure.code, QStringLiteral("app.hub_answer"));
    QCOMPARE(desk.updates.of(second).state, ModelUpdate::State::Unknown);
    QCOMPARE(desk.updates.of(second).failure.code, QStringLiteral("download.offline"));
}

void ModelUpdatesTest::nobodyIsAskedUnasked()
{
    Desk desk;
    desk.ask(); // nothing to ask about
    desk.add(QStringLiteral("one.gguf"), source(QStringLiteral("a/b"), QStringLiteral("one.gguf")));
    QVERIFY(desk.hub.asked.isEmpty());
    ModelUpdates alone(desk.library, nullptr);
    QVERIFY(!alone.canAsk(desk.library.models().first().id));
}

QTEST_GUILESS_MAIN(ModelUpdatesTest)
#include "model_updates_test.moc"
