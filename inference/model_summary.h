// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/types.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inference {

/// Layers whose KV cache keeps no more than the last `slots` positions.
struct SlidingKv {
    std::uint32_t slots = 0;
    std::uint64_t bytesPerToken = 0; ///< in f16, all these layers
    bool operator==(const SlidingKv &) const = default;
};

/// What can be said of a model file from its header alone.
struct ModelSummary {
    std::string name; ///< general.name, else the file's stem
    std::string architecture;
    std::string sizeLabel;               ///< "135M"
    std::string quantization;            ///< "Q4_1": general.file_type, else the commonest type by bytes
    std::string license;                 ///< general.license, empty when absent
    std::string licenseName;             ///< general.license.name
    std::string licenseLink;             ///< general.license.link
    std::vector<std::string> baseModels; ///< what it was made from: addresses, or organization/name
    std::uint64_t parameters = 0;
    std::uint64_t activeParameters = 0; ///< that a token meets: of mixtures of experts fewer than all
    std::uint32_t expertCount = 0;      ///< 0: no mixture of experts
    std::uint32_t expertsUsed = 0;      ///< by each token
    std::uint64_t expertBytes = 0;      ///< of the tensors, those that a graphics device may leave in host memory
    std::uint64_t fileBytes = 0;        ///< of all files
    std::uint32_t fileCount = 1;        ///< above 1 for a model in shards
    std::uint64_t tensorBytes = 0;
    std::uint32_t tensorCount = 0;
    std::uint32_t contextLength = 0;
    std::uint32_t layerCount = 0;
    std::uint32_t embeddingLength = 0;
    std::uint32_t vocabularySize = 0;
    std::uint64_t kvBytesPerToken = 0; ///< of an f16 KV cache, all layers; 0 when unknown
    std::vector<SlidingKv> slidingKv;  ///< the layers among them that stop growing
    std::uint32_t recurrentLayers = 0; ///< that carry a state from token to token
    std::uint64_t stateBytes = 0;      ///< of that state, all layers
    std::string tokenizerModel;        ///< "gpt2"
    std::string tokenizerPre;          ///< "smollm"
    std::string chatTemplateSha256;    ///< hex, empty without a template
    bool hasChatTemplate = false;
    ModelPurpose purpose = ModelPurpose::Text;
    std::optional<Pooling> pooling;   ///< as the file says it
    std::uint32_t embeddingWidth = 0; ///< numbers in an embedding, or scores; 0 for models that write text
    std::string queryPrefix;          ///< what an embedder was trained to have in front of a query,
    std::string passagePrefix;        ///< and of a passage
    bool complete = false;            ///< every tensor's bytes are in the file
    bool adapter = false;             ///< it is none itself: see readAdapterSummary()
    bool supported = false;           ///< this version of Carrel runs it
    std::string reason;               ///< why not, one sentence in English
};

/// Bytes of an f16 KV cache of `context` positions.
std::uint64_t kvCacheBytes(std::uint64_t bytesPerToken, std::span<const SlidingKv> sliding, std::uint32_t context);

/// "it turns texts into vectors …": what a model of that purpose does, to go on a sentence.
std::string_view sentence(ModelPurpose purpose);

} // namespace inference
