// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/saved_sequence.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <vector>

namespace inference::graph {

namespace {

constexpr std::uint32_t kContext = 100;
constexpr std::uint64_t kStateBytes = 6;

/// A program's sequence with two cache bytes a position, written as far as `written`, and one state at its end.
struct Sequence {
    explicit Sequence(std::uint32_t written)
    {
        extent.restore(written);
        snapshots.setLive(written);
    }

    SequenceParts parts()
    {
        return {.extent = extent,
                .snapshots = snapshots,
                .contextLength = kContext,
                .cacheBytes = [](const KvExtent &, std::uint32_t length) { return 2ULL * length; }};
    }

    std::vector<std::byte> saved(std::uint32_t length)
    {
        std::vector<std::byte> bytes(savedBytes(parts(), length));
        const auto fill = [](std::byte with) {
            return [with](std::span<std::byte> out) {
                std::ranges::fill(out, with);
                return Result<void>{};
            };
        };
        REQUIRE(saveSequence(parts(), length, bytes, fill(std::byte{7}), fill(std::byte{9})));
        return bytes;
    }

    KvExtent extent;
    StateSnapshots snapshots{kStateBytes, 1000};
};

} // namespace

TEST_CASE("a saved sequence comes back with its extent, its caches and its states")
{
    Sequence sequence(30);
    const auto bytes = sequence.saved(30);
    Sequence other(0);
    const auto opened = openSaved(other.parts(), 30, bytes);
    REQUIRE(opened.has_value());
    CHECK(opened->extent.written() == 30);
    CHECK(std::ranges::equal(opened->caches, std::vector(60, std::byte{7})));
    CHECK(std::ranges::equal(other.snapshots.at(30), std::vector(kStateBytes, std::byte{9})));
}

TEST_CASE("what is not a saved sequence of that length is refused and changes nothing")
{
    Sequence sequence(30);
    const auto bytes = sequence.saved(30);
    Sequence other(12);
    const auto refused = [&](std::uint32_t length, std::span<const std::byte> in) {
        const auto opened = openSaved(other.parts(), length, in);
        return !opened && opened.error().code == ErrorCode::InvalidArgument && other.snapshots.live() == 12U;
    };
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(refused(30, std::span(bytes).first(size)));
    }
    CHECK(refused(29, bytes));
    CHECK(refused(31, bytes));
    CHECK(refused(kContext + 1, bytes));
    auto farther = bytes;
    farther[0] = std::byte{kContext + 1};
    CHECK(refused(30, farther));
    auto longer = bytes;
    longer.push_back({});
    CHECK(refused(30, longer));
}

TEST_CASE("a sequence is saved into exactly the bytes that it needs")
{
    Sequence sequence(30);
    const auto nothing = [](std::span<std::byte>) { return Result<void>{}; };
    std::vector<std::byte> bytes(savedBytes(sequence.parts(), 30) + 1);
    CHECK_FALSE(saveSequence(sequence.parts(), 30, bytes, nothing, nothing));
    CHECK_FALSE(saveSequence(sequence.parts(), kContext + 1, bytes, nothing, nothing));
}

} // namespace inference::graph
