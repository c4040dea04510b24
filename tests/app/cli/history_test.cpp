// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// carrel-cli on a data folder: asking, the history, replay, export, bad folders, a second start.
#include "app/store_thread.h"
#include "tests/app/cli/cli_home.h"
#include "tests/support/tiny_model.h"

#include <QFile>
#include <QScopeGuard>
#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace app;
using tests::CliRun;

class CliHistoryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void askKeepsAConversation();
    void answersReplay();
    void aChangedModelIsTold();
    void exportAndRestore();
    void exportAsPages_data();
    void exportAsPages();
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
    void aFullFolder_data();
    void aFullFolder();
    void aReaderThatGoesAwayLosesNothing();
    void closedStreams();
    void aHashThatWasNotKnownComesAtTheNextStart();

private:
    [[nodiscard]] CliRun ask(const QStringList &more = {}) const
    {
        return m_home->runWithData(QStringList{QStringLiteral("ask"), QStringLiteral("--json"),
                                               QStringLiteral("--device"), QStringLiteral("cpu"),
                                               QStringLiteral("hello")} +
                                   more);
    }
    /// A shell script that has the program as $1 and the data folder as $2, run by the command `before`.
    [[nodiscard]] CliRun script(const QString &text, const QStringList &before = {}) const;
    /// endless.gguf in the home: a model whose answers never end by themselves.
    [[nodiscard]] QString writeEndlessModel() const
    {
        const QString path = m_home->file(QStringLiteral("endless.gguf"));
        tests::writeTinyModel(
            path.toStdString(),
            {.layers = 8, .embedding = 512, .feedForward = 1024, .context = 16384, .neverEnds = true});
        return path;
    }
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
    tests::writeTinyModel(m_home->models().toStdString() + "/tiny.gguf", {.neverEnds = true});
    const QString id = QString::number(ask().object().value(QStringLiteral("id")).toInteger());
    const CliRun same = m_home->runWithData({QStringLiteral("replay"), id, QStringLiteral("--json")});
    QVERIFY2(same.status == 0, same.err.constData());
    QVERIFY(same.object().value(QStringLiteral("same_file")).toBool());
    QVERIFY(same.object().value(QStringLiteral("tokens")).toInt() > 100);
    tests::writeTinyModel(m_home->models().toStdString() + "/tiny.gguf", {.neverEnds = true, .seed = 2});
    const CliRun replay = m_home->runWithData({QStringLiteral("replay"), id, QStringLiteral("--json")});
    QVERIFY(!replay.object().value(QStringLiteral("same_file")).toBool(true));
    QVERIFY2(replay.err.contains("SHA-256 differs"), replay.err.constData());
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

void CliHistoryTest::exportAsPages_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("start");
    QTest::newRow("by the ending") << QStringLiteral("a.md") << QStringList() << QByteArray("# ");
    QTest::newRow("by an option") << QStringLiteral("a.txt")
                                  << QStringList{QStringLiteral("--format"), QStringLiteral("html")}
                                  << QByteArray("<!DOCTYPE html>");
    QTest::newRow("lines all the same") << QStringLiteral("b.md")
                                        << QStringList{QStringLiteral("--format"), QStringLiteral("jsonl")}
                                        << QByteArray("{");
}

void CliHistoryTest::exportAsPages()
{
    QFETCH(QString, name);
    QFETCH(QStringList, options);
    QFETCH(QByteArray, start);
    QCOMPARE(ask().status, 0);
    const QString path = m_home->file(name);
    const CliRun written =
        m_home->runWithData(QStringList{QStringLiteral("export"), path, QStringLiteral("--json")} + options);
    QVERIFY2(written.status == 0, written.err.constData());
    QCOMPARE(written.object().value(QStringLiteral("conversations")).toInt(), 1);
    QCOMPARE(written.object().value(QStringLiteral("messages")).toInt(), 2);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    QVERIFY2(bytes.startsWith(start), bytes.constData());
    expectError(m_home->runWithData({QStringLiteral("export"), QStringLiteral("/no/such/folder/a.md")}), 1);
    expectError(m_home->runWithData({QStringLiteral("export"), path, QStringLiteral("--conversation"),
                                     QStringLiteral("4711"), QStringLiteral("--format"), QStringLiteral("md")}),
                1);
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
    const CliRun run =
        m_home->runWithData({QStringLiteral("chat"), QStringLiteral("--drop-oldest"), QStringLiteral("--json"),
                             QStringLiteral("--device"), QStringLiteral("cpu")},
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
    const CliRun run = m_home->runWithData(
        {QStringLiteral("chat"), QStringLiteral("--conversation"), QString::number(id), QStringLiteral("--drop-oldest"),
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
    const QString slow = writeEndlessModel();
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
    QVERIFY(plain.out.contains("Read 1 of 1 section, "));
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

CliRun CliHistoryTest::script(const QString &text, const QStringList &before) const
{
    const auto process = m_home->process({});
    const QStringList whole = before + QStringList{QStringLiteral("sh"), QStringLiteral("-uc"),      text,
                                                   QStringLiteral("sh"), QStringLiteral(CARREL_CLI), m_home->data()};
    process->setProgram(whole.constFirst());
    process->setArguments(whole.mid(1));
    return tests::CliHome::finish(*process);
}

void CliHistoryTest::aReadOnlyFolder()
{
    QCOMPARE(ask().status, 0);
    // The mode of a folder stops its owner, but not root, unless root gives up the right to overrule it.
    const QStringList before =
        ::geteuid() == 0 ? QStringList{QStringLiteral("setpriv"),
                                       QStringLiteral("--bounding-set=-dac_override,-dac_read_search,-fowner")}
                         : QStringList{};
    QVERIFY(QFile::setPermissions(m_home->data(), QFile::ReadOwner | QFile::ExeOwner));
    const auto writable = qScopeGuard(
        [&] { QFile::setPermissions(m_home->data(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner); });
    QVERIFY2(script(QStringLiteral("touch \"$2/x\""), before).status != 0,
             "the folder can be written, so nothing is shown");
    // Reading works and says what it is.
    const CliRun list = script(QStringLiteral("exec \"$1\" --data \"$2\" conversations --json"), before);
    QVERIFY2(list.status == 0, list.err.constData());
    QCOMPARE(list.objects().size(), 1);
    QVERIFY2(list.err.contains("cannot be written"), list.err.constData());
    // Writing says so too and fails, and nothing in the folder has changed.
    const CliRun asked = script(QStringLiteral("exec \"$1\" --data \"$2\" ask --device cpu hello"), before);
    QCOMPARE(asked.status, 1);
    QVERIFY2(asked.out.isEmpty(), asked.out.constData());
    QVERIFY2(asked.err.contains("cannot be written"), asked.err.constData());
    const CliRun again = script(QStringLiteral("exec \"$1\" --data \"$2\" conversations --json"), before);
    QCOMPARE(again.out, list.out);
}

void CliHistoryTest::aFullFolder_data()
{
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<QString>("limit");
    // Refuses to let any file grow; works wherever the tests run.
    QTest::newRow("a limit on files") << QStringList{} << QStringLiteral("ulimit -f ${1:-0}");
    const auto folder = [](const char *name, const QStringList &unshare) {
        QProcess probe;
        probe.start(unshare.constFirst(),
                    unshare.mid(1) + QStringList{QStringLiteral("mount"), QStringLiteral("-t"), QStringLiteral("tmpfs"),
                                                 QStringLiteral("carrel"), QStringLiteral("/tmp")});
        if (probe.waitForFinished() && probe.exitStatus() == QProcess::NormalExit && probe.exitCode() == 0)
            QTest::newRow(name) << unshare << QString();
    };
    folder("a full filesystem",
           ::geteuid() == 0
               ? QStringList{QStringLiteral("unshare"), QStringLiteral("--mount"), QStringLiteral("--propagation"),
                             QStringLiteral("unchanged")}
               : QStringList{QStringLiteral("unshare"), QStringLiteral("--mount"), QStringLiteral("--map-root-user")});
}

void CliHistoryTest::aFullFolder()
{
    QFETCH(QStringList, before);
    QFETCH(QString, limit);
    QDir().mkpath(m_home->data());
    const bool mounts = limit.isEmpty();
    const QString mount =
        mounts ? QStringLiteral("mount -t tmpfs -o size=1500k carrel \"$2\" || exit 99; ") : QString();
    const QString fill = mounts ? QStringLiteral("head -c 2000000 /dev/zero > \"$2/filler\" 2>/dev/null; ")
                                : QStringLiteral("ulimit -f 8; ");
    // From the start: nothing half-made is left.
    const CliRun created = script(mount + fill +
                                      QStringLiteral("\"$1\" --data \"$2\" conversations; status=$?; "
                                                     "test -e \"$2/carrel.db\" && exit 98; exit $status"),
                                  before);
    QVERIFY2(created.status == 1, created.err.constData());
    QVERIFY2(created.err.contains("isk is full"), created.err.constData());
    // Filled up after it was made: the question is refused with the reason, and what was kept is still there.
    const CliRun later =
        script(mount + QStringLiteral("\"$1\" --data \"$2\" ask --device cpu hello > /dev/null; (") + fill +
                   QStringLiteral("\"$1\" --data \"$2\" ask --device cpu again > /dev/null); "
                                  "echo status $? >&2; "
                                  "\"$1\" --data \"$2\" conversations --json"),
               before);
    QVERIFY2(later.err.contains("status 1"), later.err.constData());
    QVERIFY2(later.err.contains("isk is full"), later.err.constData());
    bool kept = false;
    for (const QJsonObject &row : later.objects())
        kept = kept || row.value(QStringLiteral("title")).toString() == QStringLiteral("hello");
    QVERIFY2(kept, later.err.constData());
}

void CliHistoryTest::aReaderThatGoesAwayLosesNothing()
{
    (void)writeEndlessModel();
    const CliRun run = script(
        QStringLiteral("\"$1\" --data \"$2\" ask --device cpu -m \"$2/../endless.gguf\" -c 2048 hello | head -c 1; "
                       "\"$1\" --data \"$2\" conversations 1 --json"));
    const QList<QJsonObject> messages =
        CliRun{.status = 0, .out = run.out.mid(run.out.indexOf('{')), .err = {}}.objects();
    QCOMPARE(messages.size(), 2);
    QCOMPARE(messages.at(1).value(QStringLiteral("state")).toString(), QStringLiteral("stopped"));
    QVERIFY(!messages.at(1).value(QStringLiteral("text")).toString().isEmpty());
}

void CliHistoryTest::closedStreams()
{
    const QString base = QStringLiteral("\"$1\" --data \"$2\" ");
    // Nothing to read is an empty question, and no file takes the place of what is closed.
    const CliRun noInput = script(base + QStringLiteral("ask --device cpu - <&-"));
    expectError(noInput, 1);
    QVERIFY2(noInput.err.contains("empty"), noInput.err.constData());
    QCOMPARE(script(base + QStringLiteral("chat --device cpu <&-")).status, 0);
    const CliRun noOutput = script(base + QStringLiteral("conversations --json >&-; echo status $? >&2"));
    QVERIFY2(noOutput.err.contains("status 0"), noOutput.err.constData());
    QCOMPARE(ask().status, 0);
    const CliRun rows = script(base + QStringLiteral("conversations --json >&-; echo status $? >&2"));
    QVERIFY2(rows.err.contains("status 1") && rows.err.contains("standard output"), rows.err.constData());
    const CliRun full = script(base + QStringLiteral("conversations --json >/dev/full; echo status $? >&2"));
    QVERIFY2(full.err.contains("status 1") && full.err.contains("No space left"), full.err.constData());
}

void CliHistoryTest::aHashThatWasNotKnownComesAtTheNextStart()
{
    const qint64 id = ask().object().value(QStringLiteral("conversation")).toInteger();
    {
        // As when the program was killed before the hash was there.
        StoreThread store;
        storage::OpenOptions options;
        options.path = m_home->data().toStdString() + "/carrel.db";
        auto opened = store.open(options);
        QTRY_VERIFY(opened.isThere());
        auto forgotten = store.run([](Stores &stores) -> storage::Result<bool> {
            const auto models = stores.models.list();
            storage::Model model = models->at(0);
            model.sha256.clear();
            auto path = stores.messages.path(storage::ConversationId{1});
            auto record = stores.messages.record(path->back().message.id);
            (*record)->modelSha256.clear();
            return stores.models.put(model).has_value() &&
                   stores.messages.putRecord(path->back().message.id, **record).has_value();
        });
        QTRY_VERIFY(forgotten.isThere());
        QVERIFY(forgotten.take().value_or(false));
    }
    const QStringList show{QStringLiteral("conversations"), QString::number(id), QStringLiteral("--json")};
    const auto hash = [](const CliRun &run) {
        return run.objects()
            .at(1)
            .value(QStringLiteral("record"))
            .toObject()
            .value(QStringLiteral("model_sha256"))
            .toString();
    };
    // A program that stays a moment completes it.
    QTRY_VERIFY_WITH_TIMEOUT(ask().status == 0 && hash(m_home->runWithData(show)).size() == 64, 20'000);
}

QTEST_GUILESS_MAIN(CliHistoryTest)
#include "history_test.moc"
