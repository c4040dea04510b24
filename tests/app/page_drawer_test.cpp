// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/page_drawer.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

#include <atomic>
#include <semaphore>
#include <set>

using namespace app;
using namespace std::chrono_literals;

namespace {

/// Readers that note what they are asked for, and stand still where a test says.
struct Readers {
    std::atomic<int> opened = 0;
    std::atomic<int> alive = 0;
    std::atomic<int> started = 0;
    std::atomic<bool> hold = false; ///< pages are not drawn until they are stopped
    std::atomic<bool> crash = false;

    PageDrawer::OpenReader open()
    {
        return [this](const std::string &path) -> std::expected<PageDrawer::Reader, ExtractionFailure> {
            if (path == "/none")
                return std::unexpected(ExtractionFailure{ExtractionFailure::Kind::Unreadable, "gone"});
            ++opened;
            ++alive;
            auto held = std::shared_ptr<int>(new int(0), [this](const int *one) {
                --alive;
                delete one;
            });
            return [this, held](const extraction::Request &request, const std::stop_token &stop) -> PageDrawer::Drawn {
                ++started;
                while (hold && !stop.stop_requested())
                    std::this_thread::yield();
                if (crash)
                    return std::unexpected(ExtractionFailure{ExtractionFailure::Kind::Crashed, "signal 11"});
                return extraction::Picture{
                    .state = extraction::State::Read, .width = request.page, .height = 1, .pixels = {}};
            };
        };
    }
};

/// What came of a wish.
struct Outcome {
    std::atomic<int> done = 0;
    PageDrawer::Drawn drawn;

    PageDrawer::OnDrawn take()
    {
        return [this](PageDrawer::Drawn result) {
            drawn = std::move(result);
            ++done;
        };
    }
    [[nodiscard]] bool came() const
    {
        return QTest::qWaitFor([this] { return done == 1; });
    }
};

} // namespace

class PageDrawerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneReaderDrawsThePagesOfADocument()
    {
        Readers readers;
        PageDrawer drawer(readers.open());
        for (const quint32 page : {7U, 8U}) {
            Outcome outcome;
            drawer.draw({.path = "/a", .page = page}, outcome.take());
            QVERIFY(outcome.came());
            QCOMPARE(outcome.drawn->width, page);
        }
        QCOMPARE(readers.opened, 1);
        Outcome other;
        drawer.draw({.path = "/b", .page = 1}, other.take());
        QVERIFY(other.came());
        QCOMPARE(readers.opened, 2);
        QCOMPARE(readers.alive, 1);
    }

    void anotherDocumentStopsTheOneBefore()
    {
        Readers readers;
        readers.hold = true;
        PageDrawer drawer(readers.open());
        Outcome first;
        drawer.draw({.path = "/a"}, first.take());
        QTRY_COMPARE(readers.started, 1);
        Outcome second;
        drawer.draw({.path = "/b"}, second.take());
        QVERIFY(first.came());
        QCOMPARE(first.drawn.error().kind, ExtractionFailure::Kind::Cancelled);
        readers.hold = false;
        QVERIFY(second.came());
        QVERIFY(second.drawn);
    }

    void anotherPageWaitsForTheOneBefore()
    {
        Readers readers;
        readers.hold = true;
        PageDrawer drawer(readers.open());
        Outcome first;
        Outcome skipped;
        Outcome last;
        drawer.draw({.path = "/a", .page = 1}, first.take());
        QTRY_COMPARE(readers.started, 1);
        drawer.draw({.path = "/a", .page = 2}, skipped.take());
        drawer.draw({.path = "/a", .page = 3}, last.take());
        readers.hold = false;
        QVERIFY(last.came());
        QCOMPARE(last.drawn->width, 3U);
        QVERIFY(first.drawn);
        QCOMPARE(skipped.done, 0);
        QCOMPARE(readers.opened, 1);
    }

    void anIdleReaderGoes()
    {
        Readers readers;
        PageDrawer drawer(readers.open(), 20ms);
        Outcome outcome;
        drawer.draw({.path = "/a"}, outcome.take());
        QVERIFY(outcome.came());
        QTRY_COMPARE(readers.alive, 0);
        Outcome again;
        drawer.draw({.path = "/a"}, again.take());
        QVERIFY(again.came());
        QCOMPARE(readers.opened, 2);
    }

    void failuresAreSaidAndTheReaderIsNotUsedAgain()
    {
        Readers readers;
        PageDrawer drawer(readers.open());
        Outcome none;
        drawer.draw({.path = "/none"}, none.take());
        QVERIFY(none.came());
        QCOMPARE(none.drawn.error().kind, ExtractionFailure::Kind::Unreadable);
        readers.crash = true;
        Outcome crashed;
        drawer.draw({.path = "/a"}, crashed.take());
        QVERIFY(crashed.came());
        QCOMPARE(crashed.drawn.error().kind, ExtractionFailure::Kind::Crashed);
        QTRY_COMPARE(readers.alive, 0);
        readers.crash = false;
        Outcome again;
        drawer.draw({.path = "/a"}, again.take());
        QVERIFY(again.came());
        QVERIFY(again.drawn);
    }

    void whatRunsIsStoppedAtTheEnd()
    {
        Readers readers;
        readers.hold = true;
        Outcome outcome;
        {
            PageDrawer drawer(readers.open());
            drawer.draw({.path = "/a"}, outcome.take());
            QTRY_COMPARE(readers.started, 1);
        }
        QCOMPARE(readers.alive, 0);
    }

    void withoutABrokerNothingIsDrawn()
    {
        PageDrawer drawer(pageReaders(nullptr));
        Outcome outcome;
        drawer.draw({.path = "/a"}, outcome.take());
        QVERIFY(outcome.came());
        QCOMPARE(outcome.drawn.error().kind, ExtractionFailure::Kind::NotStarted);
    }

    void fates_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<int>("fate");
        const auto row = [](const char *what, FileFate fate) {
            QTest::newRow(what) << QString::fromLatin1(what) << static_cast<int>(fate);
        };
        row("untouched", FileFate::Same);
        row("touched", FileFate::Same);
        row("longer", FileFate::Changed);
        row("other words", FileFate::Changed);
        row("removed", FileFate::Gone);
        row("no folder", FileFate::Offline);
        row("a folder now", FileFate::Unreadable);
    }
    void fates()
    {
        QFETCH(QString, what);
        QFETCH(int, fate);
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("drive/a.txt"));
        QVERIFY(QDir().mkpath(folder.filePath(QStringLiteral("drive"))));
        const auto write = [&](const QByteArray &bytes) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(bytes);
        };
        const QByteArray content = "what was read";
        write(content);
        struct stat status = {};
        QCOMPARE(::stat(path.toUtf8().constData(), &status), 0);
        NotedFile file{.path = path.toStdString(),
                       .sha256 = QCryptographicHash::hash(content, QCryptographicHash::Sha256).toHex().toStdString(),
                       .sizeBytes = status.st_size,
                       .modifiedNs = status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec};
        if (what == u"touched") {
            file.modifiedNs -= 5;
        } else if (what == u"longer") {
            write("what was read, and more");
        } else if (what == u"other words") {
            write("what was wept");
            file.modifiedNs -= 5;
        } else if (what == u"removed" || what == u"a folder now") {
            QVERIFY(QFile::remove(path));
            if (what == u"a folder now")
                QVERIFY(QDir().mkpath(path));
        } else if (what == u"no folder") {
            QVERIFY(QDir(folder.filePath(QStringLiteral("drive"))).removeRecursively());
        }
        QCOMPARE(static_cast<int>(fateOf(file, {})), fate);
    }

    void aLookIsAnswered()
    {
        Readers readers;
        readers.hold = true;
        PageDrawer drawer(readers.open());
        Outcome drawing;
        drawer.draw({.path = "/a"}, drawing.take());
        QTRY_COMPARE(readers.started, 1);
        std::atomic<int> fate = -1;
        drawer.look({.path = "/no/such/folder/b"}, [&](FileFate found) { fate = static_cast<int>(found); });
        QTRY_COMPARE(fate, static_cast<int>(FileFate::Offline));
    }
};

QTEST_GUILESS_MAIN(PageDrawerTest)
#include "page_drawer_test.moc"
