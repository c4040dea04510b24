// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention of a few queries that share one KV head, by one subgroup: scores with a lane per position, online
// softmax (Milakov and Gimelshein 2018, arXiv:1805.02867), values with a lane per pair of dimensions. The queries are
// kHeads heads of kRows batch rows. With kSplit the positions of one split only are read, and the unfinished sums are
// left for attention_combine.comp: (valueDim sums, maximum, total) per row, head and split. Scores may be capped
// (push.softcap); which positions a row sees follows from push.mask and push.window.
#version 460
#include "common.glsl"

layout(constant_id = 4) const uint kHeads = 1;
layout(constant_id = 5) const uint kRows = 1;
layout(constant_id = 6) const uint kKeyPairs = 32;
layout(constant_id = 7) const uint kValuePairs = 32;
layout(constant_id = 8) const uint kSplit = 0;
layout(constant_id = 9) const uint kCacheType = 0;

const uint kQueries = kHeads * kRows;
const uint kLanePairs = (kValuePairs + kSubgroup - 1) / kSubgroup;
const float kMasked = -3.0e38;

layout(push_constant) uniform Push { AttentionPush push; };
layout(set = 0, binding = 0) readonly buffer Queries { float queries[]; };
layout(set = 0, binding = 1) readonly buffer KeyCache { uint keyCache[]; };
layout(set = 0, binding = 2) readonly buffer ValueCache { uint valueCache[]; };
layout(set = 0, binding = 3) writeonly buffer Outputs { float outputs[]; };
#define BATCH_BINDING 4
#include "batch.glsl"
#define SINKS_BINDING 5
#include "attention_sinks.glsl"
#include "activation.glsl"
#include "kv_blocks.glsl"

// First position that batch row `row` sees.
uint firstSeen(uint row)
{
    const uint position = batch.position + row;
    if (push.mask == kMaskChunked) {
        return position - position % push.window;
    }
    const uint before = push.mask == kMaskFull ? push.window / 2u : push.window - 1u;
    return push.window == 0u ? 0u : position - min(position, before);
}

// The position after the last one that batch row `row` sees.
uint seenEnd(uint row)
{
    const uint position = batch.position + row;
    if (push.mask != kMaskFull) {
        return position + 1u;
    }
    return push.window == 0u ? batch.rows : min(batch.rows, position + push.window / 2u + 1u);
}

// The slot of less than twice as many.
uint wrapped(uint slot)
{
    return min(slot, slot - push.slots);
}

void main()
{
    const uint lane = gl_SubgroupInvocationID;
    const uint headFirst = gl_WorkGroupID.x * kHeads;
    const uint kvHead = headFirst / push.headsPerKv;
    const uint rowFirst = gl_WorkGroupID.y * kRows;
    const uint rows = min(kRows, batch.rows - rowFirst);
    uint begin = firstSeen(rowFirst);
    uint end = seenEnd(rowFirst + rows - 1u);
    // Whole blocks, so that a row's sums are the same whichever rows are computed beside it.
    begin -= begin % kSubgroup;
    if (kSplit != 0) {
        begin = max(begin, gl_WorkGroupID.z * push.splitLength);
        end = min(end, (gl_WorkGroupID.z + 1u) * push.splitLength);
    }

    float largest[kQueries];
    float total[kQueries];
    vec2 sums[kQueries * kLanePairs];
    uint queryFirst[kQueries];
    [[unroll]] for (uint q = 0; q < kQueries; ++q) {
        largest[q] = kMasked;
        total[q] = 0.0;
        queryFirst[q] = push.queryFirst + (rowFirst + min(q / kHeads, rows - 1u)) * push.queryStride +
                        (headFirst + q % kHeads) * 2u * kKeyPairs;
        [[unroll]] for (uint i = 0; i < kLanePairs; ++i) {
            sums[q * kLanePairs + i] = vec2(0.0);
        }
    }

    uint slotFirst = begin % push.slots;
    for (uint first = begin; first < end; first += kSubgroup, slotFirst = wrapped(slotFirst + kSubgroup)) {
        const uint position = first + lane;
        const uint keySlot = wrapped(slotFirst + min(lane, end - 1u - first)) * push.keyStride;
        float scores[kQueries];
        [[unroll]] for (uint q = 0; q < kQueries; ++q) {
            scores[q] = 0.0;
        }
        if (kCacheType == kCacheF16) {
            const uint keyFirst = keySlot + kvHead * kKeyPairs;
            for (uint k = 0; k < kKeyPairs; ++k) {
                const vec2 key = unpackHalf2x16(keyCache[keyFirst + k]);
                [[unroll]] for (uint q = 0; q < kQueries; ++q) {
                    scores[q] = fma(key.x, queries[queryFirst[q] + 2u * k], scores[q]);
                    scores[q] = fma(key.y, queries[queryFirst[q] + 2u * k + 1u], scores[q]);
                }
            }
        } else {
            for (uint word = 0; word < kKeyPairs / 16u * kBlockWords; ++word) {
                const uint block = kvHead * (kKeyPairs / 16u) + word / kBlockWords;
                const float scale = scaleOf(keyCache[keySlot + push.keyScales + block / 2u], block);
                const uint integers = keyCache[keySlot + kvHead * (kKeyPairs / 16u) * kBlockWords + word];
                [[unroll]] for (uint i = 0; i < kWordNumbers; i += 2) {
                    const vec2 key = integersOf(integers, i) * scale;
                    const uint d = word * kWordNumbers + i;
                    [[unroll]] for (uint q = 0; q < kQueries; ++q) {
                        scores[q] = fma(key.x, queries[queryFirst[q] + d], scores[q]);
                        scores[q] = fma(key.y, queries[queryFirst[q] + d + 1u], scores[q]);
                    }
                }
            }
        }
        [[unroll]] for (uint q = 0; q < kQueries; ++q) {
            const uint row = rowFirst + q / kHeads;
            const bool seen = position < end && position < seenEnd(row) && position >= firstSeen(row);
            float score = scores[q] * push.scale;
            if (push.softcap != 0.0) {
                score = push.softcap * boundedTanh(score / push.softcap);
            }
            score = seen ? score : kMasked;
            const float newLargest = max(largest[q], clusterMax(score, kSubgroup));
            const float shrink = exp(largest[q] - newLargest);
            scores[q] = seen ? exp(score - newLargest) : 0.0;
            total[q] = total[q] * shrink + clusterAdd(scores[q], kSubgroup);
            largest[q] = newLargest;
            [[unroll]] for (uint i = 0; i < kLanePairs; ++i) {
                sums[q * kLanePairs + i] *= shrink;
            }
        }
        const uint count = min(kSubgroup, end - first);
        for (uint j = 0; j < count; ++j) {
            const uint valueSlot = wrapped(slotFirst + j) * push.valueStride;
            vec2 values[kLanePairs];
            [[unroll]] for (uint i = 0; i < kLanePairs; ++i) {
                const uint number = kvHead * push.valueHeadStride + 2u * min(lane + i * kSubgroup, kValuePairs - 1u);
                if (kCacheType == kCacheF16) {
                    values[i] = unpackHalf2x16(valueCache[valueSlot + number / 2u]);
                } else {
                    const float scale =
                        scaleOf(valueCache[valueSlot + push.valueScales + number / 64u], number / 32u);
                    const uint integers = valueCache[valueSlot + number / kWordNumbers];
                    values[i] = integersOf(integers, number % kWordNumbers) * scale;
                }
            }
            [[unroll]] for (uint q = 0; q < kQueries; ++q) {
                const float weight = subgroupShuffle(scores[q], j);
                [[unroll]] for (uint i = 0; i < kLanePairs; ++i) {
                    sums[q * kLanePairs + i] = fma(vec2(weight), values[i], sums[q * kLanePairs + i]);
                }
            }
        }
    }

    [[unroll]] for (uint q = 0; q < kQueries; ++q) {
        const uint row = rowFirst + q / kHeads;
        const uint head = headFirst + q % kHeads;
        if (q / kHeads >= rows) {
            continue;
        }
        uint outFirst = push.outFirst + row * push.outStride + head * 2u * kValuePairs;
        float factor = softmaxFactor(head, largest[q], total[q]);
        if (kSplit != 0) {
            outFirst = ((row * push.heads + head) * push.splits + gl_WorkGroupID.z) * (2u * kValuePairs + 2u);
            factor = 1.0;
            if (lane == 0) {
                outputs[outFirst + 2u * kValuePairs] = largest[q];
                outputs[outFirst + 2u * kValuePairs + 1u] = total[q];
            }
        }
        [[unroll]] for (uint i = 0; i < kLanePairs; ++i) {
            const uint pair = lane + i * kSubgroup;
            if (pair < kValuePairs) {
                outputs[outFirst + 2u * pair] = sums[q * kLanePairs + i].x * factor;
                outputs[outFirst + 2u * pair + 1u] = sums[q * kLanePairs + i].y * factor;
            }
        }
    }
}
