// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/checked.h"

#include <catch2/catch_test_macros.hpp>

#include <limits>

using namespace inference;

namespace {
constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
}

TEST_CASE("sums and products give nothing when they overflow")
{
    CHECK(checkedAdd(2, 3) == 5U);
    CHECK(checkedAdd(kMost, 0) == kMost);
    CHECK_FALSE(checkedAdd(kMost, 1).has_value());
    CHECK_FALSE(checkedAdd(std::uint64_t{1} << 63U, std::uint64_t{1} << 63U).has_value());
    CHECK(checkedMultiply(7, 6) == 42U);
    CHECK(checkedMultiply(kMost, 1) == kMost);
    CHECK(checkedMultiply(kMost, 0) == 0U);
    CHECK_FALSE(checkedMultiply(std::uint64_t{1} << 32U, std::uint64_t{1} << 32U).has_value());
    CHECK_FALSE(checkedMultiply(kMost, 2).has_value());
    CHECK(checkedProduct(std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{4}) == 24U);
    CHECK_FALSE(checkedProduct(kMost, std::uint64_t{2}, std::uint64_t{0}).has_value()); // not hidden by a later zero
}

TEST_CASE("aligning rounds up and never wraps to a small number")
{
    CHECK(checkedAlignUp(0, 32) == 0U);
    CHECK(checkedAlignUp(1, 32) == 32U);
    CHECK(checkedAlignUp(32, 32) == 32U);
    CHECK(checkedAlignUp(kMost - 31, 32) == kMost - 31);
    CHECK_FALSE(checkedAlignUp(kMost - 30, 32).has_value());
    CHECK_FALSE(checkedAlignUp(kMost, 8).has_value());
}

TEST_CASE("a range lies inside only when both its ends do")
{
    CHECK(liesInside(0, 0, 0));
    CHECK(liesInside(4, 6, 10));
    CHECK(liesInside(10, 0, 10));
    CHECK_FALSE(liesInside(4, 7, 10));
    CHECK_FALSE(liesInside(11, 0, 10));
    CHECK_FALSE(liesInside(4, kMost, 10));
    CHECK_FALSE(liesInside(kMost, 4, 10));
}
