// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/mirostat.h"

#include <algorithm>
#include <cmath>

namespace inference {

TokenId Mirostat::choose(Candidates &candidates, std::size_t vocabularySize, double uniform)
{
    candidates.weigh();
    if (m_version == 1) {
        truncateByRank(candidates, vocabularySize);
    } else {
        truncateBySurprise(candidates);
    }
    candidates.weigh();
    const Candidate &chosen = candidates.draw(uniform);
    const double surprise = -std::log2(candidates.probability(chosen));
    if (std::isfinite(surprise)) {
        m_mu -= m_eta * (surprise - m_tau);
    }
    return chosen.id;
}

void Mirostat::truncateByRank(Candidates &candidates, std::size_t vocabularySize) const
{
    // Least-squares estimate of Zipf's exponent from the most probable tokens (equation 8 of the paper).
    constexpr std::size_t kObserved = 100;
    double products = 0.0;
    double squares = 0.0;
    for (std::size_t i = 0; i + 1 < std::min(kObserved, candidates.size()); ++i) {
        const double p = candidates.probability(candidates.ranked(i));
        const double next = candidates.probability(candidates.ranked(i + 1));
        if (!(next > 0.0)) {
            break;
        }
        const double t = std::log(static_cast<double>(i + 2) / static_cast<double>(i + 1));
        products += t * std::log(p / next);
        squares += t * t;
    }
    if (!(products > 0.0)) { // a flat distribution or a single candidate has no exponent
        return;
    }
    const double exponent = products / squares;
    const double epsilon = exponent - 1.0;
    const double denominator = 1.0 - std::pow(static_cast<double>(vocabularySize), -epsilon);
    const double k = std::pow(epsilon * std::exp2(m_mu) / denominator, 1.0 / exponent);
    if (std::isfinite(k) && k < static_cast<double>(candidates.size())) {
        candidates.keepGreatest(static_cast<std::size_t>(std::max(k, 1.0)));
    }
}

void Mirostat::truncateBySurprise(Candidates &candidates) const
{
    const auto kept = static_cast<std::size_t>(std::ranges::count_if(
        candidates.items(), [&](const Candidate &item) { return -std::log2(candidates.probability(item)) <= m_mu; }));
    candidates.keepGreatest(kept);
}

} // namespace inference
