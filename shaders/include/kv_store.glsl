// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes blocks as kv_blocks.glsl reads them. Needs keyCache and valueCache.
#include "kv_blocks.glsl"

// Pairs of blocks in a slot of so many numbers.
uint blockPairs(uint numbers)
{
    return (numbers / 32u + 1u) / 2u;
}

// The half that is a block's scale. The number that is largest but for its sign becomes 127 or, of Q4, -8.
uint blockScale(float numbers[64], uint first)
{
    float largest = 0.0;
    bool finite = true;
    for (uint i = first; i < first + 32u; ++i) {
        largest = abs(numbers[i]) > abs(largest) ? numbers[i] : largest;
        finite = finite && (floatBitsToUint(numbers[i]) & 0x7F800000u) != 0x7F800000u;
    }
    const float scale = kCacheType == kCacheQ8 ? abs(largest) / 127.0 : largest / -8.0;
    return finite ? packHalf2x16(vec2(scale, 0.0)) & 0xFFFFu : 0x7C00u;
}

// Word w of a block.
uint blockWord(float numbers[64], uint first, uint w, uint scale)
{
    const float stored = halfToFloat(scale);
    // Zero times a scale that is not finite is not a number.
    const float factor = stored == 0.0 || (scale & 0x7C00u) == 0x7C00u ? 0.0 : 1.0 / stored;
    uint word = 0u;
    for (uint i = 0; i < kWordNumbers; ++i) {
        const float rounded = roundEven(numbers[first + w * kWordNumbers + i] * factor);
        if (kCacheType == kCacheQ8) {
            word |= (uint(int(factor == 0.0 ? 0.0 : clamp(rounded, -127.0, 127.0))) & 0xFFu) << (8u * i);
        } else {
            word |= uint(factor == 0.0 ? 8.0 : clamp(rounded + 8.0, 0.0, 15.0)) << (4u * i);
        }
    }
    return word;
}

// Blocks 2 * pair and, where there are so many, 2 * pair + 1 of a slot of `count` numbers.
#define STORE_BLOCKS(name, cache)                                                                                      \
    void name(uint slot, uint count, uint pair, float numbers[64])                                                     \
    {                                                                                                                  \
        const uint blocks = count / 32u;                                                                               \
        const uint first = slot * (blocks * kBlockWords + (blocks + 1u) / 2u);                                         \
        uint scales = 0u;                                                                                              \
        for (uint b = 2u * pair; b < min(2u * pair + 2u, blocks); ++b) {                                               \
            const uint from = b % 2u * 32u;                                                                            \
            const uint scale = blockScale(numbers, from);                                                              \
            scales |= scale << (b % 2u * 16u);                                                                         \
            for (uint w = 0; w < kBlockWords; ++w) {                                                                   \
                cache[first + b * kBlockWords + w] = blockWord(numbers, from, w, scale);                               \
            }                                                                                                          \
        }                                                                                                              \
        cache[first + blocks * kBlockWords + pair] = scales;                                                           \
    }

STORE_BLOCKS(storeKeys, keyCache)
STORE_BLOCKS(storeValues, valueCache)
