// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The softmax's denominator with a head's sink. Needs `push` and SINKS_BINDING.
layout(set = 0, binding = SINKS_BINDING) readonly buffer Sinks { float sinks[]; };

// What a head's sum of weighted values is multiplied with; `total` is the sum of exp(score - largest).
float softmaxFactor(uint head, float largest, float total)
{
    if (push.hasSinks == 0u) {
        return 1.0 / total;
    }
    const float sink = sinks[push.sinksFirst + head];
    const float peak = max(largest, sink);
    const float shrink = exp(largest - peak);
    return shrink / (total * shrink + exp(sink - peak));
}
