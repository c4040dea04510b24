// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Decodes one block of 32 weights from the layout that inference/backend/vulkan/repack.cpp writes: planes of quants,
// high bits and scales, each plane row by row. Exactly one FORMAT_ macro is defined; `push` has the plane offsets.
//
// Quantized formats give loadQuants(): weights 0-15 as bytes in `low`, 16-31 in `high`, so that
//   weight = scale * quant + offset,
// with a second scale for the upper half where HALF_BLOCK_SCALES is defined (Q6_K, CODED), and both and two offsets
// where FOUR_SCALES is (Q2_K).
// Every format gives loadFloats(), bit-exact with the scalar reference.
layout(set = 0, binding = 0) readonly buffer Weights4 { uvec4 weights4[]; };
layout(set = 0, binding = 0) readonly buffer Weights1 { uint weights1[]; };

#if defined(FORMAT_Q4_0) || defined(FORMAT_Q5_0)
#define SIGN_OFFSET 1
#endif

#if defined(FORMAT_Q6_K) || defined(FORMAT_CODED)
#define HALF_BLOCK_SCALES 1
#elif defined(FORMAT_Q2_K)
#define FOUR_SCALES 1
#endif

#if defined(FORMAT_Q8_0) || defined(FORMAT_CODED)
#define SIGNED_QUANTS 1
#endif

struct QuantBlock {
    uvec4 low;
    uvec4 high;
    float scale;
    float offset; // HALF_BLOCK_SCALES, FOUR_SCALES: scale of the upper half
#if defined(FOUR_SCALES)
    vec2 minimums; // what both halves have subtracted
#endif
};

// The numbers of a block without its quants.
#if defined(FOUR_SCALES)
#define BlockNumbers vec4
vec4 numbersOf(QuantBlock q)
{
    return vec4(q.scale, q.offset, q.minimums);
}
QuantBlock quantBlock(uvec4 low, uvec4 high, vec4 numbers)
{
    return QuantBlock(low, high, numbers.x, numbers.y, numbers.zw);
}
#else
#define BlockNumbers vec2
vec2 numbersOf(QuantBlock q)
{
    return vec2(q.scale, q.offset);
}
QuantBlock quantBlock(uvec4 low, uvec4 high, vec2 numbers)
{
    return QuantBlock(low, high, numbers.x, numbers.y);
}
#endif

float halfAt(uint plane, uint index)
{
    const uint word = weights1[plane + (index >> 1)];
    return halfToFloat((index & 1u) != 0u ? word >> 16 : word & 0xFFFFu);
}

#if defined(FORMAT_CODED)
#define QUANTIZED 1
#include "coded_weights.glsl"
#elif defined(FORMAT_Q2_K)
#define QUANTIZED 1

QuantBlock loadQuants(uint row, uint block)
{
    const uint i = row * push.blocks + block;
    const uvec4 shifts = uvec4(0u, 2u, 4u, 6u);
    const vec2 super = halvesToFloats(weights1[push.extraPlane + (i >> 3)]);
    const uint scales = weights1[push.scalePlane + (i >> 1)] >> ((i & 1u) * 16u);
    QuantBlock q;
    q.low = (uvec4(weights1[2u * i]) >> shifts) & 0x03030303u;
    q.high = (uvec4(weights1[2u * i + 1u]) >> shifts) & 0x03030303u;
    q.scale = super.x * float(scales & 15u);
    q.offset = super.x * float((scales >> 8) & 15u);
    q.minimums = super.y * vec2((scales >> 4) & 15u, (scales >> 12) & 15u);
    return q;
}
#elif defined(FORMAT_Q4_0) || defined(FORMAT_Q4_1) || defined(FORMAT_Q5_0) || defined(FORMAT_Q5_1) ||                      \
    defined(FORMAT_Q4_K) || defined(FORMAT_Q5_K) || defined(FORMAT_Q6_K) || defined(FORMAT_Q8_0)
#define QUANTIZED 1

// d * 6-bit scale and dmin * 6-bit minimum of block j of a super-block whose 16 bytes are d, dmin, scales[12].
vec2 superBlockScales(uvec4 header, uint j)
{
    const uint shift = (j & 3u) * 8u;
    const uint a = header.y >> shift;
    const uint b = header.z >> shift;
    const uint c = header.w >> shift;
    const uint scale = j < 4u ? a & 63u : (c & 15u) | ((a >> 2) & 48u);
    const uint minimum = j < 4u ? b & 63u : ((c >> 4) & 15u) | ((b >> 2) & 48u);
    return halvesToFloats(header.x) * vec2(scale, minimum);
}

QuantBlock loadQuants(uint row, uint block)
{
    const uint i = row * push.blocks + block;
    QuantBlock q;
#if defined(FORMAT_Q8_0)
    q.low = weights4[2u * i];
    q.high = weights4[2u * i + 1u];
    q.scale = halfAt(push.scalePlane, i);
    q.offset = 0.0;
#else
    const uvec4 nibbles = weights4[i];
    q.low = nibbles & 0x0F0F0F0Fu;
    q.high = (nibbles >> 4) & 0x0F0F0F0Fu;
#endif
#if defined(FORMAT_Q5_0) || defined(FORMAT_Q5_1) || defined(FORMAT_Q5_K)
    const uint bits = weights1[push.highPlane + i];
    const uvec4 shifts = uvec4(0u, 1u, 2u, 3u);
    q.low |= ((uvec4(bits) >> shifts) & 0x01010101u) << 4;
    q.high |= ((uvec4(bits) >> (shifts + 4u)) & 0x01010101u) << 4;
#endif
#if defined(FORMAT_Q4_0)
    q.scale = halfAt(push.scalePlane, i);
    q.offset = -8.0 * q.scale;
#elif defined(FORMAT_Q5_0)
    q.scale = halfAt(push.scalePlane, i);
    q.offset = -16.0 * q.scale;
#elif defined(FORMAT_Q4_1) || defined(FORMAT_Q5_1)
    const vec2 scales = halvesToFloats(weights1[push.scalePlane + i]);
    q.scale = scales.x;
    q.offset = scales.y;
#elif defined(FORMAT_Q4_K) || defined(FORMAT_Q5_K)
    const vec2 scales = superBlockScales(weights4[(push.scalePlane >> 2) + (i >> 3)], i & 7u);
    q.scale = scales.x;
    q.offset = -scales.y;
#elif defined(FORMAT_Q6_K)
    const uvec2 bits = uvec2(weights1[push.highPlane + 2u * i], weights1[push.highPlane + 2u * i + 1u]);
    const uvec4 shifts = uvec4(0u, 2u, 4u, 6u);
    q.low |= ((uvec4(bits.x) >> shifts) & 0x03030303u) << 4;
    q.high |= ((uvec4(bits.y) >> shifts) & 0x03030303u) << 4;
    const float super = halfAt(push.extraPlane, i >> 3);
    const int scales = int(weights1[push.scalePlane + (i >> 1)] >> ((i & 1u) * 16u));
    q.scale = super * float(bitfieldExtract(scales, 0, 8));
    q.offset = super * float(bitfieldExtract(scales, 8, 8));
#endif
    return q;
}
#endif

#if defined(QUANTIZED)

vec4 bytesToFloats(uint bytes)
{
#if defined(SIGNED_QUANTS)
    const int word = int(bytes);
    return vec4(bitfieldExtract(word, 0, 8), bitfieldExtract(word, 8, 8), bitfieldExtract(word, 16, 8), word >> 24);
#else
    return vec4(bytes & 255u, (bytes >> 8) & 255u, (bytes >> 16) & 255u, bytes >> 24);
#endif
}

// Rounds exactly as the reference does: the integer part first, then products and sums one by one.
vec4 dequantize(QuantBlock q, uint bytes, bool upper)
{
    const vec4 quants = bytesToFloats(bytes);
#if defined(FORMAT_Q4_0)
    precise const vec4 result = (quants - 8.0) * q.scale;
#elif defined(FORMAT_Q5_0)
    precise const vec4 result = (quants - 16.0) * q.scale;
#elif defined(FORMAT_Q8_0)
    precise const vec4 result = quants * q.scale;
#elif defined(FORMAT_CODED)
    precise const vec4 result = (upper ? q.offset : q.scale) * quants;
#elif defined(FORMAT_Q6_K)
    precise const vec4 result = (upper ? q.offset : q.scale) * (quants - 32.0);
#elif defined(FORMAT_Q2_K)
    precise const vec4 product = (upper ? q.offset : q.scale) * quants;
    precise const vec4 result = product - (upper ? q.minimums.y : q.minimums.x);
#else
    precise const vec4 product = quants * q.scale;
    precise const vec4 result = product + q.offset;
#endif
    return result;
}

void loadFloats(uint row, uint block, out vec4 weights[8])
{
    const QuantBlock q = loadQuants(row, block);
    [[unroll]] for (uint k = 0; k < 4; ++k) {
        weights[k] = dequantize(q, q.low[k], false);
        weights[k + 4] = dequantize(q, q.high[k], true);
    }
}

#else

void loadFloats(uint row, uint block, out vec4 weights[8])
{
    const uint i = row * push.blocks + block;
#if defined(FORMAT_F32)
    [[unroll]] for (uint k = 0; k < 8; ++k) {
        weights[k] = uintBitsToFloat(weights4[8u * i + k]);
    }
#elif defined(FORMAT_F16)
    [[unroll]] for (uint k = 0; k < 4; ++k) {
        const uvec4 words = weights4[4u * i + k];
        weights[2 * k] = vec4(halvesToFloats(words.x), halvesToFloats(words.y));
        weights[2 * k + 1] = vec4(halvesToFloats(words.z), halvesToFloats(words.w));
    }
#elif defined(FORMAT_BF16)
    [[unroll]] for (uint k = 0; k < 4; ++k) {
        const uvec4 words = weights4[4u * i + k];
        const uvec4 even = words << 16;
        const uvec4 odd = words & 0xFFFF0000u;
        weights[2 * k] = uintBitsToFloat(uvec4(even.x, odd.x, even.y, odd.y));
        weights[2 * k + 1] = uintBitsToFloat(uvec4(even.z, odd.z, even.w, odd.w));
    }
#endif
}
#endif
