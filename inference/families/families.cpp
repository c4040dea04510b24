// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/families/families.h"

#include "inference/adapters/lora_file.h"
#include "inference/families/family_list.h"
#include "inference/model/printable.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace inference::families {

namespace {

constexpr std::string_view kLogits = "tests/oracles/fidelity_test.cpp";

constexpr SlidingDefaults kGemma3Sliding{.period = 6, .ropeFrequencyBase = 10000.0F, .ropeScaled = false};
constexpr FamilyDefaults kEncoder{.encoder = true, .rankedRow = Pooling::First};

constexpr std::array kFamilies = {
    Family{"bert", "BGE, MiniLM, E5, Arctic Embed, XLM-R and BERT rerankers",
           "encoder, learned positions, LayerNorm behind the branches, GELU without a gate", buildBert, kLogits,
           kEncoder},
    Family{"cohere2",
           "Command R7B, Command A, Aya Expanse",
           "parallel, LayerNorm, positions in sliding layers alone",
           buildCohere2,
           kLogits,
           {.sliding = {.period = 4}}},
    Family{"cohere2moe",
           "Command A+",
           "as cohere2, with experts and shared ones",
           buildCohere2Moe,
           kLogits,
           {.sliding = {.period = 4}}},
    Family{"command-r", "Command R, Command R+", "parallel, LayerNorm", buildCommandR, kLogits},
    Family{"deepseek2",
           "DeepSeek V2, V3 and R1, GLM-4.7-Flash",
           "latent attention, experts behind the first layers and shared ones",
           buildDeepSeek2,
           kLogits,
           {.yarnInAttentionScale = true}},
    Family{"ernie4_5", "ERNIE 4.5 0.3B", "as llama", buildErnie, kLogits},
    Family{"ernie4_5-moe", "ERNIE 4.5 21B-A3B and 300B-A47B", "as ernie4_5, with experts and shared ones", buildErnie,
           kLogits},
    Family{"eurobert",
           "EuroBERT",
           "encoder, as llama with halves rotated",
           buildQwen2,
           kLogits,
           {.encoder = true, .rankedRow = Pooling::First, .geluClassifier = true}},
    Family{"exaone-moe",
           "K-EXAONE",
           "no positions in layers that see everything, norms of the heads, experts and a shared one",
           buildExaoneMoe,
           kLogits,
           {.sliding = {.period = 4, .window = 128}}},
    Family{"exaone4",
           "EXAONE 4.0",
           "norms behind the branches, no positions in layers that see everything",
           buildExaone4,
           kLogits,
           {.sliding = {.period = 4}}},
    Family{"falcon-h1", "Falcon-H1", "attention and Mamba-2 side by side", buildFalconH1, kLogits},
    Family{"gemma", "Gemma, CodeGemma", "GELU gates, scaled embeddings", buildGemma, kLogits},
    Family{"gemma-embedding",
           "EmbeddingGemma",
           "encoder, as gemma3 with windows on both sides",
           buildGemma3,
           kLogits,
           {.sliding = kGemma3Sliding, .encoder = true, .rankedRow = Pooling::First}},
    Family{"gemma2",
           "Gemma 2",
           "norms on both sides, soft caps, every second layer slides",
           buildGemma2,
           kLogits,
           {.sliding = {.period = 2, .window = 4096}, .attentionSoftcap = 50.0F, .logitSoftcap = 30.0F}},
    Family{"gemma3",
           "Gemma 3",
           "norms on both sides and of the heads, five of six layers slide",
           buildGemma3,
           kLogits,
           {.sliding = kGemma3Sliding}},
    Family{
        "gemma3n",
        "Gemma 3n",
        "as gemma4 with inputs of each layer, four streams that layers predict and correct, a low-rank branch beside "
        "attention, sparse gates in the first layers",
        buildGemma3n,
        kLogits,
        {.sliding = {.period = 5, .window = 512, .ropeFrequencyBase = 10000.0F, .ropeScaled = false},
         .logitSoftcap = 30.0F}},
    Family{"gemma4",
           "Gemma 4",
           "as gemma3, with norms of the values, caches that layers share, inputs of each layer, experts beside a "
           "dense part",
           buildGemma4,
           kLogits,
           {.sliding = kGemma3Sliding}},
    Family{"glm4", "GLM-4-0414, GLM-Z1", "norms on both sides, half of each head rotated", buildGlm4, kLogits},
    Family{"glm4moe", "GLM-4.5, 4.6 and 4.7, GLM-4.5-Air", "half of each head rotated, experts and shared ones",
           buildGlm4Moe, kLogits},
    Family{"gpt-oss",
           "gpt-oss 20B and 120B",
           "attention sinks, every second layer slides, experts with biases and clamped gates",
           buildGptOss,
           kLogits,
           {.sliding = {.period = 2, .window = 128}, .yarnWholePairs = false}},
    Family{"gptneox", "Pythia, GPT-NeoX", "parallel, LayerNorm, GELU without a gate", buildGptNeoX, kLogits},
    Family{"granite", "Granite 3 and 4", "as llama, with factors on embedding, attention, branches and logits",
           buildGranite, kLogits},
    Family{"granitehybrid", "Granite 4 H", "granite with Mamba-2 in most layers", buildGraniteHybrid, kLogits},
    Family{"granitemoe", "Granite 3 and 4 mixtures", "as granite, with experts", buildGranite, kLogits},
    Family{"hunyuan-dense", "Hunyuan 0.5B to 7B", "norms of the heads after RoPE", buildHunyuan, kLogits},
    Family{"hunyuan-moe", "Hunyuan A13B", "as hunyuan-dense, with experts and a shared one", buildHunyuan, kLogits},
    Family{"jina-bert-v3", "jina-embeddings-v3 without its adapters", "encoder, as bert with RoPE", buildJinaBertV3,
           kLogits, kEncoder},
    Family{"lfm2", "LFM2, LFM2.5", "short convolutions, attention in some layers", buildLfm2, kLogits},
    Family{"lfm2moe", "LFM2 8B-A1B and other mixtures", "as lfm2, with experts behind the first layers", buildLfm2,
           kLogits},
    Family{"llama", "Llama 2 and 3, SmolLM2, Hermes 3, Mistral 7B, Mixtral", "RMS norms in front, SiLU gates",
           buildLlama, kLogits},
    Family{"llama4",
           "Llama 4 Scout and Maverick",
           "chunked attention, every fourth layer sees everything without positions, experts and a shared one",
           buildLlama4,
           kLogits,
           {.sliding = {.period = 4, .window = 8192, .mask = graph::Mask::Chunked}}},
    Family{"minimax-m2", "MiniMax M2", "norms over whole queries and keys, half of each head rotated, experts",
           buildMiniMaxM2, kLogits},
    Family{"mistral3",
           "Ministral 3, Devstral Small 2",
           "as llama, with YaRN and queries that grow with their position",
           buildMistral3,
           kLogits,
           {.queriesGrow = true}},
    Family{"modern-bert",
           "ModernBERT, GTE, Granite Embedding R2",
           "encoder, LayerNorm, GELU gates, two of three layers slide on both sides",
           buildModernBert,
           kLogits,
           {.sliding = {.period = 3, .ropeFrequencyBase = 10000.0F, .lastFirst = true},
            .encoder = true,
            .rankedRow = Pooling::Mean,
            .geluClassifier = true}},
    Family{"nemotron", "Nemotron, Minitron", "LayerNorm, squared ReLU without a gate", buildNemotron, kLogits},
    Family{"nemotron_h", "Nemotron Nano 2", "each layer is Mamba-2, attention or feed-forward", buildNemotronH,
           kLogits},
    Family{"nemotron_h_moe", "Nemotron 3 Nano", "as nemotron_h, with experts without gates and a shared one",
           buildNemotronH, kLogits},
    Family{"nomic-bert", "nomic-embed-text", "encoder, LayerNorm behind the branches, SiLU gates", buildNomicBert,
           kLogits, kEncoder},
    Family{"nomic-bert-moe", "nomic-embed-text v2", "encoder, as jina-bert-v3, experts in every second layer",
           buildNomicBertMoe, kLogits, kEncoder},
    Family{"olmo", "OLMo", "LayerNorm without weights", buildOlmo, kLogits},
    Family{"olmo2",
           "OLMo 2 and 3",
           "norms behind the branches and over whole queries and keys",
           buildOlmo2,
           kLogits,
           {.sliding = {.period = 4, .ropeScaled = false}, .ropeFactorIsYarns = true}},
    Family{"olmoe", "OLMoE", "norms over whole queries and keys, experts", buildOlmoe, kLogits},
    Family{"phi3", "Phi-3, Phi-4", "fused matrices, longrope", buildPhi3, kLogits},
    Family{"qwen2", "Qwen 2 and 2.5, DeepSeek R1 distills", "biases on query, key and value", buildQwen2, kLogits},
    Family{"qwen2moe", "Qwen 1.5 and 2 mixtures", "as qwen2, with experts and a gated shared one", buildQwen2Moe,
           kLogits},
    Family{"qwen3", "Qwen 3", "norms of the heads before RoPE", buildQwen3, kLogits},
    Family{"qwen35",
           "Qwen 3.5 and later",
           "gated delta rule, gated attention in every fourth layer",
           buildQwen35,
           kLogits,
           {.textInSections = true}},
    Family{"qwen35moe",
           "Qwen 3.5 mixtures and later",
           "as qwen35, with experts",
           buildQwen35,
           kLogits,
           {.textInSections = true}},
    Family{"qwen3moe", "Qwen 3 mixtures (30B-A3B, 235B-A22B)", "as qwen3, with experts", buildQwen3, kLogits},
    Family{"qwen3next", "Qwen3-Next, Qwen3-Coder-Next", "as qwen35moe in another layout", buildQwen3Next, kLogits},
    Family{"qwen3vl",
           "Qwen 3 VL, the part that reads and writes text",
           "as qwen3",
           buildQwen3,
           kLogits,
           {.textInSections = true}},
    Family{"qwen3vlmoe",
           "Qwen 3 VL mixtures, the part that reads and writes text",
           "as qwen3moe",
           buildQwen3,
           kLogits,
           {.textInSections = true}},
    Family{"seed_oss", "Seed-OSS", "as qwen2", buildSeedOss, kLogits},
    Family{"smollm3", "SmolLM3", "as llama, no positions in every fourth layer", buildSmolLm3, kLogits},
    Family{"stablelm", "StableLM 2", "LayerNorm, parallel in the larger models", buildStableLm, kLogits},
    Family{"starcoder2", "StarCoder2", "LayerNorm, GELU without a gate, biases everywhere", buildStarCoder2, kLogits},
};

/// Which layers slide, and by which angles: as the file says, else as the family does.
Sliding decideSliding(const ModelConfig &config, const SlidingDefaults &family)
{
    Sliding sliding;
    // Files of other families may name a window that their models were trained without.
    if (family.period != 0) {
        sliding.window = config.slidingWindow != 0 ? config.slidingWindow : family.window;
    }
    if (sliding.window == 0) {
        return sliding;
    }
    sliding.layers = config.slidingLayers;
    if (sliding.layers.empty()) {
        const std::uint32_t period = config.slidingPeriod != 0 ? config.slidingPeriod : family.period;
        for (std::uint32_t layer = 0; layer < config.layerCount; ++layer) {
            sliding.layers.push_back(family.lastFirst ? layer % period > 0 : layer % period < period - 1);
        }
    }
    const float base = family.ropeFrequencyBase != 0.0F ? family.ropeFrequencyBase : config.ropeFrequencyBase;
    sliding.ropeFrequencyBase = config.slidingRopeFrequencyBase != 0.0F ? config.slidingRopeFrequencyBase : base;
    sliding.ropeScaled = family.ropeScaled;
    sliding.mask = family.mask;
    return sliding;
}

void applyDefaults(ModelConfig &config, const FamilyDefaults &defaults)
{
    config.attentionSoftcap = config.attentionSoftcap.value_or(defaults.attentionSoftcap);
    config.logitSoftcap = config.logitSoftcap.value_or(defaults.logitSoftcap);
    RopeScalingSettings &scaling = config.ropeScaling;
    if (defaults.ropeFactorIsYarns && scaling.type == RopeScalingType::Yarn && scaling.attentionFactor != 1.0F) {
        scaling.attentionFactor /= 1.0F + 0.1F * std::log(std::max(1.0F, scaling.factor));
    }
    config.causal = !defaults.encoder;
    config.rankedRow = defaults.rankedRow;
    config.geluClassifier = defaults.geluClassifier;
    scaling.yarnWholePairs = defaults.yarnWholePairs;
    if (defaults.yarnInAttentionScale && scaling.type == RopeScalingType::Yarn && scaling.yarnLogMultiplier != 0.0F) {
        const float factor = 1.0F + scaling.yarnLogMultiplier * std::log(std::max(1.0F, scaling.factor));
        config.attentionScale = factor * factor / std::sqrt(static_cast<float>(config.latent.keyLength));
        scaling.yarnLogMultiplier = 1.0F; // cosine and sine keep their size
    }
}

/// What the file asks for and its family does not do.
Result<void> checkDemands(const ModelConfig &config, const FamilyDefaults &family)
{
    const auto unsupported = [&](std::string_view key) {
        return failure(ErrorCode::UnsupportedFile,
                       config.architecture + "." + std::string(key) + " is not supported for this architecture");
    };
    if (config.ropeInSections && !family.textInSections) {
        return unsupported("rope.dimension_sections");
    }
    if (config.attentionTemperatureScale != 0.0F && !family.queriesGrow) {
        return unsupported("attention.temperature_scale");
    }
    return {};
}

Result<const Family *> familyOf(const GgufFile &file, Admission admission)
{
    const auto architecture = file.string("general.architecture");
    if (adapters::isAdapter(file)) {
        return failure(ErrorCode::AdapterAlone, "the file is an adapter for models of the architecture " +
                                                    printable(architecture.value_or("unknown")) + ", not a model");
    }
    if (!architecture) {
        return failure(ErrorCode::FileMalformed, "general.architecture is missing");
    }
    const auto *const family = std::ranges::find(kFamilies, *architecture, &Family::architecture);
    if (family == kFamilies.end()) {
        const std::string refusal =
            "architecture " + printable(*architecture) + " is not supported by this version of Carrel";
        return failure(ErrorCode::UnsupportedFile,
                       *architecture == "clip" ? refusal + ": the file is the part of a model that sees or hears"
                                               : refusal);
    }
    if (admission == Admission::Proven && family->provenBy.empty()) {
        return failure(ErrorCode::UnsupportedFile, "architecture " + printable(*architecture) +
                                                       " is not supported by this version of Carrel: its results are "
                                                       "not yet proven to be right");
    }
    return family;
}

} // namespace

std::span<const Family> allFamilies()
{
    return kFamilies;
}

Result<ForwardPass> buildForwardPass(const GgufFile &file, std::uint32_t contextLength, Admission admission,
                                     std::optional<Pooling> pooling)
{
    const auto family = familyOf(file, admission);
    if (!family) {
        return std::unexpected(family.error());
    }
    auto config = readModelConfig(file);
    if (!config) {
        return std::unexpected(config.error());
    }
    if (const auto done = checkDemands(*config, (*family)->defaults); !done) {
        return std::unexpected(done.error());
    }
    if (!config->causal && !(*family)->defaults.encoder) {
        return failure(ErrorCode::UnsupportedFile, "attention in both directions is not supported in " +
                                                       printable(config->architecture) + " models");
    }
    if (const GgufTensor *positions = file.tensor("position_embd.weight")) {
        config->contextLength =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(config->contextLength, positions->shape[1]));
    }
    if (pooling) {
        config->pooling = pooling;
    }
    applyDefaults(*config, (*family)->defaults);
    const Sliding sliding = decideSliding(*config, (*family)->defaults.sliding);
    Decoder decoder(file, *config, sliding, contextLength != 0 ? contextLength : config->contextLength);
    auto graph = (*family)->build(decoder);
    if (!graph) {
        return std::unexpected(graph.error());
    }
    return ForwardPass{std::move(*config), std::move(*graph)};
}

} // namespace inference::families
