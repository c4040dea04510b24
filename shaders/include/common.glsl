// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What every kernel needs: sizes as specialization constants, the batch, exact half conversion, subgroup reductions.
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_control_flow_attributes : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require

#include "kernel_params.h"

layout(local_size_x_id = 0) in;
layout(constant_id = 1) const uint kSubgroup = 8;
layout(constant_id = 2) const uint kSelectedRows = 0;
layout(constant_id = 3) const uint kNativeHalf = 0;

// Integer arithmetic, because devices may flush subnormal halves, which small super-block scales often are.
float halfToFloat(uint bits)
{
    if (kNativeHalf != 0) {
        return unpackHalf2x16(bits).x;
    }
    const uint exponent = (bits >> 10) & 31u;
    const uint mantissa = bits & 1023u;
    const float small = float(mantissa) * 5.9604644775390625e-8; // 2^-24
    const uint wide = (exponent == 31u ? 255u : exponent + 112u) << 23;
    const float magnitude = exponent == 0u ? small : uintBitsToFloat(wide | (mantissa << 13));
    return (bits & 0x8000u) != 0u ? -magnitude : magnitude;
}

vec2 halvesToFloats(uint bits)
{
    if (kNativeHalf != 0) {
        return unpackHalf2x16(bits);
    }
    return vec2(halfToFloat(bits & 0xFFFFu), halfToFloat(bits >> 16));
}

// Sums over clusters of `width` neighbouring lanes, a power of two. Every lane gets the sum.
float clusterAdd(float value, uint width)
{
    [[unroll]] for (uint mask = 1; mask < width; mask <<= 1) {
        value += subgroupShuffleXor(value, mask);
    }
    return value;
}

float clusterMax(float value, uint width)
{
    [[unroll]] for (uint mask = 1; mask < width; mask <<= 1) {
        value = max(value, subgroupShuffleXor(value, mask));
    }
    return value;
}
