// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lowering of ops that carry a state from row to row: their kernels take the rows of a batch one after the other.
#include "inference/backend/vulkan/lowering.h"

#include "shaders/include/kernel_params.h"

namespace inference::backend::vulkan {

namespace {

std::uint32_t numbersOf(const graph::Weight &weight)
{
    return static_cast<std::uint32_t>(weight.shape[0] * weight.rows());
}

} // namespace

std::uint32_t Lowering::constantOf(graph::WeightId id)
{
    return constantsOf({id}, {numbersOf(m_graph.weights[id.index])}, false);
}

Result<void> Lowering::lowerOp(const graph::CausalConv &op)
{
    const View in = view(op.in);
    const View out = define(op.out);
    const bool hasBias = op.bias != graph::kNoWeight;
    const CausalConvPush push{.channels = width(op.in),
                              .weightFirst = constantOf(op.weight),
                              .biasFirst = hasBias ? constantOf(op.bias) : 0,
                              .inFirst = in.first,
                              .inStride = in.stride,
                              .outFirst = out.first,
                              .outStride = out.stride};
    Step &step = addStep(StepKind::CausalConv, false);
    step.bindings = {in.memory, {Memory::Constants, 0}, out.memory, {Memory::State, op.state}, {Memory::Batch, 0}};
    step.constants = {op.taps, hasBias ? 1U : 0U, op.silu ? 1U : 0U};
    step.items = push.channels;
    step.setPush(push);
    return {};
}

Result<void> Lowering::lowerOp(const graph::GatedDelta &op)
{
    const View in = view(op.in);
    const View decay = view(op.decay);
    const View write = view(op.write);
    const View out = define(op.out);
    const std::uint32_t perKey = op.valueHeads / op.keyHeads;
    const GatedDeltaPush push{.stateNumbers = static_cast<std::uint32_t>(graph::stateNumbers(op)),
                              .stateColumns = op.valueDim,
                              .stateRows = op.keyDim,
                              .keyHeads = op.keyHeads,
                              .valueHeads = op.valueHeads,
                              .keysAlternate = op.keysAlternate ? 1U : 0U,
                              .logitGroup = op.logitsByKeyHead ? 2 * perKey : perKey,
                              .rateFirst = constantOf(op.rate),
                              .biasFirst = constantOf(op.decayBias),
                              .inFirst = in.first,
                              .inStride = in.stride,
                              .decayFirst = decay.first + (op.logitsByKeyHead ? perKey : 0),
                              .decayStride = decay.stride,
                              .writeFirst = write.first,
                              .writeStride = write.stride,
                              .outFirst = out.first,
                              .outStride = out.stride,
                              .epsilon = op.epsilon};
    Step &step = addStep(StepKind::GatedDelta, false);
    step.bindings = {
        in.memory,         decay.memory, write.memory, {Memory::Constants, 0}, out.memory, {Memory::State, op.state},
        {Memory::Batch, 0}};
    step.heads = op.valueHeads;
    step.items = op.valueDim;
    step.blocks = op.keyDim;
    step.setPush(push);
    return {};
}

Result<void> Lowering::lowerOp(const graph::StateScan &op)
{
    const View in = view(op.in);
    const View steps = view(op.step);
    const View out = define(op.out);
    const StateScanPush push{.stateNumbers = static_cast<std::uint32_t>(graph::stateNumbers(op)),
                             .stateColumns = op.headDim,
                             .stateRows = op.stateDim,
                             .heads = op.heads,
                             .groups = op.groups,
                             .biasFirst = constantOf(op.stepBias),
                             .rateFirst = constantOf(op.rate),
                             .skipFirst = constantOf(op.skip),
                             .inFirst = in.first,
                             .inStride = in.stride,
                             .stepFirst = steps.first,
                             .stepStride = steps.stride,
                             .outFirst = out.first,
                             .outStride = out.stride};
    Step &step = addStep(StepKind::StateScan, false);
    step.bindings = {in.memory,         steps.memory, {Memory::Constants, 0}, out.memory, {Memory::State, op.state},
                     {Memory::Batch, 0}};
    step.heads = op.heads;
    step.items = op.headDim;
    step.blocks = op.stateDim;
    step.setPush(push);
    return {};
}

} // namespace inference::backend::vulkan
