// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/short_texts.h"

#include <catch2/catch_test_macros.hpp>

using inference::backend::cpu::placesOf;

TEST_CASE("short texts stand at the beginnings of tiles, each within a block")
{
    using Numbers = std::vector<std::uint32_t>;
    const auto places = [](const Numbers &lengths, std::uint32_t rows = 512, std::uint32_t slots = 512) {
        return placesOf(lengths, rows, slots);
    };
    CHECK(places({}).empty());
    CHECK(places({5, 16, 17, 3}) == Numbers{0, 16, 32, 64});
    CHECK(places({64, 64, 1}) == Numbers{0, 64, 128});
    CHECK(places({40, 30}) == Numbers{0, 64});
    // What does not fit ends the batch: longer than a block, rows, cache.
    CHECK(places({5, 65, 5}) == Numbers{0});
    CHECK(places({65}).empty());
    CHECK(places({0, 5}).empty());
    CHECK(places({5, 5, 5}, 10) == Numbers{0, 16});
    CHECK(places({5, 5, 5}, 512, 32) == Numbers{0, 16});
    CHECK(places({64, 64}, 512, 100) == Numbers{0});
}
