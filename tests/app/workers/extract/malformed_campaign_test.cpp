// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Broken and hostile documents of every format, under names that nobody would choose: read one by one, then indexed
// together. Each ends in a state that has a name, in bounded time, and this program lives. 50 documents, or 500 with
// CARREL_CAMPAIGN=full; CARREL_SEED repeats a campaign.
#include "tests/app/support/fake_embedder.h"
#include "tests/app/support/indexing.h"
#include "tests/app/support/kill_campaign.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <map>

using namespace app;
using Kind = ExtractionFailure::Kind;

namespace {

std::unique_ptr<platform::Broker> broker;

// A reader that hangs is ended; none of these has a reason to take long.
constexpr ExtractionTimes kTimes{.silence = std::chrono::seconds(60), .total = std::chrono::seconds(120)};

} // namespace

class MalformedCampaignTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const auto plan = app::test::CampaignPlan::of("malformed documents", 500);
        QStringList arguments{QStringLiteral(MAKE_MALFORMED), m_folder.filePath(QStringLiteral("documents")),
                              QString::number(plan.rounds), QString::number(plan.seed)};
        arguments += QStringLiteral(GOOD_DOCUMENTS).split(QLatin1Char(':'));
        QProcess maker;
        maker.start(QStringLiteral(PYTHON), arguments);
        QVERIFY(maker.waitForFinished(120'000));
        QVERIFY2(maker.exitCode() == 0, maker.readAllStandardError().constData());
        for (const auto &entry : std::filesystem::directory_iterator(documents()))
            m_paths.push_back(entry.path().native());
        std::ranges::sort(m_paths);
        QCOMPARE(m_paths.size(), static_cast<std::size_t>(plan.rounds));
    }

    // Not all names are text, so that Qt could not remove them.
    void cleanupTestCase() { std::filesystem::remove_all(documents()); }

    void eachIsReadToAState()
    {
        std::map<QString, int> ends;
        qint64 slowest = 0;
        std::string slow;
        const auto readDocument = app::test::readerOf(*broker, kTimes);
        for (const std::string &path : m_paths) {
            QElapsedTimer timer;
            timer.start();
            const auto read = readDocument(ReadTask{.path = path}, {});
            if (timer.elapsed() > slowest) {
                slowest = timer.elapsed();
                slow = path;
            }
            if (read) {
                ++ends[stateName(read->state)];
                QVERIFY2(read->state == extraction::State::Read || !read->reason.empty(), path.c_str());
            } else {
                const ExtractionFailure &why = read.error();
                ++ends[failureFrom(why, {}).code];
                qInfo("%s: %s", path.c_str(), why.detail.c_str());
                QVERIFY2(why.kind == Kind::Crashed || why.kind == Kind::TimedOut, path.c_str());
            }
        }
        for (const auto &[end, times] : ends)
            qInfo("%s: %d", qPrintable(end), times);
        qInfo("the slowest took %lld ms: %s", static_cast<long long>(slowest), slow.c_str());
    }

    void allAreIndexedToAState()
    {
        IndexThread index;
        QVERIFY(index.open({.path = m_folder.filePath(QStringLiteral("index.db")).toStdString()}).take().isOpen());
        const storage::Collection collection{.uuid = "c", .name = "C", .sources = {documents()}};
        app::test::FakeEmbedder embedder;
        int reads = 0;
        const IngestPorts ports{
            .index = &index,
            .read =
                [&, reader = app::test::readerOf(*broker, kTimes)](const ReadTask &task, const std::stop_token &stop) {
                    ++reads;
                    return reader(task, stop);
                },
            .embedder = &embedder};
        const auto done = app::test::indexAll(ports, collection);
        QVERIFY2(done.has_value(), done ? "" : qPrintable(done.error().sentence()));
        const auto files = index.run([](IndexStores &stores) { return stores.documents.files("c"); }).take();
        QVERIFY(files.has_value());
        QCOMPARE(files->size(), m_paths.size());
        for (const storage::FileStatus &status : *files) {
            const char *path = status.file.path.c_str();
            const storage::DocumentState state = status.document.state;
            QVERIFY2(status.file.presence == storage::FilePresence::Present, path);
            QVERIFY2(state != storage::DocumentState::Waiting && state != storage::DocumentState::Reading, path);
            QVERIFY2(state == storage::DocumentState::Read || !status.document.reason.empty(), path);
        }
        const auto sound = index.run([](IndexStores &stores) { return stores.database->check(); }).take();
        QVERIFY2(sound.has_value(), sound ? "" : sound.error().detail.c_str());
        // All is done: nothing is read again.
        const int before = reads;
        QVERIFY(app::test::indexAll(ports, collection).has_value());
        QCOMPARE(reads, before);
    }

private:
    [[nodiscard]] std::string documents() const { return m_folder.filePath(QStringLiteral("documents")).toStdString(); }

    QTemporaryDir m_folder;
    std::vector<std::string> m_paths;
};

int main(int argc, char **argv)
{
    auto started = platform::Broker::start({.workerFolders = {READER_FOLDER}});
    if (!started)
        return 1;
    broker = std::move(*started);
    const QCoreApplication application(argc, argv);
    MalformedCampaignTest test;
    const int status = QTest::qExec(&test, argc, argv);
    broker.reset();
    return status;
}

#include "malformed_campaign_test.moc"
