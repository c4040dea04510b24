// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/collection_service.h"

#include "app/store_thread.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

namespace {

struct Bench {
    Bench()
    {
        auto opened = store.open({.path = folder.filePath(QStringLiteral("carrel.db")).toStdString()});
        if (!QTest::qWaitFor([&] { return opened.isThere(); }))
            qFatal("the database did not open");
        service.load();
    }
    CollectionId create(const QString &name, const QStringList &paths)
    {
        QSignalSpy created(&service, &CollectionService::created);
        service.create(name, paths);
        const bool done = QTest::qWaitFor([&] { return !created.isEmpty(); });
        return done ? created.first().first().value<CollectionId>() : CollectionId();
    }
    QStringList names() const
    {
        QStringList names;
        for (const CollectionValue &one : service.collections())
            names.append(one.name);
        return names;
    }

    QTemporaryDir folder;
    StoreThread store;
    CollectionService service{store};
};

} // namespace

class CollectionServiceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesComeFromWhatIsAdded_data()
    {
        QTest::addColumn<QStringList>("paths");
        QTest::addColumn<QString>("name");
        QTest::newRow("folder") << QStringList{QStringLiteral("/srv/a/House")} << QStringLiteral("House");
        QTest::newRow("slash") << QStringList{QStringLiteral("/srv/a/House/")} << QStringLiteral("House");
        QTest::newRow("file") << QStringList{QStringLiteral("/srv/a/Lease.pdf")} << QStringLiteral("Lease");
        QTest::newRow("dotted folder") << QStringList{QStringLiteral("/srv/a/v1.reports")}
                                       << QStringLiteral("v1.reports");
        QTest::newRow("files") << QStringList{QStringLiteral("/srv/a/b/1.txt"), QStringLiteral("/srv/a/b/2.txt")}
                               << QStringLiteral("b");
        QTest::newRow("root") << QStringList{QStringLiteral("/")} << QStringLiteral("Documents");
        QTest::newRow("nothing") << QStringList() << QStringLiteral("Documents");
    }
    void namesComeFromWhatIsAdded()
    {
        QFETCH(QStringList, paths);
        Bench bench;
        QVERIFY(bench.create({}, paths).isValid());
        QTEST(bench.names().first(), "name");
    }

    void aSecondOneGetsANumber()
    {
        Bench bench;
        const QStringList paths{QStringLiteral("/srv/a/House")};
        bench.create({}, paths);
        bench.create({}, paths);
        QCOMPARE(bench.names(), QStringList({QStringLiteral("House"), QStringLiteral("House 2")}));
    }

    void aNameThatIsTakenIsRefused()
    {
        Bench bench;
        const CollectionId house = bench.create(QStringLiteral("House"), {});
        const CollectionId work = bench.create(QStringLiteral(" Work "), {});
        QCOMPARE(bench.service.named(QStringLiteral("Work")), work);
        QSignalSpy failed(&bench.service, &CollectionService::failed);
        bench.service.rename(work, QStringLiteral("House"));
        QTRY_COMPARE(failed.count(), 1);
        const auto failure = failed.first().first().value<Failure>();
        QCOMPARE(failure.code, QStringLiteral("app.name_taken"));
        QVERIFY(failure.explanation.contains(QStringLiteral("House")));
        bench.service.rename(house, QStringLiteral("  "));
        bench.service.rename(house, QStringLiteral("Home"));
        QTRY_COMPARE(bench.names(), QStringList({QStringLiteral("Home"), QStringLiteral("Work")}));
    }

    void sourcesAreAddedOnceAndTakenOff()
    {
        Bench bench;
        const QSignalSpy changed(&bench.service, &CollectionService::collectionsChanged);
        const CollectionId id = bench.create({}, {QStringLiteral("/a/x/")});
        bench.service.add(id, {QStringLiteral("/a/x"), QStringLiteral("/b/y"), QStringLiteral("relative")});
        QTRY_COMPARE(bench.service.find(id)->sources, QStringList({QStringLiteral("/a/x"), QStringLiteral("/b/y")}));
        bench.service.removeSource(id, QStringLiteral("/a/x"));
        QTRY_COMPARE(bench.service.find(id)->sources, QStringList{QStringLiteral("/b/y")});
        bench.service.remove(id);
        QTRY_VERIFY(bench.service.collections().isEmpty());
        QVERIFY(bench.service.find(id) == nullptr);
        QVERIFY(changed.count() >= 4);
    }
};

QTEST_GUILESS_MAIN(CollectionServiceTest)
#include "collection_service_test.moc"
