// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/refusal.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cmath>

using namespace app::grounding;
using Catch::Approx;

namespace {

RetrievalEvidence evidence(double coverage, double similarity, std::optional<double> reranker = {})
{
    return {.passages = 3,
            .coverage = coverage,
            .jointCoverage = coverage,
            .similarity = similarity,
            .reranker = reranker,
            .missingWords = {}};
}

} // namespace

TEST_CASE("the words of a question that passages hold are weighed")
{
    const std::vector<FoundPassage> passages{
        {.text = "The notice period is three months.", .similarity = 0.5, .reranker = -1.0},
        {.text = "Deposits are paid back.", .similarity = 0.7, .reranker = 2.0}};
    const auto found = retrievalEvidence("What is the notice period for the deposit and parking?", passages,
                                         [](std::string_view word) { return word == "parking" ? 3.0 : 1.0; });
    CHECK(found.passages == 2);
    CHECK(found.coverage == Approx(2.0 / 6.0));
    CHECK(found.jointCoverage == Approx(3.0 / 6.0));
    CHECK(found.similarity == Approx(0.7));
    CHECK(found.reranker == 2.0);
    CHECK(found.missingWords == std::vector<std::string>{"parking"});
}

TEST_CASE("questions without spaces are weighed too")
{
    const std::vector<FoundPassage> passages{{.text = "合同期限为三年。", .similarity = 0, .reranker = {}}};
    CHECK(retrievalEvidence("合同期限", passages).coverage == Approx(1.0));
    CHECK(retrievalEvidence("押金多少", passages).coverage == Approx(0.0));
}

TEST_CASE("without weights, words that few passages have count more")
{
    const std::vector<FoundPassage> passages{
        {.text = "The notice period of the lease.", .similarity = 0, .reranker = {}},
        {.text = "The period of the loan.", .similarity = 0, .reranker = {}}};
    const double withNotice = retrievalEvidence("notice period?", passages).coverage;
    const double without = retrievalEvidence("earthquake period?", passages).coverage;
    CHECK(withNotice == Approx(1.0));
    CHECK(without == Approx(std::log(2.0) / (std::log(2.0) + std::log(5.0))));
}

TEST_CASE("what a question asks for is told by its words")
{
    struct Row {
        std::string question;
        AskedFor what;
    };
    const Row row = GENERATE(values<Row>({
        {"What does a queen bee cost?", AskedFor::Money},
        {"Wie viel kostet der Eintritt?", AskedFor::Money},
        {"Quel est le prix d'une parcelle ?", AskedFor::Money},
        {"¿Cuánto cuesta la entrada?", AskedFor::Money},
        {"How many members are there?", AskedFor::Number},
        {"Wie lange gilt der Vertrag?", AskedFor::Number},
        {"Combien de parcelles y a-t-il ?", AskedFor::Number},
        {"¿Cuántos habitantes tiene?", AskedFor::Number},
        {"When was it founded?", AskedFor::Time},
        {"Wann beginnt die Ruhezeit?", AskedFor::Time},
        {"Quand a lieu la fête ?", AskedFor::Time},
        {"¿Cuándo se renovó?", AskedFor::Time},
        {"In which year did it burn?", AskedFor::Time},
        {"Who is the chair?", AskedFor::Anything},
        {"Are dogs allowed?", AskedFor::Anything},
    }));
    CAPTURE(row.question);
    CHECK(askedFor(row.question) == row.what);
}

TEST_CASE("a passage that does not hold what is asked for does not count")
{
    const auto coverage = [](const std::string &question, const std::string &text) {
        return retrievalEvidence(question, std::vector<FoundPassage>{{"bees-2024.pdf\n3. Queens\n" + text, 0, {}}})
            .coverage;
    };
    CHECK(coverage("What does a queen bee cost?", "A queen bee lives longer than its cost suggests.") == 0);
    CHECK(coverage("What does a queen bee cost?", "A queen bee lives for 3 years, whatever its cost.") == 0);
    CHECK(coverage("What does a queen bee cost?", "A queen bee has a cost of 40 €.") == Approx(1.0));
    CHECK(coverage("What does a queen bee cost?", "The cost of a queen bee: members have it for free.") == Approx(1.0));
    CHECK(coverage("When does the queen fly?", "The queen will fly on a warm day.") == 0);
    CHECK(coverage("When does the queen fly?", "The queen will fly in May 2024.") == Approx(1.0));
    CHECK(coverage("How many drones fly?", "Drones fly often.") == 0);
    CHECK(coverage("How many drones fly?", "Twelve drones fly.") == Approx(1.0));
}

TEST_CASE("nothing found is refused, whatever the parameters")
{
    const Answerability result = judge(retrievalEvidence("What is it?", {}), {.bias = 100, .threshold = 0});
    CHECK_FALSE(result.answerable);
    CHECK(result.reasons == std::vector{RefusalReason::NothingFound});
}

TEST_CASE("the decision rests on the words, and the reasons on all that is known")
{
    const RefusalParameters parameters = RefusalParameters::standard();
    // A near miss is as similar, and as well ranked, as an answer.
    CHECK(judge(evidence(0.9, 0, {}), parameters).answerable);
    CHECK(judge(evidence(0.9, 0.1, -8.0), parameters).answerable);
    CHECK_FALSE(judge(evidence(0.3, 0.9, 8.0), parameters).answerable);
    CHECK_FALSE(judge(evidence(0.0, 0, {}), parameters).answerable);
    const Answerability refused = judge(evidence(0.1, 0.7, -8.0), parameters);
    CHECK_FALSE(refused.answerable);
    CHECK(refused.reasons == std::vector{RefusalReason::WordsMissing, RefusalReason::RankedLow});
    CHECK(judge(evidence(0.1, 0.2), parameters).reasons ==
          std::vector{RefusalReason::WordsMissing, RefusalReason::NotSimilar});
}

TEST_CASE("calibration finds the measure that parts the questions, and a threshold that refuses enough")
{
    std::vector<LabelledEvidence> set;
    for (int i = 0; i < 50; ++i) {
        const double step = 0.004 * i;
        set.push_back({evidence(0.2 + step * 3, 0.55 + step), true});
        set.push_back({evidence(0.2 + step * 3, 0.25 + step), false});
    }
    const Calibration result = calibrate(set, {.bias = 0.1, .coverage = 0.1, .similarity = 0.1}, 0.9);
    CHECK(result.refused >= 0.9);
    CHECK(result.answered == 1.0);
    CHECK(result.parameters.similarity > 4 * std::abs(result.parameters.coverage));
    CHECK(result.parameters.jointCoverage == 0);
    CHECK(result.parameters.reranker == 0);
    const Calibration again = measure(set, result.parameters);
    CHECK(again.refused == result.refused);
    CHECK(again.answered == result.answered);
}

TEST_CASE("where nothing parts the questions, enough are refused and the answered ones are as few as that costs")
{
    std::vector<LabelledEvidence> set;
    set.reserve(100);
    for (int i = 0; i < 100; ++i) {
        set.push_back({evidence(0.01 * i, 0), i % 2 == 0});
    }
    const Calibration result = calibrate(set, {.bias = 0.1, .coverage = 0.1}, 0.9);
    CHECK(result.refused >= 0.9);
    CHECK(result.answered <= 0.2);
}
