// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/runtime/generation.h"
#include "inference/runtime/parallel_generation.h"
#include "tests/support/fake_devices.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace inference;
using namespace inference::runtime;

namespace {

/// Turns in a row, and what became of each.
class Queue : public TurnQueue {
public:
    void add(GenerateRequest request)
    {
        const RequestId id{static_cast<std::uint64_t>(m_stops.size())};
        ParallelTurn turn;
        turn.id = id;
        turn.request = std::move(request);
        turn.stop = m_stops.emplace_back().get_token();
        turn.onEvent = [this, id](const GenerateEvent &event) {
            if (const auto *chunk = std::get_if<TokenChunk>(&event)) {
                tokens[number(id)].push_back(chunk->token);
            } else if (const auto *prompt = std::get_if<PromptEncoded>(&event)) {
                begun.push_back(number(id));
                reused[number(id)] = prompt->reused;
            }
            if (onEvent) {
                onEvent(number(id), event);
            }
        };
        turn.done = [this, id](Result<GenerateResult> result) {
            order.push_back(number(id));
            results.emplace(number(id), std::move(result));
        };
        m_turns.push_back(std::move(turn));
    }
    void stop(std::size_t turn) { m_stops[turn].request_stop(); }
    void letOthersWait() { m_others.request_stop(); }
    [[nodiscard]] std::size_t left() const { return m_turns.size(); }

    std::optional<ParallelTurn> next() override
    {
        if (m_turns.empty()) {
            return std::nullopt;
        }
        ParallelTurn turn = std::move(m_turns.front());
        m_turns.pop_front();
        return turn;
    }
    void giveBack(ParallelTurn turn) override
    {
        givenBack.push_back(number(turn.id));
        m_turns.push_front(std::move(turn));
    }
    std::stop_token othersWait() override { return m_others.get_token(); }

    std::function<void(std::size_t, const GenerateEvent &)> onEvent;
    std::vector<std::size_t> begun;
    std::vector<std::size_t> order; ///< in which they ended
    std::vector<std::size_t> givenBack;
    std::map<std::size_t, std::uint32_t> reused;
    std::map<std::size_t, std::vector<TokenId>> tokens;
    std::map<std::size_t, Result<GenerateResult>> results;

private:
    static std::size_t number(RequestId id) { return static_cast<std::size_t>(id); }

    std::deque<ParallelTurn> m_turns;
    std::deque<std::stop_source> m_stops;
    std::stop_source m_others;
};

/// A tiny model on the real processor, or over devices without one.
struct Fixture {
    explicit Fixture(std::uint32_t context = 2048, std::shared_ptr<DeviceProvider> devices = systemDevices({}, false))
    {
        tests::TinyModelOptions model;
        model.context = context;
        auto loaded = ModelRuntime::load({.path = tests::writeTinyModel(folder.path() / "tiny.gguf", model),
                                          .device = "cpu",
                                          .contextLength = context,
                                          .threads = 2},
                                         {}, std::move(devices), {}, {});
        INFO((loaded ? std::string() : loaded.error().detail));
        REQUIRE(loaded.has_value());
        runtime = std::move(*loaded);
    }

    /// A prompt that begins as all do, and goes on in a way of its own for `length` tokens.
    static GenerateRequest request(std::uint32_t seed, std::uint32_t length = 40, std::int32_t maxTokens = 30)
    {
        GenerateRequest made;
        std::vector<TokenId> prompt = {5, 9, 3, 7, 11, 13, 2, 8, 6, 4, 10, 12};
        for (std::uint32_t i = 0; i < length; ++i) {
            prompt.push_back(static_cast<TokenId>(1 + (seed * 31 + i * i * 7 + i * seed) % 200));
        }
        made.prompt = TokenPrompt{std::move(prompt)};
        made.sampling.temperature = 0.8F;
        made.sampling.seed = seed;
        made.maxTokens = maxTokens;
        made.ignoreEndOfGeneration = true;
        return made;
    }

    std::vector<TokenId> alone(const GenerateRequest &request)
    {
        const auto result = generate(*runtime, request, {}, {});
        REQUIRE(result.has_value());
        return result->generated;
    }

    tests::TemporaryFolder folder;
    std::unique_ptr<ModelRuntime> runtime;
};

} // namespace

TEST_CASE("answers that are written together are those that each request gets alone")
{
    Fixture fixture;
    std::vector<GenerateRequest> requests;
    std::vector<std::vector<TokenId>> expected;
    for (std::uint32_t i = 0; i < 11; ++i) {
        // Of very different lengths, so that some end while others are read.
        requests.push_back(Fixture::request(i + 1, 5 + 60 * (i % 5), static_cast<std::int32_t>(1 + 17 * (i % 4))));
        expected.push_back(fixture.alone(requests.back()));
    }
    Queue queue;
    for (const GenerateRequest &request : requests) {
        queue.add(request);
    }
    generateQueued(*fixture.runtime, queue);
    CHECK(queue.left() == 0);
    REQUIRE(queue.results.size() == requests.size());
    CHECK_FALSE(std::ranges::is_sorted(queue.order));
    for (std::size_t i = 0; i < requests.size(); ++i) {
        CAPTURE(i);
        const auto &result = queue.results.at(i);
        REQUIRE(result.has_value());
        CHECK(result->generated == expected[i]);
        CHECK(queue.tokens[i] == expected[i]);
        CHECK(result->finish == FinishReason::TokenLimit);
        CHECK(result->stats.generatedTokens == expected[i].size());
        CHECK(result->stats.promptTokens == result->promptTokens.size());
        CHECK(queue.reused[i] >= (i == 0 ? 0U : 12U));
    }
    // What comes after finds the cache as it should be.
    CHECK(fixture.alone(requests[4]) == expected[4]);
}

TEST_CASE("a request that is stopped leaves the others as they are")
{
    Fixture fixture;
    std::vector<std::vector<TokenId>> expected;
    Queue queue;
    for (std::uint32_t i = 0; i < 4; ++i) {
        expected.push_back(fixture.alone(Fixture::request(i + 1)));
        queue.add(Fixture::request(i + 1));
    }
    queue.onEvent = [&](std::size_t turn, const GenerateEvent &) {
        if (turn == 1 && queue.tokens[1].size() == 7) {
            queue.stop(1);
        } else if (turn == 2) {
            queue.stop(2); // before its prompt was read
        }
    };
    generateQueued(*fixture.runtime, queue);
    CHECK(queue.results.at(0)->generated == expected[0]);
    CHECK(queue.results.at(3)->generated == expected[3]);
    const auto &stopped = queue.results.at(1);
    CHECK(stopped->finish == FinishReason::Cancelled);
    REQUIRE(stopped->generated.size() >= 7);
    CHECK(std::ranges::equal(stopped->generated, std::span(expected[1]).first(stopped->generated.size())));
    CHECK(queue.results.at(2)->finish == FinishReason::Cancelled);
    CHECK(queue.results.at(2)->generated.empty());
}

TEST_CASE("when something else waits, what is being read is given back and what is being written ends")
{
    Fixture fixture;
    Queue queue;
    for (std::uint32_t i = 0; i < 6; ++i) {
        // Of two prompts the first batch holds one.
        queue.add(Fixture::request(i + 1, 400, 20));
    }
    queue.onEvent = [&](std::size_t turn, const GenerateEvent &) {
        if (turn == 0 && queue.tokens[0].size() == 1) {
            queue.letOthersWait();
        }
    };
    generateQueued(*fixture.runtime, queue);
    CHECK(queue.order.front() == 0);
    CHECK(queue.results.at(0)->generated.size() == 20);
    CHECK(queue.left() == 6 - queue.results.size());
    CHECK(queue.left() >= 4);
    // In their old order.
    for (std::size_t i = queue.results.size(); i < 6; ++i) {
        CHECK(static_cast<std::size_t>(queue.next()->id) == i);
    }
}

TEST_CASE("a request that shares nothing with others is answered alone")
{
    Fixture fixture(1024);
    GenerateRequest endless = Fixture::request(1);
    endless.maxTokens = -1;
    GenerateRequest replay = Fixture::request(2);
    replay.batchStarts = {0, 10};
    const GenerateRequest large = Fixture::request(3, 500, 40); // only one fits
    const GenerateRequest small = Fixture::request(4);
    for (const GenerateRequest &other : {endless, replay, large}) {
        for (const bool first : {true, false}) {
            CAPTURE(first);
            Queue queue;
            queue.add(first ? other : small);
            queue.add(first ? small : other);
            const std::size_t alone = first ? 1 : 0;
            generateQueued(*fixture.runtime, queue);
            REQUIRE(queue.results.size() == 1);
            generateQueued(*fixture.runtime, queue);
            REQUIRE(queue.results.size() == 2);
            CHECK(queue.results.at(alone)->generated == fixture.alone(small));
        }
    }
}

TEST_CASE("a prompt that cannot be read is refused, and the others go on")
{
    Fixture fixture(1024);
    Queue queue;
    GenerateRequest empty = Fixture::request(1);
    empty.prompt = TokenPrompt{};
    queue.add(Fixture::request(1));
    queue.add(empty);
    queue.add(Fixture::request(2));
    queue.add(Fixture::request(3, 2000)); // longer than the context
    queue.add(Fixture::request(4));
    generateQueued(*fixture.runtime, queue);
    while (queue.left() > 0) {
        generateQueued(*fixture.runtime, queue);
    }
    REQUIRE(queue.results.size() == 5);
    CHECK(queue.results.at(1).error().code == ErrorCode::InvalidArgument);
    CHECK(queue.results.at(3).error().code == ErrorCode::ContextFull);
    CHECK(queue.results.at(4)->generated == fixture.alone(Fixture::request(4)));
}

TEST_CASE("a device that takes one sequence at a time answers one after another")
{
    auto devices = std::make_shared<tests::FakeDevices>();
    Fixture fixture(256, devices);
    Queue queue;
    queue.add(Fixture::request(1, 10, 4));
    queue.add(Fixture::request(2, 10, 4));
    generateQueued(*fixture.runtime, queue);
    CHECK(queue.order == std::vector<std::size_t>{0});
    generateQueued(*fixture.runtime, queue);
    CHECK(queue.order == std::vector<std::size_t>{0, 1});
    devices->cpu.failAtBatch = devices->cpu.batches.size();
    devices->cpu.failure = {.code = ErrorCode::NotFinite, .detail = "planted"};
    queue.add(Fixture::request(3, 10, 4));
    generateQueued(*fixture.runtime, queue);
    CHECK(queue.results.at(2).error().code == ErrorCode::NotFinite);
}
