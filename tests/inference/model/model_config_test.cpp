// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/model_config.h"

#include "inference/model/tensor_check.h"
#include "tests/support/tiny_model.h"

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace inference;
using namespace tests;

namespace {

// Files that must be refused stand in hostile_files.cpp.
ModelConfig configOf(const Bytes &bytes)
{
    const auto file = GgufFile::parse(bytes, GgufScope::Whole);
    REQUIRE(file.has_value());
    const auto config = readModelConfig(**file);
    INFO((config ? "" : config.error().detail));
    REQUIRE(config.has_value());
    return *config;
}

template <class Change>
ModelConfig changedConfig(Change change)
{
    GgufWriter writer = tinyModelWriter();
    change(writer);
    return configOf(writer.bytes());
}

} // namespace

TEST_CASE("hyperparameters are read as the file gives them")
{
    const ModelConfig config = configOf(makeTinyModel({.layers = 3,
                                                       .embedding = 96,
                                                       .feedForward = 160,
                                                       .heads = 6,
                                                       .kvHeads = 2,
                                                       .vocabulary = 300,
                                                       .context = 512,
                                                       .ropeBase = 5e5F}));
    CHECK(config.architecture == "llama");
    CHECK(config.contextLength == 512);
    CHECK(config.embeddingLength == 96);
    CHECK(config.layerCount == 3);
    CHECK(config.feedForwardLength == std::vector<std::uint32_t>(3, 160));
    CHECK(config.headCount == std::vector<std::uint32_t>(3, 6));
    CHECK(config.headCountKv == std::vector<std::uint32_t>(3, 2));
    CHECK(config.keyLength == 16);
    CHECK(config.valueLength == 16);
    CHECK(config.vocabularySize == 300);
    CHECK(config.rmsEpsilon == 1e-5F);
    CHECK(config.ropeDimensions == 16);
    CHECK(config.ropeFrequencyBase == 5e5F);
    CHECK(config.ropePositionScale == 1.0F);
}

TEST_CASE("absent keys have the defaults of the format")
{
    const ModelConfig config = changedConfig([](GgufWriter &w) {
        w.remove("llama.attention.head_count_kv").remove("llama.rope.dimension_count").remove("llama.rope.freq_base");
        w.remove("general.type").remove("llama.vocab_size");
    });
    CHECK(config.headCountKv == config.headCount);
    CHECK(config.ropeDimensions == config.keyLength);
    CHECK(config.ropeFrequencyBase == 10000.0F);
}

TEST_CASE("numbers may differ from layer to layer")
{
    const ModelConfig config = changedConfig([](GgufWriter &w) {
        w.remove("llama.attention.head_count").i32s("llama.attention.head_count", std::vector{4, 2});
        w.remove("llama.attention.head_count_kv").i32s("llama.attention.head_count_kv", std::vector{2, 1});
        w.remove("llama.feed_forward_length").i32s("llama.feed_forward_length", std::vector{96, 32});
    });
    CHECK(config.headCount == std::vector<std::uint32_t>{4, 2});
    CHECK(config.headCountKv == std::vector<std::uint32_t>{2, 1});
    CHECK(config.feedForwardLength == std::vector<std::uint32_t>{96, 32});
}

TEST_CASE("rope scaling is none, linear, or baked into the factors")
{
    struct Row {
        void (*change)(GgufWriter &);
        float scale;
    };
    const Row row = GENERATE(
        Row{[](GgufWriter &w) { w.string("llama.rope.scaling.type", "none").f32("llama.rope.scaling.factor", 4); },
            1.0F},
        Row{[](GgufWriter &w) { w.string("llama.rope.scaling.type", "linear").f32("llama.rope.scaling.factor", 4); },
            0.25F},
        Row{[](GgufWriter &w) { w.f32("llama.rope.scaling.factor", 8); }, 0.125F},
        Row{[](GgufWriter &w) { w.f32("llama.rope.scale_linear", 2); }, 0.5F},
        Row{[](GgufWriter &w) { w.f32("llama.rope.scaling.factor", 0); }, 1.0F},
        Row{[](GgufWriter &w) {
                w.string("llama.rope.scaling.type", "llama3").f32("llama.rope.scaling.factor", 32);
                w.tensor("rope_freqs.weight", {8}, TensorType::F32, Bytes(32));
            },
            1.0F});
    CHECK(changedConfig(row.change).ropePositionScale == row.scale);
}

TEST_CASE("the tensor check accepts every optional tensor of llama and refuses a header of another shape")
{
    const Bytes bytes =
        makeTinyModel({.tied = false, .attentionBias = true, .feedForwardBias = true, .ropeFactors = true});
    const auto file = GgufFile::parse(bytes, GgufScope::HeaderOnly);
    ModelConfig config = configOf(bytes);
    CHECK(checkLlamaTensors(**file, config).has_value());
    config.headCount[1] = 8;
    const auto refused = checkLlamaTensors(**file, config);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().detail.contains("blk.1.attn_q.weight"));
}

TEST_CASE("recommended sampling is taken where it is sensible")
{
    GgufWriter writer;
    writer.f32("general.sampling.temp", 0.25F).i32("general.sampling.top_k", 7).f32("general.sampling.top_p", 0.5F);
    writer.f32("general.sampling.min_p", 7.0F); // no probability
    writer.f32("general.sampling.penalty_repeat", std::numeric_limits<float>::quiet_NaN());
    writer.string("general.sampling.mirostat", "2"); // no number
    const Bytes bytes = writer.bytes();
    const auto file = GgufFile::parse(bytes, GgufScope::Whole);
    SamplingParams expected;
    expected.temperature = 0.25F;
    expected.topK = 7;
    expected.topP = 0.5F;
    CHECK(readRecommendedSampling(**file) == expected);
}

TEST_CASE("what a file says goes over what its family recommends")
{
    GgufWriter writer;
    writer.string("general.name", "SmolLM2 135M").f32("general.sampling.top_p", 0.5F);
    const Bytes bytes = writer.bytes();
    const auto file = GgufFile::parse(bytes, GgufScope::Whole);
    const SamplingParams params = readRecommendedSampling(**file);
    CHECK(params.temperature == 0.2F);
    CHECK(params.topP == 0.5F);
}
