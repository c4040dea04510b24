// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/sampler.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <vector>

using namespace inference;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::string_view noBytes(TokenId)
{
    return {};
}

SamplingParams neutral()
{
    SamplingParams params;
    params.temperature = 1.0F;
    params.topK = 0;
    params.topP = 1.0F;
    params.minP = 0.0F;
    return params;
}

std::vector<TokenId> sampleMany(const SamplingParams &params, const std::vector<float> &logits, int count)
{
    Sampler sampler(params, logits.size(), noBytes);
    std::vector<TokenId> ids;
    for (int i = 0; i < count; ++i) {
        ids.push_back(sampler.sample(logits, {}));
    }
    return ids;
}

std::set<TokenId> support(const SamplingParams &params, const std::vector<float> &logits)
{
    const auto ids = sampleMany(params, logits, 2000);
    return {ids.begin(), ids.end()};
}

// Probabilities 0.4, 0.3, 0.2, 0.06, 0.04.
std::vector<float> fiveLogits()
{
    return {std::log(0.3F), std::log(0.4F), std::log(0.04F), std::log(0.2F), std::log(0.06F)};
}

} // namespace

TEST_CASE("temperature 0 is the argmax, ties to the lower id")
{
    struct Row {
        std::vector<float> logits;
        TokenId id;
    };
    const Row row = GENERATE(Row{{1, 3, 2}, 1}, Row{{3, 3, 3}, 0}, Row{{1, 5, 5}, 1}, Row{{kNan, 1, 2}, 2},
                             Row{{kNan, kNan}, 0}, Row{{-kInfinity, -kInfinity, -1}, 2},
                             Row{{-kInfinity, -kInfinity}, 0}, Row{{0, kInfinity, 1}, 1}, Row{{-0.0F, 0.0F}, 0});
    SamplingParams params = GENERATE(SamplingParams{}, neutral());
    params.temperature = 0.0F;
    CHECK(sampleMany(params, row.logits, 1).front() == row.id);
}

TEST_CASE("penalties and bias act before the argmax")
{
    SamplingParams params;
    params.temperature = 0.0F;
    params.presencePenalty = 3.0F;
    const std::vector<float> logits = {1, 5, 4};
    Sampler sampler(params, logits.size(), noBytes);
    CHECK(sampler.sample(logits, {}) == 1);
    CHECK(sampler.sample(logits, std::vector<TokenId>{1}) == 2);
    params.logitBias = {{0, 10.0F}, {1, -kInfinity}, {7, 1.0F}, {-1, 1.0F}};
    CHECK(sampleMany(params, logits, 1).front() == 0);
}

TEST_CASE("each truncation leaves the tokens it should")
{
    struct Row {
        void (*set)(SamplingParams &);
        std::set<TokenId> kept;
    };
    const std::vector<Row> rows = {
        {[](SamplingParams &) {}, {0, 1, 2, 3, 4}},
        {[](SamplingParams &p) { p.topK = 2; }, {0, 1}},
        {[](SamplingParams &p) { p.topK = 1; }, {1}},
        {[](SamplingParams &p) { p.topP = 0.65F; }, {0, 1}},
        {[](SamplingParams &p) { p.minP = 0.45F; }, {0, 1, 3}},
        {[](SamplingParams &p) { p.topNSigma = 1.0F; }, {0, 1, 3}},
        // 0.3 / 0.7 of two tokens: top-k goes first, so 0.55 is reached by the first alone.
        {[](SamplingParams &p) {
             p.topK = 2;
             p.topP = 0.55F;
         },
         {1}},
        {[](SamplingParams &p) {
             p.topK = 3;
             p.topP = 0.7F;
         },
         {0, 1}},
        {[](SamplingParams &p) { p.typicalP = 0.25F; }, {0}},
        {[](SamplingParams &p) {
             p.xtcProbability = 1.0F;
             p.xtcThreshold = 0.25F;
         },
         {0, 2, 3, 4}},
        // Top-p cuts the tail before XTC removes the head.
        {[](SamplingParams &p) {
             p.topP = 0.65F;
             p.xtcProbability = 1.0F;
         },
         {0}},
        {[](SamplingParams &p) { p.temperature = 0.01F; }, {1}},
        // Temperature comes last: what min-p removed does not come back.
        {[](SamplingParams &p) {
             p.minP = 0.45F;
             p.temperature = 50.0F;
         },
         {0, 1, 3}},
        {[](SamplingParams &p) {
             p.mirostat = 2;
             p.mirostatTau = 0.1F;
             p.mirostatEta = 0.0F;
         },
         {1}},
        {[](SamplingParams &p) {
             p.mirostat = 1;
             p.mirostatTau = 0.1F;
             p.mirostatEta = 0.0F;
         },
         {1}},
        // Mirostat takes the place of the truncations.
        {[](SamplingParams &p) {
             p.mirostat = 2;
             p.mirostatTau = 9.0F;
             p.mirostatEta = 0.0F;
             p.topK = 1;
         },
         {0, 1, 2, 3, 4}},
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        CAPTURE(i);
        SamplingParams params = neutral();
        rows[i].set(params);
        CHECK(support(params, fiveLogits()) == rows[i].kept);
    }
}

TEST_CASE("XTC acts as often as its probability says")
{
    SamplingParams params = neutral();
    params.xtcProbability = 0.5F;
    params.xtcThreshold = 0.1F;
    const std::vector<float> logits = {std::log(0.9F), std::log(0.1001F)};
    // Excluded in half of the draws (token 1 then), else token 0 in nine of ten: 0.45 of all.
    int first = 0;
    for (const TokenId id : sampleMany(params, logits, 10000)) {
        first += id == 0 ? 1 : 0;
    }
    CHECK(std::abs(first - 4500) < 200); // four standard deviations
}

TEST_CASE("draws follow the distribution")
{
    // Chi-square with 4 degrees of freedom: 18.47 is exceeded once in a thousand.
    const std::uint64_t seed = GENERATE(1U, 2U, 3U);
    SamplingParams params = neutral();
    params.seed = seed;
    constexpr int kDraws = 20000;
    const double probabilities[] = {0.3, 0.4, 0.04, 0.2, 0.06};
    int counts[5] = {};
    for (const TokenId id : sampleMany(params, fiveLogits(), kDraws)) {
        ++counts[id];
    }
    double chiSquare = 0;
    for (int i = 0; i < 5; ++i) {
        const double expected = probabilities[i] * kDraws;
        chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    CHECK(chiSquare < 18.47);
}

TEST_CASE("a sampler replays: same seed same tokens, another seed others")
{
    SamplingParams params = neutral();
    params.seed = 77;
    const std::vector<float> logits(50, 0.0F);
    const auto first = sampleMany(params, logits, 100);
    CHECK(first == sampleMany(params, logits, 100));
    params.seed = 78;
    CHECK(first != sampleMany(params, logits, 100));
}

TEST_CASE("the n-th draw depends on seed and n alone")
{
    const std::vector<float> flat(50, 0.0F);
    const std::vector<float> peaked = {9.0F, 0.0F, 0.0F};
    SamplingParams params = neutral();
    Sampler a(params, flat.size(), noBytes);
    Sampler b(params, flat.size(), noBytes);
    a.sample(flat, {});
    b.sample(peaked, {});
    for (int i = 0; i < 20; ++i) {
        CHECK(a.sample(flat, {}) == b.sample(flat, {}));
    }
}

TEST_CASE("a moved sampler goes on where it was")
{
    const std::vector<float> flat(50, 0.0F);
    const auto expected = sampleMany(neutral(), flat, 3);
    Sampler a(neutral(), flat.size(), noBytes);
    CHECK(a.sample(flat, {}) == expected[0]);
    Sampler b = std::move(a);
    CHECK(b.sample(flat, {}) == expected[1]);
    CHECK(b.sample(flat, {}) == expected[2]);
}

TEST_CASE("no settings and no logits lead outside the vocabulary")
{
    std::mt19937_64 engine(11);
    const auto pick = [&engine](std::initializer_list<float> values) {
        return values.begin()[engine() % values.size()];
    };
    for (int round = 0; round < 3000; ++round) {
        SamplingParams params;
        params.seed = engine();
        params.temperature = pick({0, 0.5F, 1, 1e-30F, 1e30F, kInfinity, kNan, -1});
        params.topK = static_cast<std::int32_t>(pick({0, 1, 3, 40, 1e9F, -5}));
        params.topP = pick({0, 0.5F, 0.95F, 1, kNan, -1});
        params.minP = pick({0, 0.05F, 1, kNan, 5});
        params.typicalP = pick({1, 0.5F, 0, kNan});
        params.topNSigma = pick({-1, 0, 1, kInfinity, kNan});
        params.repeatPenalty = pick({1, 1.3F, 0, -1, kNan, 1e38F});
        params.frequencyPenalty = pick({0, 0.5F, 1e38F, kNan});
        params.dryMultiplier = pick({0, 0.8F, 1e38F, kNan});
        params.dryBase = pick({1.75F, 0, 1e38F, kNan});
        params.dryAllowedLength = static_cast<std::int32_t>(pick({2, 0, -3, 1e9F}));
        params.dryLastN = static_cast<std::int32_t>(pick({-1, 0, 3, -9}));
        params.xtcProbability = pick({0, 1, kNan});
        params.xtcThreshold = pick({0.1F, 0, kNan});
        params.dynamicTemperatureRange = pick({0, 0.5F, 5, kNan});
        params.dynamicTemperatureExponent = pick({1, 0, -1, kNan});
        params.mirostat = static_cast<std::int32_t>(pick({0, 0, 1, 2, 9}));
        params.mirostatTau = pick({5, 0, -100, kInfinity, kNan});
        params.mirostatEta = pick({0.1F, 0, 1e38F, kNan});
        params.logitBias = {{static_cast<TokenId>(engine() % 12), pick({1, -kInfinity, kInfinity, kNan})}};
        std::vector<float> logits(1 + engine() % 10);
        std::vector<TokenId> history;
        for (int i = 0; i < 12; ++i) {
            history.push_back(static_cast<TokenId>(engine() % 12) - 1);
        }
        for (float &logit : logits) {
            logit = pick({0, 1, -3, 7.5F, 3e38F, -3e38F, kInfinity, -kInfinity, kNan});
        }
        Sampler sampler(params, logits.size(), noBytes);
        for (int draw = 0; draw < 3; ++draw) {
            const TokenId id = sampler.sample(logits, history);
            REQUIRE(id >= 0);
            REQUIRE(static_cast<std::size_t>(id) < logits.size());
        }
    }
}
