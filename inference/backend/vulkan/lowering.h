// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The working state of makePlan(): one pass over the ops that appends steps.
#pragma once

#include "inference/backend/vulkan/plan.h"
#include "inference/graph/expert_blocks.h"

#include <optional>

namespace inference::backend::vulkan {

/// Where a value's numbers stand: row r, column c at first + r * stride + c of a piece of memory, in floats.
struct View {
    BoundTo memory;
    std::uint32_t first = 0;
    std::uint32_t stride = 0;
};

/// Plane offsets of a slice, as every kernel that reads weights has them.
template <class Push>
void setPlanes(Push &push, const SliceLayout &layout)
{
    push.blocks = layout.blocks;
    push.highPlane = static_cast<std::uint32_t>(layout.highPlane / 4);
    push.scalePlane = static_cast<std::uint32_t>(layout.scalePlane / 4);
    push.extraPlane = static_cast<std::uint32_t>(layout.extraPlane / 4);
    push.tablePlane = static_cast<std::uint32_t>(layout.tablePlane / 4);
}

/// Calls of the matrix kernels: what they multiply, and what becomes of the sums.
struct Product {
    std::uint32_t matrix = 0;
    graph::ValueId in{};          ///< whose int8 form is read where `int8`
    std::optional<View> inRows{}; ///< f32 rows that are no value's
    bool int8 = false;
    View out;
    std::optional<View> residual{};
    std::optional<std::uint32_t> bias{}; ///< first of its constants
    const graph::Glu *glu = nullptr;     ///< the matrix alternates: gate, up
    bool selected = false;
};

/// The same for the chosen experts: `out`, `residual` and `inRows` have a row's pairs after each other.
struct ExpertProduct {
    std::uint32_t matrix = 0;
    const graph::ExpertMatMul *op = nullptr; ///< says where pairs and activations come from
    std::uint32_t rows = 0;                  ///< of each expert, gate and up together where they alternate
    std::optional<View> inRows{};            ///< each pair sees its own part of these, in f32
    View out;
    std::uint32_t outPairStride = 0;
    std::optional<View> residual{};
    std::optional<std::uint32_t> bias{};
    std::optional<std::uint32_t> scale{};
    const graph::Glu *glu = nullptr;
    bool weighted = false;
};

/// An op number by number.
struct Element {
    std::uint32_t operation = 0; ///< one of kElement…
    View a;
    View b{};
    View out;
    std::uint32_t columns = 0; ///< of each row
    bool selected = false;
    float factor = 1.0F; ///< where the operation uses it, as the activation
    graph::Activation activation{};
};

class Lowering {
public:
    Lowering(const graph::Graph &graph, const ProgramOptions &options, const DeviceTraits &traits);
    Result<Plan> run();

private:
    /// Rope of query and key and the cache write that become one step.
    struct RopeGroup {
        std::optional<std::size_t> query;
        std::size_t key = 0;
        std::size_t write = 0;
    };

    /// What the device and the kernels demand of the graph and the options.
    Result<void> checkLimits() const;
    void findHostBlocks();
    Result<void> lowerAll(bool selected);
    Result<void> lower(std::size_t index);
    Result<void> lowerOp(const graph::GetRows &op);
    Result<void> lowerOp(const graph::Norm &op);
    Result<void> lowerOp(const graph::MatMul &op);
    Result<void> lowerOp(const graph::Rope &op);
    Result<void> lowerOp(const graph::KvWrite &op);
    Result<void> lowerOp(const graph::Attention &op);
    Result<void> lowerOp(const graph::Glu &op);
    Result<void> lowerOp(const graph::Activate &op);
    Result<void> lowerOp(const graph::Softcap &op);
    Result<void> lowerOp(const graph::Add &op);
    Result<void> lowerOp(const graph::Scale &op);
    Result<void> lowerOp(const graph::SelectRows &op);
    Result<void> lowerOp(const graph::Pool &op);
    Result<void> lowerOp(const graph::CausalConv &op);
    Result<void> lowerOp(const graph::GatedDelta &op);
    Result<void> lowerOp(const graph::StateScan &op);
    Result<void> lowerOp(const graph::RouteExperts &op);
    Result<void> lowerOp(const graph::ExpertMatMul &op);
    Result<void> lowerOp(const graph::CombineExperts &op);
    Result<void> lowerOp(const graph::RouteToEach &op);
    Result<void> lowerOp(const graph::JoinHeads &op);
    Result<void> lowerOp(const graph::ScaleByPosition &op);
    Result<void> lowerOp(const graph::Clamp &op);
    Result<void> lowerOp(const graph::MixStreams &op);
    Result<void> lowerOp(const graph::MatchMagnitude &op);
    Result<void> lowerOp(const graph::Sparsify &op);

    void findRopeGroups();
    /// Rows of a table that stays in the file.
    Result<void> emitFileRows(const graph::GetRows &op);
    void emitRope(const graph::Rope *query, const graph::Rope *key, const graph::KvWrite *write);
    /// What stands between the device and the host that computes the experts of `sum`.
    void emitHostStep(const graph::CombineExperts &sum);
    void addElement(const Element &element);
    /// The same for values.
    void emitElement(std::uint32_t operation, graph::ValueId a, std::optional<graph::ValueId> b, graph::ValueId out,
                     float factor = 1.0F, graph::Activation activation = {});
    Result<void> emitMatMul(std::span<const std::size_t> ops, const graph::Glu *glu);
    void emitProduct(const Product &product);
    /// What adapters add to the products of `ops`, which are resident together, as the rows of a residual: they follow
    /// each other or alternate as those of the matrix. Nothing where no adapter changes them.
    Result<std::optional<View>> emitChanges(std::span<const std::size_t> ops, bool alternating);
    /// The same for gate and up of experts, pair by pair.
    Result<std::optional<View>> emitChanges(const graph::ExpertMatMul &gate, const graph::ExpertMatMul *up);
    /// The product of `gate`, or with `up` and `glu` their gated activation.
    Result<void> emitExperts(const graph::ExpertMatMul &gate, const graph::ExpertMatMul *up, const graph::Glu *glu);
    /// The batch's pairs grouped by expert; a step that groups them is added when there is none.
    BoundTo groupsOf(const graph::ExpertMatMul &op);
    /// Most tiles that a batch's pairs can have.
    [[nodiscard]] std::uint32_t expertTiles(const graph::ExpertMatMul &op) const;
    void emitExpertProduct(const ExpertProduct &product);
    /// The op of `up` and of the Glu that alone read what `gate` makes, where one kernel can do all three.
    std::optional<std::array<std::size_t, 2>> gatedExperts(const graph::ExpertMatMul &gate) const;
    std::vector<std::size_t> mergeable(std::size_t index) const;
    /// The op that gates `up` by `gate`, when it is the only reader of both.
    std::optional<std::size_t> gluOf(graph::ValueId gate, graph::ValueId up) const;

    /// `mostRows`: in one slice.
    Result<std::uint32_t> matrixOf(std::vector<graph::WeightId> parts, bool alternating, std::uint64_t mostRows);
    /// A matrix in f32 whose parts have `partRows` rows each and columns of their own; absent parts are zeros.
    Result<std::uint32_t> blockMatrix(std::vector<graph::WeightId> parts, std::vector<std::uint64_t> partRows,
                                      std::vector<std::uint32_t> partColumns, std::uint32_t columns, bool alternating,
                                      std::uint64_t mostRows);
    Result<std::uint32_t> addMatrix(Matrix matrix, const std::string &name, std::uint64_t mostRows);
    std::uint32_t constantsOf(std::vector<graph::WeightId> parts, std::vector<std::uint32_t> counts, bool alternating);
    /// Of a whole vector.
    std::uint32_t constantOf(graph::WeightId id);
    std::uint32_t ropeConfig(const graph::Rope &op);
    [[nodiscard]] bool runsInt8(graph::WeightId weight) const;
    /// Whether the op multiplies `value` in its int8 form.
    [[nodiscard]] bool readsInt8(const graph::Op &op, graph::ValueId value) const;
    /// Rows of a matrix whose every group of rows is a workgroup of its own.
    [[nodiscard]] std::uint64_t dispatchRows() const { return m_traits.maxGroupsX / 32 * 32; }

    BoundTo newScratch(std::uint64_t bytes);
    /// Memory for a value's rows of `width` floats.
    View newRows(std::uint32_t width, bool selected);
    View define(graph::ValueId value);
    /// The int8 form of a value; a step that makes it is added when there is none.
    BoundTo int8Of(graph::ValueId value);
    BoundTo newInt8(graph::ValueId value);
    [[nodiscard]] std::uint32_t rowsOf(bool selected) const;
    [[nodiscard]] std::uint32_t int8Scales(graph::ValueId value) const;
    [[nodiscard]] std::uint32_t width(graph::ValueId value) const { return m_graph.values[value.index].width; }
    [[nodiscard]] bool selected(graph::ValueId value) const { return m_graph.values[value.index].selectedRows; }
    [[nodiscard]] const View &view(graph::ValueId value) const { return m_views[value.index]; }
    Step &addStep(StepKind kind, bool isSelected);
    void finishSteps();
    Result<void> packScratch();

    const graph::Graph &m_graph;
    const ProgramOptions &m_options;
    const DeviceTraits &m_traits;
    Plan m_plan;
    std::vector<View> m_views;                             ///< by value
    std::vector<std::optional<BoundTo>> m_int8;            ///< by value
    std::vector<std::optional<BoundTo>> m_groups;          ///< by routing value: its grouped pairs
    std::vector<std::vector<std::size_t>> m_readers;       ///< by value: ops
    std::vector<std::optional<std::size_t>> m_writer;      ///< by value
    std::vector<std::uint32_t> m_weightUses;               ///< by weight
    std::vector<std::optional<std::uint32_t>> m_matrix;    ///< by weight, where resident alone
    std::vector<bool> m_done;                              ///< by op
    std::vector<std::optional<RopeGroup>> m_ropeGroups;    ///< by the op at which the group is complete
    std::vector<std::optional<std::uint32_t>> m_ropeFirst; ///< by Graph::ropes: first entry of the table's buffer
    std::vector<std::size_t> m_cuts;                       ///< steps before which a segment starts
    std::vector<std::size_t> m_hostCuts;                   ///< by Plan::hostSteps: those before which the host computes
    std::vector<graph::ExpertBlock> m_hostBlocks;          ///< of experts that stay in host memory
    std::vector<bool> m_onHost;                            ///< by op
    std::size_t m_op = 0;                                  ///< op at hand
};

} // namespace inference::backend::vulkan
