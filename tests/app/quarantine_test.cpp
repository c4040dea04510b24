// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/quarantine.h"

#include "app/platform/process_identity.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using app::Quarantine;

class QuarantineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMarkLeftBehindQuarantines();
    void aMarkTakenAwayDoesNot();
    void releaseLetsItTryAgain();
    void namesOfDriversCannotLeaveTheFolder();
    void marksOfOthers_data();
    void marksOfOthers();
    void condemnedAtOnce();
    void passesAreForADriver();
};

void QuarantineTest::aMarkLeftBehindQuarantines()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("marks"));
    Quarantine(path).begin(QStringLiteral("abc"));
    const Quarantine next(path);
    QVERIFY(!next.contains(QStringLiteral("abc")));
    next.adoptMarks();
    QVERIFY(next.contains(QStringLiteral("abc")));
    QVERIFY(!next.contains(QStringLiteral("def")));
}

void QuarantineTest::aMarkTakenAwayDoesNot()
{
    const QTemporaryDir folder;
    const Quarantine quarantine(folder.path());
    quarantine.begin(QStringLiteral("abc"));
    quarantine.end(QStringLiteral("abc"));
    quarantine.adoptMarks();
    QVERIFY(!quarantine.contains(QStringLiteral("abc")));
}

void QuarantineTest::releaseLetsItTryAgain()
{
    const QTemporaryDir folder;
    const Quarantine quarantine(folder.path());
    quarantine.begin(QStringLiteral("abc"));
    quarantine.adoptMarks();
    quarantine.release(QStringLiteral("abc"));
    QVERIFY(!quarantine.contains(QStringLiteral("abc")));
    // A second crash after the release quarantines again.
    quarantine.begin(QStringLiteral("abc"));
    quarantine.adoptMarks();
    QVERIFY(quarantine.contains(QStringLiteral("abc")));
}

void QuarantineTest::namesOfDriversCannotLeaveTheFolder()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("marks"));
    const Quarantine quarantine(path);
    quarantine.begin(QStringLiteral("../../evil"));
    quarantine.begin(QString());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 0);
    QCOMPARE(QDir(path).entryList(QDir::Files).size(), 2);
}

void QuarantineTest::marksOfOthers_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("quarantined");
    QTest::addColumn<bool>("kept");
    const QByteArray parent = QByteArray::fromStdString(app::platform::processIdentity(::getppid()));
    QVERIFY(parent.count(' ') == 2);
    const QByteArray boot = parent.sliced(parent.lastIndexOf(' ') + 1);
    QTest::newRow("a program that runs") << parent << false << true;
    QTest::newRow("a program that runs, by a worker") << QByteArray("worker " + parent) << false << true;
    QTest::newRow("a dead program") << QByteArray("1 1 " + boot) << true << false;
    QTest::newRow("a killed program's worker") << QByteArray("worker 1 1 " + boot) << false << false;
    QTest::newRow("a worker while the machine went down") << QByteArray("worker 1 1 other-boot") << true << false;
    QTest::newRow("before marks had owners") << QByteArray() << true << false;
}

void QuarantineTest::marksOfOthers()
{
    QFETCH(QByteArray, content);
    const QTemporaryDir folder;
    QFile mark(folder.filePath(QStringLiteral("abc.mark")));
    QVERIFY(mark.open(QIODevice::WriteOnly));
    mark.write(content);
    mark.close();
    const Quarantine quarantine(folder.path());
    quarantine.adoptMarks();
    QTEST(quarantine.contains(QStringLiteral("abc")), "quarantined");
    QTEST(mark.exists(), "kept");
}

void QuarantineTest::condemnedAtOnce()
{
    const QTemporaryDir folder;
    const Quarantine quarantine(folder.path());
    quarantine.begin(QStringLiteral("abc"));
    quarantine.condemn(QStringLiteral("abc"));
    QVERIFY(quarantine.contains(QStringLiteral("abc")));
    quarantine.release(QStringLiteral("abc"));
    quarantine.adoptMarks();
    QVERIFY(!quarantine.contains(QStringLiteral("abc")));
}

void QuarantineTest::passesAreForADriver()
{
    const QTemporaryDir folder;
    const Quarantine quarantine(folder.path());
    const QString uuid = QStringLiteral("abc");
    QVERIFY(!quarantine.hasPassed(uuid, QStringLiteral("radv 25.0")));
    quarantine.recordPass(uuid, QStringLiteral("radv 25.0"));
    QVERIFY(quarantine.hasPassed(uuid, QStringLiteral("radv 25.0")));
    QVERIFY(!quarantine.hasPassed(uuid, QStringLiteral("radv 25.1")));
    quarantine.condemn(uuid);
    QVERIFY(!quarantine.hasPassed(uuid, QStringLiteral("radv 25.0")));
}

QTEST_GUILESS_MAIN(QuarantineTest)
#include "quarantine_test.moc"
