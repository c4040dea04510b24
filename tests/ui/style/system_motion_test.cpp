// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style/system_motion.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

using namespace ui;

class SystemMotionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asks_data();
    void asks();
    void theFilesAreRead();
    void withoutFilesThingsMove();
};

void SystemMotionTest::asks_data()
{
    QTest::addColumn<QByteArray>("gtk");
    QTest::addColumn<QByteArray>("kde");
    QTest::addColumn<bool>("less");
    QTest::newRow("nothing") << QByteArray() << QByteArray() << false;
    QTest::newRow("GTK, 0") << QByteArray("[Settings]\ngtk-enable-animations=0\n") << QByteArray() << true;
    QTest::newRow("GTK, false") << QByteArray("[Settings]\r\ngtk-enable-animations = False\r\n") << QByteArray()
                                << true;
    QTest::newRow("GTK, 1") << QByteArray("[Settings]\ngtk-enable-animations=1\n") << QByteArray() << false;
    QTest::newRow("GTK, the last word holds")
        << QByteArray("[Settings]\ngtk-enable-animations=0\ngtk-enable-animations=1\n") << QByteArray() << false;
    QTest::newRow("GTK, another section") << QByteArray("[Other]\ngtk-enable-animations=0\n") << QByteArray() << false;
    QTest::newRow("KDE, 0") << QByteArray() << QByteArray("[KDE]\nAnimationDurationFactor=0\n") << true;
    QTest::newRow("KDE, half") << QByteArray() << QByteArray("[KDE]\nAnimationDurationFactor=0.5\n") << false;
    QTest::newRow("KDE, no number") << QByteArray() << QByteArray("[KDE]\nAnimationDurationFactor=\n") << false;
    QTest::newRow("noise") << QByteArray("\0[\n=\n]=[\n", 9) << QByteArray("[KDE\nAnimationDurationFactor=0") << false;
}

void SystemMotionTest::asks()
{
    QFETCH(QByteArray, gtk);
    QFETCH(QByteArray, kde);
    QFETCH(bool, less);
    QCOMPARE(asksForLessMotion(gtk, kde), less);
}

void SystemMotionTest::theFilesAreRead()
{
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("gtk-3.0")));
    QFile file(folder.filePath(QStringLiteral("gtk-3.0/settings.ini")));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("[Settings]\ngtk-enable-animations=0\n") > 0);
    file.close();
    qputenv("XDG_CONFIG_HOME", folder.path().toUtf8());
    const SystemMotion motion;
    QVERIFY(!motion.isReduced());
    QVERIFY(QTest::qWaitFor([&] { return motion.isReduced(); }));
}

void SystemMotionTest::withoutFilesThingsMove()
{
    const QTemporaryDir folder;
    qputenv("XDG_CONFIG_HOME", folder.path().toUtf8());
    {
        const SystemMotion gone; // its answer finds nobody
    }
    const SystemMotion motion;
    QVERIFY(QThreadPool::globalInstance()->waitForDone(5000));
    QCoreApplication::processEvents();
    QVERIFY(!motion.isReduced());
}

QTEST_GUILESS_MAIN(SystemMotionTest)
#include "system_motion_test.moc"
