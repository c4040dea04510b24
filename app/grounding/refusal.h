// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether what a search found can answer a question at all, decided before a model is asked: a model that is given
// something close will make something of it. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace app::grounding {

/// A passage that a search found, best first.
struct FoundPassage {
    std::string text;               ///< its document's name and its heading, each on a line, then its own text
    double similarity = 0;          ///< cosine with the question; 0: not known
    std::optional<double> reranker; ///< logit of a cross-encoder
};

/// What an answer has to hold, as far as the question's words tell: a sum of money, a number, a time.
enum class AskedFor : std::uint8_t { Anything, Money, Number, Time };
/// By question words in English, German, French and Spanish.
AskedFor askedFor(std::string_view question);

/// The measures on which the decision rests, of the best passages.
struct RetrievalEvidence {
    std::size_t passages = 0; ///< looked at
    double coverage = 0;      ///< weighted share of the question's words in the best single passage; one that does
                              ///< not hold what is asked for does not count
    double jointCoverage = 0; ///< in the best three together, whatever they hold
    double similarity = 0;    ///< greatest
    std::optional<double> reranker;        ///< greatest
    std::vector<std::string> missingWords; ///< of the question, in none of the passages
};

/// Weight of a word of the question, for example its inverse document frequency in the collection.
using WordWeight = std::function<double(std::string_view word)>;

/// Without `weight` words count by how few of the passages have them, ln(1 + n / df). `passages`: at least those that
/// the model would read, at most ten are looked at.
RetrievalEvidence retrievalEvidence(std::string_view question, std::span<const FoundPassage> passages,
                                    const WordWeight &weight = {});

/// Weights of a logistic model, and the threshold on its value. tests/app/grounding/README.md says how they are chosen.
struct RefusalParameters {
    double bias = 0;
    double coverage = 0;
    double jointCoverage = 0;
    double similarity = 0;
    double reranker = 0;  ///< of the logistic of its score, which counts in place of the similarity
    double threshold = 0; ///< answerable from here on

    /// What is used, however passages were found: the coverage alone. Questions that documents nearly answer are as
    /// similar to their passages, and as well liked by a cross-encoder, as those that they do answer.
    static RefusalParameters standard();
};

enum class RefusalReason : std::uint8_t {
    NothingFound,
    WordsMissing, ///< or no passage with them holds what is asked for
    NotSimilar,
    RankedLow,
};

struct Answerability {
    bool answerable = false;
    double score = 0;                   ///< 0 to 1; answerable from the threshold on
    std::vector<RefusalReason> reasons; ///< what speaks against an answer, also where there is one
};

Answerability judge(const RetrievalEvidence &evidence, const RefusalParameters &parameters);

/// A question whose answer is known to be there, or known not to.
struct LabelledEvidence {
    RetrievalEvidence evidence;
    bool answerable = false;
};

struct Calibration {
    RefusalParameters parameters;
    double refused = 0;  ///< share of the unanswerable questions
    double answered = 0; ///< share of the answerable ones
};

/// Fits the weights that are not 0 in `start` (a logistic regression with a small penalty, by gradient descent) and
/// chooses the threshold with the most answered questions among those that refuse at least `refuse` of the
/// unanswerable. Deterministic. Both kinds of questions must be there.
Calibration calibrate(std::span<const LabelledEvidence> set, const RefusalParameters &start, double refuse = 0.9);

/// How parameters do on a set.
Calibration measure(std::span<const LabelledEvidence> set, const RefusalParameters &parameters);

} // namespace app::grounding
