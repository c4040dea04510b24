// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/source_walk.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <unistd.h>

using namespace app;

class SourceWalkTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pathsLieInSources_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<bool>("lies");
        QTest::newRow("itself") << QByteArray("/a/b") << QByteArray("/a/b") << true;
        QTest::newRow("below") << QByteArray("/a/b/c") << QByteArray("/a/b") << true;
        QTest::newRow("slash") << QByteArray("/a/b/c") << QByteArray("/a/b/") << true;
        QTest::newRow("beginning") << QByteArray("/a/bc") << QByteArray("/a/b") << false;
        QTest::newRow("root") << QByteArray("/a") << QByteArray("/") << true;
        QTest::newRow("above") << QByteArray("/a") << QByteArray("/a/b") << false;
    }
    void pathsLieInSources()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, source);
        QTEST(liesIn(path.toStdString(), source.toStdString()), "lies");
    }

    void eachFileIsFoundOnce()
    {
        const QTemporaryDir folder;
        write(folder.filePath(QStringLiteral("a")));
        write(folder.filePath(QStringLiteral("deep/b")));
        write(folder.filePath(QStringLiteral(".hidden/c")));
        const std::string root = folder.path().toStdString();
        const WalkResult found = walkSources({root, root + "/deep", root + "/a", root + "/none"}, {});
        std::vector<std::string> paths;
        for (const FoundFile &file : found.files)
            paths.push_back(file.path.substr(root.size()));
        std::ranges::sort(paths);
        QCOMPARE(paths, (std::vector<std::string>{"/a", "/deep/b"}));
        QCOMPARE(found.sources.size(), 4U);
        QCOMPARE(found.sources[3], (SourceReport{root + "/none", SourceState::Absent}));
        QVERIFY(std::ranges::find(found.folders, root + "/deep") != found.folders.end());
        QVERIFY(std::ranges::find(found.folders, root + "/.hidden") == found.folders.end());
    }

    void whatMayNotBeReadIsNamed()
    {
        if (::geteuid() == 0)
            QSKIP("the superuser may read everything");
        const QTemporaryDir folder;
        const QString locked = folder.filePath(QStringLiteral("locked"));
        write(locked + QStringLiteral("/a"));
        QVERIFY(QFile::setPermissions(locked, {}));
        const WalkResult found = walkSources({folder.path().toStdString(), locked.toStdString()}, {});
        QVERIFY(QFile::setPermissions(locked, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        QVERIFY(found.files.empty());
        QCOMPARE(found.unreadable, std::vector<std::string>{locked.toStdString()});
        QCOMPARE(found.sources[1].state, SourceState::Unreadable);
    }

private:
    static void write(const QString &path)
    {
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
};

QTEST_GUILESS_MAIN(SourceWalkTest)
#include "source_walk_test.moc"
