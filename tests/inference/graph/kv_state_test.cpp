// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/graph/kv_state.h"
#include "tests/support/fake_program.h"

#include <catch2/catch_test_macros.hpp>

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
    Fixture f(4U * 700U); // room for two copies of 300 tokens
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

TEST_CASE("an empty prompt is refused")
{
    Fixture f;
    CHECK(f.state.prepare(f.program, {}).error().code == ErrorCode::InvalidArgument);
}

TEST_CASE("random chats, edits and switches always find the right state")
{
    std::mt19937 random(7);
    Fixture f(4U * 1500U);
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
