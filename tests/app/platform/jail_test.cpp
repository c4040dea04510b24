// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

class JailTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void everyAttemptFailsInTheJail();
    void aClientMakesConnectionsAndNothingElse();
    void theSameAttemptsSucceedWithoutIt();
    void processorTimeRunsOut();
    void aProcessWithThreadsIsNotJailed();

private:
    struct Outcome {
        int status = -1;
        QProcess::ExitStatus how = QProcess::CrashExit;
        QStringList done;
        QStringList refused; ///< "name: error"
        QString output;
    };
    [[nodiscard]] Outcome run(const QString &mode) const;

    std::unique_ptr<QTemporaryDir> m_folder;
    int m_listener = -1;
};

namespace {

QString text(const char *latin)
{
    return QString::fromLatin1(latin);
}

void writeFile(const QString &path)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("some text\n");
}

} // namespace

void JailTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    writeFile(m_folder->filePath(text("readable")));
    writeFile(m_folder->filePath(text("outside")));
    QVERIFY(QDir(m_folder->path()).mkdir(text("folder")));
    m_listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const QByteArray path = m_folder->filePath(text("socket")).toLocal8Bit();
    QVERIFY(static_cast<std::size_t>(path.size()) < sizeof address.sun_path);
    std::memcpy(address.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
    QVERIFY(::bind(m_listener, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0);
    QVERIFY(::listen(m_listener, 4) == 0);
}

void JailTest::cleanup()
{
    ::close(m_listener);
    m_folder.reset();
}

JailTest::Outcome JailTest::run(const QString &mode) const
{
    QProcess process;
    process.setProgram(text(JAIL_PROGRAM));
    QStringList arguments{mode};
    if (mode == text("free") || mode == text("jailed") || mode == text("client")) {
        for (const char *name : {"readable", "outside", "folder", "socket"})
            arguments.append(m_folder->filePath(text(name)));
    }
    process.setArguments(arguments);
    process.start();
    if (!process.waitForFinished(60'000)) {
        process.kill();
        process.waitForFinished();
    }
    Outcome outcome{.status = process.exitCode(), .how = process.exitStatus()};
    outcome.output = QString::fromUtf8(process.readAllStandardOutput());
    for (const QString &line : outcome.output.split(QLatin1Char('\n'))) {
        if (line.startsWith(text("done ")))
            outcome.done.append(line.mid(5));
        else if (line.startsWith(text("refused ")))
            outcome.refused.append(line.mid(8));
    }
    return outcome;
}

void JailTest::everyAttemptFailsInTheJail()
{
    const Outcome outcome = run(text("jailed"));
    QVERIFY2(outcome.how == QProcess::NormalExit && outcome.status == 0, qPrintable(outcome.output));
    const bool landlock = !outcome.output.contains(text("landlock 0\n"));
    const QStringList allowed = landlock ? QStringList{text("read a file that is left readable")} : QStringList();
    QVERIFY2(outcome.done == allowed, qPrintable(outcome.done.join(text("; "))));
    QVERIFY2(outcome.refused.size() >= 32, qPrintable(outcome.output));
    // What the C library must not take for the last word.
    QVERIFY(outcome.refused.contains(text("clone by a structure: ENOSYS")));
    QVERIFY(outcome.refused.contains(text("read by a structure: ENOSYS")));
    QVERIFY(outcome.refused.contains(text("eat memory: ENOMEM")));
    QVERIFY(outcome.refused.contains(text("execute: EPERM")));
    if (landlock) {
        QVERIFY(outcome.refused.contains(text("read a file outside: EACCES")));
        QVERIFY(outcome.refused.contains(text("open many files: EMFILE")));
    }
    QCOMPARE(QDir(m_folder->filePath(text("folder"))).entryList(QDir::NoDotAndDotDot | QDir::AllEntries).size(), 0);
    QCOMPARE(QFile(m_folder->filePath(text("outside"))).size(), 10);
}

void JailTest::aClientMakesConnectionsAndNothingElse()
{
    const Outcome outcome = run(text("client"));
    QVERIFY2(outcome.how == QProcess::NormalExit && outcome.status == 0, qPrintable(outcome.output));
    QStringList allowed{text("connect over the network"), text("send a datagram")};
    if (!outcome.output.contains(text("landlock 0\n")))
        allowed.append(text("read a file that is left readable"));
    allowed.append(text("make an internet socket"));
    QVERIFY2(outcome.done == allowed, qPrintable(outcome.done.join(text("; "))));
    for (const char *name : {"take a port: EPERM", "listen: EPERM", "accept: EPERM", "make a raw socket: EPERM",
                             "ask the kernel for routes: EPERM", "connect: EPERM", "start a thread: EPERM"})
        QVERIFY2(outcome.refused.contains(text(name)), name);
}

// Were the attempts no attempts, they would fail here as well.
void JailTest::theSameAttemptsSucceedWithoutIt()
{
    const Outcome outcome = run(text("free"));
    QVERIFY2(outcome.how == QProcess::NormalExit && outcome.status == 0, qPrintable(outcome.output));
    // A container may refuse these to everybody.
    const QRegularExpression elsewhere(text("^(set up a ring|trace|call in 32 bits|make an internet socket|open a "
                                            "nameless file|make a raw socket|accept): "));
    for (const QString &refused : outcome.refused)
        QVERIFY2(refused.contains(elsewhere), qPrintable(refused));
    for (const char *name : {"read a file outside", "open for writing", "connect", "execute", "clone", "start a thread",
                             "eat memory", "make memory executable", "open many files"})
        QVERIFY2(outcome.done.contains(text(name)), name);
    QCOMPARE(QFile(m_folder->filePath(text("outside"))).size(), 4);
}

void JailTest::processorTimeRunsOut()
{
    const Outcome outcome = run(text("burn"));
    QVERIFY(outcome.output.contains(text("burning")));
    QVERIFY(outcome.how == QProcess::CrashExit);
}

void JailTest::aProcessWithThreadsIsNotJailed()
{
    QCOMPARE(run(text("threads")).status, 4);
}

QTEST_GUILESS_MAIN(JailTest)
#include "jail_test.moc"
