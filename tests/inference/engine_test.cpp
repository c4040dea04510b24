// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/engine.h"
#include "tests/support/fake_devices.h"
#include "tests/support/gguf_writer.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

using namespace inference;

namespace {

/// Waits for a callback's value; a missing callback fails the test by its time limit.
template <class T>
struct Reply {
    std::promise<Result<T>> promise;
    std::future<Result<T>> future = promise.get_future();
    std::function<void(Result<T>)> callback()
    {
        return [this](Result<T> result) { promise.set_value(std::move(result)); };
    }
};

struct Fixture {
    Fixture() { path = tests::writeTinyModel(folder.path() / "tiny.gguf"); }

    Result<LoadedModel> load(const std::filesystem::path &file)
    {
        Reply<LoadedModel> reply;
        LoadOptions options;
        options.path = file;
        options.device = "cpu";
        engine->load(options, {}, reply.callback());
        return reply.future.get();
    }

    static GenerateRequest request(std::int32_t maxTokens)
    {
        GenerateRequest made;
        made.prompt = TokenPrompt{{1, 2, 3}};
        made.maxTokens = maxTokens;
        made.ignoreEndOfGeneration = true;
        return made;
    }

    tests::TemporaryFolder folder;
    std::filesystem::path path;
    std::shared_ptr<tests::FakeDevices> devices = std::make_shared<tests::FakeDevices>();
    std::unique_ptr<Engine> engine = std::make_unique<Engine>(EngineOptions{}, devices);
};

} // namespace

TEST_CASE("requests without a model are refused")
{
    Fixture f;
    Reply<GenerateResult> generated;
    f.engine->generate(Fixture::request(4), {}, generated.callback());
    CHECK(generated.future.get().error().code == ErrorCode::InvalidArgument);
    Reply<ScoreResult> scored;
    f.engine->score({1, 2}, scored.callback());
    CHECK(scored.future.get().error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("load, generate and unload in order")
{
    Fixture f;
    const auto loaded = f.load(f.path);
    REQUIRE(loaded.has_value());
    CHECK(loaded->device.id == "cpu");
    CHECK(loaded->instructionSet == "FAKE");
    CHECK(loaded->contextLength == 256);
    CHECK(loaded->text->summary().architecture == "llama");
    Reply<GenerateResult> reply;
    f.engine->generate(Fixture::request(4), {}, reply.callback());
    CHECK(reply.future.get()->generated.size() == 4);
    std::promise<void> unloaded;
    f.engine->unload([&] { unloaded.set_value(); });
    unloaded.get_future().get();
    Reply<GenerateResult> after;
    f.engine->generate(Fixture::request(4), {}, after.callback());
    CHECK_FALSE(after.future.get().has_value());
}

TEST_CASE("a model in several files generates what the whole one does")
{
    Fixture f;
    Reply<GenerateResult> whole;
    REQUIRE(f.load(f.path).has_value());
    f.engine->generate(Fixture::request(8), {}, whole.callback());
    const auto expected = whole.future.get()->generated;
    const auto paths = tests::writeTinyShards(f.folder.path(), "parts", 3);
    const auto loaded = f.load(paths[1]);
    REQUIRE(loaded.has_value());
    CHECK(loaded->fileModified > 0);
    Reply<GenerateResult> parts;
    f.engine->generate(Fixture::request(8), {}, parts.callback());
    CHECK(parts.future.get()->generated == expected);
    std::filesystem::remove(paths[2]);
    CHECK(f.load(paths[0]).error().code == ErrorCode::PartMissing);
}

TEST_CASE("a model that cannot be loaded leaves none, and the next one loads")
{
    Fixture f;
    REQUIRE(f.load(f.path).has_value());
    const auto missing = f.load(f.folder.path() / "absent.gguf");
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().code == ErrorCode::FileUnreadable);
    Reply<GenerateResult> reply;
    f.engine->generate(Fixture::request(1), {}, reply.callback());
    CHECK_FALSE(reply.future.get().has_value());
    CHECK(f.load(f.path).has_value());
}

TEST_CASE("loads are logged without the user's words")
{
    Fixture fixture;
    std::vector<std::string> lines;
    std::mutex mutex;
    fixture.engine = std::make_unique<Engine>(EngineOptions{.log =
                                                                [&](std::string_view line) {
                                                                    const std::scoped_lock lock(mutex);
                                                                    lines.emplace_back(line);
                                                                }},
                                              fixture.devices);
    REQUIRE(fixture.load(fixture.path).has_value());
    REQUIRE_FALSE(fixture.load(fixture.folder.path() / "my secret.gguf").has_value());
    fixture.engine.reset();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].starts_with("model loaded on cpu: context "));
    CHECK(lines[1] == "a model was not loaded: file_unreadable");
}

TEST_CASE("cancel ends a running request and a queued one")
{
    Fixture f;
    REQUIRE(f.load(f.path).has_value());
    std::latch running(1);
    std::atomic<bool> first = true;
    f.devices->cpu.onEvaluate = [&] {
        if (first.exchange(false)) {
            running.count_down();
        }
    };
    Reply<GenerateResult> endless;
    Reply<GenerateResult> queued;
    const RequestId endlessId = f.engine->generate(Fixture::request(-1), {}, endless.callback());
    const RequestId queuedId = f.engine->generate(Fixture::request(-1), {}, queued.callback());
    f.engine->cancel(queuedId);
    running.wait();
    f.engine->cancel(endlessId);
    const auto stopped = endless.future.get();
    // The context may have filled up before the stop came; both are an end with text.
    REQUIRE(stopped.has_value());
    CHECK((stopped->finish == FinishReason::Cancelled || stopped->finish == FinishReason::ContextFull));
    CHECK(queued.future.get().error().code == ErrorCode::Cancelled);
}

TEST_CASE("background generations give way to others, and a change of the model cancels them")
{
    Fixture f;
    REQUIRE(f.load(f.path).has_value());
    std::latch running(1);
    std::latch asked(1);
    std::atomic<bool> first = true;
    f.devices->cpu.onEvaluate = [&] {
        if (first.exchange(false)) {
            running.count_down();
            asked.wait();
        }
    };
    std::vector<std::string> order; // on the engine's thread, and read when it has ended
    const auto note = [&order](const std::string &name) {
        return [&order, name](const Result<GenerateResult> &result) {
            order.push_back(name + (result ? result->finish == FinishReason::Cancelled ? " cancelled" : " done"
                                           : ' ' + std::string(inference::name(result.error().code))));
        };
    };
    GenerateRequest background = Fixture::request(4);
    background.background = true;
    f.engine->generate(background, {}, note("b1"));
    running.wait();
    f.engine->generate(background, {}, note("b2"));
    f.engine->generate(Fixture::request(4), {}, note("chat"));
    asked.count_down();
    Reply<GenerateResult> last;
    f.engine->generate(background, {}, last.callback());
    REQUIRE(last.future.get().has_value());
    CHECK(order == std::vector<std::string>{"b1 done", "chat done", "b2 done"});

    order.clear();
    std::latch again(1);
    std::latch changed(1);
    first = true;
    f.devices->cpu.onEvaluate = [&] {
        if (first.exchange(false)) {
            again.count_down();
            changed.wait();
        }
    };
    f.engine->generate(background, {}, note("b3"));
    again.wait();
    f.engine->generate(background, {}, note("b4"));
    Reply<LoadedModel> loaded;
    LoadOptions options;
    options.path = f.path;
    options.device = "cpu";
    f.engine->load(options, {}, loaded.callback());
    changed.count_down();
    CHECK(loaded.future.get().has_value());
    CHECK(order == std::vector<std::string>{"b3 cancelled", "b4 cancelled"});
}

TEST_CASE("destroying the engine answers everything that was asked")
{
    Fixture f;
    REQUIRE(f.load(f.path).has_value());
    std::atomic<int> answers = 0;
    for (int i = 0; i < 20; ++i) {
        f.engine->generate(Fixture::request(-1), {}, [&](const Result<GenerateResult> &) { ++answers; });
    }
    f.engine.reset();
    CHECK(answers == 20);
}

TEST_CASE("memory that runs out in a callback's work is an error, not a crash")
{
    Fixture f;
    REQUIRE(f.load(f.path).has_value());
    f.devices->cpu.onEvaluate = [] { throw std::bad_alloc(); };
    Reply<GenerateResult> reply;
    f.engine->generate(Fixture::request(4), {}, reply.callback());
    CHECK(reply.future.get().error().code == ErrorCode::OutOfMemory);
    f.devices->cpu.onEvaluate = {};
    Reply<GenerateResult> next;
    f.engine->generate(Fixture::request(4), {}, next.callback());
    CHECK(next.future.get().has_value());
}
