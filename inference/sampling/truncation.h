// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The steps of the chain that shorten the set of candidates, and temperature. Each leaves at least one candidate.
#pragma once

#include "inference/sampling/candidates.h"

#include <span>

namespace inference {

/// The bar of top-n-sigma: greatest logit - n * standard deviation of the finite logits. Tang et al. 2024,
/// arXiv:2411.07641.
float topNSigmaBar(std::span<const float> logits, float n);

/// Keeps tokens whose surprise is closest to the entropy until their probability exceeds `p`. Meister et al. 2022,
/// arXiv:2202.00666.
void keepTypical(Candidates &candidates, float p);

/// Keeps the most probable tokens until their probability reaches `p`. Holtzman et al. 2019, arXiv:1904.09751.
void keepTopP(Candidates &candidates, float p);

/// Keeps tokens at least `p` times as probable as the most probable. Nguyen et al. 2024, arXiv:2407.01082.
void keepMinP(Candidates &candidates, float p);

/// Exclude top choices (XTC): of the tokens whose probability reaches `threshold` only the least probable stays.
void excludeTopChoices(Candidates &candidates, float threshold);

/// Divides logits by a temperature > 0. Logits become relative to the greatest, which keeps them finite.
void applyTemperature(Candidates &candidates, float temperature);

/// Temperature between `temperature - range` and `temperature + range` by the entropy of the candidates over the
/// greatest possible: least + (most - least) * normalized^exponent. May be 0. Needs at least two candidates.
float dynamicTemperature(Candidates &candidates, float temperature, float range, float exponent);

} // namespace inference
