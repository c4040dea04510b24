// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recurrent ops, token by token, a vector of columns at a time: no sum crosses lanes but those of a token's key and
// query, which every vector of columns computes alike.
#if defined(CARREL_CPU_RECURRENT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CARREL_CPU_RECURRENT_INL_H
#undef CARREL_CPU_RECURRENT_INL_H
#else
#define CARREL_CPU_RECURRENT_INL_H
#endif

#include "inference/backend/cpu/rows_inl.h"
#include "inference/graph/recurrent_ops.h"

#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline float softplus(float x)
{
    return x > 20.0F ? x : std::log1p(std::exp(x)); // beyond, the difference is below what f32 holds
}

void convolve(const ConvChannels &c)
{
    const DF32 df;
    const DI32 di32;
    const std::size_t kept = c.taps - 1;
    const VI32 tapOf = hn::Mul(hn::Iota(di32, 0), hn::Set(di32, static_cast<std::int32_t>(c.taps)));
    eachVector(c.channels, [&](std::size_t i, std::size_t count) HWY_ATTR {
        // Input of the token `back` before the batch's first.
        const auto before = [&](std::size_t back) HWY_ATTR {
            return c.from != nullptr ? loadPart(c.from + (kept - back) * c.stateStride + i, count) : hn::Zero(df);
        };
        const auto input = [&](std::size_t row, std::size_t tap) HWY_ATTR {
            return row + tap >= kept ? loadPart(c.in.first + (row + tap - kept) * c.in.stride + i, count)
                                     : before(kept - row - tap);
        };
        VF32 weights[graph::kMaxTaps];
        for (std::size_t tap = 0; tap < c.taps; ++tap) {
            weights[tap] = hn::GatherIndexN(df, c.weights + i * c.taps + tap, tapOf, count);
        }
        const VF32 bias = c.bias != nullptr ? loadPart(c.bias + i, count) : hn::Zero(df);
        for (std::size_t row = 0; row < c.rows; ++row) {
            VF32 sum = bias;
            for (std::size_t tap = 0; tap < c.taps; ++tap) {
                sum = hn::MulAdd(weights[tap], input(row, tap), sum);
            }
            storePart(c.silu ? Silu()(sum) : sum, c.out + row * c.outStride + i, count);
        }
        for (std::size_t tap = 0; tap < kept; ++tap) {
            storePart(input(c.rows, tap), c.to + tap * c.stateStride + i, count);
        }
    });
}

/// Vectors of columns that are advanced together: enough sums in flight to hide the latency of an addition.
constexpr std::size_t kStateVectors = kLanes >= 16 ? 2 : 4;

/// The first state: what was kept, or zeros.
HWY_INLINE void takeState(const StateColumns &s)
{
    for (std::size_t i = 0; i < s.stateRows; ++i) {
        float *to = s.to + i * s.stateStride;
        if (s.from != nullptr) {
            std::memcpy(to, s.from + i * s.stateStride, s.columns * sizeof(float));
        } else {
            std::memset(to, 0, s.columns * sizeof(float));
        }
    }
}

/// S = decay S + k v^T; the sums S^T q. kVectors vectors of columns, the last of `count` lanes.
template <std::size_t kVectors>
HWY_INLINE void writeAndRead(float *HWY_RESTRICT state, const StateColumns &s, const float *HWY_RESTRICT k,
                             const float *HWY_RESTRICT q, float decay, const VF32 *v, VF32 *out, std::size_t count)
{
    const DF32 df;
    const VF32 keep = hn::Set(df, decay);
    for (std::size_t n = 0; n < kVectors; ++n) {
        out[n] = hn::Zero(df);
    }
    for (std::size_t i = 0; i < s.stateRows; ++i) {
        float *at = state + i * s.stateStride;
        const VF32 written = hn::Set(df, k[i]);
        const VF32 wanted = hn::Set(df, q[i]);
        HWY_UNROLL(kVectors)
        for (std::size_t n = 0; n < kVectors; ++n) {
            const std::size_t lanes = n + 1 < kVectors ? kLanes : count;
            const VF32 old = hn::Mul(loadPart(at + n * kLanes, lanes), keep);
            const VF32 now = hn::MulAdd(written, v[n], old);
            storePart(now, at + n * kLanes, lanes);
            out[n] = hn::MulAdd(now, wanted, out[n]);
        }
    }
}

/// Numbers that a token's key and query, or B and C, are brought into.
struct TokenVectors {
    HWY_ALIGN float k[graph::kMaxStateRows];
    HWY_ALIGN float q[graph::kMaxStateRows];
};

/// out = x / sqrt(sum of squares + epsilon) * scale
HWY_INLINE void unitLength(const float *x, std::size_t n, float epsilon, float scale, float *out)
{
    const DF32 df;
    VF32 squares = hn::Zero(df);
    eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR {
        const VF32 part = loadPart(x + i, count);
        squares = hn::MulAdd(part, part, squares);
    });
    const VF32 factor = hn::Set(df, scale / std::sqrt(hn::ReduceSum(df, squares) + epsilon));
    eachVector(n, [&](std::size_t i, std::size_t count)
                      HWY_ATTR { storePart(hn::Mul(loadPart(x + i, count), factor), out + i, count); });
}

template <std::size_t kVectors>
HWY_INLINE void deltaColumns(const StateColumns &s, const TokenVectors &token, std::size_t row, std::size_t first,
                             float decay, float beta, std::size_t count)
{
    const DF32 df;
    float *state = s.to + first;
    // S^T k of even and odd rows apart, so that twice as many sums are in flight.
    VF32 even[kVectors];
    VF32 odd[kVectors];
    VF32 sums[kVectors];
    for (std::size_t n = 0; n < kVectors; ++n) {
        even[n] = hn::Zero(df);
        odd[n] = hn::Zero(df);
    }
    const auto add = [&](std::size_t i, VF32 *to) HWY_ATTR {
        const VF32 k = hn::Set(df, token.k[i]);
        HWY_UNROLL(kVectors)
        for (std::size_t n = 0; n < kVectors; ++n) {
            const std::size_t lanes = n + 1 < kVectors ? kLanes : count;
            to[n] = hn::MulAdd(k, loadPart(state + i * s.stateStride + n * kLanes, lanes), to[n]);
        }
    };
    std::size_t i = 0;
    for (; i + 2 <= s.stateRows; i += 2) {
        add(i, even);
        add(i + 1, odd);
    }
    if (i < s.stateRows) {
        add(i, even);
    }
    VF32 change[kVectors];
    for (std::size_t n = 0; n < kVectors; ++n) {
        const std::size_t lanes = n + 1 < kVectors ? kLanes : count;
        const VF32 known = hn::Mul(hn::Add(even[n], odd[n]), hn::Set(df, decay));
        const VF32 v = loadPart(s.values.first + row * s.values.stride + first + n * kLanes, lanes);
        change[n] = hn::Mul(hn::Sub(v, known), hn::Set(df, beta));
    }
    writeAndRead<kVectors>(state, s, token.k, token.q, decay, change, sums, count);
    for (std::size_t n = 0; n < kVectors; ++n) {
        storePart(sums[n], s.out + row * s.outStride + first + n * kLanes, n + 1 < kVectors ? kLanes : count);
    }
}

template <std::size_t kVectors>
HWY_INLINE void scanColumns(const StateColumns &s, const TokenVectors &token, std::size_t row, std::size_t first,
                            float decay, float step, float skip, std::size_t count)
{
    const DF32 df;
    VF32 v[kVectors];
    VF32 sums[kVectors];
    const float *x = s.values.first + row * s.values.stride + first;
    for (std::size_t n = 0; n < kVectors; ++n) {
        v[n] = hn::Mul(loadPart(x + n * kLanes, n + 1 < kVectors ? kLanes : count), hn::Set(df, step));
    }
    writeAndRead<kVectors>(s.to + first, s, token.k, token.q, decay, v, sums, count);
    for (std::size_t n = 0; n < kVectors; ++n) {
        const std::size_t lanes = n + 1 < kVectors ? kLanes : count;
        const VF32 passed = hn::Mul(loadPart(x + n * kLanes, lanes), hn::Set(df, skip));
        storePart(hn::Add(sums[n], passed), s.out + row * s.outStride + first + n * kLanes, lanes);
    }
}

/// Calls function(integral constant of vectors, first column, lanes of the last vector) for all columns.
template <class Function>
HWY_INLINE void eachStateBlock(std::size_t columns, Function function)
{
    std::size_t first = 0;
    for (; first + kStateVectors * kLanes <= columns; first += kStateVectors * kLanes) {
        function(std::integral_constant<std::size_t, kStateVectors>(), first, kLanes);
    }
    for (; first < columns; first += kLanes) {
        function(std::integral_constant<std::size_t, 1>(), first, HWY_MIN(kLanes, columns - first));
    }
}

void gatedDelta(const DeltaHead &head)
{
    const StateColumns &s = head.state;
    const float unit = 1.0F / std::sqrt(static_cast<float>(s.stateRows));
    TokenVectors token;
    takeState(s);
    for (std::size_t row = 0; row < s.rows; ++row) {
        unitLength(head.key.first + row * head.key.stride, s.stateRows, head.epsilon, 1.0F, token.k);
        unitLength(head.query.first + row * head.query.stride, s.stateRows, head.epsilon, unit, token.q);
        const float logit = head.decay.first[row * head.decay.stride] + head.decayBias;
        const float decay = std::exp(head.rate * softplus(logit));
        const float beta = 1.0F / (1.0F + std::exp(-head.write.first[row * head.write.stride]));
        eachStateBlock(s.columns, [&](auto vectors, std::size_t first, std::size_t count)
                                      HWY_ATTR { deltaColumns<vectors()>(s, token, row, first, decay, beta, count); });
    }
}

void stateScan(const ScanHead &head)
{
    const StateColumns &s = head.state;
    TokenVectors token;
    takeState(s);
    for (std::size_t row = 0; row < s.rows; ++row) {
        std::memcpy(token.k, head.in.first + row * head.in.stride, s.stateRows * sizeof(float));
        std::memcpy(token.q, head.read.first + row * head.read.stride, s.stateRows * sizeof(float));
        const float step = softplus(head.step.first[row * head.step.stride] + head.stepBias);
        const float decay = std::exp(step * head.rate);
        eachStateBlock(s.columns, [&](auto vectors, std::size_t first, std::size_t count) HWY_ATTR {
            scanColumns<vectors()>(s, token, row, first, decay, step, head.skip, count);
        });
    }
}

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
