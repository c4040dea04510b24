// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/grounding/sentence_checks.h"

#include "app/grounding/answer_sentences.h"
#include "app/grounding/answer_text.h"
#include "app/grounding/facts.h"
#include "app/grounding/normal_text.h"
#include "app/grounding/quotes.h"
#include "app/grounding/source_index.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

namespace app::grounding {

namespace {

constexpr std::size_t kFewestKeys = 2;       // fewer words cannot be compared
constexpr std::size_t kWindowsPerSource = 2; // a statement may lie across the border of two
/// Of what a sentence says beside its numbers and dates, by weight, that has to stand where one of them does: this
/// much, and of what the statement has that says the most of it.
constexpr double kBeside = 0.05;
constexpr double kBesideOfBest = 0.6;
/// An answer of a number alone ("900 euros.") says it of what the question asks for.
constexpr double kBesideOfQuestion = 0.3;
/// A word in the heading counts less: a section also says things about others than its heading's.
constexpr double kInHeading = 0.5;
constexpr std::size_t kMostVectorTexts = 512; // of sources; beyond that similarity costs more than it tells

/// Words with which an answer speaks of itself, as Word::key has them: "The answer is 40 litres." says 40 litres.
constexpr auto kOfAnswers = std::to_array<std::string_view>({
    "accor",
    "answe",
    "antwo",
    "docum",
    "dokum",
    "gemas",
    "laut",
    "quell",
    "quest",
    "repon",
    "respu",
    "sourc",
    "text",
});

std::vector<std::string> withoutMeta(std::vector<std::string> keys)
{
    std::erase_if(keys, [](const std::string &key) { return std::ranges::find(kOfAnswers, key) != kOfAnswers.end(); });
    return keys;
}

/// What a sentence claims, prepared once.
struct Claim {
    AnswerSentence sentence;
    std::vector<std::string> keys;
    std::vector<std::string> beside; ///< of the words outside numbers and dates; of a bare sentence the question's
    bool bare = false;               ///< there are no such words
    Facts facts;
    std::vector<double> overlaps; ///< with each window
    std::vector<float> vector;    ///< empty without vectors
};

/// How a sentence fares in some sources.
struct Evaluation {
    std::vector<Finding> findings; ///< without LittleInCommon
    double overlap = 0;
    double similarity = 0;
};

/// Whether a number counts things that the sentence names: "12 members". What has a unit counts none.
bool countsThings(std::string_view sentence, const NumberFact &number)
{
    if (!number.unit.empty() || number.span.end + 1 >= sentence.size() || sentence[number.span.end] != ' ') {
        return false;
    }
    const std::vector<Word> words = wordsOf(normalized(sentence.substr(number.span.end + 1)));
    return !words.empty() && words.front().begin == 0 && words.front().content &&
           (words.front().key.front() < '0' || words.front().key.front() > '9');
}

/// The numbers without a unit.
Facts counts(const Facts &facts)
{
    Facts rest;
    std::ranges::copy_if(facts.numbers, std::back_inserter(rest.numbers),
                         [](const NumberFact &number) { return number.unit.empty(); });
    return rest;
}

double dot(const std::vector<float> &a, const std::vector<float> &b)
{
    double sum = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    }
    return sum;
}

class Checker {
public:
    Checker(const AnswerCheck &check, const SentenceVectors &vectors)
        : m_check(check)
        , m_blocks(answerBlocks(check.markdown))
        , m_index(check.sources)
        , m_question(normalized(check.question))
        , m_questionKeys(contentKeys(m_question))
    {
        const Capitals capitals = capitalsOf(check.markdown);
        for (AnswerSentence &sentence : sentencesOf(m_blocks)) {
            Claim claim{.sentence = std::move(sentence)};
            claim.keys = withoutMeta(contentKeys(normalized(claim.sentence.text)));
            claim.overlaps = m_index.overlaps(claim.keys);
            claim.facts = claimsOf(claim.sentence.text, capitals);
            claim.beside = keysBeside(claim);
            claim.bare = claim.beside.empty();
            if (claim.bare) {
                claim.beside = m_questionKeys;
            }
            m_claims.push_back(std::move(claim));
        }
        m_sourceVectors.resize(check.sources.size());
        if (vectors) {
            takeVectors(vectors);
        }
    }

    std::vector<SentenceCheck> run()
    {
        std::vector<SentenceCheck> checks;
        checks.reserve(m_claims.size());
        for (const Claim &claim : m_claims) {
            checks.push_back(checkOf(claim));
        }
        return checks;
    }

private:
    SentenceCheck checkOf(const Claim &claim);
    void decide(const Claim &claim, SentenceCheck &result);
    [[nodiscard]] Unchecked reasonOf(const Claim &claim) const;
    [[nodiscard]] Evaluation evaluate(const Claim &claim, std::span<const std::uint32_t> ids) const;
    [[nodiscard]] std::vector<std::size_t> bestWindows(const Claim &claim, std::size_t source) const;
    [[nodiscard]] std::vector<std::string> keysBeside(const Claim &claim) const;
    /// Share, by weight, of what the sentence says beside its facts that a statement says too.
    [[nodiscard]] double shareOf(const Claim &claim, const SourceStatement &statement) const;
    /// Whether a statement that holds a fact speaks of what the sentence says of it.
    template <class Holds>
    [[nodiscard]] bool standsBeside(const Claim &claim, std::span<const std::size_t> sources, double ofBest,
                                    Holds holds) const;
    [[nodiscard]] bool hasName(const NameFact &name, std::span<const std::size_t> windows) const;
    [[nodiscard]] Finding differing(const Claim &claim, const storage::TextSpan &quote) const;
    /// A sentence short of words is carried by its facts alone.
    [[nodiscard]] bool isEnough(const Claim &claim, const Evaluation &evaluation, double overlap,
                                double overlapWithSimilarity, double similarity) const;
    /// The source that supports a sentence by itself, of those that are not `but`; 0: none.
    [[nodiscard]] std::pair<std::uint32_t, Evaluation> attribute(const Claim &claim,
                                                                 std::span<const std::uint32_t> but) const;
    [[nodiscard]] storage::TextSpan inMarkdown(const Claim &claim, const storage::TextSpan &span) const;
    void takeVectors(const SentenceVectors &vectors);

    AnswerCheck m_check;
    std::vector<AnswerBlock> m_blocks;
    SourceIndex m_index;
    NormalText m_question;
    std::vector<std::string> m_questionKeys;
    std::vector<Claim> m_claims;
    std::vector<std::vector<std::vector<float>>> m_sourceVectors; ///< per source, of its sentences
};

storage::TextSpan Checker::inMarkdown(const Claim &claim, const storage::TextSpan &span) const
{
    const AnswerSentence &sentence = claim.sentence;
    return m_blocks[sentence.block].source(sentence.at.begin + span.begin, sentence.at.begin + span.end);
}

void Checker::takeVectors(const SentenceVectors &vectors)
{
    std::vector<std::string> texts;
    std::vector<std::size_t> claims;
    for (std::size_t i = 0; i < m_claims.size(); ++i) {
        if (reasonOf(m_claims[i]) == Unchecked::None) {
            texts.push_back(m_claims[i].sentence.text);
            claims.push_back(i);
        }
    }
    std::vector<std::size_t> sources;
    storage::TextDivider divider("");
    for (std::size_t i = 0; i < m_check.sources.size(); ++i) {
        const std::string &text = m_check.sources[i].text;
        for (const storage::TextSpan &span : divider.sentences(text)) {
            if (sources.size() < kMostVectorTexts) {
                texts.push_back(text.substr(span.begin, span.end - span.begin));
                sources.push_back(i);
            }
        }
    }
    std::vector<std::vector<float>> found = claims.empty() ? std::vector<std::vector<float>>() : vectors(texts);
    if (found.size() != texts.size()) {
        return;
    }
    for (std::size_t i = 0; i < claims.size(); ++i) {
        m_claims[claims[i]].vector = std::move(found[i]);
    }
    for (std::size_t i = 0; i < sources.size(); ++i) {
        m_sourceVectors[sources[i]].push_back(std::move(found[claims.size() + i]));
    }
}

Unchecked Checker::reasonOf(const Claim &claim) const
{
    if (claim.sentence.reason != Unchecked::None) {
        return claim.sentence.reason;
    }
    const bool hardFacts = !claim.facts.numbers.empty() || !claim.facts.dates.empty() || !claim.sentence.quotes.empty();
    const std::size_t last = claim.sentence.text.find_last_not_of(" \t\n*");
    const bool leadsIn = last != std::string::npos &&
                         (claim.sentence.text[last] == ':' || claim.sentence.text.substr(0, last + 1).ends_with("："));
    if (leadsIn && !hardFacts && claim.facts.names.empty()) {
        return Unchecked::Meta;
    }
    return claim.keys.size() < kFewestKeys && !hardFacts ? Unchecked::Short : Unchecked::None;
}

std::vector<std::size_t> Checker::bestWindows(const Claim &claim, std::size_t source) const
{
    std::vector<std::pair<double, std::size_t>> ranked;
    const SourceIndex::Range range = m_index.windowsOf(source);
    for (std::size_t i = range.begin; i < range.end; ++i) {
        ranked.emplace_back(-claim.overlaps[i], i);
    }
    const std::size_t count = std::min(kWindowsPerSource, ranked.size());
    std::ranges::partial_sort(ranked, ranked.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<std::size_t> best;
    best.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        best.push_back(ranked[i].second);
    }
    return best;
}

std::vector<std::string> Checker::keysBeside(const Claim &claim) const
{
    const NormalText normal = normalized(claim.sentence.text);
    const auto isWithin = [](const auto &facts, const storage::TextSpan &span) {
        return std::ranges::any_of(
            facts, [&](const auto &fact) { return fact.span.begin < span.end && span.begin < fact.span.end; });
    };
    std::vector<std::string> keys;
    for (const Word &word : wordsOf(normal)) {
        const storage::TextSpan span = normal.source(word.begin, word.end);
        if (word.content && !isWithin(claim.facts.numbers, span) && !isWithin(claim.facts.dates, span)) {
            keys.push_back(word.key);
        }
    }
    keys = withoutMeta(std::move(keys));
    std::ranges::sort(keys);
    keys.erase(std::ranges::unique(keys).begin(), keys.end());
    return keys;
}

double Checker::shareOf(const Claim &claim, const SourceStatement &statement) const
{
    double all = 0;
    double there = 0;
    for (const std::string &key : claim.beside) {
        const double weight = m_index.weight(key);
        all += weight;
        if (std::ranges::binary_search(statement.keys, key)) {
            there += weight;
        } else if (std::ranges::binary_search(statement.about, key)) {
            there += kInHeading * weight;
        }
    }
    return all > 0 ? there / all : 1;
}

template <class Holds>
bool Checker::standsBeside(const Claim &claim, std::span<const std::size_t> sources, double ofBest, Holds holds) const
{
    double best = 0;
    double withFact = -1;
    for (const std::size_t source : sources) {
        for (const SourceStatement &statement : m_index.statementsOf(source)) {
            const double share = shareOf(claim, statement);
            best = std::max(best, share);
            if (holds(statement.facts)) {
                withFact = std::max(withFact, share);
            }
        }
    }
    return withFact >= std::max(claim.bare ? kBesideOfQuestion : kBeside, ofBest * best);
}

bool Checker::hasName(const NameFact &name, std::span<const std::size_t> windows) const
{
    return std::ranges::all_of(name.keys, [&](const std::string &key) {
        return std::ranges::binary_search(m_questionKeys, key) || std::ranges::any_of(windows, [&](std::size_t window) {
                   return std::ranges::binary_search(m_index.windows()[window].keys, key);
               });
    });
}

Finding Checker::differing(const Claim &claim, const storage::TextSpan &quote) const
{
    Finding finding{.kind = FindingKind::QuoteDiffers, .span = inMarkdown(claim, quote)};
    const std::string_view text = std::string_view(claim.sentence.text).substr(quote.begin, quote.end - quote.begin);
    if (const auto nearest = nearestSpan(text, m_index.texts())) {
        finding.nearestSource = m_check.sources[nearest->text].id;
        finding.nearest = nearest->span;
    }
    return finding;
}

Evaluation Checker::evaluate(const Claim &claim, std::span<const std::uint32_t> ids) const
{
    Evaluation result;
    std::vector<std::size_t> windows;
    Facts offers;
    std::vector<std::size_t> sources;
    for (const std::uint32_t id : ids) {
        const std::size_t source = m_index.indexOf(id);
        sources.push_back(source);
        for (const std::size_t window : bestWindows(claim, source)) {
            const SourceWindow &found = m_index.windows()[window];
            windows.push_back(window);
            offers.numbers.insert(offers.numbers.end(), found.facts.numbers.begin(), found.facts.numbers.end());
            offers.dates.insert(offers.dates.end(), found.facts.dates.begin(), found.facts.dates.end());
        }
        for (const std::vector<float> &vector : m_sourceVectors[source]) {
            result.similarity = std::max(result.similarity, dot(claim.vector, vector));
        }
    }
    result.overlap = m_index.overlap(claim.keys, windows);
    const auto missing = [&](FindingKind kind, const storage::TextSpan &span) {
        result.findings.push_back({.kind = kind, .span = inMarkdown(claim, span)});
    };
    for (const storage::TextSpan &quote : claim.sentence.quotes) {
        const std::string_view text =
            std::string_view(claim.sentence.text).substr(quote.begin, quote.end - quote.begin);
        const bool stands = isVerbatim(text, m_question) || std::ranges::any_of(sources, [&](std::size_t source) {
                                return isVerbatim(text, m_index.texts()[source]);
                            });
        if (!stands) {
            result.findings.push_back(differing(claim, quote));
        }
    }
    for (const NumberFact &number : claim.facts.numbers) {
        const bool things = countsThings(claim.sentence.text, number);
        const auto holds = [&](const Facts &facts) { return isOffered(number, things ? counts(facts) : facts); };
        if (!holds(offers) || !standsBeside(claim, sources, kBesideOfBest, holds)) {
            missing(FindingKind::NumberMissing, number.span);
        }
    }
    for (const DateFact &date : claim.facts.dates) {
        // A date may stand once for many sentences, and its year for many days.
        DateFact day = date;
        for (Day &reading : day.readings) {
            reading.year = reading.month != 0 ? 0 : reading.year;
        }
        const auto holds = [&](const Facts &facts) { return isOffered(date, facts) || isOffered(day, facts); };
        if (!isOffered(date, offers) || !standsBeside(claim, sources, 0, holds)) {
            missing(FindingKind::DateMissing, date.span);
        }
    }
    for (const NameFact &name : claim.facts.names) {
        if (!hasName(name, windows)) {
            missing(FindingKind::NameMissing, name.span);
        }
    }
    return result;
}

bool Checker::isEnough(const Claim &claim, const Evaluation &evaluation, double overlap, double overlapWithSimilarity,
                       double similarity) const
{
    if (!evaluation.findings.empty()) {
        return false;
    }
    return claim.keys.size() < kFewestKeys || evaluation.overlap >= overlap ||
           (evaluation.overlap >= overlapWithSimilarity && evaluation.similarity >= similarity);
}

std::pair<std::uint32_t, Evaluation> Checker::attribute(const Claim &claim, std::span<const std::uint32_t> but) const
{
    const SupportLimits &limits = m_check.limits;
    std::pair<std::uint32_t, Evaluation> best{};
    for (const Source &source : m_check.sources) {
        if (std::ranges::find(but, source.id) != but.end()) {
            continue;
        }
        Evaluation evaluation = evaluate(claim, std::span(&source.id, 1));
        const bool enough = isEnough(claim, evaluation, limits.attributedOverlap,
                                     limits.attributedOverlapWithSimilarity, limits.attributedSimilarity);
        const auto measure = [](const Evaluation &of) { return of.overlap + of.similarity; };
        if (enough && (best.first == 0 || measure(evaluation) > measure(best.second))) {
            best = {source.id, std::move(evaluation)};
        }
    }
    return best;
}

void Checker::decide(const Claim &claim, SentenceCheck &result)
{
    const SupportLimits &limits = m_check.limits;
    Evaluation cited;
    if (!result.cited.empty()) {
        cited = evaluate(claim, result.cited);
        if (isEnough(claim, cited, limits.overlap, limits.overlapWithSimilarity, limits.similarity)) {
            result.verdict = Verdict::Supported;
            result.overlap = cited.overlap;
            result.similarity = cited.similarity;
            return;
        }
    }
    if (auto [id, evaluation] = attribute(claim, result.cited); id != 0) {
        result.verdict = Verdict::Supported;
        result.attributed = {id};
        result.overlap = evaluation.overlap;
        result.similarity = evaluation.similarity;
        return;
    }
    result.verdict = Verdict::NotFound;
    if (result.cited.empty()) {
        std::vector<std::uint32_t> all;
        for (const Source &source : m_check.sources) {
            all.push_back(source.id);
        }
        cited = evaluate(claim, all);
        result.findings.push_back({.kind = FindingKind::NoSource, .span = result.span});
    }
    result.overlap = cited.overlap;
    result.similarity = cited.similarity;
    if (cited.findings.empty() && !result.cited.empty()) {
        result.findings.push_back({.kind = FindingKind::LittleInCommon, .span = result.span});
    }
    result.findings.insert(result.findings.end(), cited.findings.begin(), cited.findings.end());
}

SentenceCheck Checker::checkOf(const Claim &claim)
{
    SentenceCheck result;
    result.span = inMarkdown(claim, {0, claim.sentence.text.size()});
    result.reason = reasonOf(claim);
    bool invalid = false;
    for (const std::uint32_t id : claim.sentence.ids) {
        if (m_index.indexOf(id) < m_check.sources.size()) {
            result.cited.push_back(id);
        } else {
            invalid = true;
        }
    }
    if (result.reason == Unchecked::None) {
        decide(claim, result);
    }
    if (invalid) {
        result.findings.push_back({.kind = FindingKind::InvalidId, .span = result.span});
    }
    return result;
}

} // namespace

std::vector<SentenceCheck> checkSentences(const AnswerCheck &check, const SentenceVectors &vectors)
{
    return Checker(check, vectors).run();
}

} // namespace app::grounding
