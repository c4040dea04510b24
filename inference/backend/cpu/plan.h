// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A graph as the CPU runs it: few stages, each split into independent chunks. Mat-muls of one input share a stage and
// its quantization, gated activations run where gate and up are made, and everything that works row by row between two
// mat-muls is one stage (which a lone row passes without any hand-over between threads).
#pragma once

#include "inference/error.h"
#include "inference/graph/expert_blocks.h"
#include "inference/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace inference::backend::cpu {

/// Row of `in` → int8 blocks that the next mat-mul stage reads.
struct Quantize {
    graph::ValueId in;
};
/// Cosines and sines of the row's position for one kind of rope.
struct FillRopeTable {
    std::uint32_t table = 0;
};
/// RoPE by the given table.
struct RopeByTable {
    graph::Rope op;
    std::uint32_t table = 0;
};
/// Merges the partial results of an attention whose keys were shared among threads.
struct MergeSplits {
    graph::Attention op;
};

using RowOp =
    std::variant<graph::GetRows, graph::Norm, RopeByTable, graph::KvWrite, graph::Glu, graph::Activate, graph::Softcap,
                 graph::Add, graph::Scale, graph::SelectRows, graph::RouteExperts, graph::CombineExperts,
                 graph::RouteToEach, graph::JoinHeads, graph::ScaleByPosition, graph::Clamp, graph::Pool,
                 graph::MixStreams, graph::MatchMagnitude, graph::Sparsify, Quantize, FillRopeTable, MergeSplits>;

/// Ops that each row takes in turn, alone.
struct RowStage {
    std::vector<RowOp> ops;
    std::uint64_t costPerRow = 0; ///< numbers touched
};

/// A matrix (or one for each expert) of a stage that multiplies; with `gated` the output is activation(op) * up.
template <class Product>
struct ProductPart {
    Product op;
    bool gated = false;
    graph::Activation activation{};
    Product up{};
};
using MatMulPart = ProductPart<graph::MatMul>;
using ExpertPart = ProductPart<graph::ExpertMatMul>;

/// Matrices with one input.
struct MatMulStage {
    graph::ValueId in;
    std::vector<MatMulPart> parts;
};

/// Matrices of experts with one input and one routing.
struct ExpertStage {
    graph::ValueId in;
    graph::ValueId routing;
    std::uint32_t used = 0;    ///< experts per row
    std::uint32_t experts = 0; ///< that there are
    std::uint32_t columns = 0; ///< of each matrix
    bool shared = false;       ///< the row itself is what each of its experts sees
    bool quantized = false;    ///< some part multiplies int8 activations
    bool floats = false;       ///< some part multiplies f32 activations
    std::vector<ExpertPart> parts;
};

/// One step between two joins of the threads.
struct Stage {
    std::variant<RowStage, MatMulStage, ExpertStage, graph::Attention, graph::CausalConv, graph::GatedDelta,
                 graph::StateScan>
        work;
    bool selected = false; ///< runs on the rows whose logits are wanted
};

/// The stages of one graph::ExpertBlock, whose inputs are put in their places before.
struct BlockStages {
    std::size_t first = 0;
    std::size_t end = 0;
};

/// The compiled graph. The logits, which go to the caller's buffer, and values that no stage needs have no place.
struct Plan {
    std::vector<Stage> stages;
    std::vector<graph::Rope> ropes;         ///< one per table of cosines and sines: by Graph::ropes and kind
    std::vector<std::uint64_t> valueOffset; ///< floats per batch row before the value; 0 without a place
    std::uint64_t valueWidth = 0;           ///< floats per batch row of all values
    std::uint32_t quantizedColumns = 0;     ///< widest input that is quantized
    std::vector<std::uint32_t> kvHeads;     ///< by layer
    bool wholeSequence = false;             ///< some attention sees later positions: a sequence is one batch
    std::vector<BlockStages> blocks;        ///< of a plan for blocks of experts
};

/// Checks the graph (graph::checkGraph) and plans it. Fails as the check does.
Result<Plan> makePlan(const graph::Graph &graph);

/// Plans what graph::expertGraph() made of these blocks of a graph that checks out, so that each can run alone.
Result<Plan> makePlan(const graph::Graph &expertGraph, std::span<const graph::ExpertBlock> blocks);

/// Whether a weight of that type is multiplied with int8 activations.
bool usesQuantizedActivations(TensorType type);

} // namespace inference::backend::cpu
