// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Several streams on Vulkan against the double-precision reference, with each set of kernels.
#include "tests/inference/backend/stream_cases.h"
#include "tests/inference/backend/vulkan_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

namespace inference::backend {

TEST_CASE("the device mixes and matches streams and makes rows sparse as the reference does")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    CheckedVulkan vulkan({.kernels = kernels});
    for (const StreamCase &one : streamCases(40)) {
        const graph::Graph &graph = one.fixture->graph();
        const auto program = vulkan.compile(graph, {.contextLength = 100, .maxBatch = 40});
        OpReference reference(graph, 100);
        for (const std::uint32_t count : {1U, 6U, 40U}) {
            const auto tokens = randomTokens(count, 40, count);
            CAPTURE(kernels, one.name, count);
            CHECK(normalisedError(reference.run(tokens, 50), evaluate(*program, graph.vocabularySize, tokens, 50)) <
                  1e-11);
        }
    }
}

} // namespace inference::backend
