// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rows of heads on the CPU: right on every instruction set, and the same bits for any batch split.
#include "inference/backend/cpu/cpu_backend.h"
#include "tests/inference/backend/cpu_targets.h"
#include "tests/inference/backend/head_cases.h"
#include "tests/inference/backend/op_reference.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace inference::backend {

namespace {

std::vector<float> logitsOf(const graph::Graph &graph, std::span<const TokenId> tokens, std::size_t batch, bool repack)
{
    const auto count = static_cast<std::uint32_t>(tokens.size());
    const auto program = makeCpuBackend()->compile(
        graph, {.contextLength = count, .maxBatch = count, .threads = 2, .repackWeights = repack}, {});
    REQUIRE(program.has_value());
    std::vector<float> logits(tokens.size() * graph.vocabularySize);
    for (std::size_t at = 0; at < tokens.size(); at += batch) {
        const std::size_t n = std::min(batch, tokens.size() - at);
        const auto rows = std::span(logits).subspan(at * graph.vocabularySize, n * graph.vocabularySize);
        REQUIRE((*program)
                    ->evaluate({.tokens = tokens.subspan(at, n),
                                .position = static_cast<std::uint32_t>(at),
                                .logits = LogitsWanted::AllRows},
                               rows, {})
                    .has_value());
    }
    return logits;
}

} // namespace

TEST_CASE("heads are taken apart, joined, multiplied and scaled as the reference does")
{
    onEveryTarget([] {
        for (const HeadCase &one : headCases(40)) {
            CAPTURE(one.name);
            const graph::Graph &graph = one.fixture->graph();
            const auto tokens = randomTokens(40, 40);
            const auto expected = OpReference(graph, 40).run(tokens, 0);
            const auto whole = logitsOf(graph, tokens, 40, true);
            CHECK(normalisedError(expected, whole) < one.tolerance);
            CHECK(logitsOf(graph, tokens, 40, false) == whole);
            CHECK(logitsOf(graph, tokens, 7, true) == whole);
            CHECK(logitsOf(graph, tokens, 1, true) == whole);
        }
    });
}

} // namespace inference::backend
