// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// loadQuants() of the types whose weights are integers, unpacked or looked up, times a scale per 16: `low` and `high` of
// the block hold signed bytes, `scale` belongs to the lower half and `offset` to the upper. The type is specialized, so
// that a device compiles one branch. Part of weights.glsl; the tables are those of inference/quant/codebooks.h.
layout(constant_id = 9) const uint kType = 0;

#define CODEBOOK_IQ4_VALUES
const uvec4 kIq4Values = uvec4(
#include "inference/quant/codebooks.inc"
);
#undef CODEBOOK_IQ4_VALUES
#define CODEBOOK_FP4_VALUES
const uvec4 kFp4Values = uvec4(
#include "inference/quant/codebooks.inc"
);
#undef CODEBOOK_FP4_VALUES


const uint kOnes = 0x01010101u;

uint byteAt(uint plane, uint index)
{
    return (weights1[plane + (index >> 2)] >> ((index & 3u) * 8u)) & 255u;
}

uint shortAt(uint plane, uint index)
{
    return (weights1[plane + (index >> 1)] >> ((index & 1u) * 16u)) & 0xFFFFu;
}

// Bytes below 128 less `k`, as signed bytes.
uvec4 minus(uvec4 bytes, uint k)
{
    return (bytes + (128u - k) * kOnes) ^ 0x80808080u;
}

uvec4 lookUp(uvec4 nibbles, uvec4 table)
{
    uvec4 result = uvec4(0u);
    [[unroll]] for (uint shift = 0; shift < 32u; shift += 8u) {
        const uvec4 index = (nibbles >> shift) & 15u;
        const bvec4 odd = notEqual(index & 4u, uvec4(0u));
        const uvec4 lower = mix(uvec4(table.x), uvec4(table.y), odd);
        const uvec4 upper = mix(uvec4(table.z), uvec4(table.w), odd);
        const uvec4 words = mix(lower, upper, notEqual(index & 8u, uvec4(0u)));
        result |= ((words >> ((index & 3u) * 8u)) & 255u) << shift;
    }
    return result;
}

#include "codebook_groups.glsl"

// Digit n of the four bytes of a word, each with five trits.
uint trits(uint bytes, uint power)
{
    const uvec2 apart = uvec2(bytes, bytes >> 8) & 0x00FF00FFu;
    const uvec2 digits = ((((apart * power) & 0x00FF00FFu) * 3u) >> 8) & 0x00FF00FFu;
    return digits.x | digits.y << 8;
}

// Words of block `part` of a TQ1_0 super-block at `first`: 0-4 are digits of the first 32 bytes, the rest pairs of
// digits of the 16 bytes behind, ending in the four digits of the last four bytes.
void loadTrits(uint first, uint part, out uvec4 low, out uvec4 high)
{
    const uint powers[5] = uint[5](1u, 3u, 9u, 27u, 81u);
    [[unroll]] for (uint k = 0; k < 4; ++k) {
        if (part < 5u) {
            low[k] = trits(weights1[first + k], powers[part]);
            high[k] = trits(weights1[first + 4u + k], powers[part]);
        } else {
            const uint word = weights1[first + 8u + k];
            low[k] = trits(word, powers[2u * (part - 5u)]);
            high[k] = part < 7u ? trits(word, powers[2u * (part - 5u) + 1u]) : trits(weights1[first + 12u], powers[k]);
        }
    }
}

// A scale of NVFP4, halved because the values are doubled.
float halvedE4M3(uint bits)
{
    const uint exponent = (bits >> 3) & 15u;
    const float mantissa = float(bits & 7u);
    const float normal = (1.0 + mantissa * 0.125) * uintBitsToFloat((exponent + 119u) << 23);
    return bits == 0x7Fu ? 0.0 : exponent == 0u ? mantissa * 0.0009765625 : normal;
}

// 6-bit scale j (0-15) of a Q3_K header.
float q3Scale(uint first, uint j)
{
    const uint low = byteAt(first, j & 7u) >> ((j >> 3) * 4u);
    const uint high = byteAt(first + 2u, j & 3u) >> ((j >> 2) * 2u);
    return float(int((low & 15u) | (high & 3u) << 4) - 32);
}

// Scales of both halves of block i.
vec2 loadScales(uint i)
{
    const uint super = i >> 3;
    const uint part = i & 7u;
    if (kType == kCodedIQ4_NL) {
        return vec2(halfAt(push.scalePlane, i));
    }
    if (kType == kCodedMXFP4) {
        const uint e = byteAt(push.scalePlane, i);
        return vec2(uintBitsToFloat(e < 2u ? 0x00200000u << e : (e - 1u) << 23));
    }
    if (kType == kCodedNVFP4) {
        const uint scales = shortAt(push.scalePlane, i);
        return vec2(halvedE4M3(scales & 255u), halvedE4M3(scales >> 8));
    }
    if (kType == kCodedIQ4_XS) {
        const uint first = push.scalePlane + 2u * super;
        const uint low = (weights1[first + 1u] >> (4u * part)) & 15u;
        const uint high = (weights1[first] >> (16u + 2u * part)) & 3u;
        return vec2(halfToFloat(weights1[first] & 0xFFFFu) * float(int(low | high << 4) - 32));
    }
    if (kType == kCodedIQ1_M) {
        const uvec2 words = uvec2(weights1[push.scalePlane + 2u * super], weights1[push.scalePlane + 2u * super + 1u]);
        const uint bits = ((words.x >> 12) & 15u) | ((words.x >> 24) & 0xF0u) | ((words.y >> 4) & 0xF00u) |
                          ((words.y >> 16) & 0xF000u);
        const uint scales = (part < 4u ? words.x : words.y) >> (((part >> 1) & 1u) * 16u + (part & 1u) * 6u);
        return halfToFloat(bits) * vec2(2u * (scales & 7u) + 1u, 2u * ((scales >> 3) & 7u) + 1u) * 0.125;
    }
    const float d = halfAt(push.extraPlane, super);
    if (kType == kCodedQ3_K) {
        const uint first = push.scalePlane + 3u * super;
        return d * vec2(q3Scale(first, 2u * part), q3Scale(first, 2u * part + 1u));
    }
    if (kType == kCodedIQ2_XXS) {
        return vec2(d * (0.5 + float(weights1[2u * i + 1u] >> 28)) * 0.25);
    }
    if (kType == kCodedIQ3_XXS) {
        return vec2(d * (0.5 + float(weights1[push.highPlane + i] >> 28)) * 0.5);
    }
    if (kType == kCodedIQ2_XS || kType == kCodedIQ2_S) {
        const uint scales = byteAt(push.scalePlane, i);
        return d * (0.5 + vec2(scales & 15u, scales >> 4)) * 0.25;
    }
    if (kType == kCodedIQ3_S) {
        const uint scales = weights1[push.scalePlane + 3u * super + 2u] >> (4u * part);
        return vec2(d * float(2u * (scales & 15u) + 1u));
    }
    if (kType == kCodedIQ1_S) {
        return vec2(d * float(2u * ((shortAt(push.scalePlane, i) >> 12) & 7u) + 1u) * 0.125);
    }
    return vec2(d); // TQ1_0, TQ2_0
}

QuantBlock loadQuants(uint row, uint block)
{
    const uint i = row * push.blocks + block;
    QuantBlock q;
    if (kType == kCodedIQ4_NL || kType == kCodedIQ4_XS) {
        q.low = lookUp(weights4[i], kIq4Values);
        q.high = lookUp(weights4[i] >> 4, kIq4Values);
    } else if (kType == kCodedMXFP4 || kType == kCodedNVFP4) {
        // Not one branch with a table chosen by kType: Mesa 25.0 takes the wrong one.
        q.low = lookUp(weights4[i], kFp4Values);
        q.high = lookUp(weights4[i] >> 4, kFp4Values);
    } else if (kType == kCodedQ3_K || kType == kCodedTQ2_0) {
        const uvec4 shifts = uvec4(0u, 2u, 4u, 6u);
        q.low = (uvec4(weights1[2u * i]) >> shifts) & 0x03030303u;
        q.high = (uvec4(weights1[2u * i + 1u]) >> shifts) & 0x03030303u;
        if (kType == kCodedQ3_K) {
            const uint bits = weights1[push.highPlane + i];
            q.low |= ((uvec4(bits) >> uvec4(0u, 1u, 2u, 3u)) & kOnes) << 2;
            q.high |= ((uvec4(bits) >> uvec4(4u, 5u, 6u, 7u)) & kOnes) << 2;
        }
        q.low = minus(q.low, kType == kCodedQ3_K ? 4u : 1u);
        q.high = minus(q.high, kType == kCodedQ3_K ? 4u : 1u);
    } else if (kType == kCodedTQ1_0) {
        loadTrits(push.scalePlane + 13u * (i >> 3), i & 7u, q.low, q.high);
        q.low = minus(q.low, 1u);
        q.high = minus(q.high, 1u);
    } else {
        q.low = uvec4(groupOfEight(i, 0u), groupOfEight(i, 1u));
        q.high = uvec4(groupOfEight(i, 2u), groupOfEight(i, 3u));
    }
    const vec2 scales = loadScales(i);
    q.scale = scales.x;
    q.offset = scales.y;
    return q;
}
