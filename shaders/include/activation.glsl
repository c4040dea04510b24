// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Nonlinearities; graph.h has their formulas.

// The built-in may overflow where the argument is large.
float boundedTanh(float x)
{
    return 1.0 - 2.0 / (1.0 + exp(2.0 * x));
}

// Abramowitz and Stegun, formula 7.1.26: wrong by 1.5e-7 at most.
float erf(float x)
{
    const float z = abs(x);
    const float t = 1.0 / fma(0.3275911, z, 1.0);
    const float sum = fma(fma(fma(fma(1.061405429, t, -1.453152027), t, 1.421413741), t, -0.284496736), t, 0.254829592);
    return sign(x) * (1.0 - sum * t * exp(-z * z));
}

float activated(uint activation, float x)
{
    if (activation == kGeluTanh) {
        return 0.5 * x * (1.0 + boundedTanh(0.797884560802865 * fma(0.044715 * x * x, x, x)));
    }
    if (activation == kGelu) {
        return 0.5 * x * (1.0 + erf(0.70710678118655 * x));
    }
    if (activation == kReluSquared) {
        return x < 0.0 ? 0.0 : x * x; // a NaN stays one
    }
    if (activation == kIdentity) {
        return x;
    }
    return (activation == kSigmoid ? 1.0 : x) / (1.0 + exp(-x));
}

// Comparisons, because a NaN must stay one.
float gated(uint activation, float gate, float up)
{
    if (activation == kClampedSwiglu) {
        const float g = gate > 7.0 ? 7.0 : gate;
        const float u = up > 7.0 ? 7.0 : up < -7.0 ? -7.0 : up;
        return g / (1.0 + exp(-1.702 * g)) * (u + 1.0);
    }
    return activated(activation, gate) * up;
}
