// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_words.h"

#include <QLocale>
#include <QTest>

using namespace ui;
using app::ModelCard;

class ModelWordsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void facts_data();
    void facts();
    void license_data();
    void license();
    void openness_data();
    void openness();
    void fit_data();
    void fit();
    void sizesAreInOneUnit();
    void timeIsRounded_data();
    void timeIsRounded();
};

Q_DECLARE_METATYPE(app::ModelCard)

void ModelWordsTest::facts_data()
{
    const auto text = [](const char *words) { return QString::fromUtf8(words); };
    QTest::addColumn<ModelCard>("card");
    QTest::addColumn<QString>("words");
    ModelCard card;
    QTest::newRow("nothing known") << card << QString();
    card.quantization = text("Q4_1");
    QTest::newRow("quantization alone") << card << text("Q4_1");
    card.fileBytes = 98'000'000;
    card.contextLength = 8192;
    QTest::newRow("megabytes whole") << card << text("Q4_1 · 98 MB · 8k context");
    card.fileBytes = 4'683'000'000;
    card.contextLength = 131072;
    QTest::newRow("gigabytes with a digit") << card << text("Q4_1 · 4.7 GB · 128k context");
    card.contextLength = 512;
    QTest::newRow("short context") << card << text("Q4_1 · 4.7 GB · 512 context");
    card.sizeLabel = text("7B");
    QTest::newRow("size") << card << text("7B parameters · Q4_1 · 4.7 GB · 512 context");
    card.name = text("Qwen2.5 7b Instruct");
    QTest::newRow("size that the name says") << card << text("Q4_1 · 4.7 GB · 512 context");
}

void ModelWordsTest::facts()
{
    QFETCH(ModelCard, card);
    QTEST(ModelWords().facts(card), "words");
}

void ModelWordsTest::license_data()
{
    QTest::addColumn<QString>("license");
    QTest::addColumn<QString>("says");
    QTest::newRow("none") << QString() << QStringLiteral("states no licence");
    QTest::newRow("Apache") << QStringLiteral("apache-2.0")
                            << QStringLiteral("Apache License 2.0 · commercial use allowed");
    QTest::newRow("any case") << QStringLiteral("MIT") << QStringLiteral("MIT License · commercial use allowed");
    QTest::newRow("Llama") << QStringLiteral("llama3.2")
                           << QStringLiteral("limit of size for companies · credit to be shown");
    QTest::newRow("not commercial") << QStringLiteral("cc-by-nc-4.0") << QStringLiteral("no commercial use");
    QTest::newRow("Gemma") << QStringLiteral("gemma") << QStringLiteral("prohibited uses listed");
    QTest::newRow("unknown") << QStringLiteral("my-own")
                             << QStringLiteral("my-own · its terms are not known to Carrel");
}

void ModelWordsTest::license()
{
    QFETCH(QString, license);
    QFETCH(QString, says);
    ModelCard card;
    card.license = license;
    const QString words = ModelWords().license(card);
    QVERIFY2(words.contains(says), qPrintable(words));
}

void ModelWordsTest::openness_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("open");
    QTest::newRow("SmolLM") << QStringLiteral("SmolLM2 135M Instruct") << true;
    QTest::newRow("OLMo") << QStringLiteral("OLMo 2 7B") << true;
    QTest::newRow("Pythia") << QStringLiteral("pythia 1.4B") << true;
    QTest::newRow("Llama") << QStringLiteral("Llama 3.1 8B") << false;
    QTest::newRow("nameless") << QString() << false;
}

void ModelWordsTest::openness()
{
    QFETCH(QString, name);
    QFETCH(bool, open);
    ModelCard card;
    card.name = name;
    const QString words = ModelWords().openness(card);
    QCOMPARE(words.contains(QStringLiteral("training code open, data information open")), open);
}

void ModelWordsTest::fit_data()
{
    QTest::addColumn<ModelCard>("card");
    QTest::addColumn<QString>("words");
    QTest::addColumn<int>("tone");
    ModelCard card;
    QTest::newRow("nobody knows") << card << QString() << int(ModelWords::Quiet);
    card.fit = app::FitLevel::Fits;
    card.fitText = QStringLiteral("Fits, 98 MB");
    QTest::newRow("context not known") << card << QStringLiteral("Fits, 98 MB") << int(ModelWords::Good);
    card.contextLength = 32768;
    card.fitContext = 32768;
    QTest::newRow("all of it") << card << QStringLiteral("Fits, with room for 32k of context") << int(ModelWords::Good);
    card.fitContext = 20000;
    QTest::newRow("a part") << card << QStringLiteral("Fits up to 19k of context") << int(ModelWords::Good);
    card.fit = app::FitLevel::WontFit;
    card.fitText = QStringLiteral("Won't fit: needs 67 GB, 27 GB are free");
    QTest::newRow("does not fit") << card << card.fitText << int(ModelWords::Warn);
}

void ModelWordsTest::fit()
{
    QFETCH(ModelCard, card);
    QTEST(ModelWords().fit(card), "words");
    QTEST(ModelWords().fitTone(card), "tone");
}

void ModelWordsTest::sizesAreInOneUnit()
{
    const ModelWords words;
    QCOMPARE(words.sizeOf(1'600'000'000, 2'400'000'000), QStringLiteral("1.6 of 2.4 GB"));
    QCOMPARE(words.sizeOf(12'000'000, 98'000'000), QStringLiteral("12 of 98 MB"));
    QCOMPARE(words.sizeOf(12'000'000, 0), QStringLiteral("12 MB"));
    QCOMPARE(words.size(65'000'000'000), QStringLiteral("65 GB"));
}

void ModelWordsTest::timeIsRounded_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QString>("words");
    QTest::newRow("not known") << qint64{-1} << QString();
    QTest::newRow("seconds") << qint64{34} << QStringLiteral("34 s left");
    QTest::newRow("minutes") << qint64{250} << QStringLiteral("about 4 minute(s) left");
    QTest::newRow("hours") << qint64{7300} << QStringLiteral("about 2 hour(s) left");
}

void ModelWordsTest::timeIsRounded()
{
    QFETCH(qint64, seconds);
    QTEST(ModelWords().timeLeft(seconds), "words");
}

QTEST_GUILESS_MAIN(ModelWordsTest)
#include "model_words_test.moc"
