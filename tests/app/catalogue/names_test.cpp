// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/names.h"

#include <QTest>

using namespace app::catalogue;

class NamesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fileNames_data();
    void fileNames();
    void repositories_data();
    void repositories();
    void paths_data();
    void paths();
    void hashes();
};

void NamesTest::fileNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *name, bool good) { QTest::newRow(name) << QString::fromUtf8(name) << good; };
    row("Qwen3-8B-Q4_K_M.gguf", true);
    row("a.gguf", true);
    row(".gguf", false);
    row("a.GGUF", false);
    row("a.bin", false);
    row("../a.gguf", false);
    row("a/b.gguf", false);
    row("a\\b.gguf", false);
    row("..gguf", false);
    row("a..gguf", false);
    row("-a.gguf", false);
    row(".hidden.gguf", false);
    row("a b.gguf", false);
    row("a\n.gguf", false);
    row("a%2e.gguf", false);
    row("caf\xc3\xa9.gguf", false);
    row("\xe2\x80\xae"
        "fugg.gguf",
        false);
    row("", false);
    QTest::newRow("NUL") << QStringLiteral("a") + QChar(0) + QStringLiteral(".gguf") << false;
    QTest::newRow("long") << QString(124, QLatin1Char('a')) + QStringLiteral(".gguf") << false;
    QTest::newRow("as long as may be") << QString(123, QLatin1Char('a')) + QStringLiteral(".gguf") << true;
}

void NamesTest::fileNames()
{
    QFETCH(QString, name);
    QTEST(isModelFileName(name), "good");
}

void NamesTest::repositories_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *name, bool good) { QTest::newRow(name) << QString::fromUtf8(name) << good; };
    row("Qwen/Qwen3-8B-GGUF", true);
    row("a/b", true);
    row("a", false);
    row("/b", false);
    row("a/", false);
    row("a/b/c", false);
    row("../b", false);
    row("a/..", false);
    row("a/.b", false);
    row("a/b?x", false);
    row("a/b#x", false);
    row("a@evil/b", false);
}

void NamesTest::repositories()
{
    QFETCH(QString, name);
    QTEST(isRepository(name), "good");
}

void NamesTest::paths_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *path, bool good) { QTest::newRow(path) << QString::fromUtf8(path) << good; };
    row("LICENSE", true);
    row("Q4_K_M/model-00001-of-00002.gguf", true);
    row("a//b", false);
    row("/a", false);
    row("a/", false);
    row("a/../b", false);
    row("", false);
    row("1/2/3/4/5/6/7/8", true);
    row("1/2/3/4/5/6/7/8/9", false);
}

void NamesTest::paths()
{
    QFETCH(QString, path);
    QTEST(isRepositoryPath(path), "good");
}

void NamesTest::hashes()
{
    QVERIFY(isSha256(QString(64, QLatin1Char('a'))));
    QVERIFY(!isSha256(QString(64, QLatin1Char('A'))));
    QVERIFY(!isSha256(QString(63, QLatin1Char('a'))));
    QVERIFY(!isSha256(QString(64, QLatin1Char('g'))));
    QVERIFY(isCommit(QString(40, QLatin1Char('0'))));
    QVERIFY(!isCommit(QStringLiteral("main")));
    QVERIFY(isQuantization(u"UD-Q4_K_XL"));
    QVERIFY(!isQuantization(u"q4_k_m"));
    QVERIFY(!isQuantization(u""));
    QVERIFY(!isQuantization(u"Q4/K"));
}

QTEST_GUILESS_MAIN(NamesTest)
#include "names_test.moc"
