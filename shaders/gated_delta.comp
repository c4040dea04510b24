// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The gated delta rule (graph::GatedDelta), row after row of the batch, with the state in registers. One subgroup takes
// neighbouring columns of one value head.
#version 460
#include "common.glsl"

layout(push_constant) uniform Push { GatedDeltaPush push; };
layout(set = 0, binding = 0) readonly buffer Inputs { float inputs[]; };
layout(set = 0, binding = 1) readonly buffer Decays { float decays[]; };
layout(set = 0, binding = 2) readonly buffer Writes { float writes[]; };
layout(set = 0, binding = 3) readonly buffer Constants { float constants[]; };
layout(set = 0, binding = 4) writeonly buffer Outputs { float outputs[]; };
#define STATE_BINDING 5
#include "state_columns.glsl"
#define BATCH_BINDING 6
#include "batch.glsl"

void main()
{
    const uint head = stateHead();
    const uint wanted = unboundedColumn();
    const uint column = min(wanted, push.stateColumns - 1u);
    const bool writer = wanted < push.stateColumns && gl_SubgroupInvocationID % kLanes == 0u;
    const uint perKey = push.valueHeads / push.keyHeads;
    const uint keyHead = push.keysAlternate != 0u ? head % push.keyHeads : head / perKey;
    const uint logit = head / perKey * push.logitGroup + head % perKey;
    const float rate = constants[push.rateFirst + head];
    const float decayBias = constants[push.biasFirst + head];
    const float unit = inversesqrt(float(push.stateRows));

    float state[kRows];
    [[unroll]] for (uint i = 0; i < kRows; ++i) {
        const bool kept = batch.position != 0u && rowOf(i) < push.stateRows;
        state[i] = kept ? states[stateIndex(batch.stateFrom, column, i)] : 0.0;
    }
    for (uint row = 0; row < batch.rows; ++row) {
        const uint inFirst = push.inFirst + row * push.inStride;
        const uint queryFirst = inFirst + keyHead * push.stateRows;
        const uint keyFirst = queryFirst + push.keyHeads * push.stateRows;
        float key[kRows];
        float query[kRows];
        float keySquares = 0.0;
        float querySquares = 0.0;
        [[unroll]] for (uint i = 0; i < kRows; ++i) {
            const bool exists = rowOf(i) < push.stateRows;
            key[i] = exists ? inputs[keyFirst + rowOf(i)] : 0.0;
            query[i] = exists ? inputs[queryFirst + rowOf(i)] : 0.0;
            keySquares = fma(key[i], key[i], keySquares);
            querySquares = fma(query[i], query[i], querySquares);
        }
        const float keyUnit = 1.0 / sqrt(clusterAdd(keySquares, kLanes) + push.epsilon);
        const float queryUnit = unit / sqrt(clusterAdd(querySquares, kLanes) + push.epsilon);
        const float decay = exp(rate * log1pExp(decays[push.decayFirst + row * push.decayStride + logit] + decayBias));
        const float beta = 1.0 / (1.0 + exp(-writes[push.writeFirst + row * push.writeStride + logit]));
        float known = 0.0;
        [[unroll]] for (uint i = 0; i < kRows; ++i) {
            state[i] *= decay;
            known = fma(state[i], key[i], known);
        }
        known = clusterAdd(known, kLanes) * keyUnit;
        const float value = inputs[inFirst + 2u * push.keyHeads * push.stateRows + head * push.stateColumns + column];
        const float change = beta * (value - known) * keyUnit;
        float sum = 0.0;
        [[unroll]] for (uint i = 0; i < kRows; ++i) {
            state[i] = fma(key[i], change, state[i]);
            sum = fma(state[i], query[i], sum);
        }
        sum = clusterAdd(sum, kLanes) * queryUnit;
        if (writer) {
            outputs[push.outFirst + row * push.outStride + head * push.stateColumns + column] = sum;
        }
    }
    [[unroll]] for (uint i = 0; i < kRows; ++i) {
        if (wanted < push.stateColumns && rowOf(i) < push.stateRows) {
            states[stateIndex(batch.stateTo, column, i)] = state[i];
        }
    }
}
