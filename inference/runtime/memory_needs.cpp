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
#include "inference/model/checked.h"
#include "inference/model/gguf_file.h"
#include "inference/model_files.h"
#include "inference/runtime/whole_texts.h"
#ifdef CARREL_HAS_VULKAN
#include "inference/backend/vulkan/vulkan_backend.h"
#endif

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <sys/mman.h>

namespace inference {

namespace {

using Estimate = std::function<MemoryUse(const backend::ProgramOptions &)>;

/// Finds where scratch grows evenly: between two contexts whose middle is where a straight line puts it.
class ScratchCurve {
public:
    explicit ScratchCurve(std::function<std::uint64_t(std::uint32_t)> bytesAt)
        : m_bytesAt(std::move(bytesAt))
    {
    }

    std::vector<ScratchNeeds> upTo(std::uint32_t longest)
    {
        // Up to a batch its rows grow too.
        constexpr std::uint32_t kBlock = graph::KvExtent::kBlock;
        const std::uint32_t batch = backend::ProgramOptions{}.maxBatch;
        for (const std::uint32_t context : {1U, kBlock, batch, longest}) {
            if (context <= longest && (m_points.empty() || m_points.back().context < context)) {
                m_points.push_back({context, m_bytesAt(context)});
            }
        }
        for (std::size_t i = 0; i + 1 < m_points.size();) {
            if (!refine(i)) {
                ++i;
            }
        }
        return std::move(m_points);
    }

private:
    /// Puts a point into the middle behind `i` unless it is known to lie on the line.
    bool refine(std::size_t i)
    {
        constexpr std::uint32_t kNearest = 8;
        constexpr std::size_t kMostPoints = 48;
        const ScratchNeeds from = m_points[i];
        const ScratchNeeds to = m_points[i + 1];
        if (to.context - from.context < 2 * kNearest || m_points.size() >= kMostPoints) {
            return false;
        }
        const ScratchNeeds middle{from.context + (to.context - from.context) / 2, 0};
        const std::uint64_t line = from.bytes / 2 + to.bytes / 2;
        const std::uint64_t bytes = m_bytesAt(middle.context);
        const std::uint64_t error = line > bytes ? line - bytes : bytes - line;
        if (error * 100 <= bytes) {
            return false;
        }
        m_points.insert(m_points.begin() + static_cast<std::ptrdiff_t>(i) + 1, {middle.context, bytes});
        return true;
    }

    std::function<std::uint64_t(std::uint32_t)> m_bytesAt;
    std::vector<ScratchNeeds> m_points;
};

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
    const MemoryUse shortest = estimate(optionsAt(1));
    if (shortest.total() == 0) {
        return {}; // it cannot be planned
    }
    needs.weightBytes = shortest.weightBytes;
    needs.scratch =
        ScratchCurve([&](std::uint32_t context) { return estimate(optionsAt(context)).scratchBytes; }).upTo(longest);
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

/// Address space that nobody may read. The weights of a file that is cut behind its header have no bytes, and plans are
/// made of graphs whose weights have all of them, without a look at one.
class Unreadable {
public:
    explicit Unreadable(std::uint64_t bytes)
        : m_bytes(bytes)
        , m_address(::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))
    {
    }
    ~Unreadable()
    {
        if (isThere()) {
            ::munmap(m_address, m_bytes);
        }
    }
    Unreadable(const Unreadable &) = delete;
    Unreadable &operator=(const Unreadable &) = delete;

    [[nodiscard]] bool isThere() const { return m_address != MAP_FAILED; }
    [[nodiscard]] std::span<const std::byte> first(std::uint64_t bytes) const
    {
        return {static_cast<const std::byte *>(m_address), bytes};
    }

private:
    std::uint64_t m_bytes;
    void *m_address;
};

/// As the checks of graphs count them; nothing where a header asks for more than there is.
std::optional<std::uint64_t> bytesOf(const graph::Weight &weight)
{
    const TypeTraits type = traits(weight.type);
    const auto elements = checkedProduct(weight.shape[0], weight.shape[1], weight.shape[2], weight.shape[3]);
    return elements ? checkedProduct(*elements / type.blockWeights, std::uint64_t{type.blockBytes}) : std::nullopt;
}

/// Room for the largest weight; nothing when the system refuses.
std::unique_ptr<Unreadable> roomFor(const graph::Graph &graph)
{
    std::uint64_t largest = 1;
    for (const graph::Weight &weight : graph.weights) {
        const auto bytes = bytesOf(weight);
        if (!bytes) {
            return nullptr;
        }
        largest = std::max(largest, *bytes);
    }
    auto room = std::make_unique<Unreadable>(largest);
    return room->isThere() ? std::move(room) : nullptr;
}

ModelHeader headerOf(const GgufFile &file, std::string_view stem)
{
    ModelHeader header{.summary = families::summarize(file, stem), .needs = {}};
    auto forwardPass = families::buildForwardPass(file, 0);
    if (!forwardPass) {
        return header;
    }
    std::unique_ptr<Unreadable> room;
    if (!file.isComplete()) {
        room = roomFor(forwardPass->graph);
        if (!room) {
            return header;
        }
        for (graph::Weight &weight : forwardPass->graph.weights) {
            weight.data = room->first(bytesOf(weight).value_or(0));
        }
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
