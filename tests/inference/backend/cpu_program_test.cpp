// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whole small models on the CPU: right, the same in every split and thread count, cancellable, and safe against misuse.
#include "tests/inference/backend/cpu_targets.h"
#include "tests/inference/backend/graph_fixture.h"
#include "tests/inference/backend/op_reference.h"

#include <catch2/catch_test_macros.hpp>

#include <cmath>
#include <cstring>
#include <limits>
#include <map>

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kContext = 320;

std::unique_ptr<Program> compile(const Graph &graph, std::uint32_t threads, bool repack = true)
{
    auto program = makeCpuBackend()->compile(
        graph, {.contextLength = kContext, .maxBatch = kContext, .threads = threads, .repackWeights = repack}, {});
    REQUIRE(program.has_value());
    return std::move(*program);
}

/// Logits of the tokens' rows, fed in batches of the given sizes (the last one repeats).
std::vector<float> logitsOf(Program &program, std::span<const TokenId> tokens, std::vector<std::size_t> batches,
                            std::uint32_t vocabulary)
{
    std::vector<float> logits(tokens.size() * vocabulary);
    std::size_t at = 0;
    for (std::size_t i = 0; at < tokens.size(); ++i) {
        const std::size_t count = std::min(batches[std::min(i, batches.size() - 1)], tokens.size() - at);
        const Batch batch{.tokens = tokens.subspan(at, count),
                          .position = static_cast<std::uint32_t>(at),
                          .logits = LogitsWanted::AllRows};
        REQUIRE(program.evaluate(batch, std::span(logits).subspan(at * vocabulary, count * vocabulary), {}));
        at += count;
    }
    return logits;
}

/// A llama whose every type of weight has whole blocks.
TinyLlama shapeOf(TensorType type)
{
    TinyLlama shape;
    shape.type = type;
    shape.embedding = type;
    if (traits(type).blockWeights > 32) {
        shape.width = 256;
        shape.headDim = 64;
        shape.feedForward = 512;
    }
    return shape;
}

} // namespace

TEST_CASE("a whole model agrees with the reference on every instruction set")
{
    const auto tokens = randomTokens(40, 61);
    for (const TensorType type : kAllTypes) {
        const TinyLlama shape = shapeOf(type);
        const auto fixture = GraphFixture::llama(shape);
        OpReference reference(fixture->graph(), kContext);
        const auto expected = reference.run(tokens, 0);
        onEveryTarget([&] {
            CAPTURE(traits(type).name);
            const auto program = compile(fixture->graph(), 2);
            const double error = normalisedError(expected, logitsOf(*program, tokens, {40}, shape.vocabulary));
            // f16 rounding of K and V alone moves the logits by about 1e-7.
            CHECK(error < (traits(type).blockWeights == 1 ? 1e-6 : 1e-3));
            CHECK(program->memoryUse().total() > 0);
        });
    }
}

TEST_CASE("results are bit-identical for any batch split, thread count and weight layout")
{
    const auto tokens = randomTokens(300, 61);
    for (const TensorType type : kAllTypes) {
        const TinyLlama shape = shapeOf(type);
        const auto fixture = GraphFixture::llama(shape);
        onEveryTarget([&] {
            CAPTURE(traits(type).name);
            const auto expected = logitsOf(*compile(fixture->graph(), 1), tokens, {300}, shape.vocabulary);
            const auto same = [&](std::uint32_t threads, bool repack, const std::vector<std::size_t> &batches) {
                const auto logits =
                    logitsOf(*compile(fixture->graph(), threads, repack), tokens, batches, shape.vocabulary);
                return std::memcmp(logits.data(), expected.data(), logits.size() * sizeof(float)) == 0;
            };
            CHECK(same(2, true, {300}));
            CHECK(same(3, true, {7, 64, 1, 1, 1, 129}));
            CHECK(same(2, false, {65, 2, 3, 9, 300}));
            CHECK(same(1, false, {250, 1}));
        });
    }
}

TEST_CASE("one token at a time gives the bits of one batch")
{
    const auto tokens = randomTokens(300, 61);
    const auto fixture = GraphFixture::llama(shapeOf(TensorType::Q4_1));
    const auto whole = logitsOf(*compile(fixture->graph(), 2), tokens, {300}, 61);
    const auto single = logitsOf(*compile(fixture->graph(), 3), tokens, {1}, 61);
    CHECK(std::memcmp(whole.data(), single.data(), whole.size() * sizeof(float)) == 0);
}

TEST_CASE("the last row alone and no row at all leave the same state as all rows")
{
    const auto tokens = randomTokens(20, 61);
    const auto fixture = GraphFixture::llama({});
    const auto all = logitsOf(*compile(fixture->graph(), 2), tokens, {20}, 61);
    const auto program = compile(fixture->graph(), 2);
    REQUIRE(program->evaluate({.tokens = std::span(tokens).first(12), .logits = LogitsWanted::None}, {}, {}));
    std::vector<float> last(61);
    REQUIRE(program->evaluate({.tokens = std::span(tokens).subspan(12), .position = 12}, last, {}));
    CHECK(std::memcmp(last.data(), all.data() + 19 * 61, 61 * sizeof(float)) == 0);
}

TEST_CASE("a truncated tail is overwritten without a trace")
{
    const auto tokens = randomTokens(30, 61);
    const auto others = randomTokens(30, 61, 2);
    const auto fixture = GraphFixture::llama({});
    const auto expected = logitsOf(*compile(fixture->graph(), 2), tokens, {30}, 61);
    const auto program = compile(fixture->graph(), 2);
    logitsOf(*program, others, {30}, 61);
    const auto again = logitsOf(*program, tokens, {10, 5, 15}, 61);
    CHECK(std::memcmp(again.data(), expected.data(), expected.size() * sizeof(float)) == 0);
}

TEST_CASE("a state that was saved can be restored")
{
    const auto tokens = randomTokens(50, 61);
    const auto fixture = GraphFixture::llama({.layers = 3});
    const auto first = compile(fixture->graph(), 2);
    const auto expected = logitsOf(*first, tokens, {50}, 61);
    CHECK(first->savedBytes(40) == 40 * 3 * (32 + 32) * 2 + 4);
    std::vector<std::byte> kv(first->savedBytes(40));
    REQUIRE(first->save(40, kv));

    const auto second = compile(fixture->graph(), 1);
    REQUIRE(second->restore(40, kv));
    std::vector<std::byte> back(kv.size());
    REQUIRE(second->save(40, back));
    CHECK(back == kv);
    std::vector<float> logits(10 * 61);
    REQUIRE(second->evaluate({.tokens = std::span(tokens).subspan(40), .position = 40, .logits = LogitsWanted::AllRows},
                             logits, {}));
    CHECK(std::memcmp(logits.data(), expected.data() + 40 * 61, logits.size() * sizeof(float)) == 0);

    CHECK(second->save(kContext + 1, back).error().code == ErrorCode::InvalidArgument);
    CHECK(second->save(39, back).error().code == ErrorCode::InvalidArgument);
    CHECK(second->restore(39, kv).error().code == ErrorCode::InvalidArgument);
    CHECK(second->restore(40, std::span(kv).first(3)).error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("a cancelled batch says so and leaves earlier positions intact")
{
    const auto tokens = randomTokens(60, 61);
    const auto fixture = GraphFixture::llama({.layers = 4});
    const auto expected = logitsOf(*compile(fixture->graph(), 2), tokens, {60}, 61);
    const auto program = compile(fixture->graph(), 2);
    std::vector<float> logits(60 * 61);
    REQUIRE(program->evaluate({.tokens = std::span(tokens).first(30), .logits = LogitsWanted::None}, {}, {}));
    std::stop_source stop;
    stop.request_stop();
    const Batch rest{.tokens = std::span(tokens).subspan(30), .position = 30, .logits = LogitsWanted::AllRows};
    const auto cancelled = program->evaluate(rest, logits, stop.get_token());
    REQUIRE_FALSE(cancelled.has_value());
    CHECK(cancelled.error().code == ErrorCode::Cancelled);
    REQUIRE(program->evaluate(rest, logits, {}));
    CHECK(std::memcmp(logits.data(), expected.data() + 30 * 61, 30 * 61 * sizeof(float)) == 0);

    CHECK(makeCpuBackend()->compile(fixture->graph(), {}, stop.get_token()).error().code == ErrorCode::Cancelled);
}

TEST_CASE("misuse is an error")
{
    const auto fixture = GraphFixture::llama({});
    const auto program = compile(fixture->graph(), 2);
    std::vector<float> logits(61);
    const auto codeOf = [&](std::vector<TokenId> tokens, std::uint32_t position, std::span<float> out) {
        const auto result = program->evaluate({.tokens = tokens, .position = position}, out, {});
        return result ? ErrorCode::Internal : result.error().code;
    };
    CHECK(codeOf({}, 0, logits) == ErrorCode::InvalidArgument);
    CHECK(codeOf({61}, 0, logits) == ErrorCode::InvalidArgument);
    CHECK(codeOf({-1}, 0, logits) == ErrorCode::InvalidArgument);
    CHECK(codeOf({1}, 0, std::span(logits).first(60)) == ErrorCode::InvalidArgument);
    CHECK(codeOf(std::vector<TokenId>(kContext + 1), 0, logits) == ErrorCode::InvalidArgument);
    CHECK(codeOf({1, 2}, kContext - 1, logits) == ErrorCode::ContextFull);
    CHECK(codeOf({1}, std::numeric_limits<std::uint32_t>::max(), logits) == ErrorCode::ContextFull);

    const auto refused = [&](const Graph &graph, const ProgramOptions &options) {
        const auto result = makeCpuBackend()->compile(graph, options, {});
        return result ? ErrorCode::Internal : result.error().code;
    };
    CHECK(refused(fixture->graph(), {.contextLength = 0}) == ErrorCode::InvalidArgument);
    CHECK(refused(fixture->graph(), {.maxBatch = 0}) == ErrorCode::InvalidArgument);
    // What else can be wrong with a graph: tests/inference/graph/graph_check_test.cpp.
    const auto broken = GraphFixture::llama({});
    broken->graph().kv.clear();
    CHECK(refused(broken->graph(), {}) == ErrorCode::InvalidArgument);
}

TEST_CASE("more memory than there is, is an error")
{
    const auto fixture = GraphFixture::llama({.layers = 2, .heads = 64, .kvHeads = 64, .headDim = 1024});
    const ProgramOptions options{.contextLength = std::numeric_limits<std::uint32_t>::max()};
    const auto result = makeCpuBackend()->compile(fixture->graph(), options, {});
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::OutOfMemory);
}

TEST_CASE("a weight that is not finite ends in an error, not in text")
{
    for (const float poison : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        for (const TensorType type : {TensorType::F32, TensorType::Q8_0}) {
            auto shape = shapeOf(type);
            shape.embedding = TensorType::F32;
            const auto fixture = GraphFixture::llama(shape);
            Weight &table = fixture->graph().weights[0];
            std::vector<std::byte> bytes(table.data.begin(), table.data.end());
            std::memcpy(bytes.data() + 5 * table.shape[0] * sizeof(float), &poison, sizeof poison);
            table.data = bytes;
            const auto program = compile(fixture->graph(), 2);
            std::vector<float> logits(61);
            const std::vector<TokenId> tokens{5};
            const auto result = program->evaluate({.tokens = tokens}, logits, {});
            REQUIRE_FALSE(result.has_value());
            CHECK(result.error().code == ErrorCode::NotFinite);
        }
    }
}

TEST_CASE("every copied weight is released once, no other")
{
    const auto fixture = GraphFixture::llama(shapeOf(TensorType::Q8_0));
    std::map<const std::byte *, int> released;
    float last = 0;
    bool rising = true;
    const ProgramOptions options{.contextLength = 8,
                                 .maxBatch = 8,
                                 .threads = 2,
                                 .release = [&](std::span<const std::byte> bytes) { ++released[bytes.data()]; },
                                 .progress =
                                     [&](float done) {
                                         rising = rising && done >= last;
                                         last = done;
                                     }};
    REQUIRE(makeCpuBackend()->compile(fixture->graph(), options, {}));
    std::size_t matrices = 0;
    for (const Weight &weight : fixture->graph().weights) {
        matrices += weight.rows() > 1 ? 1 : 0;
        CHECK(released[weight.data.data()] == (weight.rows() > 1 ? 1 : 0));
    }
    CHECK(matrices == 15);
    CHECK(rising);
    CHECK(last == 1.0F);
    CHECK(makeCpuBackend()->estimate(fixture->graph(), options).weightBytes > 0);
}

} // namespace inference::backend
