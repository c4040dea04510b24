// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/generation.h"
#include "tests/support/fake_devices.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/shown_text.h"
#include "tests/support/tiny_model.h"
#include "tests/support/tiny_vocabulary.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <numeric>

using namespace inference;
using namespace inference::runtime;

namespace {

/// A tiny model's text side over devices without a model.
struct Fixture {
    explicit Fixture(const std::string &device = "cpu", std::uint32_t context = 0,
                     const tests::TinyModelOptions &model = {}, const tests::FakeDevice &processor = {})
    {
        devices->cpu = processor;
        LoadOptions options;
        options.path = tests::writeTinyModel(folder.path() / "tiny.gguf", model);
        options.device = device;
        options.probedDevices = {"gpu"};
        options.contextLength = context;
        EngineOptions engine;
        engine.firstSubmission = [this](const DeviceInfo &info, bool starting) {
            marks.push_back(info.id + (starting ? " starts" : " is done"));
        };
        auto loaded = ModelRuntime::load(options, engine, devices, {}, {});
        INFO((loaded ? std::string() : loaded.error().detail));
        REQUIRE(loaded.has_value());
        runtime = std::move(*loaded);
    }

    GenerateRequest request(std::vector<TokenId> prompt, std::int32_t maxTokens = 8) const
    {
        GenerateRequest made;
        made.prompt = TokenPrompt{std::move(prompt)};
        made.sampling.temperature = 0;
        made.maxTokens = maxTokens;
        made.ignoreEndOfGeneration = true;
        return made;
    }

    Result<GenerateResult> generate(const GenerateRequest &request, std::stop_token stop = {})
    {
        text.clear();
        chunks.clear();
        changes.clear();
        prompts.clear();
        progress.clear();
        return runtime::generate(
            *runtime, request,
            [this](const GenerateEvent &event) {
                if (const auto *chunk = std::get_if<TokenChunk>(&event)) {
                    text += chunk->text;
                    chunks.push_back(*chunk);
                } else if (const auto *change = std::get_if<DeviceChanged>(&event)) {
                    changes.push_back(*change);
                } else if (const auto *prompt = std::get_if<PromptEncoded>(&event)) {
                    prompts.push_back(*prompt);
                    CHECK((chunks.empty() && progress.empty()));
                } else {
                    progress.push_back(std::get<PrefillProgress>(event));
                }
            },
            stop);
    }

    tests::TemporaryFolder folder;
    std::shared_ptr<tests::FakeDevices> devices = std::make_shared<tests::FakeDevices>();
    std::vector<std::string> marks;
    std::unique_ptr<ModelRuntime> runtime;
    std::string text;
    std::vector<TokenChunk> chunks;
    std::vector<DeviceChanged> changes;
    std::vector<PromptEncoded> prompts;
    std::vector<PrefillProgress> progress;
};

std::vector<TokenId> ramp(std::size_t count)
{
    std::vector<TokenId> tokens(count);
    std::iota(tokens.begin(), tokens.end(), 0);
    return tokens;
}

} // namespace

TEST_CASE("a limit on tokens ends a generation, and the result names every token")
{
    Fixture f;
    const auto result = f.generate(f.request(ramp(10), 5));
    REQUIRE(result.has_value());
    CHECK(result->finish == FinishReason::TokenLimit);
    CHECK(result->generated.size() == 5);
    CHECK(result->promptTokens == ramp(10));
    CHECK(result->stats.promptTokens == 10);
    CHECK(result->stats.generatedTokens == 5);
    CHECK(f.chunks.size() == 5);
    CHECK(f.runtime->kv().tokens().size() == 14); // the last token was never evaluated
}

TEST_CASE("a generation with reused state gives the same tokens as one without")
{
    Fixture warm;
    Fixture cold;
    REQUIRE(warm.generate(warm.request(ramp(60), 20)).has_value());
    std::vector<TokenId> next = ramp(50);
    next.push_back(7);
    const auto reused = warm.generate(warm.request(next, 20));
    const auto fresh = cold.generate(cold.request(next, 20));
    REQUIRE(reused.has_value());
    REQUIRE(fresh.has_value());
    CHECK(reused->stats.reusedTokens == 50);
    CHECK(fresh->stats.reusedTokens == 0);
    CHECK(reused->generated == fresh->generated);
}

TEST_CASE("a prompt that fills the context is refused with both numbers")
{
    Fixture f("cpu", 256);
    const auto result = f.generate(f.request(std::vector<TokenId>(256, 3)));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::ContextFull);
    CHECK(result.error().detail.contains("256"));
}

TEST_CASE("an answer that fills the context ends there")
{
    Fixture f("cpu", 256);
    const auto result = f.generate(f.request(std::vector<TokenId>(250, 3), -1));
    REQUIRE(result.has_value());
    CHECK(result->finish == FinishReason::ContextFull);
    CHECK(result->promptTokens.size() + result->generated.size() == 256);
}

TEST_CASE("requests that cannot be met")
{
    Fixture f;
    CHECK(f.generate(f.request({})).error().code == ErrorCode::InvalidArgument);
    CHECK(f.generate(f.request({0}, 0)).error().code == ErrorCode::InvalidArgument);
    CHECK(f.generate(f.request({-1})).error().code == ErrorCode::InvalidArgument);
    CHECK(f.generate(f.request({1'000'000})).error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("stop is seen within one token and keeps the text so far")
{
    Fixture f;
    std::stop_source stop;
    std::size_t evaluations = 0;
    f.devices->cpu.onEvaluate = [&] {
        if (++evaluations == 4) {
            stop.request_stop();
        }
    };
    const auto result = f.generate(f.request(ramp(10), 100), stop.get_token());
    REQUIRE(result.has_value());
    CHECK(result->finish == FinishReason::Cancelled);
    CHECK(result->generated.size() == 3);
    CHECK(evaluations == 4);
}

TEST_CASE("a stop string ends the answer and is not part of it")
{
    Fixture f;
    const auto whole = f.generate(f.request(ramp(10), 40));
    REQUIRE(whole.has_value());
    const std::string text = f.text + whole->tailText;
    REQUIRE(text.size() > 8);
    GenerateRequest request = f.request(ramp(10), 40);
    const std::size_t at = text.size() / 2;
    request.stopStrings = {text.substr(at, 3)};
    const auto stopped = f.generate(request);
    REQUIRE(stopped.has_value());
    CHECK(stopped->finish == FinishReason::StopString);
    CHECK(f.text + stopped->tailText == text.substr(0, text.find(request.stopStrings.front())));
}

TEST_CASE("control tokens that mark parts are text where they are asked for, others never are")
{
    Fixture f("cpu", 0, {.templateSource = "{{ messages[0].content }}<tool_call>", .controlTokens = {"<tool_call>"}});
    const TokenId mark = 319;
    REQUIRE(f.runtime->text().isControl(mark));
    const auto textWith = [&](TokenId token, bool keepMarks) {
        GenerateRequest request = f.request(ramp(5), 2);
        request.sampling.logitBias = {{token, 1e9F}};
        request.keepMarks = keepMarks;
        const auto result = f.generate(request);
        REQUIRE(result.has_value());
        REQUIRE(result->generated == std::vector<TokenId>(2, token));
        return f.text + result->tailText;
    };
    CHECK(textWith(mark, true) == "<tool_call><tool_call>");
    CHECK(textWith(mark, false).empty());
    CHECK(textWith(1, true).empty()); // <|im_start|>
}

TEST_CASE("a file that is cut while rows of it are still read is noticed")
{
    for (const bool tied : {false, true}) {
        CAPTURE(tied);
        Fixture f("cpu", 0, {.tied = tied});
        REQUIRE(f.generate(f.request(ramp(5), 1)).has_value());
        std::filesystem::resize_file(f.folder.path() / "tiny.gguf", 100);
        const auto result = f.generate(f.request(ramp(6), 1));
        // A tied table is the output matrix too, which lies in memory in a layout of its own.
        REQUIRE(result.has_value() == tied);
        CHECK((tied || result.error().code == ErrorCode::FileTruncated));
    }
}

TEST_CASE("tokens that the file forbids are never generated, and the record does not tell of it")
{
    Fixture free;
    const auto first = free.generate(free.request(ramp(5), 1));
    REQUIRE(first.has_value());
    const TokenId token = first->generated.front();
    Fixture f("cpu", 0, {.suppressed = {token}});
    const auto result = f.generate(f.request(ramp(5), 1));
    REQUIRE(result.has_value());
    CHECK(result->generated.front() != token);
    CHECK(result->sampling.logitBias.empty());
}

TEST_CASE("the highest logits of every step come sorted and begin with the chosen token")
{
    Fixture f;
    GenerateRequest request = f.request(ramp(5), 4);
    request.topLogits = 3;
    REQUIRE(f.generate(request).has_value());
    REQUIRE(f.chunks.size() == 4);
    for (const TokenChunk &chunk : f.chunks) {
        REQUIRE(chunk.topLogits.size() == 3);
        CHECK(chunk.topLogits[0].id == chunk.token);
        CHECK(chunk.topLogits[0].logit >= chunk.topLogits[1].logit);
        CHECK(chunk.topLogits[1].logit >= chunk.topLogits[2].logit);
    }
}

TEST_CASE("prefill progress ends with the whole prompt")
{
    Fixture f;
    REQUIRE(f.generate(f.request(ramp(20))).has_value());
    REQUIRE_FALSE(f.progress.empty());
    CHECK(f.progress.back().done == 20);
    CHECK(f.progress.back().total == 20);
}

TEST_CASE("before anything is evaluated the prompt is told as the result will have it")
{
    Fixture f;
    const auto tell = [&](const GenerateRequest &request) {
        const auto result = f.generate(request);
        REQUIRE(result.has_value());
        REQUIRE(f.prompts.size() == 1);
        CHECK(f.prompts[0].tokens == result->promptTokens);
        CHECK(f.prompts[0].reused == result->stats.reusedTokens);
        CHECK(f.prompts[0].batchStarts == result->batchStarts);
        return result->stats.reusedTokens;
    };
    // Several batches, then a prompt that begins like them, then one that is told its batches.
    CHECK(tell(f.request(ramp(200), 3)) == 0);
    std::vector<TokenId> next = ramp(150);
    next.push_back(7);
    CHECK(tell(f.request(next, 3)) == 150);
    GenerateRequest replay = f.request(ramp(20), 3);
    replay.batchStarts = {0, 5, 6, 17};
    CHECK(tell(replay) == 0);
}

TEST_CASE("a replay evaluates the prompt in the recorded batches")
{
    Fixture f;
    GenerateRequest request = f.request(ramp(20), 3);
    request.batchStarts = {0, 5, 6, 17};
    const auto result = f.generate(request);
    REQUIRE(result.has_value());
    CHECK(result->batchStarts == request.batchStarts);
    const std::vector<std::uint32_t> positions(f.devices->cpu.positions.begin(), f.devices->cpu.positions.begin() + 4);
    CHECK(positions == request.batchStarts);
}

TEST_CASE("a model that carries a state starts the next turn where its last prompt's answer began, or went on to")
{
    Fixture f("cpu", 0, {}, {.recurrent = true});
    const auto first = f.generate(f.request(ramp(100), 5));
    REQUIRE(first.has_value());
    constexpr std::uint32_t kBeforeAnswer = 84; // and the tokens that may open it
    CHECK(std::ranges::contains(first->batchStarts, kBeforeAnswer));

    // The answer stands in the next prompt as it was, but for its last token, which was never evaluated.
    std::vector<TokenId> next = ramp(100);
    next.insert(next.end(), first->generated.begin(), first->generated.end());
    next.insert(next.end(), {9, 8, 7});
    const auto second = f.generate(f.request(next, 5));
    REQUIRE(second.has_value());
    CHECK(second->stats.reusedTokens == 104);

    // Its thinking is left out; the same prompt again; a prompt that begins otherwise.
    std::vector<TokenId> without = ramp(100);
    without.insert(without.end(), {first->generated.front() == 3 ? 4 : 3, 9, 8, 7});
    const auto third = f.generate(f.request(without, 5));
    REQUIRE(third.has_value());
    CHECK(third->stats.reusedTokens == kBeforeAnswer);
    Fixture cold("cpu", 0, {}, {.recurrent = true});
    const auto fresh = cold.generate(cold.request(without, 5));
    REQUIRE(fresh.has_value());
    CHECK(third->generated == fresh->generated);
    const auto again = f.generate(f.request(ramp(100), 5));
    REQUIRE(again.has_value());
    CHECK(again->stats.reusedTokens == 88); // the third prompt's, which is four longer
    CHECK(again->generated == first->generated);
    const auto other = f.generate(f.request(std::vector<TokenId>(60, 5), 5));
    REQUIRE(other.has_value());
    CHECK(other->stats.reusedTokens == 0);

    // A replay in recorded batches keeps the state too.
    GenerateRequest replay = f.request(ramp(100), 5);
    replay.batchStarts = first->batchStarts;
    REQUIRE(f.generate(replay).has_value());
    const auto afterReplay = f.generate(f.request(ramp(100), 5));
    REQUIRE(afterReplay.has_value());
    CHECK(afterReplay->stats.reusedTokens == kBeforeAnswer);
}

TEST_CASE("a GPU's first work is marked and unmarked")
{
    Fixture f("auto");
    CHECK(f.runtime->info().device.id == "vulkan:0");
    CHECK(f.marks == std::vector<std::string>{"vulkan:0 starts", "vulkan:0 is done"});
}

TEST_CASE("a turn goes on on the CPU when the GPU fails, with the same tokens")
{
    struct Row {
        ErrorCode code;
        std::size_t batch;
    };
    // Batch 0 is the warm-up of loading.
    for (const Row &row : {Row{ErrorCode::DeviceLost, 1}, Row{ErrorCode::DeviceLost, 4}, Row{ErrorCode::OutOfMemory, 2},
                           Row{ErrorCode::NotFinite, 7}}) {
        CAPTURE(static_cast<int>(row.code), row.batch);
        Fixture f("auto");
        Fixture plain;
        f.devices->gpu.failAtBatch = row.batch;
        f.devices->gpu.failure = {row.code, "planted"};
        const auto result = f.generate(f.request(ramp(30), 12));
        const auto expected = plain.generate(plain.request(ramp(30), 12));
        REQUIRE(result.has_value());
        REQUIRE(expected.has_value());
        CHECK(result->generated == expected->generated);
        CHECK(f.text == plain.text);
        CHECK(result->device.id == "cpu");
        REQUIRE(f.changes.size() == 1);
        CHECK(f.changes[0].cause.code == row.code);
        CHECK(f.runtime->info().fallbackReason.contains("fake GPU"));
        CHECK(f.runtime->info().contextLength == plain.runtime->info().contextLength);
    }
}

TEST_CASE("a CPU that fails ends the turn with its error")
{
    Fixture f;
    f.devices->cpu.failAtBatch = 3;
    f.devices->cpu.failure = {ErrorCode::NotFinite, "planted"};
    const auto result = f.generate(f.request(ramp(10)));
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::NotFinite);
}

TEST_CASE("a GPU that cannot load the model leaves it to the CPU and says why")
{
    auto devices = std::make_shared<tests::FakeDevices>();
    devices->gpu.failCompile = 1;
    devices->gpu.failure = {ErrorCode::OutOfMemory, "planted"};
    const tests::TemporaryFolder folder;
    LoadOptions options;
    options.path = tests::writeTinyModel(folder.path() / "tiny.gguf");
    options.probedDevices = {"gpu"};
    const auto loaded = ModelRuntime::load(options, {}, devices, {}, {});
    REQUIRE(loaded.has_value());
    CHECK((*loaded)->info().device.id == "cpu");
    CHECK((*loaded)->info().fallbackReason.contains("planted"));
}

TEST_CASE("scores are log-probabilities of each next token")
{
    Fixture f;
    const std::vector<TokenId> tokens = ramp(150); // more than one batch of logits
    const auto scores = score(*f.runtime, tokens, {});
    REQUIRE(scores.has_value());
    REQUIRE(scores->logProbabilities.size() == 149);
    CHECK(std::ranges::all_of(scores->logProbabilities, [](float value) { return value < 0 && std::isfinite(value); }));
    CHECK(score(*f.runtime, ramp(300), {}).error().code == ErrorCode::ContextFull);
}

TEST_CASE("an answer cites live sources alone, and its result tells how many there were")
{
    Fixture f;
    const auto byteToken = [](char byte) {
        return tests::TinyVocabulary::kFirstByte + static_cast<TokenId>(static_cast<unsigned char>(byte));
    };
    GenerateRequest request = f.request(ramp(5), 60);
    request.sampling.temperature = 1.0F;
    request.sampling.repeatPenalty = 1.0F;
    for (const char byte : {'[', ']', '0', '1', '2', '9', ' ', 'a'}) {
        request.sampling.logitBias[byteToken(byte)] = 100.0F;
    }
    const auto free = f.generate(request);
    REQUIRE(free.has_value());
    CHECK(free->citableIds == 0);
    const auto wrong = [](const std::string &text) {
        return std::ranges::any_of(tests::shownCitations(text), [](std::uint64_t id) { return id < 1 || id > 12; });
    };
    int cited = 0;
    int wrongWithout = 0;
    for (request.sampling.seed = 0; request.sampling.seed < 40; ++request.sampling.seed) {
        request.citableIds = 0;
        REQUIRE(f.generate(request).has_value());
        wrongWithout += wrong(f.text) ? 1 : 0;
        request.citableIds = 12;
        const auto result = f.generate(request);
        REQUIRE(result.has_value());
        CHECK(result->citableIds == 12);
        CAPTURE(f.text);
        CHECK_FALSE(wrong(f.text));
        cited += tests::shownCitations(f.text).empty() ? 0 : 1;
        const std::vector<TokenId> first = result->generated;
        CHECK(f.generate(request)->generated == first);
    }
    CHECK(wrongWithout > 0);
    CHECK(cited > 0);
}
