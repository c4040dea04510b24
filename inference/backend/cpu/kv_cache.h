// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/cpu/kernels.h"
#include "inference/backend/cpu/memory.h"
#include "inference/graph/graph.h"
#include "inference/graph/kv_extent.h"

#include <cstdint>
#include <span>
#include <vector>

namespace inference::backend::cpu {

/// K and V of every layer. In f16, where a layer has values of its own, keys of a head stand in tiles of kKeyTile
/// positions, (headDim, kKeyTile), so that scores come a vector of keys at a time, and values stand as (head, position,
/// valueDim). Quantized, and where values are parts of the keys, keys stand like values.
class KvCache {
public:
    /// Bytes that allocate() takes.
    static std::uint64_t bytesNeeded(const graph::Graph &graph, const graph::KvExtent &extent, KvType type);

    /// Zeroed room for what the extent says. `kvHeads` by layer. OutOfMemory.
    Result<void> allocate(const graph::Graph &graph, std::span<const std::uint32_t> kvHeads,
                          const graph::KvExtent &extent, KvType type);

    /// `valueDim`: numbers of a value, for layers whose values are parts of the keys.
    [[nodiscard]] HeadCache head(std::uint32_t layer, std::uint32_t kvHead, std::uint32_t valueDim) const;
    /// Stores one row of keys and values at a position; `value` is null where values are parts of the keys.
    void write(const Kernels &kernels, std::uint32_t layer, std::uint32_t position, const float *key,
               const float *value) const;

    /// Copies positions [0, length) to `slot`, a multiple of kKeyTile. Both ranges are within every layer.
    void copyFront(std::uint32_t slot, std::uint32_t length) const;

    /// What the layers hold of positions [0, length).
    [[nodiscard]] std::uint64_t savedBytes(const graph::KvExtent &extent, std::uint32_t length) const;
    void save(const graph::KvExtent &extent, std::uint32_t length, std::span<std::byte> out) const;
    void restore(const graph::KvExtent &extent, std::uint32_t length, std::span<const std::byte> in) const;

    [[nodiscard]] std::uint64_t bytes() const { return m_memory.size(); }

private:
    struct Layer {
        KvForm form = KvForm::Tiles;
        std::byte *keys = nullptr;
        std::byte *values = nullptr;
        std::uint32_t kvHeads = 0;
        std::uint32_t headDim = 0;
        std::uint32_t valueDim = 0; ///< 0: values are parts of the keys
        std::uint64_t keyBytes = 0; ///< of one position of one head
        std::uint64_t valueBytes = 0;
        std::uint64_t slots = 0;
    };

    [[nodiscard]] static std::byte *keyAt(const Layer &layer, std::uint32_t head, std::uint32_t position);
    [[nodiscard]] static std::byte *valueAt(const Layer &layer, std::uint32_t head, std::uint32_t position);
    template <class Copy>
    void eachPiece(const graph::KvExtent &extent, std::uint32_t length, Copy copy) const;

    KvType m_type = KvType::F16;
    Memory m_memory;
    std::vector<Layer> m_layers;
};

} // namespace inference::backend::cpu
