// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rotates query and key heads at the token's position and stores key and value in the cache. One invocation makes two
// neighbouring dimensions of one head, or of a quantized cache two blocks, whose scales share a word. Cosines and sines come from the host, which has them exact at any
// position; a device's sin() is only good near zero.
#version 460
#include "common.glsl"

layout(constant_id = 4) const uint kCacheType = 0;

layout(push_constant) uniform Push { RopePush push; };
layout(set = 0, binding = 0) readonly buffer Queries { float queries[]; };
layout(set = 0, binding = 1) readonly buffer Keys { float keys[]; };
layout(set = 0, binding = 2) readonly buffer Values { float values[]; };
layout(set = 0, binding = 3) readonly buffer Table { vec2 table[]; };
layout(set = 0, binding = 4) writeonly buffer Outputs { float outputs[]; };
layout(set = 0, binding = 5) writeonly buffer KeyCache { uint keyCache[]; };
layout(set = 0, binding = 6) writeonly buffer ValueCache { uint valueCache[]; };
#define BATCH_BINDING 7
#include "batch.glsl"
#include "kv_store.glsl"

// Dimension d of a rotated head that starts at `first`.
#define ROTATED(name, source)                                                                                          \
    float name(uint first, uint row, uint d)                                                                           \
    {                                                                                                                  \
        const float x = source[first + d];                                                                             \
        if (d >= push.rotatedDims) {                                                                                   \
            return x;                                                                                                  \
        }                                                                                                              \
        const uint pairs = push.rotatedDims >> 1;                                                                      \
        const bool upper = push.neox != 0 ? d >= pairs : (d & 1u) != 0u;                                               \
        const uint pair = push.neox != 0 ? (upper ? d - pairs : d) : d >> 1;                                            \
        const uint partner = push.neox != 0 ? (upper ? d - pairs : d + pairs) : d ^ 1u;                                  \
        const vec2 turn = table[push.tableFirst + row * pairs + pair];                                                  \
        const float y = source[first + partner];                                                                       \
        return upper ? y * turn.y + x * turn.x : x * turn.x - y * turn.y;                                              \
    }

ROTATED(rotatedQuery, queries)
ROTATED(rotatedKey, keys)

void main()
{
    const uint row = gl_WorkGroupID.y;
    const uint keyPairs = push.headDim >> 1;
    const uint valuePairs = push.valueDim >> 1;
    uint i = gl_GlobalInvocationID.x;
    if (i < push.queryHeads * keyPairs) {
        const uint head = i / keyPairs;
        const uint d = (i % keyPairs) * 2u;
        const uint first = push.queryFirst + row * push.queryStride + head * push.headDim;
        const uint out0 = push.outFirst + row * push.outStride + head * push.headDim + d;
        outputs[out0] = rotatedQuery(first, row, d);
        outputs[out0 + 1u] = rotatedQuery(first, row, d + 1u);
        return;
    }
    i -= push.queryHeads * keyPairs;
    const uint slot = (batch.position + row) % push.slots;
    if (kCacheType != kCacheF16) {
        const uint keyNumbers = push.kvHeads * push.headDim;
        const uint valueNumbers = push.kvHeads * push.valueDim;
        const bool isKey = i < blockPairs(keyNumbers);
        const uint pair = isKey ? i : i - blockPairs(keyNumbers);
        const uint count = isKey ? keyNumbers : valueNumbers;
        if (pair >= blockPairs(count)) {
            return;
        }
        float numbers[64];
        for (uint n = 0; n < 64u; ++n) {
            const uint at = pair * 64u + n;
            numbers[n] = 0.0;
            if (at < count && isKey) {
                const uint head = push.keyFirst + row * push.keyStride + at / push.headDim * push.headDim;
                numbers[n] = rotatedKey(head, row, at % push.headDim);
            } else if (at < count) {
                numbers[n] = values[push.valueFirst + row * push.valueStride + at];
            }
        }
        if (isKey) {
            storeKeys(slot, count, pair, numbers);
        } else {
            storeValues(slot, count, pair, numbers);
        }
        return;
    }
    if (i < push.kvHeads * keyPairs) {
        const uint head = i / keyPairs;
        const uint d = (i % keyPairs) * 2u;
        const uint first = push.keyFirst + row * push.keyStride + head * push.headDim;
        const vec2 pair = vec2(rotatedKey(first, row, d), rotatedKey(first, row, d + 1u));
        keyCache[slot * push.kvHeads * keyPairs + i] = packHalf2x16(pair);
        return;
    }
    i -= push.kvHeads * keyPairs;
    if (i < push.kvHeads * valuePairs) {
        const uint first = push.valueFirst + row * push.valueStride + 2u * i;
        valueCache[slot * push.kvHeads * valuePairs + i] = packHalf2x16(vec2(values[first], values[first + 1u]));
    }
}
