// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the tiled matrix kernels divide a tile of kTileRows weight rows and kTileColumns activation rows: an invocation
// owns kPerRows by kPerColumns results. Its weight rows come in neighbouring pairs, as SwiGLU needs them.
layout(constant_id = 4) const uint kTileRows = 64;
layout(constant_id = 5) const uint kTileColumns = 64;
layout(constant_id = 7) const uint kEpilogue = 0;

const uint kPerRows = 4;
const uint kPerColumns = 4;
const uint kThreadsAcross = kTileRows / kPerRows;
const uint kThreadsDown = kTileColumns / kPerColumns;

uint tileRow(uint i)
{
    return 2u * (gl_LocalInvocationIndex % kThreadsAcross + (i >> 1) * kThreadsAcross) + (i & 1u);
}

uint tileColumn(uint i)
{
    return gl_LocalInvocationIndex / kThreadsAcross + i * kThreadsDown;
}
