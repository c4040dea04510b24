// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Downloads from a server that goes wrong in every way: no bad file gets its final name, nothing that is there comes
// twice, and each ends in a state that has a name.
#include "app/download_failure.h"
#include "app/ledger_service.h"
#include "tests/app/support/fetching.h"
#include "tests/app/workers/fetch/fault_server.h"
#include "tests/support/tiny_model.h"

#include <QDir>
#include <QSignalSpy>

using namespace app;
using namespace app::test;

namespace {

constexpr qsizetype kBytes = 700'000;

enum class Known { Nothing, Size, All };

struct Case {
    const char *path;
    const char *outcome; ///< "done", or the codes that are right, without "download.", divided by "|"
    Known known = Known::All;
    bool again = false; ///< bytes may come a second time: the server has another file by then
};

constexpr Case kCases[] = {
    {"plain", "done"},
    {"plain", "done", Known::Nothing},
    {"wrong-hash", "wrong_hash"},
    {"cut-once", "done"},
    {"cut-once", "done", Known::Nothing},
    {"cut-often", "done"},
    {"cut-at-once", "cut_off"},
    {"shorter", "wrong_size"},
    {"longer", "wrong_size"},
    {"longer-chunked", "too_long"},
    {"chunked", "done"},
    {"chunked", "no_size", Known::Nothing},
    {"endless", "too_long"},
    {"endless", "no_size", Known::Nothing},
    {"empty", "no_size", Known::Nothing},
    {"stalls", "done"},
    {"silent", "too_slow"},
    {"trickle", "too_slow|no_resume", Known::All, true},
    {"416-later", "no_resume"},
    {"412-later", "done", Known::All, true},
    {"500", "server_error"},
    {"503-twice", "done"},
    {"503-in-between", "done"},
    {"429", "busy"},
    {"429-once", "done"},
    {"401", "needs_access"},
    {"403", "needs_access"},
    {"404", "not_there"},
    {"410", "not_there"},
    {"304", "garbled"},
    {"300", "garbled"},
    {"redirect", "done"},
    {"redirect-other-host", "done"},
    {"redirect-loop", "many_redirects"},
    {"redirect-to-file", "insecure_redirect"},
    {"redirect-to-user", "insecure_redirect"},
    {"redirect-nowhere", "garbled"},
    {"changed", "done", Known::All, true},
    {"changed-quietly", "wrong_hash"},
    {"changed-quietly", "no_resume", Known::Size},
    {"changed-under-206", "changing", Known::All, true},
    {"always-changing", "changing", Known::All, true},
    {"no-tag", "done"},
    {"no-tag", "no_resume", Known::Nothing},
    {"date-only", "done", Known::Nothing},
    {"weak-tag", "done"},
    {"weak-tag", "no_resume", Known::Size},
    {"bomb", "encoded"},
    {"transfer-bomb", "too_long|garbled"},
    {"wrong-start", "wrong_range"},
    {"wrong-total", "changing", Known::All, true},
    {"range-nonsense", "wrong_range"},
    {"range-unsaid", "wrong_range"},
    {"range-ignored", "no_resume"},
    {"several-parts", "wrong_range"},
    {"half-a-part", "done"},
    {"cut-header", "cut_off|garbled"},
    {"garbage", "garbled|cut_off"},
    {"huge-header", "garbled|cut_off"},
    {"two-lengths", "wrong_size|garbled"},
    {"negative-length", "garbled|no_size"},
    {"page", "wrong_size"},
};

} // namespace

class DownloadFaultsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void eachFaultEndsInANamedState_data();
    void eachFaultEndsInANamedState();
    void encryptionIsNotGivenUp_data();
    void encryptionIsNotGivenUp();
    void mirrorsAreAskedInTurn();
    void aModelAppearsOnlyWhenItsHeaderIsSound();
    void aDamagedPartIsFetchedAgainAlone();
    void pausedItGoesOnWhereItStopped();
    void cancelledNothingIsLeft();
    void offlineNothingIsSent();
    void everyRequestIsInTheLedger();
    void smallTextsComeWhole();
    void whatIsNoFileIsRefused_data();
    void whatIsNoFileIsRefused();

private:
    [[nodiscard]] DownloadRequest request(const QString &url, Known known = Known::All,
                                          const QString &name = QStringLiteral("file.bin")) const
    {
        return {.title = QStringLiteral("A file"),
                .url = url,
                .folder = m_folder->filePath(QStringLiteral("into")),
                .fileName = name,
                .bytes = known == Known::Nothing ? 0 : static_cast<quint64>(kBytes),
                .sha256 = known == Known::All ? m_server->sha256() : QString(),
                .purpose = QStringLiteral("test")};
    }
    [[nodiscard]] QString finalPath(const QString &name = QStringLiteral("file.bin")) const
    {
        return m_folder->filePath(QStringLiteral("into/") + name);
    }
    void verifyOutcome(const DownloadValue &value, const QString &outcome) const;

    std::unique_ptr<platform::Broker> m_broker;
    std::unique_ptr<FaultServer> m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void DownloadFaultsTest::initTestCase()
{
    auto broker = platform::Broker::start({.workerFolders = {FETCH_FOLDER}});
    QVERIFY(broker.has_value());
    m_broker = std::move(*broker);
}

void DownloadFaultsTest::verifyOutcome(const DownloadValue &value, const QString &outcome) const
{
    QVERIFY(value.isFinal());
    if (outcome == QStringLiteral("done")) {
        QVERIFY2(value.state == DownloadState::Done, qPrintable(value.failure.code + value.failure.details));
        QFile file(value.path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll() == m_server->content());
        QCOMPARE(value.sha256, m_server->sha256());
        QVERIFY(!QFile::exists(value.path + QStringLiteral(".part")));
        return;
    }
    QCOMPARE(value.state, DownloadState::Failed);
    QStringList codes;
    for (const QString &code : outcome.split(QLatin1Char('|')))
        codes.append(QStringLiteral("download.") + code);
    QVERIFY2(codes.contains(value.failure.code), qPrintable(value.failure.code + u' ' + value.failure.details));
    QVERIFY(downloadFailureCodes().contains(value.failure.code));
    QVERIFY(!value.failure.explanation.isEmpty() && !value.failure.explanation.contains(QLatin1Char('%')));
    QVERIFY2(!QFile::exists(value.path), "a bad file was accepted");
}

void DownloadFaultsTest::eachFaultEndsInANamedState_data()
{
    QTest::addColumn<int>("row");
    int row = 0;
    for (const Case &one : kCases) {
        const char *known = one.known == Known::All    ? ""
                            : one.known == Known::Size ? ", size known"
                                                       : ", nothing known";
        QTest::newRow(QByteArray(QByteArray(one.path) + known).constData()) << row++;
    }
}

void DownloadFaultsTest::eachFaultEndsInANamedState()
{
    QFETCH(int, row);
    const Case &one = kCases[row];
    const QString path = QString::fromLatin1(one.path);
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>(noise(kBytes, 1));
    const Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
    const QString id = fetching.service->start(request(m_server->url(path), one.known));
    verifyOutcome(fetching.ended(id), QString::fromLatin1(one.outcome));
    qint64 next = 0;
    for (const QJsonObject &asked : m_server->log(path)) {
        QCOMPARE(asked.value(QStringLiteral("token")).toString(), QString());
        QCOMPARE(asked.value(QStringLiteral("encodings")).toString(), QStringLiteral("identity"));
        const qint64 from = asked.value(QStringLiteral("from")).toInteger();
        const qint64 sent = asked.value(QStringLiteral("sent")).toInteger();
        if (!one.again && next > 0)
            QVERIFY2(from == next, qPrintable(QStringLiteral("asked from %1 on instead of %2").arg(from).arg(next)));
        next = sent > 0 && (from > 0 || next == 0) ? from + sent : next;
    }
}

void DownloadFaultsTest::encryptionIsNotGivenUp_data()
{
    QTest::addColumn<QString>("which");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("outcome");
    const auto row = [](const char *name, const char *which, const char *host, const char *path, const char *outcome) {
        QTest::newRow(name) << QString::fromLatin1(which) << QString::fromLatin1(host) << QString::fromLatin1(path)
                            << QString::fromLatin1(outcome);
    };
    row("a certificate that is trusted", "https", "127.0.0.1", "plain", "done");
    row("cut over it", "https", "127.0.0.1", "cut-once", "done");
    row("a redirect to http", "https", "127.0.0.1", "redirect-to-http", "insecure_redirect");
    row("a certificate that vouches for itself", "stranger", "127.0.0.1", "plain", "untrusted");
    row("a certificate for another name", "https", "localhost", "plain", "untrusted");
    row("no encryption at all", "http", "127.0.0.1", "plain", "untrusted");
}

void DownloadFaultsTest::encryptionIsNotGivenUp()
{
    QFETCH(QString, which);
    QFETCH(QString, host);
    QFETCH(QString, path);
    QFETCH(QString, outcome);
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>(noise(kBytes, 1), true);
    if (!m_server->hasTls())
        QSKIP("openssl is not installed");
    DownloadOptions options = quickDownloads(m_broker.get());
    options.authorities = m_server->authorities();
    const Fetching fetching(m_folder->path(), options);
    const QString id = fetching.service->start(request(m_server->secureUrl(path, which, host)));
    verifyOutcome(fetching.ended(id), outcome);
}

void DownloadFaultsTest::mirrorsAreAskedInTurn()
{
    for (const char *first : {"404", "wrong-hash", "range-ignored", "500", "shorter", "416-later"}) {
        m_folder = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<FaultServer>(noise(kBytes, 1));
        const Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
        DownloadRequest wanted = request(m_server->url(QString::fromLatin1(first)));
        wanted.mirrors = {m_server->url(QStringLiteral("plain"))};
        verifyOutcome(fetching.ended(fetching.service->start(wanted)), QStringLiteral("done"));
    }
}

void DownloadFaultsTest::aModelAppearsOnlyWhenItsHeaderIsSound()
{
    const QString name = QStringLiteral("tiny.gguf");
    const QTemporaryDir models;
    const QString path = models.filePath(name);
    tests::writeTinyModel(path.toStdString());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray model = file.readAll();
    const std::pair<QByteArray, const char *> rows[] = {{model, "done"},
                                                        {model.first(model.size() - 100), "not_a_model"},
                                                        {model.first(100), "not_a_model"},
                                                        {noise(5000, 3), "not_a_model"}};
    for (const auto &[content, outcome] : rows) {
        m_folder = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<FaultServer>(content);
        const Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
        const QString id =
            fetching.service->start(request(m_server->url(QStringLiteral("plain")), Known::Nothing, name));
        verifyOutcome(fetching.ended(id), QString::fromLatin1(outcome));
        if (outcome != QByteArrayView("done"))
            QVERIFY(!QFile::exists(finalPath(name) + QStringLiteral(".part")));
    }
}

void DownloadFaultsTest::aDamagedPartIsFetchedAgainAlone()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>(noise(kBytes, 1));
    const QString path = QStringLiteral("steady");
    QString id;
    quint64 kept = 0;
    {
        const Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
        id = fetching.service->start(request(m_server->url(path), Known::Size));
        QTRY_VERIFY(fetching.service->download(id)->verifiedBytes >= 300'000);
        fetching.service->pause(id);
        QTRY_VERIFY(fetching.service->download(id)->bytesPerSecond == 0);
    }
    {
        QFile part(finalPath() + QStringLiteral(".part"));
        QVERIFY(part.open(QIODevice::ReadWrite) && part.seek(65536 + 100) && part.write("damaged") == 7);
    }
    const qsizetype before = m_server->log(path).size();
    const Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
    fetching.service->load(DownloadService::Leftovers::GoOn);
    QTRY_VERIFY(fetching.service->download(id).has_value());
    QCOMPARE(fetching.service->download(id)->state, DownloadState::Paused);
    fetching.service->resume(id);
    verifyOutcome(fetching.ended(id), QStringLiteral("done"));
    const QList<QJsonObject> log = m_server->log(path);
    QCOMPARE(log.size(), before + 2);
    QCOMPARE(log.at(before).value(QStringLiteral("range")).toString(), QStringLiteral("bytes=65536-131071"));
    kept = static_cast<quint64>(log.at(before + 1).value(QStringLiteral("from")).toInteger());
    QVERIFY(kept >= 300'000);
}

void DownloadFaultsTest::pausedItGoesOnWhereItStopped()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>(noise(kBytes, 1));
    const QString path = QStringLiteral("steady");
    const Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
    const QString id = fetching.service->start(request(m_server->url(path)));
    QTRY_VERIFY(fetching.service->download(id)->receivedBytes > 100'000);
    fetching.service->pause(id);
    QCOMPARE(fetching.service->download(id)->state, DownloadState::Paused);
    fetching.service->resume(id);
    verifyOutcome(fetching.ended(id), QStringLiteral("done"));
    const QList<QJsonObject> log = m_server->log(path);
    QCOMPARE(log.size(), 2);
    QVERIFY(log.at(1).value(QStringLiteral("from")).toInteger() > 100'000);
    QCOMPARE(log.at(1).value(QStringLiteral("if_range")).toString(), QStringLiteral("\"one\""));
}

void DownloadFaultsTest::cancelledNothingIsLeft()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>(noise(kBytes, 1));
    const Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
    const QString id = fetching.service->start(request(m_server->url(QStringLiteral("steady"))));
    QTRY_VERIFY(fetching.service->download(id)->receivedBytes > 0);
    fetching.service->cancel(id);
    QCOMPARE(fetching.service->download(id)->state, DownloadState::Cancelled);
    QTRY_COMPARE(QDir(m_folder->filePath(QStringLiteral("into"))).entryList(QDir::Files).size(), 0);
    fetching.service->retry(id);
    verifyOutcome(fetching.ended(id), QStringLiteral("done"));
    fetching.service->clear(id);
    QVERIFY(fetching.service->downloads().isEmpty());
    QVERIFY(QFile::exists(finalPath()));
}

void DownloadFaultsTest::offlineNothingIsSent()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>(noise(kBytes, 1));
    Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
    fetching.settings.setOffline(true);
    const QString id = fetching.service->start(request(m_server->url(QStringLiteral("plain"))));
    verifyOutcome(fetching.ended(id), QStringLiteral("offline"));
    Failure refused;
    fetching.service->fetchText(m_server->url(QStringLiteral("text")), QStringLiteral("test"), 100, this,
                                [&](const DownloadService::Bytes &bytes) { refused = bytes.error(); });
    QTRY_COMPARE(refused.code, QStringLiteral("download.offline"));
    QCOMPARE(m_server->log(QStringLiteral("plain")).size(), 0);
    QCOMPARE(m_server->log(QStringLiteral("text")).size(), 0);
    // What the switch held up goes on by itself.
    fetching.settings.setOffline(false);
    verifyOutcome(fetching.ended(id), QStringLiteral("done"));
}

void DownloadFaultsTest::everyRequestIsInTheLedger()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>(noise(kBytes, 1));
    Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
    const QString id =
        fetching.service->start(request(m_server->url(QStringLiteral("redirect?key=secret")), Known::All));
    verifyOutcome(fetching.ended(id), QStringLiteral("done"));
    LedgerService ledger(fetching.store);
    QSignalSpy changed(&ledger, &LedgerService::changed);
    ledger.load();
    QVERIFY(changed.wait());
    QCOMPARE(ledger.entries().size(), 2);
    const LedgerValue &last = ledger.entries().at(0);
    QCOMPARE(last.status, 200);
    QCOMPARE(last.host, QStringLiteral("127.0.0.1"));
    QCOMPARE(last.purpose, QStringLiteral("test"));
    QVERIFY(last.bytesReceived >= kBytes && last.bytesSent > 0);
    QCOMPARE(ledger.entries().at(1).status, 302);
    QVERIFY(!ledger.entries().at(1).url.contains(QStringLiteral("secret")));
}

void DownloadFaultsTest::smallTextsComeWhole()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>(noise(kBytes, 1));
    const Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
    std::optional<DownloadService::Bytes> text;
    std::optional<DownloadService::Bytes> long_;
    std::optional<DownloadService::Bytes> start;
    std::optional<DownloadService::Bytes> startWithoutParts;
    const auto into = [](auto &place) { return [&place](const DownloadService::Bytes &bytes) { place = bytes; }; };
    const QString why = QStringLiteral("test");
    fetching.service->fetchText(m_server->url(QStringLiteral("text")), why, 100, this, into(text));
    fetching.service->fetchText(m_server->url(QStringLiteral("plain")), why, 1000, this, into(long_));
    fetching.service->fetchStart(m_server->url(QStringLiteral("plain")), 1000, why, this, into(start));
    fetching.service->fetchStart(m_server->url(QStringLiteral("chunked")), 1000, why, this, into(startWithoutParts));
    QTRY_VERIFY(text && long_ && start && startWithoutParts);
    QCOMPARE(text->value(), QByteArray("words"));
    QCOMPARE(long_->error().code, QStringLiteral("download.too_long"));
    QCOMPARE(start->value(), m_server->content().first(1000));
    QCOMPARE(startWithoutParts->value(), m_server->content().first(1000));
}

void DownloadFaultsTest::whatIsNoFileIsRefused_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("outcome");
    const auto row = [](const char *name, const char *url, const char *file, const char *outcome) {
        QTest::newRow(name) << QString::fromLatin1(url) << QString::fromLatin1(file) << QString::fromLatin1(outcome);
    };
    row("another scheme", "ftp://127.0.0.1/x", "x", "bad_address");
    row("a file of this machine", "file:///etc/passwd", "x", "bad_address");
    row("http elsewhere", "http://example.org/x", "x", "bad_address");
    row("a user in front", "https://a@example.org/x", "x", "bad_address");
    row("a path", "https://example.org/x", "../x", "bad_name");
    row("a hidden name", "https://example.org/x", ".x", "bad_name");
    row("no name", "https://example.org/x", "", "bad_name");
    row("a name nobody knows", "https://no-such-host.invalid/x", "file.bin", "unresolved");
    row("nobody listens", "http://127.0.0.1:1/x", "file.bin", "unreachable");
}

void DownloadFaultsTest::whatIsNoFileIsRefused()
{
    QFETCH(QString, url);
    QFETCH(QString, name);
    QFETCH(QString, outcome);
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>(noise(1000, 1));
    const Fetching fetching(m_folder->path(), quickDownloads(m_broker.get()));
    const QString id = fetching.service->start(request(url, Known::Nothing, name));
    const DownloadValue value = fetching.ended(id);
    QCOMPARE(value.state, DownloadState::Failed);
    QCOMPARE(value.failure.code, QStringLiteral("download.") + outcome);
}

QTEST_GUILESS_MAIN(DownloadFaultsTest)
#include "download_faults_test.moc"
