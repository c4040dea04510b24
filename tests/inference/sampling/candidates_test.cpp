// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/candidates.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>
#include <cmath>
#include <random>

using namespace inference;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// What select() promises, by sorting everything.
std::vector<TokenId> reference(const std::vector<float> &logits, std::size_t most, float least)
{
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const float logit = std::min(logits[i], std::numeric_limits<float>::max());
        if (!std::isnan(logits[i]) && logit >= least) {
            all.push_back({static_cast<TokenId>(i), logit, 0.0F});
        }
    }
    std::ranges::sort(all, comesBefore);
    if (most != 0 && all.size() > most) {
        all.resize(most);
    }
    std::vector<TokenId> ids;
    for (const Candidate &item : all) {
        ids.push_back(item.id);
    }
    return ids;
}

std::vector<TokenId> rankedIds(Candidates &candidates)
{
    std::vector<TokenId> ids;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        ids.push_back(candidates.ranked(i).id);
    }
    return ids;
}

} // namespace

TEST_CASE("selection agrees with a full sort, ties and odd values included")
{
    const std::size_t size = GENERATE(1U, 2U, 63U, 64U, 65U, 1000U, 5000U);
    const std::size_t most = GENERATE(0U, 1U, 2U, 40U, 250U, 251U, 1000U, 9999U);
    const float least = GENERATE(std::numeric_limits<float>::lowest(), 0.5F);
    std::mt19937_64 engine(size * 31 + most);
    std::vector<float> logits(size);
    for (float &logit : logits) {
        logit = static_cast<float>(engine() % 97) / 10.0F; // many ties
        if (engine() % 50 == 0) {
            const float odd[] = {kInfinity, -kInfinity, kNan, -0.0F};
            logit = odd[engine() % 4];
        }
    }
    logits[engine() % size] = 3.0F; // at least one survives
    Candidates candidates;
    candidates.select(logits, most, least);
    CHECK(rankedIds(candidates) == reference(logits, most, least));
}

TEST_CASE("an ascending row is the worst case of selection and still right")
{
    std::vector<float> logits(3000);
    for (std::size_t i = 0; i < logits.size(); ++i) {
        logits[i] = static_cast<float>(i);
    }
    Candidates candidates;
    candidates.select(logits, 3);
    CHECK(rankedIds(candidates) == std::vector<TokenId>{2999, 2998, 2997});
}

TEST_CASE("where no logit can be used token 0 is left")
{
    const auto logits = GENERATE(std::vector<float>{kNan, kNan}, std::vector<float>{-kInfinity, kNan, -kInfinity},
                                 std::vector<float>{});
    Candidates candidates;
    candidates.select(logits, 0);
    REQUIRE(candidates.size() == 1);
    CHECK(candidates.ranked(0).id == 0);
    candidates.weigh();
    CHECK(candidates.probability(candidates.ranked(0)) == 1.0);
}

TEST_CASE("weights stay right while the set shrinks")
{
    const std::vector<float> logits = {std::log(1.0F), std::log(8.0F), std::log(4.0F), std::log(2.0F)};
    Candidates candidates;
    candidates.select(logits, 0);
    candidates.weigh();
    CHECK(std::fabs(candidates.probability(candidates.ranked(0)) - 8.0 / 15.0) < 1e-6);
    candidates.keepGreatest(3);
    candidates.weigh();
    CHECK(std::fabs(candidates.probability(candidates.ranked(0)) - 8.0 / 14.0) < 1e-6);
    candidates.dropGreatest(1);
    candidates.weigh();
    CHECK(rankedIds(candidates) == std::vector<TokenId>{2, 3});
    CHECK(std::fabs(candidates.probability(candidates.ranked(0)) - 4.0 / 6.0) < 1e-6);
    candidates.keepNotBelow(1e9F);
    CHECK(rankedIds(candidates) == std::vector<TokenId>{2});
    candidates.dropGreatest(5);
    CHECK(candidates.size() == 1);
}

TEST_CASE("a point of the distribution belongs to the candidate in order")
{
    const std::vector<float> logits = {std::log(2.0F), std::log(5.0F), std::log(3.0F)};
    Candidates candidates;
    candidates.select(logits, 0);
    candidates.weigh();
    struct Row {
        double uniform;
        TokenId id;
    };
    for (const Row row : {Row{0.0, 1}, Row{0.499, 1}, Row{0.501, 2}, Row{0.799, 2}, Row{0.801, 0}, Row{0.9999999, 0}}) {
        CAPTURE(row.uniform);
        CHECK(candidates.draw(row.uniform).id == row.id);
    }
}
