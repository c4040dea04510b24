// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/kv_cache.h"

#include "inference/backend/cpu/kv_blocks.h"

#include <cstring>

namespace inference::backend::cpu {

namespace {

constexpr std::size_t kHalf = sizeof(std::uint16_t);

/// Kernels read whole blocks.
std::uint64_t roundedSlots(const graph::KvExtent &extent, std::size_t layer)
{
    static_assert(graph::KvExtent::kBlock % kKeyBlock == 0);
    return (std::uint64_t{extent.slots(layer)} + kKeyBlock - 1) / kKeyBlock * kKeyBlock;
}

KvForm formOf(KvType type, const graph::KvLayer &layer)
{
    switch (type) {
    case KvType::F16:
        break;
    case KvType::Q8_0:
        return KvForm::Q8;
    case KvType::Q4_0:
        return KvForm::Q4;
    }
    return layer.valueWidth > 0 ? KvForm::Tiles : KvForm::Rows;
}

} // namespace

std::uint64_t KvCache::bytesNeeded(const graph::Graph &graph, const graph::KvExtent &extent, KvType type)
{
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < graph.kv.size(); ++i) {
        const std::uint64_t numbers = std::uint64_t{graph.kv[i].keyWidth} + graph.kv[i].valueWidth;
        bytes += kvBytes(type, numbers) * roundedSlots(extent, i);
    }
    return bytes;
}

Result<void> KvCache::allocate(const graph::Graph &graph, std::span<const std::uint32_t> kvHeads,
                               const graph::KvExtent &extent, KvType type)
{
    m_type = type;
    auto memory = Memory::allocate(bytesNeeded(graph, extent, type));
    if (!memory) {
        return std::unexpected(memory.error());
    }
    m_memory = std::move(*memory);
    std::byte *next = m_memory.data();
    for (std::size_t i = 0; i < graph.kv.size(); ++i) {
        Layer layer{.kvHeads = kvHeads[i]};
        layer.form = formOf(type, graph.kv[i]);
        layer.headDim = graph.kv[i].keyWidth / layer.kvHeads;
        layer.valueDim = graph.kv[i].valueWidth / layer.kvHeads;
        layer.keyBytes = kvBytes(type, layer.headDim);
        layer.valueBytes = kvBytes(type, layer.valueDim);
        layer.slots = roundedSlots(extent, i);
        layer.keys = next;
        next += layer.kvHeads * layer.keyBytes * layer.slots;
        layer.values = next;
        next += layer.kvHeads * layer.valueBytes * layer.slots;
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
        if (m_type == KvType::F16) {
            kernels.toHalf(numbers, count, stride, reinterpret_cast<std::uint16_t *>(out));
        } else {
            storeKvBlocks(m_type, {numbers, count}, out);
        }
    };
    for (std::uint32_t head = 0; head < layer.kvHeads; ++head) {
        store(key + std::size_t{head} * layer.headDim, layer.headDim, layer.form == KvForm::Tiles ? kKeyTile : 1,
              keyAt(layer, head, position));
        if (value != nullptr) {
            store(value + std::size_t{head} * layer.valueDim, layer.valueDim, 1, valueAt(layer, head, position));
        }
    }
}

void KvCache::copyFront(std::uint32_t slot, std::uint32_t length) const
{
    // Whole tiles: what stands behind the last key is written before it is seen.
    const std::uint64_t keys = (std::uint64_t{length} + kKeyTile - 1) / kKeyTile * kKeyTile;
    for (const Layer &layer : m_layers) {
        for (std::uint32_t head = 0; head < layer.kvHeads; ++head) {
            std::memcpy(keyAt(layer, head, slot), keyAt(layer, head, 0), keys * layer.keyBytes);
            if (layer.valueDim > 0) {
                std::memcpy(valueAt(layer, head, slot), valueAt(layer, head, 0), length * layer.valueBytes);
            }
        }
    }
}

std::uint64_t KvCache::savedBytes(const graph::KvExtent &extent, std::uint32_t length) const
{
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        bytes += std::uint64_t{extent.held(i, length)} * m_layers[i].kvHeads *
                 (m_layers[i].keyBytes + m_layers[i].valueBytes);
    }
    return bytes;
}

/// Calls copy(where, bytes) for all that is held of positions [0, length), in one order.
template <class Copy>
void KvCache::eachPiece(const graph::KvExtent &extent, std::uint32_t length, Copy copy) const
{
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const Layer &layer = m_layers[i];
        for (std::uint32_t position = length - extent.held(i, length); position < length; ++position) {
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
}

void KvCache::save(const graph::KvExtent &extent, std::uint32_t length, std::span<std::byte> out) const
{
    eachPiece(extent, length, [&](const std::byte *at, std::size_t bytes) {
        std::memcpy(out.data(), at, bytes);
        out = out.subspan(bytes);
    });
}

void KvCache::restore(const graph::KvExtent &extent, std::uint32_t length, std::span<const std::byte> in) const
{
    eachPiece(extent, length, [&](std::byte *at, std::size_t bytes) {
        std::memcpy(at, in.data(), bytes);
        in = in.subspan(bytes);
    });
}

} // namespace inference::backend::cpu
