// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How well answers are found in the library: by words, by meaning, by both, and after a reranker judged the best again.
// One JSON object.
//
//   library_bench READER_FOLDER EMBEDDER [FEATURES [RERANKER]]
//
// READER_FOLDER holds carrel-extract. FEATURES is written: for each question what retrieval says of it and whether
// there is an answer, for choosing when to refuse.
#include "app/engine_embedder.h"
#include "app/engine_reranker.h"
#include "storage/query_terms.h"
#include "tests/app/library/library_index.h"
#include "tests/support/bootstrap.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace tests;
using storage::PassageHit;

constexpr std::size_t kMost = 200;

[[noreturn]] void fail(const std::string &why)
{
    std::fprintf(stderr, "library_bench: %s\n", why.c_str());
    std::exit(1);
}

QJsonObject withInterval(const std::vector<double> &values)
{
    const Interval interval = bootstrap(values);
    return {{QStringLiteral("mean"), interval.mean},
            {QStringLiteral("from"), interval.from},
            {QStringLiteral("to"), interval.to}};
}

/// Of one way to search, a value for each answerable question.
struct Ranking {
    std::vector<double> recall;     ///< share of the spans that are in the first ten passages
    std::vector<double> reciprocal; ///< of the rank of the first passage with a span
    QStringList missed;

    void add(LibraryIndex &library, const LibraryQuestion &question, const std::vector<PassageHit> &hits)
    {
        constexpr std::size_t kFirst = 10;
        double found = 0;
        std::size_t first = hits.size();
        for (const GoldSpan &span : question.gold) {
            const auto range = library.locate(span);
            if (!range)
                fail("not on its page: " + span.text.toStdString());
            const auto hit = std::ranges::find_if(
                hits, [&](const PassageHit &one) { return library.holds(one.passage, span, *range); });
            const auto rank = static_cast<std::size_t>(hit - hits.begin());
            found += rank < kFirst ? 1 : 0;
            first = std::min(first, rank);
        }
        recall.push_back(found / static_cast<double>(question.gold.size()));
        reciprocal.push_back(first < hits.size() ? 1.0 / static_cast<double>(first + 1) : 0);
        if (recall.back() < 1)
            missed += question.id;
    }

    [[nodiscard]] QJsonObject figures() const
    {
        return {{QStringLiteral("recall10"), withInterval(recall)},
                {QStringLiteral("mrr"), withInterval(reciprocal)},
                {QStringLiteral("missed"), QJsonArray::fromStringList(missed)}};
    }
};

/// The share of a question's words that stand in a text, however they end.
double coverage(const std::vector<std::string> &words, const std::string &text)
{
    constexpr std::size_t kStem = 5;
    const std::string lower = storage::lowerAscii(text);
    const auto found = std::ranges::count_if(
        words, [&](const std::string &word) { return lower.find(word.substr(0, kStem)) != std::string::npos; });
    return words.empty() ? 0 : static_cast<double>(found) / static_cast<double>(words.size());
}

/// What retrieval says of a question before any model is asked.
QJsonObject features(const LibraryQuestion &question, const std::vector<PassageHit> &lexical,
                     const std::vector<PassageHit> &dense, const std::vector<PassageHit> &hybrid)
{
    const auto words = storage::queryTerms(question.question.toStdString()).words;
    const auto covered = [&](const PassageHit &hit) {
        return coverage(words, hit.passage.heading + '\n' + hit.passage.text);
    };
    double best = 0;
    double weighed = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(10, hybrid.size()); ++i) {
        best = std::max(best, covered(hybrid[i]));
        weighed = std::max(weighed, covered(hybrid[i]) * std::max(0.0, hybrid[i].similarity));
    }
    const auto at = [](const std::vector<PassageHit> &hits, std::size_t i, double PassageHit::*value) {
        return i < hits.size() ? hits[i].*value : 0.0;
    };
    return {{QStringLiteral("top_similarity"), at(dense, 0, &PassageHit::similarity)},
            {QStringLiteral("similarity_margin"),
             at(dense, 0, &PassageHit::similarity) - at(dense, 9, &PassageHit::similarity)},
            {QStringLiteral("top_bm25"), at(lexical, 0, &PassageHit::lexicalScore)},
            {QStringLiteral("top_fused"), at(hybrid, 0, &PassageHit::score)},
            {QStringLiteral("top_coverage"), hybrid.empty() ? 0 : covered(hybrid[0])},
            {QStringLiteral("best_coverage"), best},
            {QStringLiteral("coverage_times_similarity"), weighed},
            {QStringLiteral("words"), static_cast<qint64>(words.size())}};
}

/// The threshold of a feature below which at least 0.9 of the unanswerable questions of one half lie, and what it does
/// to the questions of the other half.
QJsonObject refusal(const QJsonArray &questions, const QString &feature)
{
    const auto values = [&](bool calibration, bool answerable) {
        std::vector<double> list;
        for (const QJsonValue value : questions) {
            if (value[QStringLiteral("calibration")].toBool() == calibration &&
                value[QStringLiteral("answerable")].toBool() == answerable)
                list.push_back(value[QStringLiteral("features")][feature].toDouble());
        }
        return list;
    };
    std::vector<double> wrong = values(true, false);
    std::ranges::sort(wrong);
    constexpr double wanted = 0.9;
    const auto enough = static_cast<std::size_t>(wanted * static_cast<double>(wrong.size()) + 0.999);
    const double threshold = wrong[std::min(wrong.size() - 1, enough - 1)];
    const auto refused = [&](bool answerable) {
        std::vector<double> list;
        for (const double value : values(false, answerable))
            list.push_back(value <= threshold ? 1 : 0);
        return withInterval(list);
    };
    return {{QStringLiteral("threshold"), threshold},
            {QStringLiteral("unanswerable_refused"), refused(false)},
            {QStringLiteral("answerable_refused"), refused(true)}};
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        fail("usage: library_bench READER_FOLDER EMBEDDER [FEATURES [RERANKER]]");
    const auto broker = app::platform::Broker::start({.workerFolders = {argv[1]}});
    if (!broker)
        fail("no broker could be started");
    const QCoreApplication application(argc, argv);
    const auto embedder = app::EngineEmbedder::load(QString::fromLocal8Bit(argv[2]));
    if (!embedder)
        fail(embedder.error().sentence().toStdString());
    std::unique_ptr<app::EngineReranker> reranker;
    if (argc > 4) {
        auto loaded = app::EngineReranker::load(QString::fromLocal8Bit(argv[4]));
        if (!loaded)
            fail(loaded.error().sentence().toStdString());
        reranker = std::move(*loaded);
    }
    LibraryIndex library(**broker, embedder->get());

    Ranking byWords;
    Ranking byMeaning;
    Ranking byBoth;
    Ranking judgedAgain;
    QJsonArray described;
    const std::vector<LibraryQuestion> questions = libraryQuestions();
    for (const LibraryQuestion &question : questions) {
        const std::string text = question.question.toStdString();
        const auto vector = (*embedder)->embedQuestion(text);
        if (!vector)
            fail(vector.error().sentence().toStdString());
        const auto lexical = library.search(text, {}, kMost);
        const auto dense = library.search({}, *vector, kMost);
        const auto hybrid = library.search(text, *vector, kMost);
        QJsonObject said = features(question, lexical, dense, hybrid);
        auto reranked = hybrid;
        if (reranker) {
            if (const auto judged = app::rerank(reranked, question.question, *reranker, {}); !judged)
                fail(judged.error().sentence().toStdString());
            said.insert(QStringLiteral("rerank_score"),
                        reranked.empty() ? -100.0 : reranked.front().rerankScore.value_or(-100.0F));
        }
        described.append(QJsonObject{{QStringLiteral("id"), question.id},
                                     {QStringLiteral("language"), question.language},
                                     {QStringLiteral("kind"), question.kind},
                                     {QStringLiteral("answerable"), question.isAnswerable()},
                                     {QStringLiteral("calibration"), question.calibration},
                                     {QStringLiteral("features"), said}});
        if (!question.isAnswerable())
            continue;
        byWords.add(library, question, lexical);
        byMeaning.add(library, question, dense);
        byBoth.add(library, question, hybrid);
        judgedAgain.add(library, question, reranked);
    }
    QJsonObject refusals;
    QStringList judges = {QStringLiteral("top_similarity"), QStringLiteral("top_bm25"), QStringLiteral("best_coverage"),
                          QStringLiteral("coverage_times_similarity")};
    if (reranker)
        judges += QStringLiteral("rerank_score");
    for (const QString &feature : judges)
        refusals.insert(feature, refusal(described, feature));
    QJsonObject result{{QStringLiteral("documents"), static_cast<qint64>(library.files().size())},
                       {QStringLiteral("passages"), static_cast<qint64>(library.passages())},
                       {QStringLiteral("questions"), static_cast<qint64>(questions.size())},
                       {QStringLiteral("lexical"), byWords.figures()},
                       {QStringLiteral("dense"), byMeaning.figures()},
                       {QStringLiteral("hybrid"), byBoth.figures()},
                       {QStringLiteral("refusal"), refusals}};
    if (reranker)
        result.insert(QStringLiteral("reranked"), judgedAgain.figures());
    std::puts(QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
    if (argc > 3) {
        QFile file(QString::fromLocal8Bit(argv[3]));
        const QByteArray lines = QJsonDocument(described).toJson(QJsonDocument::Compact);
        if (!file.open(QIODevice::WriteOnly) || file.write(lines) != lines.size())
            fail("the features could not be written");
    }
    return 0;
}
