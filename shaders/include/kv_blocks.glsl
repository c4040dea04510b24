// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Slots of a quantized KV cache: the integers of all blocks of 32 numbers, then their scales, two halves a word. Needs
// kCacheType.
const uint kBlockWords = kCacheType == kCacheQ8 ? 8 : 4;
const uint kWordNumbers = 32 / kBlockWords;

// Numbers i and i + 1 of a word, i even, without their scale.
vec2 integersOf(uint word, uint i)
{
    if (kCacheType == kCacheQ8) {
        const int bytes = int(word);
        return vec2(bitfieldExtract(bytes, int(i) * 8, 8), bitfieldExtract(bytes, int(i) * 8 + 8, 8));
    }
    return vec2(bitfieldExtract(word, int(i) * 4, 4), bitfieldExtract(word, int(i) * 4 + 4, 4)) - 8.0;
}

// The scale of a block out of the word that it shares with its neighbour.
float scaleOf(uint word, uint block)
{
    return halfToFloat((block & 1u) == 0u ? word & 0xFFFFu : word >> 16);
}
