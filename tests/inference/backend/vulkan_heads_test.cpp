// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rows of heads on Vulkan against the double-precision reference, with each set of kernels.
#include "tests/inference/backend/head_cases.h"
#include "tests/inference/backend/vulkan_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

namespace inference::backend {

TEST_CASE("the device takes heads apart, joins, multiplies and scales them as the reference does")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    CheckedVulkan vulkan({.kernels = kernels});
    for (const HeadCase &one : headCases(40)) {
        const graph::Graph &graph = one.fixture->graph();
        const auto program = vulkan.compile(graph, {.contextLength = 100, .maxBatch = 40});
        OpReference reference(graph, 100);
        for (const std::uint32_t count : {1U, 6U, 40U}) {
            const auto tokens = randomTokens(count, 40, count);
            CAPTURE(kernels, one.name, count);
            CHECK(normalisedError(reference.run(tokens, 50), evaluate(*program, graph.vocabularySize, tokens, 50)) <
                  one.tolerance);
        }
    }
}

TEST_CASE("more products of heads in a batch than a call has workgroups are made in passes")
{
    constexpr std::uint32_t kRows = 512;
    constexpr std::uint32_t kHeads = 160;
    static_assert(kRows * kHeads > 65535);
    GraphFixture f;
    f.graph().kv = {{.keyWidth = kHeads * 4, .valueWidth = kHeads * 4}};
    const graph::ValueId x = f.input(kHeads * 32, 40);
    const graph::ValueId made = f.apply(graph::ExpertMatMul{.weight = f.expertWeights(TensorType::F32, 32, 4, kHeads),
                                                            .in = x,
                                                            .routing = f.apply(graph::RouteToEach{}, 2 * kHeads),
                                                            .out = {}},
                                        kHeads * 4);
    f.add(graph::KvWrite{.layer = 0, .key = made, .value = made});
    // Small scores: the last row, whose numbers alone are read, is made of all rows.
    f.finish(f.apply(graph::Attention{.layer = 0,
                                      .query = made,
                                      .out = {},
                                      .heads = 10,
                                      .kvHeads = 10,
                                      .headDim = 64,
                                      .valueDim = 64,
                                      .scale = 0.001F},
                     kHeads * 4));
    const auto tokens = randomTokens(kRows, 40);
    const auto expected = OpReference(f.graph(), kRows).run(tokens, 0, LogitsWanted::LastRow);
    // The first pass is short, since nothing is measured; the second batch would go through at once.
    CheckedVulkan vulkan({.submissionBudgetMs = 1e9F});
    const auto program = vulkan.compile(f.graph(), {.contextLength = kRows, .maxBatch = kRows});
    for (int i = 0; i < 2; ++i) {
        CHECK(normalisedError(expected, evaluate(*program, kHeads * 4, tokens, 0, LogitsWanted::LastRow)) < 1e-5);
    }
}

} // namespace inference::backend
