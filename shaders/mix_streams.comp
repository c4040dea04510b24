// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Streams of a row added to others, each times a coefficient of the row.
#version 460
#include "common.glsl"
#include "stream_params.h"

layout(push_constant) uniform Push { MixStreamsPush push; };
layout(set = 0, binding = 0) readonly buffer Inputs { float inputs[]; };
layout(set = 0, binding = 1) readonly buffer Coefficients { float coefficients[]; };
layout(set = 0, binding = 2) readonly buffer Bases { float bases[]; };
layout(set = 0, binding = 3) writeonly buffer Outputs { float outputs[]; };

void main()
{
    const uint column = gl_GlobalInvocationID.x;
    const uint row = gl_WorkGroupID.y;
    if (column >= push.columns) {
        return;
    }
    const uint target = column / push.width;
    const uint within = column % push.width;
    float sum = bases[push.baseFirst + row * push.baseStride + column];
    for (uint i = 0; i < push.sources; ++i) {
        const float factor = coefficients[push.factorFirst + row * push.factorStride + target * push.sources + i];
        const float x = inputs[push.inFirst + row * push.inStride + i * push.width + within];
        sum = fma(factor + push.offset, x, sum);
    }
    outputs[push.outFirst + row * push.outStride + column] = sum;
}
