// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much memory a model would take, from its header alone: also of a file of which only the beginning is there.
#pragma once

#include "inference/error.h"
#include "inference/kv_type.h"
#include "inference/model_summary.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace inference {

/// What a layer's cache keeps of each position.
enum class CacheKind {
    Full,    ///< keys and values of every position
    Sliding, ///< of the last positions alone
    Latent,  ///< one vector that keys and values are made of (MLA)
};

/// Layers whose caches are alike.
struct CacheNeeds {
    CacheKind kind = CacheKind::Full;
    std::uint32_t slots = 0;           ///< most positions kept; 0: all of the context
    std::uint64_t numbersPerToken = 0; ///< of all these layers
    bool operator==(const CacheNeeds &) const = default;
};

/// Activations, logits and tables of a program for that context.
struct ScratchNeeds {
    std::uint32_t context = 0;
    std::uint64_t bytes = 0;
    bool operator==(const ScratchNeeds &) const = default;
};

/// What a model takes on one kind of device. Tables of which a token meets one row stay where the file is mapped
/// (Gemma's inputs of each layer; on the processor also embeddings that nothing is multiplied with): they are in none
/// of these numbers, since the system may drop their pages.
struct MemoryNeeds {
    std::uint64_t weightBytes = 0;     ///< as they are resident, experts among them
    std::uint64_t expertBytes = 0;     ///< of these, what a graphics device may leave in host memory
    std::uint64_t hostExpertBytes = 0; ///< what the experts take there, when they are repacked for the processor
    std::uint64_t mappedBytes = 0; ///< on the processor, when it works on the file's own layout: instead of weightBytes
    std::vector<CacheNeeds> cache = {};
    std::uint64_t stateBytes = 0;           ///< of layers that carry a state from token to token, both copies
    std::vector<ScratchNeeds> scratch = {}; ///< by context, ascending; between two of them it grows evenly
    [[nodiscard]] bool known() const { return !scratch.empty(); }
    bool operator==(const MemoryNeeds &) const = default;
};

/// On both kinds of device.
struct ModelNeeds {
    MemoryNeeds processor;
    MemoryNeeds graphics; ///< on an ordinary graphics card; not known in a build without Vulkan
    bool operator==(const ModelNeeds &) const = default;
};

/// MemoryNeeds at a context.
struct MemoryParts {
    std::uint64_t weightBytes = 0;
    std::uint64_t fullCacheBytes = 0;
    std::uint64_t slidingCacheBytes = 0;
    std::uint64_t latentCacheBytes = 0;
    std::uint64_t stateBytes = 0;
    std::uint64_t scratchBytes = 0;
    [[nodiscard]] std::uint64_t cacheBytes() const
    {
        return fullCacheBytes + slidingCacheBytes + latentCacheBytes + stateBytes;
    }
    [[nodiscard]] std::uint64_t total() const { return weightBytes + cacheBytes() + scratchBytes; }
    bool operator==(const MemoryParts &) const = default;
};

/// What all of `needs` comes to for a conversation of `context` tokens with a cache of that type.
MemoryParts memoryAt(const MemoryNeeds &needs, std::uint32_t context, KvType type);

/// What of a device's free memory models may take: something is left to the rest of the system.
std::uint64_t memoryForModels(std::uint64_t freeBytes);

/// A model's card together with what it would take.
struct ModelHeader {
    ModelSummary summary;
    ModelNeeds needs; ///< not known for models whose forward pass is not written here
};

/// Reads the header alone, also of models Carrel cannot run. Blocking.
Result<ModelHeader> readModelHeader(const std::filesystem::path &path);

/// The same from the first bytes of a file of `fileBytes`, whose name without its ending is `stem`. FileTruncated: the
/// header goes on behind them, and more bytes have to be read. The summary says that the file is not complete.
Result<ModelHeader> readModelHeader(std::span<const std::byte> start, std::string_view stem, std::uint64_t fileBytes);

} // namespace inference
