// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A program's memory: where everything stands, the upload of weights, reading and writing of the cache.
#include "inference/backend/vulkan/program.h"
#include "inference/backend/vulkan/upload.h"
#include "shaders/include/kernel_params.h"

#include <algorithm>

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
    m_buffers.push_back(std::move(*buffer));
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
    std::vector<std::uint64_t> sizes;
    sizes.reserve(m_plan.slices.size() + 1);
    for (const Slice &slice : m_plan.slices) {
        sizes.push_back(slice.layout.bytes);
    }
    sizes.push_back(std::max<std::uint64_t>(std::uint64_t{m_plan.constantFloats} * 4, 16));
    auto weights = placeRegions(sizes);
    if (!weights) {
        return std::unexpected(weights.error());
    }
    m_constants = weights->back();
    weights->pop_back();
    m_slices = std::move(*weights);

    sizes.clear();
    for (const graph::KvLayer &layer : m_plan.kv) {
        sizes.push_back(std::max<std::uint64_t>(std::uint64_t{m_plan.contextLength} * layer.keyWidth * 2, 16));
        sizes.push_back(std::max<std::uint64_t>(std::uint64_t{m_plan.contextLength} * layer.valueWidth * 2, 16));
    }
    auto caches = placeRegions(sizes);
    if (!caches) {
        return std::unexpected(caches.error());
    }
    for (std::size_t i = 0; i + 1 < caches->size(); i += 2) {
        m_keys.push_back((*caches)[i]);
        m_values.push_back((*caches)[i + 1]);
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
    const auto host = addBuffer(unusedFirst + kPlaceAlignment, BufferDomain::Upload);
    if (!host) {
        return std::unexpected(host.error());
    }
    m_batch = {*host, 0, batchBytes};
    m_ropeTable = {*host, ropeFirst, ropeBytes};
    m_indirect = {*host, indirectFirst, indirectBytes};
    m_unused = {*host, unusedFirst, kPlaceAlignment};

    const std::uint64_t logitsBytes = std::uint64_t{m_plan.maxSelected} * m_plan.vocabulary * 4;
    const auto logits = addBuffer(logitsBytes, BufferDomain::Readback);
    if (!logits) {
        return std::unexpected(logits.error());
    }
    m_logits = {*logits, 0, logitsBytes};
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
    case Memory::Batch:
        return m_batch;
    case Memory::RopeTable:
        return m_ropeTable;
    case Memory::Logits:
        return m_logits;
    case Memory::Unused:
        break;
    }
    return m_unused;
}

Result<void> VulkanProgram::uploadWeights(const graph::Graph &graph, const std::stop_token &stop)
{
    Uploader uploader(m_context->device);
    std::vector<float> constants;
    for (const ConstantVector &vector : m_plan.constants) {
        const std::vector<float> floats = constantFloats(graph, vector);
        constants.insert(constants.end(), floats.begin(), floats.end());
    }
    if (auto written =
            uploader.writeBytes(m_buffers[m_constants.buffer], m_constants.offset, std::as_bytes(std::span(constants)));
        !written) {
        return written;
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
            const Place &place = m_slices[s];
            auto written = uploader.writeSlice(m_buffers[place.buffer], place.offset, graph, matrix, m_plan.slices[s]);
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
    // Attention multiplies masked positions by zero, so that what stands there must be finite.
    return m_context->device->runOnce([&](VkCommandBuffer commands) {
        for (const auto *places : {&m_keys, &m_values}) {
            for (const Place &place : *places) {
                vkCmdFillBuffer(commands, m_buffers[place.buffer].handle(), place.offset, (place.bytes + 3) / 4 * 4, 0);
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

std::uint64_t VulkanProgram::kvBytesPerPosition() const
{
    std::uint64_t bytes = 0;
    for (const graph::KvLayer &layer : m_plan.kv) {
        bytes += 2ULL * (layer.keyWidth + layer.valueWidth);
    }
    return bytes;
}

Result<void> VulkanProgram::copyKv(std::uint32_t first, std::uint32_t count, std::byte *out, const std::byte *in)
{
    if (std::uint64_t{first} + count > m_plan.contextLength) {
        return failure(ErrorCode::InvalidArgument, "positions outside the cache");
    }
    if (m_lost) {
        return failure(ErrorCode::DeviceLost, "the device was lost before");
    }
    struct Piece {
        const Place *place;
        std::uint64_t bytes; ///< per position
    };
    std::vector<Piece> pieces;
    for (std::size_t layer = 0; layer < m_plan.kv.size(); ++layer) {
        pieces.push_back({&m_keys[layer], 2ULL * m_plan.kv[layer].keyWidth});
        pieces.push_back({&m_values[layer], 2ULL * m_plan.kv[layer].valueWidth});
    }
    const bool mapped = std::ranges::all_of(
        pieces, [&](const Piece &piece) { return !m_buffers[piece.place->buffer].mapped().empty(); });
    std::uint64_t at = 0;
    if (mapped) {
        for (const Piece &piece : pieces) {
            const std::uint64_t bytes = piece.bytes * count;
            std::byte *const cache =
                m_buffers[piece.place->buffer].mapped().data() + piece.place->offset + piece.bytes * first;
            if (out != nullptr) {
                std::memcpy(out + at, cache, bytes);
            } else {
                std::memcpy(cache, in + at, bytes);
            }
            at += bytes;
        }
        return {};
    }
    const std::uint64_t total = kvBytesPerPosition() * count;
    auto host = m_context->device->allocate(std::max<std::uint64_t>(total, 16),
                                            out != nullptr ? BufferDomain::Readback : BufferDomain::Upload);
    if (!host) {
        return std::unexpected(host.error());
    }
    if (in != nullptr) {
        std::memcpy(host->mapped().data(), in, total);
    }
    auto done = m_context->device->runOnce([&](VkCommandBuffer commands) {
        for (const Piece &piece : pieces) {
            const std::uint64_t bytes = piece.bytes * count;
            const VkBuffer cache = m_buffers[piece.place->buffer].handle();
            const std::uint64_t offset = piece.place->offset + piece.bytes * first;
            const VkBufferCopy region =
                out != nullptr ? VkBufferCopy{offset, at, bytes} : VkBufferCopy{at, offset, bytes};
            if (bytes > 0) {
                vkCmdCopyBuffer(commands, out != nullptr ? cache : host->handle(),
                                out != nullptr ? host->handle() : cache, 1, &region);
            }
            at += bytes;
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

Result<void> VulkanProgram::readKv(std::uint32_t first, std::uint32_t count, std::span<std::byte> out)
{
    if (out.size() != kvBytesPerPosition() * count) {
        return failure(ErrorCode::InvalidArgument, "the buffer for the cache has the wrong size");
    }
    return copyKv(first, count, out.data(), nullptr);
}

Result<void> VulkanProgram::writeKv(std::uint32_t first, std::uint32_t count, std::span<const std::byte> in)
{
    if (in.size() != kvBytesPerPosition() * count) {
        return failure(ErrorCode::InvalidArgument, "the buffer for the cache has the wrong size");
    }
    return copyKv(first, count, nullptr, in.data());
}

MemoryUse VulkanProgram::memoryUse() const
{
    return {.weightBytes = m_plan.weightBytes,
            .kvBytes = m_plan.kvBytes,
            .scratchBytes = m_scratch.bytes + m_batch.bytes + m_ropeTable.bytes + m_indirect.bytes + m_logits.bytes};
}

} // namespace inference::backend::vulkan
