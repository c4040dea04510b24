// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inference/backend/backend.h"
#include "inference/backend/cpu/memory.h"
#include "inference/backend/cpu/thread_crew.h"
#include "inference/backend/cpu/tile_layout.h"

#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace inference::backend::cpu {

/// A model's weights as the kernels read them, each resident once: matrices of mat-muls in tiles (or in the file's
/// layout, then packed tile by tile while they are used), tables that are only looked up in the file's layout, vectors
/// as f32.
class WeightStore {
public:
    /// Bytes that load() will allocate.
    static std::uint64_t bytesNeeded(const graph::Graph &graph, std::uint32_t lanes, bool repack);

    /// Loads all weights that ops of the graph use, on all threads of the crew. Errors: OutOfMemory, Cancelled.
    Result<void> load(const graph::Graph &graph, const ProgramOptions &options, std::uint32_t lanes, ThreadCrew &crew,
                      const std::stop_token &stop);

    /// The same for a graph whose weights begin with the `shared` first ones of the graph that `known` has loaded:
    /// those are neither read nor copied, and both stores keep them. The others are packed and not kept as their bytes,
    /// but for tables.
    Result<void> extend(const WeightStore &known, std::size_t shared, const graph::Graph &graph, std::uint32_t lanes,
                        ThreadCrew &crew, const std::stop_token &stop);

    [[nodiscard]] const TileLayout &layout(graph::WeightId id) const { return m_entries[id.index].layout; }
    /// Rows of the matrix, of one where there is one for each expert.
    [[nodiscard]] std::uint64_t rows(graph::WeightId id) const { return m_entries[id.index].rows; }
    /// Tiles of the matrix, of one where there is one for each expert: their tiles follow each other.
    [[nodiscard]] std::uint64_t tiles(graph::WeightId id) const
    {
        return m_entries[id.index].layout.tiles(m_entries[id.index].rows);
    }
    /// Tile `index` of a matrix; packed into `buffer` (layout.tileBytes, 64-byte aligned) when the matrix is not
    /// repacked.
    [[nodiscard]] const std::byte *tile(graph::WeightId id, std::uint64_t index, std::byte *buffer) const;
    /// A norm's weight, a bias or frequency factors.
    [[nodiscard]] std::span<const float> vector(graph::WeightId id) const { return *m_entries[id.index].vector; }
    /// Row of a matrix or table as f32.
    void readRow(graph::WeightId id, std::uint64_t row, std::span<float> out) const;

    /// The largest tile, 0 when every matrix is repacked.
    [[nodiscard]] std::uint64_t tileBufferBytes() const { return m_tileBufferBytes; }
    [[nodiscard]] std::uint64_t bytes() const { return m_bytes; }

private:
    struct Entry {
        TileLayout layout;
        const std::byte *file = nullptr;
        const std::byte *tiles = nullptr;
        std::uint64_t rows = 0; ///< of one matrix
        std::uint64_t rowBytes = 0;
        std::shared_ptr<const std::vector<float>> vector;
    };

    /// Loads the weights from the `first` on.
    Result<void> loadFrom(std::size_t first, const graph::Graph &graph, const ProgramOptions &options,
                          std::uint32_t lanes, ThreadCrew &crew, const std::stop_token &stop);

    std::vector<Entry> m_entries;                       ///< by weight
    std::vector<std::shared_ptr<const Memory>> m_tiles; ///< what the entries' tiles stand in
    std::uint64_t m_firstBytes = 0;                     ///< of the weights that extend() shares
    std::uint64_t m_tileBufferBytes = 0;
    std::uint64_t m_bytes = 0;
};

} // namespace inference::backend::cpu
