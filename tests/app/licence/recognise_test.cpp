// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/licence/recognise.h"

#include <QTest>

using namespace app::licence;

class RecogniseTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void statements_data();
    void statements();
    void parents_data();
    void parents();
    void aFineTuneKeepsItsParentsTerms();
    void theStricterOfTwoCounts();
    void whatIsUnknownStaysUnknown();
    void onlyAParentIsKnown();
    void theCatalogueIsHeard();
};

void RecogniseTest::statements_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("link");
    QTest::addColumn<QString>("licence");
    const QString none;
    const auto row = [&](const char *title, const char *id, const char *name, const char *link, const char *licence) {
        QTest::newRow(title) << QString::fromUtf8(id) << QString::fromUtf8(name) << QString::fromUtf8(link)
                             << QString::fromUtf8(licence);
    };
    row("hub's id", "apache-2.0", "", "", "apache");
    row("SPDX", "Apache-2.0", "", "", "apache");
    row("with spaces", "  MIT \n", "", "", "mit");
    row("llama", "llama3.1", "", "", "llama31");
    row("llama 3 is not 3.1", "llama3", "", "", "llama3");
    row("other with a name", "other", "qwen-research", "LICENSE", "qwenres");
    row("other with a name in capitals", "other", "NVIDIA-Open-Model-License", "", "nvopen");
    row("other with a link", "other", "", "https://ai.google.dev/gemma/terms", "gemma");
    row("a link alone", "", "", "https://www.apache.org/licenses/LICENSE-2.0/", "apache");
    row("a file's name is no answer", "other", "", "LICENSE", "");
    row("other alone", "other", "", "", "");
    row("unknown", "unknown", "", "", "");
    row("nothing", "", "", "", "");
    row("an id that is not known is not looked past", "grok2-community", "mit", "", "");
    row("several", "apache-2.0,mit", "", "", "");
    row("a licence inside a word", "mit-but-not", "", "", "");
    row("Falcon's two texts have one id; the name tells", "other", "falcon-llm-license", "", "falcon3");
    row("two versions of EXAONE share a name", "other", "exaone", "", "");
    QTest::newRow("endless") << QString(100'000, QLatin1Char('a')) << none << none << none;
}

void RecogniseTest::statements()
{
    QFETCH(QString, id);
    QFETCH(QString, name);
    QFETCH(QString, link);
    QTEST(recognise(Statement{.id = id, .name = name, .link = link}), "licence");
}

void RecogniseTest::parents_data()
{
    QTest::addColumn<QString>("repository");
    QTest::addColumn<QString>("licence");
    const auto row = [](const char *repository, const char *licence) {
        QTest::newRow(repository) << QString::fromLatin1(repository) << QString::fromLatin1(licence);
    };
    row("meta-llama/Llama-3.1-8B", "llama31");
    row("https://huggingface.co/meta-llama/Llama-3.1-8B", "llama31");
    row("meta-llama/Meta-Llama-3-8B", "llama3");
    row("meta-llama/Meta-Llama-3.1-8B-Instruct", "llama31");
    row("google/gemma-2-9b", "gemma");
    row("google/gemma-4-E4B", "apache");
    row("Qwen/Qwen2.5-7B", "apache");
    row("Qwen/Qwen2.5-32B", "apache");
    row("Qwen/Qwen2.5-3B", "qwenres");
    row("Qwen/Qwen2.5-72B-Instruct", "qwen");
    row("Qwen/Qwen2.5-Math-1.5B", "");
    row("mistralai/Ministral-8B-Instruct-2410", "mrl");
    row("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "llama31");
    row("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "mit");
    row("somebody/Llama-3.1-8B-better", "");
    row("https://example.org/meta-llama/Llama-3.1-8B", "");
    row("", "");
}

void RecogniseTest::parents()
{
    QFETCH(QString, repository);
    QTEST(parentLicence(repository), "licence");
}

void RecogniseTest::aFineTuneKeepsItsParentsTerms()
{
    const Finding finding = recognise(
        Evidence{.file = {.id = QStringLiteral("mit")}, .baseModels = {QStringLiteral("meta-llama/Llama-3.1-8B")}});
    QCOMPARE(finding.id, QStringLiteral("llama31"));
    QCOMPARE(finding.others, QStringList{QStringLiteral("mit")});
    QVERIFY(!finding.conflict);
}

void RecogniseTest::theStricterOfTwoCounts()
{
    const Finding finding =
        recognise(Evidence{.file = {.id = QStringLiteral("apache-2.0")},
                           .hub = {.id = QStringLiteral("other"), .name = QStringLiteral("qwen-research")}});
    QCOMPARE(finding.id, QStringLiteral("qwenres"));
    QCOMPARE(finding.others, QStringList{QStringLiteral("apache")});
    QVERIFY(finding.conflict);
    QVERIFY(!conflictSentence().isEmpty());
}

void RecogniseTest::whatIsUnknownStaysUnknown()
{
    QCOMPARE(recognise(Evidence{}), Finding{});
    const Finding finding =
        recognise(Evidence{.file = {.id = QStringLiteral("other"), .name = QStringLiteral("My own terms")}});
    QCOMPARE(finding.id, QString());
    QCOMPARE(finding.stated, QStringLiteral("My own terms"));
}

void RecogniseTest::onlyAParentIsKnown()
{
    // The parent's terms bind, and yet nobody knows what else does.
    const Finding finding = recognise(Evidence{.baseModels = {QStringLiteral("meta-llama/Llama-3.2-3B")}});
    QCOMPARE(finding.id, QString());
    QCOMPARE(finding.others, QStringList{QStringLiteral("llama32")});
}

void RecogniseTest::theCatalogueIsHeard()
{
    QCOMPARE(recognise(Evidence{.catalogueId = QStringLiteral("gemma")}).id, QStringLiteral("gemma"));
    QCOMPARE(recognise(Evidence{.catalogueId = QStringLiteral("made-up")}).id, QString());
}

QTEST_GUILESS_MAIN(RecogniseTest)
#include "recognise_test.moc"
