// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli on a data folder: asking, the history, replay, export, bad folders, a second start.
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_model.h"

#include <QFile>
#include <QTest>

#include <csignal>

using tests::CliRun;

class CliHistoryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void askKeepsAConversation();
    void answersReplay();
    void aChangedModelIsTold();
    void exportAndRestore();
    void restoreRefusesForeignFiles();
    void chatAnswersEachLine();
    void chatGoesOnWithAConversation();
    void interruptKeepsTheTextAndTheConversation();
    void overflowIsAnnounced();
    void summarizeReadsTheWholeFile();
    void summarizeRefusesWhatDoesNotFit();
    void modelsAreListed();
    void checkFindsASoundHistory();
    void noModel();
    void unknownModel();
    void unknownConversation();
    void aSecondStartIsToldWho();
    void aFolderThatCannotBeMade();
    void aReadOnlyFolder();
    void aFullFolder();

private:
    [[nodiscard]] CliRun ask(const QStringList &more = {}) const
    {
        return m_home->runWithData(QStringList{QStringLiteral("ask"), QStringLiteral("--json"),
                                               QStringLiteral("--device"), QStringLiteral("cpu"),
                                               QStringLiteral("hello")} +
                                   more);
    }
    /// A shell script in a mount namespace of its own, or a skipped test where that is not allowed.
    CliRun inNamespace(const QString &script) const;
    static void expectError(const CliRun &run, int status)
    {
        QVERIFY2(run.status == status, run.err.constData());
        QVERIFY2(run.err.startsWith("carrel-cli: "), run.err.constData());
        QVERIFY2(run.out.isEmpty(), run.out.constData());
    }
    std::unique_ptr<tests::CliHome> m_home;
};

void CliHistoryTest::init()
{
    m_home = std::make_unique<tests::CliHome>();
    tests::writeTinyModel(m_home->models().toStdString() + "/tiny.gguf");
}

void CliHistoryTest::askKeepsAConversation()
{
    const CliRun run = ask();
    QVERIFY2(run.status == 0, run.err.constData());
    const QJsonObject answer = run.object();
    QCOMPARE(answer.value(QStringLiteral("state")).toString(), QStringLiteral("complete"));
    const QJsonObject record = answer.value(QStringLiteral("record")).toObject();
    QCOMPARE(record.value(QStringLiteral("model")).toString(), QStringLiteral("tiny"));
    QCOMPARE(record.value(QStringLiteral("model_sha256")).toString().size(), 64);
    QVERIFY(record.value(QStringLiteral("generated_tokens")).toInt() > 0);

    const CliRun list = m_home->runWithData({QStringLiteral("conversations"), QStringLiteral("--json")});
    QCOMPARE(list.objects().size(), 1);
    QCOMPARE(list.objects().constFirst().value(QStringLiteral("title")).toString(), QStringLiteral("hello"));
    const QString id = QString::number(list.objects().constFirst().value(QStringLiteral("id")).toInteger());
    const CliRun messages = m_home->runWithData({QStringLiteral("conversations"), id, QStringLiteral("--json")});
    QCOMPARE(messages.objects().size(), 2);
    QCOMPARE(messages.objects().at(0).value(QStringLiteral("text")).toString(), QStringLiteral("hello"));
    QCOMPARE(messages.objects().at(1).value(QStringLiteral("text")), answer.value(QStringLiteral("text")));
    // Without --json the answer alone is on standard output.
    const CliRun plain =
        m_home->runWithData({QStringLiteral("ask"), QStringLiteral("--temp"), QStringLiteral("0"),
                             QStringLiteral("--device"), QStringLiteral("cpu"), QStringLiteral("hello")});
    QCOMPARE(plain.status, 0);
    QVERIFY(plain.err.isEmpty());
    QVERIFY(!plain.out.isEmpty());
}

void CliHistoryTest::answersReplay()
{
    const QString id = QString::number(ask().object().value(QStringLiteral("id")).toInteger());
    const CliRun replay = m_home->runWithData({QStringLiteral("replay"), id, QStringLiteral("--json")});
    QVERIFY2(replay.status == 0, replay.err.constData());
    QVERIFY(replay.object().value(QStringLiteral("equal")).toBool());
    QVERIFY(replay.object().value(QStringLiteral("tokens")).toInt() > 0);
    expectError(m_home->runWithData({QStringLiteral("replay"), QStringLiteral("999")}), 1);
}

void CliHistoryTest::aChangedModelIsTold()
{
    const QString id = QString::number(ask().object().value(QStringLiteral("id")).toInteger());
    tests::writeTinyModel(m_home->models().toStdString() + "/tiny.gguf", {.seed = 2});
    const CliRun replay = m_home->runWithData({QStringLiteral("replay"), id, QStringLiteral("--json")});
    QCOMPARE(replay.status, 1);
    QVERIFY(!replay.object().value(QStringLiteral("equal")).toBool(true));
    QVERIFY(replay.object().contains(QStringLiteral("first_difference")));
}

void CliHistoryTest::exportAndRestore()
{
    QCOMPARE(ask().status, 0);
    QCOMPARE(ask().status, 0);
    const QString file = m_home->file(QStringLiteral("export.jsonl"));
    const CliRun written = m_home->runWithData({QStringLiteral("export"), file, QStringLiteral("--json")});
    QVERIFY2(written.status == 0, written.err.constData());
    QCOMPARE(written.object().value(QStringLiteral("conversations")).toInt(), 2);
    const QStringList other{QStringLiteral("--data"), m_home->file(QStringLiteral("other"))};
    const CliRun restored = m_home->run(other + QStringList{QStringLiteral("restore"), file, QStringLiteral("--json")});
    QVERIFY2(restored.status == 0, restored.err.constData());
    QCOMPARE(restored.object().value(QStringLiteral("conversations_added")).toInt(), 2);
    QCOMPARE(restored.object().value(QStringLiteral("messages_added")).toInt(), 4);
    // A second time adds nothing.
    const CliRun again = m_home->run(other + QStringList{QStringLiteral("restore"), file, QStringLiteral("--json")});
    QCOMPARE(again.object().value(QStringLiteral("messages_added")).toInt(), 0);
    QCOMPARE(
        m_home->run(other + QStringList{QStringLiteral("conversations"), QStringLiteral("--json")}).objects().size(),
        2);
}

void CliHistoryTest::restoreRefusesForeignFiles()
{
    QFile file(m_home->file(QStringLiteral("foreign.jsonl")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"format\": \"something else\"}\n");
    file.close();
    expectError(m_home->runWithData({QStringLiteral("restore"), file.fileName()}), 1);
    expectError(m_home->runWithData({QStringLiteral("restore"), QStringLiteral("/nonexistent")}), 1);
}

void CliHistoryTest::chatAnswersEachLine()
{
    const CliRun run = m_home->runWithData(
        {QStringLiteral("chat"), QStringLiteral("--json"), QStringLiteral("--device"), QStringLiteral("cpu")},
        "one\n\ntwo");
    QVERIFY2(run.status == 0, run.err.constData());
    QStringList events;
    for (const QJsonObject &event : run.objects())
        events.append(event.value(QStringLiteral("event")).toString());
    QCOMPARE(events.count(QStringLiteral("committed")), 2);
    QCOMPARE(events.count(QStringLiteral("ended")), 2);
    QCOMPARE(m_home->runWithData({QStringLiteral("conversations"), QStringLiteral("--json")}).objects().size(), 1);
}

void CliHistoryTest::chatGoesOnWithAConversation()
{
    const qint64 id = ask().object().value(QStringLiteral("conversation")).toInteger();
    const CliRun run =
        m_home->runWithData({QStringLiteral("chat"), QStringLiteral("--conversation"), QString::number(id),
                             QStringLiteral("--json"), QStringLiteral("--device"), QStringLiteral("cpu")},
                            "more\n");
    QVERIFY2(run.status == 0, run.err.constData());
    const CliRun messages =
        m_home->runWithData({QStringLiteral("conversations"), QString::number(id), QStringLiteral("--json")});
    QCOMPARE(messages.objects().size(), 4);
    QCOMPARE(messages.objects().at(2).value(QStringLiteral("text")).toString(), QStringLiteral("more"));
}

void CliHistoryTest::interruptKeepsTheTextAndTheConversation()
{
    const QString slow = m_home->file(QStringLiteral("slow.gguf"));
    tests::writeTinyModel(slow.toStdString(), {.layers = 8, .embedding = 512, .feedForward = 1024, .context = 16384});
    const auto process =
        m_home->process({QStringLiteral("--data"), m_home->data(), QStringLiteral("chat"), QStringLiteral("--json"),
                         QStringLiteral("-m"), slow, QStringLiteral("--device"), QStringLiteral("cpu"),
                         QStringLiteral("--temp"), QStringLiteral("0")});
    process->start();
    process->write("Once upon a time\n");
    process->closeWriteChannel();
    QByteArray out;
    while (!out.contains("\"event\":\"text\"")) {
        QVERIFY2(process->waitForReadyRead(60'000), process->readAllStandardError().constData());
        out += process->readAllStandardOutput();
    }
    ::kill(static_cast<pid_t>(process->processId()), SIGINT);
    QVERIFY(process->waitForFinished(20'000));
    out += process->readAllStandardOutput();
    QCOMPARE(process->exitStatus(), QProcess::NormalExit);
    QCOMPARE(process->exitCode(), 0);
    const CliRun run{.status = 0, .out = out, .err = {}};
    const QJsonObject answer = run.objects().constLast().value(QStringLiteral("answer")).toObject();
    QCOMPARE(answer.value(QStringLiteral("state")).toString(), QStringLiteral("stopped"));
    QVERIFY(!answer.value(QStringLiteral("text")).toString().isEmpty());
}

void CliHistoryTest::overflowIsAnnounced()
{
    const QByteArray lines = QByteArray("word word word word word word word word word word\n").repeated(20);
    const QStringList chat{QStringLiteral("chat"), QStringLiteral("--json"), QStringLiteral("--device"),
                           QStringLiteral("cpu"),  QStringLiteral("--temp"), QStringLiteral("0")};
    const CliRun asked = m_home->runWithData(chat, lines);
    QCOMPARE(asked.status, 1);
    QVERIFY2(asked.err.contains("longer than the model can hold"), asked.err.constData());
    const CliRun dropped = m_home->runWithData(chat + QStringList{QStringLiteral("--drop-oldest")}, lines);
    int most = 0;
    for (const QJsonObject &event : dropped.objects()) {
        const QJsonObject record =
            event.value(QStringLiteral("answer")).toObject().value(QStringLiteral("record")).toObject();
        most = std::max(most, record.value(QStringLiteral("dropped_turns")).toInt());
    }
    QVERIFY(most > 0);
    // One line that can never fit.
    expectError(m_home->runWithData({QStringLiteral("ask"), QStringLiteral("--device"), QStringLiteral("cpu"),
                                     QStringLiteral("-c"), QStringLiteral("64"), QStringLiteral("-")},
                                    QByteArray("word ").repeated(200)),
                1);
}

void CliHistoryTest::summarizeReadsTheWholeFile()
{
    QFile text(m_home->file(QStringLiteral("text.txt")));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write("A short note.");
    text.close();
    const CliRun run = m_home->runWithData({QStringLiteral("summarize"), text.fileName(), QStringLiteral("--json"),
                                            QStringLiteral("--device"), QStringLiteral("cpu")});
    QVERIFY2(run.status == 0, run.err.constData());
    const QJsonObject coverage = run.object().value(QStringLiteral("coverage")).toObject();
    QVERIFY(coverage.value(QStringLiteral("tokens_total")).toInt() > 0);
    QCOMPARE(coverage.value(QStringLiteral("tokens_read")), coverage.value(QStringLiteral("tokens_total")));
    QCOMPARE(coverage.value(QStringLiteral("sections_read")).toInt(), 1);
    const CliRun plain = m_home->runWithData(
        {QStringLiteral("summarize"), text.fileName(), QStringLiteral("--device"), QStringLiteral("cpu")});
    QVERIFY(plain.out.contains("Read the whole file: "));
}

void CliHistoryTest::summarizeRefusesWhatDoesNotFit()
{
    QFile text(m_home->file(QStringLiteral("long.txt")));
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write(QByteArray("A long text. ").repeated(500));
    text.close();
    const CliRun run = m_home->runWithData(
        {QStringLiteral("summarize"), text.fileName(), QStringLiteral("--device"), QStringLiteral("cpu")});
    expectError(run, 1);
    QVERIFY(run.err.contains("long.txt"));
}

void CliHistoryTest::modelsAreListed()
{
    QFile bad(m_home->models() + QStringLiteral("/bad.gguf"));
    QVERIFY(bad.open(QIODevice::WriteOnly));
    bad.write("not a model");
    bad.close();
    const CliRun run = m_home->runWithData({QStringLiteral("models"), QStringLiteral("--json")});
    QCOMPARE(run.status, 0);
    QCOMPARE(run.objects().size(), 2);
    QCOMPARE(run.objects().at(0).value(QStringLiteral("id")).toString(), QStringLiteral("tiny"));
    QVERIFY(run.objects().at(0).value(QStringLiteral("chosen")).toBool());
    QVERIFY(!run.objects().at(1).value(QStringLiteral("usable")).toBool(true));
    QVERIFY(run.objects().at(1).value(QStringLiteral("reason")).toString().contains(QStringLiteral("bad.gguf")));
}

void CliHistoryTest::checkFindsASoundHistory()
{
    QCOMPARE(ask().status, 0);
    const CliRun run = m_home->runWithData({QStringLiteral("check"), QStringLiteral("--json")});
    QCOMPARE(run.status, 0);
    QVERIFY(run.object().value(QStringLiteral("sound")).toBool());
}

void CliHistoryTest::noModel()
{
    QVERIFY(QFile::remove(m_home->models() + QStringLiteral("/tiny.gguf")));
    expectError(ask(), 1);
    QCOMPARE(m_home->runWithData({QStringLiteral("models"), QStringLiteral("--json")}).status, 0);
}

void CliHistoryTest::unknownModel()
{
    const CliRun run = ask({QStringLiteral("-m"), QStringLiteral("gone")});
    expectError(run, 1);
    QVERIFY(run.err.contains("gone"));
    const CliRun missing = ask({QStringLiteral("-m"), QStringLiteral("/nonexistent.gguf")});
    expectError(missing, 1);
}

void CliHistoryTest::unknownConversation()
{
    expectError(m_home->runWithData({QStringLiteral("conversations"), QStringLiteral("77")}), 1);
    expectError(
        m_home->runWithData({QStringLiteral("chat"), QStringLiteral("--conversation"), QStringLiteral("77")}, "x\n"),
        1);
}

void CliHistoryTest::aSecondStartIsToldWho()
{
    const auto first = m_home->process({QStringLiteral("--data"), m_home->data(), QStringLiteral("chat"),
                                        QStringLiteral("--json"), QStringLiteral("--device"), QStringLiteral("cpu")});
    first->start();
    first->write("hello\n");
    QVERIFY(first->waitForReadyRead(30'000));
    const CliRun second = m_home->runWithData({QStringLiteral("conversations")});
    expectError(second, 1);
    QVERIFY2(second.err.contains("already running"), second.err.constData());
    QVERIFY2(second.err.contains(m_home->data().toUtf8()), second.err.constData());
    QVERIFY2(second.err.contains(QByteArray::number(first->processId())), second.err.constData());
    first->closeWriteChannel();
    QVERIFY(first->waitForFinished(30'000));
    QCOMPARE(m_home->runWithData({QStringLiteral("conversations")}).status, 0);
}

void CliHistoryTest::aFolderThatCannotBeMade()
{
    const CliRun run =
        m_home->run({QStringLiteral("--data"), QStringLiteral("/proc/carrel"), QStringLiteral("conversations")});
    expectError(run, 1);
    QVERIFY2(run.err.contains("/proc/carrel"), run.err.constData());
}

CliRun CliHistoryTest::inNamespace(const QString &script) const
{
    const auto process = m_home->process({});
    process->setProgram(QStringLiteral("unshare"));
    process->setArguments({QStringLiteral("--mount"), QStringLiteral("--map-root-user"), QStringLiteral("sh"),
                           QStringLiteral("-euc"), script, QStringLiteral("sh"), QStringLiteral(CARREL_CLI),
                           m_home->data()});
    return tests::CliHome::finish(*process);
}

void CliHistoryTest::aReadOnlyFolder()
{
    QCOMPARE(ask().status, 0);
    if (inNamespace(QStringLiteral("mount --bind \"$2\" \"$2\"; mount -o remount,bind,ro \"$2\"")).status != 0)
        QSKIP("mount namespaces are not allowed here, so a read-only folder cannot be made");
    const QString mount = QStringLiteral("mount --bind \"$2\" \"$2\"; mount -o remount,bind,ro \"$2\"; ");
    // Reading works and says what it is.
    const CliRun list = inNamespace(mount + QStringLiteral("\"$1\" --data \"$2\" conversations --json"));
    QVERIFY2(list.status == 0, list.err.constData());
    QCOMPARE(list.objects().size(), 1);
    QVERIFY2(list.err.contains("cannot be written"), list.err.constData());
    // Writing says so too and fails.
    const CliRun asked = inNamespace(mount + QStringLiteral("\"$1\" --data \"$2\" ask --device cpu hello"));
    QCOMPARE(asked.status, 1);
    QVERIFY2(asked.err.contains("cannot be written"), asked.err.constData());
}

void CliHistoryTest::aFullFolder()
{
    QDir().mkpath(m_home->data());
    const QString mount = QStringLiteral("mount -t tmpfs -o size=1m carrel \"$2\"; ");
    if (inNamespace(mount + QStringLiteral("true")).status != 0)
        QSKIP("mount namespaces are not allowed here, so a full folder cannot be made");
    const CliRun created = inNamespace(
        mount +
        QStringLiteral("head -c 1048576 /dev/zero > \"$2/filler\" || true; \"$1\" --data \"$2\" conversations"));
    QCOMPARE(created.status, 1);
    QVERIFY2(created.err.contains("isk is full") || created.err.contains("no room"), created.err.constData());
    // Filled up after it was made: what was kept is still there.
    const CliRun later = inNamespace(
        mount +
        QStringLiteral(
            "\"$1\" --data \"$2\" ask --device cpu hello > /dev/null; head -c 1048576 /dev/zero > \"$2/filler\" "
            "|| true; \"$1\" --data \"$2\" ask --device cpu again > /dev/null || true; "
            "\"$1\" --data \"$2\" conversations --json"));
    QVERIFY2(!later.objects().isEmpty(), later.err.constData());
    QVERIFY2(later.err.contains("carrel-cli: "), later.err.constData());
    bool kept = false;
    for (const QJsonObject &row : later.objects())
        kept = kept || row.value(QStringLiteral("title")).toString() == QStringLiteral("hello");
    QVERIFY(kept);
}

QTEST_GUILESS_MAIN(CliHistoryTest)
#include "history_test.moc"
