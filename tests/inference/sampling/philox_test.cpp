// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/sampling/philox.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>

using namespace inference;

TEST_CASE("Philox-4x32-10 gives the published known answers")
{
    // Known-answer vectors of the authors' Random123 library.
    struct Row {
        PhiloxCounter counter;
        PhiloxKey key;
        PhiloxCounter answer;
    };
    const Row rows[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (const Row &row : rows) {
        CHECK(philox4x32(row.counter, row.key) == row.answer);
    }
}

TEST_CASE("draws are uniform in [0, 1) and belong to seed and number")
{
    double tokens = 0;
    double products = 0;
    double least = 1;
    double most = 0;
    constexpr int kDraws = 20000;
    for (std::uint64_t n = 0; n < kDraws; ++n) {
        const Draw draw = drawOf(42, n);
        tokens += draw.token;
        products += (draw.token - 0.5) * (draw.exclusion - 0.5);
        least = std::min({least, draw.token, draw.exclusion});
        most = std::max({most, draw.token, draw.exclusion});
    }
    CHECK(least >= 0.0);
    CHECK(most < 1.0);
    CHECK(std::fabs(tokens / kDraws - 0.5) < 0.01);
    CHECK(std::fabs(products / kDraws) < 0.003); // the two numbers of a draw do not hang together
    CHECK(drawOf(42, 7).token == drawOf(42, 7).token);
    CHECK(drawOf(42, 7).token != drawOf(42, 8).token);
    CHECK(drawOf(42, 7).token != drawOf(std::uint64_t{42} << 32U, 7).token);
    CHECK(drawOf(42, 7).token != drawOf(42, 7 + (std::uint64_t{1} << 32U)).token);
}
