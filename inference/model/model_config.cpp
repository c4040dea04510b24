// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/model/model_config.h"

#include "inference/model/family_sampling.h"
#include "inference/model/model_limits.h"

#include <algorithm>
#include <format>
#include <utility>

namespace inference {

namespace {

using namespace model_limits;

// A name from the file for a message: short, printable, quoted.
std::string printable(std::string_view text)
{
    constexpr std::size_t kMost = 64;
    std::string shown(text.substr(0, kMost));
    std::ranges::replace_if(
        shown, [](char c) { return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E; },
        '?');
    return '"' + shown + '"';
}

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

    /// One number for all layers or an array with one for each.
    std::vector<std::uint32_t> perLayer(std::string_view name, std::uint32_t layers, Range<std::uint32_t> range)
    {
        const std::string full = key(name);
        const GgufArray *array = m_file.array(full);
        if (array == nullptr) {
            return std::vector(layers, integer(name, range));
        }
        const auto *values = std::get_if<std::vector<std::int64_t>>(&array->elements);
        if (values == nullptr || values->size() != layers) {
            fail(ErrorCode::FileMalformed, full + " does not hold one integer for each layer");
            return std::vector(layers, range.least);
        }
        std::vector<std::uint32_t> checked(layers);
        std::ranges::transform(*values, checked.begin(), [&](std::int64_t v) { return inRange(full, v, range); });
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
    if (file.integer("split.count").value_or(1) > 1) {
        return failure(ErrorCode::UnsupportedFile, "the file is one part of a model split into several");
    }
    if (*architecture != "llama") {
        return failure(ErrorCode::UnsupportedFile, "architecture " + printable(*architecture) + " is not supported");
    }
    return std::string(*architecture);
}

void readRope(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    config.ropeDimensions = parameters.integer("rope.dimension_count", {2, config.keyLength}, config.keyLength);
    if (config.ropeDimensions % 2 != 0) {
        parameters.fail(ErrorCode::FileMalformed, parameters.key("rope.dimension_count") + " is odd");
    }
    config.ropeFrequencyBase = parameters.real("rope.freq_base", {1.0, 1e15}, 10000.0F);

    const std::string_view type = file.string(parameters.key("rope.scaling.type")).value_or("linear");
    // A zero factor means no scaling: old converters wrote it.
    const bool current = file.find(parameters.key("rope.scaling.factor")) != nullptr;
    const float factor = parameters.real(current ? "rope.scaling.factor" : "rope.scale_linear", {0.0, 1e6}, 0.0F);
    if (type == "linear") {
        config.ropePositionScale = factor == 0.0F ? 1.0F : 1.0F / factor;
    } else if (type == "llama3" && file.tensor("rope_freqs.weight") != nullptr) {
        config.ropePositionScale = 1.0F; // the converter folded the scaling into the frequency factors
    } else if (type != "none") {
        parameters.fail(ErrorCode::UnsupportedFile, "rope scaling " + printable(type) + " is not supported");
    }
    if (file.tensor("rope_factors_long.weight") != nullptr || file.tensor("rope_factors_short.weight") != nullptr) {
        parameters.fail(ErrorCode::UnsupportedFile, "rope scaling longrope is not supported");
    }
}

void readAttention(const GgufFile &file, Hyperparameters &parameters, ModelConfig &config)
{
    config.headCount = parameters.perLayer("attention.head_count", config.layerCount, {1, kHeads});
    config.headCountKv = file.find(parameters.key("attention.head_count_kv")) != nullptr
                             ? parameters.perLayer("attention.head_count_kv", config.layerCount, {1, kHeads})
                             : config.headCount;
    for (std::uint32_t layer = 0; layer < config.layerCount; ++layer) {
        if (config.headCount[layer] % config.headCountKv[layer] != 0) {
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
    config.rmsEpsilon = parameters.real("attention.layer_norm_rms_epsilon", {1e-30, 1.0});
    if (!file.boolean(parameters.key("attention.causal")).value_or(true)) {
        parameters.fail(ErrorCode::UnsupportedFile, "attention in both directions is not supported");
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
    config.layerCount = parameters.integer("block_count", {1, kLayers});
    config.feedForwardLength = parameters.perLayer("feed_forward_length", config.layerCount, {1, kWidth});
    if (parameters.integer("expert_count", {0, 1024}, 0) > 0) {
        parameters.fail(ErrorCode::UnsupportedFile, "mixture of experts is not supported");
    }
    readAttention(file, parameters, config);
    readRope(file, parameters, config);
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
