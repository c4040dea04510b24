// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/refusal.h"

#include "app/grounding/facts.h"
#include "app/grounding/normal_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <string_view>

namespace app::grounding {

namespace {

constexpr std::size_t kMostPassages = 10;
constexpr std::size_t kJointPassages = 3;
constexpr double kLittleCoverage = 0.34;
constexpr double kLittleSimilarity = 0.35;

/// A word of the question that says something.
struct Asked {
    std::string key;
    std::string word;
    double weight = 0;
};

/// Words that make a question and that its answer need not hold, beside those that say nothing anywhere.
constexpr auto kQuestionWords = std::to_array<std::string_view>({
    "many",  "much",  "long",  "often", "whom",  "whose", "wann",  "warum", "wo",    "viel", "viele", "lange",
    "oft",   "welch", "wievi", "wird",  "waren", "hatte", "quand", "combi", "comme", "quel", "quell", "quels",
    "cette", "ont",   "sont",  "donde", "cuand", "cuant", "quien", "cual",  "son",   "hay",
});

std::vector<Asked> askedWords(std::string_view question)
{
    const NormalText normal = normalized(question);
    std::vector<Asked> asked;
    for (const Word &word : wordsOf(normal)) {
        const bool says = word.content && !std::ranges::contains(kQuestionWords, word.key);
        if (says && std::ranges::find(asked, word.key, &Asked::key) == asked.end()) {
            const storage::TextSpan span = normal.source(word.begin, word.end);
            asked.push_back({word.key, std::string(question.substr(span.begin, span.end - span.begin)), 0});
        }
    }
    return asked;
}

/// Every key of `passages` that says something, sorted.
using PassageKeys = std::vector<std::vector<std::string>>;

void weigh(std::vector<Asked> &asked, const PassageKeys &passages, const WordWeight &weight)
{
    for (Asked &word : asked) {
        const auto frequency = static_cast<double>(std::ranges::count_if(
            passages, [&word](const auto &keys) { return std::ranges::binary_search(keys, word.key); }));
        const double rarity = std::log1p(static_cast<double>(passages.size()) / std::max(frequency, 0.5));
        word.weight = weight ? std::max(0.0, weight(word.word)) : rarity;
    }
}

/// A passage without the name and the heading in front.
std::string_view ownText(std::string_view text)
{
    const std::size_t first = text.find('\n');
    const std::size_t second = first == std::string_view::npos ? first : text.find('\n', first + 1);
    return second == std::string_view::npos ? text : text.substr(second + 1);
}

bool holds(AskedFor what, std::string_view text)
{
    if (what == AskedFor::Anything) {
        return true;
    }
    const Facts facts = offersOf(text);
    if (what != AskedFor::Money) {
        return !facts.numbers.empty() || !facts.dates.empty();
    }
    constexpr auto kMoney = std::to_array<std::string_view>({"EUR", "USD", "GBP", "CHF", "CNY"});
    constexpr auto kFree = std::to_array<std::string_view>({"free", "koste", "gratu", "grati", "cent", "cents"});
    const auto isMoney = [&](const NumberFact &number) { return std::ranges::contains(kMoney, number.unit); };
    const std::vector<std::string> keys = contentKeys(normalized(text));
    return std::ranges::any_of(facts.numbers, isMoney) ||
           std::ranges::any_of(kFree, [&](std::string_view key) { return std::ranges::contains(keys, key); });
}

double sigmoid(double value)
{
    return 1.0 / (1.0 + std::exp(-value));
}

constexpr std::size_t kFeatures = 5;
using Features = std::array<double, kFeatures>;

/// What the weights below are multiplied with, in the same order.
Features featuresOf(const RetrievalEvidence &evidence)
{
    const bool ranked = evidence.reranker.has_value();
    return {1.0, evidence.coverage, evidence.jointCoverage, ranked ? 0.0 : evidence.similarity,
            ranked ? sigmoid(*evidence.reranker) : 0.0};
}

Features weightsOf(const RefusalParameters &parameters)
{
    return {parameters.bias, parameters.coverage, parameters.jointCoverage, parameters.similarity, parameters.reranker};
}

void setWeights(RefusalParameters &parameters, const Features &weights)
{
    parameters.bias = weights[0];
    parameters.coverage = weights[1];
    parameters.jointCoverage = weights[2];
    parameters.similarity = weights[3];
    parameters.reranker = weights[4];
}

double scoreOf(const RetrievalEvidence &evidence, const RefusalParameters &parameters)
{
    const Features features = featuresOf(evidence);
    const Features weights = weightsOf(parameters);
    double sum = 0;
    for (std::size_t i = 0; i < kFeatures; ++i) {
        sum += features[i] * weights[i];
    }
    return evidence.passages == 0 ? 0.0 : sigmoid(sum);
}

/// Both kinds of questions weigh the same, however many there are of each.
Features gradient(std::span<const LabelledEvidence> set, const RefusalParameters &parameters, double answerables)
{
    Features sum{};
    const double others = static_cast<double>(set.size()) - answerables;
    for (const LabelledEvidence &one : set) {
        const Features features = featuresOf(one.evidence);
        const double error = scoreOf(one.evidence, parameters) - (one.answerable ? 1.0 : 0.0);
        const double share = 1.0 / (one.answerable ? answerables : others);
        for (std::size_t i = 0; i < kFeatures; ++i) {
            sum[i] += error * features[i] * share;
        }
    }
    return sum;
}

} // namespace

AskedFor askedFor(std::string_view question)
{
    std::vector<std::string> keys;
    for (Word &word : wordsOf(normalized(question))) {
        keys.push_back(std::move(word.key));
    }
    const auto any = [&keys](std::initializer_list<std::string_view> some) {
        return std::ranges::any_of(some, [&keys](std::string_view key) { return std::ranges::contains(keys, key); });
    };
    const bool how = any({"how", "wie"});
    const bool what = any({"what", "was", "which", "quel", "quell", "combi", "cuant", "wievi", "welch"});
    const bool price = any({"cost", "costs", "price", "fee", "fees", "koste", "preis", "coute", "prix", "cuest",
                            "preci", "tarif", "pay", "rent"});
    if (price && (what || how)) {
        return AskedFor::Money;
    }
    if ((how &&
         any({"many", "much", "long", "often", "far", "high", "old", "viele", "viel", "lange", "hoch", "oft"})) ||
        any({"combi", "cuant", "wievi"})) {
        return AskedFor::Number;
    }
    return any({"when", "wann", "quand", "cuand"}) || (what && any({"time", "year", "jahr", "annee", "ano"}))
               ? AskedFor::Time
               : AskedFor::Anything;
}

RetrievalEvidence retrievalEvidence(std::string_view question, std::span<const FoundPassage> passages,
                                    const WordWeight &weight)
{
    passages = passages.first(std::min(passages.size(), kMostPassages));
    std::vector<Asked> asked = askedWords(question);
    PassageKeys keys;
    for (const FoundPassage &passage : passages) {
        keys.push_back(contentKeys(normalized(passage.text)));
    }
    weigh(asked, keys, weight);
    double all = 0;
    for (const Asked &word : asked) {
        all += word.weight;
    }
    const AskedFor what = askedFor(question);
    RetrievalEvidence evidence;
    evidence.passages = passages.size();
    std::vector<bool> joint(asked.size());
    std::vector<bool> anywhere(asked.size());
    for (std::size_t i = 0; i < passages.size(); ++i) {
        double there = 0;
        for (std::size_t word = 0; word < asked.size(); ++word) {
            if (std::ranges::binary_search(keys[i], asked[word].key)) {
                there += asked[word].weight;
                joint[word] = joint[word] || i < kJointPassages;
                anywhere[word] = true;
            }
        }
        const double share = all > 0 ? there / all : 0.0;
        if (share > evidence.coverage && holds(what, ownText(passages[i].text))) {
            evidence.coverage = share;
        }
        evidence.similarity = std::max(evidence.similarity, passages[i].similarity);
        if (const auto score = passages[i].reranker) {
            evidence.reranker = std::max(evidence.reranker.value_or(*score), *score);
        }
    }
    for (std::size_t word = 0; word < asked.size(); ++word) {
        evidence.jointCoverage += joint[word] && all > 0 ? asked[word].weight / all : 0.0;
        if (!anywhere[word]) {
            evidence.missingWords.push_back(asked[word].word);
        }
    }
    return evidence;
}

Answerability judge(const RetrievalEvidence &evidence, const RefusalParameters &parameters)
{
    Answerability result;
    result.score = scoreOf(evidence, parameters);
    result.answerable = evidence.passages > 0 && result.score >= parameters.threshold;
    if (evidence.passages == 0) {
        result.reasons.push_back(RefusalReason::NothingFound);
        return result;
    }
    if (evidence.coverage < kLittleCoverage) {
        result.reasons.push_back(RefusalReason::WordsMissing);
    }
    if (!evidence.reranker && evidence.similarity > 0 && evidence.similarity < kLittleSimilarity) {
        result.reasons.push_back(RefusalReason::NotSimilar);
    }
    if (evidence.reranker && *evidence.reranker < 0) {
        result.reasons.push_back(RefusalReason::RankedLow);
    }
    return result;
}

Calibration measure(std::span<const LabelledEvidence> set, const RefusalParameters &parameters)
{
    Calibration result{.parameters = parameters};
    double answerables = 0;
    for (const LabelledEvidence &one : set) {
        const bool answers = judge(one.evidence, parameters).answerable;
        answerables += one.answerable ? 1.0 : 0.0;
        result.answered += one.answerable && answers ? 1.0 : 0.0;
        result.refused += !one.answerable && !answers ? 1.0 : 0.0;
    }
    const double others = static_cast<double>(set.size()) - answerables;
    result.answered = answerables > 0 ? result.answered / answerables : 1.0;
    result.refused = others > 0 ? result.refused / others : 1.0;
    return result;
}

Calibration calibrate(std::span<const LabelledEvidence> set, const RefusalParameters &start, double refuse)
{
    constexpr int kSteps = 4000;
    constexpr double kRate = 0.5;
    constexpr double kPenalty = 0.002;
    RefusalParameters parameters = start;
    const double answerables = static_cast<double>(std::ranges::count_if(set, &LabelledEvidence::answerable));
    const bool both = answerables > 0 && answerables < static_cast<double>(set.size());
    for (int step = 0; both && step < kSteps; ++step) {
        const Features slope = gradient(set, parameters, answerables);
        const Features fixed = weightsOf(start);
        Features weights = weightsOf(parameters);
        for (std::size_t i = 0; i < kFeatures; ++i) {
            if (fixed[i] != 0) {
                weights[i] -= kRate * (slope[i] + kPenalty * (i == 0 ? 0.0 : weights[i]));
            }
        }
        setWeights(parameters, weights);
    }
    // The lowest threshold that refuses enough answers the most; it lies half-way between two scores.
    std::vector<double> scores;
    for (const LabelledEvidence &one : set) {
        scores.push_back(scoreOf(one.evidence, parameters));
    }
    std::ranges::sort(scores);
    scores.insert(scores.begin(), 0.0);
    scores.push_back(1.0);
    for (std::size_t i = 0; i + 1 < scores.size(); ++i) {
        parameters.threshold = (scores[i] + scores[i + 1]) / 2;
        if (measure(set, parameters).refused >= refuse) {
            break;
        }
    }
    return measure(set, parameters);
}

// Fitted by tests/app/grounding/calibrate_refusal.cpp; README.md there says on what.
RefusalParameters RefusalParameters::standard()
{
    return {.bias = -2.834, .coverage = 5.482, .threshold = 0.578};
}

} // namespace app::grounding
