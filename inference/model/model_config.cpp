// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/model_config.h"

#include "inference/model/family_sampling.h"
#include "inference/model/model_limits.h"
#include "inference/model/printable.h"

#include <algorithm>
#include <cmath>
#include <format>
#include <iterator>
#include <utility>

namespace inference {

namespace {

using namespace model_limits;

/// Bounds that a number of the file must keep, both ends included.
template <class T>
struct Range {
    T least;
    T most;
};

/// Reads numbers below one architecture's prefix. The first failure stays; later reads give harmless values.
class Hyperparameters {
public:
    Hyperparameters(const GgufFile &file, std::string_view architecture)
        : m_file(file)
        , m_prefix(std::string(architecture) + ".")
    {
    }

    [[nodiscard]] std::optional<Error> takeError() { return std::move(m_error); }
    [[nodiscard]] std::string key(std::string_view name) const { return m_prefix + std::string(name); }

    void fail(ErrorCode code, std::string detail)
    {
        if (!m_error) {
            m_error = Error{code, std::move(detail)};
        }
    }

    std::uint32_t integer(std::string_view name, Range<std::uint32_t> range, std::optional<std::uint32_t> absent = {})
    {
        const std::string full = key(name);
        if (m_file.find(full) == nullptr) {
            return orMissing(full, absent, range.least);
        }
        const auto value = m_file.integer(full);
        if (!value) {
            fail(ErrorCode::FileMalformed, full + " is not an integer");
            return range.least;
        }
        return inRange(full, *value, range);
    }

    float real(std::string_view name, Range<double> range, std::optional<float> absent = {})
    {
        const std::string full = key(name);
        if (m_file.find(full) == nullptr) {
            return orMissing(full, absent, static_cast<float>(range.least));
        }
        const auto value = m_file.number(full);
        if (!value || !(*value >= range.least && *value <= range.most)) { // NaN fails both comparisons
            fail(ErrorCode::FileMalformed,
                 std::format("{} is not a number from {} to {}", full, range.least, range.most));
            return static_cast<float>(range.least);
        }
        return static_cast<float>(*value);
    }

    /// An array with a number for each layer, where minus infinity is one. Empty where the file has none.
    std::vector<float> realPerLayer(std::string_view name, std::uint32_t layers)
    {
        const std::string full = key(name);
        const GgufArray *array = m_file.array(full);
        if (array == nullptr) {
            return {};
        }
        const auto *reals = std::get_if<std::vector<double>>(&array->elements);
        constexpr double kMost = 1e6;
        const auto bad = [](double value) { return !(value <= kMost) || (value < -kMost && !std::isinf(value)); };
        if (reals == nullptr || reals->size() != layers || std::ranges::any_of(*reals, bad)) {
            fail(ErrorCode::FileMalformed, full + " does not hold one sensible number for each layer");
            return {};
        }
        std::vector<float> checked;
        std::ranges::transform(*reals, std::back_inserter(checked),
                               [](double value) { return static_cast<float>(value); });
        return checked;
    }

    /// One number for all layers or an array with one for each; booleans are 0 and 1.
    std::vector<std::uint32_t> perLayer(std::string_view name, std::uint32_t layers, Range<std::uint32_t> range)
    {
        const std::string full = key(name);
        const GgufArray *array = m_file.array(full);
        if (array == nullptr) {
            return std::vector(layers, integer(name, range));
        }
        std::vector<std::uint32_t> checked;
        const auto take = [&](const auto &values) {
            for (const auto value : values) {
                checked.push_back(inRange(full, value, range));
            }
        };
        const auto *integers = std::get_if<std::vector<std::int64_t>>(&array->elements);
        const auto *booleans = std::get_if<std::vector<bool>>(&array->elements);
        if (integers != nullptr && integers->size() == layers) {
            take(*integers);
        } else if (booleans != nullptr && booleans->size() == layers) {
            take(*booleans);
        } else {
            fail(ErrorCode::FileMalformed, full + " does not hold one integer for each layer");
            checked.assign(layers, range.least);
        }
        return checked;
    }

private:
    std::uint32_t inRange(const std::string &full, std::int64_t value, Range<std::uint32_t> range)
    {
        if (value < range.least || value > range.most) {
            fail(ErrorCode::FileMalformed, std::format("{} is {}, not {} to {}", full, value, range.least, range.most));
            return range.least;
        }
        return static_cast<std::uint32_t>(value);
    }

    template <class T>
    T orMissing(const std::string &full, std::optional<T> absent, T fallback)
    {
        if (!absent) {
            fail(ErrorCode::FileMalformed, full + " is missing");
        }
        return absent.value_or(fallback);
    }

    const GgufFile &m_file;
    std::string m_prefix;
    std::optional<Error> m_error;
};

// What the file is for, before any number of it is read.
Result<std::string> runnableArchitecture(const GgufFile &file)
{
    const auto architecture = file.string("general.architecture");
    if (!architecture) {
        return failure(ErrorCode::FileMalformed, "general.architecture is missing");
    }
    if (const auto type = file.string("general.type"); type && *type != "model") {
        return failure(ErrorCode::UnsupportedFile, "the file is no model but of type " + printable(*type));
    }
    if (file.shardCount() == 1 && file.integer("split.count").value_or(1) > 1) {
        return failure(ErrorCode::UnsupportedFile, "the file is one part of a model split into several");
    }
    return std::string(*architecture);
}

void readRopeScaling(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    RopeScalingSettings &scaling = config.ropeScaling;
    const std::string_view type = file.string(parameters.key("rope.scaling.type")).value_or("linear");
    // A zero factor means no scaling: old converters wrote it.
    const bool current = file.find(parameters.key("rope.scaling.factor")) != nullptr;
    const float factor = parameters.real(current ? "rope.scaling.factor" : "rope.scale_linear", {0.0, 1e6}, 0.0F);
    scaling.factor = factor == 0.0F ? 1.0F : factor;
    scaling.trainedContext =
        parameters.integer("rope.scaling.original_context_length", {1, kContext}, config.contextLength);
    scaling.attentionFactor = parameters.real("rope.scaling.attn_factor", {1e-6, 1e6}, 1.0F);
    scaling.yarnBetaFast = parameters.real("rope.scaling.yarn_beta_fast", {1e-3, 1e6}, 32.0F);
    scaling.yarnBetaSlow = parameters.real("rope.scaling.yarn_beta_slow", {1e-3, 1e6}, 1.0F);
    scaling.yarnLogMultiplier = parameters.real("rope.scaling.yarn_log_multiplier", {0.0, 100.0}, 0.0F);
    scaling.alpha = parameters.real("rope.scaling.alpha", {0.0, 1e6}, 0.0F);
    if (file.tensor("rope_factors_long.weight") != nullptr || file.tensor("rope_factors_short.weight") != nullptr) {
        scaling.type = RopeScalingType::LongRope;
    } else if (type == "linear") {
        scaling.type = scaling.factor == 1.0F ? RopeScalingType::None : RopeScalingType::Linear;
    } else if (type == "yarn") {
        scaling.type = RopeScalingType::Yarn;
    } else if (type != "none" && !(type == "llama3" && file.tensor("rope_freqs.weight") != nullptr)) {
        // "llama3" is folded into the frequency factors by the converter.
        parameters.fail(ErrorCode::UnsupportedFile, "rope scaling " + printable(type) + " is not supported");
    }
}

void readRope(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    config.ropeDimensions = parameters.integer("rope.dimension_count", {2, config.keyLength}, config.keyLength);
    if (config.ropeDimensions % 2 != 0) {
        parameters.fail(ErrorCode::FileMalformed, parameters.key("rope.dimension_count") + " is odd");
    }
    config.ropeFrequencyBase = parameters.real("rope.freq_base", {1.0, 1e15}, 10000.0F);
    config.ropeTrained = file.boolean(parameters.key("rope.scaling.finetuned")).value_or(true);
    config.ropeInSections = file.find(parameters.key("rope.dimension_sections")) != nullptr;
    readRopeScaling(file, parameters, config);
}

void readGemma(Hyperparameters &parameters, ModelConfig &config)
{
    config.gemma.layerInputLength = parameters.integer("embedding_length_per_layer_input", {0, kWidth}, 0);
    config.gemma.sharedKvLayers = parameters.integer("attention.shared_kv_layers", {0, config.layerCount - 1}, 0);
    config.gemma.streams = parameters.integer("altup.num_inputs", {0, kStreams}, 0);
    if (parameters.integer("altup.active_idx", {0, kStreams}, 0) != 0) {
        parameters.fail(ErrorCode::UnsupportedFile,
                        parameters.key("altup.active_idx") + " other than 0 is not supported");
    }
    config.gemma.sparsity = parameters.realPerLayer("activation_sparsity_scale", config.blockCount);
    config.gemma.sparsity.resize(std::min<std::size_t>(config.gemma.sparsity.size(), config.layerCount));
}

void readRecurrent(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    RecurrentSettings &recurrent = config.recurrent;
    const auto number = [&](std::string_view name, Range<std::uint32_t> range) {
        return file.find(parameters.key(name)) != nullptr ? parameters.integer(name, range) : 0;
    };
    recurrent.taps = number("ssm.conv_kernel", {2, kTaps});
    recurrent.shortTaps = number("shortconv.l_cache", {2, kTaps});
    recurrent.innerSize = number("ssm.inner_size", {1, kWidth});
    recurrent.stateSize = number("ssm.state_size", {1, kStateSize});
    recurrent.heads = number("ssm.time_step_rank", {1, kHeads});
    recurrent.groups = number("ssm.group_count", {1, kHeads});
    if (recurrent.heads != 0 && recurrent.groups != 0 &&
        (recurrent.innerSize % recurrent.heads != 0 || recurrent.heads % recurrent.groups != 0)) {
        parameters.fail(ErrorCode::FileMalformed,
                        std::format("{} recurrent numbers in {} heads of {} groups do not divide", recurrent.innerSize,
                                    recurrent.heads, recurrent.groups));
    }
    recurrent.attentionInterval = number("full_attention_interval", {1, kLayers});
    if (file.array(parameters.key("attention.recurrent_layers")) != nullptr) {
        for (const std::uint32_t carries :
             parameters.perLayer("attention.recurrent_layers", config.blockCount, {0, 1})) {
            recurrent.layers.push_back(carries != 0);
        }
        recurrent.layers.resize(config.layerCount);
    }
}

void readSlidingWindow(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    constexpr std::string_view kPattern = "attention.sliding_window_pattern";
    config.slidingWindow = parameters.integer("attention.sliding_window", {0, kContext}, 0);
    config.slidingRopeFrequencyBase = parameters.real("rope.freq_base_swa", {0.0, 1e15}, 0.0F);
    config.slidingKeyLength = parameters.integer("attention.key_length_swa", {2, kHeadDim}, config.keyLength);
    config.slidingValueLength = parameters.integer("attention.value_length_swa", {1, kHeadDim}, config.valueLength);
    config.slidingRopeDimensions = parameters.integer("rope.dimension_count_swa", {2, config.slidingKeyLength},
                                                      std::min(config.slidingKeyLength, config.ropeDimensions));
    if (config.slidingRopeDimensions % 2 != 0) {
        parameters.fail(ErrorCode::FileMalformed, parameters.key("rope.dimension_count_swa") + " is odd");
    }
    const GgufArray *pattern = file.array(parameters.key(kPattern));
    if (pattern == nullptr) {
        config.slidingPeriod = parameters.integer(kPattern, {0, kLayers}, 0);
        return;
    }
    // Some converters leave out the blocks that predict tokens ahead.
    const std::size_t listed = std::visit([](const auto &values) { return values.size(); }, pattern->elements);
    const std::uint32_t layers = listed == config.layerCount ? config.layerCount : config.blockCount;
    for (const std::uint32_t slides : parameters.perLayer(kPattern, layers, {0, 1})) {
        config.slidingLayers.push_back(slides != 0);
    }
    config.slidingLayers.resize(config.layerCount);
}

void readScales(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    const auto cap = [&](std::string_view name) -> std::optional<float> {
        const bool given = file.find(parameters.key(name)) != nullptr;
        return given ? std::optional(parameters.real(name, {0.0, 1e6})) : std::nullopt;
    };
    const auto scale = [&](std::string_view name) {
        const float given = parameters.real(name, {0.0, 1e6}, 0.0F);
        return given == 0.0F ? 1.0F : given; // 0 means none to those who write these files
    };
    config.attentionScale = parameters.real("attention.scale", {0.0, 1e6}, 0.0F);
    config.attentionTemperatureScale = parameters.real("attention.temperature_scale", {0.0, 1e6}, 0.0F);
    config.attentionClamp = parameters.real("attention.clamp_kqv", {0.0, 1e30}, 0.0F);
    config.attentionSoftcap = cap("attn_logit_softcapping");
    config.logitSoftcap = cap("final_logit_softcapping");
    config.embeddingScale = scale("embedding_scale");
    config.residualScale = scale("residual_scale");
    config.logitScale = parameters.real("logit_scale", {0.0, 1e6}, 0.0F);
    config.parallelResidual = file.boolean(parameters.key("use_parallel_residual"));
}

void readHeads(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    config.headCount = parameters.perLayer("attention.head_count", config.blockCount, {1, kHeads});
    config.headCountKv = file.find(parameters.key("attention.head_count_kv")) != nullptr
                             ? parameters.perLayer("attention.head_count_kv", config.blockCount, {0, kHeads})
                             : config.headCount;
    config.headCount.resize(config.layerCount);
    config.headCountKv.resize(config.layerCount);
    for (std::uint32_t layer = 0; layer < config.layerCount; ++layer) {
        if (config.headCountKv[layer] != 0 && config.headCount[layer] % config.headCountKv[layer] != 0) {
            parameters.fail(ErrorCode::FileMalformed,
                            std::format("layer {}: {} heads do not divide among {} key-value heads", layer,
                                        config.headCount[layer], config.headCountKv[layer]));
        }
    }
    const std::uint32_t heads = config.headCount.front();
    std::optional<std::uint32_t> derived; // head width where the file does not give it
    if (config.embeddingLength % heads == 0 && config.embeddingLength / heads <= kHeadDim) {
        derived = config.embeddingLength / heads;
    }
    config.keyLength = parameters.integer("attention.key_length", {2, kHeadDim}, derived);
    config.valueLength = parameters.integer("attention.value_length", {1, kHeadDim}, derived);
}

void readAttention(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    readHeads(file, parameters, config);
    config.rmsNormEpsilon = parameters.real("attention.layer_norm_rms_epsilon", {1e-30, 1.0}, 0.0F);
    config.layerNormEpsilon = parameters.real("attention.layer_norm_epsilon", {1e-30, 1.0}, 0.0F);
    config.causal = file.boolean(parameters.key("attention.causal")).value_or(true);
    config.hiddenActivation = file.string(parameters.key("hidden_activation")).value_or("");
    if (file.find(parameters.key("pooling_type")) != nullptr) {
        config.pooling =
            static_cast<Pooling>(parameters.integer("pooling_type", {0, static_cast<std::uint32_t>(Pooling::Rank)}));
    }
}

void readLatent(Hyperparameters &parameters, ModelConfig &config)
{
    LatentSettings &latent = config.latent;
    latent.rank = parameters.integer("attention.kv_lora_rank", {0, kWidth}, 0);
    latent.queryRank = parameters.integer("attention.q_lora_rank", {0, kWidth}, 0);
    latent.keyLength = parameters.integer("attention.key_length_mla", {2, kHeadDim}, config.keyLength);
    latent.valueLength = parameters.integer("attention.value_length_mla", {1, kHeadDim}, config.valueLength);
}

void readExperts(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    ExpertSettings &experts = config.experts;
    experts.count = parameters.integer("expert_count", {0, kExperts}, 0);
    if (experts.count == 0) {
        return;
    }
    experts.used = parameters.integer("expert_used_count", {1, experts.count});
    experts.feedForwardLength = parameters.integer("expert_feed_forward_length", {0, kWidth}, 0);
    experts.sharedLength = parameters.integer("expert_shared_feed_forward_length", {0, kWidth}, 0);
    experts.sharedCount = parameters.integer("expert_shared_count", {0, kExperts}, 0);
    const float scale = parameters.real("expert_weights_scale", {0.0, 1e6}, 0.0F);
    experts.weightsScale = scale == 0.0F ? 1.0F : scale; // 0 means none to those who write these files
    experts.normalised = file.boolean(parameters.key("expert_weights_norm"));
    const std::uint32_t gating = parameters.integer("expert_gating_func", {0, 4}, 0);
    experts.gating = static_cast<ExpertGating>(gating);
    // 0 groups and 0 of them used mean that experts have no groups.
    experts.groups = std::max(1U, parameters.integer("expert_group_count", {0, kExpertGroups}, 0));
    const std::uint32_t used = parameters.integer("expert_group_used_count", {0, experts.groups}, 0);
    experts.groupsUsed = used == 0 ? experts.groups : used;
    if (experts.count % experts.groups != 0 || experts.used > experts.count / experts.groups * experts.groupsUsed) {
        parameters.fail(ErrorCode::FileMalformed,
                        std::format("{} of {} experts cannot be chosen from {} of {} groups", experts.used,
                                    experts.count, experts.groupsUsed, experts.groups));
    }
}

void readVocabularySize(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    const GgufArray *tokens = file.array("tokenizer.ggml.tokens");
    const auto *texts = tokens != nullptr ? std::get_if<std::vector<std::string_view>>(&tokens->elements) : nullptr;
    if (texts == nullptr) {
        config.vocabularySize = parameters.integer("vocab_size", {1, kVocabulary});
        return;
    }
    if (texts->empty() || texts->size() > kVocabulary) {
        parameters.fail(ErrorCode::FileMalformed,
                        std::format("tokenizer.ggml.tokens holds {} tokens, not 1 to {}", texts->size(), kVocabulary));
        return;
    }
    config.vocabularySize = static_cast<std::uint32_t>(texts->size());
}

template <class T>
void recommend(const GgufFile &file, std::string_view name, T least, T most, T &setting)
{
    const auto value = file.number("general.sampling." + std::string(name));
    if (value && *value >= static_cast<double>(least) && *value <= static_cast<double>(most)) {
        setting = static_cast<T>(*value);
    }
}

} // namespace

Result<ModelConfig> readModelConfig(const GgufFile &file)
{
    const auto architecture = runnableArchitecture(file);
    if (!architecture) {
        return std::unexpected(architecture.error());
    }
    Hyperparameters parameters(file, *architecture);
    ModelConfig config;
    config.architecture = *architecture;
    config.contextLength = parameters.integer("context_length", {1, kContext});
    config.embeddingLength = parameters.integer("embedding_length", {1, kWidth});
    config.blockCount = parameters.integer("block_count", {1, kLayers});
    config.layerCount = config.blockCount - parameters.integer("nextn_predict_layers", {0, config.blockCount - 1}, 0);
    readExperts(file, parameters, config);
    // Where every layer has experts some files do not say how wide another feed-forward part would be.
    const bool said = file.find(parameters.key("feed_forward_length")) != nullptr;
    config.feedForwardLength = said || config.experts.feedForwardLength == 0
                                   ? parameters.perLayer("feed_forward_length", config.blockCount, {0, kWidth})
                                   : std::vector<std::uint32_t>(config.blockCount);
    config.feedForwardLength.resize(config.layerCount);
    readAttention(file, parameters, config);
    readLatent(parameters, config);
    readRope(file, parameters, config);
    readSlidingWindow(file, parameters, config);
    readRecurrent(file, parameters, config);
    readGemma(parameters, config);
    readScales(file, parameters, config);
    readVocabularySize(file, parameters, config);
    if (auto error = parameters.takeError()) {
        return std::unexpected(std::move(*error));
    }
    return config;
}

std::optional<std::string> readChatTemplate(const GgufFile &file)
{
    const auto text = file.string("tokenizer.chat_template");
    return text && !text->empty() ? std::optional<std::string>(*text) : std::nullopt;
}

SamplingParams readRecommendedSampling(const GgufFile &file)
{
    // A value out of range is a mistake of the file, not a reason to refuse it: the default stays.
    SamplingParams params = familySampling(file.string("general.name").value_or(""));
    recommend(file, "temp", 0.0F, 10.0F, params.temperature);
    recommend(file, "top_k", 0, 1 << 22, params.topK);
    recommend(file, "top_p", 0.0F, 1.0F, params.topP);
    recommend(file, "min_p", 0.0F, 1.0F, params.minP);
    recommend(file, "xtc_probability", 0.0F, 1.0F, params.xtcProbability);
    recommend(file, "xtc_threshold", 0.0F, 1.0F, params.xtcThreshold);
    recommend(file, "penalty_last_n", -1, 1 << 22, params.penaltyLastN);
    recommend(file, "penalty_repeat", 0.1F, 10.0F, params.repeatPenalty);
    recommend(file, "mirostat", 0, 2, params.mirostat);
    recommend(file, "mirostat_tau", 0.0F, 100.0F, params.mirostatTau);
    recommend(file, "mirostat_eta", 0.0F, 1.0F, params.mirostatEta);
    return params;
}

} // namespace inference
