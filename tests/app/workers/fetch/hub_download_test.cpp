// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Downloads from a hub with the names of the real one, behind a proxy: models of several files, the speed limit while
// bytes arrive, and what a proxy that is not there is called.
#include "tests/app/support/fetching.h"
#include "tests/app/support/hub_server.h"
#include "tests/support/tiny_model.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>

using namespace app;
using namespace app::test;

namespace {

const QString kHub = QStringLiteral("https://huggingface.co/some/Tiny-GGUF/resolve/main/");

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString hashOf(const QByteArray &bytes)
{
    return QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
}

/// Answers what it was told, and counts.
class FakeKeychain : public Keychain {
public:
    FakeKeychain(Answer answer, int &reads)
        : m_answer(std::move(answer))
        , m_reads(reads)
    {
    }
    void read(QObject *context, Receive receive) override
    {
        ++m_reads;
        reply(context, std::move(receive));
    }
    void write(const QByteArray &, QObject *context, Receive receive) override { reply(context, std::move(receive)); }
    void remove(QObject *context, Receive receive) override { reply(context, std::move(receive)); }

private:
    void reply(QObject *context, Receive receive) const
    {
        QMetaObject::invokeMethod(
            context, [receive = std::move(receive), answer = m_answer] { receive(answer); }, Qt::QueuedConnection);
    }
    Answer m_answer;
    int &m_reads;
};

} // namespace

class HubDownloadTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void aModelOfSeveralFilesAppearsWhole();
    void oneBadFileHoldsBackAll();
    void filesThatWereCheckedAreNotFetchedAgain();
    void cancelledNoFileIsLeft();
    void theProxyIsAskedAndNobodyElse();
    void aSpeedLimitHoldsWhileBytesArrive();
    void theTokenGoesToTheHubAlone();
    void aTokenThatNobodyGivesOutIsNotWaitedFor();

private:
    /// Puts three files of one model on the hub.
    DownloadRequest offerShards(const QJsonObject &more = {});
    [[nodiscard]] Fetching fetching(std::unique_ptr<Keychain> keychain = {}) const;
    [[nodiscard]] QStringList namesIn(const QString &pattern) const
    {
        return QDir(m_folder->filePath(QStringLiteral("into"))).entryList({pattern}, QDir::Files, QDir::Name);
    }

    std::unique_ptr<platform::Broker> m_broker;
    std::unique_ptr<HubServer> m_hub;
    std::unique_ptr<QTemporaryDir> m_folder;
    QList<QByteArray> m_files;
};

void HubDownloadTest::initTestCase()
{
    auto broker = platform::Broker::start({.workerFolders = {FETCH_FOLDER}});
    QVERIFY(broker.has_value());
    m_broker = std::move(*broker);
}

void HubDownloadTest::init()
{
    m_hub = std::make_unique<HubServer>();
    if (!m_hub->isThere())
        QSKIP("openssl is not installed");
    m_folder = std::make_unique<QTemporaryDir>();
}

Fetching HubDownloadTest::fetching(std::unique_ptr<Keychain> keychain) const
{
    DownloadOptions options = quickDownloads(m_broker.get());
    options.loopback = false;
    options.authorities = m_hub->authorities();
    options.checkpointBytes = 1024;
    return {m_folder->path(), options, m_hub->proxy(), std::move(keychain)};
}

DownloadRequest HubDownloadTest::offerShards(const QJsonObject &more)
{
    const QTemporaryDir folder;
    const auto paths = tests::writeTinyShards(folder.path().toStdString(), "tiny", 3, {});
    DownloadRequest request{.title = QStringLiteral("Tiny"),
                            .folder = m_folder->filePath(QStringLiteral("into")),
                            .sha256Source = QStringLiteral("hub")};
    m_files.clear();
    for (const auto &path : paths) {
        const QByteArray bytes = bytesOf(QString::fromStdString(path.string()));
        const QString name = QString::fromStdString(path.filename().string());
        m_files.append(bytes);
        m_hub->put(kHub + name, bytes, more);
        if (request.url.isEmpty()) {
            request.url = kHub + name;
            request.fileName = name;
            request.bytes = static_cast<quint64>(bytes.size());
            request.sha256 = hashOf(bytes);
        } else {
            request.parts.append({.url = kHub + name,
                                  .fileName = name,
                                  .bytes = static_cast<quint64>(bytes.size()),
                                  .sha256 = hashOf(bytes)});
        }
    }
    return request;
}

void HubDownloadTest::aModelOfSeveralFilesAppearsWhole()
{
    const DownloadRequest request = offerShards({{QStringLiteral("pause_ms"), 5}});
    const Fetching fetching = this->fetching();
    QStringList finished;
    connect(fetching.service.get(), &DownloadService::finished, this,
            [&](const QString &, const QString &path) { finished.append(path); });
    int seen = 0;
    bool early = false;
    connect(fetching.service.get(), &DownloadService::changed, this, [&] {
        ++seen;
        const bool done = !fetching.service->downloads().isEmpty() &&
                          fetching.service->downloads().first().state == DownloadState::Done;
        // Named one after the other in the last moment, the first one last.
        early = early || (!done && namesIn(QStringLiteral("tiny-00001-*.gguf")).size() > 0 &&
                          namesIn(QStringLiteral("*.gguf")).size() < 3);
    });
    const QString id = fetching.service->start(request);
    const DownloadValue value = fetching.ended(id);
    QVERIFY2(value.state == DownloadState::Done, qPrintable(value.failure.code + value.failure.details));
    QVERIFY(seen > 3 && !early);
    QCOMPARE(value.files, 3);
    quint64 all = 0;
    for (const QByteArray &file : m_files)
        all += static_cast<quint64>(file.size());
    QCOMPARE(value.bytes, all);
    QCOMPARE(value.receivedBytes, all);
    QCOMPARE(finished, QStringList{value.path});
    QVERIFY(value.path.endsWith(QStringLiteral("tiny-00001-of-00003.gguf")));
    QCOMPARE(namesIn(QStringLiteral("*")).size(), 3);
    for (qsizetype i = 0; i < 3; ++i)
        QCOMPARE(bytesOf(m_folder->filePath(QStringLiteral("into/tiny-0000%1-of-00003.gguf").arg(i + 1))), m_files[i]);
    QCOMPARE(fetching.service->requestOf(id), request);
}

void HubDownloadTest::oneBadFileHoldsBackAll()
{
    const DownloadRequest request = offerShards();
    const QString bad = QStringLiteral("tiny-00003-of-00003.gguf");
    m_hub->put(kHub + bad, m_files[1]);
    const Fetching fetching = this->fetching();
    const QString id = fetching.service->start(request);
    DownloadValue value = fetching.ended(id);
    QCOMPARE(value.state, DownloadState::Failed);
    QVERIFY2(value.failure.code == QStringLiteral("download.wrong_size") ||
                 value.failure.code == QStringLiteral("download.wrong_hash"),
             qPrintable(value.failure.code));
    QCOMPARE(namesIn(QStringLiteral("*.gguf")), QStringList());
    m_hub->put(kHub + bad, m_files[2]);
    fetching.service->retry(id);
    value = fetching.ended(id);
    QVERIFY2(value.state == DownloadState::Done, qPrintable(value.failure.code + value.failure.details));
    QCOMPARE(namesIn(QStringLiteral("*")).size(), 3);
    QCOMPARE(m_hub->log(QStringLiteral("tiny-00002-of-00003.gguf")).size(), 1);
}

void HubDownloadTest::filesThatWereCheckedAreNotFetchedAgain()
{
    const DownloadRequest request = offerShards({{QStringLiteral("pause_ms"), 40}});
    QString id;
    {
        const Fetching fetching = this->fetching();
        id = fetching.service->start(request);
        // The first of the three is there, another one comes.
        QTRY_VERIFY_WITH_TIMEOUT(m_hub->log(QStringLiteral("tiny-00003-of-00003.gguf")).size() == 1, 30'000);
        fetching.service->pause(id);
        QCOMPARE(fetching.service->download(id)->state, DownloadState::Paused);
        QCOMPARE(namesIn(QStringLiteral("*.gguf")), QStringList());
    }
    const Fetching fetching = this->fetching();
    fetching.service->load(DownloadService::Leftovers::GoOn);
    QTRY_VERIFY(fetching.service->download(id).has_value());
    QCOMPARE(fetching.service->downloads().size(), 1);
    QCOMPARE(fetching.service->download(id)->state, DownloadState::Paused);
    QCOMPARE(fetching.service->download(id)->files, 3);
    QVERIFY(fetching.service->download(id)->verifiedBytes >= static_cast<quint64>(m_files[1].size()));
    fetching.service->resume(id);
    const DownloadValue value = fetching.ended(id);
    QVERIFY2(value.state == DownloadState::Done, qPrintable(value.failure.code + value.failure.details));
    QCOMPARE(m_hub->log(QStringLiteral("tiny-00002-of-00003.gguf")).size(), 1);
    QCOMPARE(namesIn(QStringLiteral("*.gguf")).size(), 3);
}

void HubDownloadTest::cancelledNoFileIsLeft()
{
    const DownloadRequest request = offerShards({{QStringLiteral("pause_ms"), 40}});
    const Fetching fetching = this->fetching();
    const QString id = fetching.service->start(request);
    QTRY_VERIFY_WITH_TIMEOUT(m_hub->log(QStringLiteral("tiny-00003-of-00003.gguf")).size() == 1, 30'000);
    fetching.service->cancel(id);
    QTRY_COMPARE(namesIn(QStringLiteral("*")), QStringList());
    fetching.service->clear(id);
    QVERIFY(fetching.service->downloads().isEmpty());
}

void HubDownloadTest::theProxyIsAskedAndNobodyElse()
{
    m_hub->put(kHub + QStringLiteral("file.bin"), QByteArray(100'000, 'x'));
    const DownloadRequest request{.title = QStringLiteral("A file"),
                                  .url = kHub + QStringLiteral("file.bin"),
                                  .folder = m_folder->filePath(QStringLiteral("into")),
                                  .fileName = QStringLiteral("file.bin")};
    Fetching fetching = this->fetching();
    const QString proxy = fetching.settings.proxy();
    // Where it is not, there is no way around it.
    fetching.settings.setProxy(QStringLiteral("http://127.0.0.1:1"));
    const QString id = fetching.service->start(request);
    QCOMPARE(fetching.ended(id).state, DownloadState::Failed);
    QCOMPARE(fetching.service->download(id)->failure.code, QStringLiteral("download.unreachable"));
    QCOMPARE(m_hub->log().size(), 0);
    fetching.settings.setProxy(proxy);
    fetching.service->retry(id);
    QCOMPARE(fetching.ended(id).state, DownloadState::Done);
    QCOMPARE(m_hub->log().size(), 1);
    QCOMPARE(m_hub->log().first().value(QStringLiteral("host")).toString(), QStringLiteral("huggingface.co"));
}

void HubDownloadTest::aSpeedLimitHoldsWhileBytesArrive()
{
    constexpr quint64 kBytes = 24'000'000;
    m_hub->put(kHub + QStringLiteral("file.bin"), QByteArray(kBytes, 'x'));
    const Fetching fetching = this->fetching();
    constexpr quint64 kSlow = 500'000;
    fetching.service->setSpeedLimit(kSlow);
    const QString id = fetching.service->start({.title = QStringLiteral("A file"),
                                                .url = kHub + QStringLiteral("file.bin"),
                                                .folder = m_folder->filePath(QStringLiteral("into")),
                                                .fileName = QStringLiteral("file.bin"),
                                                .bytes = kBytes});
    QTRY_VERIFY_WITH_TIMEOUT(fetching.service->download(id)->receivedBytes > kSlow, 30'000);
    QElapsedTimer time;
    time.start();
    const quint64 before = fetching.service->download(id)->receivedBytes;
    QTRY_VERIFY_WITH_TIMEOUT(fetching.service->download(id)->receivedBytes >= before + 2 * kSlow, 30'000);
    QVERIFY2(time.elapsed() > 1000, qPrintable(QString::number(time.elapsed())));
    // Lifted in the middle it comes at once: what is left would take half a minute under the limit.
    fetching.service->setSpeedLimit(0);
    time.restart();
    QCOMPARE(fetching.ended(id).state, DownloadState::Done);
    QVERIFY2(time.elapsed() < 20'000, qPrintable(QString::number(time.elapsed())));
    QCOMPARE(m_hub->log().size(), 1);
}

void HubDownloadTest::theTokenGoesToTheHubAlone()
{
    const QString gated = kHub + QStringLiteral("gated.bin");
    const QString elsewhere = QStringLiteral("https://cdn.example.org/gated.bin");
    const QString lookalike = QStringLiteral("https://huggingface.co.example.org/file.bin");
    const QString token = QStringLiteral("hf_secretOfSomebody");
    m_hub->rule(gated, {{QStringLiteral("token"), token}, {QStringLiteral("redirect"), elsewhere}});
    m_hub->put(elsewhere, QByteArray(50'000, 'x'));
    m_hub->put(lookalike, QByteArray(50'000, 'y'));
    int reads = 0;
    const Fetching fetching = this->fetching(std::make_unique<FakeKeychain>(
        Keychain::Answer{.outcome = Keychain::Outcome::Done, .secret = token.toLatin1() + '\n', .reason = {}}, reads));
    const auto get = [&](const QString &url, const QString &name) {
        return fetching.ended(fetching.service->start(
            {.title = name, .url = url, .folder = m_folder->filePath(QStringLiteral("into")), .fileName = name}));
    };
    // A keyring that is locked asks for its password: not before the hub is asked.
    QCOMPARE(get(lookalike, QStringLiteral("one.bin")).state, DownloadState::Done);
    QCOMPARE(reads, 0);
    const DownloadValue value = get(gated, QStringLiteral("two.bin"));
    QVERIFY2(value.state == DownloadState::Done, qPrintable(value.failure.code + value.failure.details));
    QCOMPARE(reads, 1);
    int shown = 0;
    for (const QJsonObject &asked : m_hub->log()) {
        const bool isHub = asked.value(QStringLiteral("host")).toString() == QStringLiteral("huggingface.co");
        const QString sent = asked.value(QStringLiteral("token")).toString();
        QCOMPARE(sent, isHub ? QStringLiteral("Bearer ") + token : QString());
        shown += isHub ? 1 : 0;
    }
    QCOMPARE(shown, 1);
    QCOMPARE(m_hub->log().size(), 3);
}

void HubDownloadTest::aTokenThatNobodyGivesOutIsNotWaitedFor()
{
    const QString gated = kHub + QStringLiteral("gated.bin");
    m_hub->rule(gated, {{QStringLiteral("token"), QStringLiteral("hf_x")}});
    for (const Keychain::Outcome outcome : {Keychain::Outcome::NotThere, Keychain::Outcome::Failed}) {
        const QTemporaryDir folder;
        int reads = 0;
        const Fetching fetching = this->fetching(
            std::make_unique<FakeKeychain>(Keychain::Answer{.outcome = outcome, .secret = {}, .reason = {}}, reads));
        const DownloadValue value = fetching.ended(fetching.service->start({.title = QStringLiteral("gated"),
                                                                            .url = gated,
                                                                            .folder = folder.path(),
                                                                            .fileName = QStringLiteral("gated.bin")}));
        QCOMPARE(value.failure.code, QStringLiteral("download.needs_access"));
        QCOMPARE(reads, 1);
        QCOMPARE(fetching.token->failure().isEmpty(), outcome == Keychain::Outcome::NotThere);
        QCOMPARE(fetching.settings.hubTokenKept(), outcome == Keychain::Outcome::Failed);
        QVERIFY(m_hub->log().last().value(QStringLiteral("token")).toString().isEmpty());
    }
}

QTEST_GUILESS_MAIN(HubDownloadTest)
#include "hub_download_test.moc"
