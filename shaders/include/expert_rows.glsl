// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rows and columns of a matrix kernel that multiplies with chosen experts. A mat-vec workgroup has one pair; a tile has
// pairs of one expert, as expert_group.comp put them together. A slice of the weight may begin and end within an expert.
#include "activation.glsl"

layout(set = 0, binding = 3) readonly buffer Routing { float routing[]; };
layout(set = 0, binding = 6) readonly buffer Residuals { float residuals[]; };

uint expert;
int weightFirst; // row of the slice that is the expert's first

// Where a pair's activations stand: f32 as a float index, int8 as a number of rows.
uint inputOf(uint pair)
{
    return push.inFirst + pair / push.used * push.inStride + pair % push.used * push.inPairStride;
}

#if defined(TILED)
layout(set = 0, binding = 5) readonly buffer Groups { uint groups[]; };

shared uint tilePairs[kTileColumns];
shared uint tileInputs[kTileColumns];
uint tileCount;

const uint COLUMN_FIRST = 0;

uint batchRows()
{
    return tileCount;
}

uint pairOf(uint column)
{
    return tilePairs[column];
}

uint inputRow(uint column)
{
    return tileInputs[column];
}

// The kernel's first barrier makes the pairs known to all.
void beginColumns()
{
    const uint entry = 4u * gl_WorkGroupID.y;
    tileCount = groups[entry + 2u];
    expert = groups[entry];
    for (uint i = gl_LocalInvocationIndex; i < tileCount; i += gl_WorkGroupSize.x) {
        tilePairs[i] = groups[push.pairsFirst + groups[entry + 1u] + i];
        tileInputs[i] = inputOf(tilePairs[i]);
    }
}
#else
uint pairInput;

uint batchRows()
{
    return gl_WorkGroupID.y + 1u;
}

uint pairOf(uint column)
{
    return column;
}

uint inputRow(uint column)
{
    return pairInput;
}

void beginColumns()
{
    const uint pair = gl_WorkGroupID.y;
    const uint at = push.routingFirst + pair / push.used * push.routingStride + pair % push.used;
    expert = min(uint(routing[at]), push.experts - 1u);
    pairInput = inputOf(pair);
}
#endif

// Leaves a workgroup that has no pair, or none of whose rows stand in the slice.
#define BEGIN_ROWS(first, count)                                                                                       \
    beginColumns();                                                                                                    \
    weightFirst = int(expert * push.expertRows) - int(push.sliceFirst);                                                \
    if (batchRows() == 0u || weightFirst + int(first) >= int(push.rows) ||                                             \
        weightFirst + int((first) + (count)) <= 0) {                                                                   \
        return;                                                                                                        \
    }

uint weightRow(uint row)
{
    return uint(clamp(weightFirst + int(row), 0, int(push.rows) - 1));
}

bool hasRow(uint row)
{
    const int at = weightFirst + int(row);
    return row < push.expertRows && at >= 0 && at < int(push.rows);
}

uint inputFirst(uint column)
{
    return inputRow(column);
}

// A residual is a part of the product: it comes before the factors.
float finished(uint row, uint pair, float value)
{
    if ((kEpilogue & kEpilogueResidual) != 0) {
        value += residuals[push.residualFirst + pair / push.used * push.residualStride +
                           pair % push.used * push.residualPairStride + row];
    }
    if ((kEpilogue & kEpilogueScale) != 0) {
        const bool gate = (kEpilogue & kEpilogueGlu) != 0;
        value *= biases[push.scaleFirst + (gate ? 2u * expert + (row & 1u) : expert)];
    }
    if ((kEpilogue & kEpilogueWeighted) != 0) {
        value *= routing[push.routingFirst + pair / push.used * push.routingStride + push.used + pair % push.used];
    }
    return (kEpilogue & kEpilogueBias) != 0 ? value + biases[push.biasFirst + expert * push.expertRows + row] : value;
}

uint outputFirst(uint pair)
{
    return push.outFirst + pair / push.used * push.outStride + pair % push.used * push.outPairStride;
}

void writeResult(uint row, uint column, float value)
{
    const uint pair = pairOf(column);
    outputs[outputFirst(pair) + row] = finished(row, pair, value);
}

// `row` is the gate's row; the row after it is up's.
void writeGlu(uint row, uint column, float gate, float up)
{
    const uint pair = pairOf(column);
    outputs[outputFirst(pair) + (row >> 1)] =
        gated(kEpilogue >> kEpilogueActivation, finished(row, pair, gate), finished(row + 1u, pair, up));
}
