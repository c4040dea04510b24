// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/cpu/kernels.h"
#include "inference/backend/cpu/memory.h"
#include "inference/graph/graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace inference::backend::cpu {

/// K and V of every layer and position in f16. Keys of a head stand in tiles of kKeyTile positions, (headDim,
/// kKeyTile), so that scores come a vector of keys at a time; values stand as (head, position, valueDim).
class KvCache {
public:
    /// Bytes that allocate() takes.
    static std::uint64_t bytesNeeded(const graph::Graph &graph, std::uint32_t contextLength);

    /// Zeroed room for `contextLength` positions. `kvHeads` by layer. OutOfMemory.
    Result<void> allocate(const graph::Graph &graph, std::span<const std::uint32_t> kvHeads,
                          std::uint32_t contextLength);

    [[nodiscard]] HeadCache head(std::uint32_t layer, std::uint32_t kvHead) const;
    /// Stores one row of keys and values at a position.
    void write(const Kernels &kernels, std::uint32_t layer, std::uint32_t position, const float *key,
               const float *value) const;

    [[nodiscard]] std::uint64_t bytesPerPosition() const { return m_bytesPerPosition; }
    /// All layers of one position to or from bytesPerPosition() bytes.
    void readPosition(std::uint32_t position, std::byte *out) const;
    void writePosition(std::uint32_t position, const std::byte *in) const;

    [[nodiscard]] std::uint64_t bytes() const { return m_memory.size(); }

private:
    struct Layer {
        std::uint16_t *keys = nullptr;
        std::uint16_t *values = nullptr;
        std::uint32_t kvHeads = 0;
        std::uint32_t headDim = 0;
        std::uint32_t valueDim = 0;
    };

    [[nodiscard]] std::uint16_t *keyAt(const Layer &layer, std::uint32_t head, std::uint32_t position) const;
    [[nodiscard]] std::uint16_t *valueAt(const Layer &layer, std::uint32_t head, std::uint32_t position) const;

    Memory m_memory;
    std::vector<Layer> m_layers;
    std::uint64_t m_positions = 0; ///< rounded up to what the kernels may read
    std::uint64_t m_bytesPerPosition = 0;
};

} // namespace inference::backend::cpu
