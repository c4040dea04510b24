// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/settings.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

class SettingsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void defaults();
    void changesAreSignalledOnceAndKept();
    void rangesHold_data();
    void rangesHold();
    void hostileFiles_data();
    void hostileFiles();
    void damagedFileIsKept();
    void unwritableFolderIsTold();
};

void SettingsTest::defaults()
{
    const Settings settings{QString()};
    QCOMPARE(settings.values(), SettingsValues{});
    QCOMPARE(settings.appearance(), Appearance::System);
    QVERIFY(settings.enterSends());
    QCOMPARE(settings.device(), QStringLiteral("auto"));
}

void SettingsTest::changesAreSignalledOnceAndKept()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("settings.json"));
    SettingsValues wanted;
    wanted.appearance = Appearance::Dark;
    wanted.uiScalePercent = 150;
    wanted.serifReading = true;
    wanted.highContrast = true;
    wanted.reducedMotion = true;
    wanted.enterSends = false;
    wanted.device = QStringLiteral("cpu");
    wanted.threads = 3;
    wanted.contextLength = 4096;
    wanted.modelId = QStringLiteral("a-model");
    wanted.addedModels = {QStringLiteral("/models/ä.gguf")};
    wanted.firstStartDone = true;
    wanted.sidebarVisible = false;
    wanted.sourcePaneWidth = 400;
    wanted.indexingPaused = true;
    wanted.indexingSpeed = IndexingSpeed::Gentle;
    wanted.modelUse = licence::Use::Commercial;
    wanted.embedder = QStringLiteral("/models/e.gguf");
    wanted.servingEmbedder = QStringLiteral("/models/f.gguf");
    {
        Settings settings(path);
        const QSignalSpy changed(&settings, &Settings::threadsChanged);
        settings.setThreads(3);
        settings.setThreads(3);
        QCOMPARE(changed.count(), 1);
        settings.setAppearance(wanted.appearance);
        settings.setUiScalePercent(150);
        settings.setSerifReading(true);
        settings.setHighContrast(true);
        settings.setReducedMotion(true);
        settings.setEnterSends(false);
        settings.setDevice(wanted.device);
        settings.setContextLength(4096);
        settings.setModelId(wanted.modelId);
        settings.setAddedModels(wanted.addedModels);
        settings.setFirstStartDone(true);
        settings.setSidebarVisible(false);
        settings.setSourcePaneWidth(400);
        settings.setIndexingPaused(true);
        settings.setIndexingSpeed(wanted.indexingSpeed);
        settings.setModelUse(wanted.modelUse);
        settings.setEmbedder(wanted.embedder);
        settings.setServingEmbedder(wanted.servingEmbedder);
        QCOMPARE(settings.values(), wanted);
    }
    const Settings again(path);
    QCOMPARE(again.values(), wanted);
}

void SettingsTest::rangesHold_data()
{
    QTest::addColumn<int>("wanted");
    QTest::addColumn<int>("scale");
    QTest::addColumn<int>("threads");
    QTest::addColumn<int>("context");
    QTest::newRow("far too small") << -1000 << 80 << 0 << 512;
    QTest::newRow("far too large") << 2'000'000'000 << 200 << 256 << 1048576;
    QTest::newRow("inside") << 128 << 128 << 128 << 512;
}

void SettingsTest::rangesHold()
{
    QFETCH(int, wanted);
    Settings settings{QString()};
    settings.setUiScalePercent(wanted);
    settings.setThreads(wanted);
    settings.setContextLength(wanted);
    settings.setSourcePaneWidth(wanted);
    QVERIFY(settings.sourcePaneWidth() >= 320 && settings.sourcePaneWidth() <= 640);
    QTEST(settings.uiScalePercent(), "scale");
    QTEST(settings.threads(), "threads");
    QTEST(settings.contextLength(), "context");
}

void SettingsTest::hostileFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("not JSON") << QByteArray("\x00\xFF[[[", 6);
    QTest::newRow("an array") << QByteArray("[1,2]");
    QTest::newRow("wrong kinds") << QByteArray(
        R"({"threads": "many", "device": 7, "appearance": [], "added_models": [1, null]})");
    QTest::newRow("out of range") << QByteArray(R"({"ui_scale_percent": 1e300, "context_length": -5, "threads": -1})");
    QTest::newRow("unknown appearance") << QByteArray(R"({"appearance": "Neon"})");
    QTest::newRow("deep") << QByteArray(100'000, '[');
}

void SettingsTest::hostileFiles()
{
    QFETCH(QByteArray, text);
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("settings.json"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
    file.close();
    const Settings settings(path);
    QVERIFY(settings.uiScalePercent() >= 80 && settings.uiScalePercent() <= 200);
    QVERIFY(settings.contextLength() >= 512);
    QVERIFY(settings.threads() >= 0);
    QCOMPARE(settings.device().isEmpty(), false);
    QCOMPARE(settings.appearance(), Appearance::System);
    QVERIFY(settings.addedModels().isEmpty());
}

void SettingsTest::damagedFileIsKept()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("settings.json"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{ half");
    file.close();
    const Settings settings(path);
    QVERIFY(QFile::exists(path + QStringLiteral(".damaged")));
    QCOMPARE(settings.values(), SettingsValues{});
}

void SettingsTest::unwritableFolderIsTold()
{
    Settings settings(QStringLiteral("/nonexistent/folder/settings.json"));
    QSignalSpy failed(&settings, &Settings::saveFailed);
    settings.setThreads(2);
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(!failed.first().first().toString().isEmpty());
    QCOMPARE(settings.threads(), 2);
}

QTEST_GUILESS_MAIN(SettingsTest)
#include "settings_test.moc"
