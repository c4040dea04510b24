// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/model_config.h"

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
    CHECK(config.rmsNormEpsilon == 1e-5F);
    CHECK(config.layerNormEpsilon == 0.0F);
    CHECK(config.ropeDimensions == 16);
    CHECK(config.ropeFrequencyBase == 5e5F);
    CHECK(config.ropeScaling.type == RopeScalingType::None);
    CHECK(config.ropeTrained);
    CHECK(config.slidingWindow == 0);
    CHECK(config.slidingLayers.empty());
    CHECK_FALSE(config.logitSoftcap.has_value());
    CHECK_FALSE(config.parallelResidual.has_value());
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

TEST_CASE("layers that slide have the heads of the others where the file says nothing else")
{
    const ModelConfig same = changedConfig([](GgufWriter &w) { w.remove("llama.rope.dimension_count"); });
    CHECK(same.slidingKeyLength == same.keyLength);
    CHECK(same.slidingValueLength == same.valueLength);
    CHECK(same.slidingRopeDimensions == same.ropeDimensions);
    CHECK(same.gemma.layerInputLength == 0);
    CHECK(same.gemma.sharedKvLayers == 0);
    CHECK(same.gemma.streams == 0);
    CHECK(same.gemma.sparsity.empty());
    const ModelConfig other = changedConfig([](GgufWriter &w) {
        w.u32("llama.attention.key_length_swa", 8).u32("llama.attention.value_length_swa", 6);
        w.u32("llama.attention.shared_kv_layers", 1).u32("llama.embedding_length_per_layer_input", 32);
    });
    CHECK(other.slidingKeyLength == 8);
    CHECK(other.slidingValueLength == 6);
    CHECK(other.slidingRopeDimensions == 8);
    CHECK(other.gemma.sharedKvLayers == 1);
    CHECK(other.gemma.layerInputLength == 32);
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

TEST_CASE("rope scaling is as the file says, and none where it names a factor of zero")
{
    struct Row {
        void (*change)(GgufWriter &);
        RopeScalingType type;
        float factor;
    };
    const Row row = GENERATE(
        Row{[](GgufWriter &w) { w.string("llama.rope.scaling.type", "none").f32("llama.rope.scaling.factor", 4); },
            RopeScalingType::None, 4.0F},
        Row{[](GgufWriter &w) { w.string("llama.rope.scaling.type", "linear").f32("llama.rope.scaling.factor", 4); },
            RopeScalingType::Linear, 4.0F},
        Row{[](GgufWriter &w) { w.string("llama.rope.scaling.type", "yarn").f32("llama.rope.scaling.factor", 8); },
            RopeScalingType::Yarn, 8.0F},
        Row{[](GgufWriter &w) { w.f32("llama.rope.scaling.factor", 8); }, RopeScalingType::Linear, 8.0F},
        Row{[](GgufWriter &w) { w.f32("llama.rope.scale_linear", 2); }, RopeScalingType::Linear, 2.0F},
        Row{[](GgufWriter &w) { w.f32("llama.rope.scaling.factor", 0); }, RopeScalingType::None, 1.0F},
        Row{[](GgufWriter &w) {
                w.string("llama.rope.scaling.type", "llama3").f32("llama.rope.scaling.factor", 32);
                w.tensor("rope_freqs.weight", {8}, TensorType::F32, Bytes(32));
            },
            RopeScalingType::None, 32.0F},
        Row{[](GgufWriter &w) {
                w.string("llama.rope.scaling.type", "longrope");
                w.tensor("rope_factors_long.weight", {8}, TensorType::F32, Bytes(32));
            },
            RopeScalingType::LongRope, 1.0F});
    const ModelConfig config = changedConfig(row.change);
    CHECK(config.ropeScaling.type == row.type);
    CHECK(config.ropeScaling.factor == row.factor);
}

TEST_CASE("yarn's numbers are those of the file")
{
    const RopeScalingSettings scaling =
        changedConfig([](GgufWriter &w) {
            w.string("llama.rope.scaling.type", "yarn").u32("llama.rope.scaling.original_context_length", 64);
            w.f32("llama.rope.scaling.attn_factor", 1.5F).f32("llama.rope.scaling.yarn_log_multiplier", 0.5F);
            w.f32("llama.rope.scaling.yarn_beta_fast", 16).f32("llama.rope.scaling.yarn_beta_slow", 2);
        }).ropeScaling;
    CHECK(scaling.trainedContext == 64);
    CHECK(scaling.attentionFactor == 1.5F);
    CHECK(scaling.yarnLogMultiplier == 0.5F);
    CHECK(scaling.yarnBetaFast == 16.0F);
    CHECK(scaling.yarnBetaSlow == 2.0F);
}

TEST_CASE("layers that slide are a period or one truth for each layer, of any type")
{
    const auto changed = [](auto change) {
        return changedConfig([&](GgufWriter &w) {
            w.u32("llama.attention.sliding_window", 32).f32("llama.rope.freq_base_swa", 5000);
            change(w);
        });
    };
    constexpr std::string_view kKey = "llama.attention.sliding_window_pattern";
    const ModelConfig period = changed([&](GgufWriter &w) { w.u32(kKey, 3); });
    CHECK(period.slidingWindow == 32);
    CHECK(period.slidingRopeFrequencyBase == 5000.0F);
    CHECK(period.slidingPeriod == 3);
    CHECK(period.slidingLayers.empty());

    constexpr std::uint32_t kArray = 9;
    constexpr std::uint32_t kBool = 7;
    Bytes booleans;
    append(booleans, kBool);
    append(booleans, std::uint64_t{2});
    append(booleans, std::uint8_t{1});
    append(booleans, std::uint8_t{0});
    const ModelConfig listed = changed([&](GgufWriter &w) { w.raw(kKey, kArray, booleans); });
    CHECK(listed.slidingLayers == std::vector{true, false});
    CHECK(listed.slidingPeriod == 0);
    const ModelConfig numbers = changed([&](GgufWriter &w) { w.i32s(kKey, std::vector{0, 1}); });
    CHECK(numbers.slidingLayers == std::vector{false, true});
}

TEST_CASE("blocks that predict tokens ahead are counted apart")
{
    const ModelConfig config = changedConfig([](GgufWriter &w) {
        w.u32("llama.nextn_predict_layers", 1);
        w.remove("llama.attention.head_count").i32s("llama.attention.head_count", std::vector{4, 2});
        w.remove("llama.attention.head_count_kv").i32s("llama.attention.head_count_kv", std::vector{2, 2});
        w.i32s("llama.attention.sliding_window_pattern", std::vector{1, 0});
    });
    CHECK(config.blockCount == 2);
    CHECK(config.layerCount == 1);
    CHECK(config.headCount == std::vector<std::uint32_t>{4});
    CHECK(config.headCountKv == std::vector<std::uint32_t>{2});
    CHECK(config.feedForwardLength.size() == 1);
    CHECK(config.slidingLayers == std::vector{true});
    const ModelConfig withoutThem = changedConfig([](GgufWriter &w) {
        w.u32("llama.nextn_predict_layers", 1);
        w.i32s("llama.attention.sliding_window_pattern", std::vector{1});
    });
    CHECK(withoutThem.slidingLayers == std::vector{true});
}

TEST_CASE("scales and caps are those of the file; a scale of zero is none")
{
    const ModelConfig config = changedConfig([](GgufWriter &w) {
        w.f32("llama.attention.scale", 0.25F).f32("llama.attn_logit_softcapping", 50);
        w.f32("llama.final_logit_softcapping", 0).f32("llama.embedding_scale", 12).f32("llama.residual_scale", 0);
        w.f32("llama.logit_scale", 8).boolean("llama.use_parallel_residual", false);
        w.boolean("llama.rope.scaling.finetuned", false).f32("llama.attention.temperature_scale", 0.1F);
        w.f32("llama.attention.layer_norm_epsilon", 1e-6F);
    });
    CHECK(config.attentionScale == 0.25F);
    CHECK(config.attentionSoftcap == 50.0F);
    CHECK(config.logitSoftcap == 0.0F);
    CHECK(config.embeddingScale == 12.0F);
    CHECK(config.residualScale == 1.0F);
    CHECK(config.logitScale == 8.0F);
    CHECK(config.parallelResidual == false);
    CHECK_FALSE(config.ropeTrained);
    CHECK(config.attentionTemperatureScale == 0.1F);
    CHECK(config.layerNormEpsilon == 1e-6F);
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
