// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/inference/backend/ring_cases.h"

#include "inference/graph/kv_state.h"
#include "tests/inference/backend/graph_fixture.h"
#include "tests/inference/backend/op_reference.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

namespace inference::backend {

namespace {

constexpr std::uint32_t kVocabulary = 61;
constexpr std::uint32_t kContext = 1000;
constexpr std::uint32_t kWindow = 40;
constexpr std::uint32_t kSlots = 192; ///< of a ring: window, batch and rewind in whole blocks
constexpr TinyLlama kShape{.layers = 4, .kvHeads = 2, .headDim = 32, .window = kWindow};

std::vector<float> evaluate(Program &program, std::span<const TokenId> tokens, std::uint32_t position)
{
    std::vector<float> logits(tokens.size() * kVocabulary);
    REQUIRE(program.evaluate({.tokens = tokens, .position = position, .logits = LogitsWanted::AllRows}, logits, {}));
    return logits;
}

/// Whether the last layer, which slides, has a cache or reads that of the last one before it that slides.
enum class LastLayer { OwnCache, SharedCache };

std::unique_ptr<GraphFixture> llama(LastLayer last)
{
    auto fixture = GraphFixture::llama(kShape);
    if (last == LastLayer::SharedCache) {
        graph::Graph &graph = fixture->graph();
        std::erase_if(graph.ops, [](const graph::Op &op) {
            const auto *write = std::get_if<graph::KvWrite>(&op);
            return write != nullptr && write->layer == 3;
        });
        for (graph::Op &op : graph.ops) {
            auto *attention = std::get_if<graph::Attention>(&op);
            if (attention != nullptr && attention->layer == 3) {
                attention->layer = 1;
            }
        }
        graph.kv.pop_back();
        graph.layerEnds.clear(); // they counted what is gone
    }
    return fixture;
}

/// One model twice: with rings, and with room for every position.
struct Pair {
    Pair(Backend &backend, KvType kv, LastLayer last = LastLayer::OwnCache)
        : ringGraph(llama(last))
        , fullGraph(llama(last))
    {
        for (graph::KvLayer &layer : fullGraph->graph().kv) {
            layer.window = 0;
        }
        options = {.contextLength = kContext, .maxBatch = 60, .rewind = 30, .threads = 2, .kv = kv};
        ring = compile(backend, ringGraph->graph());
        full = compile(backend, fullGraph->graph());
    }

    std::unique_ptr<Program> compile(Backend &backend, const graph::Graph &graph) const
    {
        auto program = backend.compile(graph, options, {});
        REQUIRE(program.has_value());
        return std::move(*program);
    }

    /// Evaluates on both; the logits must be the same.
    void go(std::span<const TokenId> tokens, std::uint32_t position) const
    {
        CAPTURE(position, tokens.size());
        CHECK(evaluate(*ring, tokens, position) == evaluate(*full, tokens, position));
    }

    std::unique_ptr<GraphFixture> ringGraph;
    std::unique_ptr<GraphFixture> fullGraph;
    ProgramOptions options;
    std::unique_ptr<Program> ring;
    std::unique_ptr<Program> full;
};

/// All tokens from `position` on, in batches of the given sizes by turns.
void goThrough(const Pair &pair, std::span<const TokenId> tokens, std::uint32_t position,
               const std::vector<std::uint32_t> &batches)
{
    for (std::size_t i = 0; position < tokens.size(); ++i) {
        const auto left = static_cast<std::uint32_t>(tokens.size()) - position;
        const std::uint32_t count = std::min(batches[i % batches.size()], left);
        pair.go(tokens.subspan(position, count), position);
        position += count;
    }
}

} // namespace

void checkRings(Backend &backend, KvType kv)
{
    const auto tokens = randomTokens(kContext, kVocabulary);
    const auto others = randomTokens(kContext, kVocabulary, 2);
    const Pair pair(backend, kv);

    // Memory: three of four layers are rings.
    const std::uint64_t perPosition = pair.full->memoryUse().kvBytes / 4 / kContext;
    CHECK(pair.ring->memoryUse().kvBytes < perPosition * (kContext + 64 + 3 * kSlots) + 64);
    CHECK(pair.ring->memoryUse().kvBytes == backend.estimate(pair.ringGraph->graph(), pair.options).kvBytes);

    // Every lap of the ring, whole batches, odd ones and single tokens.
    goThrough(pair, std::span(tokens).first(500), 0, {60, 1, 1, 37, 60, 3});
    CHECK(pair.full->resumeRanges() == std::vector<ResumeRange>{{0, kContext}});
    const std::uint32_t first = 500 - kSlots + kWindow - 1;
    CHECK(pair.ring->resumeRanges() == std::vector<ResumeRange>{{first, kContext}});

    // Cut back within what is kept, then further: what was written furthest counts.
    pair.go(std::span(others).first(10), 450);
    CHECK(pair.ring->resumeRanges() == std::vector<ResumeRange>{{first, kContext}});
    pair.go(std::span(others).first(20), first);
    std::vector<float> logits(kVocabulary);
    const auto lost = pair.ring->evaluate({.tokens = std::span(others).first(1), .position = first - 1}, logits, {});
    REQUIRE_FALSE(lost.has_value());
    CHECK(lost.error().code == ErrorCode::InvalidArgument);

    // A copy holds what is there and is taken up where it was, on another program as on this one.
    const std::uint32_t length = first + 20;
    std::vector<std::byte> saved(pair.ring->savedBytes(length));
    CHECK(saved.size() < pair.full->savedBytes(length));
    REQUIRE(pair.ring->save(length, saved));
    CHECK(pair.ring->restore(length - 1, saved).error().code == ErrorCode::InvalidArgument);
    const auto expected = evaluate(*pair.ring, std::span(tokens).first(50), length);
    const auto other = pair.compile(backend, pair.ringGraph->graph());
    REQUIRE(other->restore(length, saved));
    CHECK(other->resumeRanges() == std::vector<ResumeRange>{{first, kContext}});
    CHECK(evaluate(*other, std::span(tokens).first(50), length) == expected);
    REQUIRE(pair.ring->restore(length, saved));
    CHECK(evaluate(*pair.ring, std::span(tokens).first(50), length) == expected);

    // A new sequence begins at 0, whatever the ring holds.
    goThrough(pair, others, 0, {59});

    // A conversation's state finds a way whatever is cut: the answers are those of a program that keeps everything.
    graph::KvState state(1U << 20U);
    std::vector<TokenId> prompt(tokens.begin(), tokens.begin() + 300);
    std::uint32_t evaluatedAgain = 0;
    for (const std::uint32_t cut : {300U, 290U, 250U, 500U, 100U, 280U, 700U, 650U, 40U, 660U}) {
        prompt.resize(std::min<std::size_t>(prompt.size(), cut));
        prompt.insert(prompt.end(), others.begin() + cut / 10, others.begin() + cut / 10 + 120);
        const auto reused = state.prepare(*pair.ring, prompt);
        REQUIRE(reused.has_value());
        evaluatedAgain += *reused == 0 ? 1 : 0;
        CAPTURE(cut, *reused);
        std::vector<float> last;
        for (std::uint32_t at = *reused; at < prompt.size();) {
            const auto count = std::min<std::uint32_t>(60, static_cast<std::uint32_t>(prompt.size()) - at);
            last = evaluate(*pair.ring, std::span(prompt).subspan(at, count), at);
            state.append(std::span(prompt).subspan(at, count));
            at += count;
        }
        std::vector<float> wanted;
        for (std::uint32_t at = 0; at < prompt.size(); at += 60) {
            const auto count = std::min<std::size_t>(60, prompt.size() - at);
            wanted = evaluate(*pair.full, std::span(prompt).subspan(at, count), at);
        }
        // Other batches may be rounded otherwise, and a quantized cache turns that into whole steps.
        const std::size_t common = std::min(last.size(), wanted.size());
        const std::vector<double> rows(wanted.end() - static_cast<std::ptrdiff_t>(common), wanted.end());
        CHECK(normalisedError(rows, std::span(last).last(common)) < (kv == KvType::F16 ? 1e-9 : 1e-3));
    }
    CHECK(evaluatedAgain >= 2);
}

void checkSharedRings(Backend &backend)
{
    const auto tokens = randomTokens(300, kVocabulary);
    const Pair pair(backend, KvType::F16, LastLayer::SharedCache);
    // Two rings and one cache of every position.
    const std::uint64_t perPosition = pair.full->memoryUse().kvBytes / 3 / kContext;
    CHECK(pair.ring->memoryUse().kvBytes < perPosition * (kContext + 64 + 2 * kSlots) + 64);
    goThrough(pair, std::span(tokens).first(250), 0, {60, 1, 37, 3});
    const auto shown = std::span(tokens).subspan(250);
    const auto result = evaluate(*pair.ring, shown, 250);
    OpReference reference(pair.ringGraph->graph(), kContext);
    reference.run(std::span(tokens).first(250), 0);
    CHECK(normalisedError(reference.run(shown, 250), result) < 1e-6);

    std::vector<std::byte> saved(pair.ring->savedBytes(300));
    CHECK(saved.size() < pair.full->savedBytes(300));
    REQUIRE(pair.ring->save(300, saved));
    const auto expected = evaluate(*pair.ring, std::span(tokens).first(20), 300);
    const auto other = pair.compile(backend, pair.ringGraph->graph());
    REQUIRE(other->restore(300, saved));
    CHECK(evaluate(*other, std::span(tokens).first(20), 300) == expected);
}

} // namespace inference::backend
