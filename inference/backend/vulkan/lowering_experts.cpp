// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lowering of mixtures of experts. Their matrices are resident as one, expert after expert, in slices that may begin
// and end within an expert. Short batches take each pair of a row and an expert on its own; long ones are grouped by
// expert on the device first.
#include "inference/backend/vulkan/bucket.h"
#include "inference/backend/vulkan/lowering.h"
#include "shaders/include/kernel_params.h"

#include <algorithm>
#include <limits>

namespace inference::backend::vulkan {

namespace {

static_assert(kGatingSoftmax == static_cast<std::uint32_t>(graph::Gating::Softmax) &&
              kGatingSigmoid == static_cast<std::uint32_t>(graph::Gating::Sigmoid) &&
              kGatingSqrtSoftplus == static_cast<std::uint32_t>(graph::Gating::SqrtSoftplus) &&
              kGatingSoftmaxOfChosen == static_cast<std::uint32_t>(graph::Gating::SoftmaxOfChosen) &&
              kGroupBestTwo == static_cast<std::uint32_t>(graph::GroupScore::BestTwo) &&
              kGroupBest == static_cast<std::uint32_t>(graph::GroupScore::Best));
static_assert(kMostExperts == graph::kMaxExperts && kMostExpertGroups == graph::kMaxExpertGroups);

} // namespace

Result<void> Lowering::lowerOp(const graph::RouteExperts &op)
{
    const std::uint32_t experts = width(op.logits);
    const bool hasBias = op.selectionBias != graph::kNoWeight;
    const std::uint32_t bias = hasBias ? constantsOf({op.selectionBias}, {experts}, false) : 0;
    const View in = view(op.logits);
    const View out = define(op.out);
    Step &step = addStep(StepKind::ExpertRoute, selected(op.out));
    step.bindings = {in.memory, hasBias ? BoundTo{Memory::Constants, bias} : BoundTo{}, out.memory};
    step.constants = {static_cast<std::uint32_t>(op.gating), static_cast<std::uint32_t>(op.groupScore),
                      op.groups > 1 ? 1U : 0U, hasBias ? 1U : 0U, op.normalise ? 1U : 0U};
    step.setPush(ExpertRoutePush{.experts = experts,
                                 .used = op.used,
                                 .groups = op.groups,
                                 .groupsUsed = op.groupsUsed,
                                 .inFirst = in.first,
                                 .inStride = in.stride,
                                 .biasFirst = bias,
                                 .outFirst = out.first,
                                 .outStride = out.stride,
                                 .scale = op.scale});
    return {};
}

Result<void> Lowering::lowerOp(const graph::RouteToEach &op)
{
    const View out = define(op.out);
    Step &step = addStep(StepKind::Element, selected(op.out));
    step.bindings = {{}, {}, out.memory, {Memory::Batch, 0}};
    step.constants = {kElementRouteToEach, 0, 0};
    step.items = width(op.out);
    ElementPush push{};
    push.columns = width(op.out);
    push.outFirst = out.first;
    push.outStride = out.stride;
    step.setPush(push);
    return {};
}

std::optional<std::array<std::size_t, 2>> Lowering::gatedExperts(const graph::ExpertMatMul &gate) const
{
    for (const std::size_t reader : m_readers[gate.in.index]) {
        const auto *up = std::get_if<graph::ExpertMatMul>(&m_graph.ops[reader]);
        if (up == nullptr || m_done[reader] || up->out == gate.out || !(up->in == gate.in) ||
            !(up->routing == gate.routing) || up->weighted != gate.weighted ||
            (up->scale == graph::kNoWeight) != (gate.scale == graph::kNoWeight) ||
            m_graph.weights[up->weight.index].type != m_graph.weights[gate.weight.index].type ||
            m_weightUses[up->weight.index] != 1 || m_weightUses[gate.weight.index] != 1) {
            continue;
        }
        if (const auto glu = gluOf(gate.out, up->out)) {
            return std::array{reader, *glu};
        }
    }
    return std::nullopt;
}

Result<void> Lowering::lowerOp(const graph::ExpertMatMul &op)
{
    // Gate and up come in either order.
    for (std::size_t i = 0; i < m_graph.ops.size(); ++i) {
        const auto *gate = std::get_if<graph::ExpertMatMul>(&m_graph.ops[i]);
        if (gate == nullptr || m_done[i] || !(gate->in == op.in)) {
            continue;
        }
        const auto pair = gatedExperts(*gate);
        if (!pair) {
            continue;
        }
        const auto &up = std::get<graph::ExpertMatMul>(m_graph.ops[(*pair)[0]]);
        if (gate->out == op.out || up.out == op.out) {
            m_done[i] = true;
            m_done[(*pair)[0]] = true;
            m_done[(*pair)[1]] = true;
            return emitExperts(*gate, &up, &std::get<graph::Glu>(m_graph.ops[(*pair)[1]]));
        }
    }
    return emitExperts(op, nullptr, nullptr);
}

Result<void> Lowering::emitExperts(const graph::ExpertMatMul &gate, const graph::ExpertMatMul *up,
                                   const graph::Glu *glu)
{
    const graph::Weight &weight = m_graph.weights[gate.weight.index];
    const auto experts = static_cast<std::uint32_t>(weight.shape[2]);
    const auto rows = static_cast<std::uint32_t>(weight.shape[1]);
    const std::uint32_t used = width(gate.routing) / 2;
    m_plan.passRows = std::min(m_plan.passRows, mostExpertRows(used, experts, m_traits));
    // The kernels count rows of all experts in 31 bits.
    if (2 * weight.rows() > std::numeric_limits<std::int32_t>::max()) {
        return failure(ErrorCode::UnsupportedFile, weight.name + " has more rows than the device's kernels count");
    }
    const auto both = [&](graph::WeightId of, graph::WeightId ofUp) {
        return up != nullptr ? std::vector{of, ofUp} : std::vector{of};
    };
    const auto matrix = matrixOf(both(gate.weight, up != nullptr ? up->weight : gate.weight), up != nullptr,
                                 std::uint64_t{std::numeric_limits<std::int32_t>::max()} / 32 * 32);
    if (!matrix) {
        return std::unexpected(matrix.error());
    }
    const auto constantsFor = [&](graph::WeightId of, graph::WeightId ofUp, std::uint32_t count) {
        const std::vector<graph::WeightId> parts = both(of, ofUp);
        return constantsOf(parts, std::vector(parts.size(), count), up != nullptr);
    };
    const graph::WeightId upBias = up != nullptr ? up->bias : graph::kNoWeight;
    const graph::WeightId upScale = up != nullptr ? up->scale : graph::kNoWeight;
    const bool anyBias = gate.bias != graph::kNoWeight || upBias != graph::kNoWeight;
    const bool anyScale = gate.scale != graph::kNoWeight;
    const std::uint32_t bias = anyBias ? constantsFor(gate.bias, upBias, rows * experts) : 0;
    const std::uint32_t scale = anyScale ? constantsFor(gate.scale, upScale, experts) : 0;

    const View out = define(glu != nullptr ? glu->out : gate.out);
    auto changes = emitChanges(gate, up);
    if (!changes) {
        return std::unexpected(changes.error());
    }
    emitExpertProduct({.matrix = *matrix,
                       .op = &gate,
                       .rows = up != nullptr ? 2 * rows : rows,
                       .out = out,
                       .outPairStride = rows,
                       .residual = *changes,
                       .bias = anyBias ? std::optional(bias) : std::nullopt,
                       .scale = anyScale ? std::optional(scale) : std::nullopt,
                       .glu = glu,
                       .weighted = gate.weighted});
    return {};
}

BoundTo Lowering::groupsOf(const graph::ExpertMatMul &op)
{
    const auto experts = static_cast<std::uint32_t>(m_graph.weights[op.weight.index].shape[2]);
    const std::uint32_t used = width(op.routing) / 2;
    std::optional<BoundTo> &groups = m_groups[op.routing.index];
    if (!groups) {
        const View routing = view(op.routing);
        const std::uint32_t tiles = expertTiles(op);
        groups = newScratch((4ULL * tiles + std::uint64_t{rowsOf(selected(op.out))} * used) * 4);
        Step &step = addStep(StepKind::ExpertGroup, selected(op.out));
        step.bindings = {routing.memory, *groups, {Memory::Batch, 0}};
        step.setPush(ExpertGroupPush{.experts = experts,
                                     .used = used,
                                     .routingFirst = routing.first,
                                     .routingStride = routing.stride,
                                     .pairsFirst = 4 * tiles});
    }
    return *groups;
}

std::uint32_t Lowering::expertTiles(const graph::ExpertMatMul &op) const
{
    const auto experts = static_cast<std::uint32_t>(m_graph.weights[op.weight.index].shape[2]);
    return m_plan.maxBatch * (width(op.routing) / 2) / kExpertTile + 1 + experts;
}

void Lowering::emitExpertProduct(const ExpertProduct &product)
{
    const graph::ExpertMatMul &op = *product.op;
    const graph::Weight &weight = m_graph.weights[op.weight.index];
    const std::uint32_t used = width(op.routing) / 2;
    const Matrix merged = m_plan.matrices[product.matrix];
    const bool isSelected = selected(op.out);
    const bool int8 = !product.inRows && m_traits.fastDot && isQuantized(merged.type);
    const bool shared = !product.inRows && width(op.in) == weight.shape[0];
    const BoundTo in = int8 ? int8Of(op.in) : product.inRows ? product.inRows->memory : view(op.in).memory;
    const View inRows = product.inRows ? *product.inRows : view(op.in);
    const View routing = view(op.routing);
    const View residual = product.residual.value_or(View{});
    const BoundTo groups = groupsOf(op);
    for (std::uint32_t s = merged.firstSlice; s < merged.firstSlice + merged.sliceCount; ++s) {
        const Slice &slice = m_plan.slices[s];
        ExpertMatMulPush push{};
        push.rows = static_cast<std::uint32_t>(slice.layout.rows);
        push.columns = merged.columns;
        push.inFirst = int8 ? 0 : inRows.first;
        push.inStride = int8 ? (shared ? 1 : used) : inRows.stride;
        push.inPairStride = shared ? 0 : (int8 ? 1 : merged.columns);
        push.inScales = int8 ? int8Scales(op.in) : 0;
        push.outFirst = product.out.first;
        push.outStride = product.out.stride;
        push.outPairStride = product.outPairStride;
        push.biasFirst = product.bias.value_or(0);
        push.scaleFirst = product.scale.value_or(0);
        push.sliceFirst = static_cast<std::uint32_t>(slice.rowFirst);
        push.expertRows = product.rows;
        push.experts = static_cast<std::uint32_t>(weight.shape[2]);
        push.used = used;
        push.routingFirst = routing.first;
        push.routingStride = routing.stride;
        push.pairsFirst = 4 * expertTiles(op);
        push.residualFirst = residual.first;
        push.residualStride = residual.stride;
        push.residualPairStride = product.rows;
        setPlanes(push, slice.layout);
        for (const StepKind kind : {StepKind::ExpertMatVec, StepKind::ExpertMatMul}) {
            Step &step = addStep(kind, isSelected);
            step.bindings = {{Memory::Slice, s},
                             in,
                             product.out.memory,
                             routing.memory,
                             product.bias || product.scale ? BoundTo{Memory::Constants, 0} : BoundTo{},
                             groups,
                             residual.memory};
            step.type = merged.type;
            step.int8 = int8;
            step.padded = !int8 && (merged.columns % 32 != 0 || push.inFirst % 4 != 0 || push.inStride % 4 != 0);
            step.epilogue = (product.bias ? kEpilogueBias : 0) | (product.scale ? kEpilogueScale : 0) |
                            (product.residual ? kEpilogueResidual : 0) | (product.weighted ? kEpilogueWeighted : 0) |
                            (product.glu != nullptr ? kEpilogueGlu | static_cast<std::uint32_t>(product.glu->activation)
                                                                         << kEpilogueActivation
                                                    : 0);
            step.items = push.expertRows;
            step.blocks = push.blocks;
            step.used = used;
            step.experts = push.experts;
            step.setPush(push);
        }
    }
}

Result<void> Lowering::lowerOp(const graph::CombineExperts &op)
{
    if (m_onHost[m_op]) {
        emitHostStep(op);
        return {};
    }
    const View in = view(op.in);
    const View routing = view(op.routing);
    const View residual = op.hasResidual ? view(op.residual) : View{};
    const View out = define(op.out);
    Step &step = addStep(StepKind::ExpertCombine, selected(op.out));
    step.bindings = {in.memory, routing.memory, residual.memory, out.memory};
    step.constants = {op.weighted ? 1U : 0U, op.hasResidual ? 1U : 0U};
    step.items = width(op.out);
    step.setPush(ExpertCombinePush{.columns = width(op.out),
                                   .used = width(op.routing) / 2,
                                   .inFirst = in.first,
                                   .inStride = in.stride,
                                   .routingFirst = routing.first,
                                   .routingStride = routing.stride,
                                   .residualFirst = residual.first,
                                   .residualStride = residual.stride,
                                   .outFirst = out.first,
                                   .outStride = out.stride});
    return {};
}

} // namespace inference::backend::vulkan
