// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli get and ledger, as a script uses them. Downloads that succeed need a server with a certificate that the
// system trusts; what a download does is tested beside carrel-fetch.
#include "tests/app/cli/cli_home.h"

#include <QFile>
#include <QTest>

using namespace tests;

namespace {

QString text(const char *latin)
{
    return QString::fromLatin1(latin);
}

} // namespace

class DownloadTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatCannotBeFetchedIsSaidSo_data();
    void whatCannotBeFetchedIsSaidSo();
    void aRequestIsInTheLedger();
    void offlineNothingIsRecordedBecauseNothingIsSent();
};

void DownloadTest::whatCannotBeFetchedIsSaidSo_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("sentence");
    const auto row = [](const char *name, const QStringList &arguments, int status, const char *sentence) {
        QTest::newRow(name) << arguments << status << QByteArray(sentence);
    };
    row("http", {text("http://example.org/m.gguf")}, 1, "https://");
    row("this machine", {text("http://127.0.0.1/m.gguf")}, 1, "https://");
    row("no address", {text("model")}, 1, "https://");
    row("no name", {text("https://example.org/")}, 1, "name");
    row("a path for a name", {text("https://example.org/m.gguf"), text("--name"), text("../m")}, 1, "name");
    row("no hash", {text("https://example.org/m.gguf"), text("--sha256"), text("12")}, 2, "SHA-256");
    row("nothing", {}, 2, "MODEL");
}

void DownloadTest::whatCannotBeFetchedIsSaidSo()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QByteArray, sentence);
    const CliHome home;
    const CliRun run = home.runWithData(QStringList{text("get")} + arguments);
    QVERIFY2(run.status == status, run.err.constData());
    QVERIFY2(run.err.startsWith("carrel-cli: ") && run.err.contains(sentence), run.err.constData());
    QVERIFY(run.out.isEmpty());
    const CliRun ledger = home.runWithData({text("ledger"), text("--json")});
    QCOMPARE(ledger.status, 0);
    QVERIFY(ledger.out.isEmpty());
}

void DownloadTest::aRequestIsInTheLedger()
{
    const CliHome home;
    const QString into = home.file(text("into"));
    // A name that no server has: it is asked for, and nothing is ever sent to anybody.
    const CliRun run = home.runWithData(
        {text("get"), text("https://no-such-host.invalid/m.gguf?key=secret"), text("--to"), into, text("--json")});
    QVERIFY2(run.status == 1, run.err.constData());
    QCOMPARE(run.object().value(text("state")).toString(), text("failed"));
    QCOMPARE(run.object().value(text("failure")).toObject().value(text("code")).toString(),
             text("download.unresolved"));
    QVERIFY(!QFile::exists(into + text("/m.gguf")));
    QVERIFY(!QFile::exists(into + text("/m.gguf.part")));
    const CliRun ledger = home.runWithData({text("ledger"), text("--json")});
    QCOMPARE(ledger.status, 0);
    const QList<QJsonObject> rows = ledger.objects();
    QVERIFY(!rows.isEmpty());
    QCOMPARE(rows.at(0).value(text("host")).toString(), text("no-such-host.invalid"));
    QCOMPARE(rows.at(0).value(text("status")).toInt(), 0);
    QVERIFY(!rows.at(0).value(text("error")).toString().isEmpty());
    QVERIFY(!ledger.out.contains("secret"));
    QVERIFY(home.runWithData({text("ledger")}).out.contains("no-such-host.invalid"));
}

void DownloadTest::offlineNothingIsRecordedBecauseNothingIsSent()
{
    const CliHome home;
    QVERIFY(QDir().mkpath(home.data()));
    QFile settings(home.data() + text("/settings.json"));
    QVERIFY(settings.open(QIODevice::WriteOnly));
    settings.write("{\"offline\": true}");
    settings.close();
    const CliRun run = home.runWithData({text("get"), text("https://no-such-host.invalid/m.gguf")});
    QCOMPARE(run.status, 1);
    QVERIFY2(run.err.contains("offline"), run.err.constData());
    QVERIFY(home.runWithData({text("ledger"), text("--json")}).out.isEmpty());
}

QTEST_GUILESS_MAIN(DownloadTest)
#include "download_test.moc"
