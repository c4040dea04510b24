// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Several sequences in one cache: each is what it is alone, bit for bit.
#include "tests/inference/backend/cpu_targets.h"
#include "tests/inference/backend/graph_fixture.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kContext = 1100; // four sequences of 256 positions
constexpr std::uint32_t kPrefix = 21;    // within a tile of the cache

std::unique_ptr<Program> compile(const Graph &graph, std::uint32_t rewind = 512, KvType kv = KvType::F16)
{
    auto program = makeCpuBackend()->compile(
        graph, {.contextLength = kContext, .maxBatch = 64, .rewind = rewind, .threads = 2, .kv = kv}, {});
    REQUIRE(program.has_value());
    return std::move(*program);
}

/// Logits behind each of `tokens`, evaluated alone.
std::vector<std::vector<float>> alone(Program &program, std::span<const TokenId> tokens, std::uint32_t vocabulary)
{
    std::vector<std::vector<float>> rows;
    for (std::size_t at = 0; at < tokens.size(); at += 64) {
        const std::size_t count = std::min<std::size_t>(64, tokens.size() - at);
        std::vector<float> logits(count * vocabulary);
        REQUIRE(program.evaluate({.tokens = tokens.subspan(at, count),
                                  .position = static_cast<std::uint32_t>(at),
                                  .logits = LogitsWanted::AllRows},
                                 logits, {}));
        for (std::size_t row = 0; row < count; ++row) {
            const auto first = logits.begin() + static_cast<std::ptrdiff_t>(row * vocabulary);
            rows.emplace_back(first, first + vocabulary);
        }
    }
    return rows;
}

struct Case {
    std::string name;
    TinyLlama shape;
    KvType kv = KvType::F16;
};

std::vector<Case> cases()
{
    TinyLlama q4{.type = TensorType::Q4_1};
    TinyLlama grouped{.heads = 6, .kvHeads = 1, .type = TensorType::Q8_0, .rope = RopeKind::Neox};
    TinyLlama experts{.experts = 4, .type = TensorType::Q8_0};
    TinyLlama window{.window = 40};
    TinyLlama blocks{.headDim = 32};
    return {{"quantized", q4},
            {"one KV head", grouped},
            {"experts", experts},
            {"a window", window},
            {"quantized cache", blocks, KvType::Q8_0}};
}

} // namespace

TEST_CASE("sequences that share batches and a beginning are what each is alone")
{
    for (const Case &one : cases()) {
        const auto fixture = GraphFixture::llama(one.shape);
        onEveryTarget([&] {
            CAPTURE(one.name);
            const std::uint32_t vocabulary = one.shape.vocabulary;
            std::vector<std::vector<TokenId>> texts;
            std::vector<std::vector<std::vector<float>>> expected;
            const auto prefix = randomTokens(kPrefix, vocabulary, 9);
            const auto apart = compile(fixture->graph(), kContext, one.kv);
            for (std::uint32_t i = 0; i < 4; ++i) {
                texts.push_back(prefix);
                const auto rest = randomTokens(160 + 20 * i, vocabulary, i + 1);
                texts.back().insert(texts.back().end(), rest.begin(), rest.end());
                expected.push_back(alone(*apart, texts.back(), vocabulary));
            }

            const auto program = compile(fixture->graph(), kContext, one.kv);
            REQUIRE(program->sequencesThatFit(256) == 4);
            REQUIRE(program->sequencesThatFit(257) == 2);
            REQUIRE(program->evaluate({.tokens = prefix, .logits = LogitsWanted::None}, {}, {}));
            REQUIRE(program->openSequences(4, kPrefix) == 256U);
            // Prompts in pieces beside single tokens of others, some sequences left out of some batches.
            std::vector<std::uint32_t> done(4, kPrefix);
            std::size_t compared = 0;
            for (std::uint32_t round = 0; round < 400; ++round) {
                std::vector<SequenceRows> parts;
                std::vector<TokenId> tokens;
                for (std::uint32_t i = 0; i < 4; ++i) {
                    const auto left = static_cast<std::uint32_t>(texts[i].size()) - done[i];
                    const std::uint32_t wanted = round % 4 == i ? 1 + round % 23 : 1;
                    const std::uint32_t rows = (round + i) % 5 == 0 ? 0 : std::min(left, wanted);
                    if (rows > 0) {
                        const auto next = std::span(texts[i]).subspan(done[i], rows);
                        tokens.insert(tokens.end(), next.begin(), next.end());
                        parts.push_back({.sequence = i, .position = done[i], .rows = rows, .logits = round % 3 != i});
                    }
                }
                if (parts.empty()) {
                    continue;
                }
                const auto selected = static_cast<std::size_t>(std::ranges::count_if(parts, &SequenceRows::logits));
                std::vector<float> logits(selected * vocabulary);
                REQUIRE(program->evaluate({.tokens = tokens, .sequences = parts}, logits, {}));
                auto row = logits.begin();
                for (const SequenceRows &part : parts) {
                    done[part.sequence] += part.rows;
                    if (part.logits) {
                        CAPTURE(round, part.sequence, part.position);
                        CHECK(std::equal(row, row + vocabulary,
                                         expected[part.sequence][done[part.sequence] - 1].begin()));
                        row += vocabulary;
                        ++compared;
                    }
                }
            }
            CHECK(compared > 150);
            CHECK(std::ranges::equal(done, texts, {}, {}, &std::vector<TokenId>::size));
            // The first sequence goes on from what all begin with.
            std::vector<float> logits(vocabulary);
            REQUIRE(program->evaluate({.tokens = std::span(texts[3]).subspan(kPrefix, 40), .position = kPrefix}, logits,
                                      {}));
            CHECK(logits == expected[3][kPrefix + 39]);
        });
    }
}

TEST_CASE("models whose sequences cannot stand side by side say so")
{
    const auto ring = GraphFixture::llama({.window = 40});
    // Room for the window, a batch and what can be taken back: less than the context.
    const auto program = compile(ring->graph(), 64);
    CHECK(program->sequencesThatFit(10) == 0);
    CHECK(program->openSequences(1, 0).error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("rows that belong to no sequence are refused")
{
    const auto fixture = GraphFixture::llama({});
    const auto program = compile(fixture->graph());
    const std::vector<TokenId> tokens = randomTokens(8, 61);
    std::vector<float> logits(std::size_t{8} * 61);
    const auto refused = [&](const std::vector<SequenceRows> &parts) {
        const auto result = program->evaluate({.tokens = tokens, .sequences = parts}, logits, {});
        return !result && result.error().code == ErrorCode::InvalidArgument;
    };
    CHECK(refused({{.sequence = 0, .position = 0, .rows = 8}})); // none was opened
    REQUIRE(program->evaluate({.tokens = tokens}, logits, {}));
    CHECK_FALSE(program->openSequences(5, 8).has_value());
    CHECK_FALSE(program->openSequences(2, 9).has_value()); // more than was evaluated
    REQUIRE(program->openSequences(2, 8));
    const std::vector<std::vector<SequenceRows>> wrong = {
        {{.sequence = 2, .position = 8, .rows = 8}},
        {{.sequence = 0, .position = 8, .rows = 7}},
        {{.sequence = 0, .position = 8, .rows = 9}},
        {{.sequence = 0, .position = 505, .rows = 8}},
        {{.sequence = 0, .position = 0xFFFFFFFF, .rows = 8}},
        {{.sequence = 1, .position = 8, .rows = 4}, {.sequence = 0, .position = 8, .rows = 4}},
        {{.sequence = 1, .position = 8, .rows = 4}, {.sequence = 1, .position = 12, .rows = 4}},
        {{.sequence = 0, .position = 8, .rows = 0}, {.sequence = 1, .position = 8, .rows = 8}},
    };
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        CAPTURE(i);
        CHECK(refused(wrong[i]));
    }
    CHECK_FALSE(refused({{.sequence = 0, .position = 504, .rows = 8, .logits = true}}));
}

} // namespace inference::backend
