// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/kv_state.h"
#include "tests/support/fake_program.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <numeric>
#include <random>

using namespace inference;
using graph::KvState;

namespace {

using Tokens = std::vector<TokenId>;

Tokens ramp(TokenId first, std::size_t count)
{
    Tokens tokens(count);
    std::iota(tokens.begin(), tokens.end(), first);
    return tokens;
}

Tokens operator+(Tokens a, const Tokens &b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// A program and its state, driven as a generation drives them.
struct Fixture {
    explicit Fixture(std::uint64_t budget = 1U << 20U)
        : state(budget)
    {
    }

    /// Evaluates a prompt; the number of tokens that did not have to be evaluated.
    std::uint32_t evaluate(const Tokens &prompt)
    {
        const auto reused = state.prepare(program, prompt);
        REQUIRE(reused.has_value());
        const std::span<const TokenId> rest = std::span(prompt).subspan(*reused);
        std::vector<float> logits(device.vocabulary);
        REQUIRE(program.evaluate({.tokens = rest, .position = *reused}, logits, {}).has_value());
        state.append(rest);
        CHECK(std::ranges::equal(state.tokens(), prompt));
        CHECK(std::ranges::equal(std::span(program.cache()).first(prompt.size()), prompt));
        return *reused;
    }

    tests::FakeDevice device;
    tests::FakeProgram program{device, {.contextLength = 4096}};
    KvState state;
};

} // namespace

TEST_CASE("the next turn evaluates only what is new")
{
    Fixture f;
    CHECK(f.evaluate(ramp(0, 100)) == 0);
    CHECK(f.evaluate(ramp(0, 100) + ramp(500, 20)) == 100);
}

TEST_CASE("the last prompt token is evaluated even when all of it is known")
{
    Fixture f;
    f.evaluate(ramp(0, 50));
    CHECK(f.evaluate(ramp(0, 50)) == 49);
    CHECK(f.evaluate(ramp(0, 10)) == 9);
}

TEST_CASE("an edited message keeps what stands before it")
{
    Fixture f;
    f.evaluate(ramp(0, 200));
    CHECK(f.evaluate(ramp(0, 120) + ramp(900, 30)) == 120);
}

TEST_CASE("switching back to another chat restores its copy")
{
    Fixture f;
    const Tokens first = ramp(0, 300);
    const Tokens second = ramp(1000, 300);
    f.evaluate(first);
    CHECK(f.evaluate(second) == 0);
    CHECK(f.evaluate(first + ramp(5000, 5)) == 300);
    CHECK(f.evaluate(second + ramp(6000, 5)) == 300);
}

TEST_CASE("switching branches restores the branch that was left")
{
    Fixture f;
    const Tokens stem = ramp(0, 100);
    f.evaluate(stem + ramp(1000, 100));
    CHECK(f.evaluate(stem + ramp(2000, 100)) == 100);
    CHECK(f.evaluate(stem + ramp(1000, 100) + ramp(1, 1)) == 200);
}

TEST_CASE("copies stay within their budget, the oldest going first")
{
    Fixture f(4U * 700U); // room for two copies of 300 tokens and what belongs to them
    for (TokenId chat = 0; chat < 5; ++chat) {
        f.evaluate(ramp(chat * 1000, 300));
        CHECK(f.state.copiedBytes() <= 4U * 700U);
    }
    CHECK(f.evaluate(ramp(3000, 301)) == 300);
    CHECK(f.evaluate(ramp(0, 301)) == 0);
}

TEST_CASE("short states are not worth a copy")
{
    Fixture f;
    f.evaluate(ramp(0, 20));
    f.evaluate(ramp(1000, 20));
    CHECK(f.state.copiedBytes() == 0);
}

TEST_CASE("batch starts follow what the cache holds")
{
    Fixture f;
    f.evaluate(ramp(0, 100));
    f.evaluate(ramp(0, 100) + ramp(300, 10));
    CHECK(std::ranges::equal(f.state.batchStarts(), std::vector<std::uint32_t>{0, 100}));
    f.state.truncate(100);
    CHECK(std::ranges::equal(f.state.batchStarts(), std::vector<std::uint32_t>{0}));
    f.state.clear();
    CHECK(f.state.batchStarts().empty());
}

TEST_CASE("where the program cannot be cut back far enough, the prompt is evaluated again")
{
    Fixture f;
    f.device.rewind = 50;
    f.evaluate(ramp(0, 200));
    CHECK(f.evaluate(ramp(0, 160) + ramp(900, 30)) == 160);
    // The furthest position that was written counts, not the end that is known.
    CHECK(f.evaluate(ramp(0, 151) + ramp(800, 10)) == 151);
    CHECK(f.evaluate(ramp(0, 149) + ramp(700, 10)) == 0);
    CHECK(f.evaluate(ramp(0, 149) + ramp(700, 10) + ramp(1, 1)) == 159);
}

TEST_CASE("a copy is taken up where the program cannot be cut back")
{
    Fixture f;
    f.device.rewind = 40;
    const Tokens stem = ramp(0, 300);
    f.evaluate(stem);
    f.evaluate(ramp(5000, 100)); // keeps a copy of the stem
    CHECK(f.evaluate(stem + ramp(1000, 100)) == 300);
    CHECK(f.evaluate(stem + ramp(2000, 10)) == 300);
    CHECK(f.evaluate(ramp(0, 280) + ramp(3000, 10)) == 280);
    CHECK(f.evaluate(ramp(0, 250) + ramp(4000, 10)) == 0);
}

TEST_CASE("a copy that can be taken up where a longer one cannot stays")
{
    Fixture f;
    f.device.rewind = 10;
    const Tokens other = ramp(9000, 60);
    const Tokens turn = ramp(0, 200);
    f.evaluate(turn);
    f.evaluate(other);
    CHECK(f.evaluate(turn + ramp(500, 100)) == 200);
    f.evaluate(other);
    CHECK(f.evaluate(turn + ramp(600, 100)) == 200);
    CHECK(f.evaluate(turn + ramp(500, 100) + ramp(1, 3)) == 300);
}

TEST_CASE("a place to resume is the best in any range")
{
    const std::vector<backend::ResumeRange> ranges{{3, 5}, {9, 9}, {20, 100}};
    for (const auto &[length, point] : {std::pair{0U, 0U},
                                        {2U, 0U},
                                        {3U, 3U},
                                        {5U, 5U},
                                        {8U, 5U},
                                        {9U, 9U},
                                        {19U, 9U},
                                        {20U, 20U},
                                        {70U, 70U},
                                        {200U, 100U}}) {
        CAPTURE(length);
        CHECK(backend::resumePoint(ranges, length) == point);
    }
    CHECK(backend::resumePoint({}, 7) == 0);
}

TEST_CASE("an empty prompt is refused")
{
    Fixture f;
    CHECK(f.state.prepare(f.program, {}).error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("random chats, edits and switches always find the right state")
{
    const auto rewind = GENERATE(UINT32_MAX, 0U, 20U, 100U);
    std::mt19937 random(7);
    Fixture f(4U * 1500U);
    f.device.rewind = rewind;
    std::vector<Tokens> chats(6);
    for (int step = 0; step < 400; ++step) {
        Tokens &chat = chats[random() % chats.size()];
        if (!chat.empty() && random() % 3 == 0) {
            chat.resize(1 + random() % chat.size());
        }
        const std::size_t more = 1 + random() % 60;
        for (std::size_t i = 0; i < more; ++i) {
            chat.push_back(static_cast<TokenId>(random() % 3));
        }
        f.evaluate(chat); // checks the cache token by token
    }
}

TEST_CASE("state that other adapters made is kept and not reused")
{
    Fixture f;
    const Tokens prompt = ramp(0, 100);
    f.evaluate(prompt);
    f.state.setVariant("one adapter");
    CHECK(f.evaluate(prompt) == 0);
    CHECK(f.state.copiedBytes() > 0);
    f.state.setVariant("two adapters");
    CHECK(f.evaluate(prompt) == 0);
    // Each finds its own again, although the tokens are the same.
    f.state.setVariant("");
    CHECK(f.evaluate(prompt) == 99);
    f.state.setVariant("one adapter");
    CHECK(f.evaluate(prompt) == 99);
    f.state.setVariant("two adapters");
    CHECK(f.evaluate(prompt + ramp(7, 3)) == 100);
    f.state.setVariant("a third");
    CHECK(f.evaluate(prompt) == 0);
}

TEST_CASE("truncated after a change of adapters, the state is empty")
{
    Fixture f;
    f.evaluate(ramp(0, 40));
    f.state.setVariant("an adapter");
    f.state.truncate(20);
    CHECK(f.state.tokens().empty());
    f.evaluate(ramp(0, 40));
    f.state.truncate(20);
    CHECK(f.state.tokens().size() == 20);
}

namespace {

/// A program with recurrent layers, driven as a generation drives it.
struct RecurrentFixture {
    explicit RecurrentFixture(std::uint64_t stateBudget = 1U << 20U)
        : program(device, {.contextLength = 16384, .stateBudget = stateBudget})
    {
    }

    void run(std::span<const TokenId> tokens)
    {
        std::vector<float> logits(device.vocabulary);
        const auto position = static_cast<std::uint32_t>(state.tokens().size());
        REQUIRE(program.evaluate({.tokens = tokens, .position = position}, logits, {}).has_value());
        state.append(tokens);
    }

    /// Evaluates a prompt with a pause for each state that is kept; the number of tokens that did not have to be
    /// evaluated.
    std::uint32_t evaluate(const Tokens &prompt)
    {
        const auto reused = state.prepare(program, prompt);
        REQUIRE(reused.has_value());
        CHECK(state.tokens().size() == *reused);
        for (std::size_t at = *reused; at < prompt.size();) {
            const std::size_t end = graph::nextSnapshot(at, prompt.size()).value_or(prompt.size());
            run(std::span(prompt).subspan(at, end - at));
            if (end < prompt.size()) {
                REQUIRE(program.keepState().has_value());
            }
            at = end;
        }
        CHECK(std::ranges::equal(state.tokens(), prompt));
        CHECK(std::ranges::equal(std::span(program.cache()).first(prompt.size()), prompt));
        return *reused;
    }

    tests::FakeDevice device{.recurrent = true};
    tests::FakeProgram program;
    KvState state{1U << 20U};
};

constexpr std::uint32_t kBeforeAnswer = 16; // tokens before a prompt's end

} // namespace

TEST_CASE("a recurrent program goes on where the last turn ended")
{
    RecurrentFixture f;
    CHECK(f.evaluate(ramp(0, 100)) == 0);
    f.run(ramp(700, 9)); // the answer
    CHECK(f.evaluate(ramp(0, 100) + ramp(700, 9) + ramp(500, 20)) == 109);
}

TEST_CASE("a recurrent program answers again and takes an edited message from the last snapshot before it")
{
    RecurrentFixture f;
    f.evaluate(ramp(0, 100));
    f.run(ramp(700, 9));
    CHECK(f.evaluate(ramp(0, 100)) == 100 - kBeforeAnswer);
    f.run(ramp(800, 50));
    const Tokens second = ramp(0, 100) + ramp(800, 50) + ramp(500, 200);
    CHECK(f.evaluate(second) == 150);
    f.run(ramp(300, 40));
    // The second message is edited, then the first one.
    CHECK(f.evaluate(ramp(0, 100) + ramp(800, 50) + ramp(2000, 90)) == 100 - kBeforeAnswer);
    CHECK(f.evaluate(ramp(0, 50) + ramp(3000, 90)) == 0);
}

TEST_CASE("a switch between chats brings a recurrent program's state back")
{
    RecurrentFixture f;
    f.evaluate(ramp(0, 100));
    f.run(ramp(700, 9));
    f.evaluate(ramp(5000, 120));
    f.run(ramp(900, 9));
    CHECK(f.evaluate(ramp(0, 100) + ramp(700, 9) + ramp(500, 20)) == 109);
    CHECK(f.evaluate(ramp(5000, 120)) == 120 - kBeforeAnswer);
}

TEST_CASE("a long prompt of a recurrent program can be started from on the way")
{
    RecurrentFixture f;
    f.evaluate(ramp(0, 10000));
    CHECK(f.evaluate(ramp(0, 9000) + ramp(20000, 100)) == 8192);
    CHECK(f.evaluate(ramp(0, 5000) + ramp(30000, 100)) == 4096);
}

TEST_CASE("states keep within their budget, the latest always")
{
    RecurrentFixture f(3 * 8);
    Tokens chat;
    for (TokenId turn = 0; turn < 20; ++turn) {
        chat = chat + ramp(turn * 100, 30);
        f.evaluate(chat);
        f.run(ramp(turn * 100 + 50, 5));
        chat = chat + ramp(turn * 100 + 50, 5);
        CHECK(f.program.resumeRanges().size() <= 4); // and where the sequence is
    }
    CHECK(f.evaluate(chat) == chat.size() - 5 - kBeforeAnswer);
    RecurrentFixture none(0);
    none.evaluate(ramp(0, 100));
    none.run(ramp(700, 9));
    CHECK(none.evaluate(ramp(0, 100)) == 100 - kBeforeAnswer);
}

TEST_CASE("the state that costs the least to do without is given up first")
{
    graph::StateSnapshots snapshots(8, 4 * 8);
    const auto keep = [&](std::uint32_t position) {
        snapshots.setLive(position);
        snapshots.keep(std::vector<std::byte>(8));
    };
    using Positions = std::vector<std::uint32_t>;
    for (const std::uint32_t position : {100U, 1000U, 1100U, 1100U, 2000U}) {
        keep(position);
    }
    CHECK(snapshots.positions() == Positions{100, 1000, 1100, 2000});
    keep(5000);
    CHECK(snapshots.positions() == Positions{1000, 1100, 2000, 5000});
    keep(5001);
    CHECK(snapshots.positions() == Positions{1000, 2000, 5000, 5001});
    snapshots.truncate(1999);
    CHECK(snapshots.positions() == Positions{1000});
    snapshots.setLive(0);
    snapshots.keep(std::vector<std::byte>(8));
    CHECK(snapshots.positions() == Positions{1000});
}

TEST_CASE("states that were saved come back, and bytes that are none are refused")
{
    graph::StateSnapshots snapshots(8, 100);
    const auto state = [](int value) { return std::vector<std::byte>(8, static_cast<std::byte>(value)); };
    snapshots.setLive(10);
    snapshots.keep(state(1));
    snapshots.setLive(20);
    std::vector<std::byte> bytes(snapshots.savedBytes(20));
    const auto readLive = [&](std::span<std::byte> out) {
        std::ranges::copy(state(2), out.begin());
        return Result<void>{};
    };
    REQUIRE(snapshots.save(20, bytes, readLive));
    graph::StateSnapshots other(8, 100);
    REQUIRE(other.restore(20, bytes));
    CHECK(std::ranges::equal(other.at(10), state(1)));
    CHECK(std::ranges::equal(other.at(20), state(2)));
    CHECK_FALSE(other.live().has_value());
    CHECK_FALSE(other.restore(19, bytes));
    CHECK_FALSE(other.restore(20, std::span(bytes).first(bytes.size() - 1)));
    CHECK_FALSE(other.restore(20, {}));
    bytes[0] = std::byte{0xFF}; // a count that no memory holds
    bytes[3] = std::byte{0xFF};
    CHECK_FALSE(other.restore(20, bytes));
    CHECK(std::ranges::equal(other.at(20), state(2)));
}

TEST_CASE("a prompt pauses for snapshots on the way and shortly before its end")
{
    CHECK(graph::nextSnapshot(0, 10) == std::nullopt);
    CHECK(graph::nextSnapshot(0, 100) == 84);
    CHECK(graph::nextSnapshot(84, 100) == std::nullopt);
    CHECK(graph::nextSnapshot(0, 10000) == 4096);
    CHECK(graph::nextSnapshot(4096, 10000) == 8192);
    CHECK(graph::nextSnapshot(8192, 10000) == 9984);
    CHECK(graph::nextSnapshot(0, 4096 + 16) == 4096);
}
