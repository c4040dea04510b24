// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// out[t] = table[row of t] * scale, for the tokens whose rows lie in this slice of the table: the row of the token's id,
// of its position, or of its text in a pair. One lane a block.
#version 460
#include "common.glsl"

layout(constant_id = 4) const uint kRowOf = kRowToken;

layout(push_constant) uniform Push { GetRowsPush push; };
#include "weights.glsl"
layout(set = 0, binding = 1) writeonly buffer Outputs { float outputs[]; };
#define BATCH_BINDING 2
#include "batch.glsl"

void main()
{
    const uint block = gl_GlobalInvocationID.x;
    const uint t = gl_WorkGroupID.y;
    const uint position = batch.position + t;
    uint row = uint(tokens[t]);
    if (kRowOf != kRowToken) {
        row = kRowOf == kRowPosition ? position : 0u;
        row = kRowOf == kRowText && position >= batch.secondText ? 1u : row;
    }
    row -= push.rowFirst;
    if (block >= push.blocks || row >= push.rows) {
        return;
    }
    vec4 weights[8];
    loadFloats(row, block, weights);
    const uint first = push.outFirst + t * push.outStride + block * 32u;
    const uint count = min(32u, push.columns - block * 32u);
    [[unroll]] for (uint k = 0; k < 8; ++k) {
        [[unroll]] for (uint i = 0; i < 4; ++i) {
            if (4u * k + i < count) {
                outputs[first + 4u * k + i] = weights[k][i] * push.scale;
            }
        }
    }
}
