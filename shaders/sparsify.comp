// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What of an activation row, one per workgroup, exceeds its mean by some deviations.
#version 460
#include "common.glsl"
#include "stream_params.h"
#include "workgroup_add.glsl"

layout(push_constant) uniform Push { SparsifyPush push; };
layout(set = 0, binding = 0) readonly buffer Inputs { float inputs[]; };
layout(set = 0, binding = 1) writeonly buffer Outputs { float outputs[]; };

void main()
{
    const uint inFirst = push.inFirst + gl_WorkGroupID.y * push.inStride;
    const uint outFirst = push.outFirst + gl_WorkGroupID.y * push.outStride;
    float sum = 0.0;
    for (uint i = gl_LocalInvocationID.x; i < push.columns; i += gl_WorkGroupSize.x) {
        sum += inputs[inFirst + i];
    }
    const float mean = workgroupAdd(sum) / float(push.columns);
    float squares = 0.0;
    for (uint i = gl_LocalInvocationID.x; i < push.columns; i += gl_WorkGroupSize.x) {
        const float x = inputs[inFirst + i] - mean;
        squares = fma(x, x, squares);
    }
    const float cutoff = fma(sqrt(workgroupAdd(squares) / float(push.columns)), push.deviations, mean);
    for (uint i = gl_LocalInvocationID.x; i < push.columns; i += gl_WorkGroupSize.x) {
        const float x = inputs[inFirst + i] - cutoff;
        outputs[outFirst + i] = x < 0.0 ? 0.0 : x; // a comparison keeps a NaN
    }
}
