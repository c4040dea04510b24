// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A loaded model whose adapters are switched: by the runtime, and by commands to the engine.
#include "inference/adapter_summary.h"
#include "inference/engine.h"
#include "inference/runtime/generation.h"
#include "tests/inference/adapters/bad_adapters.h"
#include "tests/support/fake_devices.h"
#include "tests/support/tiny_adapter.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_test_macros.hpp>

#include <chrono>
#include <future>
#include <limits>
#include <numeric>

using namespace inference;
using namespace inference::runtime;

namespace {

std::vector<TokenId> ramp(std::size_t count)
{
    std::vector<TokenId> tokens(count);
    std::iota(tokens.begin(), tokens.end(), 0);
    return tokens;
}

/// A tiny model on the processor and two adapters for it.
struct Fixture {
    Fixture()
        : model(tests::writeTinyModel(folder.path() / "tiny.gguf"))
        , first(tests::writeTinyAdapter(folder.path() / "first.gguf"))
        , second(tests::writeTinyAdapter(folder.path() / "second.gguf",
                                         {.rank = 8, .name = {}, .changesEmbedding = true, .seed = 2}))
    {
    }

    LoadOptions options(std::vector<AdapterOption> adapters = {}) const
    {
        return {.path = model, .adapters = std::move(adapters), .device = "cpu"};
    }

    /// A loaded model on the processor.
    std::unique_ptr<ModelRuntime> load(const LoadOptions &options) const
    {
        auto loaded = ModelRuntime::load(options, {}, systemDevices({}, false), {}, {});
        INFO((loaded ? std::string() : loaded.error().detail));
        REQUIRE(loaded.has_value());
        return std::move(*loaded);
    }

    tests::TemporaryFolder folder;
    std::filesystem::path model;
    std::filesystem::path first;
    std::filesystem::path second;
};

/// What the model makes of a prompt: tokens and the logits of each step.
struct Answer {
    std::vector<TokenId> tokens;
    std::vector<float> logits;
    std::uint32_t reused = 0;
    std::vector<LoadedAdapter> adapters;
    bool operator==(const Answer &other) const { return tokens == other.tokens && logits == other.logits; }
};

Answer ask(ModelRuntime &runtime, std::size_t promptTokens = 50)
{
    GenerateRequest request;
    request.prompt = TokenPrompt{ramp(promptTokens)};
    request.sampling.temperature = 0;
    request.maxTokens = 6;
    request.topLogits = 4;
    request.ignoreEndOfGeneration = true;
    Answer answer;
    const auto result = generate(runtime, request,
                                 [&](const GenerateEvent &event) {
                                     if (const auto *chunk = std::get_if<TokenChunk>(&event)) {
                                         for (const TokenLogit &logit : chunk->topLogits) {
                                             answer.logits.push_back(logit.logit);
                                         }
                                     }
                                 },
                                 {});
    INFO((result ? std::string() : result.error().detail));
    REQUIRE(result.has_value());
    answer.tokens = result->generated;
    answer.reused = result->stats.reusedTokens;
    answer.adapters = result->adapters;
    return answer;
}

} // namespace

TEST_CASE("adapters are switched on, rescaled and off again on a loaded model")
{
    const Fixture f;
    const auto runtime = f.load(f.options());
    const Answer plain = ask(*runtime);
    CHECK(plain.adapters.empty());

    const std::vector<AdapterOption> one = {{.path = f.first}};
    REQUIRE(runtime->setAdapters(one, {}).has_value());
    const Answer changed = ask(*runtime);
    CHECK_FALSE(changed == plain);
    REQUIRE(changed.adapters.size() == 1);
    CHECK(changed.adapters[0].name == "tiny adapter");
    CHECK(changed.adapters[0].path == f.first);
    CHECK(changed.adapters[0].sha256.size() == 64);
    CHECK(changed.adapters[0].scale == 1.0F);

    const std::vector<AdapterOption> both = {{.path = f.first, .scale = 0.5F}, {.path = f.second, .scale = -1.0F}};
    REQUIRE(runtime->setAdapters(both, {}).has_value());
    const Answer two = ask(*runtime);
    CHECK_FALSE(two == changed);
    REQUIRE(two.adapters.size() == 2);
    CHECK(two.adapters[1].name == "second"); // its file's, for want of a name
    CHECK(two.adapters[0].sha256 != two.adapters[1].sha256);

    REQUIRE(runtime->setAdapters(one, {}).has_value());
    CHECK(ask(*runtime) == changed);
    REQUIRE(runtime->setAdapters({}, {}).has_value());
    CHECK(ask(*runtime) == plain);
    CHECK(runtime->info().adapters.empty());

    // What is loaded with adapters computes as what was given them later.
    CHECK(ask(*f.load(f.options(both))) == two);
}

TEST_CASE("a scale of 0 is no adapter, and is named in the record")
{
    const Fixture f;
    const auto runtime = f.load(f.options());
    const Answer plain = ask(*runtime);
    const std::vector<AdapterOption> off = {{.path = f.first, .scale = 0.0F}};
    REQUIRE(runtime->setAdapters(off, {}).has_value());
    const Answer same = ask(*runtime);
    CHECK(same == plain);
    CHECK(same.reused == 49);
    CHECK(same.adapters.size() == 1);
}

TEST_CASE("state is reused for the same adapters alone")
{
    const Fixture f;
    const auto runtime = f.load(f.options());
    const std::vector<AdapterOption> one = {{.path = f.first}};
    const std::vector<AdapterOption> rescaled = {{.path = f.first, .scale = 0.25F}};
    const Answer plain = ask(*runtime);
    CHECK(plain.reused == 0);
    for (const auto &adapters : {one, rescaled}) {
        REQUIRE(runtime->setAdapters(adapters, {}).has_value());
        CHECK(ask(*runtime).reused == 0);
    }
    REQUIRE(runtime->setAdapters(one, {}).has_value());
    CHECK(ask(*runtime).reused == 49);
    REQUIRE(runtime->setAdapters({}, {}).has_value());
    const Answer again = ask(*runtime);
    CHECK(again.reused == 49);
    CHECK(again == plain);
}

TEST_CASE("scores are those of the adapters in use")
{
    const Fixture f;
    const auto runtime = f.load(f.options());
    const std::vector<TokenId> tokens = ramp(20);
    const auto plain = score(*runtime, tokens, {});
    const std::vector<AdapterOption> one = {{.path = f.first}};
    REQUIRE(runtime->setAdapters(one, {}).has_value());
    const auto changed = score(*runtime, tokens, {});
    REQUIRE((plain.has_value() && changed.has_value()));
    CHECK(plain->logProbabilities != changed->logProbabilities);
    REQUIRE(runtime->setAdapters({}, {}).has_value());
    CHECK(score(*runtime, tokens, {})->logProbabilities == plain->logProbabilities);
}

TEST_CASE("an adapter that cannot be used leaves those in use")
{
    const Fixture f;
    const auto runtime = f.load(f.options({{.path = f.first}}));
    const Answer before = ask(*runtime);
    struct Row {
        std::string what;
        std::filesystem::path path;
        float scale;
        std::string said;
    };
    std::vector<Row> rows = {
        {"no file", f.folder.path() / "nowhere.gguf", 1.0F, "adapter nowhere.gguf: "},
        {"a model", f.model, 1.0F, "adapter tiny.gguf: the file is a model, not an adapter"},
        {"no scale", f.second, std::numeric_limits<float>::infinity(), "its scale is not a number"},
    };
    for (const tests::BadAdapter &bad : tests::foreignAdapters()) {
        tests::writeFile(f.folder.path() / bad.name, bad.bytes);
        rows.push_back({bad.name, f.folder.path() / bad.name, 1.0F, bad.said});
    }
    for (const Row &row : rows) {
        CAPTURE(row.what);
        const std::vector<AdapterOption> wanted = {{.path = f.second}, {.path = row.path, .scale = row.scale}};
        const auto refused = runtime->setAdapters(wanted, {});
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::AdapterUnfit);
        INFO(refused.error().detail);
        CHECK(refused.error().detail.contains(row.said));
        CHECK(runtime->info().adapters.size() == 1);
    }
    CHECK(ask(*runtime) == before);
    const std::vector<AdapterOption> many(kMostAdapters + 1, {.path = f.first});
    CHECK_FALSE(runtime->setAdapters(many, {}).has_value());

    // Neither is a model loaded with one.
    const auto refused = ModelRuntime::load(f.options({{.path = f.model}}), {}, systemDevices({}, false), {}, {});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::AdapterUnfit);
}

TEST_CASE("an adapter's file that was replaced is read again")
{
    const Fixture f;
    const auto runtime = f.load(f.options({{.path = f.first}}));
    const std::string before = runtime->info().adapters[0].sha256;
    const auto changed = std::filesystem::last_write_time(f.first) + std::chrono::seconds(10);
    std::filesystem::remove(f.first);
    tests::writeTinyAdapter(f.first, {.seed = 9});
    std::filesystem::last_write_time(f.first, changed);
    const std::vector<AdapterOption> one = {{.path = f.first}};
    REQUIRE(runtime->setAdapters(one, {}).has_value());
    CHECK(runtime->info().adapters[0].sha256 != before);
}

TEST_CASE("the processor that takes over has the adapters too")
{
    const Fixture f;
    const auto devices = std::make_shared<tests::FakeDevices>();
    LoadOptions options = f.options({{.path = f.first}});
    options.device = "vulkan:0";
    auto runtime = ModelRuntime::load(options, {}, devices, {}, {});
    REQUIRE(runtime.has_value());
    CHECK(devices->gpu.derived == 1);
    CHECK(devices->cpu.derived == 0);
    const std::vector<AdapterOption> two = {{.path = f.first}, {.path = f.second}};
    REQUIRE((*runtime)->setAdapters(two, {}).has_value());
    CHECK(devices->gpu.derived == 2);
    // The same again is no work.
    REQUIRE((*runtime)->setAdapters(two, {}).has_value());
    CHECK(devices->gpu.derived == 2);
    REQUIRE((*runtime)->fallBackToCpu({.code = ErrorCode::DeviceLost, .detail = "gone"}, {}).has_value());
    CHECK(devices->cpu.derived == 1);
    CHECK((*runtime)->info().adapters.size() == 2);

    // A device without room for a change keeps what it has.
    devices->cpu.failDerive = 1;
    devices->cpu.failure = {.code = ErrorCode::OutOfMemory, .detail = "full"};
    const auto full = (*runtime)->setAdapters({}, {});
    REQUIRE_FALSE(full.has_value());
    CHECK(full.error().code == ErrorCode::OutOfMemory);
    CHECK((*runtime)->info().adapters.size() == 2);
}

TEST_CASE("the engine sets adapters in the order of its commands")
{
    const Fixture f;
    Engine engine(EngineOptions{});
    const auto wait = [](auto start) {
        std::promise<Result<LoadedModel>> promise;
        auto future = promise.get_future();
        start([&](Result<LoadedModel> result) { promise.set_value(std::move(result)); });
        return future.get();
    };
    const auto early = wait([&](auto done) { engine.setAdapters({{.path = f.first}}, done); });
    REQUIRE_FALSE(early.has_value());
    CHECK(early.error().code == ErrorCode::InvalidArgument);

    const auto loaded = wait([&](auto done) { engine.load(f.options(), {}, done); });
    REQUIRE(loaded.has_value());
    const auto changed = wait([&](auto done) { engine.setAdapters({{.path = f.first, .scale = 2.0F}}, done); });
    REQUIRE(changed.has_value());
    REQUIRE(changed->adapters.size() == 1);
    CHECK(changed->adapters[0].scale == 2.0F);
    CHECK(changed->memory.weightBytes > loaded->memory.weightBytes);
    const auto unfit = wait([&](auto done) { engine.setAdapters({{.path = f.model}}, done); });
    REQUIRE_FALSE(unfit.has_value());
    CHECK(unfit.error().code == ErrorCode::AdapterUnfit);
    const auto none = wait([&](auto done) { engine.setAdapters({}, done); });
    REQUIRE(none.has_value());
    CHECK(none->memory.weightBytes == loaded->memory.weightBytes);
}

TEST_CASE("whether an adapter fits is known from the headers")
{
    const Fixture f;
    CHECK(checkAdapterFit(f.second, f.model).has_value());
    const auto wide = tests::writeTinyModel(f.folder.path() / "wide.gguf", {.embedding = 128});
    CHECK(checkAdapterFit(f.second, wide).error().code == ErrorCode::AdapterUnfit);
    CHECK(checkAdapterFit(f.model, f.model).error().code == ErrorCode::AdapterUnfit);
    CHECK(checkAdapterFit(f.second, f.folder.path() / "gone.gguf").error().code == ErrorCode::FileUnreadable);
}

TEST_CASE("the card of an adapter")
{
    const Fixture f;
    const auto card = readAdapterSummary(f.second);
    REQUIRE(card.has_value());
    CHECK(card->kind == "lora");
    CHECK(card->architecture == "llama");
    CHECK(card->leastRank == 8);
    CHECK(card->mostRank == 8);
    CHECK(card->changedTensors == 7);
    CHECK(card->alpha == 8.0);
    CHECK(card->complete);
    CHECK(card->supported);
    CHECK(card->reason.empty());

    tests::writeFile(f.folder.path() / "odd.gguf",
                     tests::tinyAdapterWriter().remove("adapter.type").string("adapter.type", "ia3").bytes());
    const auto odd = readAdapterSummary(f.folder.path() / "odd.gguf");
    REQUIRE(odd.has_value());
    CHECK_FALSE(odd->supported);
    CHECK(odd->reason.contains("ia3"));

    const auto model = readAdapterSummary(f.model);
    REQUIRE_FALSE(model.has_value());
    CHECK(model.error().code == ErrorCode::AdapterUnfit);

    const auto summary = readModelSummary(f.first);
    REQUIRE(summary.has_value());
    CHECK(summary->adapter);
    CHECK_FALSE(summary->supported);
}
