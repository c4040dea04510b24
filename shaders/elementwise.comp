// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The ops that stand alone where no neighbour takes them in: activations, addition, scaling, bounds, selection of rows,
// their mean.
#version 460
#include "common.glsl"

layout(constant_id = 4) const uint kOperation = kElementGlu;
layout(constant_id = 5) const uint kActivation = kSilu;

layout(push_constant) uniform Push { ElementPush push; };
layout(set = 0, binding = 0) readonly buffer FirstInputs { float a[]; };
layout(set = 0, binding = 1) readonly buffer SecondInputs { float b[]; };
layout(set = 0, binding = 2) writeonly buffer Outputs { float outputs[]; };
#define BATCH_BINDING 3
#include "batch.glsl"
#include "activation.glsl"

void main()
{
    const uint column = gl_GlobalInvocationID.x;
    const uint row = gl_WorkGroupID.y;
    if (column >= push.columns) {
        return;
    }
    const uint target = push.outFirst + row * push.outStride + column;
    if (kOperation == kElementRouteToEach) {
        outputs[target] = column < push.columns / 2u ? float(column) : 1.0;
        return;
    }
    const uint source = kOperation == kElementSelect ? batch.selectedFirst + row : row;
    float x = a[push.aFirst + source * push.aStride + column];
    if (kOperation == kElementMean) {
        for (uint r = 1; r < batch.rows; ++r) {
            x += a[push.aFirst + r * push.aStride + column];
        }
        x /= float(batch.rows);
    }
    float result = x * push.factor;
    if (kOperation == kElementGlu || kOperation == kElementAdd) {
        const float y = b[push.bFirst + row * push.bStride + column];
        result = kOperation == kElementGlu ? gated(kActivation, x, y) : x + y;
    } else if (kOperation == kElementActivate) {
        result = activated(kActivation, x);
    } else if (kOperation == kElementSoftcap) {
        result = push.factor * boundedTanh(x / push.factor);
    } else if (kOperation == kElementClamp) {
        // Comparisons keep a NaN; clamp() may drop it.
        result = x > push.factor ? push.factor : (x < -push.factor ? -push.factor : x);
    } else if (kOperation == kElementScaleByPosition) {
        const uint steps = (batch.position + row + push.bFirst) / push.bStride;
        result = x * (1.0 + push.factor * log(1.0 + float(steps)));
    }
    outputs[target] = result;
}
