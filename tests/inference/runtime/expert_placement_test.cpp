// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/expert_placement.h"

#include <catch2/catch_test_macros.hpp>

#include <numeric>
#include <vector>

using inference::runtime::fewestHostLayers;

TEST_CASE("the fewest layers whose experts must leave the device")
{
    struct Row {
        const char *what;
        std::vector<std::uint64_t> layers; ///< bytes of each one's experts
        std::uint64_t rest;                ///< what always stays
        std::uint64_t available;
        std::optional<std::uint32_t> expected;
    };
    const std::vector<std::uint64_t> even(10, 100);
    const std::vector<Row> rows = {
        {"everything fits", even, 500, 1500, 0},
        {"a byte is missing", even, 500, 1499, 1},
        {"just two layers leave", even, 500, 1300, 2},
        {"a byte less, and it is three", even, 500, 1299, 3},
        {"one layer's experts stay", even, 500, 699, 9},
        {"none stays", even, 500, 599, 10},
        {"none stays, to the byte", even, 500, 500, 10},
        {"the rest alone is too much", even, 500, 499, std::nullopt},
        {"layers of different sizes leave in their order", {300, 10, 10, 400}, 100, 600, 1},
        {"the last layer is the largest", {10, 10, 10, 400}, 100, 499, 4},
        {"no experts, and it fits", {}, 500, 500, 0},
        {"no experts, and it does not fit", {}, 500, 499, std::nullopt},
        {"one layer", {100}, 500, 550, 1},
        {"unknown memory bounds nothing", even, 500, 0, 0},
    };
    for (const Row &row : rows) {
        CAPTURE(row.what);
        const auto bytesWith = [&](std::uint32_t host) {
            return std::accumulate(row.layers.begin() + host, row.layers.end(), row.rest);
        };
        CHECK(fewestHostLayers(static_cast<std::uint32_t>(row.layers.size()), row.available, bytesWith) ==
              row.expected);
    }
}
