// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/rope_table.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include <array>

using Catch::Approx;

namespace inference::graph {

TEST_CASE("pairs turn slower one after the other, from one radian per position on")
{
    const RopeTable table = ropeTable(8, 10000.0F);
    REQUIRE(table.frequencies.size() == 4);
    CHECK(table.frequencies[0] == 1.0);
    CHECK(table.frequencies[1] == Approx(0.1));
    CHECK(table.frequencies[2] == Approx(0.01));
    CHECK(table.frequencies[3] == Approx(0.001));
    CHECK(table.magnitude == 1.0F);
}

TEST_CASE("linear scaling and frequency factors slow the pairs down")
{
    const std::array<float, 2> factors{2.0F, 8.0F};
    const RopeTable table = ropeTable(4, 10000.0F, {.positionScale = 0.25F, .factors = factors, .magnitude = 1.5F});
    CHECK(table.frequencies[0] == Approx(0.125));
    CHECK(table.frequencies[1] == Approx(0.01 / 8 / 4));
    CHECK(table.magnitude == 1.5F);
}

TEST_CASE("YaRN leaves fast pairs alone, interpolates slow ones and blends between")
{
    const RopeTable table = ropeTable(64, 10000.0F, {.yarn = Yarn{.factor = 4.0F, .trainedContext = 4096}});
    // The values of _compute_yarn_parameters in transformers' modeling_rope_utils for the same settings.
    CHECK(table.frequencies[0] == Approx(1.0));
    CHECK(table.frequencies[10] == Approx(0.056234132519034905));
    CHECK(table.frequencies[16] == Approx(0.006538461538461538));
    CHECK(table.frequencies[20] == Approx(0.0013378867023789293));
    CHECK(table.frequencies[31] == Approx(3.33380358040831e-05));
    CHECK(table.magnitude == Approx(1.138629436111989F));
    const Yarn plain{.factor = 4.0F, .trainedContext = 4096, .attentionFactor = 0.5F, .logMultiplier = 1.0F};
    CHECK(ropeTable(64, 10000.0F, {.yarn = plain}).magnitude == 0.5F);
    const Yarn part{.factor = 4.0F, .trainedContext = 4096, .logMultiplier = 0.5F};
    CHECK(ropeTable(64, 10000.0F, {.yarn = part}).magnitude == Approx(1.138629436111989F / 1.0693147F));
    // The same function with "truncate" off.
    const Yarn parts{.factor = 4.0F, .trainedContext = 4096, .wholePairs = false};
    const RopeTable between = ropeTable(64, 10000.0F, {.yarn = parts});
    CHECK(between.frequencies[10] == Approx(0.056234132519034905));
    CHECK(between.frequencies[16] == Approx(0.006556971521129435));
    CHECK(between.frequencies[20] == Approx(0.0012856320307266882));
}

} // namespace inference::graph
