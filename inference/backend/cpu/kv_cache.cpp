// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/kv_cache.h"

#include <cstring>

namespace inference::backend::cpu {

namespace {

constexpr std::size_t kHalf = sizeof(std::uint16_t);

/// Whole blocks, which kernels read.
std::uint64_t slotsFor(std::uint32_t contextLength)
{
    return (std::uint64_t{contextLength} + kKeyBlock - 1) / kKeyBlock * kKeyBlock;
}

} // namespace

std::uint64_t KvCache::bytesNeeded(const graph::Graph &graph, std::uint32_t contextLength)
{
    std::uint64_t width = 0;
    for (const graph::KvLayer &layer : graph.kv) {
        width += std::uint64_t{layer.keyWidth} + layer.valueWidth;
    }
    return width * slotsFor(contextLength) * kHalf;
}

Result<void> KvCache::allocate(const graph::Graph &graph, std::span<const std::uint32_t> kvHeads,
                               std::uint32_t contextLength)
{
    auto memory = Memory::allocate(bytesNeeded(graph, contextLength));
    if (!memory) {
        return std::unexpected(memory.error());
    }
    m_memory = std::move(*memory);
    std::byte *next = m_memory.data();
    for (std::size_t i = 0; i < graph.kv.size(); ++i) {
        Layer layer{.kvHeads = kvHeads[i]};
        layer.form = graph.kv[i].valueWidth > 0 ? KvForm::Tiles : KvForm::Rows;
        layer.headDim = graph.kv[i].keyWidth / layer.kvHeads;
        layer.valueDim = graph.kv[i].valueWidth / layer.kvHeads;
        layer.keyBytes = layer.headDim * kHalf;
        layer.valueBytes = layer.valueDim * kHalf;
        layer.slots = slotsFor(contextLength);
        layer.keys = next;
        next += layer.kvHeads * layer.keyBytes * layer.slots;
        layer.values = next;
        next += layer.kvHeads * layer.valueBytes * layer.slots;
        m_bytesPerPosition += layer.kvHeads * (layer.keyBytes + layer.valueBytes);
        m_layers.push_back(layer);
    }
    return {};
}

/// The first half of a key in a tile, whose others stand kKeyTile halves apart; else the key's bytes.
std::byte *KvCache::keyAt(const Layer &layer, std::uint32_t head, std::uint32_t position)
{
    const std::uint64_t slot = position % layer.slots;
    std::byte *keys = layer.keys + head * layer.keyBytes * layer.slots;
    return layer.form == KvForm::Tiles ? keys + slot / kKeyTile * kKeyTile * layer.keyBytes + slot % kKeyTile * kHalf
                                       : keys + slot * layer.keyBytes;
}

std::byte *KvCache::valueAt(const Layer &layer, std::uint32_t head, std::uint32_t position)
{
    return layer.values + (head * layer.slots + position % layer.slots) * layer.valueBytes;
}

HeadCache KvCache::head(std::uint32_t layerIndex, std::uint32_t kvHead, std::uint32_t valueDim) const
{
    const Layer &layer = m_layers[layerIndex];
    const bool own = layer.valueDim > 0;
    return {.form = layer.form,
            .keys = keyAt(layer, kvHead, 0),
            .values = own ? valueAt(layer, kvHead, 0) : keyAt(layer, kvHead, 0),
            .keyBytes = layer.keyBytes,
            .valueBytes = own ? layer.valueBytes : layer.keyBytes,
            .headDim = layer.headDim,
            .valueDim = valueDim,
            .slots = layer.slots};
}

void KvCache::write(const Kernels &kernels, std::uint32_t layerIndex, std::uint32_t position, const float *key,
                    const float *value) const
{
    const Layer &layer = m_layers[layerIndex];
    const auto store = [&](const float *numbers, std::uint32_t count, std::size_t stride, std::byte *out) {
        kernels.toHalf(numbers, count, stride, reinterpret_cast<std::uint16_t *>(out));
    };
    for (std::uint32_t head = 0; head < layer.kvHeads; ++head) {
        store(key + std::size_t{head} * layer.headDim, layer.headDim, layer.form == KvForm::Tiles ? kKeyTile : 1,
              keyAt(layer, head, position));
        if (value != nullptr) {
            store(value + std::size_t{head} * layer.valueDim, layer.valueDim, 1, valueAt(layer, head, position));
        }
    }
}

/// Calls copy(where, bytes) for everything that belongs to a position, in one order.
template <class Copy>
void KvCache::eachPiece(std::uint32_t position, Copy copy) const
{
    for (const Layer &layer : m_layers) {
        for (std::uint32_t head = 0; head < layer.kvHeads; ++head) {
            std::byte *key = keyAt(layer, head, position);
            if (layer.form == KvForm::Tiles) {
                for (std::uint32_t d = 0; d < layer.headDim; ++d) {
                    copy(key + std::size_t{d} * kKeyTile * kHalf, kHalf);
                }
            } else {
                copy(key, layer.keyBytes);
            }
            copy(valueAt(layer, head, position), layer.valueBytes);
        }
    }
}

void KvCache::readPosition(std::uint32_t position, std::byte *out) const
{
    eachPiece(position, [&](const std::byte *at, std::size_t bytes) {
        std::memcpy(out, at, bytes);
        out += bytes;
    });
}

void KvCache::writePosition(std::uint32_t position, const std::byte *in) const
{
    eachPiece(position, [&](std::byte *at, std::size_t bytes) {
        std::memcpy(at, in, bytes);
        in += bytes;
    });
}

} // namespace inference::backend::cpu
