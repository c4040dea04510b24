// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/truncation.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>

using namespace inference;

namespace {

using Ids = std::vector<TokenId>;

// Tokens 0-3 with probabilities 0.5, 0.25, 0.15, 0.1: entropy 1.20797 nats, surprises 0.693, 1.386, 1.897, 2.303.
Candidates fourTokens()
{
    Candidates candidates;
    candidates.select(std::vector{std::log(0.5F), std::log(0.25F), std::log(0.15F), std::log(0.1F)}, 0);
    return candidates;
}

Ids idsOf(const Candidates &candidates)
{
    Ids ids;
    for (const Candidate &item : candidates.items()) {
        ids.push_back(item.id);
    }
    std::ranges::sort(ids);
    return ids;
}

struct Row {
    float setting;
    Ids kept;
};

} // namespace

TEST_CASE("top-p keeps the fewest tokens that reach p")
{
    for (const Row &row :
         {Row{0.0F, {0}}, Row{0.49F, {0}}, Row{0.51F, {0, 1}}, Row{0.74F, {0, 1}}, Row{0.76F, {0, 1, 2}},
          Row{0.91F, {0, 1, 2, 3}}, Row{1.0F, {0, 1, 2, 3}}, Row{std::nanf(""), {0, 1, 2, 3}}}) {
        CAPTURE(row.setting);
        Candidates candidates = fourTokens();
        keepTopP(candidates, row.setting);
        CHECK(idsOf(candidates) == row.kept);
    }
}

TEST_CASE("min-p keeps tokens above a share of the most probable one's probability")
{
    for (const Row &row : {Row{0.0F, {0, 1, 2, 3}}, Row{0.19F, {0, 1, 2, 3}}, Row{0.21F, {0, 1, 2}}, Row{0.31F, {0, 1}},
                           Row{0.51F, {0}}, Row{1.0F, {0}}, Row{2.0F, {0}}, Row{std::nanf(""), {0, 1, 2, 3}}}) {
        CAPTURE(row.setting);
        Candidates candidates = fourTokens();
        keepMinP(candidates, row.setting);
        CHECK(idsOf(candidates) == row.kept);
    }
}

TEST_CASE("typical-p keeps tokens in the order of their distance from the entropy")
{
    // Distances: token 1 0.178, token 0 0.515, token 2 0.689, token 3 1.095.
    for (const Row &row : {Row{0.0F, {1}}, Row{0.2F, {1}}, Row{0.3F, {0, 1}}, Row{0.8F, {0, 1, 2}},
                           Row{0.95F, {0, 1, 2, 3}}, Row{1.0F, {0, 1, 2, 3}}}) {
        CAPTURE(row.setting);
        Candidates candidates = fourTokens();
        keepTypical(candidates, row.setting);
        CHECK(idsOf(candidates) == row.kept);
    }
}

TEST_CASE("XTC leaves the least probable of the top choices")
{
    for (const Row &row : {Row{0.05F, {3}}, Row{0.12F, {2, 3}}, Row{0.2F, {1, 2, 3}}, Row{0.3F, {0, 1, 2, 3}},
                           Row{0.6F, {0, 1, 2, 3}}}) {
        CAPTURE(row.setting);
        Candidates candidates = fourTokens();
        excludeTopChoices(candidates, row.setting);
        CHECK(idsOf(candidates) == row.kept);
    }
}

TEST_CASE("the bar of top-n-sigma lies n deviations below the greatest finite logit")
{
    const float infinity = std::numeric_limits<float>::infinity();
    // Mean 3, variance 5.
    const std::vector<float> plain = {0, 2, 4, 6};
    const std::vector<float> masked = {0, -infinity, 2, 4, 6, std::nanf(""), infinity};
    for (const float n : {0.0F, 1.0F, 2.0F}) {
        CHECK(topNSigmaBar(plain, n) == Catch::Approx(6.0 - static_cast<double>(n) * std::sqrt(5.0)));
        CHECK(topNSigmaBar(masked, n) == topNSigmaBar(plain, n));
    }
    CHECK(topNSigmaBar(std::vector{-infinity, -infinity}, 1.0F) == std::numeric_limits<float>::lowest());
    CHECK(std::isfinite(topNSigmaBar(std::vector{3e38F, -3e38F}, 100.0F)));
}

TEST_CASE("temperature divides what lies below the greatest logit")
{
    Candidates candidates;
    candidates.select(std::vector{1.0F, 3.0F, 2.0F}, 0);
    applyTemperature(candidates, 0.5F);
    CHECK(candidates.ranked(0).logit == 0.0F);
    CHECK(candidates.ranked(1).logit == -2.0F);
    CHECK(candidates.ranked(2).logit == -4.0F);
}

TEST_CASE("dynamic temperature follows the normalized entropy")
{
    Candidates flat;
    flat.select(std::vector{1.0F, 1.0F, 1.0F}, 0);
    CHECK(dynamicTemperature(flat, 1.0F, 0.5F, 1.0F) == Catch::Approx(1.5));
    Candidates certain;
    certain.select(std::vector{1000.0F, 0.0F}, 0);
    CHECK(dynamicTemperature(certain, 1.0F, 0.5F, 1.0F) == Catch::Approx(0.5));
    CHECK(dynamicTemperature(certain, 1.0F, 2.0F, 1.0F) == 0.0F);
    Candidates four = fourTokens(); // 1.20797 / ln 4 = 0.87137
    CHECK(dynamicTemperature(four, 1.0F, 0.5F, 1.0F) == Catch::Approx(0.5 + 0.87137).epsilon(1e-4));
    CHECK(dynamicTemperature(four, 1.0F, 0.5F, 2.0F) == Catch::Approx(0.5 + 0.87137 * 0.87137).epsilon(1e-4));
}
