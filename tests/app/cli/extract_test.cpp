// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli extract from outside.
#include "tests/app/cli/cli_home.h"

#include <QFile>
#include <QTest>

using tests::CliRun;

class CliExtractTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void text();
    void json();
    void boxes();
    void passwords();
    void whatIsNotRead_data();
    void whatIsNotRead();
    void theDataFolderIsNeverOpened();

private:
    static QString document(const char *name) { return QStringLiteral(TEST_DOCUMENTS "/") + QString::fromLatin1(name); }
    [[nodiscard]] CliRun extract(const QStringList &arguments) const
    {
        return m_home.run(QStringList{QStringLiteral("extract")} + arguments);
    }
    tests::CliHome m_home;
};

void CliExtractTest::text()
{
    const CliRun run = extract({document("running_heads.pdf")});
    QCOMPARE(run.status, 0);
    QVERIFY(run.err.isEmpty());
    QCOMPARE(run.out.count('\f'), 11);
    QCOMPARE(run.out.count("Annual report of the society"), 12);
    QVERIFY(run.out.contains("Page 12 of 12"));
}

void CliExtractTest::json()
{
    const CliRun run = extract({document("latin.pdf"), QStringLiteral("--json")});
    QCOMPARE(run.status, 0);
    QCOMPARE(run.out.count('\n'), 1);
    const QJsonObject object = run.object();
    QCOMPARE(object.value(QLatin1StringView("state")).toString(), QStringLiteral("read"));
    QCOMPARE(object.value(QLatin1StringView("reason")).toString(), QString());
    QCOMPARE(object.value(QLatin1StringView("format")).toString(), QStringLiteral("pdf"));
    const QJsonArray pages = object.value(QLatin1StringView("pages")).toArray();
    QCOMPARE(pages.size(), 1);
    const QString text = pages[0].toObject().value(QLatin1StringView("text")).toString();
    QVERIFY(text.contains(QStringLiteral("until the soil refused the spade")));
    // Three words are broken over lines and count once.
    QCOMPARE(object.value(QLatin1StringView("words")).toInteger(), text.simplified().split(QLatin1Char(' ')).size());
    const QJsonArray headings = pages[0].toObject().value(QLatin1StringView("headings")).toArray();
    QCOMPARE(headings.size(), 3);
    QCOMPARE(headings[1].toObject().value(QLatin1StringView("text")).toString(), QStringLiteral("1 Foundations"));
    QCOMPARE(headings[1].toObject().value(QLatin1StringView("level")).toInt(), 2);
    QVERIFY(!pages[0].toObject().contains(QLatin1StringView("boxes")));
}

void CliExtractTest::boxes()
{
    const CliRun run = extract({document("latin.pdf"), QStringLiteral("--json"), QStringLiteral("--boxes")});
    const QJsonObject page = run.object().value(QLatin1StringView("pages")).toArray().at(0).toObject();
    QCOMPARE(page.value(QLatin1StringView("width")).toDouble(), 595.0);
    const QJsonArray first = page.value(QLatin1StringView("boxes")).toArray().at(0).toArray();
    QCOMPARE(first.size(), 5);
    QCOMPARE(first[0].toString(), QStringLiteral("The"));
    QVERIFY(qAbs(first[1].toDouble() - 72) < 1);
}

void CliExtractTest::passwords()
{
    const auto passwordFile = [this](const QByteArray &content) {
        QFile file(m_home.file(QStringLiteral("password")));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("no file");
        return file.fileName();
    };
    const QString locked = document("encrypted_user.pdf");
    const CliRun right = extract({locked, QStringLiteral("--password-file"), passwordFile("open sesame\n")});
    QCOMPARE(right.status, 0);
    QVERIFY(right.out.startsWith("The study of walls\n"));
    const CliRun wrong = extract({locked, QStringLiteral("--password-file"), passwordFile("guess")});
    QCOMPARE(wrong.status, 1);
    QVERIFY2(wrong.err.contains("this password does not open it"), wrong.err.constData());
    const CliRun missing = extract({locked, QStringLiteral("--password-file"), QStringLiteral("/does/not/exist")});
    QCOMPARE(missing.status, 1);
    QVERIFY(missing.err.contains("file with the password"));
}

void CliExtractTest::whatIsNotRead_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("says");
    QTest::addColumn<QString>("state");
    QTest::newRow("encrypted") << document("encrypted_user.pdf") << QByteArray("encrypted")
                               << QStringLiteral("encrypted");
    QTest::newRow("broken") << document("truncated.pdf") << QByteArray("damaged") << QStringLiteral("malformed");
    QTest::newRow("a program") << QStringLiteral(CARREL_CLI) << QByteArray("does not read this kind of file")
                               << QStringLiteral("unsupported");
    QTest::newRow("not there") << QStringLiteral("/does/not/exist.pdf") << QByteArray("does not exist") << QString();
    QTest::newRow("a folder") << QStringLiteral("/usr") << QByteArray("is no file") << QString();
}

void CliExtractTest::whatIsNotRead()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, says);
    QFETCH(QString, state);
    for (const bool json : {false, true}) {
        const CliRun run = extract(json ? QStringList{path, QStringLiteral("--json")} : QStringList{path});
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.startsWith("carrel-cli: ") && run.err.contains(says), run.err.constData());
        QCOMPARE(run.err.count('\n'), 1);
        QCOMPARE(run.object().value(QLatin1StringView("state")).toString(), json ? state : QString());
    }
}

void CliExtractTest::theDataFolderIsNeverOpened()
{
    QCOMPARE(m_home.runWithData({QStringLiteral("extract"), document("latin.pdf")}).status, 0);
    QVERIFY(!QFile::exists(m_home.data()));
}

QTEST_GUILESS_MAIN(CliExtractTest)
#include "extract_test.moc"
