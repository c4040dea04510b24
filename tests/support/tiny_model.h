// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Random llama models of any small shape, for tests of everything that needs a model file. The same options give the
// same bytes on every machine.
#pragma once

#include "inference/quant/tensor_type.h"
#include "tests/support/gguf_writer.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// Shape and contents. A type whose block is wider than a tensor's rows divide into gives way to Q8_0, then F16.
struct TinyModelOptions {
    std::uint32_t layers = 2;
    std::uint32_t embedding = 64;
    std::uint32_t feedForward = 96;
    std::uint32_t experts = 0; ///< not 0: of `feedForward` each, in every layer
    std::uint32_t usedExperts = 2;
    std::uint32_t heads = 4;
    std::uint32_t kvHeads = 2;
    std::optional<std::uint32_t> headDim = {}; ///< else embedding / heads, with no key_length in the file
    std::uint32_t vocabulary = 320;            ///< at least tinyVocabularyLeast()
    std::uint32_t context = 256;
    inference::TensorType type = inference::TensorType::Q8_0; ///< of every matrix …
    /// … unless this gives another for a tensor's name, for example "blk.0.attn_v.weight".
    std::function<std::optional<inference::TensorType>(std::string_view name)> typeOf = {};
    bool tied = true;                                 ///< no output.weight: the embedding is used
    bool attentionBias = false;                       ///< attn_{q,k,v,output}.bias
    bool feedForwardBias = false;                     ///< ffn_{gate,up,down}.bias
    bool ropeFactors = false;                         ///< rope_freqs.weight
    std::optional<std::uint32_t> ropeDimensions = {}; ///< else the head dimension
    float ropeBase = 10000.0F;
    std::optional<float> ropeLinearFactor = {};
    std::string pre = "gpt-2";
    bool chatTemplate = true;
    std::string templateSource = {};             ///< else tinyChatTemplate()
    std::vector<std::string> controlTokens = {}; ///< spelled by the vocabulary's last tokens, the first by the last
    std::vector<std::string> furtherMerges = {}; ///< of the vocabulary: "y e", "ye s"
    std::vector<std::int32_t> suppressed = {};   ///< tokens that the file forbids
    bool neverEnds = false; ///< the end tokens have logit 0, never among the best: for tests that stop an answer
    std::uint64_t seed = 1;
};

/// The model as a writer, for tests that change something before they take its bytes.
GgufWriter tinyModelWriter(const TinyModelOptions &options = {});

/// The bytes of the model file.
Bytes makeTinyModel(const TinyModelOptions &options = {});

/// Writes the model as `count` files, cut as llama.cpp's gguf-split does (the first has all metadata), and returns
/// their paths in order: STEM-00001-of-0000N.gguf.
std::vector<std::filesystem::path> writeTinyShards(const std::filesystem::path &folder, const std::string &stem,
                                                   std::uint32_t count, const TinyModelOptions &options = {});

/// Writes the model file and returns its path.
std::filesystem::path writeTinyModel(const std::filesystem::path &path, const TinyModelOptions &options = {});

} // namespace tests
