// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_service.h"

#include "app/device_service.h"
#include "app/model_library.h"
#include "app/scripted_inference.h"
#include "app/settings.h"
#include "inference/error.h"
#include "tests/support/tiny_model.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

class ModelServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void ids_data();
    void ids();
    void starterModelsAreFound();
    void theFirstFolderWins();
    void aModelInSeveralFilesIsOneModel();
    void badFilesAreShownWithTheReason_data();
    void badFilesAreShownWithTheReason();
    void addingABadFileFails();
    void choosingLoadsAndRemembers();
    void loadingIsNotRepeated();
    void aKnownModelIsLoadedWhileFilesAreLookedAt();
    void overridesGoBeforeTheSettings();
    void aFileMayBeUsedOnce();
    void unknownModelFails();

private:
    struct Fixture {
        explicit Fixture(const QStringList &folders)
            : devices(settings, [](const DeviceTrials &) { return std::vector<DeviceValue>{}; })
            , library(nullptr, settings, {.starterFolders = folders})
            , models(settings, devices, inference, library)
        {
            scan();
        }
        void scan()
        {
            models.refresh();
            if (!QTest::qWaitFor([this] { return !models.isScanning(); }))
                qFatal("the scan did not end");
        }
        Settings settings{QString()};
        DeviceService devices;
        ScriptedInference inference;
        ModelLibrary library;
        ModelService models;
    };
    QString write(const QString &name, quint32 vocabulary = 320)
    {
        const QString path = m_folder->filePath(name);
        tests::writeTinyModel(path.toStdString(), {.vocabulary = vocabulary});
        return path;
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void ModelServiceTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void ModelServiceTest::ids_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("id");
    QTest::newRow("plain") << "/m/SmolLM2-135M-Instruct.Q4_1.gguf" << "smollm2-135m-instruct.q4_1";
    QTest::newRow("blanks and signs") << "/m/My Model (v2)!.gguf" << "my-model-v2-";
    QTest::newRow("umlauts") << QStringLiteral("/m/Größe.gguf") << QStringLiteral("größe");
}

void ModelServiceTest::ids()
{
    QFETCH(QString, path);
    QTEST(modelIdFromPath(path), "id");
}

void ModelServiceTest::starterModelsAreFound()
{
    write(QStringLiteral("tiny.gguf"));
    QFile other(m_folder->filePath(QStringLiteral("notes.txt")));
    QVERIFY(other.open(QIODevice::WriteOnly));
    Fixture fixture({m_folder->path(), QStringLiteral("/nonexistent")});
    QCOMPARE(fixture.models.models().size(), 1);
    const ModelCard &card = fixture.models.models().constFirst();
    QCOMPARE(card.id, QStringLiteral("tiny"));
    QCOMPARE(card.origin, ModelOrigin::Starter);
    QCOMPARE(card.architecture, QStringLiteral("llama"));
    QVERIFY(card.usable);
    QVERIFY(card.hasChatTemplate);
    QVERIFY(card.fileBytes > 0);
    QCOMPARE(fixture.models.chosenId(), QStringLiteral("tiny"));
    QVERIFY(!fixture.models.isEmpty());
}

void ModelServiceTest::theFirstFolderWins()
{
    const QTemporaryDir second;
    write(QStringLiteral("tiny.gguf"));
    tests::writeTinyModel(second.filePath(QStringLiteral("tiny.gguf")).toStdString());
    Fixture fixture({m_folder->path(), second.path()});
    QCOMPARE(fixture.models.models().size(), 1);
    QVERIFY(fixture.models.models().constFirst().path.startsWith(m_folder->path()));
}

void ModelServiceTest::aModelInSeveralFilesIsOneModel()
{
    const auto paths = tests::writeTinyShards(m_folder->path().toStdString(), "Big Model", 3);
    const auto path = [&](std::size_t i) { return QString::fromStdString(paths[i].string()); };
    QCOMPARE(modelIdFromPath(path(2)), QStringLiteral("big-model"));
    {
        Fixture fixture({m_folder->path()});
        QCOMPARE(fixture.models.models().size(), 1);
        const ModelCard &card = fixture.models.models().constFirst();
        QCOMPARE(card.id, QStringLiteral("big-model"));
        QCOMPARE(card.path, path(0));
        QVERIFY(card.usable);
        qint64 bytes = 0;
        for (std::size_t i = 0; i < paths.size(); ++i)
            bytes += QFileInfo(path(i)).size();
        QCOMPARE(static_cast<qint64>(card.fileBytes), bytes);
        QCOMPARE(stateOfFiles(path(1)).bytes, bytes);
        QVERIFY(isFurtherFile(path(1)));
        QVERIFY(!isFurtherFile(path(0)));
        // Whichever file is chosen, it is the same model.
        fixture.models.useOnce(path(2));
        QTRY_COMPARE(fixture.models.chosenId(), QStringLiteral("big-model"));
    }
    QVERIFY(QFile::remove(path(1)));
    Fixture fixture({m_folder->path()});
    QCOMPARE(fixture.models.models().size(), 1);
    QCOMPARE(fixture.models.models().constFirst().failure.code, QStringLiteral("inference.part_missing"));
}

void ModelServiceTest::badFilesAreShownWithTheReason_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    const tests::Bytes whole = tests::makeTinyModel();
    const QByteArray good(reinterpret_cast<const char *>(whole.data()), static_cast<qsizetype>(whole.size()));
    QTest::newRow("cut in the data") << good.chopped(100) << "inference.file_truncated";
    QTest::newRow("cut in the header") << good.first(200) << "inference.file_truncated";
    QTest::newRow("foreign") << QByteArray("PK\x03\x04 this is an archive, not a model at all")
                             << "inference.file_malformed";
    QTest::newRow("empty") << QByteArray() << "";
}

void ModelServiceTest::badFilesAreShownWithTheReason()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFile file(m_folder->filePath(QStringLiteral("bad.gguf")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
    file.close();
    write(QStringLiteral("tiny.gguf"));
    Fixture fixture({m_folder->path()});
    QCOMPARE(fixture.models.models().size(), 2);
    // Usable ones first, whatever the names.
    QCOMPARE(fixture.models.models().constFirst().id, QStringLiteral("tiny"));
    const ModelCard &bad = fixture.models.models().constLast();
    QVERIFY(!bad.usable);
    QVERIFY(!bad.failure.isEmpty());
    QVERIFY(bad.failure.explanation.contains(QStringLiteral("bad.gguf")));
    if (!code.isEmpty())
        QCOMPARE(bad.failure.code, code);
    QCOMPARE(fixture.models.chosenId(), QStringLiteral("tiny"));
}

void ModelServiceTest::addingABadFileFails()
{
    Fixture fixture({m_folder->path()});
    QSignalSpy failed(&fixture.models, &ModelService::failed);
    fixture.models.add(QStringLiteral("/nonexistent.gguf"));
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<Failure>().code, QStringLiteral("inference.file_unreadable"));
    QVERIFY(fixture.models.models().isEmpty());
}

void ModelServiceTest::choosingLoadsAndRemembers()
{
    write(QStringLiteral("one.gguf"));
    write(QStringLiteral("two.gguf"));
    Fixture fixture({m_folder->path()});
    QSignalSpy chosen(&fixture.models, &ModelService::chosenChanged);
    fixture.models.choose(QStringLiteral("two"));
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(fixture.settings.modelId(), QStringLiteral("two"));
    QCOMPARE(fixture.inference.loads().size(), std::size_t{1});
    const ModelLoad &load = fixture.inference.loads().back();
    QCOMPARE(load.modelId, QStringLiteral("two"));
    QCOMPARE(load.device, QStringLiteral("cpu"));
    // Never more than the model was trained for.
    QCOMPARE(load.contextLength, 256U);
}

void ModelServiceTest::loadingIsNotRepeated()
{
    write(QStringLiteral("one.gguf"));
    Fixture fixture({m_folder->path()});
    fixture.models.ensureLoaded();
    fixture.models.ensureLoaded();
    QCOMPARE(fixture.inference.loads().size(), std::size_t{1});
    fixture.settings.setThreads(2);
    fixture.models.ensureLoaded();
    QCOMPARE(fixture.inference.loads().size(), std::size_t{2});
    QCOMPARE(fixture.inference.loads().back().threads, 2U);
    fixture.inference.failLoading({inference::ErrorCode::OutOfMemory, ""});
    fixture.models.ensureLoaded();
    QCOMPARE(fixture.inference.loads().size(), std::size_t{3});
}

void ModelServiceTest::aKnownModelIsLoadedWhileFilesAreLookedAt()
{
    write(QStringLiteral("one.gguf"));
    Fixture fixture({m_folder->path()});
    // Which one answers where none was named may be another after the look.
    fixture.models.refresh();
    QVERIFY(fixture.models.isScanning());
    fixture.models.ensureLoaded();
    QCOMPARE(fixture.inference.loads().size(), std::size_t{0});
    QTRY_COMPARE(fixture.inference.loads().size(), std::size_t{1});
    QVERIFY(!fixture.models.isScanning());
    fixture.settings.setModelId(QStringLiteral("one"));
    fixture.settings.setThreads(2);
    fixture.models.refresh();
    QVERIFY(fixture.models.isScanning());
    fixture.models.ensureLoaded();
    QCOMPARE(fixture.inference.loads().size(), std::size_t{2});
    // One that is not on the list yet is waited for.
    write(QStringLiteral("two.gguf"), 321);
    fixture.settings.setModelId(QStringLiteral("two"));
    fixture.models.refresh();
    fixture.models.ensureLoaded();
    QCOMPARE(fixture.inference.loads().size(), std::size_t{2});
    QTRY_COMPARE(fixture.inference.loads().size(), std::size_t{3});
    QCOMPARE(fixture.inference.loads().back().modelId, QStringLiteral("two"));
}

void ModelServiceTest::overridesGoBeforeTheSettings()
{
    write(QStringLiteral("one.gguf"));
    Fixture fixture({m_folder->path()});
    fixture.models.setOverrides({.device = QStringLiteral("vulkan:3"),
                                 .threads = 5,
                                 .contextLength = 128,
                                 .kv = inference::KvType::Q8_0,
                                 .hostExperts = 3});
    fixture.models.ensureLoaded();
    const ModelLoad &load = fixture.inference.loads().back();
    QCOMPARE(load.kv, inference::KvType::Q8_0);
    QCOMPARE(load.hostExperts, 3U);
    QCOMPARE(load.device, QStringLiteral("vulkan:3"));
    QCOMPARE(load.threads, 5U);
    QCOMPARE(load.contextLength, 128U);
    QCOMPARE(fixture.settings.values(), SettingsValues{});
}

void ModelServiceTest::aFileMayBeUsedOnce()
{
    const QTemporaryDir elsewhere;
    const QString path = elsewhere.filePath(QStringLiteral("guest.gguf"));
    tests::writeTinyModel(path.toStdString());
    write(QStringLiteral("one.gguf"));
    Fixture fixture({m_folder->path()});
    fixture.models.useOnce(path);
    QTRY_COMPARE(fixture.models.chosenId(), QStringLiteral("guest"));
    QVERIFY(fixture.settings.addedModels().isEmpty());
    QVERIFY(fixture.settings.modelId().isEmpty());
}

void ModelServiceTest::unknownModelFails()
{
    Fixture fixture({m_folder->path()});
    QSignalSpy failed(&fixture.models, &ModelService::failed);
    fixture.models.choose(QStringLiteral("gone"));
    QCOMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().value<Failure>().code, QStringLiteral("app.unknown_model"));
}

QTEST_GUILESS_MAIN(ModelServiceTest)
#include "model_service_test.moc"
