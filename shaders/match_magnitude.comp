// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// An activation row per workgroup, made as large as another.
#version 460
#include "common.glsl"
#include "stream_params.h"
#include "workgroup_add.glsl"

layout(push_constant) uniform Push { MatchMagnitudePush push; };
layout(set = 0, binding = 0) readonly buffer Inputs { float inputs[]; };
layout(set = 0, binding = 1) readonly buffer Likes { float likes[]; };
layout(set = 0, binding = 2) writeonly buffer Outputs { float outputs[]; };

void main()
{
    const uint row = gl_WorkGroupID.y;
    float own = 0.0;
    float wanted = 0.0;
    for (uint i = gl_LocalInvocationID.x; i < push.columns; i += gl_WorkGroupSize.x) {
        const float x = inputs[push.inFirst + row * push.inStride + i];
        const float y = likes[push.likeFirst + row * push.likeStride + i];
        own = fma(x, x, own);
        wanted = fma(y, y, wanted);
    }
    own = workgroupAdd(own) / float(push.columns);
    wanted = workgroupAdd(wanted) / float(push.columns);
    // A comparison keeps a NaN; max() may drop it.
    const float factor = sqrt(wanted / (own < push.least ? push.least : own));
    for (uint i = gl_LocalInvocationID.x; i < push.columns; i += gl_WorkGroupSize.x) {
        outputs[push.outFirst + row * push.outStride + i] = inputs[push.inFirst + row * push.inStride + i] * factor;
    }
}
