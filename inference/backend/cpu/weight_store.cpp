// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/weight_store.h"

#include "inference/quant/dequantize.h"

#include <algorithm>

namespace inference::backend::cpu {

using namespace graph;

namespace {

/// What the ops of a graph do with a weight.
struct Use {
    bool matrix = false;
    bool experts = false; ///< a matrix for each expert
    bool vector = false;
};

/// Rows that tiles are made of; each matrix starts with a tile of its own.
std::uint64_t matrixRows(const Weight &weight, const Use &use)
{
    return use.experts ? weight.shape[1] : weight.rows();
}

std::uint64_t tilesOf(const Weight &weight, const Use &use, const TileLayout &layout)
{
    const std::uint64_t rows = matrixRows(weight, use);
    return rows == 0 ? 0 : weight.rows() / rows * layout.tiles(rows);
}

std::vector<Use> usesOf(const Graph &graph)
{
    std::vector<Use> uses(graph.weights.size());
    const auto vector = [&](WeightId id) {
        if (id.index < uses.size()) {
            uses[id.index].vector = true;
        }
    };
    for (const Op &op : graph.ops) {
        if (const auto *matMul = std::get_if<MatMul>(&op)) {
            if (matMul->weight.index < uses.size()) {
                uses[matMul->weight.index].matrix = true;
            }
            vector(matMul->bias);
        } else if (const auto *norm = std::get_if<Norm>(&op)) {
            vector(norm->weight);
            vector(norm->bias);
        } else if (const auto *experts = std::get_if<ExpertMatMul>(&op)) {
            if (experts->weight.index < uses.size()) {
                uses[experts->weight.index].matrix = true;
                uses[experts->weight.index].experts = true;
            }
            vector(experts->bias);
            vector(experts->scale);
        } else if (const auto *route = std::get_if<RouteExperts>(&op)) {
            vector(route->selectionBias);
        } else if (const auto *attention = std::get_if<Attention>(&op)) {
            vector(attention->sinks);
        } else if (const auto *conv = std::get_if<CausalConv>(&op)) {
            vector(conv->weight);
            vector(conv->bias);
        } else if (const auto *delta = std::get_if<GatedDelta>(&op)) {
            vector(delta->rate);
            vector(delta->decayBias);
        } else if (const auto *scan = std::get_if<StateScan>(&op)) {
            vector(scan->stepBias);
            vector(scan->rate);
            vector(scan->skip);
        }
    }
    return uses;
}

std::uint64_t rowBytesOf(const Weight &weight)
{
    const TypeTraits info = traits(weight.type);
    return weight.shape[0] / info.blockWeights * info.blockBytes;
}

/// Packs the tiles of a matrix or of all experts' matrices, some per chunk.
class PackWork : public StagedWork {
public:
    PackWork(const TileLayout &layout, const Weight &weight, const Use &use, std::byte *tiles)
        : m_layout(layout)
        , m_weight(weight)
        , m_tiles(tiles)
        , m_rows(matrixRows(weight, use))
        , m_count(tilesOf(weight, use, layout))
        , m_perChunk(m_count / kMaxChunks + std::min<std::uint64_t>(m_count, kTilesPerChunk))
    {
    }

    std::uint32_t openStage() override
    {
        if (m_opened) {
            return 0;
        }
        m_opened = true;
        return static_cast<std::uint32_t>((m_count + m_perChunk - 1) / m_perChunk);
    }

    void runChunk(std::uint32_t chunk, std::uint32_t) override
    {
        const std::uint64_t rowBytes = rowBytesOf(m_weight);
        const std::uint64_t end = std::min(m_count, (chunk + 1) * m_perChunk);
        for (std::uint64_t tile = chunk * m_perChunk; tile < end; ++tile) {
            const std::uint64_t perMatrix = m_layout.tiles(m_rows);
            const std::uint64_t row = tile % perMatrix * m_layout.lanes;
            const auto rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(m_layout.lanes, m_rows - row));
            packTile(m_layout, m_weight.data.data() + (tile / perMatrix * m_rows + row) * rowBytes, rows,
                     m_tiles + tile * m_layout.tileBytes);
        }
    }

private:
    static constexpr std::uint64_t kTilesPerChunk = 8;

    const TileLayout &m_layout;
    const Weight &m_weight;
    std::byte *m_tiles;
    std::uint64_t m_rows;
    std::uint64_t m_count;
    std::uint64_t m_perChunk;
    bool m_opened = false;
};

/// What the weights from the `first` on take.
std::uint64_t bytesFrom(std::size_t first, const std::vector<Use> &uses, const Graph &graph, std::uint32_t lanes,
                        bool repack)
{
    std::uint64_t bytes = 0;
    for (std::size_t i = first; i < uses.size(); ++i) {
        const Weight &weight = graph.weights[i];
        if (uses[i].vector) {
            bytes += weight.shape[0] * weight.rows() * sizeof(float);
        }
        if (uses[i].matrix && repack) {
            const TileLayout layout = tileLayout(weight.type, lanes, weight.shape[0]);
            bytes += tilesOf(weight, uses[i], layout) * layout.tileBytes;
        }
    }
    return bytes;
}

} // namespace

std::uint64_t WeightStore::bytesNeeded(const Graph &graph, std::uint32_t lanes, bool repack)
{
    return bytesFrom(0, usesOf(graph), graph, lanes, repack);
}

Result<void> WeightStore::load(const Graph &graph, const ProgramOptions &options, std::uint32_t lanes, ThreadCrew &crew,
                               const std::stop_token &stop)
{
    return loadFrom(0, graph, options, lanes, crew, stop);
}

Result<void> WeightStore::extend(const WeightStore &known, std::size_t shared, const Graph &graph, std::uint32_t lanes,
                                 ThreadCrew &crew, const std::stop_token &stop)
{
    if (shared > known.m_entries.size() || shared > graph.weights.size()) {
        return failure(ErrorCode::InvalidArgument, "a graph without the weights that it should share");
    }
    m_entries.assign(known.m_entries.begin(), known.m_entries.begin() + static_cast<std::ptrdiff_t>(shared));
    m_tiles.assign(known.m_tiles.begin(), known.m_tiles.begin() + 1);
    m_tileBufferBytes = known.m_tileBufferBytes;
    m_bytes = known.m_firstBytes;
    m_firstBytes = known.m_firstBytes;
    return loadFrom(shared, graph, {}, lanes, crew, stop);
}

Result<void> WeightStore::loadFrom(std::size_t first, const Graph &graph, const ProgramOptions &options,
                                   std::uint32_t lanes, ThreadCrew &crew, const std::stop_token &stop)
{
    const std::vector<Use> uses = usesOf(graph);
    m_bytes += bytesFrom(first, uses, graph, lanes, options.repackWeights);
    m_entries.resize(graph.weights.size());
    std::uint64_t tileBytes = 0;
    std::uint64_t fileBytes = 0;
    for (std::size_t i = first; i < uses.size(); ++i) {
        const Weight &weight = graph.weights[i];
        Entry &entry = m_entries[i];
        entry.layout = tileLayout(weight.type, lanes, weight.shape[0]);
        entry.file = weight.data.data();
        entry.rows = matrixRows(weight, uses[i]);
        entry.rowBytes = rowBytesOf(weight);
        fileBytes += weight.data.size();
        if (uses[i].matrix && options.repackWeights) {
            tileBytes += tilesOf(weight, uses[i], entry.layout) * entry.layout.tileBytes;
        } else if (uses[i].matrix) {
            m_tileBufferBytes = std::max(m_tileBufferBytes, entry.layout.tileBytes);
        }
    }
    auto memory = Memory::allocate(tileBytes);
    if (!memory) {
        return std::unexpected(memory.error());
    }
    std::byte *next = memory->data();
    m_tiles.push_back(std::make_shared<const Memory>(std::move(*memory)));
    if (first == 0) {
        m_firstBytes = m_bytes;
    }

    std::uint64_t bytesDone = 0;
    for (std::size_t i = first; i < uses.size(); ++i) {
        if (stop.stop_requested()) {
            return failure(ErrorCode::Cancelled, "loading was cancelled");
        }
        const Weight &weight = graph.weights[i];
        Entry &entry = m_entries[i];
        if (uses[i].vector) {
            std::vector<float> numbers(weight.shape[0] * weight.rows());
            dequantize(weight.type, weight.data, numbers);
            entry.vector = std::make_shared<const std::vector<float>>(std::move(numbers));
        }
        if (uses[i].matrix && options.repackWeights) {
            PackWork work(entry.layout, weight, uses[i], next);
            crew.run(work);
            entry.tiles = next;
            next += tilesOf(weight, uses[i], entry.layout) * entry.layout.tileBytes;
            if (options.release) {
                options.release(weight.data);
            }
        }
        bytesDone += weight.data.size();
        if (options.progress && fileBytes > 0) {
            options.progress(static_cast<float>(static_cast<double>(bytesDone) / static_cast<double>(fileBytes)));
        }
    }
    return {};
}

const std::byte *WeightStore::tile(WeightId id, std::uint64_t index, std::byte *buffer) const
{
    const Entry &entry = m_entries[id.index];
    if (entry.tiles != nullptr) {
        return entry.tiles + index * entry.layout.tileBytes;
    }
    const std::uint64_t perMatrix = entry.layout.tiles(entry.rows);
    const std::uint64_t row = index % perMatrix * entry.layout.lanes;
    const auto rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(entry.layout.lanes, entry.rows - row));
    packTile(entry.layout, entry.file + (index / perMatrix * entry.rows + row) * entry.rowBytes, rows, buffer);
    return buffer;
}

void WeightStore::readRow(WeightId id, std::uint64_t row, std::span<float> out) const
{
    const Entry &entry = m_entries[id.index];
    if (entry.tiles != nullptr) {
        const std::uint64_t inMatrix = row % entry.rows;
        const std::uint64_t tile = row / entry.rows * tiles(id) + inMatrix / entry.layout.lanes;
        unpackRow(entry.layout, entry.tiles + tile * entry.layout.tileBytes,
                  static_cast<std::uint32_t>(inMatrix % entry.layout.lanes), out);
    } else {
        dequantize(entry.layout.type, {entry.file + row * entry.rowBytes, entry.rowBytes}, out);
    }
}

} // namespace inference::backend::cpu
