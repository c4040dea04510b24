// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The real programs under the ban: what the kernel says of them, and every network call that they make.
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_model.h"

#include <QFile>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTest>

using namespace tests;

class ProgramBanTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAnswerMakesNoInternetSocket();
    void theKernelSaysSo();
    void theTraceSeesASocket();
};

namespace {

// Every line of a program's trace that makes a socket of another family than the machine's own.
QByteArrayList foreignSockets(const QString &trace)
{
    QFile file(trace);
    QByteArrayList found;
    if (!file.open(QIODevice::ReadOnly))
        return {QByteArrayLiteral("no trace")};
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        if ((line.contains("socket(") && !line.contains("AF_UNIX")) || line.contains("io_uring_setup("))
            found.append(line);
    }
    return found;
}

CliRun traced(const CliHome &home, const QStringList &command, const QString &trace)
{
    const auto process = home.process({});
    process->setProgram(QStringLiteral("strace"));
    process->setArguments(QStringList{QStringLiteral("-f"), QStringLiteral("-qq"), QStringLiteral("-e"),
                                      QStringLiteral("trace=network,io_uring_setup"), QStringLiteral("-o"), trace} +
                          command);
    return CliHome::finish(*process);
}

QString tiny(const CliHome &home)
{
    const QString path = home.models() + QStringLiteral("/tiny.gguf");
    tests::writeTinyModel(path.toStdString());
    return path;
}

} // namespace

void ProgramBanTest::anAnswerMakesNoInternetSocket()
{
    if (QStandardPaths::findExecutable(QStringLiteral("strace")).isEmpty())
        QSKIP("strace is not installed");
    const CliHome home;
    const QString trace = home.file(QStringLiteral("trace"));
    const CliRun run = traced(home,
                              {QStringLiteral(CARREL_CLI), QStringLiteral("--data"), home.data(), QStringLiteral("ask"),
                               QStringLiteral("-m"), tiny(home), QStringLiteral("--json"), QStringLiteral("Hello?")},
                              trace);
    QVERIFY2(run.status == 0, run.err.constData());
    QVERIFY(!run.object().isEmpty());
    const QByteArrayList found = foreignSockets(trace);
    QVERIFY2(found.isEmpty(), found.join().constData());
    // It saw what there was to see: the broker's own socket.
    QFile file(trace);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains("socketpair(AF_UNIX"));
}

// The planted leak for the trace above.
void ProgramBanTest::theTraceSeesASocket()
{
    if (QStandardPaths::findExecutable(QStringLiteral("strace")).isEmpty())
        QSKIP("strace is not installed");
    const CliHome home;
    const QString trace = home.file(QStringLiteral("trace"));
    traced(home, {QStringLiteral(LEAK_PROGRAM), QStringLiteral("none")}, trace);
    QVERIFY(foreignSockets(trace).size() > 1);
}

void ProgramBanTest::theKernelSaysSo()
{
    const CliHome home;
    // It waits for its input, so there is time to look.
    const auto process = home.process({QStringLiteral("tokenize"), QStringLiteral("-m"), tiny(home)});
    process->start();
    QVERIFY(process->waitForStarted());
    QFile file(QStringLiteral("/proc/%1/status").arg(process->processId()));
    QByteArray status;
    QTRY_VERIFY(file.open(QIODevice::ReadOnly) &&
                (status = file.readAll(), file.close(), status.contains("\nSeccomp:\t2\n")));
    QVERIFY(status.contains("\nNoNewPrivs:\t1\n"));
    process->closeWriteChannel();
    QVERIFY(process->waitForFinished());
    QCOMPARE(process->exitCode(), 0);
}

QTEST_GUILESS_MAIN(ProgramBanTest)
#include "program_ban_test.moc"
