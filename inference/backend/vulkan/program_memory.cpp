// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A program's memory: where everything stands, the upload of weights, reading and writing of the cache.
#include "inference/backend/vulkan/program.h"
#include "inference/backend/vulkan/upload.h"
#include "shaders/include/kernel_params.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

namespace inference::backend::vulkan {

namespace {

constexpr std::uint64_t kBlockBytes = 1ULL << 30U;
constexpr std::uint64_t kPlaceAlignment = 256;

std::uint64_t alignPlace(std::uint64_t offset)
{
    return (offset + kPlaceAlignment - 1) / kPlaceAlignment * kPlaceAlignment;
}

} // namespace

Result<std::uint32_t> VulkanProgram::addBuffer(std::uint64_t bytes, BufferDomain domain)
{
    auto buffer = m_context->device->allocate(std::max<std::uint64_t>(bytes, 16), domain);
    if (!buffer) {
        return std::unexpected(buffer.error());
    }
    m_buffers.push_back(std::make_shared<const Buffer>(std::move(*buffer)));
    return static_cast<std::uint32_t>(m_buffers.size() - 1);
}

Result<std::vector<VulkanProgram::Place>> VulkanProgram::placeRegions(std::span<const std::uint64_t> sizes)
{
    const std::uint64_t most = std::min(kBlockBytes, m_context->device->traits().maxBuffer);
    std::vector<Place> places;
    for (std::size_t first = 0; first < sizes.size();) {
        std::uint64_t bytes = 0;
        std::size_t end = first;
        std::vector<std::uint64_t> offsets;
        while (end < sizes.size() && (end == first || alignPlace(bytes) + sizes[end] <= most)) {
            offsets.push_back(alignPlace(bytes));
            bytes = offsets.back() + sizes[end];
            ++end;
        }
        const auto buffer = addBuffer(bytes, BufferDomain::Device);
        if (!buffer) {
            return std::unexpected(buffer.error());
        }
        for (std::size_t i = first; i < end; ++i) {
            places.push_back({*buffer, offsets[i - first], sizes[i]});
        }
        first = end;
    }
    return places;
}

Result<void> VulkanProgram::allocate()
{
    m_adopted.resize(m_plan.slices.size());
    std::vector<std::uint64_t> sizes;
    sizes.reserve(m_plan.slices.size() + 1);
    for (std::size_t s = 0; s < m_plan.slices.size(); ++s) {
        if (!m_adopted[s]) {
            sizes.push_back(m_plan.slices[s].layout.bytes);
        }
    }
    if (!m_constantsAdopted) {
        sizes.push_back(std::max<std::uint64_t>(std::uint64_t{m_plan.constantFloats} * 4, 16));
    }
    auto weights = placeRegions(sizes);
    if (!weights) {
        return std::unexpected(weights.error());
    }
    auto next = weights->begin();
    for (const std::optional<Place> &adopted : m_adopted) {
        m_slices.push_back(adopted ? *adopted : *next++);
    }
    if (!m_constantsAdopted) {
        m_constants = *next;
    }

    const std::uint64_t scratch[] = {std::max<std::uint64_t>(m_plan.scratchBytes, 16)};
    auto scratchPlace = placeRegions(scratch);
    if (!scratchPlace) {
        return std::unexpected(scratchPlace.error());
    }
    m_scratch = scratchPlace->front();

    const std::uint64_t batchBytes = sizeof(BatchParams) + std::uint64_t{m_plan.maxBatch} * 4;
    const std::uint64_t ropeBytes = std::max<std::uint64_t>(std::uint64_t{m_plan.ropeEntries} * 8, 16);
    const std::uint64_t indirectBytes = std::max<std::uint64_t>(m_indirectSizes.size() * 12, 16);
    const std::uint64_t ropeFirst = alignPlace(batchBytes);
    const std::uint64_t indirectFirst = alignPlace(ropeFirst + ropeBytes);
    const std::uint64_t unusedFirst = alignPlace(indirectFirst + indirectBytes);
    const std::uint64_t fileRowsFirst = unusedFirst + kPlaceAlignment;
    const std::uint64_t fileRowsBytes = std::max<std::uint64_t>(m_plan.fileRowBytes, 16);
    const auto host = addBuffer(fileRowsFirst + fileRowsBytes, BufferDomain::Upload);
    if (!host) {
        return std::unexpected(host.error());
    }
    m_batch = {*host, 0, batchBytes};
    m_ropeTable = {*host, ropeFirst, ropeBytes};
    m_indirect = {*host, indirectFirst, indirectBytes};
    m_unused = {*host, unusedFirst, kPlaceAlignment};
    m_fileRows = {*host, fileRowsFirst, fileRowsBytes};

    const std::uint64_t logitsBytes = std::uint64_t{m_plan.maxSelected} * m_plan.vocabulary * 4;
    const auto logits = addBuffer(logitsBytes, BufferDomain::Readback);
    if (!logits) {
        return std::unexpected(logits.error());
    }
    m_logits = {*logits, 0, logitsBytes};
    if (m_plan.hostSteps.empty()) {
        return {};
    }
    const auto toHost = addBuffer(m_plan.toHostBytes, BufferDomain::Readback);
    if (!toHost) {
        return std::unexpected(toHost.error());
    }
    m_toHost = {*toHost, 0, m_plan.toHostBytes};
    const auto fromHost = addBuffer(m_plan.fromHostBytes, BufferDomain::Upload);
    if (!fromHost) {
        return std::unexpected(fromHost.error());
    }
    m_fromHost = {*fromHost, 0, m_plan.fromHostBytes};
    return {};
}

Result<void> VulkanProgram::allocateCaches()
{
    m_extent = std::make_shared<graph::KvExtent>(m_plan.extent);
    std::vector<std::uint64_t> sizes;
    for (const CacheLayer &layer : m_plan.kv) {
        sizes.push_back(std::max<std::uint64_t>(std::uint64_t{layer.slots} * layer.keyWords * 4, 16));
        sizes.push_back(std::max<std::uint64_t>(std::uint64_t{layer.slots} * layer.valueWords * 4, 16));
    }
    auto caches = placeRegions(sizes);
    if (!caches) {
        return std::unexpected(caches.error());
    }
    for (std::size_t i = 0; i + 1 < caches->size(); i += 2) {
        m_keys.push_back((*caches)[i]);
        m_values.push_back((*caches)[i + 1]);
    }

    m_carried = std::make_shared<Carried>();
    m_carried->snapshots = graph::StateSnapshots(m_plan.stateBytes, m_options.stateBudget);
    sizes.clear();
    for (const graph::RecurrentState &state : m_plan.states) {
        sizes.push_back(state.numbers * 8);
    }
    auto states = placeRegions(sizes);
    if (!states) {
        return std::unexpected(states.error());
    }
    m_states = std::move(*states);
    return {};
}

std::uint32_t VulkanProgram::adoptBuffer(const std::shared_ptr<const Buffer> &buffer)
{
    const auto known = std::ranges::find(m_buffers, buffer);
    const auto index = static_cast<std::uint32_t>(known - m_buffers.begin());
    if (known == m_buffers.end()) {
        m_buffers.push_back(buffer);
    }
    return index;
}

Result<void> VulkanProgram::adopt(const VulkanProgram &other)
{
    if (m_plan.kv != other.m_plan.kv || m_plan.states != other.m_plan.states ||
        m_plan.contextLength != other.m_plan.contextLength) {
        return failure(ErrorCode::InvalidArgument, "a graph with another cache or other states");
    }
    const auto adopted = [&](Place place) {
        place.buffer = adoptBuffer(other.m_buffers[place.buffer]);
        return place;
    };
    m_extent = other.m_extent;
    m_carried = other.m_carried;
    std::ranges::transform(other.m_keys, std::back_inserter(m_keys), adopted);
    std::ranges::transform(other.m_values, std::back_inserter(m_values), adopted);
    std::ranges::transform(other.m_states, std::back_inserter(m_states), adopted);
    m_constantsAdopted = m_plan.constants == other.m_plan.constants;
    if (m_constantsAdopted) {
        m_constants = adopted(other.m_constants);
    }
    // Both plans merge the same weights, so that the places of those are found by what they are made of.
    m_adopted.resize(m_plan.slices.size());
    std::map<std::pair<std::uint32_t, bool>, const Matrix *> known; // by first part
    for (const Matrix &matrix : other.m_plan.matrices) {
        known.try_emplace({matrix.parts.front().index, matrix.alternating}, &matrix);
    }
    for (const Matrix &matrix : m_plan.matrices) {
        const auto found = known.find({matrix.parts.front().index, matrix.alternating});
        const bool shared =
            std::ranges::all_of(matrix.parts, [&](graph::WeightId part) { return part.index < m_sharedWeights; });
        if (!shared) {
            continue;
        }
        if (found == known.end() || found->second->parts != matrix.parts ||
            found->second->sliceCount != matrix.sliceCount) {
            return failure(ErrorCode::Internal, "the weights of a graph are laid out in another way than before");
        }
        for (std::uint32_t s = 0; s < matrix.sliceCount; ++s) {
            m_adopted[matrix.firstSlice + s] = adopted(other.m_slices[found->second->firstSlice + s]);
        }
    }
    return {};
}

VulkanProgram::Place VulkanProgram::placeOf(const BoundTo &bound) const
{
    switch (bound.memory) {
    case Memory::Scratch: {
        const ScratchTensor &tensor = m_plan.scratch[bound.index];
        return {m_scratch.buffer, m_scratch.offset + tensor.offset, tensor.bytes};
    }
    case Memory::Slice:
        return m_slices[bound.index];
    case Memory::Constants:
        return m_constants;
    case Memory::Keys:
        return m_keys[bound.index];
    case Memory::Values:
        return m_values[bound.index];
    case Memory::State:
        return m_states[bound.index];
    case Memory::Batch:
        return m_batch;
    case Memory::RopeTable:
        return m_ropeTable;
    case Memory::Logits:
        return m_logits;
    case Memory::FileRows: {
        const FileTable &table = m_plan.fileTables[bound.index];
        return {m_fileRows.buffer, m_fileRows.offset + table.first, std::uint64_t{m_plan.maxBatch} * table.columns * 4};
    }
    case Memory::ToHost: {
        const HostRows &rows = m_plan.toHost[bound.index];
        return {m_toHost.buffer, m_toHost.offset + rows.offset, rows.bytes};
    }
    case Memory::FromHost:
        return m_fromHost;
    case Memory::Unused:
        break;
    }
    return m_unused;
}

Result<void> VulkanProgram::uploadWeights(const graph::Graph &graph, const std::stop_token &stop)
{
    Uploader uploader(m_context->device);
    if (!m_constantsAdopted) {
        std::vector<float> constants;
        for (const ConstantVector &vector : m_plan.constants) {
            const std::vector<float> floats = constantFloats(graph, vector);
            constants.insert(constants.end(), floats.begin(), floats.end());
        }
        auto written = uploader.writeBytes(*m_buffers[m_constants.buffer], m_constants.offset,
                                           std::as_bytes(std::span(constants)));
        if (!written) {
            return written;
        }
    }
    const auto release = [&](graph::WeightId id) {
        if (m_options.release && id != graph::kNoWeight) {
            m_options.release(graph.weights[id.index].data);
        }
    };
    std::uint64_t done = 0;
    for (const Matrix &matrix : m_plan.matrices) {
        for (std::uint32_t s = matrix.firstSlice; s < matrix.firstSlice + matrix.sliceCount; ++s) {
            if (stop.stop_requested()) {
                return failure(ErrorCode::Cancelled, "cancelled while uploading the weights");
            }
            if (m_adopted[s]) {
                continue;
            }
            const Place &place = m_slices[s];
            auto written = uploader.writeSlice(*m_buffers[place.buffer], place.offset, graph, matrix, m_plan.slices[s]);
            if (!written) {
                return written;
            }
            done += place.bytes;
            if (m_options.progress && m_plan.weightBytes > 0) {
                m_options.progress(
                    static_cast<float>(static_cast<double>(done) / static_cast<double>(m_plan.weightBytes)));
            }
        }
        std::ranges::for_each(matrix.parts, release);
    }
    for (const ConstantVector &vector : m_plan.constants) {
        std::ranges::for_each(vector.parts, release);
    }
    if (m_options.progress) {
        m_options.progress(1.0F);
    }
    return {};
}

Result<void> VulkanProgram::clearCaches()
{
    // Attention multiplies masked positions by zero, so that what stands there must be finite.
    return m_context->device->runOnce([&](VkCommandBuffer commands) {
        for (const auto *places : {&m_keys, &m_values, &m_states}) {
            for (const Place &place : *places) {
                vkCmdFillBuffer(commands, m_buffers[place.buffer]->handle(), place.offset, (place.bytes + 3) / 4 * 4,
                                0);
            }
        }
        const VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr, VK_ACCESS_TRANSFER_WRITE_BIT,
                                      VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_HOST_READ_BIT |
                                          VK_ACCESS_HOST_WRITE_BIT | VK_ACCESS_TRANSFER_READ_BIT |
                                          VK_ACCESS_TRANSFER_WRITE_BIT};
        vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                             VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_HOST_BIT |
                                 VK_PIPELINE_STAGE_TRANSFER_BIT,
                             0, 1, &barrier, 0, nullptr, 0, nullptr);
    });
}

std::vector<VulkanProgram::CacheRun> VulkanProgram::cacheRuns(const graph::KvExtent &extent, std::uint32_t length) const
{
    std::vector<CacheRun> runs;
    for (std::size_t layer = 0; layer < m_plan.kv.size(); ++layer) {
        const std::uint32_t slots = extent.slots(layer);
        for (const auto &[place, words] : {std::pair{m_keys[layer], m_plan.kv[layer].keyWords},
                                           std::pair{m_values[layer], m_plan.kv[layer].valueWords}}) {
            const std::uint64_t perSlot = 4ULL * words;
            std::uint32_t position = length - extent.held(layer, length);
            while (position < length && perSlot > 0) {
                const std::uint32_t slot = position % slots;
                const std::uint32_t count = std::min(length - position, slots - slot);
                runs.push_back({place.buffer, place.offset + slot * perSlot, count * perSlot});
                position += count;
            }
        }
    }
    return runs;
}

Result<void> VulkanProgram::copyRuns(std::span<const CacheRun> runs, std::byte *out, const std::byte *in)
{
    if (m_lost) {
        return failure(ErrorCode::DeviceLost, "the device was lost before");
    }
    const bool mapped =
        std::ranges::all_of(runs, [&](const CacheRun &run) { return !m_buffers[run.buffer]->mapped().empty(); });
    std::uint64_t at = 0;
    if (mapped) {
        for (const CacheRun &run : runs) {
            std::byte *const cache = m_buffers[run.buffer]->mapped().data() + run.offset;
            if (out != nullptr) {
                std::memcpy(out + at, cache, run.bytes);
            } else {
                std::memcpy(cache, in + at, run.bytes);
            }
            at += run.bytes;
        }
        return {};
    }
    std::uint64_t total = 0;
    for (const CacheRun &run : runs) {
        total += run.bytes;
    }
    auto host = m_context->device->allocate(std::max<std::uint64_t>(total, 16),
                                            out != nullptr ? BufferDomain::Readback : BufferDomain::Upload);
    if (!host) {
        return std::unexpected(host.error());
    }
    if (in != nullptr) {
        std::memcpy(host->mapped().data(), in, total);
    }
    auto done = m_context->device->runOnce([&](VkCommandBuffer commands) {
        for (const CacheRun &run : runs) {
            const VkBuffer cache = m_buffers[run.buffer]->handle();
            const VkBufferCopy region =
                out != nullptr ? VkBufferCopy{run.offset, at, run.bytes} : VkBufferCopy{at, run.offset, run.bytes};
            vkCmdCopyBuffer(commands, out != nullptr ? cache : host->handle(), out != nullptr ? host->handle() : cache,
                            1, &region);
            at += run.bytes;
        }
        const VkMemoryBarrier barrier{VK_STRUCTURE_TYPE_MEMORY_BARRIER, nullptr, VK_ACCESS_TRANSFER_WRITE_BIT,
                                      VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_HOST_READ_BIT |
                                          VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT};
        vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                             VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_HOST_BIT |
                                 VK_PIPELINE_STAGE_TRANSFER_BIT,
                             0, 1, &barrier, 0, nullptr, 0, nullptr);
    });
    if (done && out != nullptr) {
        std::memcpy(out, host->mapped().data(), total);
    }
    m_lost = !done && done.error().code == ErrorCode::DeviceLost;
    return done;
}

MemoryUse VulkanProgram::memoryUse() const
{
    return {.weightBytes = m_plan.weightBytes,
            .kvBytes = m_plan.kvBytes,
            .scratchBytes = m_scratch.bytes + m_batch.bytes + m_ropeTable.bytes + m_fileRows.bytes + m_indirect.bytes +
                            m_logits.bytes + m_toHost.bytes + m_fromHost.bytes,
            .hostBytes = m_hostExperts != nullptr ? m_hostExperts->bytes() : 0};
}

} // namespace inference::backend::vulkan
