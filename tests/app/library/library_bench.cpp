// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How well answers are found in the library: by words, by meaning, by both, and after a reranker judged the best again;
// whether "only from documents" refuses what has no answer there; and what the checks of sentences say of true and of
// false ones. One JSON object.
//
//   library_bench READER_FOLDER EMBEDDER [RERANKER [PASSAGES]]
//
// READER_FOLDER holds carrel-extract. PASSAGES is written: for each question what a search found, one JSON object a
// line as tests/app/grounding/calibrate_refusal.cpp reads them.
#include "app/answer_check.h"
#include "app/engine_embedder.h"
#include "app/engine_reranker.h"
#include "app/evidence_packer.h"
#include "app/grounding/facts.h"
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

/// Passages that the program looks at before it asks a model.
constexpr std::size_t kLooked = app::RetrievalRequest{}.limit;

app::RetrievedPassage passageOf(const LibraryIndex &library, const PassageHit &hit)
{
    const auto file = std::ranges::find_if(
        library.files(), [&](const auto &entry) { return entry.second.document.id == hit.passage.document; });
    return {.documentSha256 = file->second.document.sha256,
            .documentName = file->first.toStdString(),
            .heading = hit.passage.heading,
            .text = hit.passage.text,
            .section = hit.passage.section,
            .firstNumber = hit.passage.number,
            .lastNumber = hit.passage.number,
            .firstPage = hit.passage.firstPage,
            .lastPage = hit.passage.lastPage,
            .begin = hit.passage.textBegin,
            .end = hit.passage.textEnd,
            .tokens = hit.passage.tokenCount,
            .lexicalRank = hit.lexicalRank,
            .denseRank = hit.denseRank,
            .lexicalScore = hit.lexicalScore,
            .similarity = hit.similarity,
            .score = hit.score,
            .rerankScore = hit.rerankScore};
}

app::Retrieved retrievedFrom(const LibraryIndex &library, const std::vector<PassageHit> &hits)
{
    app::Retrieved found;
    for (const PassageHit &hit : hits)
        found.hits.push_back(passageOf(library, hit));
    return found;
}

/// Of one way to search: which questions "only from documents" refuses. Those that chose the thresholds do not count.
struct Refusal {
    std::vector<double> unanswerable; ///< 1: refused
    std::vector<double> answerable;   ///< 1: answered
    QStringList wrong;

    void add(const LibraryQuestion &question, const app::Retrieved &found)
    {
        if (question.calibration)
            return;
        const bool refused = !app::answerability(found, question.question.toStdString()).answerable;
        if (question.isAnswerable())
            answerable.push_back(refused ? 0 : 1);
        else
            unanswerable.push_back(refused ? 1 : 0);
        if (refused == question.isAnswerable())
            wrong += question.id;
    }

    [[nodiscard]] QJsonObject figures() const
    {
        return {{QStringLiteral("unanswerable_refused"), withInterval(unanswerable)},
                {QStringLiteral("answerable_answered"), withInterval(answerable)},
                {QStringLiteral("wrong"), QJsonArray::fromStringList(wrong)}};
    }
};

/// What the checks of sentences say of true and of false ones.
struct Checks {
    std::vector<double> trueOnes;  ///< 1: supported
    std::vector<double> falseOnes; ///< 1: not found
    QStringList wrong;

    /// A sentence of which it is known whether the sources say so. One that claims nothing does not count.
    void add(const std::string &sentence, bool isTrue, const LibraryQuestion &question, const app::Retrieved &found,
             app::TextEmbedder *embedder)
    {
        const app::AnswerFindings findings = app::checkAnswer(
            {.markdown = sentence, .question = question.question.toStdString(), .given = found.hits}, embedder);
        const auto has = [&](std::string_view verdict) {
            return std::ranges::contains(findings.sentences, verdict, &storage::SentenceCheck::verdict);
        };
        if (!has("supported") && !has("not_found"))
            return;
        const bool right = has("not_found") != isTrue;
        (isTrue ? trueOnes : falseOnes).push_back(right ? 1 : 0);
        if (!right)
            wrong += question.id + QStringLiteral(": ") + QString::fromStdString(sentence);
    }

    [[nodiscard]] QJsonObject figures() const
    {
        return {{QStringLiteral("true_supported"), withInterval(trueOnes)},
                {QStringLiteral("false_not_found"), withInterval(falseOnes)},
                {QStringLiteral("true_sentences"), static_cast<qint64>(trueOnes.size())},
                {QStringLiteral("false_sentences"), static_cast<qint64>(falseOnes.size())},
                {QStringLiteral("wrong"), QJsonArray::fromStringList(wrong)}};
    }
};

/// The sentence or line of a text in which a range lies.
ByteRange around(const std::string &text, const ByteRange &range)
{
    const auto ends = [&text](std::int64_t at) { // whether a sentence or line ends before this byte
        const auto i = static_cast<std::size_t>(at);
        return text[i - 1] == '\n' || (i > 1 && text[i - 1] == ' ' && std::string_view(".!?").contains(text[i - 2]));
    };
    ByteRange whole = range;
    while (whole.begin > 0 && !ends(whole.begin))
        --whole.begin;
    while (std::cmp_less(whole.end, text.size()) && !ends(whole.end))
        ++whole.end;
    return whole;
}

/// The sentence with a number of its exchanged for one of the same unit that the passage with `place` has somewhere
/// else: false, though every number of it stands there. Nothing where there is no such number.
std::optional<std::string> withOtherNumber(const std::string &sentence, const GoldSpan &place,
                                           const app::Retrieved &found)
{
    using namespace app::grounding;
    const std::string gold = place.text.toStdString();
    const auto passage = std::ranges::find_if(
        found.hits, [&](const app::RetrievedPassage &hit) { return findOnce(hit.text, gold).has_value(); });
    if (passage == found.hits.end())
        return std::nullopt;
    const ByteRange own = around(passage->text, *findOnce(passage->text, gold));
    const auto begin = static_cast<std::size_t>(own.begin);
    const auto end = static_cast<std::size_t>(own.end);
    const std::string elsewhere = passage->text.substr(0, begin) + '\n' + passage->text.substr(end);
    const Facts said = offersOf(sentence + '\n' + passage->text.substr(begin, end - begin));
    for (const NumberFact &claim : claimsOf(sentence, capitalsOf(sentence)).numbers) {
        for (const NumberFact &other : offersOf(elsewhere).numbers) {
            const std::string written = elsewhere.substr(other.span.begin, other.span.end - other.span.begin);
            const bool digits = std::ranges::any_of(written, [](char c) { return c >= '0' && c <= '9'; });
            if (!digits || written.find_first_of("\t\n") != std::string::npos || other.unit != claim.unit ||
                isOffered(other, said))
                continue;
            std::string mixed = sentence;
            mixed.replace(claim.span.begin, claim.span.end - claim.span.begin, written);
            return mixed;
        }
    }
    return std::nullopt;
}

/// The places of an answer as sentences, and the answer itself, and both with a number of something else.
void addChecks(Checks &places, Checks &answers, const LibraryQuestion &question, app::Retrieved found,
               app::TextEmbedder *embedder)
{
    found.hits.resize(std::min(found.hits.size(), app::PackLimits{}.passages));
    const auto add = [&](Checks &to, const std::string &sentence, const GoldSpan &place) {
        to.add(sentence, true, question, found, embedder);
        if (const auto other = withOtherNumber(sentence, place, found))
            to.add(*other, false, question, found, embedder);
    };
    for (const GoldSpan &span : question.gold)
        add(places, span.text.toStdString(), span);
    if (question.isAnswerable())
        add(answers, question.answer.toStdString(), question.gold.front());
}

QByteArray calibrationLine(const LibraryQuestion &question, const app::Retrieved &found)
{
    QJsonArray passages;
    for (const app::RetrievedPassage &hit : found.hits) {
        const std::string text = hit.documentName + '\n' + hit.heading + '\n' + hit.text;
        QJsonObject passage{{QStringLiteral("text"), QString::fromStdString(text)},
                            {QStringLiteral("similarity"), hit.similarity}};
        if (hit.rerankScore)
            passage.insert(QStringLiteral("reranker"), static_cast<double>(*hit.rerankScore));
        passages.append(passage);
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("id"), question.id},
                                     {QStringLiteral("question"), question.question},
                                     {QStringLiteral("answerable"), question.isAnswerable()},
                                     {QStringLiteral("calibration"), question.calibration},
                                     {QStringLiteral("passages"), passages}})
               .toJson(QJsonDocument::Compact) +
           '\n';
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        fail("usage: library_bench READER_FOLDER EMBEDDER [RERANKER [PASSAGES]]");
    const auto broker = app::platform::Broker::start({.workerFolders = {argv[1]}});
    if (!broker)
        fail("no broker could be started");
    const QCoreApplication application(argc, argv);
    const auto embedder = app::EngineEmbedder::load(QString::fromLocal8Bit(argv[2]));
    if (!embedder)
        fail(embedder.error().sentence().toStdString());
    std::unique_ptr<app::EngineReranker> reranker;
    if (argc > 3) {
        auto loaded = app::EngineReranker::load(QString::fromLocal8Bit(argv[3]));
        if (!loaded)
            fail(loaded.error().sentence().toStdString());
        reranker = std::move(*loaded);
    }
    LibraryIndex library(**broker, embedder->get());

    Ranking byWords;
    Ranking byMeaning;
    Ranking byBoth;
    Ranking judgedAgain;
    Refusal refusedByWords;
    Refusal refused;
    Refusal refusedByReranker;
    Checks places;
    Checks answers;
    QByteArray lines;
    const std::vector<LibraryQuestion> questions = libraryQuestions();
    for (const LibraryQuestion &question : questions) {
        const std::string text = question.question.toStdString();
        const auto vector = (*embedder)->embedQuestion(text);
        if (!vector)
            fail(vector.error().sentence().toStdString());
        const auto lexical = library.search(text, {}, kMost);
        const auto hybrid = library.search(text, *vector, kMost);
        refusedByWords.add(question, retrievedFrom(library, library.search(text, {}, kLooked)));
        auto looked = library.search(text, *vector, kLooked);
        const app::Retrieved found = retrievedFrom(library, looked);
        refused.add(question, found);
        addChecks(places, answers, question, found, embedder->get());
        auto reranked = hybrid;
        if (reranker) {
            for (auto *hits : {&reranked, &looked}) {
                if (const auto judged = app::rerank(*hits, question.question, *reranker, {}); !judged)
                    fail(judged.error().sentence().toStdString());
            }
            refusedByReranker.add(question, retrievedFrom(library, looked));
        }
        lines += calibrationLine(question, retrievedFrom(library, looked));
        if (!question.isAnswerable())
            continue;
        byWords.add(library, question, lexical);
        byMeaning.add(library, question, library.search({}, *vector, kMost));
        byBoth.add(library, question, hybrid);
        judgedAgain.add(library, question, reranked);
    }
    QJsonObject refusals{{QStringLiteral("lexical"), refusedByWords.figures()},
                         {QStringLiteral("hybrid"), refused.figures()}};
    QJsonObject result{{QStringLiteral("documents"), static_cast<qint64>(library.files().size())},
                       {QStringLiteral("passages"), static_cast<qint64>(library.passages())},
                       {QStringLiteral("questions"), static_cast<qint64>(questions.size())},
                       {QStringLiteral("lexical"), byWords.figures()},
                       {QStringLiteral("dense"), byMeaning.figures()},
                       {QStringLiteral("hybrid"), byBoth.figures()},
                       {QStringLiteral("place_checks"), places.figures()},
                       {QStringLiteral("answer_checks"), answers.figures()}};
    if (reranker) {
        result.insert(QStringLiteral("reranked"), judgedAgain.figures());
        refusals.insert(QStringLiteral("reranked"), refusedByReranker.figures());
    }
    result.insert(QStringLiteral("refusal"), refusals);
    std::puts(QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
    if (argc > 4) {
        QFile file(QString::fromLocal8Bit(argv[4]));
        if (!file.open(QIODevice::WriteOnly) || file.write(lines) != lines.size())
            fail("the passages could not be written");
    }
    return 0;
}
