// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
#include "inference/backend/cpu/plan.h"

#include "inference/graph/graph_check.h"
#include "inference/graph/scratch_packing.h"

#include <algorithm>
#include <optional>
#include <type_traits>

namespace inference::backend::cpu {

using namespace graph;

namespace {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};

/// Makes stages out of ops in order; mat-muls are drawn forward to the first one with the same input.
class Planner {
public:
    explicit Planner(const Graph &graph)
        : m_graph(graph)
        , m_done(graph.ops.size())
        , m_written(graph.values.size())
        , m_readers(graph.values.size())
    {
        for (const Op &op : graph.ops) {
            const OpValues values = valuesOf(op);
            for (std::size_t i = 0; i < values.readCount; ++i) {
                ++m_readers[values.reads[i].index];
            }
        }
    }

    Result<Plan> plan()
    {
        m_plan.kvHeads.assign(m_graph.kv.size(), 1);
        placeOps(0, m_graph.ops.size());
        addRopeTables();
        if (const auto placed = placeValues({}); !placed) {
            return std::unexpected(placed.error());
        }
        return std::move(m_plan);
    }

    Result<Plan> plan(std::span<const ExpertBlock> blocks)
    {
        std::size_t op = 0;
        for (const std::uint32_t end : m_graph.layerEnds) {
            m_firstStage = m_plan.stages.size();
            placeOps(op, end);
            m_plan.blocks.push_back({m_firstStage, m_plan.stages.size()});
            op = end;
        }
        if (const auto placed = placeValues(blocks); !placed) {
            return std::unexpected(placed.error());
        }
        return std::move(m_plan);
    }

private:
    void placeOps(std::size_t first, std::size_t end)
    {
        for (std::size_t i = first; i < end; ++i) {
            if (!m_done[i]) {
                std::visit([&](const auto &op) { place(op, i); }, m_graph.ops[i]);
                markWritten(m_graph.ops[i]);
            }
        }
    }

    [[nodiscard]] std::uint64_t width(ValueId id) const { return m_graph.values[id.index].width; }
    [[nodiscard]] bool selected(ValueId id) const { return m_graph.values[id.index].selectedRows; }

    void markWritten(const Op &op)
    {
        if (const OpValues values = valuesOf(op); values.writes) {
            m_written[values.written.index] = true;
        }
    }

    void addRowOp(RowOp op, bool onSelected, std::uint64_t cost)
    {
        RowStage *stage = nullptr;
        if (m_plan.stages.size() > m_firstStage && m_plan.stages.back().selected == onSelected) {
            stage = std::get_if<RowStage>(&m_plan.stages.back().work);
        }
        if (stage == nullptr) {
            m_plan.stages.push_back({.work = RowStage{}, .selected = onSelected});
            stage = &std::get<RowStage>(m_plan.stages.back().work);
        }
        stage->ops.push_back(std::move(op));
        stage->costPerRow += cost;
    }

    void place(const GetRows &op, std::size_t) { addRowOp(op, false, 4 * width(op.out)); }
    void place(const Norm &op, std::size_t) { addRowOp(op, selected(op.out), 2 * width(op.out)); }
    void place(const Glu &op, std::size_t) { addRowOp(op, selected(op.out), 8 * width(op.out)); }
    void place(const Activate &op, std::size_t) { addRowOp(op, selected(op.out), 8 * width(op.out)); }
    void place(const Softcap &op, std::size_t) { addRowOp(op, selected(op.out), 8 * width(op.out)); }
    void place(const Add &op, std::size_t) { addRowOp(op, selected(op.out), width(op.out)); }
    void place(const Scale &op, std::size_t) { addRowOp(op, selected(op.out), width(op.out)); }
    void place(const SelectRows &op, std::size_t) { addRowOp(op, true, width(op.out)); }
    void place(const Pool &op, std::size_t) { addRowOp(op, true, width(op.out)); }
    void place(const RouteExperts &op, std::size_t) { addRowOp(op, selected(op.out), 32 * width(op.logits)); }
    void place(const CombineExperts &op, std::size_t) { addRowOp(op, selected(op.out), width(op.in)); }
    void place(const RouteToEach &op, std::size_t) { addRowOp(op, selected(op.out), width(op.out)); }
    void place(const JoinHeads &op, std::size_t) { addRowOp(op, selected(op.out), width(op.out)); }
    void place(const ScaleByPosition &op, std::size_t) { addRowOp(op, false, width(op.out)); }
    void place(const Clamp &op, std::size_t) { addRowOp(op, selected(op.out), width(op.out)); }
    void place(const MixStreams &op, std::size_t) { addRowOp(op, selected(op.out), width(op.out) * op.sources); }
    void place(const MatchMagnitude &op, std::size_t) { addRowOp(op, selected(op.out), 4 * width(op.out)); }
    void place(const Sparsify &op, std::size_t) { addRowOp(op, selected(op.out), 4 * width(op.out)); }
    void place(const KvWrite &op, std::size_t)
    {
        addRowOp(op, false, 4 * (width(op.key) + (op.hasValue ? width(op.value) : 0)));
    }

    void place(const CausalConv &op, std::size_t) { m_plan.stages.push_back({.work = op, .selected = false}); }
    void place(const GatedDelta &op, std::size_t) { m_plan.stages.push_back({.work = op, .selected = false}); }
    void place(const StateScan &op, std::size_t) { m_plan.stages.push_back({.work = op, .selected = false}); }

    void place(const Rope &op, std::size_t)
    {
        auto found = std::ranges::find_if(
            m_plan.ropes, [&](const Rope &other) { return op.table == other.table && op.kind == other.kind; });
        if (found == m_plan.ropes.end()) {
            found = m_plan.ropes.insert(found, op);
        }
        const auto table = static_cast<std::uint32_t>(found - m_plan.ropes.begin());
        addRowOp(RopeByTable{op, table}, false, 2 * width(op.out));
    }

    void place(const Attention &op, std::size_t)
    {
        m_plan.kvHeads[op.layer] = op.kvHeads;
        m_plan.wholeSequence = m_plan.wholeSequence || op.mask == Mask::Full;
        m_plan.stages.push_back({.work = op, .selected = false});
        addRowOp(MergeSplits{op}, false, 0);
    }

    void place(const MatMul &first, std::size_t index)
    {
        MatMulStage stage{.in = first.in, .parts = {}};
        for (std::size_t i = index; i < m_graph.ops.size(); ++i) {
            const auto *op = std::get_if<MatMul>(&m_graph.ops[i]);
            if (op == nullptr || m_done[i] || !(op->in == first.in) ||
                (op->hasResidual && !m_written[op->residual.index])) {
                continue;
            }
            stage.parts.push_back({.op = *op});
            m_done[i] = true;
        }
        fuseGlu(stage);
        bool quantized = false;
        for (const MatMulPart &part : stage.parts) {
            m_written[part.op.out.index] = true;
            quantized = quantized || usesQuantizedActivations(typeOf(part.op)) ||
                        (part.gated && usesQuantizedActivations(typeOf(part.up)));
        }
        if (quantized) {
            addRowOp(Quantize{first.in}, selected(first.in), 2 * width(first.in));
            m_plan.quantizedColumns = std::max(m_plan.quantizedColumns, static_cast<std::uint32_t>(width(first.in)));
        }
        m_plan.stages.push_back({.work = std::move(stage), .selected = selected(first.in)});
    }

    void place(const ExpertMatMul &first, std::size_t index)
    {
        const Weight &weight = m_graph.weights[first.weight.index];
        ExpertStage stage{.in = first.in,
                          .routing = first.routing,
                          .used = static_cast<std::uint32_t>(width(first.routing) / 2),
                          .experts = static_cast<std::uint32_t>(weight.shape[2]),
                          .columns = static_cast<std::uint32_t>(weight.shape[0]),
                          .shared = width(first.in) == weight.shape[0]};
        for (std::size_t i = index; i < m_graph.ops.size(); ++i) {
            const auto *op = std::get_if<ExpertMatMul>(&m_graph.ops[i]);
            if (op != nullptr && !m_done[i] && op->in == first.in && op->routing == first.routing) {
                stage.parts.push_back({.op = *op});
                m_done[i] = true;
            }
        }
        fuseGlu(stage);
        for (const ExpertPart &part : stage.parts) {
            m_written[part.op.out.index] = true;
            for (const ExpertMatMul &op : {part.op, part.gated ? part.up : part.op}) {
                const bool quantized = usesQuantizedActivations(m_graph.weights[op.weight.index].type);
                stage.quantized = stage.quantized || quantized;
                stage.floats = stage.floats || !quantized;
            }
        }
        if (stage.quantized) {
            addRowOp(Quantize{first.in}, selected(first.in), 2 * width(first.in));
            m_plan.quantizedColumns = std::max(m_plan.quantizedColumns, static_cast<std::uint32_t>(width(first.in)));
        }
        m_plan.stages.push_back({.work = std::move(stage), .selected = selected(first.in)});
    }

    [[nodiscard]] TensorType typeOf(const MatMul &op) const { return m_graph.weights[op.weight.index].type; }

    static bool addsToAnother(const MatMul &op) { return op.hasResidual; }
    static bool addsToAnother(const ExpertMatMul &) { return false; }

    void fuseGlu(auto &stage)
    {
        const auto partOf = [&](ValueId value) {
            return std::ranges::find_if(stage.parts, [&](const auto &part) {
                return !part.gated && part.op.out == value && !addsToAnother(part.op) && m_readers[value.index] == 1;
            });
        };
        for (std::size_t i = 0; i < m_graph.ops.size(); ++i) {
            const auto *op = std::get_if<Glu>(&m_graph.ops[i]);
            if (op == nullptr || m_done[i] || op->gate == op->up) {
                continue;
            }
            const auto gate = partOf(op->gate);
            const auto up = partOf(op->up);
            if (gate == stage.parts.end() || up == stage.parts.end()) {
                continue;
            }
            gate->gated = true;
            gate->activation = op->activation;
            gate->up = up->op;
            gate->op.out = op->out;
            stage.parts.erase(up);
            m_done[i] = true;
        }
    }

    /// The stage that rotates first fills the tables for all.
    void addRopeTables()
    {
        for (Stage &stage : m_plan.stages) {
            auto *rows = std::get_if<RowStage>(&stage.work);
            if (rows == nullptr || std::ranges::none_of(rows->ops, [](const RowOp &op) {
                    return std::holds_alternative<RopeByTable>(op);
                })) {
                continue;
            }
            for (std::uint32_t table = 0; table < m_plan.ropes.size(); ++table) {
                rows->ops.insert(rows->ops.begin(), FillRopeTable{table});
                rows->costPerRow += 32ULL * m_plan.ropes[table].rotatedDims;
            }
            return;
        }
    }

    static void eachValue(const Stage &stage, auto function)
    {
        const auto matMul = [&](const MatMul &op, bool writes) {
            function(op.in);
            if (op.hasResidual) {
                function(op.residual);
            }
            if (writes) {
                function(op.out);
            }
        };
        const auto graphOp = [&](const Op &op) {
            const OpValues values = valuesOf(op);
            for (std::size_t i = 0; i < values.readCount; ++i) {
                function(values.reads[i]);
            }
            if (values.writes) {
                function(values.written);
            }
        };
        const auto rowOp = Overloaded{
            [&](const Quantize &op) { function(op.in); },
            [](const FillRopeTable &) {},
            [&](const RopeByTable &rope) { graphOp(rope.op); },
            [&](const MergeSplits &merge) { function(merge.op.out); },
            [&](const auto &op) { graphOp(op); },
        };
        std::visit(Overloaded{
                       [&](const RowStage &rows) {
                           for (const RowOp &op : rows.ops) {
                               std::visit(rowOp, op);
                           }
                       },
                       [&](const MatMulStage &stageOfMatrices) {
                           for (const MatMulPart &part : stageOfMatrices.parts) {
                               matMul(part.op, true);
                           }
                       },
                       [&](const ExpertStage &experts) {
                           for (const ExpertPart &part : experts.parts) {
                               graphOp(part.op);
                           }
                       },
                       [&](const auto &op) { graphOp(op); },
                   },
                   stage.work);
    }

    /// Values of one stage never share a place, so that stages may run their rows in any order. The inputs of blocks
    /// are there before the block's first stage.
    Result<void> placeValues(std::span<const ExpertBlock> blocks)
    {
        std::vector<ScratchInterval> intervals(m_graph.values.size());
        for (std::size_t s = 0; s < m_plan.stages.size(); ++s) {
            eachValue(m_plan.stages[s], [&](ValueId id) {
                ScratchInterval &interval = intervals[id.index];
                if (interval.size == 0) {
                    interval = {.size = width(id), .first = s};
                }
                interval.last = s;
            });
        }
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            for (const ValueId input : blocks[b].inputs) {
                ScratchInterval &interval = intervals[input.index];
                interval.size = width(input);
                interval.first = std::min(interval.first, m_plan.blocks[b].first);
            }
        }
        intervals[m_graph.logits.index].size = 0;
        // Whole cache lines, so that values of different stages do not share one.
        constexpr std::uint64_t kLineFloats = 16;
        auto packing = packScratch(intervals, kLineFloats);
        if (!packing) {
            return std::unexpected(packing.error());
        }
        m_plan.valueOffset = std::move(packing->offsets);
        m_plan.valueWidth = packing->total;
        return {};
    }

    const Graph &m_graph;
    Plan m_plan;
    std::vector<bool> m_done;    ///< by op
    std::vector<bool> m_written; ///< by value
    std::vector<std::uint32_t> m_readers;
    std::size_t m_firstStage = 0; ///< row ops join no stage before it
};

} // namespace

bool usesQuantizedActivations(TensorType type)
{
    return type != TensorType::F32 && type != TensorType::F16 && type != TensorType::BF16;
}

Result<Plan> makePlan(const Graph &graph)
{
    if (const auto checked = checkGraph(graph); !checked) {
        return std::unexpected(checked.error());
    }
    return Planner(graph).plan();
}

Result<Plan> makePlan(const Graph &expertGraph, std::span<const ExpertBlock> blocks)
{
    return Planner(expertGraph).plan(blocks);
}

} // namespace inference::backend::cpu
