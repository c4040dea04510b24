// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sum over the workgroup, which every invocation gets. One subgroup needs no barrier; several share sums.

shared float subgroupSums[64];

float workgroupAdd(float value)
{
    value = clusterAdd(value, kSubgroup);
    if (gl_WorkGroupSize.x == kSubgroup) {
        return value;
    }
    if (gl_SubgroupInvocationID == 0) {
        subgroupSums[gl_SubgroupID] = value;
    }
    barrier();
    float sum = 0.0;
    for (uint i = 0; i < gl_NumSubgroups; ++i) {
        sum += subgroupSums[i];
    }
    barrier(); // the next call writes where others may still read
    return sum;
}
