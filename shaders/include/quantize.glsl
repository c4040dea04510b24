// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stores 32 activations as int8 with one f32 scale, and the sums of both halves, which weights with an offset need.
// Needs `quants4`, `quants2` and push.outScales.
void writeQuants(float x[32], uint block)
{
    // Magnitudes are ordered as their bits are, and NaN stands above all: it ends in the scale and so in the result.
    uint bits = 0u;
    [[unroll]] for (uint i = 0; i < 32; ++i) {
        bits = max(bits, floatBitsToUint(x[i]) & 0x7FFFFFFFu);
    }
    const float largest = uintBitsToFloat(bits);
    const float scale = largest / 127.0;
    const float inverse = largest > 0.0 ? 127.0 / largest : 0.0;
    uint words[8];
    int sums[2] = int[2](0, 0);
    [[unroll]] for (uint w = 0; w < 8; ++w) {
        const ivec4 q = ivec4(roundEven(vec4(x[4u * w], x[4u * w + 1u], x[4u * w + 2u], x[4u * w + 3u]) * inverse));
        sums[w / 4u] += q.x + q.y + q.z + q.w;
        words[w] = uint(q.x & 255) | uint(q.y & 255) << 8 | uint(q.z & 255) << 16 | uint(q.w) << 24;
    }
    quants4[2u * block] = uvec4(words[0], words[1], words[2], words[3]);
    quants4[2u * block + 1u] = uvec4(words[4], words[5], words[6], words[7]);
    quants2[push.outScales + block] = uvec2(floatBitsToUint(scale), uint(sums[0] & 0xFFFF) | uint(sums[1]) << 16);
}
