// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ingest_job.h"

#include "tests/app/support/fake_embedder.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

#include <atomic>
#include <thread>

using namespace app;
using namespace app::extraction;

namespace {

/// A folder of documents, an index, and a reader that takes files for what they say.
class Bench {
public:
    Bench() { open(); }

    void open()
    {
        index.reset();
        index = std::make_unique<IndexThread>();
        auto opening = index->open({.path = folder.filePath(QStringLiteral("data/index.db")).toStdString()});
        QTRY_VERIFY(opening.isThere());
        QVERIFY(opening.take().isOpen());
    }

    [[nodiscard]] std::string path(const QString &name) const
    {
        return folder.filePath(QStringLiteral("docs/") + name).toStdString();
    }
    void write(const QString &name, const QByteArray &bytes) const
    {
        const QString target = QString::fromStdString(path(name));
        QDir().mkpath(QFileInfo(target).path());
        QFile file(target);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }

    /// Scans and works on a thread that may wait.
    std::expected<void, Failure> run(std::stop_source stop = {})
    {
        std::expected<void, Failure> result;
        std::thread([&] {
            IngestPorts ports{.index = index.get(), .embedder = embedder};
            ports.read = [this](const ReadTask &task, const std::stop_token &token) { return read(task.path, token); };
            IngestJob job(ports, [this](const IngestEvent &event) { events.push_back(event); });
            const auto scanned = job.scan(collection, stop.get_token());
            result = scanned ? job.work(stop.get_token()) : std::unexpected(scanned.error());
            changed = scanned && scanned->changed;
        }).join();
        return result;
    }

    template <class Function>
    auto ask(Function function)
    {
        auto answer = index->run(std::move(function));
        const bool there = QTest::qWaitFor([&] { return answer.isThere(); });
        Q_ASSERT(there);
        auto result = answer.take();
        Q_ASSERT(result.has_value());
        return std::move(*result);
    }
    std::vector<storage::FileStatus> files()
    {
        return ask([this](IndexStores &stores) {
            const auto embedder_ = stores.embeddings.latest();
            return stores.documents.files(collection.uuid,
                                          embedder_ && *embedder_ ? (*embedder_)->id : storage::EmbedderId());
        });
    }
    std::vector<std::string> search(const std::string &question)
    {
        std::vector<std::string> texts;
        for (const auto &hit :
             ask([&](IndexStores &stores) { return stores.search.search(question, {}, nullptr, 9, {}); }))
            texts.push_back(hit.passage.text);
        return texts;
    }

    QTemporaryDir folder;
    std::unique_ptr<IndexThread> index;
    storage::Collection collection{.uuid = "c", .name = "C", .sources = {path(QString())}};
    test::FakeEmbedder *embedder = nullptr;
    std::vector<IngestEvent> events;
    int reads = 0;
    bool changed = false; ///< by the last run's scan
    std::function<void()> beforeRead;

private:
    std::expected<Extraction, ExtractionFailure> read(const std::string &file, const std::stop_token &stop)
    {
        ++reads;
        if (beforeRead)
            beforeRead();
        if (stop.stop_requested())
            return std::unexpected(ExtractionFailure{ExtractionFailure::Kind::Cancelled, {}});
        QFile source(QFile::decodeName(file.c_str()));
        if (!source.open(QIODevice::ReadOnly))
            return std::unexpected(ExtractionFailure{ExtractionFailure::Kind::Unreadable, "gone"});
        const std::string text = source.readAll().toStdString();
        if (text == "crash")
            return std::unexpected(ExtractionFailure{ExtractionFailure::Kind::Crashed, "signal 11"});
        Extraction made{.format = Format::PlainText, .state = text == "locked" ? State::Encrypted : State::Read};
        if (made.state == State::Read) {
            made.document.pages.push_back({.source = TextSource::File, .text = text});
            made.document.pages[0].blocks.push_back({.end = static_cast<std::uint32_t>(text.size())});
        }
        return made;
    }
};

storage::DocumentState stateOf(const storage::FileStatus &status)
{
    return status.document.state;
}

} // namespace

class IngestJobTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFolderIsReadAndFound()
    {
        Bench bench;
        bench.write(QStringLiteral("a.txt"), "the lease ends in May");
        bench.write(QStringLiteral("deep/er/b.txt"), "rent is due monthly");
        bench.write(QStringLiteral(".hidden/c.txt"), "never seen");
        bench.write(QStringLiteral(".d"), "never seen");
        QFile::link(QString::fromStdString(bench.path(QStringLiteral("."))),
                    QString::fromStdString(bench.path(QStringLiteral("loop"))));
        QVERIFY(bench.run().has_value());
        QCOMPARE(bench.files().size(), 2U);
        QCOMPARE(bench.search("lease"), std::vector<std::string>{"the lease ends in May"});
        QVERIFY(bench.search("never").empty());
        QCOMPARE(bench.reads, 2);
        QVERIFY(bench.run().has_value());
        QCOMPARE(bench.reads, 2);
    }

    void changedMovedAndRemovedFilesAreNoticed()
    {
        Bench bench;
        bench.write(QStringLiteral("a.txt"), "alpha");
        bench.write(QStringLiteral("b.txt"), "beta");
        QVERIFY(bench.run().has_value());
        QVERIFY(QFile::rename(QString::fromStdString(bench.path(QStringLiteral("a.txt"))),
                              QString::fromStdString(bench.path(QStringLiteral("moved.txt")))));
        bench.write(QStringLiteral("b.txt"), "gamma, longer than before");
        QVERIFY(bench.run().has_value());
        QCOMPARE(bench.files().size(), 2U);
        QCOMPARE(bench.search("alpha"), std::vector<std::string>{"alpha"});
        QVERIFY(bench.search("beta").empty());
        QCOMPARE(bench.search("gamma").size(), 1U);
        // The moved file was known by its hash.
        QCOMPARE(bench.reads, 3);
        QVERIFY(QFile::remove(QString::fromStdString(bench.path(QStringLiteral("moved.txt")))));
        QVERIFY(bench.run().has_value());
        QVERIFY(bench.search("alpha").empty());
    }

    void anAbsentSourceIsOfflineAndItsTextStays()
    {
        Bench bench;
        bench.write(QStringLiteral("a.txt"), "alpha");
        QVERIFY(bench.run().has_value());
        const QString docs = bench.folder.filePath(QStringLiteral("docs"));
        QVERIFY(QDir().rename(docs, docs + QStringLiteral("-away")));
        QVERIFY(bench.run().has_value());
        QCOMPARE(bench.files().at(0).file.presence, storage::FilePresence::Offline);
        QCOMPARE(bench.search("alpha").size(), 1U);
        QVERIFY(QDir().rename(docs + QStringLiteral("-away"), docs));
        QVERIFY(bench.run().has_value());
        QCOMPARE(bench.files().at(0).file.presence, storage::FilePresence::Present);
        QCOMPARE(bench.reads, 1);
    }

    void aDocumentThatKillsItsReaderIsLeftAloneAfterTheSecondTime()
    {
        Bench bench;
        bench.write(QStringLiteral("bad"), "crash");
        bench.write(QStringLiteral("good"), "fine");
        QVERIFY(bench.run().has_value());
        QCOMPARE(bench.reads, 3);
        QCOMPARE(stateOf(bench.files().at(0)), storage::DocumentState::Failed);
        QCOMPARE(bench.files().at(0).document.reason, std::string("signal 11"));
        QCOMPARE(stateOf(bench.files().at(1)), storage::DocumentState::Read);
        QVERIFY(bench.run().has_value());
        QCOMPARE(bench.reads, 3);
    }

    void statesOfDocumentsAreKept()
    {
        Bench bench;
        bench.write(QStringLiteral("a"), "locked");
        QVERIFY(bench.run().has_value());
        QCOMPARE(stateOf(bench.files().at(0)), storage::DocumentState::Encrypted);
        QVERIFY(std::ranges::any_of(bench.events, [](const IngestEvent &event) {
            return event.kind == IngestEvent::Kind::Read && event.document.state == storage::DocumentState::Encrypted;
        }));
    }

    void aStopKeepsWhatIsDoneAndDoesNotCountAsADeath()
    {
        Bench bench;
        for (int i = 0; i < 4; ++i)
            bench.write(QString::number(i), "text " + QByteArray::number(i));
        for (int round = 0; round < 3; ++round) {
            std::stop_source stop;
            const int last = bench.reads + 2;
            bench.beforeRead = [&] {
                if (bench.reads == last)
                    stop.request_stop();
            };
            const auto stopped = bench.run(stop);
            QVERIFY(!stopped);
            QCOMPARE(stopped.error().code, QStringLiteral("inference.cancelled"));
        }
        bench.beforeRead = {};
        bench.open();
        QVERIFY(bench.run().has_value());
        for (const auto &file : bench.files())
            QCOMPARE(stateOf(file), storage::DocumentState::Read);
        QCOMPARE(bench.search("text").size(), 4U);
    }

    void passagesAreEmbeddedOnceAndFoundByMeaning()
    {
        Bench bench;
        test::FakeEmbedder embedder;
        bench.embedder = &embedder;
        bench.write(QStringLiteral("a"), "zzz zzz");
        bench.write(QStringLiteral("b"), "qqq qqq");
        QVERIFY(bench.run().has_value());
        QVERIFY(bench.files().at(0).embedded);
        QCOMPARE(embedder.seen.size(), 2U);
        QVERIFY(bench.run().has_value());
        QCOMPARE(embedder.seen.size(), 2U);
        const std::vector<float> question = *embedder.embedQuestion("qqqqq");
        const auto hits = bench.ask([&](IndexStores &stores) -> storage::Result<std::vector<storage::PassageHit>> {
            const auto known = stores.embeddings.latest();
            if (!known || !stores.loadVectors(**known))
                return std::unexpected(storage::Error{});
            return stores.search.search("nothing", question, &*stores.vectors, 1, {});
        });
        QCOMPARE(hits.size(), 1U);
        QCOMPARE(hits[0].passage.text, std::string("qqq qqq"));
        // What comes later is found without reading all vectors again.
        bench.write(QStringLiteral("c"), "xxx xxx");
        QVERIFY(bench.run().has_value());
        QCOMPARE(bench.ask([](IndexStores &stores) { return storage::Result<std::size_t>(stores.vectors->size()); }),
                 3U);
    }

    void aStopWhileEmbeddingCostsABatch()
    {
        Bench bench;
        test::FakeEmbedder embedder;
        bench.embedder = &embedder;
        bench.write(QStringLiteral("a"), "zzz zzz");
        std::stop_source stop;
        embedder.beforeBatch = [&] { stop.request_stop(); };
        QVERIFY(!bench.run(stop));
        embedder.beforeBatch = {};
        QVERIFY(!bench.files().at(0).embedded);
        QVERIFY(bench.run().has_value());
        QVERIFY(bench.files().at(0).embedded);
        QCOMPARE(bench.reads, 1);
    }

    void anUnreadableFileSaysSo()
    {
        Bench bench;
        bench.write(QStringLiteral("a"), "alpha");
        bench.beforeRead = [&] { QFile::remove(QString::fromStdString(bench.path(QStringLiteral("a")))); };
        QVERIFY(bench.run().has_value());
        QCOMPARE(bench.files().at(0).file.presence, storage::FilePresence::Unreadable);
        QCOMPARE(bench.files().at(0).document.attempts, 0);
    }
};

QTEST_GUILESS_MAIN(IngestJobTest)
#include "ingest_job_test.moc"
