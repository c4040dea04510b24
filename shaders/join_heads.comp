// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Parts of each head of one or two rows, side by side.
#version 460
#include "common.glsl"

layout(push_constant) uniform Push { JoinHeadsPush push; };
layout(set = 0, binding = 0) readonly buffer FirstInputs { float a[]; };
layout(set = 0, binding = 1) readonly buffer SecondInputs { float b[]; };
layout(set = 0, binding = 2) writeonly buffer Outputs { float outputs[]; };

void main()
{
    const uint column = gl_GlobalInvocationID.x;
    const uint row = gl_WorkGroupID.y;
    if (column >= push.columns) {
        return;
    }
    const uint width = push.aCount + push.bCount;
    const uint head = column / width;
    const uint within = column % width;
    float result;
    if (within < push.aCount) {
        result = a[push.aFirst + row * push.aStride + head * push.aHead + within];
    } else {
        result = b[push.bFirst + row * push.bStride + head * push.bHead + within - push.aCount];
    }
    outputs[push.outFirst + row * push.outStride + column] = result;
}
