// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ingest_service.h"

#include "app/collection_service.h"
#include "app/scripted_inference.h"
#include "app/settings.h"
#include "app/store_thread.h"
#include "tests/app/support/fake_embedder.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <semaphore>

using namespace app;
using namespace app::extraction;

namespace {

/// An embedder that tells of itself what the test wants.
class NamedEmbedder : public test::FakeEmbedder {
public:
    explicit NamedEmbedder(char letter)
        : m_letter(letter)
    {
    }
    [[nodiscard]] EmbedderIdentity identity() const override
    {
        return {std::string(64, m_letter), std::string(1, m_letter), 26};
    }

private:
    char m_letter;
};

/// What the fake reader and the fake models do, and what they were asked; from any thread.
struct Script {
    std::mutex mutex;
    QStringList read;
    std::function<std::optional<ExtractionFailure>(const ReadTask &, const std::stop_token &)> before;
    std::atomic<int> loads = 0;
    std::atomic<int> batches = 0;
    std::atomic<bool> modelFails = false;
    std::function<void()> beforeBatch;
};

/// The service over real databases, on a folder of documents that say what they are.
class Bench {
public:
    explicit Bench(int readers = 2)
        : m_readers(readers)
    {
        open();
    }
    ~Bench() { close(); }

    void open()
    {
        store = std::make_unique<StoreThread>();
        auto opened = store->open({.path = folder.filePath(QStringLiteral("data/carrel.db")).toStdString()});
        index = std::make_unique<IndexThread>();
        auto indexed = index->open({.path = indexPath()});
        QVERIFY(QTest::qWaitFor([&] { return opened.isThere() && indexed.isThere(); }));
        outcome = indexed.take().outcome;
        settings = std::make_unique<Settings>(folder.filePath(QStringLiteral("data/settings.json")));
        inference = std::make_unique<ScriptedInference>();
        collections = std::make_unique<CollectionService>(*store);
        IngestOptions options;
        options.ports.read = [script = script](const ReadTask &task, const std::optional<std::string> &password,
                                               const std::stop_token &stop) {
            return read(*script, task, password, stop);
        };
        options.ports.loadEmbedder =
            [script = script](const QString &path,
                              std::uint32_t) -> std::expected<std::unique_ptr<TextEmbedder>, Failure> {
            ++script->loads;
            if (script->modelFails)
                return std::unexpected(failureFromCode(QStringLiteral("inference.out_of_memory"), {}));
            auto model = std::make_unique<NamedEmbedder>(path.front().toLatin1());
            model->beforeBatch = [script] {
                ++script->batches;
                if (script->beforeBatch)
                    script->beforeBatch();
            };
            return model;
        };
        options.findEmbedder = [installed = installed](const QString &chosen) {
            return chosen.isEmpty() ? installed : chosen;
        };
        options.crew.readers = m_readers;
        options.crew.watch.settle = options.crew.watch.patience = std::chrono::milliseconds(0);
        options.refresh = std::chrono::milliseconds(0);
        service = std::make_unique<IngestService>(
            IngestCollaborators{
                .index = *index, .collections = *collections, .inference = *inference, .settings = *settings},
            std::move(options));
    }
    void close()
    {
        service.reset();
        collections.reset();
        inference.reset();
        settings.reset();
        index.reset();
        store.reset();
    }
    void start()
    {
        collections->load();
        service->start();
    }

    [[nodiscard]] std::string indexPath() const
    {
        return folder.filePath(QStringLiteral("data/index.db")).toStdString();
    }
    [[nodiscard]] QString path(const QString &name = {}) const
    {
        return folder.filePath(QStringLiteral("docs/")) + name;
    }
    void write(const QString &name, const QByteArray &bytes) const
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    CollectionId collect(const QString &name = {})
    {
        QSignalSpy created(collections.get(), &CollectionService::created);
        collections->create(name, {path()});
        if (!QTest::qWaitFor([&] { return !created.isEmpty(); }))
            return {};
        return created.first().first().value<CollectionId>();
    }
    QList<FileValue> files(CollectionId id)
    {
        QSignalSpy loaded(service.get(), &IngestService::filesLoaded);
        service->loadFiles(id);
        if (!QTest::qWaitFor([&] { return !loaded.isEmpty(); }))
            return {};
        return loaded.last().at(1).value<QList<FileValue>>();
    }
    /// Waits until all is done and the numbers say so.
    [[nodiscard]] bool settled(CollectionId id, int count)
    {
        return QTest::qWaitFor([&] {
            const CollectionCounts counts = service->counts(id);
            return service->phase() == IndexingPhase::Idle && counts.files == count && !counts.isBusy();
        });
    }
    [[nodiscard]] QStringList readFiles() const
    {
        const std::scoped_lock lock(script->mutex);
        QStringList names = script->read;
        names.sort();
        return names;
    }

    QTemporaryDir folder;
    std::shared_ptr<Script> script = std::make_shared<Script>();
    QString installed = QStringLiteral("e.gguf");
    storage::IndexOutcome outcome = storage::IndexOutcome::Failed;
    std::unique_ptr<StoreThread> store;
    std::unique_ptr<IndexThread> index;
    std::unique_ptr<Settings> settings;
    std::unique_ptr<ScriptedInference> inference;
    std::unique_ptr<CollectionService> collections;
    std::unique_ptr<IngestService> service;

private:
    static std::expected<Extraction, ExtractionFailure>
    read(Script &script, const ReadTask &task, const std::optional<std::string> &password, const std::stop_token &stop)
    {
        {
            const std::scoped_lock lock(script.mutex);
            script.read.append(QFileInfo(pathText(task.path)).fileName());
        }
        if (script.before) {
            if (const auto failure = script.before(task, stop))
                return std::unexpected(*failure);
        }
        QFile source(pathText(task.path));
        if (!source.open(QIODevice::ReadOnly))
            return std::unexpected(ExtractionFailure{ExtractionFailure::Kind::Unreadable, "gone"});
        const std::string text = source.readAll().toStdString();
        Extraction made{.format = Format::PlainText, .state = State::Read};
        if (text.starts_with("locked") && password != "key")
            made.state = password ? State::WrongPassword : State::Encrypted;
        if (text.starts_with("scan"))
            made.state = State::NoText;
        if (made.state == State::Read) {
            made.document.pages.push_back({.source = TextSource::File, .text = text});
            made.document.pages[0].blocks.push_back({.end = static_cast<std::uint32_t>(text.size())});
        }
        return made;
    }

    int m_readers;
};

FileCondition conditionOf(const QList<FileValue> &files, const QString &name)
{
    const auto file = std::ranges::find(files, name, &FileValue::name);
    return file != files.end() ? file->condition : FileCondition::Found;
}

} // namespace

class IngestServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFolderBecomesSearchable();
    void whatChangesOnTheDiskIsNoticed();
    void aFileAloneIsWatched();
    void aPauseHoldsOverARestart();
    void aChatGoesFirst();
    void aChatEndsTheBatchThatIsAtWork();
    void anEncryptedFileIsOpenedByItsPassword();
    void aFileIsLeftOutAndTakenUpAgain();
    void whatIsNotReadYetIsLeftOutAndTakenUpAgain();
    void aSourceThatIsGoneIsOfflineUntilItIsBack();
    void removedCollectionsAndSourcesLeaveTheIndex();
    void aRemovedCollectionEndsItsReading();
    void anIndexThatWasMadeAnewIsFilled();
    void collectionsThatOnlyTheIndexHoldsGo();
    void withoutAModelWordsAreEnough();
    void aModelThatFailsIsToldAndWordsAreEnough();
    void anotherModelServesWhenItHasSeenEverything();
    void nothingIsLoadedWhenThereIsNothingToDo();
    void withoutAReaderItStandsStillUntilAskedAgain();
    void stoppingIsNoDeath();
    void gentleIsOneReader();
};

void IngestServiceTest::aFolderBecomesSearchable()
{
    Bench bench;
    bench.write(QStringLiteral("a.txt"), "the lease ends in May");
    bench.write(QStringLiteral("deep/b.txt"), "rent is due monthly");
    bench.write(QStringLiteral("c.pdf"), "scan of a deed");
    QCOMPARE(bench.service->phase(), IndexingPhase::Starting);
    bench.start();
    QTRY_COMPARE(bench.service->phase(), IndexingPhase::Idle);
    const QSignalSpy changed(bench.service.get(), &IngestService::filesChanged);
    const CollectionId id = bench.collect();
    QCOMPARE(bench.collections->find(id)->name, QStringLiteral("docs"));
    QVERIFY(bench.settled(id, 3));
    const CollectionCounts counts = bench.service->counts(id);
    QCOMPARE(counts.searchable, 2);
    QCOMPARE(counts.troubled, 1);
    QCOMPARE(counts.passages, 2);
    QCOMPARE(counts.progress, 1.0);
    const QList<FileValue> files = bench.files(id);
    QCOMPARE(conditionOf(files, QStringLiteral("a.txt")), FileCondition::Ready);
    QCOMPARE(conditionOf(files, QStringLiteral("c.pdf")), FileCondition::Scanned);
    QCOMPARE(bench.readFiles().size(), 3);
    QVERIFY(!changed.isEmpty());
    QVERIFY(bench.service->reading().isEmpty());
    QCOMPARE(bench.service->searchEmbedder(), QStringLiteral("e.gguf"));
}

void IngestServiceTest::whatChangesOnTheDiskIsNoticed()
{
    Bench bench;
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(bench.settled(id, 1));
    bench.write(QStringLiteral("new/b.txt"), "beta");
    QVERIFY(bench.settled(id, 2));
    // The new folder is watched too, and files that are written to.
    bench.write(QStringLiteral("new/c.txt"), "gamma");
    QVERIFY(bench.settled(id, 3));
    bench.write(QStringLiteral("a.txt"), "another text");
    QTRY_COMPARE(bench.readFiles().count(QStringLiteral("a.txt")), 2);
    QVERIFY(QFile::remove(bench.path(QStringLiteral("new/b.txt"))));
    QVERIFY(bench.settled(id, 2));
}

void IngestServiceTest::aFileAloneIsWatched()
{
    Bench bench;
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.write(QStringLiteral("other.txt"), "not in it");
    bench.start();
    bench.collections->create(QStringLiteral("One"), {bench.path(QStringLiteral("a.txt"))});
    QTRY_VERIFY(bench.collections->named(QStringLiteral("One")).isValid());
    const CollectionId id = bench.collections->named(QStringLiteral("One"));
    QVERIFY(bench.settled(id, 1));
    bench.write(QStringLiteral("other.txt"), "still not in it");
    bench.write(QStringLiteral("a.txt"), "alpha and more");
    QTRY_COMPARE(bench.readFiles(), QStringList({QStringLiteral("a.txt"), QStringLiteral("a.txt")}));
    QVERIFY(bench.settled(id, 1));
}

void IngestServiceTest::aPauseHoldsOverARestart()
{
    Bench bench;
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    bench.service->pause();
    const CollectionId id = bench.collect();
    QTRY_COMPARE(bench.service->counts(id).files, 1);
    QCOMPARE(bench.service->phase(), IndexingPhase::Paused);
    bench.close();
    bench.open();
    bench.start();
    QTRY_COMPARE(bench.service->counts(id).toRead, 1);
    QCOMPARE(bench.service->phase(), IndexingPhase::Paused);
    QVERIFY(bench.readFiles().isEmpty());
    bench.service->resume();
    QVERIFY(bench.settled(id, 1));
}

void IngestServiceTest::aChatGoesFirst()
{
    Bench bench;
    bench.inference->loadModel({.modelId = QStringLiteral("m")});
    bench.inference->generate({});
    bench.inference->begin();
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QTRY_COMPARE(bench.service->counts(id).files, 1);
    QVERIFY(bench.readFiles().isEmpty());
    QCOMPARE(bench.script->loads.load(), 0);
    bench.inference->finish();
    QVERIFY(bench.settled(id, 1));
}

void IngestServiceTest::aChatEndsTheBatchThatIsAtWork()
{
    Bench bench;
    std::binary_semaphore begun{0};
    std::binary_semaphore goOn{0};
    bench.script->beforeBatch = [&] {
        if (bench.script->batches == 1) {
            begun.release();
            goOn.acquire();
        }
    };
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(QTest::qWaitFor([&] { return begun.try_acquire(); }));
    bench.inference->loadModel({.modelId = QStringLiteral("m")});
    bench.inference->generate({});
    bench.inference->begin();
    goOn.release();
    QTRY_COMPARE(bench.service->phase(), IndexingPhase::ChatGoesOn);
    QTRY_COMPARE(bench.service->counts(id).searchable, 1);
    QCOMPARE(bench.service->counts(id).toEmbed, 1);
    bench.inference->finish();
    QVERIFY(bench.settled(id, 1));
    QCOMPARE(bench.script->batches.load(), 2);
}

void IngestServiceTest::anEncryptedFileIsOpenedByItsPassword()
{
    Bench bench;
    bench.write(QStringLiteral("a.pdf"), "locked text");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(bench.settled(id, 1));
    QList<FileValue> files = bench.files(id);
    QCOMPARE(files[0].condition, FileCondition::Encrypted);
    QVERIFY(!files[0].wrongPassword);
    bench.service->givePassword(files[0], QStringLiteral("wrong"));
    QTRY_VERIFY(bench.files(id)[0].wrongPassword);
    QCOMPARE(bench.readFiles().size(), 2);
    QVERIFY(bench.settled(id, 1));
    bench.service->givePassword(files[0], QStringLiteral("key"));
    QTRY_COMPARE(bench.files(id)[0].condition, FileCondition::Ready);
    // It is kept nowhere.
    bench.close();
    for (const char *name : {"carrel.db", "carrel.db-wal", "index.db", "index.db-wal", "settings.json"}) {
        QFile file(bench.folder.filePath(QStringLiteral("data/") + QString::fromLatin1(name)));
        if (file.open(QIODevice::ReadOnly))
            QVERIFY(!file.readAll().contains("wrong"));
    }
}

void IngestServiceTest::aFileIsLeftOutAndTakenUpAgain()
{
    Bench bench;
    std::binary_semaphore begun{0};
    std::atomic<bool> waits = true;
    bench.script->before = [&](const ReadTask &, const std::stop_token &stop) -> std::optional<ExtractionFailure> {
        if (!waits)
            return std::nullopt;
        begun.release();
        while (!stop.stop_requested())
            std::this_thread::yield();
        return ExtractionFailure{ExtractionFailure::Kind::Cancelled, {}};
    };
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(QTest::qWaitFor([&] { return begun.try_acquire(); }));
    QTRY_COMPARE(bench.service->reading().size(), 1);
    QCOMPARE(bench.files(id)[0].condition, FileCondition::Reading);
    bench.service->skip(bench.files(id)[0]);
    QTRY_COMPARE(bench.files(id)[0].condition, FileCondition::Stopped);
    QVERIFY(bench.settled(id, 1));
    waits = false;
    bench.service->retry(bench.files(id)[0]);
    QTRY_COMPARE(bench.files(id)[0].condition, FileCondition::Ready);
}

void IngestServiceTest::whatIsNotReadYetIsLeftOutAndTakenUpAgain()
{
    Bench bench(1);
    std::atomic<bool> waits = true;
    bench.script->before = [&](const ReadTask &task, const std::stop_token &stop) -> std::optional<ExtractionFailure> {
        while (waits && pathText(task.path).endsWith(QStringLiteral("b.txt")) && !stop.stop_requested())
            std::this_thread::yield();
        if (stop.stop_requested())
            return ExtractionFailure{ExtractionFailure::Kind::Cancelled, {}};
        return std::nullopt;
    };
    for (const char *name : {"a.txt", "b.txt", "c.txt", "d.txt"})
        bench.write(QString::fromLatin1(name), QByteArray("text of ") + name);
    bench.start();
    const CollectionId id = bench.collect();
    QTRY_VERIFY(bench.readFiles().contains(QStringLiteral("b.txt")));
    QTRY_COMPARE(bench.files(id).size(), 4);
    bench.service->cancel(id);
    QVERIFY(bench.settled(id, 4));
    QList<FileCondition> conditions;
    for (const FileValue &file : bench.files(id))
        conditions.append(file.condition);
    QCOMPARE(conditions.count(FileCondition::Stopped), 4 - conditions.count(FileCondition::Ready));
    QVERIFY(conditions.count(FileCondition::Stopped) >= 2);
    QVERIFY(!conditions.contains(FileCondition::Waiting));
    waits = false;
    bench.service->readLeftOut(id);
    QTRY_VERIFY(std::ranges::all_of(bench.files(id),
                                    [](const FileValue &file) { return file.condition == FileCondition::Ready; }));
}

void IngestServiceTest::aSourceThatIsGoneIsOfflineUntilItIsBack()
{
    Bench bench;
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(bench.settled(id, 1));
    const QString docs = bench.folder.filePath(QStringLiteral("docs"));
    const QString away = bench.folder.filePath(QStringLiteral("away"));
    QVERIFY(QDir().rename(docs, away));
    QTRY_VERIFY(!bench.service->sources(id).isEmpty() && bench.service->sources(id)[0].isAbsent());
    QTRY_COMPARE(bench.service->counts(id).offline, 1);
    QCOMPARE(bench.files(id)[0].condition, FileCondition::Offline);
    QVERIFY(QDir().rename(away, docs));
    QTRY_COMPARE(bench.service->counts(id).offline, 0);
    QTRY_COMPARE(bench.files(id)[0].condition, FileCondition::Ready);
    QCOMPARE(bench.readFiles().size(), 1);
}

void IngestServiceTest::removedCollectionsAndSourcesLeaveTheIndex()
{
    Bench bench;
    for (int i = 0; i < 25; ++i)
        bench.write(QStringLiteral("%1.txt").arg(i), "text " + QByteArray::number(i));
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(bench.settled(id, 25));
    bench.collections->rename(id, QStringLiteral("Letters"));
    QTRY_COMPARE(bench.collections->find(id)->name, QStringLiteral("Letters"));
    bench.collections->removeSource(id, bench.folder.filePath(QStringLiteral("docs")));
    QTRY_COMPARE(bench.service->counts(id).files, 0);
    bench.collections->add(id, {bench.path()});
    QVERIFY(bench.settled(id, 25));
    bench.collections->remove(id);
    QTRY_VERIFY(bench.collections->collections().isEmpty());
    const auto empty = [&] {
        auto answer = bench.index->run([](IndexStores &stores) { return stores.documents.collections(); });
        return QTest::qWaitFor([&] { return answer.isThere(); }) && answer.take()->empty();
    };
    QTRY_VERIFY(empty());
    QVERIFY(QFile::exists(bench.path(QStringLiteral("0.txt"))));
}

void IngestServiceTest::aRemovedCollectionEndsItsReading()
{
    Bench bench;
    std::binary_semaphore begun{0};
    std::binary_semaphore goOn{0};
    bench.script->before = [&](const ReadTask &, const std::stop_token &) -> std::optional<ExtractionFailure> {
        begun.release();
        goOn.acquire();
        return std::nullopt;
    };
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(QTest::qWaitFor([&] { return begun.try_acquire(); }));
    bench.collections->remove(id);
    const auto empty = [&] {
        auto answer = bench.index->run([](IndexStores &stores) { return stores.documents.collections(); });
        return QTest::qWaitFor([&] { return answer.isThere(); }) && answer.take()->empty();
    };
    QTRY_VERIFY(empty());
    goOn.release();
    QTRY_COMPARE(bench.service->phase(), IndexingPhase::Idle);
}

void IngestServiceTest::anIndexThatWasMadeAnewIsFilled()
{
    Bench bench;
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(bench.settled(id, 1));
    bench.close();
    QFile file(QString::fromStdString(bench.indexPath()));
    QVERIFY(file.open(QIODevice::ReadWrite));
    file.write(QByteArray(4096, 'x'));
    file.close();
    bench.open();
    QCOMPARE(bench.outcome, storage::IndexOutcome::Remade);
    bench.start();
    QVERIFY(bench.settled(id, 1));
    QCOMPARE(bench.files(id)[0].condition, FileCondition::Ready);
}

void IngestServiceTest::collectionsThatOnlyTheIndexHoldsGo()
{
    Bench bench;
    auto noted = bench.index->run([](IndexStores &stores) -> storage::Result<void> {
        for (int i = 0; i < 30; ++i) {
            if (const auto file = stores.documents.noteFile("stranger", "/x/" + std::to_string(i), 1, 1); !file)
                return std::unexpected(file.error());
        }
        return {};
    });
    QTRY_VERIFY(noted.isThere());
    bench.start();
    const auto empty = [&] {
        auto answer = bench.index->run([](IndexStores &stores) { return stores.documents.collections(); });
        return QTest::qWaitFor([&] { return answer.isThere(); }) && answer.take()->empty();
    };
    QTRY_VERIFY(empty());
    QCOMPARE(bench.service->all(), CollectionCounts());
}

void IngestServiceTest::withoutAModelWordsAreEnough()
{
    Bench bench;
    bench.installed.clear();
    bench.close();
    bench.open();
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(bench.settled(id, 1));
    QVERIFY(!bench.service->isByMeaning());
    QCOMPARE(bench.files(id)[0].condition, FileCondition::Ready);
    QCOMPARE(bench.script->loads.load(), 0);
}

void IngestServiceTest::aModelThatFailsIsToldAndWordsAreEnough()
{
    Bench bench;
    bench.script->modelFails = true;
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(bench.settled(id, 1));
    QCOMPARE(bench.service->embedderFailure().code, QStringLiteral("inference.out_of_memory"));
    QVERIFY(!bench.service->isByMeaning());
    bench.script->modelFails = false;
    bench.service->tryAgain();
    QTRY_VERIFY(bench.service->isByMeaning() && bench.script->batches == 1);
    QVERIFY(bench.settled(id, 1));
}

void IngestServiceTest::anotherModelServesWhenItHasSeenEverything()
{
    Bench bench;
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(bench.settled(id, 1));
    std::binary_semaphore begun{0};
    std::binary_semaphore goOn{0};
    bench.script->beforeBatch = [&] {
        begun.release();
        goOn.acquire();
    };
    bench.settings->setEmbedder(QStringLiteral("f.gguf"));
    QVERIFY(QTest::qWaitFor([&] { return begun.try_acquire(); }));
    QCOMPARE(bench.service->searchEmbedder(), QStringLiteral("e.gguf"));
    goOn.release();
    QTRY_COMPARE(bench.service->searchEmbedder(), QStringLiteral("f.gguf"));
    const auto left = [&]() -> std::size_t {
        auto answer = bench.index->run([](IndexStores &stores) { return stores.embeddings.list(); });
        return QTest::qWaitFor([&] { return answer.isThere(); }) ? answer.take()->size() : 0;
    };
    QTRY_COMPARE(left(), 1U);
    QVERIFY(bench.settled(id, 1));
    QCOMPARE(bench.readFiles().size(), 1);
}

void IngestServiceTest::nothingIsLoadedWhenThereIsNothingToDo()
{
    Bench bench;
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(bench.settled(id, 1));
    const int loads = bench.script->loads;
    QVERIFY(loads > 0);
    bench.close();
    bench.open();
    bench.start();
    QVERIFY(bench.settled(id, 1));
    QTRY_VERIFY(!bench.service->sources(id).isEmpty());
    QCOMPARE(bench.script->loads.load(), loads);
}

void IngestServiceTest::withoutAReaderItStandsStillUntilAskedAgain()
{
    Bench bench;
    std::atomic<bool> missing = true;
    bench.script->before = [&](const ReadTask &, const std::stop_token &) -> std::optional<ExtractionFailure> {
        return missing ? std::optional(ExtractionFailure{ExtractionFailure::Kind::NotStarted, "none"}) : std::nullopt;
    };
    bench.write(QStringLiteral("a.txt"), "alpha");
    bench.start();
    const CollectionId id = bench.collect();
    QTRY_COMPARE(bench.service->phase(), IndexingPhase::Halted);
    QCOMPARE(bench.service->failure().code, QStringLiteral("extraction.not_started"));
    missing = false;
    bench.service->tryAgain();
    QVERIFY(bench.settled(id, 1));
}

void IngestServiceTest::stoppingIsNoDeath()
{
    Bench bench;
    for (int round = 0; round < 3; ++round) {
        std::binary_semaphore begun{0};
        bench.script->before = [&](const ReadTask &, const std::stop_token &stop) -> std::optional<ExtractionFailure> {
            begun.release();
            while (!stop.stop_requested())
                std::this_thread::yield();
            return ExtractionFailure{ExtractionFailure::Kind::Crashed, "ended with the program"};
        };
        bench.write(QStringLiteral("a.txt"), "alpha");
        bench.start();
        if (round == 0)
            QVERIFY(bench.collect().isValid());
        QVERIFY(QTest::qWaitFor([&] { return begun.try_acquire(); }));
        bench.close();
        bench.open();
    }
    bench.script->before = {};
    bench.start();
    QTRY_VERIFY(bench.collections->isLoaded());
    QVERIFY(bench.settled(bench.collections->named(QStringLiteral("docs")), 1));
}

void IngestServiceTest::gentleIsOneReader()
{
    Bench bench(3);
    bench.settings->setIndexingSpeed(IndexingSpeed::Gentle);
    std::atomic<int> now = 0;
    std::atomic<int> most = 0;
    bench.script->before = [&](const ReadTask &, const std::stop_token &) -> std::optional<ExtractionFailure> {
        most = std::max(most.load(), ++now);
        std::this_thread::yield();
        --now;
        return std::nullopt;
    };
    for (int i = 0; i < 12; ++i)
        bench.write(QString::number(i), "text " + QByteArray::number(i));
    bench.start();
    const CollectionId id = bench.collect();
    QVERIFY(bench.settled(id, 12));
    QCOMPARE(most.load(), 1);
}

QTEST_GUILESS_MAIN(IngestServiceTest)
#include "ingest_service_test.moc"
