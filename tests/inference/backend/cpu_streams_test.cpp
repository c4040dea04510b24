// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Several streams on the CPU: right on every instruction set, and the same bits for any batch split.
#include "inference/backend/cpu/cpu_backend.h"
#include "tests/inference/backend/cpu_targets.h"
#include "tests/inference/backend/op_reference.h"
#include "tests/inference/backend/stream_cases.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace inference::backend {

namespace {

std::vector<float> logitsOf(const graph::Graph &graph, std::span<const TokenId> tokens, std::size_t batch)
{
    const auto count = static_cast<std::uint32_t>(tokens.size());
    const auto program =
        makeCpuBackend()->compile(graph, {.contextLength = count, .maxBatch = count, .threads = 2}, {});
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

TEST_CASE("streams are mixed, matched and made sparse as the reference does")
{
    onEveryTarget([] {
        for (const StreamCase &one : streamCases(40)) {
            CAPTURE(one.name);
            const graph::Graph &graph = one.fixture->graph();
            const auto tokens = randomTokens(40, 40);
            const auto whole = logitsOf(graph, tokens, 40);
            CHECK(normalisedError(OpReference(graph, 40).run(tokens, 0), whole) < 1e-12);
            CHECK(logitsOf(graph, tokens, 7) == whole);
            CHECK(logitsOf(graph, tokens, 1) == whole);
        }
    });
}

} // namespace inference::backend
