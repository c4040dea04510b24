// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/store_thread.h"

#include "tests/app/support/services.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QFile>
#include <QSemaphore>

using namespace app;
using tests::await;

class StoreThreadTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void workRunsInOrderOnItsOwnThread();
    void resultsComeBackToTheirContext();
    void whatIsThereAlreadyComesThroughTheEventLoop();
    void answersComeInTheOrderOfTheirWork();
    void nothingComesToWhoIsGone();
    void errorsComeBackAsErrors();
    void whatWasHandedInIsDoneBeforeClosing();
    void workBeforeOpeningWaits();
    void withoutADatabaseWorkFails();
    void neverOpenedWorkFailsAtTheEnd();
    void callersNeverWait();
    void aSecondOpenerIsToldWho();
};

namespace {

storage::OpenOptions at(const QTemporaryDir &folder)
{
    storage::OpenOptions options;
    options.path = folder.filePath(QStringLiteral("carrel.db")).toStdString();
    return options;
}

storage::Result<int> number(int value)
{
    return value;
}

} // namespace

void StoreThreadTest::workRunsInOrderOnItsOwnThread()
{
    const QTemporaryDir folder;
    StoreThread store;
    await(store.open(at(folder)));
    QList<int> order;
    QThread *thread = nullptr;
    for (int i = 0; i < 100; ++i) {
        store.run([&, i](Stores &) {
            order.append(i);
            thread = QThread::currentThread();
            return number(i);
        });
    }
    await(store.run([](Stores &) { return number(0); }));
    QCOMPARE(order.size(), 100);
    QVERIFY(std::ranges::is_sorted(order));
    QVERIFY(thread != QThread::currentThread());
}

void StoreThreadTest::resultsComeBackToTheirContext()
{
    const QTemporaryDir folder;
    StoreThread store;
    store.open(at(folder));
    QThread *thread = nullptr;
    int value = 0;
    store.run([](Stores &) { return number(7); }).then(this, [&](const storage::Result<int> &result) {
        thread = QThread::currentThread();
        value = *result;
    });
    QTRY_COMPARE(value, 7);
    QCOMPARE(thread, QThread::currentThread());
}

void StoreThreadTest::whatIsThereAlreadyComesThroughTheEventLoop()
{
    const QTemporaryDir folder;
    StoreThread store;
    store.open(at(folder));
    auto answer = store.run([](Stores &) { return number(7); });
    // Events are not handled here.
    while (!answer.isThere())
        QThread::yieldCurrentThread();
    int value = 0;
    std::move(answer).then(this, [&](const storage::Result<int> &result) { value = *result; });
    QCOMPARE(value, 0);
    QEventLoop events;
    // Also when the loop that is to be ended by it has not begun.
    auto again = store.run([](Stores &) { return number(8); });
    while (!again.isThere())
        QThread::yieldCurrentThread();
    std::move(again).then(&events, [&](const storage::Result<int> &result) {
        value = *result;
        events.quit();
    });
    QCOMPARE(value, 0);
    events.exec();
    QCOMPARE(value, 8);
}

void StoreThreadTest::answersComeInTheOrderOfTheirWork()
{
    const QTemporaryDir folder;
    StoreThread store;
    await(store.open(at(folder)));
    QList<int> order;
    for (int i = 0; i < 200; ++i) {
        auto answer = store.run([i](Stores &) { return number(i); });
        // Some are there before somebody asks for them, some come later.
        while (i % 3 == 0 && !answer.isThere())
            QThread::yieldCurrentThread();
        std::move(answer).then(this, [&](const storage::Result<int> &result) { order.append(*result); });
        // Some are delivered before the next are asked for.
        if (i % 50 == 0)
            QCoreApplication::processEvents();
    }
    QTRY_COMPARE(order.size(), 200);
    QVERIFY(std::ranges::is_sorted(order));
}

void StoreThreadTest::nothingComesToWhoIsGone()
{
    const QTemporaryDir folder;
    StoreThread store;
    await(store.open(at(folder)));
    int told = 0;
    auto context = std::make_unique<QObject>();
    auto answer = store.run([](Stores &) { return number(1); });
    while (!answer.isThere())
        QThread::yieldCurrentThread();
    std::move(answer).then(context.get(), [&](const storage::Result<int> &) { ++told; });
    context.reset();
    await(store.run([](Stores &) { return number(2); }));
    QCoreApplication::processEvents();
    QCOMPARE(told, 0);
    // Who is told may go away in the middle of it.
    context = std::make_unique<QObject>();
    store.run([](Stores &) { return number(3); }).then(context.get(), [&](const storage::Result<int> &) {
        context.reset();
        ++told;
    });
    QTRY_COMPARE(told, 1);
}

void StoreThreadTest::errorsComeBackAsErrors()
{
    const QTemporaryDir folder;
    StoreThread store;
    store.open(at(folder));
    const auto result = await(store.run([](Stores &stores) { return stores.conversations.get({12345}); }));
    QVERIFY(!result);
    QVERIFY(result.error().code == storage::ErrorCode::NotFound);
}

void StoreThreadTest::whatWasHandedInIsDoneBeforeClosing()
{
    const QTemporaryDir folder;
    {
        StoreThread store;
        store.open(at(folder));
        for (int i = 0; i < 20; ++i)
            store.run([](Stores &stores) { return stores.conversations.create({}); });
    }
    StoreThread again;
    await(again.open(at(folder)));
    const auto count =
        await(again.run([](Stores &stores) { return stores.conversations.count(storage::ListScope::All); }));
    QCOMPARE(count.value(), 20);
}

void StoreThreadTest::workBeforeOpeningWaits()
{
    const QTemporaryDir folder;
    StoreThread store;
    QList<int> order;
    const auto early = store.run([&](Stores &) {
        order.append(1);
        return number(1);
    });
    await(store.open(at(folder)));
    const auto later = store.run([&](Stores &) {
        order.append(2);
        return number(2);
    });
    QCOMPARE(await(later).value(), 2);
    QCOMPARE(await(early).value(), 1);
    QCOMPARE(order, (QList<int>{1, 2}));
}

void StoreThreadTest::withoutADatabaseWorkFails()
{
    const QTemporaryDir folder;
    storage::OpenOptions nowhere;
    nowhere.path = folder.filePath(QStringLiteral("missing/folder/carrel.db")).toStdString();
    QVERIFY(QFile(folder.filePath(QStringLiteral("missing"))).open(QIODevice::WriteOnly));
    StoreThread store;
    const auto early = store.run([](Stores &) { return number(1); });
    await(store.open(nowhere));
    QVERIFY(!await(early));
    QVERIFY(!await(store.run([](Stores &) { return number(1); })));
}

void StoreThreadTest::neverOpenedWorkFailsAtTheEnd()
{
    std::optional<StoreAnswer<storage::Result<int>>> early;
    {
        StoreThread store;
        early = store.run([](Stores &) { return number(1); });
    }
    QVERIFY(early->isThere());
    QVERIFY(!early->take());
}

void StoreThreadTest::callersNeverWait()
{
    const QTemporaryDir folder;
    StoreThread store;
    await(store.open(at(folder)));
    // The storage thread is held; this thread goes on handling events meanwhile.
    QSemaphore hold;
    auto held = store.run([&](Stores &) {
        hold.acquire();
        return number(1);
    });
    auto queued = store.run([](Stores &) { return number(2); });
    int handled = 0;
    for (int i = 0; i < 100; ++i)
        QMetaObject::invokeMethod(this, [&] { ++handled; }, Qt::QueuedConnection);
    QTRY_COMPARE(handled, 100);
    QVERIFY(!held.isThere());
    QVERIFY(!queued.isThere());
    hold.release();
    QCOMPARE(await(queued).value(), 2);
}

void StoreThreadTest::aSecondOpenerIsToldWho()
{
    const QTemporaryDir folder;
    StoreThread first;
    await(first.open(at(folder)));
    StoreThread second;
    const storage::OpenReport report = await(second.open(at(folder)));
    QVERIFY(report.outcome == storage::OpenOutcome::LockedByOther);
    const Failure failure = openFailure(report, folder.path());
    QCOMPARE(failure.code, QStringLiteral("app.locked"));
    QVERIFY(failure.explanation.contains(folder.path()));
}

QTEST_GUILESS_MAIN(StoreThreadTest)
#include "store_thread_test.moc"
