// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ops that carry a state, on Vulkan: against the double-precision reference, in one batch and in several, and a state
// that is read, put back and kept by batches that fail.
#include "tests/inference/backend/change_cases.h"
#include "tests/inference/backend/recurrent_cases.h"
#include "tests/inference/backend/vulkan_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <numeric>

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kTokens = 130;
// exp and log are as exact as the device's.
constexpr double kTolerance = 1e-8;

/// The last row's logits after batches of these sizes.
std::vector<float> lastRow(Program &program, const Graph &graph, const std::vector<std::uint32_t> &batches)
{
    const std::vector<TokenId> tokens = firstTokens(std::accumulate(batches.begin(), batches.end(), 0U));
    std::uint32_t at = 0;
    std::vector<float> row;
    for (const std::uint32_t count : batches) {
        row = evaluate(program, graph.vocabularySize, std::span(tokens).subspan(at, count), at, LogitsWanted::LastRow);
        at += count;
    }
    return row;
}

} // namespace

TEST_CASE("recurrent ops agree with the reference, in one batch and from batch to batch")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    CheckedVulkan vulkan({.kernels = kernels});
    std::vector<RecurrentCase> cases = recurrentCases();
    cases.push_back(recurrentChain());
    for (const RecurrentCase &one : cases) {
        const auto fixture = one.graph(kTokens);
        const Graph &graph = fixture->graph();
        CAPTURE(one.name, kernels);
        const auto program = vulkan.compile(graph, {.contextLength = kTokens, .maxBatch = kTokens});
        for (const std::uint32_t length : kRecurrentLengths) {
            CAPTURE(length);
            const auto expected = OpReference(graph, kTokens).run(firstTokens(length), 0, LogitsWanted::LastRow);
            CHECK(normalisedError(expected, lastRow(*program, graph, {length})) < kTolerance);
            if (length > 3) {
                CHECK(normalisedError(expected, lastRow(*program, graph, {1, 2, length - 3})) < kTolerance);
            }
        }
        const auto tokens = firstTokens(64);
        const auto expected = OpReference(graph, kTokens).run(tokens, 0);
        CHECK(normalisedError(expected, evaluate(*program, graph.vocabularySize, tokens)) < kTolerance);
    }
}

TEST_CASE("a device's sequence is cut back to where its state was kept, saved and put back")
{
    // Memory that the host sees and memory that only copies reach.
    const bool staged = GENERATE(false, true);
    CheckedVulkan vulkan({.faults = {.stagedUploads = staged}});
    const auto fixture = recurrentChain().graph(kTokens);
    const Graph &graph = fixture->graph();
    const auto program = vulkan.compile(graph, {.contextLength = kTokens, .maxBatch = kTokens});
    const auto tokens = firstTokens(90);
    const auto rest = std::span(tokens).subspan(50, 40);
    evaluate(*program, graph.vocabularySize, std::span(tokens).first(50), 0, LogitsWanted::LastRow);
    REQUIRE(program->keepState());
    const auto saved = savedOf(*program, 50);
    const auto expected = evaluate(*program, graph.vocabularySize, rest, 50);
    CHECK(program->resumeRanges() == std::vector<ResumeRange>{{50, 50}, {90, 90}});
    CHECK(evaluate(*program, graph.vocabularySize, rest, 50) == expected);
    evaluate(*program, graph.vocabularySize, std::span(tokens).first(7));
    CHECK_FALSE(resumable(*program, 50));
    REQUIRE(program->restore(50, saved));
    CHECK(savedOf(*program, 50) == saved);
    CHECK(evaluate(*program, graph.vocabularySize, rest, 50) == expected);
    std::vector<float> rows(40 * graph.vocabularySize);
    for (const std::uint32_t position : {1U, 49U, 89U}) {
        const auto refused =
            program->evaluate({.tokens = rest, .position = position, .logits = LogitsWanted::AllRows}, rows, {});
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::InvalidArgument);
    }
    CHECK_FALSE(program->restore(kTokens + 1, saved));
    CHECK_FALSE(program->restore(50, std::span(saved).first(saved.size() - 1)));
}

TEST_CASE("a batch that is cancelled between its submissions leaves the device's state as it was")
{
    std::stop_source source;
    std::uint32_t left = 0; // submissions until the stop, 0: never
    // A budget that nothing fits makes a submission of every segment and many passes of a batch.
    CheckedVulkan vulkan({.submissionBudgetMs = 1e-6F, .faults = {.onSubmission = [&](std::uint32_t) {
                                                           if (left > 0 && --left == 0) {
                                                               source.request_stop();
                                                           }
                                                       }}});
    const auto fixture = recurrentChain().graph(kTokens);
    const Graph &graph = fixture->graph();
    const auto program = vulkan.compile(graph, {.contextLength = kTokens, .maxBatch = kTokens});
    const auto tokens = firstTokens(kTokens);
    const Batch rest{.tokens = std::span(tokens).subspan(20), .position = 20, .logits = LogitsWanted::LastRow};
    evaluate(*program, graph.vocabularySize, std::span(tokens).first(20));
    const auto before = statesOf(*program, 20);
    std::vector<float> row(graph.vocabularySize);
    left = 5;
    const auto cancelled = program->evaluate(rest, row, source.get_token());
    REQUIRE_FALSE(cancelled.has_value());
    CHECK(cancelled.error().code == ErrorCode::Cancelled);
    CHECK(resumable(*program, 20));
    CHECK(statesOf(*program, 20) == before);
    REQUIRE(program->evaluate(rest, row, {}));
    CHECK(normalisedError(OpReference(graph, kTokens).run(tokens, 0, LogitsWanted::LastRow), row) < kTolerance);
}

TEST_CASE("a device counts the memory of its states before it takes it")
{
    CheckedVulkan vulkan;
    const auto fixture = recurrentChain().graph(kTokens);
    const ProgramOptions options{.contextLength = kTokens, .maxBatch = kTokens};
    const auto program = vulkan.compile(fixture->graph(), options);
    CHECK(program->stateBytes() == 4 * (3 * 128 + 4 * 16 * 16 + 4 * 8 * 16));
    CHECK(program->memoryUse().kvBytes == 2 * program->stateBytes());
    CHECK(vulkan->estimate(fixture->graph(), options).kvBytes == program->memoryUse().kvBytes);
}

TEST_CASE("adapters of a device's model with states, and its sequence goes on while they are switched")
{
    CheckedVulkan vulkan({.kernels = VulkanKernels::Hardware, .faults = {.stagedUploads = true}});
    const ChangedModel model = changedRecurrentModel(kTokens);
    const ProgramOptions options{.contextLength = kTokens, .maxBatch = kTokens};
    const std::uint32_t width = model.plain.vocabularySize;
    const auto tokens = firstTokens(50);
    const auto part = [&](std::size_t first, std::size_t count) { return std::span(tokens).subspan(first, count); };
    const auto derived = [](std::unique_ptr<Program> program, const Graph &graph) {
        auto made = program->derive(graph, {});
        REQUIRE(made.has_value());
        return std::move(*made);
    };
    const auto begun = [&] {
        auto program = vulkan.compile(model.plain, options);
        evaluate(*program, width, part(0, 20));
        REQUIRE(program->keepState());
        evaluate(*program, width, part(20, 10), 20);
        // The third batch: the side of the states that counts is not the one that a new program has.
        evaluate(*program, width, part(30, 1), 30);
        return program;
    };
    const auto plain = begun();
    const auto saved = savedOf(*plain, 31);
    const auto expected = evaluate(*plain, width, part(31, 19), 31);

    auto with = derived(begun(), model.changed);
    CHECK(with->memoryUse().kvBytes == plain->memoryUse().kvBytes);
    CHECK(savedOf(*with, 31) == saved);
    const auto fresh = vulkan.compile(model.changed, options);
    REQUIRE(fresh->restore(31, saved));
    const auto changed = evaluate(*with, width, part(31, 19), 31);
    CHECK(changed == evaluate(*fresh, width, part(31, 19), 31));
    CHECK(changed != expected);

    const auto without = derived(derived(begun(), model.changed), model.plain);
    CHECK(without->resumeRanges() == std::vector<ResumeRange>{{20, 20}, {31, 31}});
    CHECK(evaluate(*without, width, part(31, 19), 31) == expected);
    CHECK(evaluate(*without, width, part(40, 9), 20) == evaluate(*plain, width, part(40, 9), 20));

    const auto reference = OpReference(model.changed, kTokens).run(tokens, 0);
    CHECK(normalisedError(reference, evaluate(*with, width, tokens)) < 1e-6);
    const auto other = recurrentChain().graph(kTokens);
    CHECK_FALSE(plain->derive(other->graph(), {}).has_value());
}

} // namespace inference::backend
