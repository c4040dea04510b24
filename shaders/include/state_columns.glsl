// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Columns of a recurrent state, one for every kLanes neighbouring lanes, of which each keeps kRows numbers: row
// i * kLanes + its place. A column never depends on another one. Binding STATE_BINDING has both sides of the state,
// (2, heads, columns, rows); `push` has stateNumbers, stateColumns and stateRows.
layout(constant_id = 4) const uint kLanes = 8;
layout(constant_id = 5) const uint kRows = 16;
const uint kColumns = kSubgroup / kLanes; // of a workgroup

layout(set = 0, binding = STATE_BINDING) buffer States { float states[]; };

uint stateHead()
{
    return gl_WorkGroupID.x / ((push.stateColumns + kColumns - 1u) / kColumns);
}

// The last workgroup of a head may have no column for some lanes: they follow its last one and write nothing.
uint unboundedColumn()
{
    const uint groups = (push.stateColumns + kColumns - 1u) / kColumns;
    return gl_WorkGroupID.x % groups * kColumns + gl_SubgroupInvocationID / kLanes;
}

uint rowOf(uint i)
{
    return i * kLanes + gl_SubgroupInvocationID % kLanes;
}

uint stateIndex(uint side, uint column, uint i)
{
    return side * push.stateNumbers + (stateHead() * push.stateColumns + column) * push.stateRows + rowOf(i);
}

float log1pExp(float x)
{
    return x > 20.0 ? x : log(1.0 + exp(x));
}
