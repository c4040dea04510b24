// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/model_library.h"

#include "app/inference_port.h"
#include "app/library_rows.h"
#include "app/settings.h"
#include "app/store_thread.h"
#include "tests/support/tiny_adapter.h"
#include "tests/support/tiny_model.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace app;

class ModelLibraryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void modelsOfTheSettingsComeAlong();
    void theNextStartReadsNoHeader();
    void headersAreReadOnAnotherThread();
    void onlyAChangedFileIsReadAgain();
    void aNewVersionReadsHeadersAgain();
    void aMissingFileStaysOnTheList();
    void aDriveThatIsAwayIsToldApart();
    void aRenamedFileKeepsItsRow();
    void aFileOnAnotherDriveIsFoundByItsHash();
    void theUserShowsWhereAFileIs();
    void duplicatesAreSaid();
    void aChangedFileSaysSo();
    void aTouchedFileIsTheSame();
    void hashingStandsStillWhileAnAnswerIsWritten();
    void aWatchedFolderFillsTheList();
    void whatWasTakenOffStaysOff();
    void theTrashGivesBack();
    void filesOfOthersAreNotTrashed();
    void adaptersAreListedWithWhatTheyFit();
    void answersTellTheSpeed();
    void whatItsSourcePromisesIsKept();
    void memoryThatWasMeasuredIsKept();
    void licencesFollowFromAllThatAFileSays_data();
    void licencesFollowFromAllThatAFileSays();
    void whatAppliedAtTheDownloadIsKept();
    void unsoundFilesAreRefused_data();
    void unsoundFilesAreRefused();
    void idsStayUnique();
    void aStarterThatGaveAnswersIsMissed();

private:
    /// A library over this test's database and folder of starters.
    struct Fixture {
        explicit Fixture(ModelLibraryTest &test)
            : store(std::make_unique<StoreThread>())
        {
            auto opening = store->open({.path = test.file("carrel.db").toStdString()});
            if (!QTest::qWaitFor([&] { return opening.isThere(); }))
                qFatal("the database did not open");
            settings = std::make_unique<Settings>(test.file("settings.json"));
            library =
                std::make_unique<ModelLibrary>(store.get(), *settings,
                                               LibraryOptions{.starterFolders = {test.file("starters")},
                                                              .read = [this](const QString &path, ModelOrigin origin) {
                                                                  ++reads;
                                                                  if (QThread::currentThread() == qApp->thread())
                                                                      ++readsHere;
                                                                  return readRow(path, origin);
                                                              }});
        }
        void settle()
        {
            library->refresh();
            if (!QTest::qWaitFor([&] { return !library->isScanning(); }))
                qFatal("the scan did not end");
        }
        /// Adds a file and gives its id, empty when it failed.
        QString add(const QString &path)
        {
            QSignalSpy added(library.get(), &ModelLibrary::added);
            QSignalSpy failed(library.get(), &ModelLibrary::failed);
            library->add({path});
            if (!QTest::qWaitFor([&] { return !added.isEmpty() || !failed.isEmpty(); }))
                qFatal("no answer");
            if (!QTest::qWaitFor([&] { return !library->isScanning(); }))
                qFatal("the scan did not end");
            return added.isEmpty() ? QString() : added.first().first().toString();
        }
        [[nodiscard]] ModelCard card(const QString &id) const
        {
            const ModelCard *found = library->find(id);
            return found == nullptr ? ModelCard() : *found;
        }
        /// The database's rows, once everything that was handed in is written.
        [[nodiscard]] std::vector<storage::Model> rows() const
        {
            auto answer = store->run([](Stores &stores) { return stores.models.library(); });
            if (!QTest::qWaitFor([&] { return answer.isThere(); }))
                qFatal("no answer");
            return answer.take().value().models;
        }

        std::unique_ptr<StoreThread> store;
        std::unique_ptr<Settings> settings;
        std::unique_ptr<ModelLibrary> library;
        std::atomic<int> reads = 0;
        std::atomic<int> readsHere = 0;
    };

    [[nodiscard]] QString file(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)); }
    QString write(const char *name, quint64 seed = 1) const
    {
        const QString path = file(name);
        QDir().mkpath(QFileInfo(path).path());
        tests::writeTinyModel(path.toStdString(), {.seed = seed});
        return path;
    }
    static void touch(const QString &path, int secondsLater)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QDateTime at = QFileInfo(path).lastModified().addSecs(secondsLater);
        QVERIFY(file.setFileTime(at, QFileDevice::FileModificationTime));
    }
    static QString hashOf(const QString &path)
    {
        QFile file(path);
        QCryptographicHash hash(QCryptographicHash::Sha256);
        if (!file.open(QIODevice::ReadOnly) || !hash.addData(&file))
            return {};
        return QString::fromLatin1(hash.result().toHex());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void ModelLibraryTest::initTestCase()
{
    QCoreApplication::setApplicationVersion(QStringLiteral("1.0"));
}

void ModelLibraryTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QDir().mkpath(file("starters"));
    QDir().mkpath(file("mine"));
    // The trash of the home folder.
    qputenv("XDG_DATA_HOME", file("share").toUtf8());
    QDir().mkpath(file("share"));
}

void ModelLibraryTest::modelsOfTheSettingsComeAlong()
{
    const QString one = write("mine/one.gguf");
    const QString gone = file("mine/gone.gguf");
    write("starters/tiny.gguf");
    {
        Fixture fixture(*this);
        fixture.settings->setAddedModels({one, gone});
        fixture.settle();
        QCOMPARE(fixture.library->models().size(), 3);
        QCOMPARE(fixture.card(QStringLiteral("one")).origin, ModelOrigin::Added);
        QCOMPARE(fixture.card(QStringLiteral("tiny")).origin, ModelOrigin::Starter);
        QVERIFY(fixture.card(QStringLiteral("gone")).missing);
        QTRY_VERIFY(fixture.settings->addedModels().isEmpty());
        QCOMPARE(fixture.rows().size(), std::size_t{3});
    }
    Fixture again(*this);
    again.settle();
    QCOMPARE(again.library->models().size(), 3);
    QVERIFY(again.card(QStringLiteral("gone")).missing);
}

void ModelLibraryTest::theNextStartReadsNoHeader()
{
    const QString one = write("mine/one.gguf");
    write("starters/tiny.gguf");
    ModelCard before;
    {
        Fixture fixture(*this);
        fixture.settle();
        QCOMPARE(fixture.add(one), QStringLiteral("one"));
        before = fixture.card(QStringLiteral("one"));
        QVERIFY(before.usable);
        QVERIFY(before.parameters > 0 && before.vocabularySize == 320 && before.layerCount == 2);
        QVERIFY(!before.templateSha256.isEmpty() && !before.tokenizer.isEmpty());
        QVERIFY(before.addedMs > 0);
    }
    Fixture fixture(*this);
    QSignalSpy changed(fixture.library.get(), &ModelLibrary::modelsChanged);
    fixture.library->load();
    QTRY_VERIFY(!changed.isEmpty());
    // The first list comes from the database alone.
    QCOMPARE(fixture.library->models().size(), 2);
    ModelCard after = fixture.card(QStringLiteral("one"));
    QVERIFY(qAbs(after.addedMs - before.addedMs) < 10'000);
    after.addedMs = before.addedMs;
    QCOMPARE(after, before);
    fixture.settle();
    QCOMPARE(fixture.reads.load(), 0);
    QCOMPARE(fixture.library->models().size(), 2);
}

void ModelLibraryTest::headersAreReadOnAnotherThread()
{
    for (int i = 0; i < 20; ++i)
        write(qPrintable(QStringLiteral("mine/m%1.gguf").arg(i)));
    Fixture fixture(*this);
    fixture.settle();
    fixture.library->addFolder(file("mine"));
    QTRY_COMPARE(fixture.library->models().size(), 20);
    fixture.settle();
    QCOMPARE(fixture.reads.load(), 20);
    QCOMPARE(fixture.readsHere.load(), 0);
}

void ModelLibraryTest::onlyAChangedFileIsReadAgain()
{
    const QString one = write("mine/one.gguf");
    const QString two = write("mine/two.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.add(one);
    fixture.add(two);
    QCOMPARE(fixture.reads.load(), 2);
    fixture.settle();
    QCOMPARE(fixture.reads.load(), 2);
    tests::writeTinyModel(two.toStdString(), {.layers = 3});
    fixture.settle();
    QCOMPARE(fixture.reads.load(), 3);
    QCOMPARE(fixture.card(QStringLiteral("two")).layerCount, 3U);
}

void ModelLibraryTest::aNewVersionReadsHeadersAgain()
{
    const QString one = write("mine/one.gguf");
    {
        Fixture fixture(*this);
        fixture.settle();
        fixture.add(one);
    }
    QCoreApplication::setApplicationVersion(QStringLiteral("2.0"));
    Fixture fixture(*this);
    fixture.settle();
    QCoreApplication::setApplicationVersion(QStringLiteral("1.0"));
    QCOMPARE(fixture.reads.load(), 1);
    QCOMPARE(fixture.card(QStringLiteral("one")).changedFromMs, 0);
}

void ModelLibraryTest::aMissingFileStaysOnTheList()
{
    const QString one = write("mine/one.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.add(one);
    QVERIFY(QFile::rename(one, file("elsewhere")));
    fixture.settle();
    ModelCard card = fixture.card(QStringLiteral("one"));
    QVERIFY(card.missing);
    QVERIFY(!card.usable);
    QCOMPARE(card.failure.code, QStringLiteral("app.model_missing"));
    QVERIFY(card.failure.explanation.contains(one));
    QVERIFY(card.layerCount > 0);
    QVERIFY(QFile::rename(file("elsewhere"), one));
    fixture.settle();
    card = fixture.card(QStringLiteral("one"));
    QVERIFY(!card.missing && card.usable);
    QCOMPARE(fixture.reads.load(), 1);
}

void ModelLibraryTest::aDriveThatIsAwayIsToldApart()
{
    const QString one = write("stick/one.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.add(one);
    QVERIFY(QDir().rename(file("stick"), file("unplugged")));
    fixture.settle();
    QCOMPARE(fixture.card(QStringLiteral("one")).failure.code, QStringLiteral("app.model_away"));
    QVERIFY(QDir().rename(file("unplugged"), file("stick")));
    fixture.settle();
    QVERIFY(fixture.card(QStringLiteral("one")).usable);
}

void ModelLibraryTest::aRenamedFileKeepsItsRow()
{
    const QString one = write("mine/one.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.add(one);
    const auto id = fixture.rows().at(0).id;
    const QString renamed = file("mine/Another Name.gguf");
    QVERIFY(QFile::rename(one, renamed));
    fixture.settle();
    QCOMPARE(fixture.library->models().size(), 1);
    const ModelCard card = fixture.card(QStringLiteral("one"));
    QCOMPARE(card.path, renamed);
    QVERIFY(card.usable);
    const auto rows = fixture.rows();
    QCOMPARE(rows.size(), std::size_t{1});
    QVERIFY(rows.at(0).id == id);
    QCOMPARE(fixture.reads.load(), 1);
}

void ModelLibraryTest::aFileOnAnotherDriveIsFoundByItsHash()
{
    const QString one = write("mine/one.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.library->startBackground();
    fixture.add(one);
    QTRY_COMPARE(fixture.card(QStringLiteral("one")).sha256, hashOf(one));
    const auto id = fixture.rows().at(0).id;
    // A copy has another inode.
    QDir().mkpath(file("backup"));
    QVERIFY(QFile::copy(one, file("backup/copied.gguf")));
    QVERIFY(QFile::remove(one));
    fixture.settle();
    QVERIFY(fixture.card(QStringLiteral("one")).missing);
    fixture.library->addFolder(file("backup"));
    QTRY_COMPARE(fixture.card(QStringLiteral("one")).path, file("backup/copied.gguf"));
    QVERIFY(fixture.card(QStringLiteral("one")).usable);
    QCOMPARE(fixture.library->models().size(), 1);
    const auto rows = fixture.rows();
    QCOMPARE(rows.size(), std::size_t{1});
    QVERIFY(rows.at(0).id == id);
}

void ModelLibraryTest::theUserShowsWhereAFileIs()
{
    const QString one = write("mine/one.gguf");
    const QString other = write("other/one.gguf", 2);
    Fixture fixture(*this);
    fixture.settle();
    fixture.add(one);
    fixture.library->noteHash(one, hashOf(one));
    QDir().mkpath(file("new"));
    QVERIFY(QFile::copy(one, file("new/place.gguf")));
    QVERIFY(QFile::remove(one));
    fixture.settle();
    QSignalSpy failed(fixture.library.get(), &ModelLibrary::failed);
    fixture.library->findAgain(QStringLiteral("one"), other);
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed.first().first().value<Failure>().code, QStringLiteral("app.model_other_file"));
    QVERIFY(fixture.card(QStringLiteral("one")).missing);
    fixture.library->findAgain(QStringLiteral("one"), file("new/place.gguf"));
    QTRY_VERIFY(fixture.card(QStringLiteral("one")).usable);
    QCOMPARE(fixture.card(QStringLiteral("one")).path, file("new/place.gguf"));
    QCOMPARE(failed.size(), 1);
}

void ModelLibraryTest::duplicatesAreSaid()
{
    const QString one = write("mine/one.gguf");
    const QString two = file("mine/two.gguf");
    QVERIFY(QFile::copy(one, two));
    const QString three = write("mine/three.gguf", 3);
    Fixture fixture(*this);
    fixture.settle();
    fixture.library->startBackground();
    for (const QString &path : {one, two, three})
        fixture.add(path);
    QTRY_COMPARE(fixture.card(QStringLiteral("one")).duplicates, QStringList{QStringLiteral("two")});
    QCOMPARE(fixture.card(QStringLiteral("two")).duplicates, QStringList{QStringLiteral("one")});
    QTRY_COMPARE(fixture.card(QStringLiteral("three")).sha256, hashOf(three));
    QVERIFY(fixture.card(QStringLiteral("three")).duplicates.isEmpty());
    QVERIFY(QFile::exists(two));
}

void ModelLibraryTest::aChangedFileSaysSo()
{
    const QString one = write("mine/one.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.add(one);
    const QString before = hashOf(one);
    fixture.library->noteHash(one, before);
    const qint64 at = fixture.card(QStringLiteral("one")).fileModifiedMs;
    tests::writeTinyModel(one.toStdString(), {.seed = 5});
    touch(one, 60);
    fixture.settle();
    ModelCard card = fixture.card(QStringLiteral("one"));
    QCOMPARE(card.changedFromMs, at);
    QCOMPARE(card.changedFromSha256, before);
    QVERIFY(card.fileModifiedMs > at);
    QVERIFY(card.sha256.isEmpty());
    fixture.library->noteHash(one, hashOf(one));
    QCOMPARE(fixture.card(QStringLiteral("one")).changedFromMs, at);
    fixture.library->acceptChange(QStringLiteral("one"));
    card = fixture.card(QStringLiteral("one"));
    QCOMPARE(card.changedFromMs, 0);
    QCOMPARE(card.sha256, hashOf(one));
    QCOMPARE(fixture.rows().at(0).previousModifiedMs, 0);
}

void ModelLibraryTest::aTouchedFileIsTheSame()
{
    const QString one = write("mine/one.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.library->startBackground();
    fixture.add(one);
    QTRY_VERIFY(!fixture.card(QStringLiteral("one")).sha256.isEmpty());
    touch(one, 60);
    fixture.settle();
    QTRY_COMPARE(fixture.card(QStringLiteral("one")).sha256, hashOf(one));
    QCOMPARE(fixture.card(QStringLiteral("one")).changedFromMs, 0);
}

void ModelLibraryTest::hashingStandsStillWhileAnAnswerIsWritten()
{
    const QString one = write("mine/one.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.library->startBackground();
    fixture.library->setBusy(true);
    fixture.add(one);
    fixture.settle();
    // Work that comes after it in the same queue is done, and the hash is not there.
    QTest::qWait(100);
    QVERIFY(fixture.card(QStringLiteral("one")).sha256.isEmpty());
    fixture.library->setBusy(false);
    QTRY_COMPARE(fixture.card(QStringLiteral("one")).sha256, hashOf(one));
}

void ModelLibraryTest::aWatchedFolderFillsTheList()
{
    Fixture fixture(*this);
    fixture.settle();
    fixture.library->startBackground();
    fixture.library->addFolder(file("mine"));
    QTRY_VERIFY(!fixture.library->isScanning());
    QCOMPARE(fixture.library->folders(), QStringList{file("mine")});
    write("mine/below/new.gguf");
    write("mine/below/mmproj-new.gguf");
    QTRY_COMPARE_WITH_TIMEOUT(fixture.library->models().size(), 1, 20'000);
    QCOMPARE(fixture.card(QStringLiteral("new")).origin, ModelOrigin::Added);
    fixture.library->removeFolder(file("mine"));
    QVERIFY(fixture.library->models().isEmpty());
    QVERIFY(QFile::exists(file("mine/below/new.gguf")));
}

void ModelLibraryTest::whatWasTakenOffStaysOff()
{
    write("mine/one.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.library->addFolder(file("mine"));
    QTRY_COMPARE(fixture.library->models().size(), 1);
    QSignalSpy removed(fixture.library.get(), &ModelLibrary::removed);
    fixture.library->forget(QStringLiteral("one"));
    QCOMPARE(removed.size(), 1);
    QVERIFY(fixture.library->models().isEmpty());
    fixture.settle();
    QVERIFY(fixture.library->models().isEmpty());
    QVERIFY(QFile::exists(file("mine/one.gguf")));
    fixture.library->restore(QStringLiteral("one"));
    QTRY_COMPARE(fixture.library->models().size(), 1);
    // Asked for by name it comes back, too.
    fixture.library->forget(QStringLiteral("one"));
    QCOMPARE(fixture.add(file("mine/one.gguf")), QStringLiteral("one"));
}

void ModelLibraryTest::theTrashGivesBack()
{
    const auto paths = tests::writeTinyShards(file("mine").toStdString(), "big", 3);
    auto first = std::make_unique<Fixture>(*this);
    Fixture &fixture = *first;
    fixture.settle();
    QCOMPARE(fixture.add(QString::fromStdString(paths[1].string())), QStringLiteral("big"));
    QSignalSpy removed(fixture.library.get(), &ModelLibrary::removed);
    fixture.library->moveToTrash(QStringLiteral("big"));
    QTRY_COMPARE(removed.size(), 1);
    QVERIFY(fixture.library->models().isEmpty());
    for (const auto &path : paths)
        QVERIFY(!std::filesystem::exists(path));
    QCOMPARE(QDir(file("share/Trash/files")).entryList(QDir::Files).size(), 3);
    QCOMPARE(QDir(file("share/Trash/info")).entryList(QDir::Files).size(), 3);
    // Also by the next program.
    first.reset();
    Fixture again(*this);
    again.settle();
    again.library->restore(QStringLiteral("big"));
    QTRY_VERIFY(again.card(QStringLiteral("big")).usable);
    for (const auto &path : paths)
        QVERIFY(std::filesystem::exists(path));
    QVERIFY(QDir(file("share/Trash/info")).entryList(QDir::Files).isEmpty());
}

void ModelLibraryTest::filesOfOthersAreNotTrashed()
{
    const QString starter = write("starters/tiny.gguf");
    const QString theirs = write("theirs/blob.gguf", 2);
    Fixture fixture(*this);
    fixture.settle();
    QSignalSpy added(fixture.library.get(), &ModelLibrary::added);
    fixture.library->addFrom({.path = theirs, .source = QStringLiteral("Ollama"), .evenUnsound = false});
    QTRY_COMPARE(added.size(), 1);
    QCOMPARE(fixture.card(QStringLiteral("blob")).source, QStringLiteral("Ollama"));
    QSignalSpy failed(fixture.library.get(), &ModelLibrary::failed);
    fixture.library->moveToTrash(QStringLiteral("tiny"));
    fixture.library->moveToTrash(QStringLiteral("blob"));
    QCOMPARE(failed.size(), 2);
    QCOMPARE(failed.last().first().value<Failure>().code, QStringLiteral("app.model_not_yours"));
    QVERIFY(QFile::exists(starter) && QFile::exists(theirs));
}

void ModelLibraryTest::adaptersAreListedWithWhatTheyFit()
{
    write("starters/tiny.gguf");
    tests::writeTinyModel(file("starters/wide.gguf").toStdString(), {.embedding = 128});
    tests::writeTinyAdapter(file("mine/friendly.gguf").toStdString(), {.name = "Friendly"});
    {
        Fixture fixture(*this);
        fixture.settle();
        QCOMPARE(fixture.add(file("mine/friendly.gguf")), QStringLiteral("friendly"));
        QCOMPARE(fixture.library->models().size(), 2);
        QCOMPARE(fixture.library->adapters().size(), 1);
        QTRY_COMPARE(fixture.library->adapters().first().fits, QStringList{QStringLiteral("tiny")});
        const AdapterCard &adapter = fixture.library->adapters().first();
        QCOMPARE(adapter.name, QStringLiteral("Friendly"));
        QCOMPARE(adapter.mostRank, 4U);
        QVERIFY(adapter.failure.isEmpty());
        QCOMPARE(fixture.card(QStringLiteral("tiny")).adapters, QStringList{QStringLiteral("friendly")});
        QVERIFY(fixture.card(QStringLiteral("wide")).adapters.isEmpty());
        fixture.rows();
    }
    // Kept, until a file changes.
    Fixture fixture(*this);
    QSignalSpy changed(fixture.library.get(), &ModelLibrary::adaptersChanged);
    fixture.library->load();
    QTRY_VERIFY(!changed.isEmpty());
    QCOMPARE(fixture.library->adapters().first().fits, QStringList{QStringLiteral("tiny")});
    fixture.settle();
    tests::writeTinyModel(file("starters/tiny.gguf").toStdString(), {.embedding = 128});
    fixture.settle();
    QTRY_VERIFY(fixture.library->adapters().first().fits.isEmpty());
}

void ModelLibraryTest::answersTellTheSpeed()
{
    write("starters/tiny.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.rows();
    GenerationOutcome outcome;
    outcome.deviceName = QStringLiteral("Processor");
    outcome.promptTokens = 150;
    outcome.reusedTokens = 50;
    outcome.prefillMs = 500;
    outcome.generatedTokens = 101;
    outcome.decodeMs = 2000;
    outcome.decodeMs = 2000;
    fixture.library->noteAnswer(QStringLiteral("tiny"), outcome);
    QTRY_COMPARE(fixture.card(QStringLiteral("tiny")).decodeTps, 50.0);
    QCOMPARE(fixture.card(QStringLiteral("tiny")).prefillTps, 200.0);
    QCOMPARE(fixture.card(QStringLiteral("tiny")).speedDevice, QStringLiteral("Processor"));
    QVERIFY(fixture.card(QStringLiteral("tiny")).lastUsedMs > 0);
    // A turn that went on elsewhere counts for neither device.
    outcome.fallbackReason = QStringLiteral("device lost");
    outcome.decodeMs = 20'000;
    fixture.library->noteAnswer(QStringLiteral("tiny"), outcome);
    fixture.rows();
    QCOMPARE(fixture.card(QStringLiteral("tiny")).decodeTps, 50.0);
}

void ModelLibraryTest::whatItsSourcePromisesIsKept()
{
    // As a download that ends in a watched folder, where it is seen first.
    const QString one = write("mine/one.gguf");
    Fixture fixture(*this);
    fixture.settle();
    fixture.library->addFolder(file("mine"));
    QTRY_COMPARE(fixture.library->models().size(), 1);
    QSignalSpy added(fixture.library.get(), &ModelLibrary::added);
    fixture.library->addFrom({.path = one,
                              .source = QStringLiteral("https://hub.example/owner/one.gguf"),
                              .evenUnsound = false,
                              .promisedSha256 = hashOf(one),
                              .promisedBy = QStringLiteral("hub")});
    QTRY_COMPARE(added.size(), 1);
    const auto rows = fixture.rows();
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(rows.at(0).promisedSha256), hashOf(one));
    QCOMPARE(fixture.card(QStringLiteral("one")).promisedBy, QStringLiteral("hub"));
    QCOMPARE(fixture.card(QStringLiteral("one")).source, QStringLiteral("https://hub.example/owner/one.gguf"));
    // It is the user's own then, and stays when the folder is no longer watched.
    fixture.library->removeFolder(file("mine"));
    QCOMPARE(fixture.library->models().size(), 1);
}

void ModelLibraryTest::memoryThatWasMeasuredIsKept()
{
    write("starters/tiny.gguf");
    const MeasuredMemory small{.device = QStringLiteral("cpu"), .context = 512, .bytes = 5'000'000'000};
    MeasuredMemory again = small;
    again.bytes = 6'000'000'000;
    MeasuredMemory quantized = small;
    quantized.kv = inference::KvType::Q4_0;
    {
        Fixture fixture(*this);
        fixture.settle();
        for (const MeasuredMemory &memory : {small, quantized, again})
            fixture.library->noteMemory(QStringLiteral("tiny"), memory);
        QCOMPARE(fixture.card(QStringLiteral("tiny")).measured, (QList<MeasuredMemory>{again, quantized}));
    }
    Fixture fixture(*this);
    fixture.settle();
    QCOMPARE(fixture.card(QStringLiteral("tiny")).measured, (QList<MeasuredMemory>{again, quantized}));
}

void ModelLibraryTest::licencesFollowFromAllThatAFileSays_data()
{
    QTest::addColumn<QList<QByteArray>>("says"); // id, name, link, parent
    QTest::addColumn<QString>("id");
    QTest::addColumn<QStringList>("others");
    QTest::addColumn<QString>("stated");
    const QByteArray llama = "https://huggingface.co/meta-llama/Llama-3.1-8B";
    const auto row = [](const char *name, const QList<QByteArray> &says, const char *id, const QStringList &others = {},
                        const char *stated = "") {
        QTest::newRow(name) << says << QString::fromLatin1(id) << others << QString::fromLatin1(stated);
    };
    row("by its id", {"apache-2.0", "", "", ""}, "apache");
    row("by its name", {"other", "qwen-research", "", ""}, "qwenres");
    row("by its link", {"other", "", "https://ai.google.dev/gemma/terms", ""}, "gemma");
    row("its parent's terms bind more", {"mit", "", "", llama}, "llama31", {QStringLiteral("mit")});
    row("its parent's alone are known", {"", "", "", llama}, "", {QStringLiteral("llama31")});
    row("a name that nobody knows", {"other", "made-up", "", ""}, "", {}, "made-up");
    row("an id that nobody knows", {"made-up-1.0", "", "", ""}, "", {}, "made-up-1.0");
    row("nothing", {"", "", "", ""}, "");
}

void ModelLibraryTest::licencesFollowFromAllThatAFileSays()
{
    QFETCH(QList<QByteArray>, says);
    QFETCH(QString, id);
    QFETCH(QStringList, others);
    QFETCH(QString, stated);
    tests::GgufWriter writer = tests::tinyModelWriter();
    const char *keys[] = {"general.license", "general.license.name", "general.license.link"};
    for (int i = 0; i < 3; ++i) {
        if (!says[i].isEmpty())
            writer.string(keys[i], says[i].constData());
    }
    if (!says[3].isEmpty()) {
        writer.u32("general.base_model.count", 1);
        writer.string("general.base_model.0.repo_url", says[3].constData());
    }
    const tests::Bytes bytes = writer.bytes();
    QFile model(file("stated.gguf"));
    QVERIFY(model.open(QIODevice::WriteOnly));
    model.write(reinterpret_cast<const char *>(bytes.data()), static_cast<qint64>(bytes.size()));
    model.close();
    // Once from the file and once from the database.
    for (int run = 0; run < 2; ++run) {
        Fixture fixture(*this);
        fixture.settle();
        if (run == 0)
            QCOMPARE(fixture.add(file("stated.gguf")), QStringLiteral("stated"));
        const ModelCard card = fixture.card(QStringLiteral("stated"));
        QCOMPARE(card.licenceId, id);
        QCOMPARE(card.licence.others, others);
        QCOMPARE(card.licence.stated, stated);
        QVERIFY(!card.licenceTextKept);
        QVERIFY(fixture.library->licenceText(card.id).isEmpty());
        QCOMPARE(fixture.reads, run == 0 ? 1 : 0);
    }
}

void ModelLibraryTest::whatAppliedAtTheDownloadIsKept()
{
    const QByteArray terms("Terms\nof use", 12);
    {
        Fixture fixture(*this);
        fixture.settle();
        QSignalSpy added(fixture.library.get(), &ModelLibrary::added);
        // Its folder was looked at before it was known to be a download.
        QCOMPARE(fixture.add(write("mine/one.gguf")), QStringLiteral("one"));
        fixture.library->addFrom({.path = file("mine/one.gguf"),
                                  .source = QStringLiteral("https://huggingface.co/a/b/resolve/main/one.gguf"),
                                  .catalogueId = QStringLiteral("one-8b"),
                                  .licenceId = QStringLiteral("llama31"),
                                  .licenceText = terms});
        fixture.library->addFrom({.path = write("mine/two.gguf", 2),
                                  .source = QStringLiteral("https://huggingface.co/a/b/resolve/main/two.gguf"),
                                  .licenceId = QStringLiteral("gemma"),
                                  .licenceText = "other terms"});
        QTRY_COMPARE(added.count(), 3);
    }
    Fixture fixture(*this);
    // Another file in its place came from nowhere else.
    write("mine/two.gguf", 3);
    fixture.settle();
    const ModelCard one = fixture.card(QStringLiteral("one"));
    QCOMPARE(one.licenceId, QStringLiteral("llama31"));
    QCOMPARE(one.catalogueId, QStringLiteral("one-8b"));
    QVERIFY(one.licenceTextKept);
    QCOMPARE(fixture.library->licenceText(QStringLiteral("one")), terms);
    QCOMPARE(fixture.card(QStringLiteral("two")).licenceId, QStringLiteral("gemma"));
    QCOMPARE(fixture.library->licenceText(QStringLiteral("two")), QByteArray("other terms"));
    QVERIFY(fixture.library->licenceText(QStringLiteral("nobody")).isEmpty());
}

void ModelLibraryTest::unsoundFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("code");
    const tests::Bytes whole = tests::makeTinyModel();
    const QByteArray good(reinterpret_cast<const char *>(whole.data()), static_cast<qsizetype>(whole.size()));
    QTest::newRow("cut") << good.chopped(100) << "inference.file_truncated";
    QTest::newRow("foreign") << QByteArray("PK\x03\x04 this is an archive, not a model at all")
                             << "inference.file_malformed";
}

void ModelLibraryTest::unsoundFilesAreRefused()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, code);
    QFile bad(file("mine/bad.gguf"));
    QVERIFY(bad.open(QIODevice::WriteOnly));
    bad.write(bytes);
    bad.close();
    Fixture fixture(*this);
    fixture.settle();
    QSignalSpy failed(fixture.library.get(), &ModelLibrary::failed);
    QCOMPARE(fixture.add(bad.fileName()), QString());
    QCOMPARE(failed.first().first().value<Failure>().code, code);
    QVERIFY(fixture.library->models().isEmpty());
}

void ModelLibraryTest::idsStayUnique()
{
    write("starters/tiny.gguf");
    const QString mine = write("mine/tiny.gguf", 2);
    const QString other = write("other/tiny.gguf", 3);
    Fixture fixture(*this);
    fixture.settle();
    QCOMPARE(fixture.add(mine), QStringLiteral("tiny-2"));
    QCOMPARE(fixture.add(other), QStringLiteral("tiny-3"));
    fixture.library->forget(QStringLiteral("tiny-2"));
    fixture.settle();
    QCOMPARE(fixture.card(QStringLiteral("tiny-3")).path, other);
}

void ModelLibraryTest::aStarterThatGaveAnswersIsMissed()
{
    const QString used = write("starters/used.gguf");
    const QString idle = write("starters/idle.gguf", 2);
    Fixture fixture(*this);
    fixture.settle();
    fixture.library->noteAnswer(QStringLiteral("used"), {});
    QVERIFY(QFile::remove(used) && QFile::remove(idle));
    fixture.settle();
    QCOMPARE(fixture.library->models().size(), 1);
    QVERIFY(fixture.card(QStringLiteral("used")).missing);
}

QTEST_GUILESS_MAIN(ModelLibraryTest)
#include "model_library_test.moc"
