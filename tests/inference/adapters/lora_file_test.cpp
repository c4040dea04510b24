// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/adapters/lora_file.h"
#include "tests/inference/adapters/bad_adapters.h"
#include "tests/support/tiny_adapter.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;
using namespace inference::adapters;
using namespace tests;

namespace {

Result<LoraFile> read(const Bytes &bytes, GgufScope scope = GgufScope::Whole)
{
    auto file = GgufFile::parse(bytes, scope);
    INFO((file ? std::string() : file.error().detail));
    REQUIRE(file.has_value());
    return readLora(std::move(*file));
}

} // namespace

TEST_CASE("an adapter as the gguf package writes it")
{
    const auto file = GgufFile::open(std::filesystem::path(CARREL_FIXTURES) / "plain.gguf", GgufScope::Whole);
    REQUIRE(file.has_value());
    CHECK(isAdapter(**file));
    const auto lora = readLora(*file);
    INFO((lora ? std::string() : lora.error().detail));
    REQUIRE(lora.has_value());
    CHECK(lora->name == "A plain adapter");
    CHECK(lora->architecture == "llama");
    CHECK(lora->alpha == 24.0F);
    REQUIRE(lora->factors.size() == 3);
    CHECK(lora->factors[0].tensor == "blk.0.attn_q.weight");
    CHECK(lora->factors[0].rank == 3);
    CHECK(lora->factorOf(lora->factors[0]) == 8.0);
    CHECK(lora->factors[1].tensor == "blk.0.ffn_up_exps.weight");
    CHECK(lora->factors[1].rank == 2);
    CHECK(lora->factors[1].down->shape[2] == 4);
    CHECK(lora->factors[2].tensor == "token_embd.weight");
    CHECK(lora->factors[2].rank == 6);
}

TEST_CASE("a header alone tells what an adapter is")
{
    const auto lora = read(tinyAdapterWriter().header(), GgufScope::HeaderOnly);
    REQUIRE(lora.has_value());
    CHECK(lora->factors.size() == 6);
    CHECK_FALSE(lora->file->isComplete());
}

TEST_CASE("without alpha the factors count as they are")
{
    for (const std::optional<float> alpha : {std::optional<float>(), std::optional(0.0F)}) {
        const Bytes bytes = tinyAdapterWriter({.rank = 4, .alpha = alpha}).bytes();
        const auto lora = read(bytes);
        REQUIRE(lora.has_value());
        CHECK(lora->factorOf(lora->factors.front()) == 1.0);
    }
    const Bytes negative = tinyAdapterWriter({.rank = 4, .alpha = -2.0F}).bytes();
    const auto lora = read(negative);
    REQUIRE(lora.has_value());
    CHECK(lora->factorOf(lora->factors.front()) == -0.5);
}

TEST_CASE("one matrix may serve all experts")
{
    GgufWriter writer = tinyAdapterWriter({.layers = 1});
    writer.tensors()[0].shape = {64, 4, 1};
    writer.tensors()[1].shape = {4, 16, 4};
    const Bytes bytes = writer.bytes();
    CHECK(read(bytes).has_value());
}

TEST_CASE("an empty list of invocation tokens makes no activated LoRA")
{
    const Bytes bytes =
        tinyAdapterWriter().i32s("adapter.alora.invocation_tokens", std::vector<std::int32_t>{}).bytes();
    CHECK(read(bytes).has_value());
}

TEST_CASE("what is no adapter, or none that is applied, is refused with the reason")
{
    for (const BadAdapter &bad : badAdapters()) {
        CAPTURE(bad.name);
        const auto file = GgufFile::parse(bad.bytes, GgufScope::HeaderOnly);
        INFO((file ? std::string() : file.error().detail));
        REQUIRE(file.has_value());
        const auto lora = readLora(*file);
        REQUIRE_FALSE(lora.has_value());
        CHECK(lora.error().code == ErrorCode::AdapterUnfit);
        INFO(lora.error().detail);
        CHECK(lora.error().detail.contains(bad.said));
    }
}
