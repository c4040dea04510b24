// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A model's forward pass as data: a straight list of ops over weights and activations. Built once when a model is
// loaded (a file of inference/families reads like its paper), compiled once by a backend, replayed for every batch.
#pragma once

#include "inference/graph/expert_ops.h"
#include "inference/graph/head_ops.h"
#include "inference/graph/operands.h"
#include "inference/graph/recurrent_ops.h"
#include "inference/graph/stream_ops.h"
#include "inference/quant/tensor_type.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace inference::graph {

/// A weight tensor as it lies in the mapped file.
struct Weight {
    std::string name;
    TensorType type = TensorType::F32;
    std::array<std::uint64_t, 4> shape{1, 1, 1,
                                       1}; ///< shape[0] contiguous: (n_in, n_out) for y = W x, (n_in, n_out, experts)
    std::span<const std::byte> data;       ///< borrowed from the model file, rows of shape[0] weights
    WeightId whole = kNoWeight;            ///< of rows cut from a fused tensor: that tensor
    std::uint64_t first = 0;               ///< and which of its rows is the first
    [[nodiscard]] std::uint64_t rows() const { return shape[1] * shape[2] * shape[3]; }
};

/// An activation: one row of `width` f32 numbers for each token of the batch (or for each selected row).
struct ValueInfo {
    std::uint32_t width = 0;
    bool selectedRows = false; ///< rows of SelectRows' output: only those whose logits are wanted
};

/// Which pairs of a head RoPE rotates.
enum class RopeKind {
    Norm, ///< (2i, 2i+1)
    Neox, ///< (i, i + rotated/2)
};

/// How fast each pair of a head turns, scaling of any kind (linear, YaRN, longrope, frequency factors) worked in.
struct RopeTable {
    std::vector<double> frequencies; ///< radians per position, by pair
    float magnitude = 1.0F;          ///< on cosine and sine
    bool operator==(const RopeTable &) const = default;
};

/// What a norm divides by.
enum class NormKind {
    Rms,   ///< x / sqrt(mean(x^2) + epsilon). Zhang and Sennrich 2019, arXiv:1910.07467.
    Layer, ///< (x - mean) / sqrt(variance + epsilon). Ba et al. 2016, arXiv:1607.06450.
};

/// Nonlinearities of the feed-forward part.
enum class Activation {
    Silu,        ///< x / (1 + exp(-x))
    GeluTanh,    ///< x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). Hendrycks and Gimpel 2016, arXiv:1606.08415.
    Gelu,        ///< x/2 (1 + erf(x / sqrt(2)))
    ReluSquared, ///< max(x, 0)^2. So et al. 2021, arXiv:2109.08668.
    /// Gated only: g / (1 + exp(-1.702 g)) (u + 1) with g = min(gate, 7) and u = up within [-7, 7]. gpt-oss's model
    /// card, OpenAI 2025, arXiv:2508.10925.
    ClampedSwiglu,
    Sigmoid,  ///< 1 / (1 + exp(-x))
    Identity, ///< x
};

/// Which positions a row of Attention sees.
enum class Mask {
    Causal,  ///< those up to its own; with a window the last `window` of them, its own included
    Chunked, ///< those of its own chunk of `window` positions, up to its own
    Full,    ///< all of the sequence, which is one batch from position 0; with a window those at most window / 2 away
};

/// Which row of a table a token takes.
enum class RowOf {
    Token,    ///< that of its id
    Position, ///< that of its position, where positions are learned. Devlin et al. 2019, arXiv:1810.04805.
    Text,     ///< 0 in the first text of a pair, 1 in the second (of a table with one row: 0); ibid., segments
};
/// out[t] = table[row of t] * scale
struct GetRows {
    WeightId table{};
    ValueId out{};
    float scale = 1.0F;
    RowOf row = RowOf::Token;
    /// So little of the table is read, and it is so large, that it stays where the file is mapped. Of a token's row.
    bool fromFile = false;
};
/// out = normalised in * weight + bias. With `groups` > 1 every equal part of the row (a head) is normalised on its
/// own.
struct Norm {
    ValueId in{};
    WeightId weight = kNoWeight; ///< the row's width, or a group's: then all groups share it
    WeightId bias = kNoWeight;   ///< as the weight
    ValueId out{};
    NormKind kind = NormKind::Rms;
    std::uint32_t groups = 1;
    float epsilon = 1e-5F;
};
/// out = W in + up (down in) + bias (+ residual when given: `hasResidual`).
struct MatMul {
    WeightId weight{};
    WeightId bias = kNoWeight;
    ValueId in{};
    ValueId out{};
    bool hasResidual = false;
    ValueId residual{};
    LowRank change{};
};
/// Rotary position embedding of each head of `in` at the token's position. Su et al. 2021, arXiv:2104.09864.
/// theta_i = position * frequencies[i]; dims past rotatedDims pass through.
struct Rope {
    ValueId in{};
    ValueId out{};
    std::uint32_t heads = 0;
    std::uint32_t headDim = 0;
    std::uint32_t rotatedDims = 0; ///< twice the table's pairs
    RopeKind kind = RopeKind::Norm;
    std::uint32_t table = 0; ///< index into Graph::ropes
};
/// Stores K and V of the batch's tokens at their positions in the layer's KV cache.
struct KvWrite {
    std::uint32_t layer = 0;
    ValueId key{};        ///< (kvHeads * headDim)
    ValueId value{};      ///< (kvHeads * valueDim)
    bool hasValue = true; ///< false where KvLayer::valueWidth is 0
};
/// Attention over what the mask lets a token see of the layer's KV cache, in grouped heads
/// (Ainslie et al. 2023, arXiv:2305.13245): head h reads KV head h / (heads / kvHeads).
struct Attention {
    std::uint32_t layer = 0;
    ValueId query{}; ///< (heads * headDim)
    ValueId out{};   ///< (heads * valueDim)
    std::uint32_t heads = 0;
    std::uint32_t kvHeads = 0;
    std::uint32_t headDim = 0;
    std::uint32_t valueDim = 0;
    float scale = 1.0F;       ///< on q.k
    float softcap = 0.0F;     ///< not 0: a score s becomes softcap * tanh(s / softcap)
    std::uint32_t window = 0; ///< as the mask says; 0: all
    Mask mask = Mask::Causal;
    /// A logit for each head that joins the softmax's denominator alone (Xiao et al. 2023, arXiv:2309.17453).
    WeightId sinks = kNoWeight;
};
/// out = activation(gate) * up, but for ClampedSwiglu. Shazeer 2020, arXiv:2002.05202.
struct Glu {
    ValueId gate{};
    ValueId up{};
    ValueId out{};
    Activation activation = Activation::Silu;
};
/// out = activation(in)
struct Activate {
    ValueId in{};
    ValueId out{};
    Activation activation = Activation::GeluTanh;
};
/// out = cap * tanh(in / cap)
struct Softcap {
    ValueId in{};
    ValueId out{};
    float cap = 30.0F;
};
/// out = a + b
struct Add {
    ValueId a{};
    ValueId b{};
    ValueId out{};
};
/// out = in * factor
struct Scale {
    ValueId in{};
    ValueId out{};
    float factor = 1.0F;
};
/// out = in * (1 + rate * ln(1 + floor((position + offset) / length))): queries that grow with their distance from the
/// start. Nakanishi 2025, arXiv:2501.19399.
struct ScaleByPosition {
    ValueId in{};
    ValueId out{};
    float rate = 0.1F;
    std::uint32_t offset = 0;
    std::uint32_t length = 1; ///< positions of one step; not 0
};
/// out = in within [-limit, limit]; a NaN stays one.
struct Clamp {
    ValueId in{};
    ValueId out{};
    float limit = 1.0F;
};
/// Keeps only the rows whose logits the batch wants; what follows runs on those rows alone.
struct SelectRows {
    ValueId in{};
    ValueId out{};
};

/// How the rows of a sequence become one.
enum class PoolKind {
    First, ///< the first row: the token that stands for the whole text
    Mean,  ///< the mean of all rows
};
/// One row made of all rows of the batch, which must be the whole sequence; the batch wants its last row alone.
struct Pool {
    ValueId in{};
    ValueId out{}; ///< selected rows: the one
    PoolKind kind = PoolKind::Mean;
};

using Op = std::variant<GetRows, Norm, MatMul, Rope, KvWrite, Attention, Glu, Activate, Softcap, Add, Scale, SelectRows,
                        RouteExperts, ExpertMatMul, CombineExperts, RouteToEach, JoinHeads, ScaleByPosition, Clamp,
                        Pool, CausalConv, GatedDelta, StateScan, MixStreams, MatchMagnitude, Sparsify>;

/// What the KV cache of one layer holds per position.
struct KvLayer {
    std::uint32_t keyWidth = 0; ///< kvHeads * headDim
    /// kvHeads * valueDim; 0: the values are the first Attention::valueDim numbers of each key head, kept once.
    std::uint32_t valueWidth = 0;
    std::uint32_t window = 0; ///< only so many last positions are ever looked at; 0: all
    bool operator==(const KvLayer &) const = default;
};

/// What a graph computes in the end.
enum class Ending {
    Logits,    ///< wide: only a few rows of a batch are ever wanted
    Embedding, ///< an embedding, or the scores of a classifier: every row may be wanted
};

/// The whole forward pass. Values are in single-assignment form: each is written by exactly one op.
struct Graph {
    std::vector<Weight> weights;
    std::vector<ValueInfo> values;
    std::vector<Op> ops;
    std::vector<std::uint32_t> layerEnds; ///< ops index after each layer, where command buffers may be cut
    std::vector<KvLayer> kv;
    std::vector<RecurrentState> states; ///< each advanced by exactly one op
    std::vector<RopeTable> ropes;
    ValueId logits{};                 ///< (vocabulary), selected rows; of an embedder what it ends in
    std::uint32_t vocabularySize = 0; ///< width of `logits`
    Ending ending = Ending::Logits;
};

/// Whether the graph has an op that makes one row of all (Pool): no sequence may be divided among batches then.
bool pools(const Graph &graph);

/// The values an op reads and the value it writes (KvWrite writes none).
struct OpValues {
    std::array<ValueId, 3> reads{};
    std::size_t readCount = 0;
    bool writes = false;
    ValueId written{};
};
OpValues valuesOf(const Op &op);

} // namespace inference::graph
