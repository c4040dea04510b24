// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/download/address.h"

#include <QTest>

using namespace app::download;

class AddressTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAddressIsReadInItsParts();
    void whatIsNoneOfOursIsRefused_data();
    void whatIsNoneOfOursIsRefused();
    void httpIsForThisMachineAlone();
    void encryptionIsNeverGivenUp();
    void aNameIsNoPath_data();
    void aNameIsNoPath();
    void proxiesCarryNoSecrets();
};

void AddressTest::anAddressIsReadInItsParts()
{
    const auto plain = parseAddress("HTTPS://Hugging.Example/a/b.gguf?download=true", Reach::Web);
    QVERIFY(plain.has_value());
    QCOMPARE(plain->host, std::string("hugging.example"));
    QCOMPARE(plain->port, 443);
    QCOMPARE(plain->target, std::string("/a/b.gguf?download=true"));
    QCOMPARE(fileNameOf(*plain), std::optional<std::string>("b.gguf"));
    const auto six = parseAddress("https://[::1]:8443", Reach::Web);
    QVERIFY(six.has_value());
    QCOMPARE(six->host, std::string("::1"));
    QCOMPARE(six->port, 8443);
    QCOMPARE(six->target, std::string("/"));
    QVERIFY(!fileNameOf(*six));
    QVERIFY(!fileNameOf(*parseAddress("https://h/a%2Fb", Reach::Web)));
    QVERIFY(!fileNameOf(*parseAddress("https://h/..", Reach::Web)));
}

void AddressTest::whatIsNoneOfOursIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"",
                             "https://",
                             "https:///x",
                             "http://example.org/",
                             "ftp://h/x",
                             "file:///etc/passwd",
                             "javascript:1",
                             "https://user@host/x",
                             "https://user:pass@host/x",
                             "https://host\\@evil/x",
                             "https://ho st/x",
                             "https://host/#x",
                             "https://host:0/",
                             "https://host:99999/",
                             "https://host:/",
                             "https://.host/",
                             "https://-host/",
                             "https://ho..st/",
                             "https://ho_st/",
                             "https://[::1/",
                             "https://[zz]/",
                             "https://[::1]x/",
                             "https://h\xc3\xb6st/",
                             "https://host/\r\nX: y",
                             "//host/x",
                             "host/x"})
        QTest::newRow(text) << QByteArray(text);
    QTest::newRow("too long") << QByteArray("https://host/") + QByteArray(kLongestAddress, 'x');
    QTest::newRow("host too long") << QByteArray("https://") + QByteArray(300, 'x');
}

void AddressTest::whatIsNoneOfOursIsRefused()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseAddress(text.toStdString(), Reach::Web));
}

void AddressTest::httpIsForThisMachineAlone()
{
    QVERIFY(!parseAddress("http://127.0.0.1/x", Reach::Web));
    for (const char *own : {"http://127.0.0.1:80/x", "http://localhost/x", "http://[::1]/x"})
        QVERIFY(parseAddress(own, Reach::Loopback).has_value());
    for (const char *other : {"http://127.0.0.1.example.org/", "http://example.org/", "http://10.0.0.1/"})
        QVERIFY(!parseAddress(other, Reach::Loopback));
}

void AddressTest::encryptionIsNeverGivenUp()
{
    const Address secure = *parseAddress("https://a/", Reach::Loopback);
    const Address open = *parseAddress("http://127.0.0.1/", Reach::Loopback);
    QVERIFY(mayFollow(secure, secure));
    QVERIFY(!mayFollow(secure, open));
    QVERIFY(mayFollow(open, secure));
}

void AddressTest::aNameIsNoPath_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("plain");
    QTest::newRow("a model") << QByteArray("SmolLM2-135M-Instruct-Q4_1.gguf") << true;
    QTest::newRow("a space") << QByteArray("a b.gguf") << true;
    for (const char *name : {"",   ".",    "..",  "../x", "a/b",      "/x",  ".hidden", "-rf", " x",    "x ",
                             "x.", "a\\b", "a:b", "a\nb", "a\x1b[2J", "a*b", "a?b",     "a|b", "a\x7f", "\xc3\xa4"})
        QTest::newRow(name) << QByteArray(name) << false;
    QTest::newRow("nul") << QByteArray("a\0b", 3) << false;
    QTest::newRow("long") << QByteArray(240, 'x') << true;
    QTest::newRow("too long") << QByteArray(241, 'x') << false;
}

void AddressTest::aNameIsNoPath()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, plain);
    QCOMPARE(isPlainFileName(name.toStdString()), plain);
}

void AddressTest::proxiesCarryNoSecrets()
{
    const auto http = parseProxy("http://proxy.example:3128");
    QVERIFY(http && http->host == "proxy.example" && http->port == 3128 && !http->namesStayHere);
    QVERIFY(parseProxy("socks5://127.0.0.1/")->namesStayHere);
    QVERIFY(!parseProxy("socks5h://127.0.0.1")->namesStayHere);
    for (const char *bad :
         {"", "proxy:3128", "ftp://p", "http://", "http://user:secret@proxy:1", "http://p:1/x y", "http://p:x"})
        QVERIFY(!parseProxy(bad));
}

QTEST_GUILESS_MAIN(AddressTest)
#include "address_test.moc"
