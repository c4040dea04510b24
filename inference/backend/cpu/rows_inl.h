// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// What works on one row of activations at a time.
#if defined(CARREL_CPU_ROWS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CARREL_CPU_ROWS_INL_H
#undef CARREL_CPU_ROWS_INL_H
#else
#define CARREL_CPU_ROWS_INL_H
#endif

#include "inference/backend/cpu/dot_inl.h"

#include <hwy/contrib/math/math-inl.h>

#include <cfloat>
#include <cmath>
#include <limits>

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

struct Silu {
    HWY_INLINE VF32 operator()(VF32 x) const
    {
        const DF32 df;
        return hn::Div(x, hn::Add(hn::Set(df, 1.0F), hn::Exp(df, hn::Neg(x))));
    }
};

struct GeluTanh {
    HWY_INLINE VF32 operator()(VF32 x) const
    {
        const DF32 df;
        constexpr float kRootTwoOverPi = 0.797884560802865F;
        const VF32 cubic = hn::MulAdd(hn::Mul(hn::Mul(x, x), x), hn::Set(df, 0.044715F), x);
        const VF32 bent = hn::Tanh(df, hn::Mul(cubic, hn::Set(df, kRootTwoOverPi)));
        const VF32 half = hn::Mul(x, hn::Set(df, 0.5F));
        return hn::MulAdd(half, bent, half);
    }
};

/// erf by Abramowitz and Stegun, formula 7.1.26: wrong by 1.5e-7 at most.
struct Gelu {
    HWY_INLINE VF32 operator()(VF32 x) const
    {
        const DF32 df;
        const VF32 z = hn::Mul(hn::Abs(x), hn::Set(df, 0.70710678118655F));
        const VF32 one = hn::Set(df, 1.0F);
        const VF32 t = hn::Div(one, hn::MulAdd(z, hn::Set(df, 0.3275911F), one));
        VF32 sum = hn::Set(df, 1.061405429F);
        for (const float coefficient : {-1.453152027F, 1.421413741F, -0.284496736F, 0.254829592F}) {
            sum = hn::MulAdd(sum, t, hn::Set(df, coefficient));
        }
        const VF32 tail = hn::Mul(hn::Mul(sum, t), hn::Exp(df, hn::Neg(hn::Mul(z, z)))); // 1 - erf(|z|)
        const VF32 error = hn::CopySign(hn::Sub(one, tail), x);
        const VF32 half = hn::Mul(x, hn::Set(df, 0.5F));
        return hn::MulAdd(half, error, half);
    }
};

struct ReluSquared {
    HWY_INLINE VF32 operator()(VF32 x) const
    {
        const VF32 positive = hn::Max(x, hn::Zero(DF32()));
        // A NaN must stay one: Max may drop it.
        return hn::IfThenElse(hn::IsNaN(x), x, hn::Mul(positive, positive));
    }
};

/// Comparisons keep a NaN; Min and Max may drop it.
struct ClampedSwiglu {
    HWY_INLINE VF32 operator()(VF32 gate, VF32 up) const
    {
        const DF32 df;
        const VF32 limit = hn::Set(df, 7.0F);
        const VF32 g = hn::IfThenElse(hn::Gt(gate, limit), limit, gate);
        const VF32 below = hn::IfThenElse(hn::Gt(up, limit), limit, up);
        const VF32 u = hn::IfThenElse(hn::Lt(below, hn::Neg(limit)), hn::Neg(limit), below);
        const VF32 one = hn::Set(df, 1.0F);
        const VF32 decay = hn::Exp(df, hn::Mul(g, hn::Set(df, -1.702F)));
        return hn::Mul(hn::Div(g, hn::Add(one, decay)), hn::Add(u, one));
    }
};

struct Sigmoid {
    HWY_INLINE VF32 operator()(VF32 x) const
    {
        const VF32 one = hn::Set(DF32(), 1.0F);
        return hn::Div(one, hn::Add(one, hn::Exp(DF32(), hn::Neg(x))));
    }
};

struct Identity {
    HWY_INLINE VF32 operator()(VF32 x) const { return x; }
};

template <class Function>
HWY_INLINE void withActivation(graph::Activation activation, Function function)
{
    switch (activation) {
    case graph::Activation::Silu:
        return function(Silu());
    case graph::Activation::GeluTanh:
        return function(GeluTanh());
    case graph::Activation::Gelu:
        return function(Gelu());
    case graph::Activation::ReluSquared:
        return function(ReluSquared());
    case graph::Activation::ClampedSwiglu:
        break; // gated only
    case graph::Activation::Sigmoid:
        return function(Sigmoid());
    case graph::Activation::Identity:
        return function(Identity());
    }
}

template <class Activated>
struct Gated {
    Activated activated;
    HWY_INLINE VF32 operator()(VF32 gate, VF32 up) const { return hn::Mul(activated(gate), up); }
};

/// Calls function(f) where f(gate, up) is the gated activation.
template <class Function>
HWY_INLINE void withGate(graph::Activation activation, Function function)
{
    if (activation == graph::Activation::ClampedSwiglu) {
        return function(ClampedSwiglu());
    }
    withActivation(activation, [&](auto activated) HWY_ATTR { function(Gated<decltype(activated)>{activated}); });
}

/// Calls function(i, count) for vectors over n elements; count < kLanes in the last one only.
template <class Function>
HWY_INLINE void eachVector(std::size_t n, Function function)
{
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        function(i, kLanes);
    }
    if (i < n) {
        function(i, n - i);
    }
}

HWY_INLINE VF32 loadPart(const float *at, std::size_t count)
{
    return count == kLanes ? hn::LoadU(DF32(), at) : hn::LoadN(DF32(), at, count);
}

HWY_INLINE void storePart(VF32 v, float *at, std::size_t count)
{
    if (count == kLanes) {
        hn::StoreU(v, DF32(), at);
    } else {
        hn::StoreN(v, DF32(), at, count);
    }
}

void quantize(const float *x, std::size_t n, ActivationBlock *out)
{
    const DF32 df;
    const DI32 di32;
    const hn::Rebind<std::int8_t, DI32> d8;
    constexpr std::size_t kVectors = 32 / kLanes;
    const VF32 largest = hn::Set(df, FLT_MAX);
    for (std::size_t b = 0; b < n / 32; ++b) {
        VF32 v[kVectors];
        VF32 highest = hn::Zero(df);
        auto finite = hn::Eq(highest, highest);
        for (std::size_t i = 0; i < kVectors; ++i) {
            v[i] = hn::LoadU(df, x + b * 32 + i * kLanes);
            const VF32 magnitude = hn::Abs(v[i]);
            finite = hn::And(finite, hn::Le(magnitude, largest));
            highest = hn::Max(highest, magnitude);
        }
        ActivationBlock &block = out[b];
        const float peak =
            hn::AllTrue(df, finite) ? hn::ReduceMax(df, highest) : std::numeric_limits<float>::quiet_NaN();
        block.d = peak / 127.0F;
        const VF32 inverse = hn::Set(df, peak >= FLT_MIN ? 127.0F / peak : 0.0F);
        std::int32_t sums[2] = {0, 0};
        VI32 half = hn::Zero(di32);
        for (std::size_t i = 0; i < kVectors; ++i) {
            const VI32 q = hn::NearestInt(hn::Mul(v[i], inverse));
            hn::StoreU(hn::DemoteTo(d8, q), d8, block.q + i * kLanes);
            half = hn::Add(half, q);
            if ((i + 1) * kLanes % 16 == 0) {
                sums[(i * kLanes) / 16] = hn::ReduceSum(di32, half);
                half = hn::Zero(di32);
            }
        }
        block.sumLow = block.d * static_cast<float>(sums[0]);
        block.sumHigh = block.d * static_cast<float>(sums[1]);
        block.sum = block.d * static_cast<float>(sums[0] + sums[1]);
    }
}

void norm(graph::NormKind kind, const float *x, const float *weight, const float *bias, std::size_t n, float epsilon,
          float *out)
{
    const DF32 df;
    VF32 shift = hn::Zero(df);
    if (kind == graph::NormKind::Layer) {
        VF32 sum = hn::Zero(df);
        eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR { sum = hn::Add(sum, loadPart(x + i, count)); });
        shift = hn::Set(df, hn::ReduceSum(df, sum) / static_cast<float>(n));
    }
    VF32 squares = hn::Zero(df);
    eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR {
        // Lanes past the end hold 0 and must not count as 0 - shift.
        const VF32 v =
            hn::Sub(loadPart(x + i, count), count == kLanes ? shift : hn::IfThenElseZero(hn::FirstN(df, count), shift));
        squares = hn::MulAdd(v, v, squares);
    });
    const float mean = hn::ReduceSum(df, squares) / static_cast<float>(n);
    const VF32 factor = hn::Set(df, 1.0F / std::sqrt(mean + epsilon));
    eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR {
        VF32 v = hn::Mul(hn::Sub(loadPart(x + i, count), shift), factor);
        if (weight != nullptr) {
            v = hn::Mul(v, loadPart(weight + i, count));
        }
        if (bias != nullptr) {
            v = hn::Add(v, loadPart(bias + i, count));
        }
        storePart(v, out + i, count);
    });
}

void glu(graph::Activation activation, const float *gate, const float *up, std::size_t n, float *out)
{
    withGate(activation, [&](auto function) HWY_ATTR {
        eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR {
            storePart(function(loadPart(gate + i, count), loadPart(up + i, count)), out + i, count);
        });
    });
}

void activate(graph::Activation activation, const float *x, std::size_t n, float *out)
{
    withActivation(activation, [&](auto function) HWY_ATTR {
        eachVector(n, [&](std::size_t i, std::size_t count)
                          HWY_ATTR { storePart(function(loadPart(x + i, count)), out + i, count); });
    });
}

void softcap(const float *x, float cap, std::size_t n, float *out)
{
    const DF32 df;
    const VF32 factor = hn::Set(df, cap);
    const VF32 inverse = hn::Set(df, 1.0F / cap);
    eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR {
        storePart(hn::Mul(factor, hn::Tanh(df, hn::Mul(loadPart(x + i, count), inverse))), out + i, count);
    });
}

void add(const float *a, const float *b, std::size_t n, float *out)
{
    eachVector(n, [&](std::size_t i, std::size_t count)
                      HWY_ATTR { storePart(hn::Add(loadPart(a + i, count), loadPart(b + i, count)), out + i, count); });
}

void scaleRow(const float *x, float factor, std::size_t n, float *out)
{
    eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR {
        storePart(hn::Mul(loadPart(x + i, count), hn::Set(DF32(), factor)), out + i, count);
    });
}

bool allFinite(const float *x, std::size_t n)
{
    const DF32 df;
    const VF32 largest = hn::Set(df, FLT_MAX);
    bool finite = true;
    eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR {
        finite = finite && hn::AllTrue(df, hn::Le(hn::Abs(loadPart(x + i, count)), largest));
    });
    return finite;
}

void rope(const float *x, const float *table, const graph::Rope &op, float *out)
{
    const std::size_t rotated = op.rotatedDims;
    const std::size_t half = rotated / 2;
    const float *sines = table + rotated;
    for (std::size_t head = 0; head < op.heads; ++head, x += op.headDim, out += op.headDim) {
        if (op.kind == graph::RopeKind::Norm) {
            eachVector(rotated, [&](std::size_t i, std::size_t count) HWY_ATTR {
                const VF32 v = loadPart(x + i, count);
                const VF32 turned = hn::Mul(hn::Reverse2(DF32(), v), loadPart(sines + i, count));
                storePart(hn::MulAdd(v, loadPart(table + i, count), turned), out + i, count);
            });
        } else {
            eachVector(half, [&](std::size_t i, std::size_t count) HWY_ATTR {
                const VF32 a = loadPart(x + i, count);
                const VF32 b = loadPart(x + half + i, count);
                const VF32 cosine = loadPart(table + i, count);
                const VF32 sine = loadPart(sines + i, count);
                storePart(hn::NegMulAdd(b, sine, hn::Mul(a, cosine)), out + i, count);
                storePart(hn::MulAdd(a, sine, hn::Mul(b, cosine)), out + half + i, count);
            });
        }
        std::memcpy(out + rotated, x + rotated, (op.headDim - rotated) * sizeof(float));
    }
}

void toHalf(const float *x, std::size_t n, std::size_t stride, std::uint16_t *out)
{
    const DHalf dHalf;
    HWY_ALIGN hwy::float16_t halves[kLanes];
    eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR {
        hn::Store(hn::DemoteTo(dHalf, loadPart(x + i, count)), dHalf, halves);
        for (std::size_t j = 0; j < count; ++j) {
            std::memcpy(out + (i + j) * stride, halves + j, 2);
        }
    });
}

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
