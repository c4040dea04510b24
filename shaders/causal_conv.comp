// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A depthwise convolution over the last tokens (graph::CausalConv): one invocation takes a channel, row after row of the
// batch. The state has both sides, (2, kTaps - 1, channels).
#version 460
#include "common.glsl"

layout(constant_id = 4) const uint kTaps = 4;
layout(constant_id = 5) const uint kHasBias = 0;
layout(constant_id = 6) const uint kActivated = 0;

layout(push_constant) uniform Push { CausalConvPush push; };
layout(set = 0, binding = 0) readonly buffer Inputs { float inputs[]; };
layout(set = 0, binding = 1) readonly buffer Constants { float constants[]; };
layout(set = 0, binding = 2) writeonly buffer Outputs { float outputs[]; };
layout(set = 0, binding = 3) buffer States { float states[]; };
#define BATCH_BINDING 4
#include "batch.glsl"

void main()
{
    const uint channel = gl_GlobalInvocationID.x;
    if (channel >= push.channels) {
        return;
    }
    const uint side = (kTaps - 1u) * push.channels;
    float weights[kTaps];
    float seen[kTaps]; // the oldest first
    [[unroll]] for (uint tap = 0; tap < kTaps; ++tap) {
        weights[tap] = constants[push.weightFirst + channel * kTaps + tap];
        const bool kept = batch.position != 0u && tap + 1u < kTaps;
        seen[tap] = kept ? states[batch.stateFrom * side + tap * push.channels + channel] : 0.0;
    }
    const float bias = kHasBias != 0u ? constants[push.biasFirst + channel] : 0.0;
    for (uint row = 0; row < batch.rows; ++row) {
        seen[kTaps - 1u] = inputs[push.inFirst + row * push.inStride + channel];
        float sum = bias;
        [[unroll]] for (uint tap = 0; tap < kTaps; ++tap) {
            sum = fma(weights[tap], seen[tap], sum);
        }
        outputs[push.outFirst + row * push.outStride + channel] = kActivated != 0u ? sum / (1.0 + exp(-sum)) : sum;
        [[unroll]] for (uint tap = 1; tap < kTaps; ++tap) {
            seen[tap - 1u] = seen[tap];
        }
    }
    [[unroll]] for (uint tap = 0; tap + 1u < kTaps; ++tap) {
        states[batch.stateTo * side + tap * push.channels + channel] = seen[tap];
    }
}
