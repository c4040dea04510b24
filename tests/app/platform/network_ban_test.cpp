// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/network_ban.h"

#include <QProcess>
#include <QTest>

class NetworkBanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingLeaksUnderTheBan_data();
    void nothingLeaksUnderTheBan();
    void thePlantedLeakIsFound();
    void refusalsAreCountedAndNamedOnce();
    void displaysOverTheNetwork_data();
    void displaysOverTheNetwork();
};

namespace {

struct Outcome {
    int status = -1;
    QString output;
    QString errors;
};

Outcome runLeakProgram(const QString &mode)
{
    QProcess process;
    process.start(QStringLiteral(LEAK_PROGRAM), {mode});
    if (!process.waitForFinished(60'000)) {
        process.kill();
        process.waitForFinished();
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAllStandardOutput()), QString::fromUtf8(process.readAllStandardError())};
}

} // namespace

void NetworkBanTest::nothingLeaksUnderTheBan_data()
{
    QTest::addColumn<QString>("mode");
    QTest::newRow("answered by the kernel") << "silent";
    QTest::newRow("answered by the broker") << "watched";
}

void NetworkBanTest::nothingLeaksUnderTheBan()
{
    QFETCH(QString, mode);
    const Outcome outcome = runLeakProgram(mode);
    QVERIFY2(!outcome.output.contains(QStringLiteral("leak")), qPrintable(outcome.output.left(2000)));
    QCOMPARE(outcome.status, 0);
}

// The same check where there is no ban: were it blind, it would find nothing here either.
void NetworkBanTest::thePlantedLeakIsFound()
{
    const Outcome outcome = runLeakProgram(QStringLiteral("none"));
    QCOMPARE(outcome.status, 1);
    for (const char *place : {"main", "thread started before", "thread started after", "forked", "executed"}) {
        const QString line = QStringLiteral("leak %1: socket of family 2 type 1 ").arg(QString::fromLatin1(place));
        QVERIFY2(outcome.output.contains(line), qPrintable(line));
    }
    for (const char *what :
         {"socket of family 10 type 2 by number", "pair of internet sockets", "internet socket with upper bits",
          "message on an inherited socket", "connection of an inherited socket", "descriptor of another process"})
        QVERIFY2(outcome.output.contains(QString::fromLatin1(what)), what);
}

void NetworkBanTest::refusalsAreCountedAndNamedOnce()
{
    const Outcome outcome = runLeakProgram(QStringLiteral("watched"));
    // Five places, 45 families, three types, two ways, and two more attempts each.
    QVERIFY2(outcome.output.contains(QStringLiteral("refusals %1\n").arg(5 * (45 * 3 * 2 + 2))),
             qPrintable(outcome.output));
    QCOMPARE(outcome.errors.count(QStringLiteral("(socket family 2)")), 1);
    QCOMPARE(outcome.errors.count(QStringLiteral("(socket family 10)")), 1);
}

void NetworkBanTest::displaysOverTheNetwork_data()
{
    QTest::addColumn<QByteArray>("display");
    QTest::addColumn<bool>("network");
    QTest::newRow("none") << QByteArray() << false;
    QTest::newRow("local") << QByteArray(":0") << false;
    QTest::newRow("local with a screen") << QByteArray(":0.1") << false;
    QTest::newRow("unix") << QByteArray("unix:0") << false;
    QTest::newRow("unix with a host") << QByteArray("unix/desk:0") << false;
    QTest::newRow("a path") << QByteArray("/tmp/x/org.xquartz:0") << false;
    QTest::newRow("no display number") << QByteArray("desk") << false;
    QTest::newRow("host") << QByteArray("desk:0") << true;
    QTest::newRow("forwarded by ssh") << QByteArray("localhost:10.0") << true;
    QTest::newRow("protocol and host") << QByteArray("tcp/desk:0") << true;
    QTest::newRow("IPv6") << QByteArray("[::1]:0") << true;
}

void NetworkBanTest::displaysOverTheNetwork()
{
    QFETCH(QByteArray, display);
    QTEST(app::platform::isNetworkDisplay(
              std::string_view(display.constData(), static_cast<std::size_t>(display.size()))),
          "network");
}

QTEST_GUILESS_MAIN(NetworkBanTest)
#include "network_ban_test.moc"
