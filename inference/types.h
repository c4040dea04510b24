// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plain values that cross the border of the inference library: no behaviour, no ownership, safe to copy between
// threads.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inference {

/// Index of a token in the model's vocabulary.
using TokenId = std::int32_t;

/// Who speaks in a chat message. Names as chat templates know them: system, user, assistant, tool.
enum class Role { System, User, Assistant, Tool };

/// One message of a conversation as a chat template sees it.
struct Message {
    Role role = Role::User;
    std::string content; ///< UTF-8; never searched for control tokens
    /// More members as templates know them (tool_calls, tool_call_id, reasoning_content): a JSON object, whose members
    /// win over those above. As foreign as the content. Empty: none.
    std::string membersJson = {};
};

/// How the next token is chosen. Order of the chain and defaults: notes on sampling in ARCHITECTURE.md.
/// A default-constructed value is the neutral chain with temperature 0.8; `temperature == 0` is the argmax of the
/// logits after penalties.
struct SamplingParams {
    float temperature = 0.8F;       ///< 0 = greedy
    std::int32_t topK = 40;         ///< 0 = off
    float topP = 0.95F;             ///< 1 = off
    float minP = 0.05F;             ///< 0 = off
    float typicalP = 1.0F;          ///< 1 = off
    float topNSigma = -1.0F;        ///< below 0 = off
    float repeatPenalty = 1.0F;     ///< 1 = off
    float frequencyPenalty = 0.0F;  ///< 0 = off
    float presencePenalty = 0.0F;   ///< 0 = off
    std::int32_t penaltyLastN = 64; ///< tokens looked back at; 0 = off, -1 = the whole context
    float dryMultiplier = 0.0F;     ///< 0 = off
    float dryBase = 1.75F;
    std::int32_t dryAllowedLength = 2;
    std::int32_t dryLastN = -1; ///< -1 = the whole context
    std::vector<std::string> drySequenceBreakers = {"\n", ":", "\"", "*"};
    float xtcProbability = 0.0F; ///< 0 = off
    float xtcThreshold = 0.1F;
    float dynamicTemperatureRange = 0.0F; ///< 0 = off
    float dynamicTemperatureExponent = 1.0F;
    std::int32_t mirostat = 0; ///< 0 = off, 1 or 2; replaces truncation and draw
    float mirostatTau = 5.0F;
    float mirostatEta = 0.1F;
    std::map<TokenId, float> logitBias;
    std::uint64_t seed = 0; ///< the same seed, settings and context give the same tokens

    bool operator==(const SamplingParams &) const = default;
};

/// How the rows that a model computes for a text become its embedding. The numbers are those of files.
enum class Pooling {
    None = 0,  ///< an embedding for each token
    Mean = 1,  ///< their mean
    First = 2, ///< that of the first token, which stands for the text
    Last = 3,  ///< that of the last token
    Rank = 4,  ///< scores of a classifier in place of an embedding
};

/// What a model is made for.
enum class ModelPurpose {
    Text,      ///< goes on with a text: chats
    Embedding, ///< turns texts into vectors
    Ranking,   ///< tells how well a document answers a query
};

/// Why an answer ended.
enum class FinishReason {
    EndOfGeneration, ///< the model produced an end token
    StopString,      ///< a stop string of the request was met (it is not part of the text)
    TokenLimit,      ///< maxTokens reached
    ContextFull,     ///< no position left
    Cancelled,       ///< the caller asked to stop
};

/// What kind of device runs a model.
enum class DeviceKind { Cpu, DiscreteGpu, IntegratedGpu, VirtualGpu, SoftwareGpu };

/// A device as the user sees it.
struct DeviceInfo {
    std::string id; ///< "cpu", "vulkan:0"; stable within one run
    DeviceKind kind = DeviceKind::Cpu;
    std::string name;              ///< for example "AMD Radeon 780M Graphics"
    std::string driver;            ///< driver name and version; for the CPU the kernels' instruction set, "AVX3_ZEN4"
    std::string uuid;              ///< hex; stable across runs; names the device in the quarantine list
    std::uint64_t memoryBytes = 0; ///< device-local memory, or RAM for the CPU
    std::uint64_t freeBytes = 0;   ///< what is free now, 0 when unknown
    bool usable = false;           ///< meets the backend's needs
    std::string reason;            ///< why not usable, one sentence in English
};

/// How much memory a loaded model holds on its device.
struct MemoryUse {
    std::uint64_t weightBytes = 0;
    std::uint64_t kvBytes = 0;
    std::uint64_t scratchBytes = 0;
    /// Beside the device's: experts that stay in host memory, as far as they are not read in the mapped file.
    std::uint64_t hostBytes = 0;
    /// What the device holds.
    [[nodiscard]] std::uint64_t total() const { return weightBytes + kvBytes + scratchBytes; }
};

} // namespace inference
