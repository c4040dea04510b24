// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/truncation.h"

#include <algorithm>
#include <cmath>

namespace inference {

namespace {

// Entropy in nats of a weighed set.
double entropyOf(const Candidates &candidates)
{
    double entropy = 0.0;
    for (const Candidate &item : candidates.items()) {
        const double p = candidates.probability(item);
        if (p > 0.0) {
            entropy -= p * std::log(p);
        }
    }
    return entropy;
}

} // namespace

float topNSigmaBar(std::span<const float> logits, float n)
{
    float greatest = std::numeric_limits<float>::lowest();
    double sum = 0.0;
    std::size_t count = 0;
    for (const float logit : logits) {
        if (std::isfinite(logit)) {
            greatest = std::max(greatest, logit);
            sum += static_cast<double>(logit);
            ++count;
        }
    }
    if (count == 0) {
        return greatest;
    }
    const double mean = sum / static_cast<double>(count);
    double squares = 0.0;
    for (const float logit : logits) {
        if (std::isfinite(logit)) {
            const double difference = static_cast<double>(logit) - mean;
            squares += difference * difference;
        }
    }
    const double deviation = std::sqrt(squares / static_cast<double>(count));
    const double bar = static_cast<double>(greatest) - static_cast<double>(n) * deviation;
    return static_cast<float>(std::max(bar, static_cast<double>(std::numeric_limits<float>::lowest())));
}

void keepTypical(Candidates &candidates, float p)
{
    if (!(p < 1.0F) || candidates.size() < 2) {
        return;
    }
    struct Scored {
        double distance; ///< of the token's surprise from the entropy
        Candidate candidate;
    };
    candidates.weigh();
    const double entropy = entropyOf(candidates);
    std::vector<Scored> scored;
    scored.reserve(candidates.size());
    for (const Candidate &item : candidates.items()) {
        const double probability = candidates.probability(item);
        if (probability > 0.0) {
            scored.push_back({std::fabs(-std::log(probability) - entropy), item});
        }
    }
    const auto closer = [](const Scored &a, const Scored &b) {
        return a.distance != b.distance ? a.distance < b.distance : comesBefore(a.candidate, b.candidate);
    };
    // A heap gives the closest ones in order without sorting those that are never reached.
    const auto farther = [closer](const Scored &a, const Scored &b) { return closer(b, a); };
    std::ranges::make_heap(scored, farther);
    std::vector<Candidate> kept;
    double reached = 0.0;
    while (!scored.empty()) {
        std::ranges::pop_heap(scored, farther);
        kept.push_back(scored.back().candidate);
        scored.pop_back();
        reached += candidates.probability(kept.back());
        if (reached > static_cast<double>(p)) {
            break;
        }
    }
    candidates.replace(std::move(kept));
}

void keepTopP(Candidates &candidates, float p)
{
    if (!(p < 1.0F) || candidates.size() < 2) {
        return;
    }
    candidates.weigh();
    double reached = 0.0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        reached += candidates.probability(candidates.ranked(i));
        if (reached >= static_cast<double>(p)) {
            candidates.keepGreatest(i + 1);
            return;
        }
    }
}

void keepMinP(Candidates &candidates, float p)
{
    if (!(p > 0.0F) || candidates.size() < 2) {
        return;
    }
    candidates.keepNotBelow(candidates.greatestLogit() + std::log(p));
}

void excludeTopChoices(Candidates &candidates, float threshold)
{
    // Above one half at most one token can reach the threshold: nothing to exclude.
    if (!(threshold <= 0.5F) || candidates.size() < 2) {
        return;
    }
    candidates.weigh();
    std::size_t reaching = 0;
    while (reaching < candidates.size() &&
           candidates.probability(candidates.ranked(reaching)) >= static_cast<double>(threshold)) {
        ++reaching;
    }
    if (reaching > 1) {
        candidates.dropGreatest(reaching - 1);
    }
}

void applyTemperature(Candidates &candidates, float temperature)
{
    const float greatest = candidates.greatestLogit();
    for (Candidate &item : candidates.edit()) {
        item.logit = (item.logit - greatest) / temperature;
    }
}

float dynamicTemperature(Candidates &candidates, float temperature, float range, float exponent)
{
    candidates.weigh();
    const double greatestEntropy = std::log(static_cast<double>(candidates.size()));
    const double normalized = std::clamp(entropyOf(candidates) / greatestEntropy, 0.0, 1.0);
    const double least = std::max(0.0, static_cast<double>(temperature) - static_cast<double>(range));
    const double most = static_cast<double>(temperature) + static_cast<double>(range);
    return static_cast<float>(least + (most - least) * std::pow(normalized, static_cast<double>(exponent)));
}

} // namespace inference
