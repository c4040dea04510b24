// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/adapters/lora_fit.h"
#include "inference/families/families.h"
#include "tests/inference/adapters/bad_adapters.h"
#include "tests/support/tiny_adapter.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_test_macros.hpp>

using namespace inference;
using namespace inference::adapters;
using namespace tests;

namespace {

LoraFile read(const Bytes &bytes)
{
    auto file = GgufFile::parse(bytes, GgufScope::HeaderOnly);
    REQUIRE(file.has_value());
    auto lora = readLora(std::move(*file));
    INFO((lora ? std::string() : lora.error().detail));
    REQUIRE(lora.has_value());
    return std::move(*lora);
}

} // namespace

TEST_CASE("an adapter fits the model it was made for")
{
    const Bytes model = makeTinyModel();
    const auto file = GgufFile::parse(model, GgufScope::Whole);
    for (const bool embedding : {false, true}) {
        const Bytes bytes = tinyAdapterWriter({.changesEmbedding = embedding}).bytes();
        const auto fits = checkFit(read(bytes), **file);
        INFO((fits ? std::string() : fits.error().detail));
        CHECK(fits.has_value());
    }
}

TEST_CASE("an adapter of another model is refused with the first difference")
{
    const Bytes model = makeTinyModel();
    const auto file = GgufFile::parse(model, GgufScope::Whole);
    for (const BadAdapter &bad : foreignAdapters()) {
        CAPTURE(bad.name);
        const auto fits = checkFit(read(bad.bytes), **file);
        REQUIRE_FALSE(fits.has_value());
        CHECK(fits.error().code == ErrorCode::AdapterUnfit);
        INFO(fits.error().detail);
        CHECK(fits.error().detail.contains(bad.said));
    }
}

TEST_CASE("an adapter opened as a model is told from one")
{
    const Bytes bytes = tinyAdapterWriter().bytes();
    const auto file = GgufFile::parse(bytes, GgufScope::Whole);
    const auto refused = families::buildForwardPass(**file, 0);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::AdapterAlone);
    CHECK(refused.error().detail.contains("an adapter for models of the architecture \"llama\", not a model"));
}
