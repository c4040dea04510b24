// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lowering of mixtures of experts. Their matrices are resident as one, expert after expert, in slices that may begin
// and end within an expert. Short batches take each pair of a row and an expert on its own; long ones are grouped by
// expert on the device first.
#include "inference/backend/vulkan/lowering.h"

#include "shaders/include/kernel_params.h"

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
    // Every pair is a workgroup of its own, and the kernels count rows of all experts in 31 bits.
    if (std::uint64_t{m_plan.maxBatch} * used > m_traits.maxGroupsY) {
        return failure(ErrorCode::InvalidArgument, "a batch with more chosen experts than the device takes workgroups");
    }
    if (2 * weight.rows() > std::numeric_limits<std::int32_t>::max()) {
        return failure(ErrorCode::UnsupportedFile, weight.name + " has more rows than the device's kernels count");
    }
    const bool isSelected = selected(gate.out);
    const bool int8 = runsInt8(gate.weight);
    const auto both = [&](graph::WeightId of, graph::WeightId ofUp) {
        return up != nullptr ? std::vector{of, ofUp} : std::vector{of};
    };
    const auto matrix = matrixOf(both(gate.weight, up != nullptr ? up->weight : gate.weight), up != nullptr,
                                 std::numeric_limits<std::int32_t>::max() / 32 * 32);
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
    const View routing = view(gate.routing);
    const bool shared = width(gate.in) == weight.shape[0];
    const BoundTo in = int8 ? int8Of(gate.in) : view(gate.in).memory;
    const std::uint32_t tiles = m_plan.maxBatch * used / kExpertTile + 1 + experts;
    std::optional<BoundTo> &groups = m_groups[gate.routing.index];
    if (!groups) {
        groups = newScratch((4ULL * tiles + std::uint64_t{rowsOf(isSelected)} * used) * 4);
        Step &step = addStep(StepKind::ExpertGroup, isSelected);
        step.bindings = {routing.memory, *groups, {Memory::Batch, 0}};
        step.setPush(ExpertGroupPush{.experts = experts,
                                     .used = used,
                                     .routingFirst = routing.first,
                                     .routingStride = routing.stride,
                                     .pairsFirst = 4 * tiles});
    }

    const Matrix merged = m_plan.matrices[*matrix];
    for (std::uint32_t s = merged.firstSlice; s < merged.firstSlice + merged.sliceCount; ++s) {
        const Slice &slice = m_plan.slices[s];
        ExpertMatMulPush push{};
        push.rows = static_cast<std::uint32_t>(slice.layout.rows);
        push.columns = merged.columns;
        push.inFirst = int8 ? 0 : view(gate.in).first;
        push.inStride = int8 ? (shared ? 1 : used) : view(gate.in).stride;
        push.inPairStride = shared ? 0 : (int8 ? 1 : merged.columns);
        push.inScales = int8Scales(gate.in);
        push.outFirst = out.first;
        push.outStride = out.stride;
        push.outPairStride = rows;
        push.biasFirst = bias;
        push.scaleFirst = scale;
        push.sliceFirst = static_cast<std::uint32_t>(slice.rowFirst);
        push.expertRows = up != nullptr ? 2 * rows : rows;
        push.experts = experts;
        push.used = used;
        push.routingFirst = routing.first;
        push.routingStride = routing.stride;
        push.pairsFirst = 4 * tiles;
        setPlanes(push, slice.layout);
        for (const StepKind kind : {StepKind::ExpertMatVec, StepKind::ExpertMatMul}) {
            Step &step = addStep(kind, isSelected);
            step.bindings = {{Memory::Slice, s},
                             in,
                             out.memory,
                             routing.memory,
                             anyBias || anyScale ? BoundTo{Memory::Constants, 0} : BoundTo{},
                             *groups};
            step.type = merged.type;
            step.int8 = int8;
            step.padded = !int8 && (merged.columns % 32 != 0 || push.inFirst % 4 != 0 || push.inStride % 4 != 0);
            step.epilogue =
                (anyBias ? kEpilogueBias : 0) | (anyScale ? kEpilogueScale : 0) |
                (gate.weighted ? kEpilogueWeighted : 0) |
                (glu != nullptr ? kEpilogueGlu | static_cast<std::uint32_t>(glu->activation) << kEpilogueActivation
                                : 0);
            step.items = push.expertRows;
            step.blocks = push.blocks;
            step.used = used;
            step.experts = experts;
            step.setPush(push);
        }
    }
    return {};
}

Result<void> Lowering::lowerOp(const graph::CombineExperts &op)
{
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
