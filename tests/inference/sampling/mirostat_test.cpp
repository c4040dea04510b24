// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/mirostat.h"

#include "inference/sampling/philox.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <cmath>

using namespace inference;

namespace {

Candidates withProbabilities(const std::vector<float> &probabilities)
{
    std::vector<float> logits;
    for (const float p : probabilities) {
        logits.push_back(std::log(p));
    }
    Candidates candidates;
    candidates.select(logits, 0);
    return candidates;
}

std::vector<float> zipf(std::size_t size, float exponent)
{
    std::vector<float> weights;
    for (std::size_t i = 0; i < size; ++i) {
        weights.push_back(std::pow(static_cast<float>(i + 1), -exponent));
    }
    return weights;
}

} // namespace

TEST_CASE("mirostat 2 drops what surprises more than mu and moves mu by the error")
{
    struct Row {
        float tau;
        double uniform;
        TokenId id;
        double mu;
    };
    // Surprises 1, 2, 3, 3 bits; mu begins at 2 tau.
    for (const Row &row :
         {Row{0.9F, 0.99, 0, 1.8 - 0.1 * (0.0 - 0.9)}, Row{1.2F, 0.5, 0, 2.4 - 0.1 * (std::log2(1.5) - 1.2)},
          Row{1.2F, 0.9, 1, 2.4 - 0.1 * (std::log2(3.0) - 1.2)}, Row{5.0F, 0.99, 3, 10.0 - 0.1 * (3.0 - 5.0)}}) {
        CAPTURE(row.tau, row.uniform);
        Candidates candidates = withProbabilities({0.5F, 0.25F, 0.125F, 0.125F});
        Mirostat mirostat(2, row.tau, 0.1F);
        CHECK(mirostat.choose(candidates, 4, row.uniform) == row.id);
        CHECK(mirostat.mu() == Catch::Approx(row.mu));
    }
}

TEST_CASE("mirostat 1 bounds the rank by the estimated exponent")
{
    // Exponent 2: k = sqrt(2^mu / (1 - 1/N)) = sqrt(64 / 0.99) = 8.04 for tau 3 and N 100.
    for (const double uniform : {0.0, 0.9999999}) {
        Candidates candidates = withProbabilities(zipf(100, 2.0F));
        Mirostat mirostat(1, 3.0F, 0.1F);
        CHECK(mirostat.choose(candidates, 100, uniform) == (uniform == 0.0 ? 0 : 7));
        CHECK(candidates.size() == 8);
    }
}

TEST_CASE("mirostat survives distributions without an exponent")
{
    for (const int version : {1, 2}) {
        for (const auto &weights :
             {std::vector<float>{1.0F}, std::vector<float>{1.0F, 1.0F, 1.0F}, std::vector<float>{1.0F, 0.0F, 0.0F}}) {
            Candidates candidates = withProbabilities(weights);
            Mirostat mirostat(version, 5.0F, 0.1F);
            const TokenId id = mirostat.choose(candidates, weights.size(), 0.5);
            CHECK(weights[static_cast<std::size_t>(id)] > 0.0F);
            CHECK(std::isfinite(mirostat.mu()));
        }
    }
}

TEST_CASE("mirostat holds the mean surprise near tau")
{
    for (const int version : {1, 2}) {
        const std::vector<float> weights = zipf(1000, 1.1F);
        Mirostat mirostat(version, 3.0F, 0.1F);
        double sum = 0;
        constexpr int kDraws = 3000;
        for (int n = 0; n < kDraws; ++n) {
            const double before = mirostat.mu();
            Candidates candidates = withProbabilities(weights);
            mirostat.choose(candidates, weights.size(), drawOf(9, static_cast<std::uint64_t>(n)).token);
            sum += 3.0 + (before - mirostat.mu()) / 0.1; // the surprise, read off mu's move
        }
        CAPTURE(version);
        CHECK(sum / kDraws == Catch::Approx(3.0).margin(0.1));
    }
}
