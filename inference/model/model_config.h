// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/error.h"
#include "inference/model/gguf_file.h"
#include "inference/tokenizer/vocabulary.h"
#include "inference/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inference {

/// How RoPE reaches contexts longer than those of the training.
enum class RopeScalingType { None, Linear, Yarn, LongRope };

struct RopeScalingSettings {
    RopeScalingType type = RopeScalingType::None;
    float factor = 1.0F;
    std::uint32_t trainedContext = 0; ///< positions before scaling; YaRN and longrope
    float attentionFactor = 1.0F;     ///< on cosine and sine
    float yarnBetaFast = 32.0F;
    float yarnBetaSlow = 1.0F;
    bool yarnWholePairs = true; ///< YaRN's bounds are rounded to whole pairs
    /// YaRN's factor on cosine and sine, 1 + 0.1 ln(factor), is divided by 1 + 0.1 m ln(factor): 0 leaves it, 1 takes
    /// it away.
    float yarnLogMultiplier = 0.0F;
    float alpha = 0.0F; ///< not 0: the base is multiplied by alpha^(d / (d - 2)), d the key length
};

/// What becomes of a router's logits, numbered as files do.
enum class ExpertGating { NotSaid, Softmax, Sigmoid, SoftmaxOfChosen, SqrtSoftplus };

/// Experts that layers have instead of one feed-forward part.
struct ExpertSettings {
    std::uint32_t count = 0;             ///< 0: none
    std::uint32_t used = 0;              ///< 1 to count; by each token
    std::uint32_t feedForwardLength = 0; ///< of one expert; 0: not said
    std::uint32_t sharedLength = 0;      ///< of the expert that all tokens use; 0: not said
    std::uint32_t sharedCount = 0;       ///< of such experts, which files have as one; 0: not said
    ExpertGating gating = ExpertGating::NotSaid;
    std::optional<bool> normalised; ///< whether the weights of the chosen are divided by their sum
    float weightsScale = 1.0F;
    std::uint32_t groups = 1; ///< equal parts of the experts, of which each token uses the best
    std::uint32_t groupsUsed = 1;
};

/// Keys and values that the cache holds as one short vector for all heads (multi-head latent attention).
struct LatentSettings {
    std::uint32_t rank = 0;        ///< width of that vector; 0: none
    std::uint32_t queryRank = 0;   ///< width of the query's; 0: queries are made directly
    std::uint32_t keyLength = 0;   ///< per head, before keys are folded into queries
    std::uint32_t valueLength = 0; ///< per head
};

/// Layers that carry a state from token to token instead of looking back at a cache. 0: not said.
struct RecurrentSettings {
    std::vector<bool> layers;            ///< by layer; empty: not listed
    std::uint32_t attentionInterval = 0; ///< layer i has attention instead where i + 1 is a multiple of this
    std::uint32_t taps = 0;              ///< of the convolution in front
    std::uint32_t shortTaps = 0;         ///< of layers that are little else than a convolution
    std::uint32_t innerSize = 0;         ///< numbers of all heads, a multiple of them
    std::uint32_t stateSize = 0;         ///< rows of the matrix that a head keeps
    std::uint32_t heads = 0;             ///< a multiple of the groups
    std::uint32_t groups = 0;            ///< heads of one group share what writes and reads their matrices
};

/// What Gemma's small models have besides a stream of one width. 0: not said.
struct GemmaSettings {
    std::uint32_t layerInputLength = 0; ///< numbers that each layer is given of the token itself
    std::uint32_t sharedKvLayers = 0;   ///< last layers, below layerCount, that read the cache of a layer before them
    std::uint32_t streams = 0;          ///< that layers carry side by side; the first is what they work on
    /// By layer, by how many deviations gates must exceed their mean to stay; not finite: all do. Empty: not said.
    std::vector<float> sparsity;
};

/// Hyperparameters of a transformer, checked against the limits of the format (layers <= 1024, heads divisible, …).
/// Keys that the file has not keep the value given here; what a family demands it asks for itself.
struct ModelConfig {
    std::string architecture; ///< "llama"
    std::uint32_t contextLength = 0;
    std::uint32_t embeddingLength = 0;
    std::uint32_t blockCount = 0; ///< in the file; those from layerCount on predict tokens ahead and are not run
    std::uint32_t layerCount = 0;
    std::vector<std::uint32_t> feedForwardLength; ///< by layer; 0: the file has none for it
    std::vector<std::uint32_t> headCount;         ///< by layer
    std::vector<std::uint32_t> headCountKv;       ///< by layer; 0: it has no attention
    std::uint32_t keyLength = 0;                  ///< per head
    std::uint32_t valueLength = 0;                ///< per head
    std::uint32_t vocabularySize = 0;
    ExpertSettings experts;
    LatentSettings latent;
    RecurrentSettings recurrent;
    GemmaSettings gemma;
    float rmsNormEpsilon = 0.0F;   ///< 0: not in the file
    float layerNormEpsilon = 0.0F; ///< 0: not in the file
    std::uint32_t ropeDimensions = 0;
    float ropeFrequencyBase = 10000.0F;
    bool causal = true; ///< false: a token sees those behind it too
    std::optional<Pooling> pooling;
    Pooling rankedRow = Pooling::Last; ///< the row that a classifier is given; the family says it
    std::string hiddenActivation;      ///< of the feed-forward parts, as the file names it; empty: not said
    bool geluClassifier = false; ///< a classifier's hidden layer has GELU, not the hyperbolic tangent; by the family
    bool ropeTrained = true;     ///< false: the models of some families have no positions then
    bool ropeInSections = false; ///< positions have several dimensions, which are one for text
    RopeScalingSettings ropeScaling;

    std::uint32_t slidingWindow = 0; ///< positions that a token of a sliding layer sees, itself included; 0: not said
    std::uint32_t slidingPeriod = 0; ///< layer i slides where i mod period < period - 1; 0: not said
    std::vector<bool> slidingLayers; ///< by layer; empty: not listed
    float slidingRopeFrequencyBase = 0.0F;   ///< 0: not said
    std::uint32_t slidingKeyLength = 0;      ///< per head of a sliding layer; as keyLength where the file does not say
    std::uint32_t slidingValueLength = 0;    ///< likewise
    std::uint32_t slidingRopeDimensions = 0; ///< likewise

    float attentionScale = 0.0F;            ///< on q.k; 0: 1 / sqrt(key length)
    float attentionTemperatureScale = 0.0F; ///< not 0: queries grow with their position, past the trained context
    float attentionClamp = 0.0F;            ///< not 0: bound on the numbers of query, key and value
    std::optional<float> attentionSoftcap;  ///< 0: none
    std::optional<float> logitSoftcap;      ///< 0: none
    float embeddingScale = 1.0F;
    float residualScale = 1.0F;
    float logitScale = 0.0F; ///< 0: not said; a factor or a divisor, as the family has it
    std::optional<bool> parallelResidual;
};

/// Reads and checks the hyperparameters that transformers have in common. UnsupportedFile for what Carrel does not do.
Result<ModelConfig> readModelConfig(const GgufFile &file);

/// Reads and checks the tokenizer's keys (lengths agree, ids in range, no bad byte tokens).
Result<Vocabulary> readVocabulary(const GgufFile &file);

/// `tokenizer.chat_template`, and the sampling settings that the file recommends (general.sampling.*)
/// over those of its family.
std::optional<std::string> readChatTemplate(const GgufFile &file);
SamplingParams readRecommendedSampling(const GgufFile &file);

} // namespace inference
