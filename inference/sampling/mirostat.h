// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/sampling/candidates.h"

#include <cstddef>

namespace inference {

/// Mirostat: keeps the surprise of the chosen tokens near tau bits by moving the bound mu after each choice.
/// Basu et al. 2020, arXiv:2007.14966.
class Mirostat {
public:
    /// `version` is 1 (bound on k by an estimate of Zipf's exponent) or 2 (bound on surprise).
    Mirostat(int version, float tau, float eta)
        : m_version(version)
        , m_tau(tau)
        , m_eta(eta)
        , m_mu(2.0 * tau)
    {
    }

    /// Truncates, draws at the point `uniform` in [0, 1) and moves mu. `vocabularySize`: N of version 1.
    TokenId choose(Candidates &candidates, std::size_t vocabularySize, double uniform);
    /// The present bound in bits.
    [[nodiscard]] double mu() const { return m_mu; }

private:
    void truncateByRank(Candidates &candidates, std::size_t vocabularySize) const;
    void truncateBySurprise(Candidates &candidates) const;

    int m_version;
    double m_tau;
    double m_eta;
    double m_mu;
};

} // namespace inference
