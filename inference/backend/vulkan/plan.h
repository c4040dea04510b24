// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A graph turned into kernel calls over named pieces of memory, before any memory or pipeline exists. Independent of
// the batch: bucket.h sizes the calls.
#pragma once

#include "inference/backend/backend.h"
#include "inference/backend/vulkan/instance.h"
#include "inference/backend/vulkan/repack.h"
#include "inference/graph/kv_extent.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace inference::backend::vulkan {

/// Rows of a batch up to which attention over a long cache is split.
inline constexpr std::uint32_t kSmallRows = 8;

/// What a kernel's binding is bound to.
enum class Memory {
    Scratch,   ///< Plan::scratch[index]
    Slice,     ///< Plan::slices[index]
    Constants, ///< all norm weights and biases
    Keys,      ///< the key cache of layer `index`
    Values,    ///< the value cache of layer `index`
    State,     ///< Plan::states[index], both sides
    Batch,     ///< BatchParams and the token ids
    RopeTable, ///< cosines and sines of the batch's positions
    Logits,    ///< selected rows, read by the host
    FileRows,  ///< the batch's rows of Plan::fileTables[index], written by the host
    ToHost,    ///< Plan::toHost[index], read by the host
    FromHost,  ///< what the host computed, read by the device
    Unused,    ///< the kernel declares the binding and does not touch it
};

struct BoundTo {
    Memory memory = Memory::Unused;
    std::uint32_t index = 0;
};

/// Activations of every row, f32 or int8 blocks.
struct ScratchTensor {
    std::uint64_t bytes = 0;
    std::size_t firstStep = 0;
    std::size_t lastStep = 0;
    std::uint64_t offset = 0; ///< in the scratch buffer, packed by lifetime
};

/// One or several weights of one type and width that are resident together; their rows follow or alternate.
struct Matrix {
    TensorType type = TensorType::F32;
    std::uint32_t columns = 0;
    std::uint64_t rows = 0;
    std::vector<graph::WeightId> parts;
    bool alternating = false; ///< row 2i of part 0, row 2i+1 of part 1
    std::uint32_t firstSlice = 0;
    std::uint32_t sliceCount = 0;
    /// By part, of a matrix in f32 that is wider than its parts: where they stand among zeros. kNoWeight: zeros alone.
    std::vector<std::uint32_t> partColumns{};
    std::vector<std::uint64_t> partRows{}; ///< by part, of such a matrix
};

/// Rows of a matrix that one binding can hold.
struct Slice {
    std::uint32_t matrix = 0;
    std::uint64_t rowFirst = 0;
    SliceLayout layout;
};

/// A norm's weight or a bias as f32 in the constants buffer; rows alternate like the matrix they belong to.
struct ConstantVector {
    std::vector<graph::WeightId> parts; ///< kNoWeight: zeros
    std::vector<std::uint32_t> counts;
    bool alternating = false;
    std::uint32_t first = 0; ///< float index
    bool operator==(const ConstantVector &) const = default;
};

/// A table that stays where the file is mapped: the host takes the batch's rows of it.
struct FileTable {
    TensorType type = TensorType::F32;
    std::span<const std::byte> data; ///< borrowed from the file for as long as the program lives
    std::uint32_t columns = 0;
    float scale = 1.0F;
    std::uint64_t first = 0; ///< byte in the buffer of rows
};

/// Cosines and sines that the host computes for each batch.
struct RopeConfig {
    graph::RopeTable table;
    std::uint32_t first = 0; ///< vec2 index in the table buffer
};

enum class StepKind {
    GetRows,
    Norm,
    MatMul,
    RopeKv,
    AttentionWhole,
    AttentionSplit,
    AttentionCombine,
    Element,
    JoinHeads,
    ExpertRoute,
    ExpertGroup,  ///< of long batches
    ExpertMatVec, ///< pair by pair
    ExpertMatMul, ///< in the tiles that ExpertGroup made
    ExpertCombine,
    CausalConv,
    GatedDelta,
    StateScan,
    MixStreams,
    MatchMagnitude,
    Sparsify,
};

/// One kernel call. Which fields count follows from the kind.
struct Step {
    StepKind kind = StepKind::Element;
    bool selected = false;         ///< runs on the selected rows
    std::size_t op = 0;            ///< op of the graph that it completes
    std::vector<BoundTo> bindings; ///< by binding number
    std::array<std::byte, 128> push{};
    std::uint32_t pushBytes = 0;
    TensorType type = TensorType::F32; ///< of the weight
    bool int8 = false;                 ///< MatMul: int8 activations
    bool padded = false;               ///< MatMul in f32: rows are not whole aligned blocks
    std::uint32_t epilogue = 0;        ///< MatMul: kEpilogue bits
    std::uint32_t items = 0;           ///< MatMul: weight rows; recurrent: columns of a head; else: invocations per row
    std::uint32_t blocks = 0;          ///< MatMul: blocks in a weight row; recurrent: rows of a head's state
    /// Norm: kind, what to write; Element: operation, activation; GetRows: which row; RopeKv and Attention: KvType;
    /// experts'
    std::array<std::uint32_t, 5> constants{};
    std::uint32_t groups = 1; ///< Norm: parts of a row that are normalised apart
    std::uint32_t heads = 0;  ///< Attention, recurrent
    std::uint32_t kvHeads = 0;
    std::uint32_t keyPairs = 0;
    std::uint32_t valuePairs = 0;
    std::uint32_t used = 1;    ///< Experts: chosen for each row
    std::uint32_t experts = 0; ///< that there are

    template <class Push>
    void setPush(const Push &values)
    {
        static_assert(sizeof(Push) <= sizeof(push));
        std::memcpy(push.data(), &values, sizeof values);
        pushBytes = sizeof values;
    }
};

/// A layer's KV cache: one slot's words. Quantized: the integers of all blocks, then their scales, two halves a word.
struct CacheLayer {
    std::uint32_t keyWords = 0;
    std::uint32_t valueWords = 0;
    std::uint32_t keyScales = 0; ///< word at which the scales begin
    std::uint32_t valueScales = 0;
    std::uint32_t slots = 0;
    bool operator==(const CacheLayer &) const = default;
};

/// Rows that the host reads.
struct HostRows {
    std::uint64_t offset = 0; ///< in the buffer of all that the host reads
    std::uint64_t bytes = 0;
};

/// A block of experts that the host computes between two segments.
struct HostStep {
    std::size_t block = 0;             ///< of graph::expertBlocks()
    std::vector<std::uint32_t> inputs; ///< Plan::toHost, in the order of the block's inputs
};

/// Steps between two places where command buffers may be cut.
struct Segment {
    bool selected = false;
    std::size_t first = 0;
    std::size_t end = 0;
    std::optional<std::size_t> host{}; ///< Plan::hostSteps: what the host does once the segment is done
};

struct Plan {
    std::vector<ScratchTensor> scratch;
    std::vector<Matrix> matrices;
    std::vector<Slice> slices;
    std::vector<ConstantVector> constants;
    std::vector<RopeConfig> ropes;
    std::vector<FileTable> fileTables;
    std::vector<Step> steps;
    std::vector<Segment> segments;
    std::vector<HostRows> toHost;
    std::vector<HostStep> hostSteps;
    std::uint64_t toHostBytes = 0;
    std::uint64_t fromHostBytes = 0;
    std::vector<CacheLayer> kv;
    graph::KvExtent extent; ///< of the layers' caches, before anything is written
    std::vector<graph::RecurrentState> states;
    std::uint32_t maxBatch = 0;
    std::uint32_t passRows = 0;    ///< rows that go through the steps at once: fewer where each has many experts
    std::uint32_t maxSelected = 0; ///< rows whose logits one batch can want
    std::uint32_t contextLength = 0;
    std::uint32_t splitLength = 0; ///< positions in one split of the attention
    bool wholeSequence = false;    ///< some attention sees later positions: a sequence is one batch
    std::uint32_t vocabulary = 0;
    bool pools = false;                     ///< one row is made of all: a sequence is one batch and one pass
    std::uint32_t tokenLimit = 0x7FFFFFFFU; ///< token ids stay below: rows of the smallest table
    std::uint32_t constantFloats = 0;
    std::uint32_t ropeEntries = 0;  ///< vec2, all configurations, maxBatch rows
    std::uint64_t fileRowBytes = 0; ///< rows of all fileTables, maxBatch of each
    std::uint64_t scratchBytes = 0;
    std::uint64_t weightBytes = 0; ///< slices and constants
    std::uint64_t kvBytes = 0;     ///< with both sides of the recurrent states
    std::uint64_t stateBytes = 0;  ///< one side of all recurrent states
};

/// Lowers a graph: merges matrices that read the same activation, fuses rope with the cache write, gated activations
/// and residuals with the mat-muls, puts full rows before selected rows. Blocks of experts that stay in host memory
/// become host steps with a segment's end before them. InvalidArgument for a graph that contradicts
/// itself, UnsupportedFile for one this backend cannot run, OutOfMemory when a binding's range is too small for it.
Result<Plan> makePlan(const graph::Graph &graph, const ProgramOptions &options, const DeviceTraits &traits);

} // namespace inference::backend::vulkan
