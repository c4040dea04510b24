// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Weights of the IQ1, IQ2 and IQ3 types, looked up by eights in the codebook that stands behind the slice's planes.
// Constant arrays would be copied by every invocation on some drivers. Part of coded_weights.glsl.

// Negates the bytes whose bit in `signs` is set. No byte is zero, so that nothing is carried.
uvec2 withSigns(uvec2 values, uint signs)
{
    const uvec2 bits = uvec2(signs, signs >> 4);
    const uvec2 negative = (bits & 1u) | (bits & 2u) << 7 | (bits & 4u) << 14 | (bits & 8u) << 21;
    return (values ^ (negative * 255u)) + negative;
}

// The eighth sign makes the number of negative weights even.
uint withParity(uint signs)
{
    return signs | (uint(bitCount(signs)) & 1u) << 7;
}

// Entries of eight bytes, and of four.
uvec2 entryOfEight(uint index)
{
    const uint at = push.tablePlane + 2u * index;
    return uvec2(weights1[at], weights1[at + 1u]);
}

uvec2 entriesOfFour(uint first, uint second)
{
    return uvec2(weights1[push.tablePlane + first], weights1[push.tablePlane + second]);
}

// Eighths of -1, 0, 1, shifted by one. With their sign bits turned the bytes are 120, 128 or 136.
uvec2 shifted(uvec2 values, bool down)
{
    const uvec2 turned = values ^ 0x80808080u;
    return (down ? turned - kOnes : turned + kOnes) ^ 0x80808080u;
}

// Group k (0-3) of eight weights of block i.
uvec2 groupOfEight(uint i, uint k)
{
    const uint byteShift = 8u * k;
    if (kType == kCodedIQ2_XXS) {
        const uint signs = (weights1[2u * i + 1u] >> (7u * k)) & 127u;
        return withSigns(entryOfEight((weights1[2u * i] >> byteShift) & 255u), withParity(signs));
    }
    if (kType == kCodedIQ2_XS) {
        const uint code = shortAt(0u, 4u * i + k);
        return withSigns(entryOfEight(code & 511u), withParity(code >> 9));
    }
    if (kType == kCodedIQ2_S) {
        const uint high = (byteAt(push.highPlane, i) >> (2u * k)) & 3u;
        const uint index = ((weights1[2u * i] >> byteShift) & 255u) | high << 8;
        return withSigns(entryOfEight(index), (weights1[2u * i + 1u] >> byteShift) & 255u);
    }
    if (kType == kCodedIQ3_XXS) {
        const uint indexes = shortAt(0u, 4u * i + k);
        const uint signs = (weights1[push.highPlane + i] >> (7u * k)) & 127u;
        return withSigns(entriesOfFour(indexes & 255u, indexes >> 8), withParity(signs));
    }
    if (kType == kCodedIQ3_S) {
        const uint indexes = shortAt(0u, 4u * i + k);
        const uint high = byteAt(push.scalePlane + 3u * (i >> 3), i & 7u) >> (2u * k);
        const uvec2 values = entriesOfFour((indexes & 255u) | (high & 1u) << 8, (indexes >> 8) | (high & 2u) << 7);
        return withSigns(values, (weights1[push.highPlane + i] >> byteShift) & 255u);
    }
    const uint index = (weights1[i] >> byteShift) & 255u;
    if (kType == kCodedIQ1_S) {
        const uint high = shortAt(push.scalePlane, i);
        return shifted(entryOfEight(index | ((high >> (3u * k)) & 7u) << 8), (high & 0x8000u) != 0u);
    }
    const uint high = (shortAt(push.highPlane, i) >> (4u * k)) & 15u; // IQ1_M
    return shifted(entryOfEight(index | (high & 7u) << 8), (high & 8u) != 0u);
}
