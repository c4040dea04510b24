// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whole small models on the Vulkan backend: right, steady over batch splits, cancellable, and orderly when the device
// fails, is out of memory or grants little.
#include "tests/inference/backend/vulkan_fixture.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <map>

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kVocabulary = 61;

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

/// Logits of all tokens' rows, fed in batches of the given sizes (the last one repeats).
std::vector<float> logitsOf(Program &program, std::span<const TokenId> tokens, std::vector<std::uint32_t> batches)
{
    std::vector<float> logits;
    std::uint32_t at = 0;
    for (std::size_t i = 0; at < tokens.size(); ++i) {
        const std::size_t count = std::min<std::size_t>(batches[std::min(i, batches.size() - 1)], tokens.size() - at);
        const auto part = evaluate(program, kVocabulary, tokens.subspan(at, count), at);
        logits.insert(logits.end(), part.begin(), part.end());
        at += static_cast<std::uint32_t>(count);
    }
    return logits;
}

std::vector<double> widened(std::span<const float> values)
{
    return {values.begin(), values.end()};
}

} // namespace

TEST_CASE("a whole model agrees with the reference")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    CheckedVulkan vulkan({.kernels = kernels});
    const auto tokens = randomTokens(24, kVocabulary);
    for (const TensorType type : {TensorType::F16, TensorType::Q4_1, TensorType::Q6_K}) {
        const bool exact = traits(type).blockWeights == 1 || kernels == VulkanKernels::FloatOnly;
        const auto fixture = GraphFixture::llama(shapeOf(type));
        OpReference reference(fixture->graph(), 64);
        const auto program = vulkan.compile(fixture->graph());
        CAPTURE(traits(type).name, kernels);
        const double error = normalisedError(reference.run(tokens, 0), logitsOf(*program, tokens, {24}));
        CHECK(error < (exact ? 1e-6 : 1e-3));
        CHECK(program->memoryUse().total() > 0);
        const MemoryUse estimate = vulkan->estimate(fixture->graph(), {.contextLength = 64, .maxBatch = 80});
        CHECK(estimate.weightBytes == program->memoryUse().weightBytes);
        CHECK(estimate.kvBytes == program->memoryUse().kvBytes);
    }
}

TEST_CASE("a prompt in chunks gives what one batch gives")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    const auto type = GENERATE(TensorType::F16, TensorType::Q4_1);
    CheckedVulkan vulkan({.kernels = kernels});
    const auto fixture = GraphFixture::llama(shapeOf(type));
    const auto tokens = randomTokens(60, kVocabulary);
    const auto program = vulkan.compile(fixture->graph());
    const auto whole = widened(logitsOf(*program, tokens, {60}));
    const double bound = type == TensorType::F16 || kernels == VulkanKernels::FloatOnly ? 1e-9 : 1e-4;
    for (const auto &batches : std::vector<std::vector<std::uint32_t>>{{1}, {2, 3, 5, 8, 9}, {33}, {17, 1, 60}}) {
        CAPTURE(kernels, traits(type).name, batches);
        const auto chunked = logitsOf(*program, tokens, batches);
        CHECK(normalisedError(whole, chunked) < bound);
        CHECK(chunked == logitsOf(*program, tokens, batches));
    }
}

TEST_CASE("the last row alone and no row at all leave the same state as all rows")
{
    CheckedVulkan vulkan;
    const auto tokens = randomTokens(20, kVocabulary);
    const auto fixture = GraphFixture::llama({});
    const auto program = vulkan.compile(fixture->graph());
    const auto all = logitsOf(*program, tokens, {12, 8});
    const auto other = vulkan.compile(fixture->graph());
    evaluate(*other, kVocabulary, std::span(tokens).first(12), 0, LogitsWanted::None);
    const auto last = evaluate(*other, kVocabulary, std::span(tokens).subspan(12), 12, LogitsWanted::LastRow);
    const std::vector<double> expected(all.end() - kVocabulary, all.end());
    CHECK(normalisedError(expected, last) < 1e-9);
}

TEST_CASE("a truncated tail is overwritten without a trace")
{
    CheckedVulkan vulkan;
    const auto tokens = randomTokens(30, kVocabulary);
    const auto fixture = GraphFixture::llama(shapeOf(TensorType::Q8_0));
    const auto program = vulkan.compile(fixture->graph());
    const auto expected = logitsOf(*program, tokens, {10, 20});
    logitsOf(*program, randomTokens(60, kVocabulary, 2), {60});
    CHECK(logitsOf(*program, tokens, {10, 20}) == expected);
}

TEST_CASE("weights that exceed the range of a binding are bound in slices")
{
    const auto type = GENERATE(TensorType::F32, TensorType::Q4_0, TensorType::Q6_K);
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    TinyLlama shape = shapeOf(type);
    shape.vocabulary = 2000;
    shape.width = std::max(shape.width, 128U);
    const auto fixture = GraphFixture::llama(shape);
    const auto tokens = randomTokens(10, shape.vocabulary);
    const ProgramOptions options{.contextLength = 32, .maxBatch = 10};
    const auto run = [&](std::uint64_t range) {
        CheckedVulkan vulkan({.kernels = kernels, .faults = {.storageRange = range}});
        const auto program = vulkan.compile(fixture->graph(), options);
        auto rows = evaluate(*program, shape.vocabulary, tokens);
        const auto one = evaluate(*program, shape.vocabulary, std::span(tokens).first(1));
        rows.insert(rows.end(), one.begin(), one.end());
        return rows;
    };
    // The logits of a batch stand in one binding; the table, which is also the output matrix, need not.
    const std::uint64_t range = std::uint64_t{options.maxBatch} * shape.vocabulary * 4;
    REQUIRE(fixture->graph().weights[0].data.size() > range);
    CAPTURE(traits(type).name, kernels, range);
    CHECK(run(range) == run(0));
}

TEST_CASE("a binding too small for a cache or a row is out of memory, not a crash")
{
    const auto fixture = GraphFixture::llama({});
    for (const std::uint64_t range : {16ULL, 256ULL, 2048ULL}) {
        CheckedVulkan vulkan({.faults = {.storageRange = range}});
        const auto program = vulkan->compile(fixture->graph(), {.contextLength = 64, .maxBatch = 80}, {});
        REQUIRE_FALSE(program.has_value());
        CHECK(program.error().code == ErrorCode::OutOfMemory);
    }
}

TEST_CASE("a long batch gives the same bits however many passes the time budget makes of it")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    CAPTURE(kernels);
    const auto fixture = GraphFixture::llama({.layers = 3, .window = 21});
    const auto tokens = randomTokens(300, kVocabulary);
    std::vector<std::vector<float>> found;
    for (const float budget : {1e-6F, 1e6F}) {
        CheckedVulkan vulkan({.submissionBudgetMs = budget, .kernels = kernels});
        const auto program = vulkan.compile(fixture->graph(), {.contextLength = 320, .maxBatch = 60});
        std::vector<float> logits;
        // The first batch measures, the others are cut by what it measured.
        for (std::uint32_t position = 0; position < tokens.size(); position += 60) {
            const auto batch = std::span(tokens).subspan(position, 60);
            std::ranges::copy(evaluate(*program, kVocabulary, batch, position), std::back_inserter(logits));
        }
        found.push_back(std::move(logits));
    }
    CHECK(found.front() == found.back());
}

TEST_CASE("a lost device is reported at any submission, and from then on")
{
    const auto fixture = GraphFixture::llama({.layers = 3});
    const auto tokens = randomTokens(10, kVocabulary);
    bool survived = false;
    for (std::uint32_t lost = 1; !survived; ++lost) {
        REQUIRE(lost < 40);
        CheckedVulkan vulkan({.submissionBudgetMs = 1e-6F, .faults = {.lostSubmission = lost}});
        const auto program = vulkan->compile(fixture->graph(), {.contextLength = 64, .maxBatch = 16}, {});
        if (!program) {
            CHECK(program.error().code == ErrorCode::DeviceLost);
            continue;
        }
        std::vector<float> logits(kVocabulary);
        const auto first = (*program)->evaluate({.tokens = tokens}, logits, {});
        survived = first.has_value();
        if (!first) {
            CHECK(first.error().code == ErrorCode::DeviceLost);
            CHECK((*program)->evaluate({.tokens = tokens}, logits, {}).error().code == ErrorCode::DeviceLost);
            std::vector<std::byte> kv((*program)->savedBytes(1));
            CHECK((*program)->save(1, kv).error().code == ErrorCode::DeviceLost);
        }
    }
}

TEST_CASE("an allocation that fails is out of memory and leaves nothing behind")
{
    const auto fixture = GraphFixture::llama({});
    const bool staged = GENERATE(false, true);
    bool succeeded = false;
    std::uint32_t failures = 0;
    for (std::uint32_t failed = 1; !succeeded; ++failed) {
        REQUIRE(failed < 40);
        CheckedVulkan vulkan({.faults = {.failedAllocation = failed, .stagedUploads = staged}});
        const auto program = vulkan->compile(fixture->graph(), {.contextLength = 64, .maxBatch = 16}, {});
        succeeded = program.has_value();
        if (!succeeded) {
            ++failures;
            CHECK(program.error().code == ErrorCode::OutOfMemory);
        }
    }
    CHECK(failures >= 4); // weights, cache, scratch, logits
}

TEST_CASE("a stop is seen between submissions and leaves earlier positions intact")
{
    const auto fixture = GraphFixture::llama({.layers = 6});
    const auto tokens = randomTokens(40, kVocabulary);
    std::stop_source stop;
    std::uint32_t submissions = 0;
    std::uint32_t stopAt = 0;
    const auto listen = [&](std::uint32_t) {
        if (++submissions == stopAt) {
            stop.request_stop();
        }
    };
    // So small a budget puts every segment into a submission of its own.
    CheckedVulkan vulkan({.submissionBudgetMs = 1e-6F, .faults = {.onSubmission = listen}});
    const auto program = vulkan.compile(fixture->graph());
    const auto expected = logitsOf(*program, tokens, {20});
    evaluate(*program, kVocabulary, std::span(tokens).first(20));

    submissions = 0;
    stopAt = 3;
    const Batch rest{.tokens = std::span(tokens).subspan(20), .position = 20, .logits = LogitsWanted::AllRows};
    std::vector<float> logits(20 * kVocabulary);
    const auto cancelled = program->evaluate(rest, logits, stop.get_token());
    REQUIRE_FALSE(cancelled.has_value());
    CHECK(cancelled.error().code == ErrorCode::Cancelled);
    CHECK(submissions == 3);
    CHECK(program->evaluate(rest, logits, stop.get_token()).error().code == ErrorCode::Cancelled);
    CHECK(submissions == 3);
    stopAt = 0;
    REQUIRE(program->evaluate(rest, logits, {}));
    CHECK(std::memcmp(logits.data(), expected.data() + 20 * kVocabulary, logits.size() * sizeof(float)) == 0);
    CHECK(submissions >= 3 + 6);

    CHECK(vulkan->compile(fixture->graph(), {.contextLength = 64, .maxBatch = 8}, stop.get_token()).error().code ==
          ErrorCode::Cancelled);
}

TEST_CASE("segments that are known to be short share a submission")
{
    const auto fixture = GraphFixture::llama({.layers = 6});
    std::uint32_t submissions = 0;
    CheckedVulkan vulkan(
        {.submissionBudgetMs = 1e6F, .faults = {.onSubmission = [&](std::uint32_t) { ++submissions; }}});
    const auto program = vulkan.compile(fixture->graph());
    const auto tokens = randomTokens(1, kVocabulary);
    evaluate(*program, kVocabulary, tokens);
    submissions = 0;
    evaluate(*program, kVocabulary, tokens);
    CHECK(submissions == 1);
}

TEST_CASE("how a long batch is divided to keep submissions short never shows in the numbers")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    const auto type = GENERATE(TensorType::F16, TensorType::Q4_1);
    const auto fixture = GraphFixture::llama(shapeOf(type));
    const auto tokens = randomTokens(60, kVocabulary);
    struct Outcome {
        std::vector<float> first;
        std::vector<float> again;
        std::vector<float> last;
        std::vector<std::byte> kv;
        std::uint32_t submissions = 0;
    };
    const auto run = [&](float budgetMs) {
        Outcome outcome;
        CheckedVulkan vulkan({.submissionBudgetMs = budgetMs,
                              .kernels = kernels,
                              .faults = {.onSubmission = [&](std::uint32_t) { ++outcome.submissions; }}});
        const auto program = vulkan.compile(fixture->graph());
        outcome.first = logitsOf(*program, tokens, {60});
        outcome.submissions = 0;
        outcome.again = logitsOf(*program, tokens, {60});
        const std::uint32_t submissions = outcome.submissions;
        outcome.last = evaluate(*program, kVocabulary, tokens, 0, LogitsWanted::LastRow);
        outcome.kv.resize(program->savedBytes(60));
        REQUIRE(program->save(60, outcome.kv));
        outcome.submissions = submissions;
        return outcome;
    };
    const Outcome roomy = run(1e6F);
    const Outcome tight = run(1e-6F);
    CAPTURE(kernels, traits(type).name);
    CHECK(roomy.first == roomy.again);
    CHECK(tight.first == roomy.first);
    CHECK(tight.again == roomy.first);
    CHECK(tight.last == roomy.last);
    CHECK(tight.kv == roomy.kv);
    CHECK(roomy.submissions == 1);
    CHECK(tight.submissions >= 4 * roomy.submissions);
}

TEST_CASE("misuse is an error")
{
    CheckedVulkan vulkan;
    const auto fixture = GraphFixture::llama({});
    const auto program = vulkan.compile(fixture->graph());
    std::vector<float> logits(kVocabulary);
    const auto codeOf = [&](std::vector<TokenId> tokens, std::uint32_t position, std::span<float> out) {
        const auto result = program->evaluate({.tokens = tokens, .position = position}, out, {});
        return result ? ErrorCode::Internal : result.error().code;
    };
    CHECK(codeOf({}, 0, logits) == ErrorCode::InvalidArgument);
    CHECK(codeOf({61}, 0, logits) == ErrorCode::InvalidArgument);
    CHECK(codeOf({-1}, 0, logits) == ErrorCode::InvalidArgument);
    CHECK(codeOf({1}, 0, std::span(logits).first(60)) == ErrorCode::InvalidArgument);
    CHECK(codeOf(std::vector<TokenId>(81), 0, logits) == ErrorCode::InvalidArgument);
    CHECK(codeOf({1, 2}, 63, logits) == ErrorCode::ContextFull);
    CHECK(codeOf({1}, std::numeric_limits<std::uint32_t>::max(), logits) == ErrorCode::ContextFull);

    // What else can be wrong with a graph: tests/inference/graph/graph_check_test.cpp; what a device is too small for:
    // vulkan/lowering_test.cpp.
    const auto broken = GraphFixture::llama({});
    broken->graph().kv.clear();
    const auto compiled = vulkan->compile(broken->graph(), {.contextLength = 64, .maxBatch = 8}, {});
    REQUIRE_FALSE(compiled.has_value());
    CHECK(compiled.error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("a weight that is not finite ends in an error, not in text")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    CheckedVulkan vulkan({.kernels = kernels});
    for (const float poison : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        for (const TensorType type : {TensorType::F32, TensorType::Q4_1}) {
            // An output matrix of its own, so that the poisoned table is read by token 5 alone.
            const auto fixture = GraphFixture::llama(shapeOf(type));
            Graph &graph = fixture->graph();
            std::vector<float> rows(kVocabulary * std::size_t{graph.weights[0].shape[0]}, 0.5F);
            rows[5 * graph.weights[0].shape[0] + 7] = poison;
            std::vector<std::byte> bytes(rows.size() * sizeof(float));
            std::memcpy(bytes.data(), rows.data(), bytes.size());
            std::get<GetRows>(graph.ops.front()).table =
                fixture->weight(TensorType::F32, graph.weights[0].shape[0], kVocabulary, std::move(bytes));
            const auto program = vulkan.compile(graph);
            std::vector<float> logits(kVocabulary);
            for (const auto &tokens : std::vector<std::vector<TokenId>>{{5}, {1, 5}, std::vector<TokenId>(20, 5)}) {
                CAPTURE(kernels, poison, traits(type).name, tokens.size());
                const auto result = program->evaluate({.tokens = tokens}, logits, {});
                REQUIRE_FALSE(result.has_value());
                CHECK(result.error().code == ErrorCode::NotFinite);
            }
            const std::vector<TokenId> good{1};
            CHECK(program->evaluate({.tokens = good}, logits, {}).has_value());
        }
    }
}

TEST_CASE("every weight is released once, no other, and progress rises to one")
{
    const bool staged = GENERATE(false, true);
    CheckedVulkan vulkan({.faults = {.stagedUploads = staged}});
    const auto fixture = GraphFixture::llama(shapeOf(TensorType::Q8_0));
    std::map<const std::byte *, int> released;
    float last = 0;
    bool rising = true;
    const auto program = vulkan.compile(fixture->graph(),
                                        {.contextLength = 8,
                                         .maxBatch = 8,
                                         .release = [&](std::span<const std::byte> bytes) { ++released[bytes.data()]; },
                                         .progress =
                                             [&](float value) {
                                                 rising = rising && value >= last;
                                                 last = value;
                                             }});
    CHECK(rising);
    CHECK(last == 1.0F);
    CHECK(released.size() == fixture->graph().weights.size());
    for (const auto &[bytes, times] : released) {
        CHECK(times == 1);
    }
}

} // namespace inference::backend
