// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/platform/broker_protocol.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/socket.h>

#include <cstring>

using namespace app::platform;

class BrokerProtocolTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void requestsComeBackAsTheyWere_data();
    void requestsComeBackAsTheyWere();
    void hostileRequestsAreRefused_data();
    void hostileRequestsAreRefused();
    void repliesAndStatusesAreChecked();
    void cutPacketsAreDropped();
    void links_data();
    void links();
    void files_data();
    void files();
};

namespace {

Packet raw(const QByteArray &body, qint64 length = -1)
{
    const auto announced = static_cast<std::uint32_t>(length < 0 ? body.size() : length);
    Packet packet(sizeof announced + static_cast<std::size_t>(body.size()));
    std::memcpy(packet.data(), &announced, sizeof announced);
    std::memcpy(packet.data() + sizeof announced, body.constData(), static_cast<std::size_t>(body.size()));
    return packet;
}

std::string text(const QByteArray &bytes)
{
    return bytes.toStdString();
}

} // namespace

void BrokerProtocolTest::requestsComeBackAsTheyWere_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("worker");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("worker") << int(RequestKind::StartWorker) << int(WorkerKind::Fetch) << QByteArray();
    QTest::newRow("link") << int(RequestKind::OpenLink) << int(WorkerKind::Probe) << QByteArray("https://example.org/");
    QTest::newRow("file") << int(RequestKind::OpenFile) << int(WorkerKind::Probe) << QByteArray("/srv/\xc3\xa4.pdf");
    QTest::newRow("count") << int(RequestKind::CountRefusals) << int(WorkerKind::Probe) << QByteArray();
}

void BrokerProtocolTest::requestsComeBackAsTheyWere()
{
    QFETCH(int, kind);
    QFETCH(int, worker);
    QFETCH(QByteArray, words);
    const auto parsed = parseRequest(encode(
        {.kind = static_cast<RequestKind>(kind), .worker = static_cast<WorkerKind>(worker), .text = text(words)}));
    QVERIFY(parsed);
    QCOMPARE(int(parsed->kind), kind);
    QCOMPARE(int(parsed->worker), worker);
    QCOMPARE(parsed->text, text(words));
}

void BrokerProtocolTest::hostileRequestsAreRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<qint64>("length");
    QTest::newRow("empty") << QByteArray() << qint64(-1);
    QTest::newRow("kind alone") << QByteArray("\1") << qint64(-1);
    QTest::newRow("length too long") << QByteArray("\1\1") << qint64(3);
    QTest::newRow("length too short") << QByteArray("\1\1") << qint64(1);
    QTest::newRow("length wraps") << QByteArray("\1\1") << qint64(0xffffffff);
    QTest::newRow("kind 0") << QByteArray("\0\1", 2) << qint64(-1);
    QTest::newRow("kind after the last") << QByteArray("\6\1") << qint64(-1);
    QTest::newRow("worker 0") << QByteArray("\1\0", 2) << qint64(-1);
    QTest::newRow("worker after the last") << QByteArray("\1\4") << qint64(-1);
    QTest::newRow("a path for a worker") << QByteArray("\1\1/bin/sh") << qint64(-1);
    QTest::newRow("link without text") << QByteArray("\2\1") << qint64(-1);
    QTest::newRow("text with a zero") << QByteArray("\2\1http://a\0b", 12) << qint64(-1);
    QTest::newRow("too large") << QByteArray("\2\1").append(QByteArray(kMaxPacket, 'a')) << qint64(-1);
}

void BrokerProtocolTest::hostileRequestsAreRefused()
{
    QFETCH(QByteArray, body);
    QFETCH(qint64, length);
    QVERIFY(!parseRequest(raw(body, length)));
}

void BrokerProtocolTest::repliesAndStatusesAreChecked()
{
    const auto reply = parseReply(encode(Reply{.error = BrokerError::TooMany, .count = 7}));
    QVERIFY(reply && reply->error == BrokerError::TooMany && reply->count == 7);
    QVERIFY(!parseReply(raw(QByteArray(8, '\0'))));
    QVERIFY(!parseReply(raw(QByteArray("\x7f").append(QByteArray(8, '\0')))));
    const ExitStatus killed{.bySignal = true, .value = 9};
    QVERIFY(parseExitStatus(encode(killed)) == killed);
    auto strange = encode(killed);
    strange[0] = std::byte{2};
    QVERIFY(!parseExitStatus(strange));
    QVERIFY(!parseExitStatus(std::span(strange).first(7)));
}

void BrokerProtocolTest::cutPacketsAreDropped()
{
    int ends[2];
    QCOMPARE(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    const Descriptor near(ends[0]);
    Descriptor far(ends[1]);
    const Packet large(kMaxPacket + 1);
    QCOMPARE(::send(far.get(), large.data(), large.size(), 0), ssize_t(large.size()));
    QVERIFY(!receivePacket(near.get()));
    const int sent[] = {near.get(), near.get()};
    QVERIFY(sendPacket(far.get(), raw("\1\1"), sent));
    const auto received = receivePacket(near.get());
    QVERIFY(received);
    QCOMPARE(received->descriptors.size(), std::size_t(2));
    far.reset();
    QVERIFY(!receivePacket(near.get()));
}

void BrokerProtocolTest::links_data()
{
    QTest::addColumn<QByteArray>("link");
    QTest::addColumn<bool>("openable");
    QTest::newRow("https") << QByteArray("https://example.org/a?b=c#d") << true;
    QTest::newRow("http in capitals") << QByteArray("HTTP://example.org") << true;
    QTest::newRow("IPv6 host") << QByteArray("http://[::1]/") << true;
    QTest::newRow("mail") << QByteArray("mailto:a@example.org?subject=Hi%20there") << true;
    QTest::newRow("empty") << QByteArray() << false;
    QTest::newRow("no host") << QByteArray("https:///etc/passwd") << false;
    QTest::newRow("host is a port") << QByteArray("http://:80/") << false;
    QTest::newRow("file") << QByteArray("file:///etc/passwd") << false;
    QTest::newRow("script") << QByteArray("javascript:alert(1)") << false;
    QTest::newRow("option") << QByteArray("--help") << false;
    QTest::newRow("path") << QByteArray("/bin/sh") << false;
    QTest::newRow("space") << QByteArray("https://example.org/a b") << false;
    QTest::newRow("line break") << QByteArray("https://example.org/\nx") << false;
    QTest::newRow("quote") << QByteArray("https://example.org/\"x") << false;
    QTest::newRow("backslash") << QByteArray("https:\\\\example.org") << false;
    QTest::newRow("beyond ASCII") << QByteArray("https://ex\xc3\xa4mple.org/") << false;
    QTest::newRow("mail attaches a file") << QByteArray("mailto:a@b?attach=/etc/passwd") << false;
    QTest::newRow("mail attaches, escaped") << QByteArray("mailto:a@b?%41tt%61chment=/etc/passwd") << false;
    QTest::newRow("mail to nobody") << QByteArray("mailto:") << false;
    QTest::newRow("ftp") << QByteArray("ftp://example.org/") << false;
    QTest::newRow("too long") << QByteArray("https://a/").append(QByteArray(kMaxPacket, 'a')) << false;
}

void BrokerProtocolTest::links()
{
    QFETCH(QByteArray, link);
    QTEST(isOpenableLink(text(link)), "openable");
}

void BrokerProtocolTest::files_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<bool>("executable");
    QTest::addColumn<bool>("openable");
    QTest::newRow("document") << "a.pdf" << QByteArray("%PDF-1.7") << false << true;
    QTest::newRow("document on a file system where all is executable")
        << "a.pdf" << QByteArray("%PDF-1.7") << true << true;
    QTest::newRow("script") << "a.txt" << QByteArray("#!/bin/sh\n") << true << false;
    QTest::newRow("program") << "a"
                             << QByteArray("\x7f"
                                           "ELF")
                             << true << false;
    QTest::newRow("text that looks like a script") << "a.txt" << QByteArray("#!/bin/sh\n") << false << true;
    QTest::newRow("launcher") << "a.Desktop" << QByteArray("[Desktop Entry]") << false << false;
}

void BrokerProtocolTest::files()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, content);
    QFETCH(bool, executable);
    const QTemporaryDir folder;
    QFile file(folder.filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    file.setPermissions(executable ? file.permissions() | QFile::ExeOwner : file.permissions());
    QTEST(isOpenableFile(file.fileName().toStdString()), "openable");
    QVERIFY(isOpenableFile(folder.path().toStdString()));
    QVERIFY(!isOpenableFile(file.fileName().toStdString() + ".gone"));
    QVERIFY(!isOpenableFile(name.toStdString()));
    QVERIFY(!isOpenableFile("/dev/null"));
}

QTEST_GUILESS_MAIN(BrokerProtocolTest)
#include "broker_protocol_test.moc"
