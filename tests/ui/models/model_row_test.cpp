// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/foreign_list_model.h"
#include "ui/models/model_row.h"
#include "ui/models/model_words.h"

#include <QLocale>
#include <QTest>

using namespace ui;
using app::ModelCard;

namespace {

QString text(const char *words)
{
    return QString::fromUtf8(words);
}

ModelCard usable()
{
    ModelCard card;
    card.id = text("qwen2.5-7b");
    card.name = text("Qwen2.5 7B Instruct");
    card.license = text("apache-2.0");
    card.architecture = text("qwen2");
    card.usable = true;
    card.fit = app::FitLevel::Fits;
    card.contextLength = card.fitContext = 32768;
    return card;
}

ModelRow rowOf(const ModelCard &card, const ModelTies &ties = {})
{
    return modelRow(card, card.name, ties);
}

} // namespace

class ModelRowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void modelsAreGroupedByWhatTheyAreFor_data();
    void modelsAreGroupedByWhatTheyAreFor();
    void aModelThatFitsCanBeTalkedWith();
    void aMissingFileStaysInItsGroupAndSaysSo();
    void aFileThatIsAnotherOneIsUsableAndSaysSo();
    void aDamagedFileIsSevere();
    void duplicatesAreNamedBeforeUsers();
    void anAdapterNamesWhatItFits();
    void whereAModelIsFrom_data();
    void whereAModelIsFrom();
    void hashesSayWhoNamedThem_data();
    void hashesSayWhoNamedThem();
    void countsAreForPeople();
    void onlyWholeForeignModelsCanBeLinked();
};

void ModelRowTest::modelsAreGroupedByWhatTheyAreFor_data()
{
    QTest::addColumn<int>("purpose");
    QTest::addColumn<bool>("usable");
    QTest::addColumn<int>("group");
    QTest::newRow("chats") << int(app::ModelUse::Chat) << true << int(ModelGroup::Chat);
    QTest::newRow("broken") << int(app::ModelUse::Chat) << false << int(ModelGroup::Unusable);
    QTest::newRow("embeds") << int(app::ModelUse::Embedding) << false << int(ModelGroup::Embedder);
    QTest::newRow("reranks") << int(app::ModelUse::Reranking) << false << int(ModelGroup::Reranker);
    QTest::newRow("adapts") << int(app::ModelUse::Adapter) << false << int(ModelGroup::Adapter);
}

void ModelRowTest::modelsAreGroupedByWhatTheyAreFor()
{
    QFETCH(int, purpose);
    QFETCH(bool, usable);
    ModelCard card;
    card.purpose = app::ModelUse(purpose);
    card.usable = usable;
    QTEST(int(groupOf(card)), "group");
    QVERIFY(!headingOf(groupOf(card)).isEmpty());
}

void ModelRowTest::aModelThatFitsCanBeTalkedWith()
{
    ModelCard card = usable();
    card.decodeTps = 18.2;
    card.prefillTps = 310;
    const ModelRow row = rowOf(card, {.users = {text("Lawyer"), text("Translator")}, .duplicates = {}});
    QVERIFY(row.canChat);
    QCOMPARE(row.fit, text("Fits, with room for 32k of context"));
    QCOMPARE(row.speed, text("18 tok/s here · reads 310 tok/s"));
    QVERIFY(row.tie.startsWith(text("used by Lawyer")));
    QVERIFY(row.trouble.isEmpty());
    card.fit = app::FitLevel::WontFit;
    QVERIFY(!rowOf(card).canChat);
}

void ModelRowTest::aMissingFileStaysInItsGroupAndSaysSo()
{
    ModelCard card = usable();
    card.usable = false;
    card.missing = true;
    card.failure = app::failureFromCode(text("app.model_missing"), {}, text("a.gguf"));
    const ModelRow row = rowOf(card);
    QCOMPARE(groupOf(card), ModelGroup::Chat);
    QVERIFY(row.missing && row.troubleIsSevere && !row.canChat);
    QVERIFY(!row.troubleTitle.isEmpty() && row.trouble.contains(text("a.gguf")));
    QVERIFY(!row.license.isEmpty());
}

void ModelRowTest::aFileThatIsAnotherOneIsUsableAndSaysSo()
{
    ModelCard card = usable();
    card.changedFromMs = 1'700'000'000'000;
    const ModelRow row = rowOf(card);
    QVERIFY(row.canChat && !row.troubleIsSevere);
    QCOMPARE(row.troubleTitle, text("The file is another one"));
}

void ModelRowTest::aDamagedFileIsSevere()
{
    ModelCard card = usable();
    card.checkResult = app::CheckResult::Damaged;
    card.checkedMs = 1'700'000'000'000;
    const ModelRow row = rowOf(card);
    QVERIFY(row.troubleIsSevere);
    QCOMPARE(row.troubleTitle, text("The file is damaged"));
}

void ModelRowTest::duplicatesAreNamedBeforeUsers()
{
    const ModelRow row = rowOf(usable(), {.users = {text("Lawyer")}, .duplicates = {text("Qwen2.5 7B copy")}});
    QCOMPARE(row.tie, text("the same bytes as Qwen2.5 7B copy"));
}

void ModelRowTest::anAdapterNamesWhatItFits()
{
    app::AdapterCard adapter;
    adapter.id = text("contract-german");
    adapter.name = text("contract-german.lora");
    adapter.fileBytes = 38'000'000;
    adapter.leastRank = adapter.mostRank = 16;
    const ModelRow row = adapterRow(adapter, {text("Qwen2.5 7B Instruct")});
    QCOMPARE(row.facts, text("rank 16 · 38 MB"));
    QCOMPARE(row.fit, text("fits Qwen2.5 7B Instruct"));
    QCOMPARE(row.tone, int(ModelWords::Good));
    QVERIFY(!row.canChat);
    QCOMPARE(adapterRow(adapter, {}).fit, text("fits none of the models here"));
}

void ModelRowTest::whereAModelIsFrom_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("words");
    QTest::newRow("starter") << text("starter") << text("came with Carrel");
    QTest::newRow("adopted") << text("adopted") << text("a file of yours");
    QTest::newRow("not known") << QString() << text("a file of yours");
    QTest::newRow("folder") << text("folder") << text("in a folder that is watched");
    QTest::newRow("address") << text("https://huggingface.co/a/b") << text("downloaded from huggingface.co");
    QTest::newRow("program") << text("Ollama") << text("of Ollama, where it lies");
}

void ModelRowTest::whereAModelIsFrom()
{
    QFETCH(QString, source);
    ModelCard card;
    card.source = source;
    QTEST(ModelWords().source(card), "words");
}

void ModelRowTest::hashesSayWhoNamedThem_data()
{
    QTest::addColumn<QString>("sha256");
    QTest::addColumn<QString>("promised");
    QTest::addColumn<QString>("by");
    QTest::addColumn<QString>("words");
    QTest::newRow("not counted yet") << QString() << text("a") << text("hub") << QString();
    QTest::newRow("nobody") << text("a") << QString() << QString()
                            << text("counted here; nobody named one to compare it with");
    QTest::newRow("catalogue") << text("a") << text("a") << text("catalogue")
                               << text("the one that the catalogue names");
    QTest::newRow("another") << text("b") << text("a") << text("hub") << text("not the one that the hub names");
    QTest::newRow("program") << text("a") << text("a") << text("Ollama") << text("the one that Ollama names");
}

void ModelRowTest::hashesSayWhoNamedThem()
{
    QFETCH(QString, sha256);
    QFETCH(QString, promised);
    QFETCH(QString, by);
    ModelCard card;
    card.sha256 = sha256;
    card.promisedSha256 = promised;
    card.promisedBy = by;
    QTEST(ModelWords().hash(card), "words");
}

void ModelRowTest::countsAreForPeople()
{
    const ModelWords words;
    QCOMPARE(words.count(135'000'000), text("135 M"));
    QCOMPARE(words.count(8'030'000'000), text("8.0 B"));
    QCOMPARE(words.count(109'000'000'000), text("109 B"));
    ModelCard card;
    QCOMPARE(words.parameters(card), QString());
    card.parameters = 109'000'000'000;
    card.activeParameters = 17'000'000'000;
    QCOMPARE(words.parameters(card), text("109 B, of which a token meets 17.0 B"));
}

void ModelRowTest::onlyWholeForeignModelsCanBeLinked()
{
    app::ForeignModel model;
    model.name = text("llama3.2:latest");
    model.path = text("/a/b");
    model.bytes = 2'000'000'000;
    model.quantization = text("Q4_K_M");
    QVERIFY(foreignRow(model).canLink);
    QCOMPARE(foreignRow(model).facts, text("Q4_K_M · 2.0 GB"));
    model.listed = true;
    QVERIFY(!foreignRow(model).canLink);
    QCOMPARE(foreignRow(model).standing, text("on your list"));
    model.listed = false;
    model.state = app::ForeignState::Partial;
    model.failure.title = text("The model is not complete");
    QVERIFY(!foreignRow(model).canLink);
    QCOMPARE(foreignRow(model).standing, text("The model is not complete"));
}

QTEST_GUILESS_MAIN(ModelRowTest)
#include "model_row_test.moc"
