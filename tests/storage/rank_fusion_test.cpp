// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/rank_fusion.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

namespace storage {

TEST_CASE("a passage in both rankings comes before one at the top of either")
{
    const std::vector<PassageId> lexical = {{1}, {2}, {3}};
    const std::vector<PassageId> dense = {{4}, {2}};
    const auto fused = fuseRanks(lexical, dense);
    REQUIRE(fused.size() == 4);
    CHECK(fused[0].passage == PassageId{2});
    CHECK(fused[0].lexicalRank == 2);
    CHECK(fused[0].denseRank == 2);
    CHECK(fused[0].score == Catch::Approx(2.0 / 62));
    CHECK(fused[1].passage == PassageId{1});
    CHECK(fused[1].denseRank == 0);
    CHECK(fused[1].score == Catch::Approx(1.0 / 61));
    CHECK(fused[2].passage == PassageId{4});
    CHECK(fused[3].passage == PassageId{3});
}

TEST_CASE("one ranking alone keeps its order, and a repeated passage its first place")
{
    const std::vector<PassageId> ranking = {{9}, {5}, {9}, {7}};
    const auto fused = fuseRanks(ranking, {});
    REQUIRE(fused.size() == 3);
    CHECK(fused[0].passage == PassageId{9});
    CHECK(fused[1].passage == PassageId{5});
    CHECK(fused[2].passage == PassageId{7});
    CHECK(fused[2].lexicalRank == 4);
    CHECK(fuseRanks({}, {}).empty());
}

} // namespace storage
