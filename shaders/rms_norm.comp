// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// One group of an activation row per workgroup: RMS or layer norm (kNormalize) and then the group as f32 (kWriteFloat),
// as int8 blocks of 32 with their scale and sums (kWriteInt8, whole rows only), or both. An invocation owns whole
// blocks. One subgroup needs no barrier; several share sums.
#version 460
#include "common.glsl"

layout(constant_id = 4) const uint kNormalize = kNormRms;
layout(constant_id = 5) const uint kWriteFloat = 1;
layout(constant_id = 6) const uint kWriteInt8 = 0;

layout(push_constant) uniform Push { NormPush push; };
layout(set = 0, binding = 0) readonly buffer Inputs { float inputs[]; };
layout(set = 0, binding = 1) readonly buffer Factors { float factors[]; };
layout(set = 0, binding = 2) writeonly buffer Outputs { float outputs[]; };
layout(set = 0, binding = 3) writeonly buffer Quants4 { uvec4 quants4[]; };
layout(set = 0, binding = 3) writeonly buffer Quants2 { uvec2 quants2[]; };
#include "quantize.glsl"
#include "workgroup_add.glsl"

void main()
{
    const uint lane = gl_LocalInvocationID.x;
    const uint row = gl_WorkGroupID.y;
    const uint group = gl_WorkGroupID.x;
    const uint inFirst = push.inFirst + row * push.inStride + group * push.columns;
    const uint outFirst = push.outFirst + row * push.outStride + group * push.columns;
    const uint parameterFirst = group * push.parameterStride;
    float inverse = 1.0;
    float shift = 0.0;
    if (kNormalize == kNormLayer) {
        float sum = 0.0;
        for (uint i = lane; i < push.columns; i += gl_WorkGroupSize.x) {
            sum += inputs[inFirst + i];
        }
        shift = workgroupAdd(sum) / float(push.columns);
    }
    if (kNormalize != kNormNone) {
        float squares = 0.0;
        for (uint i = lane; i < push.columns; i += gl_WorkGroupSize.x) {
            const float x = inputs[inFirst + i] - shift;
            squares = fma(x, x, squares);
        }
        inverse = 1.0 / sqrt(workgroupAdd(squares) / float(push.columns) + push.epsilon);
    }
    for (uint block = lane; block < push.blocks; block += gl_WorkGroupSize.x) {
        float x[32];
        [[unroll]] for (uint i = 0; i < 32; ++i) {
            const uint k = block * 32u + i;
            x[i] = k < push.columns ? (inputs[inFirst + k] - shift) * inverse : 0.0;
            if (kNormalize != kNormNone && k < push.columns) {
                if ((push.parameters & 1u) != 0) {
                    x[i] *= factors[push.factorFirst + parameterFirst + k];
                }
                if ((push.parameters & 2u) != 0) {
                    x[i] += factors[push.biasFirst + parameterFirst + k];
                }
            }
            if (kWriteFloat != 0 && k < push.columns) {
                outputs[outFirst + k] = x[i];
            }
        }
        if (kWriteInt8 != 0) {
            writeQuants(x, row * push.blocks + block);
        }
    }
}
