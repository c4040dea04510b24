// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/quarantine.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using app::Quarantine;

class QuarantineTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMarkLeftBehindQuarantines();
    void aMarkTakenAwayDoesNot();
    void releaseLetsItTryAgain();
    void namesOfDriversCannotLeaveTheFolder();
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

QTEST_GUILESS_MAIN(QuarantineTest)
#include "quarantine_test.moc"
