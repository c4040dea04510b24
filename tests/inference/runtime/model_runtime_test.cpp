// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/model_runtime.h"

#include <catch2/catch_test_macros.hpp>

using inference::runtime::fitContext;

TEST_CASE("the context that fits")
{
    struct Row {
        const char *what;
        std::uint32_t requested;
        std::uint32_t modelContext;
        std::uint64_t available;
        std::uint32_t expected;
    };
    // A fixed part of 1,000 bytes and one byte per position.
    const auto bytesAt = [](std::uint32_t context) { return std::uint64_t{1000} + context; };
    const std::vector<Row> rows = {
        {"the default is bounded by the model's own", 0, 2048, 100'000, 2048},
        {"a long model gets the default", 0, 131'072, 1'000'000, 8192},
        {"asked for: as long as the model allows", 32'768, 131'072, 1'000'000, 32'768},
        {"asked for more than the model has", 999'999, 4096, 1'000'000, 4096},
        {"halved until it fits", 0, 8192, 3500, 2048},
        {"asked for and does not fit", 8192, 8192, 3500, 0},
        {"nothing fits", 0, 8192, 1100, 0},
        {"unknown memory bounds nothing", 0, 8192, 0, 8192},
        {"a model with a short context of its own", 0, 128, 100'000, 128},
    };
    for (const Row &row : rows) {
        CAPTURE(row.what);
        CHECK(fitContext(row.requested, row.modelContext, row.available, bytesAt) == row.expected);
    }
}
