// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tokens still in play while the sampling chain runs.
#pragma once

#include "inference/types.h"

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace inference {

struct Candidate {
    TokenId id = 0;
    float logit = 0.0F;
    float weight = 0.0F; ///< exp(logit - greatest logit), valid after Candidates::weigh()
};

/// A set of candidates, never empty once selected, with a prefix in order (greatest logit first, ties by lower id).
/// The prefix grows on demand, so that the vocabulary is never sorted as a whole. One thread at a time.
class Candidates {
public:
    /// Takes the `most` greatest logits (0: all) that are not below `least`. NaN and -infinity are left out, +infinity
    /// counts as the greatest finite number. When nothing is left the set is token 0 alone.
    void select(std::span<const float> logits, std::size_t most, float least = std::numeric_limits<float>::lowest());

    [[nodiscard]] std::size_t size() const { return m_items.size(); }
    [[nodiscard]] std::span<const Candidate> items() const { return m_items; }
    /// For steps that change logits in place; the order and the weights count as lost.
    [[nodiscard]] std::span<Candidate> edit();

    [[nodiscard]] float greatestLogit() const;
    /// Puts at least the `count` greatest in order at the front (bounded by size()).
    void order(std::size_t count);
    /// The i-th greatest; orders as far as needed.
    const Candidate &ranked(std::size_t i);
    /// Computes every weight; total() is their sum.
    void weigh();
    [[nodiscard]] double total() const { return m_total; }
    /// Probability of a candidate of this set; needs weigh().
    [[nodiscard]] double probability(const Candidate &candidate) const
    {
        return static_cast<double>(candidate.weight) / m_total;
    }

    /// Keeps the `count` (at least 1) greatest, in order.
    void keepGreatest(std::size_t count);
    /// Drops the `count` greatest; at least one stays.
    void dropGreatest(std::size_t count);
    /// Keeps what is not below `least`; at least the greatest stays.
    void keepNotBelow(float least);
    /// Replaces the set (not empty).
    void replace(std::vector<Candidate> items);

    /// The candidate at the point `uniform` in [0, 1) of the distribution laid out in order; needs weigh().
    const Candidate &draw(double uniform);

private:
    void changed();

    std::vector<Candidate> m_items;
    std::size_t m_ordered = 0; ///< length of the prefix in order
    double m_total = 0.0;
    bool m_weighed = false;
};

/// Order of candidates: greater logit first, then lower id.
inline bool comesBefore(const Candidate &a, const Candidate &b)
{
    return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
}

} // namespace inference
