// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/catalogue/hub_address.h"

#include <QTest>

using namespace app::catalogue;
using Kind = PastedAddress::Kind;

class HubAddressTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namesModels_data();
    void namesModels();
    void refuses_data();
    void refuses();
    void makesAddresses();
};

void HubAddressTest::namesModels_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<PastedAddress>("address");
    const QString repository = QStringLiteral("Qwen/Qwen3-8B-GGUF");
    const QString path = QStringLiteral("Qwen3-8B-Q4_K_M.gguf");
    const auto row = [](const char *text, const PastedAddress &address) {
        QTest::newRow(text) << QString::fromUtf8(text) << address;
    };
    row("Qwen/Qwen3-8B-GGUF", {.repository = repository});
    row("  Qwen/Qwen3-8B-GGUF\n", {.repository = repository});
    row("Qwen/Qwen3-8B-GGUF:Q4_K_M", {.repository = repository, .quantization = QStringLiteral("Q4_K_M")});
    row("Qwen/Qwen3-8B-GGUF:q4_k_m", {.repository = repository, .quantization = QStringLiteral("Q4_K_M")});
    row("hf.co/Qwen/Qwen3-8B-GGUF:Q8_0", {.repository = repository, .quantization = QStringLiteral("Q8_0")});
    row("huggingface.co/Qwen/Qwen3-8B-GGUF", {.repository = repository});
    row("https://huggingface.co/Qwen/Qwen3-8B-GGUF", {.repository = repository});
    row("https://hf.co/Qwen/Qwen3-8B-GGUF/", {.repository = repository});
    row("https://huggingface.co/Qwen/Qwen3-8B-GGUF?library=llama", {.repository = repository});
    row("https://huggingface.co/Qwen/Qwen3-8B-GGUF/tree/main",
        {.repository = repository, .revision = QStringLiteral("main")});
    row("https://huggingface.co/Qwen/Qwen3-8B-GGUF/blob/main/Qwen3-8B-Q4_K_M.gguf",
        {.kind = Kind::File, .repository = repository, .revision = QStringLiteral("main"), .path = path});
    row("https://huggingface.co/Qwen/Qwen3-8B-GGUF/resolve/7c41481/Qwen3-8B-Q4_K_M.gguf?download=true",
        {.kind = Kind::File, .repository = repository, .revision = QStringLiteral("7c41481"), .path = path});
    row("https://huggingface.co/a/b/blob/main/Q4_K_M/x-00001-of-00002.gguf",
        {.kind = Kind::File,
         .repository = QStringLiteral("a/b"),
         .revision = QStringLiteral("main"),
         .path = QStringLiteral("Q4_K_M/x-00001-of-00002.gguf")});
    row("https://example.org/models/x.gguf#top",
        {.kind = Kind::Direct, .url = QStringLiteral("https://example.org/models/x.gguf")});
}

void HubAddressTest::namesModels()
{
    QFETCH(QString, text);
    QFETCH(PastedAddress, address);
    const auto parsed = parsePasted(text);
    QVERIFY(parsed);
    QCOMPARE(*parsed, address);
}

void HubAddressTest::refuses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<AddressProblem>("problem");
    const auto row = [](const char *text, AddressProblem problem) {
        QTest::newRow(text) << QString::fromUtf8(text) << problem;
    };
    row("", AddressProblem::Empty);
    row("   ", AddressProblem::Empty);
    row("Qwen3", AddressProblem::NotAName);
    row("a/b/c", AddressProblem::NotAName);
    row("../../etc/passwd", AddressProblem::NotAName);
    row("a/b:Q4/../x", AddressProblem::NotAName);
    row("a/b:", AddressProblem::NotAName);
    row("http://huggingface.co/a/b", AddressProblem::NotHttps);
    row("ftp://huggingface.co/a/b.gguf", AddressProblem::NotHttps);
    row("file:///etc/passwd.gguf", AddressProblem::NotAName);
    row("https://user:word@huggingface.co/a/b", AddressProblem::WithPassword);
    row("https://huggingface.co:8443/a/b", AddressProblem::WithPassword);
    row("https://huggingface.co.evil.example/a/b", AddressProblem::NotAModelFile);
    row("https://example.org/index.html", AddressProblem::NotAModelFile);
    row("https://example.org/%2e%2e%2fx.gguf", AddressProblem::NotAModelFile);
    row("https://huggingface.co/datasets/a/b", AddressProblem::NotAModel);
    row("https://huggingface.co/spaces/a/b", AddressProblem::NotAModel);
    row("https://huggingface.co/a", AddressProblem::NotAModel);
    row("https://huggingface.co/a/b/discussions/3", AddressProblem::NotAModel);
    row("https://huggingface.co/a/b/resolve/main/%2e%2e/x.gguf", AddressProblem::NotAModel);
    row("https://huggingface.co/a/b/blob/main/README.md", AddressProblem::NotAModelFile);
    row("https://huggingface.co/a/b%2fc", AddressProblem::NotAModel);
    row("https://", AddressProblem::NotAName);
    QTest::newRow("endless") << QString(5000, QLatin1Char('a')) << AddressProblem::NotAName;
}

void HubAddressTest::refuses()
{
    QFETCH(QString, text);
    QFETCH(AddressProblem, problem);
    const auto parsed = parsePasted(text);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error(), problem);
    QVERIFY(sentence(problem).endsWith(QLatin1Char('.')));
}

void HubAddressTest::makesAddresses()
{
    const QString repository = QStringLiteral("Qwen/Qwen3-8B-GGUF");
    QCOMPARE(fileAddress(repository, {}, QStringLiteral("a/b.gguf")),
             QStringLiteral("https://huggingface.co/Qwen/Qwen3-8B-GGUF/resolve/main/a/b.gguf"));
    QCOMPARE(treeAddress(repository, QStringLiteral("v1")),
             QStringLiteral("https://huggingface.co/api/models/Qwen/Qwen3-8B-GGUF/tree/v1?recursive=true"));
    QCOMPARE(recordAddress(repository), QStringLiteral("https://huggingface.co/api/models/Qwen/Qwen3-8B-GGUF"));
    QCOMPARE(parsePasted(repositoryPage(repository))->repository, repository);
}

QTEST_GUILESS_MAIN(HubAddressTest)
#include "hub_address_test.moc"
