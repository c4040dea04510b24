// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The ops that stand alone where no neighbour takes them in: SwiGLU, addition, scaling, selection of rows.
#version 460
#include "common.glsl"

layout(constant_id = 4) const uint kOperation = 0; // 0 SwiGLU, 1 addition, 2 scaling, 3 selection

layout(push_constant) uniform Push { ElementPush push; };
layout(set = 0, binding = 0) readonly buffer FirstInputs { float a[]; };
layout(set = 0, binding = 1) readonly buffer SecondInputs { float b[]; };
layout(set = 0, binding = 2) writeonly buffer Outputs { float outputs[]; };
#define BATCH_BINDING 3
#include "batch.glsl"

void main()
{
    const uint column = gl_GlobalInvocationID.x;
    const uint row = gl_WorkGroupID.y;
    if (column >= push.columns) {
        return;
    }
    const uint source = kOperation == 3 ? batch.selectedFirst + row : row;
    const float x = a[push.aFirst + source * push.aStride + column];
    float result = x * push.factor;
    if (kOperation < 2) {
        const float y = b[push.bFirst + row * push.bStride + column];
        result = kOperation == 0 ? x / (1.0 + exp(-x)) * y : x + y;
    }
    outputs[push.outFirst + row * push.outStride + column] = result;
}
