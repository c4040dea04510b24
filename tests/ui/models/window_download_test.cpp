// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A whole download in the window's own process, from a hub on this machine that has the names of the real one: what
// the process asks of the kernel meanwhile, and what becomes of it when the process is killed.
#include "tests/app/support/hub_server.h"
#include "tests/support/tiny_model.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>
#include <QTest>

using app::test::HubServer;

namespace {

// An entry of the catalogue whose hash is the hub's to say.
const QString kModel = QStringLiteral("Llama 2 7B Chat");
const QString kRepository = QStringLiteral("TheBloke/Llama-2-7B-Chat-GGUF");
const QString kFile = QStringLiteral("llama-2-7b-chat.Q4_K_M.gguf");

/// A model, and what nobody reads behind it.
QByteArray model()
{
    const tests::Bytes bytes = tests::tinyModelWriter().bytes();
    return QByteArray(reinterpret_cast<const char *>(bytes.data()), static_cast<qsizetype>(bytes.size())) +
           QByteArray(1'500'000, 'x');
}

} // namespace

class WindowDownloadTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void aModelOfTheCatalogueIsGot();
    void aFileIsGotByItsAddress();
    void offlineIsRefusedBeforeAnythingIsSent();
    void killedItGoesOnAtTheNextStart();
    void theWindowsProcessMakesNoInternetSocket();

private:
    [[nodiscard]] QString data() const { return m_home->filePath(QStringLiteral("data")); }
    [[nodiscard]] QString into() const { return m_home->filePath(QStringLiteral("into")); }
    [[nodiscard]] QStringList command(const char *what, const QString &model = kModel) const
    {
        return {QStringLiteral(NETWORKED_WINDOW), data(), QString::fromLatin1(what), model};
    }
    void writeSettings(bool offline = false) const
    {
        QFile settings(data() + QStringLiteral("/settings.json"));
        QVERIFY(settings.open(QIODevice::WriteOnly));
        settings.write(QJsonDocument(QJsonObject{{QStringLiteral("proxy"), m_hub->proxy()},
                                                 {QStringLiteral("offline"), offline},
                                                 {QStringLiteral("download_folder"), into()},
                                                 {QStringLiteral("device"), QStringLiteral("cpu")},
                                                 {QStringLiteral("first_start_done"), true}})
                           .toJson());
    }
    [[nodiscard]] std::unique_ptr<QProcess> process(const QStringList &command) const
    {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("TEST_AUTHORITIES"), m_hub->authoritiesFile());
        environment.insert(QStringLiteral("XDG_CACHE_HOME"), m_home->filePath(QStringLiteral("cache")));
        process->setProcessEnvironment(environment);
        process->setProgram(command.first());
        process->setArguments(command.sliced(1));
        return process;
    }
    /// Runs to the end; what it said on the way when it did not come there.
    [[nodiscard]] QByteArray run(const QStringList &command) const
    {
        const auto running = process(command);
        running->start();
        const bool ended = running->waitForFinished(150'000);
        const QByteArray said = running->readAllStandardError();
        return ended && running->exitStatus() == QProcess::NormalExit && running->exitCode() == 0 ? QByteArray()
                                                                                                  : '!' + said;
    }
    [[nodiscard]] QByteArray arrived(const QString &name = kFile) const
    {
        QFile file(into() + u'/' + name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::unique_ptr<HubServer> m_hub;
    std::unique_ptr<QTemporaryDir> m_home;
};

void WindowDownloadTest::init()
{
    m_hub = std::make_unique<HubServer>();
    if (!m_hub->isThere())
        QSKIP("openssl is not installed");
    m_home = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir().mkpath(data()));
    writeSettings();
    m_hub->putRepository(kRepository, QStringLiteral("llama2"), {{kFile, model()}}, {{QStringLiteral("pause_ms"), 25}});
}

void WindowDownloadTest::aModelOfTheCatalogueIsGot()
{
    const QByteArray complaint = run(command("get"));
    QVERIFY2(complaint.isEmpty(), complaint.constData());
    QVERIFY(arrived() == model());
    QCOMPARE(QDir(into()).entryList(QDir::Files).size(), 1);
}

void WindowDownloadTest::aFileIsGotByItsAddress()
{
    const QString name = QStringLiteral("tiny-Q8_0.gguf");
    m_hub->putRepository(QStringLiteral("some/Tiny-GGUF"), QStringLiteral("made-up"), {{name, model()}},
                         {{QStringLiteral("pause_ms"), 25}});
    const QByteArray complaint =
        run(command("address", QStringLiteral("https://huggingface.co/some/Tiny-GGUF/blob/main/") + name));
    QVERIFY2(complaint.isEmpty(), complaint.constData());
    QVERIFY(arrived(name) == model());
}

void WindowDownloadTest::offlineIsRefusedBeforeAnythingIsSent()
{
    writeSettings(true);
    const QByteArray complaint = run(command("refused"));
    QVERIFY2(complaint.isEmpty(), complaint.constData());
    QVERIFY(m_hub->log().isEmpty());
    QVERIFY(!QFile::exists(into()));
}

void WindowDownloadTest::killedItGoesOnAtTheNextStart()
{
    const auto first = process(command("get"));
    first->start();
    const QString part = into() + u'/' + kFile + QStringLiteral(".part");
    // The file has its whole length at once; what arrived is not zero.
    const auto halfway = [&] {
        QFile file(part);
        return file.open(QIODevice::ReadOnly) && file.seek(700'000) && file.read(1) == "x";
    };
    QTRY_VERIFY_WITH_TIMEOUT(halfway(), 60'000);
    first->kill();
    QVERIFY(first->waitForFinished());
    const qsizetype asked = m_hub->log(QStringLiteral(".gguf")).size();

    const QByteArray complaint = run(command("wait"));
    QVERIFY2(complaint.isEmpty(), complaint.constData());
    QVERIFY(arrived() == model());
    QCOMPARE(QDir(into()).entryList(QDir::Files).size(), 1);
    const QList<QJsonObject> requests = m_hub->log(QStringLiteral(".gguf")).sliced(asked);
    QCOMPARE(requests.size(), 1);
    // What was kept under a hash is not asked for again.
    const QString range = requests.first().value(QStringLiteral("range")).toString();
    QVERIFY2(range.section(u'=', 1).section(u'-', 0, 0).toLongLong() >= 65536, qPrintable(range));
}

void WindowDownloadTest::theWindowsProcessMakesNoInternetSocket()
{
    if (QStandardPaths::findExecutable(QStringLiteral("strace")).isEmpty())
        QSKIP("strace is not installed");
    const QString traces = m_home->filePath(QStringLiteral("trace"));
    // One file for each thread of each process, so that the worker, which may, is told apart.
    const QByteArray complaint =
        run(QStringList{QStringLiteral("strace"), QStringLiteral("-ff"), QStringLiteral("-qq"), QStringLiteral("-e"),
                        QStringLiteral("trace=socket,connect,execve,io_uring_setup"), QStringLiteral("-o"), traces} +
            command("get"));
    QVERIFY2(complaint.isEmpty(), complaint.constData());
    QVERIFY(arrived() == model());
    int threads = 0;
    int workers = 0;
    for (const QFileInfo &trace : QDir(m_home->path()).entryInfoList({QStringLiteral("trace.*")}, QDir::Files)) {
        QFile file(trace.filePath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray calls = file.readAll();
        const bool isWorker = calls.contains("carrel-fetch\"");
        const bool internet =
            calls.contains("AF_INET") || calls.contains("AF_PACKET") || calls.contains("io_uring_setup(");
        workers += isWorker && internet ? 1 : 0;
        threads += isWorker ? 0 : 1;
        QVERIFY2(isWorker || !internet, calls.constData());
    }
    qInfo("%d threads of the window and its other helpers without, %d workers with internet sockets", threads, workers);
    // It saw what there was to see: those of the workers.
    QVERIFY(workers > 0 && threads > 5);
}

QTEST_GUILESS_MAIN(WindowDownloadTest)
#include "window_download_test.moc"
