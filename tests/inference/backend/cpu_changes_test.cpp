// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Adapters on the CPU: right beside every type of weights, switched without the weights' bytes, and off without a
// trace.
#include "inference/backend/cpu/cpu_backend.h"
#include "tests/inference/backend/change_cases.h"
#include "tests/inference/backend/op_reference.h"

#include <catch2/catch_test_macros.hpp>

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kTokens = 24;

std::vector<float> logitsOf(Program &program, std::uint32_t vocabulary, std::span<const TokenId> tokens)
{
    std::vector<float> logits(tokens.size() * vocabulary);
    const auto done = program.evaluate({.tokens = tokens, .logits = LogitsWanted::AllRows}, logits, {});
    REQUIRE(done.has_value());
    return logits;
}

std::unique_ptr<Program> derived(Program &program, const Graph &graph)
{
    auto made = program.derive(graph, {});
    INFO((made ? std::string() : made.error().detail));
    REQUIRE(made.has_value());
    return std::move(*made);
}

ProgramOptions smallOptions()
{
    return {.contextLength = kTokens, .maxBatch = kTokens, .threads = 2};
}

} // namespace

TEST_CASE("what adapters add is added to every kind of product")
{
    struct Row {
        TensorType type;
        double bound;
    };
    for (const Row &row : {Row{TensorType::F32, 1e-6}, Row{TensorType::F16, 1e-5}, Row{TensorType::Q8_0, 1e-3}}) {
        for (const ChangeCase &which : changeCases(row.type)) {
            CAPTURE(which.name, traits(row.type).name);
            const ChangedModel model = changedModel(which);
            const auto tokens = randomTokens(kTokens, which.shape.vocabulary);
            const auto expected = OpReference(model.changed, kTokens).run(tokens, 0);
            // The change is no rounding error.
            const auto plainLogits = OpReference(model.plain, kTokens).run(tokens, 0);
            REQUIRE(normalisedError(expected, std::vector<float>(plainLogits.begin(), plainLogits.end())) >
                    2 * row.bound);
            auto plain = makeCpuBackend()->compile(model.plain, spoiling(smallOptions()), {});
            REQUIRE(plain.has_value());
            const auto with = derived(**plain, model.changed);
            CHECK(normalisedError(expected, logitsOf(*with, which.shape.vocabulary, tokens)) <= row.bound);
        }
    }
}

TEST_CASE("a model is the same before and after its adapters, bit for bit")
{
    for (const bool repack : {true, false}) {
        const ChangeCase which = changeCases(TensorType::Q4_0).front();
        ChangedModel model = changedModel(which);
        const auto tokens = randomTokens(kTokens, which.shape.vocabulary);
        ProgramOptions options = spoiling(smallOptions());
        options.repackWeights = repack;
        auto program = std::move(*makeCpuBackend()->compile(model.plain, options, {}));
        const auto before = logitsOf(*program, which.shape.vocabulary, tokens);
        const std::uint64_t bytes = program->memoryUse().weightBytes;

        auto with = derived(*program, model.changed);
        program.reset();
        const auto changed = logitsOf(*with, which.shape.vocabulary, tokens);
        CHECK_FALSE(sameBits(before, changed));
        CHECK(with->memoryUse().weightBytes > bytes);

        auto again = derived(*with, model.changed);
        with.reset();
        CHECK(sameBits(changed, logitsOf(*again, which.shape.vocabulary, tokens)));
        auto without = derived(*again, model.plain);
        again.reset();
        CHECK(sameBits(before, logitsOf(*without, which.shape.vocabulary, tokens)));
        CHECK(without->memoryUse().weightBytes == bytes);
    }
}

TEST_CASE("a derived program has the cache of the one before")
{
    const ChangeCase which = changeCases(TensorType::F32).front();
    const ChangedModel model = changedModel(which);
    auto plain = std::move(*makeCpuBackend()->compile(model.plain, smallOptions(), {}));
    const auto tokens = randomTokens(kTokens, which.shape.vocabulary);
    logitsOf(*plain, which.shape.vocabulary, tokens);
    std::vector<std::byte> before(plain->savedBytes(kTokens));
    REQUIRE(plain->save(kTokens, before).has_value());
    auto with = derived(*plain, model.changed);
    plain.reset();
    std::vector<std::byte> after(before.size());
    REQUIRE(with->save(kTokens, after).has_value());
    CHECK(before == after);
}

TEST_CASE("a program compiled with adapters and one derived agree")
{
    const ChangeCase which = changeCases(TensorType::Q8_0).front();
    const ChangedModel model = changedModel(which);
    const auto tokens = randomTokens(kTokens, which.shape.vocabulary);
    auto plain = std::move(*makeCpuBackend()->compile(model.plain, smallOptions(), {}));
    auto whole = std::move(*makeCpuBackend()->compile(model.changed, smallOptions(), {}));
    CHECK(sameBits(logitsOf(*derived(*plain, model.changed), which.shape.vocabulary, tokens),
                   logitsOf(*whole, which.shape.vocabulary, tokens)));
    const MemoryUse estimate = makeCpuBackend()->estimate(model.changed, smallOptions());
    CHECK(estimate.weightBytes == whole->memoryUse().weightBytes);
}

TEST_CASE("a graph of another model cannot be derived")
{
    const ChangedModel model = changedModel(changeCases(TensorType::F32).front());
    auto plain = std::move(*makeCpuBackend()->compile(model.plain, smallOptions(), {}));
    const auto other = GraphFixture::llama({.kvHeads = 1});
    const auto refused = plain->derive(other->graph(), {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::InvalidArgument);
}

} // namespace inference::backend
