// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine_embedder.h"
#include "app/engine_reranker.h"
#include "tests/app/support/fake_reranker.h"
#include "tests/support/tiny_encoder.h"

#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace app;

namespace {

storage::PassageHit hit(std::int64_t id, const std::string &heading, const std::string &text)
{
    storage::PassageHit one;
    one.passage.id = {id};
    one.passage.heading = heading;
    one.passage.text = text;
    return one;
}

} // namespace

class TextRerankerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        qunsetenv("CARREL_RERANKER");
        qputenv("CARREL_MODELS", QFile::encodeName(m_folder.path()));
    }

    void theJudgementIsARankingBesideTheOthers()
    {
        std::vector<storage::PassageHit> hits = {hit(1, "", "b"), hit(2, "Notice", "c"), hit(3, "", "a")};
        test::FakeReranker reranker([](const std::string &text) { return static_cast<float>(text.back()); });
        QVERIFY(rerank(hits, QStringLiteral("which?"), reranker, {}).has_value());
        QCOMPARE(reranker.queries, std::vector<QString>{QStringLiteral("which?")});
        const std::vector<std::string> seen = {"b", "Notice\nc", "a"};
        QCOMPARE(reranker.seen, seen);
        // Nothing but the judgement tells these apart.
        QCOMPARE(hits[0].passage.id.value, 2);
        QCOMPARE(hits[1].passage.id.value, 1);
        QCOMPARE(hits[2].passage.id.value, 3);
        QCOMPARE(hits[0].rerankScore.value_or(0), float{'c'});
        QCOMPARE(hits[0].score, 1 / 61.0);
        QCOMPARE(hits[2].score, 1 / 63.0);
    }

    void whatBothSearchesFoundFirstIsNotEasilyPassed()
    {
        std::vector<storage::PassageHit> hits = {hit(1, "", "a"), hit(2, "", "b"), hit(3, "", "c")};
        hits[0].score = 2 / 61.0;
        hits[1].score = 2 / 62.0;
        hits[2].score = 1 / 160.0;
        test::FakeReranker reranker([](const std::string &text) { return static_cast<float>(text.back()); });
        QVERIFY(rerank(hits, QStringLiteral("which?"), reranker, {}).has_value());
        QCOMPARE(hits[0].passage.id.value, 1);
        QCOMPARE(hits[1].passage.id.value, 2);
        QCOMPARE(hits[2].passage.id.value, 3);
        QVERIFY(hits[2].rerankScore > hits[0].rerankScore);
    }

    void equalJudgementsKeepTheOrderOfTheSearch()
    {
        std::vector<storage::PassageHit> hits = {hit(3, "", "b"), hit(1, "", "c"), hit(2, "", "a")};
        test::FakeReranker reranker([](const std::string &) { return 0.5F; });
        QVERIFY(rerank(hits, QStringLiteral("which?"), reranker, {}).has_value());
        QCOMPARE(hits[0].passage.id.value, 3);
        QCOMPARE(hits[1].passage.id.value, 1);
        QCOMPARE(hits[2].passage.id.value, 2);
    }

    void whatStandsFarBehindIsNotJudged()
    {
        std::vector<storage::PassageHit> hits;
        for (std::size_t i = 0; i < kRerankedPassages + 2; ++i)
            hits.push_back(hit(static_cast<std::int64_t>(i), "", std::to_string(i)));
        test::FakeReranker reranker([](const std::string &text) { return std::stof(text); });
        QVERIFY(rerank(hits, QStringLiteral("which?"), reranker, {}).has_value());
        QCOMPARE(reranker.seen.size(), kRerankedPassages);
        QCOMPARE(hits.front().passage.text, std::to_string(kRerankedPassages - 1));
        QCOMPARE(hits.back().passage.text, std::to_string(kRerankedPassages + 1));
        QVERIFY(!hits.back().rerankScore);
    }

    void nothingFoundAsksNothing()
    {
        std::vector<storage::PassageHit> hits;
        test::FakeReranker reranker([](const std::string &) { return 0.0F; });
        QVERIFY(rerank(hits, QStringLiteral("which?"), reranker, {}).has_value());
        QVERIFY(reranker.queries.empty());
    }

    void aStopLeavesTheOrder()
    {
        std::vector<storage::PassageHit> hits = {hit(1, "", "a"), hit(2, "", "b")};
        test::FakeReranker reranker([](const std::string &text) { return static_cast<float>(text.back()); });
        std::stop_source stop;
        stop.request_stop();
        const auto judged = rerank(hits, QStringLiteral("which?"), reranker, stop.get_token());
        QVERIFY(!judged);
        QCOMPARE(judged.error().code, QStringLiteral("inference.cancelled"));
        QCOMPARE(hits[0].passage.id.value, 1);
    }

    void aModelJudgesEachTextAloneOfTheOthers()
    {
        const auto reranker = EngineReranker::load(model("ranker", inference::Pooling::Rank), 1);
        QVERIFY2(reranker.has_value(), reranker ? "" : qPrintable(reranker.error().sentence()));
        const std::vector<std::string> texts = {"c d", std::string(4000, 'e'), "f"};
        const auto together = (*reranker)->scores(QStringLiteral("a b"), texts, {});
        QVERIFY(together.has_value());
        QCOMPARE(together->size(), texts.size());
        QCOMPARE(std::set<float>(together->begin(), together->end()).size(), texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i)
            QCOMPARE((*reranker)->scores(QStringLiteral("a b"), {texts[i]}, {}).value().front(), (*together)[i]);
        QVERIFY(*(*reranker)->scores(QStringLiteral("z"), {"c d"}, {}) != std::vector<float>{together->front()});

        std::stop_source stop;
        stop.request_stop();
        const auto stopped = (*reranker)->scores(QStringLiteral("a b"), texts, stop.get_token());
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, QStringLiteral("inference.cancelled"));
    }

    void modelsForOtherPurposesAreRefused()
    {
        const auto reranker = EngineReranker::load(model("embedder", inference::Pooling::Mean), 1);
        QVERIFY(!reranker);
        QCOMPARE(reranker.error().code, QStringLiteral("inference.wrong_purpose"));
        QVERIFY(!EngineEmbedder::load(model("ranker", inference::Pooling::Rank), 1));
        const auto missing = EngineReranker::load(m_folder.filePath(QStringLiteral("none.gguf")), 1);
        QVERIFY(!missing);
        QVERIFY(missing.error().sentence().contains(QStringLiteral("none.gguf")));
    }

    void theInstalledOneIsFoundByItsPurpose()
    {
        QCOMPARE(installedReranker(), QString());
        QVERIFY(!model("a-embedder", inference::Pooling::Mean).isEmpty());
        QCOMPARE(installedReranker(), QString());
        const QString beside = model("b-ranker", inference::Pooling::Rank);
        QCOMPARE(installedReranker(), beside);
        QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("rerankers")));
        const QString own = model("rerankers/z-ranker", inference::Pooling::Rank);
        QCOMPARE(installedReranker(), own);
        qputenv("CARREL_RERANKER", "/elsewhere/other.gguf");
        QCOMPARE(installedReranker(), QStringLiteral("/elsewhere/other.gguf"));
    }

    void cleanup()
    {
        QDir(m_folder.path()).removeRecursively();
        QDir().mkpath(m_folder.path());
    }

private:
    [[nodiscard]] QString model(const char *name, inference::Pooling pooling) const
    {
        const QString path = m_folder.filePath(QLatin1StringView(name) + QStringLiteral(".gguf"));
        tests::writeTinyEncoder(path.toStdString(), {.pooling = pooling});
        return path;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TextRerankerTest)
#include "text_reranker_test.moc"
