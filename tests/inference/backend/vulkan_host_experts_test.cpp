// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Programs whose experts stay in host memory, in part or all: right, steady, and orderly when either side fails.
#include "tests/inference/backend/change_cases.h"
#include "tests/inference/backend/host_cases.h"
#include "tests/inference/backend/vulkan_fixture.h"
#include "tests/inference/backend/watched_experts.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>

namespace inference::backend {

using namespace graph;

namespace {

constexpr std::uint32_t kVocabulary = 61;
constexpr std::uint32_t kLayers = 3;

TinyLlama mixtureOf(TensorType type)
{
    return {.layers = kLayers, .experts = 8, .usedExperts = 3, .type = type, .embedding = type};
}

ProgramOptions optionsFor(std::uint32_t hostLayers, std::shared_ptr<ExpertWatch> watch = {})
{
    ProgramOptions options{.contextLength = 64, .maxBatch = 64, .threads = 2, .hostExpertLayers = hostLayers};
    if (watch) {
        options.hostExperts = std::make_shared<WatchedExpertsMaker>(std::move(watch));
    } else {
        options.hostExperts = makeCpuHostExperts();
    }
    return options;
}

/// Logits of all tokens' rows in batches of a size.
std::vector<float> logitsOf(Program &program, std::span<const TokenId> tokens, std::uint32_t size)
{
    std::vector<float> logits;
    for (std::uint32_t at = 0; at < tokens.size(); at += size) {
        const auto count = std::min<std::size_t>(size, tokens.size() - at);
        std::ranges::copy(evaluate(program, kVocabulary, tokens.subspan(at, count), at), std::back_inserter(logits));
    }
    return logits;
}

TokenId likeliest(std::span<const float> logits)
{
    return static_cast<TokenId>(std::ranges::max_element(logits) - logits.begin());
}

/// Greedy continuation of a prompt that is fed in batches of a size.
std::vector<TokenId> continuation(Program &program, std::span<const TokenId> prompt, std::uint32_t size)
{
    const auto logits = logitsOf(program, prompt, size);
    std::vector<TokenId> ids{likeliest(std::span(logits).last(kVocabulary))};
    for (auto at = static_cast<std::uint32_t>(prompt.size()); ids.size() < 20; ++at) {
        ids.push_back(likeliest(evaluate(program, kVocabulary, std::span(ids).last(1), at)));
    }
    return ids;
}

} // namespace

TEST_CASE("blocks of experts of every kind are computed on the host")
{
    const auto kernels = GENERATE(from_range(std::begin(kKernelSets), std::end(kKernelSets)));
    struct Row {
        TensorType type;
        double bound;
    };
    CheckedVulkan vulkan({.kernels = kernels});
    for (const Row &row : {Row{TensorType::F32, 1e-6}, Row{TensorType::Q4_0, 1e-3}}) {
        for (const HostCase &one : hostCases(row.type)) {
            CAPTURE(kernels, one.name, traits(row.type).name);
            const auto fixture = one.graph(40);
            const auto watch = std::make_shared<ExpertWatch>();
            const auto program = vulkan.compile(fixture->graph(), optionsFor(1, watch));
            for (const std::uint32_t count : {1U, 2U, 9U, 40U}) {
                watch->rows = 0;
                const auto tokens = randomTokens(count, 40, count);
                const auto expected = OpReference(fixture->graph(), 64).run(tokens, 0);
                CHECK(normalisedError(expected, evaluate(*program, one.width, tokens)) < row.bound);
                CHECK(watch->rows == count);
            }
        }
    }
}

TEST_CASE("a mixture agrees with the reference whatever stays on the host, in one batch and in many")
{
    const auto kernels = GENERATE(VulkanKernels::Software, VulkanKernels::Hardware);
    CheckedVulkan vulkan({.kernels = kernels});
    for (const TensorType type : {TensorType::F32, TensorType::Q4_0}) {
        const auto fixture = GraphFixture::llama(mixtureOf(type));
        const auto tokens = randomTokens(40, kVocabulary);
        const auto expected = OpReference(fixture->graph(), 64).run(tokens, 0);
        std::vector<TokenId> onDevice;
        for (const std::uint32_t host : {0U, 1U, 2U, kLayers, 100U}) {
            const auto watch = std::make_shared<ExpertWatch>();
            const auto program = vulkan.compile(fixture->graph(), optionsFor(host, watch));
            for (const std::uint32_t size : {40U, 17U, 5U, 1U}) {
                CAPTURE(kernels, traits(type).name, host, size);
                watch->rows = 0;
                CHECK(normalisedError(expected, logitsOf(*program, tokens, size)) <
                      (type == TensorType::F32 ? 1e-6 : 1e-3));
                CHECK(watch->rows == 40ULL * std::min(host, kLayers));
            }
            const auto prompt = std::span(tokens).first(12);
            const auto ids = continuation(*program, prompt, 12);
            CHECK(continuation(*program, prompt, 1) == ids);
            if (type == TensorType::F32) {
                onDevice = onDevice.empty() ? ids : onDevice;
                CHECK(ids == onDevice);
            }
        }
    }
}

TEST_CASE("how a long batch is divided never shows in the numbers, with experts on the host too")
{
    const auto fixture = GraphFixture::llama(mixtureOf(TensorType::Q8_0));
    const auto tokens = randomTokens(60, kVocabulary);
    const auto run = [&](float budgetMs, std::uint32_t &runs) {
        CheckedVulkan vulkan({.submissionBudgetMs = budgetMs});
        const auto watch = std::make_shared<ExpertWatch>();
        const auto program = vulkan.compile(fixture->graph(), optionsFor(2, watch));
        logitsOf(*program, tokens, 60); // measures
        watch->runs = 0;
        auto logits = logitsOf(*program, tokens, 60);
        runs = watch->runs;
        return logits;
    };
    std::uint32_t roomyRuns = 0;
    std::uint32_t tightRuns = 0;
    const auto roomy = run(1e6F, roomyRuns);
    CHECK(run(1e-6F, tightRuns) == roomy);
    CHECK(roomyRuns == 2);
    CHECK(tightRuns >= 3 * roomyRuns); // as many passes as the device alone would make
}

TEST_CASE("submissions end where the host computes, and nowhere else when they are short")
{
    const auto fixture = GraphFixture::llama(mixtureOf(TensorType::F32));
    std::uint32_t submissions = 0;
    CheckedVulkan vulkan(
        {.submissionBudgetMs = 1e6F, .faults = {.onSubmission = [&](std::uint32_t) { ++submissions; }}});
    const auto tokens = randomTokens(1, kVocabulary);
    for (const std::uint32_t host : {0U, 1U, 3U}) {
        const auto program = vulkan.compile(fixture->graph(), optionsFor(host));
        evaluate(*program, kVocabulary, tokens); // measures
        submissions = 0;
        evaluate(*program, kVocabulary, tokens);
        CHECK(submissions == host + 1);
    }
}

TEST_CASE("memory on both sides is what was announced")
{
    const auto fixture = GraphFixture::llama(mixtureOf(TensorType::Q8_0));
    std::uint64_t stack = 0; // of one layer
    for (const Weight &weight : fixture->graph().weights) {
        stack += weight.shape[2] > 1 ? weight.data.size() / kLayers : 0;
    }
    CheckedVulkan vulkan;
    std::uint64_t whole = 0;
    std::uint64_t before = 0;
    for (std::uint32_t host = 0; host <= kLayers; ++host) {
        const auto program = vulkan.compile(fixture->graph(), optionsFor(host));
        const MemoryUse use = program->memoryUse();
        const MemoryUse estimate = vulkan->estimate(fixture->graph(), optionsFor(host));
        CAPTURE(host);
        CHECK(estimate.weightBytes == use.weightBytes);
        CHECK(estimate.kvBytes == use.kvBytes);
        CHECK(estimate.hostBytes == use.hostBytes);
        CHECK(use.total() == use.weightBytes + use.kvBytes + use.scratchBytes);
        whole = host == 0 ? use.weightBytes : whole;
        CHECK(use.weightBytes + host * stack <= whole);
        CHECK(use.weightBytes + host * (stack + stack / 50 + 4096) >= whole);
        CHECK((host == 0 ? use.hostBytes == 0 : use.hostBytes >= before + stack));
        before = use.hostBytes;
        CHECK(program->options().threads == 2);
    }
}

TEST_CASE("every weight goes to one side alone, is released once, and progress rises to one")
{
    const bool repack = GENERATE(true, false);
    const auto fixture = GraphFixture::llama(mixtureOf(TensorType::Q8_0));
    CheckedVulkan vulkan;
    std::map<const std::byte *, int> released;
    float last = 0;
    bool rising = true;
    ProgramOptions options = optionsFor(2);
    options.repackWeights = repack;
    options.release = [&](std::span<const std::byte> bytes) { ++released[bytes.data()]; };
    options.progress = [&](float value) {
        rising = rising && value >= last;
        last = value;
    };
    const auto program = vulkan.compile(fixture->graph(), options);
    CHECK(rising);
    CHECK(last == 1.0F);
    // Experts that are read in the file keep their pages.
    CHECK(released.size() == fixture->graph().weights.size() - (repack ? 0 : 2 * 3));
    for (const auto &[bytes, times] : released) {
        CHECK(times == 1);
    }
}

TEST_CASE("experts that stay in the mapped file give the bits of repacked ones")
{
    const auto fixture = GraphFixture::llama(mixtureOf(TensorType::Q4_0));
    CheckedVulkan vulkan;
    const auto tokens = randomTokens(20, kVocabulary);
    const auto repacked = logitsOf(*vulkan.compile(fixture->graph(), optionsFor(kLayers)), tokens, 20);
    ProgramOptions options = optionsFor(kLayers);
    options.repackWeights = false;
    // Overwrites what was copied: what is read later on must not have been released.
    CHECK(logitsOf(*vulkan.compile(fixture->graph(), spoiling(options)), tokens, 20) == repacked);
}

TEST_CASE("a stop while the host computes leaves earlier positions intact")
{
    const auto fixture = GraphFixture::llama(mixtureOf(TensorType::F32));
    const auto tokens = randomTokens(40, kVocabulary);
    CheckedVulkan vulkan({.submissionBudgetMs = 1e-6F});
    const auto watch = std::make_shared<ExpertWatch>();
    const auto program = vulkan.compile(fixture->graph(), optionsFor(kLayers, watch));
    const auto expected = logitsOf(*program, tokens, 20);
    const Batch rest{.tokens = std::span(tokens).subspan(20), .position = 20, .logits = LogitsWanted::AllRows};
    for (std::uint32_t stopAt = 1; stopAt <= kLayers; ++stopAt) {
        CAPTURE(stopAt);
        evaluate(*program, kVocabulary, std::span(tokens).first(20));
        std::stop_source stop;
        watch->runs = 0;
        watch->onRun = [&](std::uint32_t run) {
            if (run == stopAt) {
                stop.request_stop();
            }
        };
        std::vector<float> logits(std::size_t{20} * kVocabulary);
        const auto cancelled = program->evaluate(rest, logits, stop.get_token());
        REQUIRE_FALSE(cancelled.has_value());
        CHECK(cancelled.error().code == ErrorCode::Cancelled);
        CHECK(watch->runs == stopAt);
        watch->onRun = {};
        REQUIRE(program->evaluate(rest, logits, {}).has_value());
        CHECK(std::ranges::equal(logits, std::span(expected).last(logits.size())));
    }
}

TEST_CASE("a failure on the host ends the evaluation and leaves the program usable")
{
    const auto fixture = GraphFixture::llama(mixtureOf(TensorType::F32));
    const auto tokens = randomTokens(30, kVocabulary);
    CheckedVulkan vulkan;
    const auto watch = std::make_shared<ExpertWatch>();
    const auto program = vulkan.compile(fixture->graph(), optionsFor(kLayers, watch));
    const auto expected = logitsOf(*program, tokens, 15);
    const Batch rest{.tokens = std::span(tokens).subspan(15), .position = 15, .logits = LogitsWanted::AllRows};
    for (std::uint32_t failed = 1; failed <= kLayers; ++failed) {
        CAPTURE(failed);
        evaluate(*program, kVocabulary, std::span(tokens).first(15));
        watch->runs = 0;
        watch->failAt = failed;
        std::vector<float> logits(std::size_t{15} * kVocabulary);
        const auto result = program->evaluate(rest, logits, {});
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().code == ErrorCode::OutOfMemory);
        CHECK(result.error().detail == "planted");
        watch->failAt = 0;
        REQUIRE(program->evaluate(rest, logits, {}).has_value());
        CHECK(std::ranges::equal(logits, std::span(expected).last(logits.size())));
    }
    watch->failMaking = true;
    const auto other = vulkan->compile(fixture->graph(), optionsFor(1, watch), {});
    REQUIRE_FALSE(other.has_value());
    CHECK(other.error().code == ErrorCode::OutOfMemory);
    CHECK(vulkan->compile(fixture->graph(), optionsFor(0, watch), {}).has_value());
}

TEST_CASE("experts on the host need somebody who computes them")
{
    CheckedVulkan vulkan;
    const ProgramOptions options{.contextLength = 64, .maxBatch = 64, .hostExpertLayers = 1};
    const auto mixture = GraphFixture::llama(mixtureOf(TensorType::F32));
    const auto refused = vulkan->compile(mixture->graph(), options, {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::InvalidArgument);
    const auto dense = GraphFixture::llama({});
    const auto tokens = randomTokens(8, kVocabulary);
    const auto plain = logitsOf(*vulkan.compile(dense->graph()), tokens, 8);
    CHECK(logitsOf(*vulkan.compile(dense->graph(), options), tokens, 8) == plain);
}

TEST_CASE("a device lost beside host experts is reported at any submission, and from then on")
{
    const auto fixture = GraphFixture::llama(mixtureOf(TensorType::F32));
    const auto tokens = randomTokens(10, kVocabulary);
    bool survived = false;
    std::uint32_t losses = 0;
    for (std::uint32_t lost = 1; !survived; ++lost) {
        REQUIRE(lost < 60);
        CheckedVulkan vulkan({.submissionBudgetMs = 1e-6F, .faults = {.lostSubmission = lost}});
        const auto program = vulkan->compile(fixture->graph(), optionsFor(2), {});
        if (!program) {
            CHECK(program.error().code == ErrorCode::DeviceLost);
            continue;
        }
        std::vector<float> logits(kVocabulary);
        const auto first = (*program)->evaluate({.tokens = tokens}, logits, {});
        survived = first.has_value();
        if (!first) {
            ++losses;
            CHECK(first.error().code == ErrorCode::DeviceLost);
            CHECK((*program)->evaluate({.tokens = tokens}, logits, {}).error().code == ErrorCode::DeviceLost);
            CHECK((*program)->derive(fixture->graph(), {}).error().code == ErrorCode::DeviceLost);
        }
    }
    CHECK(losses >= kLayers + 2);
}

TEST_CASE("a sequence is saved and taken up again beside host experts")
{
    const auto fixture = GraphFixture::llama(mixtureOf(TensorType::Q8_0));
    const auto tokens = randomTokens(40, kVocabulary);
    CheckedVulkan vulkan;
    const auto program = vulkan.compile(fixture->graph(), optionsFor(2));
    const auto expected = logitsOf(*program, tokens, 20);
    std::vector<std::byte> saved(program->savedBytes(20));
    REQUIRE(program->save(20, saved).has_value());
    logitsOf(*program, randomTokens(40, kVocabulary, 9), 40);
    REQUIRE(program->restore(20, saved).has_value());
    const auto rest = evaluate(*program, kVocabulary, std::span(tokens).subspan(20), 20);
    CHECK(std::ranges::equal(rest, std::span(expected).last(rest.size())));
}

TEST_CASE("adapters change experts on the host, and are switched without the weights' bytes")
{
    struct Row {
        TensorType type;
        double bound;
    };
    CheckedVulkan vulkan;
    for (const Row &row : {Row{TensorType::F32, 1e-6}, Row{TensorType::Q8_0, 1e-3}}) {
        for (const ChangeCase &which : changeCases(row.type)) {
            if (which.shape.experts == 0) {
                continue;
            }
            CAPTURE(which.name, traits(row.type).name);
            const ChangedModel model = changedModel(which);
            const auto tokens = randomTokens(20, kVocabulary);
            const auto expected = OpReference(model.changed, 64).run(tokens, 0);
            const auto watch = std::make_shared<ExpertWatch>();
            auto program = vulkan.compile(model.plain, spoiling(optionsFor(1, watch)));
            const auto before = logitsOf(*program, tokens, 20);
            const std::uint64_t bytes = program->memoryUse().hostBytes;

            watch->failMaking = true;
            CHECK_FALSE(program->derive(model.changed, {}).has_value());
            CHECK(logitsOf(*program, tokens, 20) == before);
            watch->failMaking = false;
            auto with = program->derive(model.changed, {});
            REQUIRE(with.has_value());
            program.reset();
            watch->rows = 0;
            CHECK(normalisedError(expected, logitsOf(**with, tokens, 20)) <= row.bound);
            CHECK(watch->rows == 20);
            CHECK((*with)->memoryUse().hostBytes > bytes);
            const auto without = (*with)->derive(model.plain, {});
            REQUIRE(without.has_value());
            with->reset();
            CHECK(logitsOf(**without, tokens, 20) == before);
            CHECK((*without)->memoryUse().hostBytes == bytes);
        }
    }
}

} // namespace inference::backend
