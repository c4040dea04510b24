// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/kv_extent.h"

#include <catch2/catch_test_macros.hpp>

#include <limits>

using namespace inference;
using namespace inference::graph;
using backend::ProgramOptions;
using backend::ResumeRange;

namespace {

Graph layers(std::initializer_list<std::uint32_t> windows)
{
    Graph graph;
    for (const std::uint32_t window : windows) {
        graph.kv.push_back({.keyWidth = 64, .valueWidth = 64, .window = window});
    }
    return graph;
}

} // namespace

TEST_CASE("a layer has room for the context, or for window, batch and rewind in whole blocks")
{
    const KvExtent extent(layers({0, 512, 100, 130'000, 1}),
                          {.contextLength = 131'072, .maxBatch = 512, .rewind = 512});
    CHECK(extent.slots(0) == 131'072);
    CHECK(extent.slots(1) == 1536);
    CHECK(extent.slots(2) == 1152);
    CHECK(extent.slots(3) == 131'072); // the ring would be 131,072 long
    CHECK(extent.slots(4) == 1088);
    const KvExtent small(layers({512}), {.contextLength = 1500, .maxBatch = 512, .rewind = 512});
    CHECK(small.slots(0) == 1500);
}

TEST_CASE("sizes at the end of the range do not wrap")
{
    constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
    KvExtent extent(layers({0, most, 512}), {.contextLength = most, .maxBatch = most, .rewind = most});
    for (std::size_t layer = 0; layer < 3; ++layer) {
        CHECK(extent.slots(layer) == most);
    }
    extent.write(0, most);
    CHECK(extent.resumeRanges() == std::vector<ResumeRange>{{0, most}});
    CHECK(extent.held(2, most) == most);
}

TEST_CASE("without rings every length can be resumed")
{
    KvExtent extent(layers({0, 0}), {.contextLength = 100, .maxBatch = 10});
    extent.write(0, 10);
    extent.write(90, 10);
    CHECK(extent.resumeRanges() == std::vector<ResumeRange>{{0, 100}});
    CHECK(extent.firstHeld(0) == 0);
    CHECK(extent.held(1, 40) == 40);
}

TEST_CASE("a ring can be resumed where the window before is still there")
{
    // 64 + 32 + 32: two blocks of 64.
    KvExtent extent(layers({64, 0}), {.contextLength = 1000, .maxBatch = 32, .rewind = 32});
    REQUIRE(extent.slots(0) == 128);
    for (std::uint32_t at = 0; at < 128; at += 32) {
        extent.write(at, 32);
    }
    CHECK(extent.resumeRanges() == std::vector<ResumeRange>{{0, 1000}});
    extent.write(128, 1);
    // Position 0 is gone: the first row that does not look at it stands at 64.
    CHECK(extent.firstHeld(0) == 1);
    CHECK(extent.firstHeld(1) == 0);
    CHECK(extent.resumeRanges() == std::vector<ResumeRange>{{64, 1000}});
    CHECK_FALSE(extent.resumable(63));
    CHECK(extent.resumable(64));
    CHECK(extent.resumable(0));
    extent.write(129, 31);
    CHECK(extent.resumeRanges() == std::vector<ResumeRange>{{95, 1000}});
    CHECK(extent.held(0, 160) == 128);
    CHECK(extent.held(0, 100) == 68);
    CHECK(extent.held(0, 20) == 0);
    CHECK(extent.held(1, 100) == 100);

    // What was written furthest counts, even after a cut; a new sequence forgets it.
    extent.write(100, 5);
    CHECK(extent.resumeRanges() == std::vector<ResumeRange>{{95, 1000}});
    extent.write(0, 5);
    CHECK(extent.resumeRanges() == std::vector<ResumeRange>{{0, 1000}});
    extent.restore(160);
    CHECK(extent.resumeRanges() == std::vector<ResumeRange>{{95, 1000}});
}

TEST_CASE("a ring whose every length is lost can be resumed nowhere but at its beginning")
{
    KvExtent extent(layers({64}), {.contextLength = 1000, .maxBatch = 32, .rewind = 32});
    extent.write(0, 1000);
    CHECK(extent.resumeRanges() == std::vector<ResumeRange>{{935, 1000}});
    CHECK(backend::resumePoint(extent.resumeRanges(), 934) == 0);
}
