// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The inner loops, compiled once per instruction set and chosen at run time. Every result of a row follows from that
// row alone by one fixed sequence of operations, however many rows are handed over together.
#pragma once

#include "inference/backend/cpu/recurrent_kernels.h"
#include "inference/backend/cpu/tile_layout.h"
#include "inference/graph/graph.h"

#include <cstddef>
#include <cstdint>

namespace inference::backend::cpu {

/// 32 activations as int8 with their scale, and sums for formats whose weights have an offset or a minimum.
struct ActivationBlock {
    float d;      ///< value = d * q
    float sum;    ///< d * sum(q)
    float sumLow; ///< d * sum of the first 16 q
    float sumHigh;
    std::int8_t q[32];
};
static_assert(sizeof(ActivationBlock) == 48);

/// Columns of a mat-mul: what a tile is multiplied with.
struct Activations {
    const ActivationBlock *blocks = nullptr; ///< (rows, columns / 32), for quantized weights
    const float *floats = nullptr;           ///< (rows, floatStride), for float weights
    std::size_t floatStride = 0;
};

/// Where a tile's products go: out[r][row + lane] = product + bias + residual.
struct TileOutput {
    float *out = nullptr; ///< row 0 of the batch part, column `row` of the tile
    std::size_t stride = 0;
    const float *bias = nullptr; ///< at the tile's first row, or null
    const float *residual = nullptr;
    std::size_t residualStride = 0;
    std::uint32_t valid = 0; ///< rows of the tile that exist
};

/// Positions that lie together in the cache of keys: one tile is (headDim, kKeyTile).
inline constexpr std::uint32_t kKeyTile = 16;
/// Keys between two updates of the running maximum.
inline constexpr std::uint32_t kKeyBlock = 64;
/// Keys whose softmax is computed on its own; the partial results are merged in the order of positions.
inline constexpr std::uint32_t kKeySplit = 256;
/// Query rows that one call of `attend` takes.
inline constexpr std::uint32_t kQueryRows = 32;

/// A query row (one head of one token), the positions it sees, and where its partial softmax goes.
struct QueryRow {
    const float *query = nullptr;
    std::uint32_t begin = 0; ///< first position that the row sees
    std::uint32_t end = 0;   ///< the one after the last
    float *state = nullptr;  ///< highest score s*, sum of exp(s - s*)
    float *values = nullptr; ///< (valueDim) sum of exp(s - s*) * v
};

/// What becomes of a score q.k before the softmax: times scale, then softcap * tanh(score / softcap) if softcap is not
/// 0.
struct ScoreShape {
    float scale = 1.0F;
    float softcap = 0.0F;
};

/// How the cache keeps keys and values.
enum class KvForm {
    Tiles, ///< f16: keys in tiles of kKeyTile positions, which scores a vector of keys at a time; values by position
    Rows,  ///< f16: both by position
    Q8,    ///< blocks of KvType::Q8_0: both by position
    Q4,    ///< blocks of KvType::Q4_0: both by position
};

/// One KV head. Position p stands in slot p % slots, `slots` being a multiple of kKeyBlock.
struct HeadCache {
    KvForm form = KvForm::Tiles;
    const std::byte *keys = nullptr;
    const std::byte *values = nullptr; ///< by slot
    std::uint64_t keyBytes = 0;        ///< from slot to slot, but for tiles
    std::uint64_t valueBytes = 0;
    std::uint32_t headDim = 0;
    std::uint32_t valueDim = 0;
    std::uint64_t slots = 0;
};

using DotTile = void (*)(const TileLayout &layout, const std::byte *tile, const Activations &x, std::size_t firstRow,
                         std::size_t rows, float *products);

/// The kernels of one instruction set.
struct Kernels {
    const char *name = nullptr; ///< "AVX3_DL"
    std::uint32_t lanes = 0;    ///< rows in a tile

    /// products[r][lane] = tile . activations of batch row firstRow + r
    DotTile dotTile[kTensorTypeNumbers] = {}; ///< by TensorType
    void (*storeTile)(const float *products, std::size_t rows, const TileOutput &output) = nullptr;
    /// out = activation(gate + bias) * (up + upBias), or ClampedSwiglu of both; residuals are not used.
    void (*storeGlu)(graph::Activation activation, const float *gate, const float *up, std::size_t rows,
                     const TileOutput &output, const float *upBias) = nullptr;

    /// n a multiple of 32; a block with a number that is not finite gets a scale that is not finite.
    void (*quantize)(const float *x, std::size_t n, ActivationBlock *out) = nullptr;
    /// One group; `weight` and `bias` may be null.
    void (*norm)(graph::NormKind kind, const float *x, const float *weight, const float *bias, std::size_t n,
                 float epsilon, float *out) = nullptr;
    void (*glu)(graph::Activation activation, const float *gate, const float *up, std::size_t n, float *out) = nullptr;
    void (*activate)(graph::Activation activation, const float *x, std::size_t n, float *out) = nullptr;
    void (*softcap)(const float *x, float cap, std::size_t n, float *out) = nullptr;
    void (*add)(const float *a, const float *b, std::size_t n, float *out) = nullptr;
    void (*scale)(const float *x, float factor, std::size_t n, float *out) = nullptr;
    /// Sum of `used` parts of n numbers, times their weights unless `weights` is null, after the residual if there is
    /// one.
    void (*combine)(const float *parts, const float *weights, std::size_t used, const float *residual, std::size_t n,
                    float *out) = nullptr;
    /// Recurrent ops; each advances its part of the state by all rows.
    void (*convolve)(const ConvChannels &channels) = nullptr;
    void (*gatedDelta)(const DeltaHead &head) = nullptr;
    void (*stateScan)(const ScanHead &head) = nullptr;
    bool (*allFinite)(const float *x, std::size_t n) = nullptr;
    /// table: 2 * rotatedDims floats: for Norm cosine of each element's pair, then the sine negated at even elements;
    /// for Neox the cosines of the pairs, then at rotatedDims the sines.
    void (*rope)(const float *x, const float *table, const graph::Rope &op, float *out) = nullptr;
    /// Converts to f16 (out has `stride` halves between neighbours).
    void (*toHalf)(const float *x, std::size_t n, std::size_t stride, std::uint16_t *out) = nullptr;

    /// Partial softmax of each row over positions first … first + kKeySplit of one split, as far as the row sees them.
    /// A row that sees none of them gets a partial of no weight.
    /// `rows` <= kQueryRows.
    void (*attend)(const HeadCache &cache, const QueryRow *rows, std::uint32_t count, std::uint32_t first,
                   const ScoreShape &shape) = nullptr;
    /// Adds the partial of later positions to that of earlier ones.
    void (*mergePartials)(float *state, float *values, const float *otherState, const float *otherValues,
                          std::uint32_t n) = nullptr;
};

/// The kernels for this processor. The table lives as long as the program.
const Kernels &kernels();

} // namespace inference::backend::cpu
