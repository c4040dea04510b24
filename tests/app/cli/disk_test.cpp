// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The disk fills up while carrel-cli writes an answer. The disk is a limit on the size of files, set on the running
// program: from that moment on it cannot write to any, as on a full disk, and no right to mount anything is needed.
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_model.h"

#include <QElapsedTimer>
#include <QTest>

#include <sys/resource.h>

using tests::CliHome;
using tests::CliRun;

class CliDiskTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void askSaysItAndKeepsWhatWasWritten();
    void chatSaysItAndRefusesTheNextLine();
    void roomInTimeKeepsTheWholeAnswer();

private:
    [[nodiscard]] std::unique_ptr<QProcess> start(const QStringList &command) const;
    /// The stored answer of the only conversation, as `conversations 1 --json` shows it at the next start.
    [[nodiscard]] QJsonObject stored(qsizetype messages = 2) const;
    void expectSound() const;

    std::unique_ptr<CliHome> m_home;
};

namespace {

enum class Disk { Full, Free };

bool setDisk(const QProcess &process, Disk disk)
{
    const auto pid = static_cast<pid_t>(process.processId());
    rlimit limit{};
    if (::prlimit(pid, RLIMIT_FSIZE, nullptr, &limit) != 0)
        return false;
    limit.rlim_cur = disk == Disk::Full ? 0 : limit.rlim_max;
    return ::prlimit(pid, RLIMIT_FSIZE, &limit, nullptr) == 0;
}

bool readUntil(QProcess &process, QByteArray &out, const QByteArray &text)
{
    QElapsedTimer timer;
    timer.start();
    while (!out.contains(text) && timer.elapsed() < 60'000) {
        if (!process.waitForReadyRead(60'000))
            return false;
        out += process.readAllStandardOutput();
    }
    return out.contains(text);
}

qint64 journalledBytes(const QByteArray &out)
{
    qint64 bytes = 0;
    for (const QJsonObject &event : CliRun{.status = 0, .out = out, .err = {}}.objects()) {
        if (event.value(QStringLiteral("event")) == QLatin1StringView("journalled"))
            bytes = event.value(QStringLiteral("bytes")).toInteger();
    }
    return bytes;
}

} // namespace

void CliDiskTest::init()
{
    m_home = std::make_unique<CliHome>();
    tests::writeTinyModel(m_home->models().toStdString() + "/endless.gguf",
                          {.layers = 8, .embedding = 512, .feedForward = 1024, .context = 4096, .neverEnds = true});
}

std::unique_ptr<QProcess> CliDiskTest::start(const QStringList &command) const
{
    auto process = m_home->process(
        QStringList{QStringLiteral("--data"), m_home->data()} + command +
        QStringList{QStringLiteral("--device"), QStringLiteral("cpu"), QStringLiteral("--temp"), QStringLiteral("0")});
    process->start();
    return process;
}

QJsonObject CliDiskTest::stored(qsizetype messages) const
{
    const CliRun run =
        m_home->runWithData({QStringLiteral("conversations"), QStringLiteral("1"), QStringLiteral("--json")});
    const QList<QJsonObject> all = run.objects();
    if (all.size() != messages)
        qFatal("%lld messages: %s %s", static_cast<long long>(all.size()), run.out.constData(), run.err.constData());
    return all.at(1);
}

void CliDiskTest::expectSound() const
{
    const CliRun check = m_home->runWithData({QStringLiteral("check"), QStringLiteral("--json")});
    QVERIFY2(check.object().value(QStringLiteral("sound")).toBool(), check.out.constData());
}

void CliDiskTest::askSaysItAndKeepsWhatWasWritten()
{
    const auto process = start(
        {QStringLiteral("ask"), QStringLiteral("-c"), QStringLiteral("1024"), QStringLiteral("Once upon a time")});
    QByteArray out;
    QVERIFY(readUntil(*process, out, " "));
    // Longer than the time between two entries of the journal: something of the answer is on disk.
    const auto begun = [&] {
        out += process->readAllStandardOutput();
        return out.size() > 200;
    };
    QElapsedTimer timer;
    timer.start();
    while (!begun() || timer.elapsed() < 500)
        QVERIFY2(process->waitForReadyRead(10'000), process->readAllStandardError().constData());
    QVERIFY2(setDisk(*process, Disk::Full), "the limit cannot be set");
    QVERIFY(process->waitForFinished(120'000));
    out += process->readAllStandardOutput();
    const QByteArray err = process->readAllStandardError();
    QCOMPARE(process->exitStatus(), QProcess::NormalExit);
    QCOMPARE(process->exitCode(), 1);
    // One sentence: what, where, and what to do.
    QVERIFY2(err.startsWith("carrel-cli: The disk is full") && err.contains("data folder") && err.contains("Make room"),
             err.constData());
    QVERIFY2(err.count('\n') == 1, err.constData());
    // Nothing of what was written before is gone, and the answer says what made it and that it is not whole.
    const QJsonObject answer = stored();
    const QByteArray kept = answer.value(QStringLiteral("text")).toString().toUtf8();
    QVERIFY(!kept.isEmpty());
    QVERIFY2(out.startsWith(kept), "the text differs from what was shown");
    QVERIFY(kept.size() + 1 < out.size());
    QCOMPARE(answer.value(QStringLiteral("state")).toString(), QStringLiteral("interrupted"));
    const QJsonObject record = answer.value(QStringLiteral("record")).toObject();
    QCOMPARE(record.value(QStringLiteral("model")).toString(), QStringLiteral("endless"));
    QCOMPARE(record.value(QStringLiteral("finish")).toString(), QStringLiteral("interrupted"));
    QVERIFY(record.value(QStringLiteral("generated_tokens")).toInt() > 0);
    expectSound();
}

void CliDiskTest::chatSaysItAndRefusesTheNextLine()
{
    const auto process =
        start({QStringLiteral("chat"), QStringLiteral("--json"), QStringLiteral("-c"), QStringLiteral("1024")});
    process->write("Once upon a time\nAnd then?\n");
    process->closeWriteChannel();
    QByteArray out;
    QVERIFY2(readUntil(*process, out, "\"journalled\""), process->readAllStandardError().constData());
    QVERIFY2(setDisk(*process, Disk::Full), "the limit cannot be set");
    QVERIFY(process->waitForFinished(120'000));
    out += process->readAllStandardOutput();
    const QByteArray err = process->readAllStandardError();
    QCOMPARE(process->exitStatus(), QProcess::NormalExit);
    QCOMPARE(process->exitCode(), 1);
    QVERIFY2(err.contains("The disk is full") && err.contains("Make room"), err.constData());
    // The second question was not taken: it is on no disk, and no event says that it is.
    QCOMPARE(out.count("\"committed\""), 1);
    const QJsonObject answer = stored();
    QVERIFY(answer.value(QStringLiteral("text")).toString().toUtf8().size() >= journalledBytes(out));
    QCOMPARE(answer.value(QStringLiteral("state")).toString(), QStringLiteral("interrupted"));
    expectSound();
}

void CliDiskTest::roomInTimeKeepsTheWholeAnswer()
{
    const auto process =
        start({QStringLiteral("chat"), QStringLiteral("--json"), QStringLiteral("-c"), QStringLiteral("1024")});
    process->write("Once upon a time\n");
    process->closeWriteChannel();
    QByteArray out;
    QVERIFY2(readUntil(*process, out, "\"journalled\""), process->readAllStandardError().constData());
    QVERIFY2(setDisk(*process, Disk::Full), "the limit cannot be set");
    // It is told while the answer goes on.
    QByteArray err;
    process->setReadChannel(QProcess::StandardError);
    while (!err.contains('\n')) {
        QVERIFY(process->waitForReadyRead(60'000));
        err += process->readAllStandardError();
    }
    QVERIFY2(err.contains("The disk is full"), err.constData());
    QVERIFY(setDisk(*process, Disk::Free));
    QVERIFY(process->waitForFinished(120'000));
    out += process->readAllStandardOutput();
    // In the end all of it was kept.
    QCOMPARE(process->exitCode(), 0);
    const QJsonObject answer = stored();
    QCOMPARE(answer.value(QStringLiteral("state")).toString(), QStringLiteral("complete"));
    const QJsonObject shown =
        CliRun{.status = 0, .out = out, .err = {}}.objects().constLast().value(QStringLiteral("answer")).toObject();
    QCOMPARE(answer.value(QStringLiteral("text")), shown.value(QStringLiteral("text")));
    expectSound();
}

QTEST_GUILESS_MAIN(CliDiskTest)
#include "disk_test.moc"
