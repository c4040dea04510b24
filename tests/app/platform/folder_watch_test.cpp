// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/folder_watch.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using app::platform::FolderWatch;

namespace {

constexpr std::chrono::milliseconds kPatience{5000};

void write(const QString &path, const QByteArray &bytes = "x")
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Append));
    file.write(bytes);
}

} // namespace

class FolderWatchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void entriesThatComeGoAndChangeAreHeard()
    {
        const QTemporaryDir folder;
        auto watch = FolderWatch::create(8);
        QVERIFY(watch.has_value());
        QVERIFY((*watch)->add(folder.path().toStdString()));
        const auto heard = [&](const char *name) {
            const auto changes = (*watch)->wait(kPatience);
            return std::ranges::find(changes, FolderWatch::Change{folder.path().toStdString(), name}) != changes.end();
        };
        write(folder.filePath(QStringLiteral("a")));
        QVERIFY(heard("a"));
        write(folder.filePath(QStringLiteral("a")));
        QVERIFY(heard("a"));
        QVERIFY(QFile::rename(folder.filePath(QStringLiteral("a")), folder.filePath(QStringLiteral("b"))));
        QVERIFY(heard("b"));
        QVERIFY(QFile::remove(folder.filePath(QStringLiteral("b"))));
        QVERIFY(heard("b"));
    }

    void onlyAsManyAsAllowed()
    {
        const QTemporaryDir folder;
        for (const char *name : {"a", "b", "c"})
            QVERIFY(QDir(folder.path()).mkdir(QString::fromLatin1(name)));
        const std::string root = folder.path().toStdString();
        auto watch = FolderWatch::create(2);
        QVERIFY(watch.has_value());
        QVERIFY((*watch)->add(root + "/a"));
        QVERIFY((*watch)->add(root + "/a"));
        QVERIFY((*watch)->add(root + "/b"));
        QVERIFY(!(*watch)->add(root + "/c"));
        QVERIFY(!(*watch)->add(root + "/none"));
        (*watch)->keepOnly({root + "/b"});
        QCOMPARE((*watch)->size(), 1U);
        QVERIFY((*watch)->add(root + "/c"));
        // What is forgotten is not heard.
        write(folder.filePath(QStringLiteral("a/x")));
        write(folder.filePath(QStringLiteral("c/y")));
        for (const auto &change : (*watch)->wait(kPatience))
            QCOMPARE(change.folder, root + "/c");
    }

    void aWaitEndsWhenItIsWoken()
    {
        auto watch = FolderWatch::create(1);
        QVERIFY(watch.has_value());
        (*watch)->wake();
        QVERIFY((*watch)->wait(std::nullopt).empty());
        QVERIFY((*watch)->wait(std::chrono::milliseconds(0)).empty());
    }

    void aFolderThatGoesIsHeardAndForgotten()
    {
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("a")));
        const std::string path = folder.filePath(QStringLiteral("a")).toStdString();
        auto watch = FolderWatch::create(1);
        QVERIFY(watch.has_value());
        QVERIFY((*watch)->add(path));
        QVERIFY(QDir(folder.path()).rmdir(QStringLiteral("a")));
        QVERIFY(!(*watch)->wait(kPatience).empty());
        (void)(*watch)->wait(std::chrono::milliseconds(0));
        QCOMPARE((*watch)->size(), 0U);
    }
};

QTEST_GUILESS_MAIN(FolderWatchTest)
#include "folder_watch_test.moc"
