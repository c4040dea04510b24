// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/kv_cache.h"

#include <cstring>

namespace inference::backend::cpu {

namespace {

/// Kernels read keys in groups of up to 64 positions.
constexpr std::uint64_t kRounding = 64;

std::uint64_t roundedPositions(std::uint32_t contextLength)
{
    return (std::uint64_t{contextLength} + kRounding - 1) / kRounding * kRounding;
}

} // namespace

std::uint64_t KvCache::bytesNeeded(const graph::Graph &graph, std::uint32_t contextLength)
{
    std::uint64_t width = 0;
    for (const graph::KvLayer &layer : graph.kv) {
        width += std::uint64_t{layer.keyWidth} + layer.valueWidth;
    }
    return width * roundedPositions(contextLength) * sizeof(std::uint16_t);
}

Result<void> KvCache::allocate(const graph::Graph &graph, std::span<const std::uint32_t> kvHeads,
                               std::uint32_t contextLength)
{
    m_positions = roundedPositions(contextLength);
    auto memory = Memory::allocate(bytesNeeded(graph, contextLength));
    if (!memory) {
        return std::unexpected(memory.error());
    }
    m_memory = std::move(*memory);
    auto *next = m_memory.as<std::uint16_t>();
    for (std::size_t i = 0; i < graph.kv.size(); ++i) {
        Layer layer{.kvHeads = kvHeads[i]};
        layer.headDim = graph.kv[i].keyWidth / layer.kvHeads;
        layer.valueDim = graph.kv[i].valueWidth / layer.kvHeads;
        layer.keys = next;
        next += graph.kv[i].keyWidth * m_positions;
        layer.values = next;
        next += graph.kv[i].valueWidth * m_positions;
        m_bytesPerPosition += (std::uint64_t{graph.kv[i].keyWidth} + graph.kv[i].valueWidth) * sizeof(std::uint16_t);
        m_layers.push_back(layer);
    }
    return {};
}

std::uint16_t *KvCache::keyAt(const Layer &layer, std::uint32_t head, std::uint32_t position) const
{
    const std::uint64_t tile = head * (m_positions / kKeyTile) + position / kKeyTile;
    return layer.keys + tile * layer.headDim * kKeyTile + position % kKeyTile;
}

std::uint16_t *KvCache::valueAt(const Layer &layer, std::uint32_t head, std::uint32_t position) const
{
    return layer.values + (head * m_positions + position) * layer.valueDim;
}

HeadCache KvCache::head(std::uint32_t layerIndex, std::uint32_t kvHead) const
{
    const Layer &layer = m_layers[layerIndex];
    return {.keys = keyAt(layer, kvHead, 0),
            .values = valueAt(layer, kvHead, 0),
            .headDim = layer.headDim,
            .valueDim = layer.valueDim};
}

void KvCache::write(const Kernels &kernels, std::uint32_t layerIndex, std::uint32_t position, const float *key,
                    const float *value) const
{
    const Layer &layer = m_layers[layerIndex];
    for (std::uint32_t head = 0; head < layer.kvHeads; ++head) {
        kernels.toHalf(key + std::size_t{head} * layer.headDim, layer.headDim, kKeyTile, keyAt(layer, head, position));
        kernels.toHalf(value + std::size_t{head} * layer.valueDim, layer.valueDim, 1, valueAt(layer, head, position));
    }
}

void KvCache::readPosition(std::uint32_t position, std::byte *out) const
{
    for (const Layer &layer : m_layers) {
        for (std::uint32_t head = 0; head < layer.kvHeads; ++head) {
            const std::uint16_t *key = keyAt(layer, head, position);
            for (std::uint32_t d = 0; d < layer.headDim; ++d, out += sizeof(std::uint16_t)) {
                std::memcpy(out, key + std::size_t{d} * kKeyTile, sizeof(std::uint16_t));
            }
            const std::size_t valueBytes = layer.valueDim * sizeof(std::uint16_t);
            std::memcpy(out, valueAt(layer, head, position), valueBytes);
            out += valueBytes;
        }
    }
}

void KvCache::writePosition(std::uint32_t position, const std::byte *in) const
{
    for (const Layer &layer : m_layers) {
        for (std::uint32_t head = 0; head < layer.kvHeads; ++head) {
            std::uint16_t *key = keyAt(layer, head, position);
            for (std::uint32_t d = 0; d < layer.headDim; ++d, in += sizeof(std::uint16_t)) {
                std::memcpy(key + std::size_t{d} * kKeyTile, in, sizeof(std::uint16_t));
            }
            const std::size_t valueBytes = layer.valueDim * sizeof(std::uint16_t);
            std::memcpy(valueAt(layer, head, position), in, valueBytes);
            in += valueBytes;
        }
    }
}

} // namespace inference::backend::cpu
