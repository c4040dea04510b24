// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A quantized block of weights times an int8 block of activations, by packed dot products. Needs weights.glsl.
struct InputBlock {
    uvec4 low;
    uvec4 high;
    uvec2 header; // scale, and the sums of both halves as 16 bits each
};

int dotHalf(uvec4 weights, uvec4 inputs)
{
    return dotPacked4x8EXT(int(weights.x), int(inputs.x)) + dotPacked4x8EXT(int(weights.y), int(inputs.y)) +
           dotPacked4x8EXT(int(weights.z), int(inputs.z)) + dotPacked4x8EXT(int(weights.w), int(inputs.w));
}

float blockDot(QuantBlock q, InputBlock x)
{
    const int lowDot = dotHalf(q.low, x.low);
    const int highDot = dotHalf(q.high, x.high);
    const ivec2 inputSums = ivec2(bitfieldExtract(int(x.header.y), 0, 16), int(x.header.y) >> 16);
#if defined(FORMAT_CODED)
    const float sum = q.scale * float(lowDot) + q.offset * float(highDot);
#elif defined(FOUR_SCALES)
    const vec2 minimums = q.minimums * vec2(inputSums);
    const float sum = q.scale * float(lowDot) + q.offset * float(highDot) - (minimums.x + minimums.y);
#elif defined(HALF_BLOCK_SCALES)
    const float sum =
        q.scale * float(lowDot - 32 * inputSums.x) + q.offset * float(highDot - 32 * inputSums.y);
#elif defined(FORMAT_Q8_0)
    const float sum = q.scale * float(lowDot + highDot);
#else
    const float sum = q.scale * float(lowDot + highDot) + q.offset * float(inputSums.x + inputSums.y);
#endif
    return uintBitsToFloat(x.header.x) * sum;
}
