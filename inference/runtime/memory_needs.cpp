// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The numbers are those that the backends themselves lay out before they allocate: a graph is made from the header and
// planned for a few contexts.
#include "inference/memory_needs.h"

#include "inference/backend/cpu/cpu_backend.h"
#include "inference/families/families.h"
#include "inference/families/model_summary.h"
#include "inference/graph/kv_extent.h"
#include "inference/model/gguf_file.h"
#include "inference/model_files.h"
#include "inference/runtime/whole_texts.h"
#ifdef CARREL_HAS_VULKAN
#include "inference/backend/vulkan/vulkan_backend.h"
#endif

#include <algorithm>
#include <functional>
#include <limits>

namespace inference {

namespace {

using Estimate = std::function<MemoryUse(const backend::ProgramOptions &)>;

/// Positions that a conversation may have in tests of small models, and twice as many again and again.
constexpr std::uint32_t kShortest = 64;

std::vector<std::uint32_t> contextsTo(std::uint32_t longest)
{
    std::vector<std::uint32_t> contexts;
    for (std::uint64_t context = kShortest; context < longest; context *= 2) {
        contexts.push_back(static_cast<std::uint32_t>(context));
        // Where texts are one batch, scratch grows with the square.
        contexts.push_back(static_cast<std::uint32_t>(std::min<std::uint64_t>(context / 2 * 3, longest)));
    }
    contexts.push_back(std::max(longest, 1U));
    const auto repeated = std::ranges::unique(contexts);
    contexts.erase(repeated.begin(), repeated.end());
    return contexts;
}

std::vector<CacheNeeds> cacheOf(const graph::Graph &graph, bool oneBatch)
{
    const graph::KvExtent extent(graph, {.contextLength = std::numeric_limits<std::uint32_t>::max()});
    std::vector<CacheNeeds> kinds;
    for (std::size_t i = 0; i < graph.kv.size(); ++i) {
        const graph::KvLayer &layer = graph.kv[i];
        CacheNeeds needs{.numbersPerToken = std::uint64_t{layer.keyWidth} + layer.valueWidth};
        if (layer.window > 0 && !oneBatch) {
            needs.kind = CacheKind::Sliding;
            needs.slots = extent.slots(i);
        } else if (layer.valueWidth == 0) {
            needs.kind = CacheKind::Latent;
        }
        const auto same = std::ranges::find_if(
            kinds, [&](const CacheNeeds &known) { return known.kind == needs.kind && known.slots == needs.slots; });
        if (same == kinds.end()) {
            kinds.push_back(needs);
        } else {
            same->numbersPerToken += needs.numbersPerToken;
        }
    }
    return kinds;
}

MemoryNeeds needsOf(const graph::Graph &graph, std::uint32_t longest, const Estimate &estimate)
{
    const bool oneBatch = runtime::readsWholeText(graph);
    MemoryNeeds needs{.cache = cacheOf(graph, oneBatch)};
    for (const graph::RecurrentState &state : graph.states) {
        needs.stateBytes += 2 * state.numbers * sizeof(float);
    }
    const auto optionsAt = [&](std::uint32_t context) {
        return backend::ProgramOptions{.contextLength = context,
                                       .maxBatch =
                                           oneBatch ? context : std::min(backend::ProgramOptions{}.maxBatch, context)};
    };
    for (const std::uint32_t context : contextsTo(longest)) {
        const MemoryUse use = estimate(optionsAt(context));
        if (use.total() == 0) {
            return {}; // it cannot be planned
        }
        needs.weightBytes = use.weightBytes;
        needs.scratch.push_back({context, use.scratchBytes});
    }
    return needs;
}

MemoryNeeds processorNeeds(const graph::Graph &graph, std::uint32_t longest)
{
    const auto backend = backend::makeCpuBackend();
    MemoryNeeds needs = needsOf(
        graph, longest, [&](const backend::ProgramOptions &options) { return backend->estimate(graph, options); });
    needs.mappedBytes =
        backend->estimate(graph, {.contextLength = 1, .maxBatch = 1, .repackWeights = false}).weightBytes;
    return needs;
}

#ifdef CARREL_HAS_VULKAN
MemoryNeeds graphicsNeeds(const graph::Graph &graph, std::uint32_t longest)
{
    MemoryNeeds needs = needsOf(graph, longest, [&](const backend::ProgramOptions &options) {
        return backend::estimateForVulkan(graph, options);
    });
    const MemoryUse bare =
        backend::estimateForVulkan(graph, {.contextLength = 1,
                                           .maxBatch = 1,
                                           .hostExpertLayers = std::numeric_limits<std::uint32_t>::max(),
                                           .hostExperts = backend::makeCpuHostExperts()});
    if (needs.known() && bare.total() > 0) {
        needs.expertBytes = needs.weightBytes - std::min(needs.weightBytes, bare.weightBytes);
        needs.hostExpertBytes = bare.hostBytes;
    }
    return needs;
}
#endif

ModelHeader headerOf(const GgufFile &file, std::string_view stem)
{
    ModelHeader header{.summary = families::summarize(file, stem), .needs = {}};
    if (!header.summary.supported) {
        return header;
    }
    const auto forwardPass = families::buildForwardPass(file, 0);
    if (!forwardPass) {
        return header;
    }
    const std::uint32_t longest = std::max(forwardPass->config.contextLength, 1U);
    header.needs.processor = processorNeeds(forwardPass->graph, longest);
#ifdef CARREL_HAS_VULKAN
    header.needs.graphics = graphicsNeeds(forwardPass->graph, longest);
#endif
    return header;
}

std::uint64_t scratchAt(const std::vector<ScratchNeeds> &scratch, std::uint32_t context)
{
    if (scratch.empty()) {
        return 0;
    }
    const auto above = std::ranges::lower_bound(scratch, context, {}, &ScratchNeeds::context);
    if (above == scratch.begin()) {
        return above->bytes;
    }
    if (above == scratch.end()) {
        return scratch.back().bytes;
    }
    const ScratchNeeds &below = *std::prev(above);
    const double part =
        static_cast<double>(context - below.context) / static_cast<double>(above->context - below.context);
    return static_cast<std::uint64_t>(static_cast<double>(below.bytes) +
                                      part * (static_cast<double>(above->bytes) - static_cast<double>(below.bytes)));
}

} // namespace

std::uint64_t memoryForModels(std::uint64_t freeBytes)
{
    constexpr std::uint64_t kReserve = 256U << 20U;
    return freeBytes > 2 * kReserve ? freeBytes - kReserve : freeBytes / 2;
}

MemoryParts memoryAt(const MemoryNeeds &needs, std::uint32_t context, KvType type)
{
    MemoryParts parts{.weightBytes = needs.weightBytes,
                      .stateBytes = needs.stateBytes,
                      .scratchBytes = scratchAt(needs.scratch, context)};
    for (const CacheNeeds &layers : needs.cache) {
        const std::uint64_t slots = layers.slots == 0 ? context : std::min(layers.slots, context);
        const std::uint64_t bytes = slots * kvBytes(type, layers.numbersPerToken);
        switch (layers.kind) {
        case CacheKind::Full:
            parts.fullCacheBytes += bytes;
            break;
        case CacheKind::Sliding:
            parts.slidingCacheBytes += bytes;
            break;
        case CacheKind::Latent:
            parts.latentCacheBytes += bytes;
            break;
        }
    }
    return parts;
}

Result<ModelHeader> readModelHeader(const std::filesystem::path &path)
{
    const auto file = GgufFile::open(path, GgufScope::HeaderOnly);
    if (!file) {
        return std::unexpected(file.error());
    }
    return headerOf(**file, modelStem(path));
}

Result<ModelHeader> readModelHeader(std::span<const std::byte> start, std::string_view stem, std::uint64_t fileBytes)
{
    const auto file = GgufFile::parse(start, GgufScope::HeaderOnly);
    if (!file) {
        return std::unexpected(file.error());
    }
    ModelHeader header = headerOf(**file, stem);
    header.summary.fileBytes = std::max(fileBytes, header.summary.fileBytes);
    return header;
}

} // namespace inference
