// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a matrix kernel does with its sums: bias, residual, gated activation, and the write. Needs `push` and the buffers
// `outputs`, `residuals` and `biases`.
#include "activation.glsl"

float biasOf(uint row)
{
    return (kEpilogue & kEpilogueBias) != 0 ? biases[push.biasFirst + row] : 0.0;
}

float residualOf(uint row, uint column)
{
    return residuals[push.residualFirst + column * push.residualStride + row];
}

void writeResult(uint row, uint column, float value)
{
    value += biasOf(row);
    if ((kEpilogue & kEpilogueResidual) != 0) {
        value += residualOf(row, column);
    }
    outputs[push.outFirst + column * push.outStride + row] = value;
}

// `row` is the gate's row in the merged matrix; the row after it is up's.
void writeGlu(uint row, uint column, float gate, float up)
{
    gate += biasOf(row);
    up += biasOf(row + 1u);
    if ((kEpilogue & kEpilogueResidual) != 0) {
        gate += residualOf(row, column);
        up += residualOf(row + 1u, column);
    }
    outputs[push.outFirst + column * push.outStride + (row >> 1)] = gated(kEpilogue >> kEpilogueActivation, gate, up);
}
