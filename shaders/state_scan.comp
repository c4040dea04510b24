// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The scan of Mamba-2 (graph::StateScan), row after row of the batch, with the state in registers. One subgroup takes
// neighbouring columns of one head.
#version 460
#include "common.glsl"

layout(push_constant) uniform Push { StateScanPush push; };
layout(set = 0, binding = 0) readonly buffer Inputs { float inputs[]; };
layout(set = 0, binding = 1) readonly buffer Steps { float steps[]; };
layout(set = 0, binding = 2) readonly buffer Constants { float constants[]; };
layout(set = 0, binding = 3) writeonly buffer Outputs { float outputs[]; };
#define STATE_BINDING 4
#include "state_columns.glsl"
#define BATCH_BINDING 5
#include "batch.glsl"

void main()
{
    const uint head = stateHead();
    const uint wanted = unboundedColumn();
    const uint column = min(wanted, push.stateColumns - 1u);
    const bool writer = wanted < push.stateColumns && gl_SubgroupInvocationID % kLanes == 0u;
    const uint inGroup = head / (push.heads / push.groups) * push.stateRows;
    const float stepBias = constants[push.biasFirst + head];
    const float rate = constants[push.rateFirst + head];
    const float skip = constants[push.skipFirst + head];

    float state[kRows];
    [[unroll]] for (uint i = 0; i < kRows; ++i) {
        const bool kept = batch.position != 0u && rowOf(i) < push.stateRows;
        state[i] = kept ? states[stateIndex(batch.stateFrom, column, i)] : 0.0;
    }
    for (uint row = 0; row < batch.rows; ++row) {
        const uint inFirst = push.inFirst + row * push.inStride;
        const uint writeFirst = inFirst + push.heads * push.stateColumns + inGroup;
        const uint readFirst = writeFirst + push.groups * push.stateRows;
        const float x = inputs[inFirst + head * push.stateColumns + column];
        const float size = log1pExp(steps[push.stepFirst + row * push.stepStride + head] + stepBias);
        const float decay = exp(size * rate);
        float sum = 0.0;
        [[unroll]] for (uint i = 0; i < kRows; ++i) {
            const bool exists = rowOf(i) < push.stateRows;
            const float written = exists ? inputs[writeFirst + rowOf(i)] : 0.0;
            state[i] = fma(written, size * x, state[i] * decay);
            sum = fma(state[i], exists ? inputs[readFirst + rowOf(i)] : 0.0, sum);
        }
        sum = clusterAdd(sum, kLanes);
        if (writer) {
            outputs[push.outFirst + row * push.outStride + head * push.stateColumns + column] = fma(skip, x, sum);
        }
    }
    [[unroll]] for (uint i = 0; i < kRows; ++i) {
        if (wanted < push.stateColumns && rowOf(i) < push.stateRows) {
            states[stateIndex(batch.stateTo, column, i)] = state[i];
        }
    }
}
