// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ops that carry a state, on the CPU: right on every instruction set, the same bits for any batch split and thread
// count, and a state that is read, put back and kept by batches that fail.
#include "tests/inference/backend/change_cases.h"
#include "tests/inference/backend/cpu_targets.h"
#include "tests/inference/backend/op_reference.h"
#include "tests/inference/backend/recurrent_cases.h"

#include <catch2/catch_test_macros.hpp>

#include <cstring>

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kTokens = 130;

std::unique_ptr<Program> compile(const Graph &graph, std::uint32_t threads = 2)
{
    auto program =
        makeCpuBackend()->compile(graph, {.contextLength = kTokens, .maxBatch = kTokens, .threads = threads}, {});
    REQUIRE(program.has_value());
    return std::move(*program);
}

/// Rows of the tokens from `position` on; fails the test when the evaluation fails.
std::vector<float> rowsOf(Program &program, const Graph &graph, std::span<const TokenId> tokens, std::uint32_t position)
{
    std::vector<float> rows(tokens.size() * graph.vocabularySize);
    REQUIRE(program.evaluate({.tokens = tokens, .position = position, .logits = LogitsWanted::AllRows}, rows, {}));
    return rows;
}

/// In batches of these sizes, the last one repeated.
std::vector<float> inBatches(Program &program, const Graph &graph, std::span<const TokenId> tokens,
                             const std::vector<std::size_t> &batches)
{
    std::vector<float> all;
    for (std::size_t at = 0, i = 0; at < tokens.size(); ++i) {
        const std::size_t count = std::min(batches[std::min(i, batches.size() - 1)], tokens.size() - at);
        const auto rows = rowsOf(program, graph, tokens.subspan(at, count), static_cast<std::uint32_t>(at));
        all.insert(all.end(), rows.begin(), rows.end());
        at += count;
    }
    return all;
}

} // namespace

TEST_CASE("recurrent ops agree with the reference on every instruction set")
{
    for (const RecurrentCase &one : recurrentCases()) {
        const auto fixture = one.graph(kTokens);
        for (const std::uint32_t length : kRecurrentLengths) {
            const auto tokens = firstTokens(length);
            const auto expected = OpReference(fixture->graph(), kTokens).run(tokens, 0);
            onEveryTarget([&] {
                CAPTURE(one.name, length);
                const auto program = compile(fixture->graph());
                CHECK(normalisedError(expected, rowsOf(*program, fixture->graph(), tokens, 0)) < 1e-10);
            });
        }
    }
}

TEST_CASE("recurrent ops give the same bits for any batch split and thread count")
{
    std::vector<RecurrentCase> cases = recurrentCases();
    cases.push_back(recurrentChain());
    const auto tokens = firstTokens(kTokens);
    for (const RecurrentCase &one : cases) {
        const auto fixture = one.graph(kTokens);
        const Graph &graph = fixture->graph();
        onEveryTarget([&] {
            CAPTURE(one.name);
            const auto whole = inBatches(*compile(graph, 1), graph, tokens, {kTokens});
            CHECK(sameBits(whole, inBatches(*compile(graph, 3), graph, tokens, {1})));
            CHECK(sameBits(whole, inBatches(*compile(graph, 2), graph, tokens, {1, 2, 3, 64, 5, 7})));
        });
    }
}

TEST_CASE("a new sequence starts from zero, whatever the state held")
{
    const auto fixture = recurrentChain().graph(kTokens);
    const Graph &graph = fixture->graph();
    const auto program = compile(graph);
    const auto tokens = firstTokens(20);
    const auto first = rowsOf(*program, graph, tokens, 0);
    rowsOf(*program, graph, tokens, 20);
    CHECK(sameBits(first, rowsOf(*program, graph, tokens, 0)));
    CHECK(resumable(*program, 20));
}

TEST_CASE("a sequence is cut back to where its state was kept, and there alone")
{
    const auto fixture = recurrentChain().graph(kTokens);
    const Graph &graph = fixture->graph();
    const auto program = compile(graph);
    const auto tokens = firstTokens(60);
    const auto part = [&](std::size_t first, std::size_t count) { return std::span(tokens).subspan(first, count); };
    rowsOf(*program, graph, part(0, 10), 0);
    REQUIRE(program->keepState());
    rowsOf(*program, graph, part(10, 20), 10);
    REQUIRE(program->keepState());
    const auto expected = rowsOf(*program, graph, part(30, 30), 30);
    using Ranges = std::vector<ResumeRange>;
    CHECK(program->resumeRanges() == Ranges{{10, 10}, {30, 30}, {60, 60}});
    std::vector<float> rows(10 * graph.vocabularySize);
    for (const std::uint32_t position : {1U, 29U, 31U, 59U, 61U}) {
        const auto refused =
            program->evaluate({.tokens = part(0, 10), .position = position, .logits = LogitsWanted::AllRows}, rows, {});
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::InvalidArgument);
    }
    CHECK(sameBits(expected, rowsOf(*program, graph, part(30, 30), 30)));
    rowsOf(*program, graph, part(50, 5), 10);
    CHECK(program->resumeRanges() == Ranges{{10, 10}, {15, 15}});
    rowsOf(*program, graph, part(0, 3), 0);
    CHECK(program->resumeRanges() == Ranges{{3, 3}});
}

TEST_CASE("a sequence that was saved goes on when it is put back")
{
    const auto fixture = recurrentChain().graph(kTokens);
    const Graph &graph = fixture->graph();
    const auto program = compile(graph);
    const auto tokens = firstTokens(50);
    rowsOf(*program, graph, std::span(tokens).first(20), 0);
    REQUIRE(program->keepState());
    rowsOf(*program, graph, std::span(tokens).subspan(20, 10), 20);
    const auto saved = savedOf(*program, 30);
    CHECK(saved.size() >= 2 * 4 * (3 * 128 + 4 * 16 * 16 + 4 * 8 * 16));
    CHECK(program->savedBytes(19) < program->savedBytes(20));
    const auto expected = rowsOf(*program, graph, std::span(tokens).subspan(30), 30);
    rowsOf(*program, graph, std::span(tokens).first(7), 0);
    REQUIRE(program->restore(30, saved));
    CHECK(program->resumeRanges() == std::vector<ResumeRange>{{20, 20}, {30, 30}});
    CHECK(savedOf(*program, 30) == saved);
    CHECK(sameBits(expected, rowsOf(*program, graph, std::span(tokens).subspan(30), 30)));
    CHECK_FALSE(program->restore(kTokens + 1, saved));
    CHECK_FALSE(program->restore(29, saved));
    CHECK_FALSE(program->restore(30, std::span(saved).first(saved.size() - 1)));
    CHECK_FALSE(program->restore(30, {}));
    CHECK_FALSE(program->save(30, {}));
}

TEST_CASE("a cancelled batch leaves the state as it was")
{
    const auto fixture = recurrentChain().graph(kTokens);
    const Graph &graph = fixture->graph();
    const auto tokens = firstTokens(60);
    const auto expected = inBatches(*compile(graph), graph, tokens, {20, 40});
    const auto program = compile(graph);
    rowsOf(*program, graph, std::span(tokens).first(20), 0);
    const auto before = statesOf(*program, 20);
    std::stop_source source;
    source.request_stop();
    std::vector<float> rows(40 * graph.vocabularySize);
    const Batch rest{.tokens = std::span(tokens).subspan(20), .position = 20, .logits = LogitsWanted::AllRows};
    const auto cancelled = program->evaluate(rest, rows, source.get_token());
    REQUIRE_FALSE(cancelled.has_value());
    CHECK(cancelled.error().code == ErrorCode::Cancelled);
    CHECK(resumable(*program, 20));
    CHECK(statesOf(*program, 20) == before);
    REQUIRE(program->evaluate(rest, rows, {}));
    CHECK(sameBits(rows, std::span(expected).subspan(20 * graph.vocabularySize)));
}

TEST_CASE("a batch with a number that is not finite leaves the state as it was")
{
    const auto fixture = recurrentCases()[1].graph(3);
    Graph &graph = fixture->graph();
    std::vector<std::byte> table(graph.weights[0].data.begin(), graph.weights[0].data.end());
    const float poison = std::numeric_limits<float>::quiet_NaN();
    std::memcpy(&table[2 * graph.weights[0].shape[0] * 4], &poison, 4);
    graph.weights[0].data = table;
    const auto program = compile(graph);
    const std::vector<TokenId> good{0, 1};
    rowsOf(*program, graph, good, 0);
    const auto before = statesOf(*program, 2);
    const std::vector<TokenId> bad{2};
    std::vector<float> row(graph.vocabularySize);
    const auto done = program->evaluate({.tokens = bad, .position = 2, .logits = LogitsWanted::AllRows}, row, {});
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code == ErrorCode::NotFinite);
    CHECK(statesOf(*program, 2) == before);
}

TEST_CASE("memory for the states is counted before it is taken")
{
    const auto fixture = recurrentChain().graph(kTokens);
    const auto backend = makeCpuBackend();
    const ProgramOptions options{.contextLength = kTokens, .maxBatch = kTokens, .threads = 2};
    const auto program = backend->compile(fixture->graph(), options, {});
    REQUIRE(program.has_value());
    CHECK(backend->estimate(fixture->graph(), options).kvBytes == (*program)->memoryUse().kvBytes);
    CHECK((*program)->memoryUse().kvBytes >= 2 * (*program)->stateBytes());
}

TEST_CASE("adapters of a model with states, and its sequence goes on while they are switched")
{
    const ChangedModel model = changedRecurrentModel(kTokens);
    const auto tokens = firstTokens(50);
    const auto part = [&](std::size_t first, std::size_t count) { return std::span(tokens).subspan(first, count); };
    const auto derived = [](std::unique_ptr<Program> program, const Graph &graph) {
        auto made = program->derive(graph, {});
        REQUIRE(made.has_value());
        return std::move(*made);
    };
    const auto begun = [&] {
        auto program = compile(model.plain);
        rowsOf(*program, model.plain, part(0, 20), 0);
        REQUIRE(program->keepState());
        rowsOf(*program, model.plain, part(20, 10), 20);
        return program;
    };
    const auto plain = begun();
    const auto saved = savedOf(*plain, 30);
    const auto expected = rowsOf(*plain, model.plain, part(30, 20), 30);

    auto with = derived(begun(), model.changed);
    CHECK(with->stateBytes() == plain->stateBytes());
    CHECK(with->memoryUse().kvBytes == plain->memoryUse().kvBytes);
    CHECK(savedOf(*with, 30) == saved);
    const auto fresh = compile(model.changed);
    REQUIRE(fresh->restore(30, saved));
    const auto changed = rowsOf(*with, model.changed, part(30, 20), 30);
    CHECK(sameBits(changed, rowsOf(*fresh, model.changed, part(30, 20), 30)));
    CHECK_FALSE(sameBits(changed, expected));

    const auto without = derived(derived(begun(), model.changed), model.plain);
    CHECK(without->resumeRanges() == std::vector<ResumeRange>{{20, 20}, {30, 30}});
    CHECK(sameBits(expected, rowsOf(*without, model.plain, part(30, 20), 30)));
    CHECK(sameBits(rowsOf(*plain, model.plain, part(40, 9), 20), rowsOf(*without, model.plain, part(40, 9), 20)));

    const auto reference = OpReference(model.changed, kTokens).run(tokens, 0);
    CHECK(normalisedError(reference, rowsOf(*with, model.changed, tokens, 0)) < 1e-9);
    const auto other = recurrentChain().graph(kTokens);
    CHECK_FALSE(plain->derive(other->graph(), {}).has_value());
}

} // namespace inference::backend
