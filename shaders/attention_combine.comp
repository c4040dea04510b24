// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Joins the splits that attention.comp left: one invocation a dimension of one head of one row.
#version 460
#include "common.glsl"

layout(constant_id = 7) const uint kValuePairs = 32;

layout(push_constant) uniform Push { AttentionPush push; };
layout(set = 0, binding = 0) readonly buffer Partials { float partials[]; };
layout(set = 0, binding = 1) writeonly buffer Outputs { float outputs[]; };
#define BATCH_BINDING 2
#include "batch.glsl"
#define SINKS_BINDING 3
#include "attention_sinks.glsl"

void main()
{
    const uint valueDim = 2u * kValuePairs;
    const uint index = gl_GlobalInvocationID.x;
    const uint row = gl_WorkGroupID.y;
    if (index >= push.heads * valueDim) {
        return;
    }
    const uint head = index / valueDim;
    const uint stride = valueDim + 2u;
    const uint first = (row * push.heads + head) * push.splits * stride;
    // A split past this row's position holds nothing and has no maximum.
    const uint splits = (batch.position + row) / push.splitLength + 1u;
    float largest = -3.0e38;
    for (uint s = 0; s < splits; ++s) {
        largest = max(largest, partials[first + s * stride + valueDim]);
    }
    float sum = 0.0;
    float total = 0.0;
    for (uint s = 0; s < splits; ++s) {
        const uint at = first + s * stride;
        const float weight = exp(partials[at + valueDim] - largest);
        sum = fma(weight, partials[at + index % valueDim], sum);
        total = fma(weight, partials[at + valueDim + 1u], total);
    }
    outputs[push.outFirst + row * push.outStride + index] = sum * softmaxFactor(head, largest, total);
}
