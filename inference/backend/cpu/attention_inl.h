// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention over one KV head with a running softmax (Milakov and Gimelshein 2018, arXiv:1805.02867). Scores are
// computed a vector of keys at a time, so nothing is added across lanes but the sum of probabilities.
#if defined(CARREL_CPU_ATTENTION_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CARREL_CPU_ATTENTION_INL_H
#undef CARREL_CPU_ATTENTION_INL_H
#else
#define CARREL_CPU_ATTENTION_INL_H
#endif

#include "inference/backend/cpu/rows_inl.h"

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Keys between two updates of the running maximum.
constexpr std::size_t kKeyBlock = 64;
static_assert(kKeySplit % kKeyBlock == 0 && kKeyBlock % kKeyTile == 0);

/// Stands for the score of a key that a row does not see; finite, so that differences are never NaN.
constexpr float kUnseen = -1e30F;

HWY_INLINE VF32 loadKeys(const HeadCache &cache, std::size_t key, std::size_t dim)
{
    const std::size_t tile = key / kKeyTile;
    const auto *at = cache.keys + (tile * cache.headDim + dim) * kKeyTile + key % kKeyTile;
    return loadHalves(reinterpret_cast<const std::byte *>(at));
}

/// scores[r][key - first] of 2 * kLanes keys for kRows rows.
template <std::size_t kRows>
HWY_INLINE void scoreKeys(const HeadCache &cache, const QueryRow *rows, std::size_t key, float *HWY_RESTRICT scores)
{
    const DF32 df;
    VF32 low[kRows];
    VF32 high[kRows];
    const float *query[kRows];
    for (std::size_t r = 0; r < kRows; ++r) {
        low[r] = hn::Zero(df);
        high[r] = hn::Zero(df);
        query[r] = rows[r].query;
    }
    for (std::size_t d = 0; d < cache.headDim; ++d) {
        const VF32 k0 = loadKeys(cache, key, d);
        const VF32 k1 = loadKeys(cache, key + kLanes, d);
        HWY_UNROLL(kRows)
        for (std::size_t r = 0; r < kRows; ++r) {
            const VF32 q = hn::Set(df, query[r][d]);
            low[r] = hn::MulAdd(q, k0, low[r]);
            high[r] = hn::MulAdd(q, k1, high[r]);
        }
    }
    for (std::size_t r = 0; r < kRows; ++r) {
        hn::StoreU(low[r], df, scores + r * kKeyBlock);
        hn::StoreU(high[r], df, scores + r * kKeyBlock + kLanes);
    }
}

/// Adds p[r][key] * v[key] for `keys` keys to each row's values.
template <std::size_t kRows>
HWY_INLINE void addValues(const HeadCache &cache, const QueryRow *rows, std::size_t first, std::size_t keys,
                          const float *HWY_RESTRICT p)
{
    const DF32 df;
    const std::size_t n = cache.valueDim;
    const auto *v = reinterpret_cast<const hwy::float16_t *>(cache.values) + first * n;
    std::size_t d = 0;
    for (; d + 2 * kLanes <= n; d += 2 * kLanes) {
        VF32 low[kRows];
        VF32 high[kRows];
        for (std::size_t r = 0; r < kRows; ++r) {
            low[r] = hn::LoadU(df, rows[r].values + d);
            high[r] = hn::LoadU(df, rows[r].values + d + kLanes);
        }
        for (std::size_t key = 0; key < keys; ++key) {
            const VF32 v0 = hn::PromoteTo(df, hn::LoadU(DHalf(), v + key * n + d));
            const VF32 v1 = hn::PromoteTo(df, hn::LoadU(DHalf(), v + key * n + d + kLanes));
            HWY_UNROLL(kRows)
            for (std::size_t r = 0; r < kRows; ++r) {
                const VF32 weight = hn::Set(df, p[r * kKeyBlock + key]);
                low[r] = hn::MulAdd(weight, v0, low[r]);
                high[r] = hn::MulAdd(weight, v1, high[r]);
            }
        }
        for (std::size_t r = 0; r < kRows; ++r) {
            hn::StoreU(low[r], df, rows[r].values + d);
            hn::StoreU(high[r], df, rows[r].values + d + kLanes);
        }
    }
    for (; d < n; d += kLanes) {
        const std::size_t count = HWY_MIN(kLanes, n - d);
        for (std::size_t r = 0; r < kRows; ++r) {
            VF32 sum = loadPart(rows[r].values + d, count);
            for (std::size_t key = 0; key < keys; ++key) {
                const auto half = hn::LoadN(DHalf(), v + key * n + d, count);
                sum = hn::MulAdd(hn::Set(df, p[r * kKeyBlock + key]), hn::PromoteTo(df, half), sum);
            }
            storePart(sum, rows[r].values + d, count);
        }
    }
}

/// One block of keys for kRows rows, of which `keys` keys are seen by at least one row.
template <std::size_t kRows>
HWY_NOINLINE void attendBlock(const HeadCache &cache, const QueryRow *rows, std::size_t first, std::size_t keys,
                              const ScoreShape &shape)
{
    const DF32 df;
    HWY_ALIGN float scores[kRows * kKeyBlock];
    for (std::size_t key = 0; key < keys; key += 2 * kLanes) {
        scoreKeys<kRows>(cache, rows, first + key, scores + key);
    }
    const VF32 factor = hn::Set(df, shape.scale);
    for (std::size_t r = 0; r < kRows; ++r) {
        float *HWY_RESTRICT p = scores + r * kKeyBlock;
        const std::size_t seen = rows[r].length > first ? rows[r].length - first : 0;
        const std::size_t skipped = rows[r].begin > first ? rows[r].begin - first : 0;
        if (seen == 0 || skipped >= keys) {
            std::memset(p, 0, kKeyBlock * sizeof(float));
            continue;
        }
        VF32 highest = hn::Set(df, rows[r].state[0]);
        for (std::size_t key = 0; key < keys; key += kLanes) {
            VF32 s = hn::Mul(hn::Load(df, p + key), factor);
            if (shape.softcap != 0.0F) {
                const VF32 bent = hn::Tanh(df, hn::Mul(s, hn::Set(df, 1.0F / shape.softcap)));
                s = hn::Mul(bent, hn::Set(df, shape.softcap));
            }
            VF32 visible = key + kLanes <= seen
                               ? s
                               : hn::IfThenElse(hn::FirstN(df, seen > key ? seen - key : 0), s, hn::Set(df, kUnseen));
            if (key < skipped) {
                visible = hn::IfThenElse(hn::FirstN(df, skipped - key), hn::Set(df, kUnseen), visible);
            }
            hn::Store(visible, df, p + key);
            highest = hn::Max(highest, visible);
        }
        const float peak = hn::ReduceMax(df, highest);
        const VF32 shift = hn::Set(df, peak);
        VF32 sum = hn::Zero(df);
        for (std::size_t key = 0; key < keys; key += kLanes) {
            const VF32 e = hn::Exp(df, hn::Sub(hn::Load(df, p + key), shift));
            hn::Store(e, df, p + key);
            sum = hn::Add(sum, e);
        }
        const VF32 decay = hn::Exp(df, hn::Sub(hn::Set(df, rows[r].state[0]), shift));
        rows[r].state[0] = peak;
        rows[r].state[1] = rows[r].state[1] * hn::GetLane(decay) + hn::ReduceSum(df, sum);
        eachVector(cache.valueDim, [&](std::size_t d, std::size_t count) HWY_ATTR {
            storePart(hn::Mul(loadPart(rows[r].values + d, count), decay), rows[r].values + d, count);
        });
    }
    addValues<kRows>(cache, rows, first, keys, scores);
}

void attend(const HeadCache &cache, const QueryRow *rows, std::uint32_t count, std::uint32_t first,
            const ScoreShape &shape)
{
    std::size_t longest = 0;
    std::size_t begin = std::numeric_limits<std::size_t>::max();
    for (std::uint32_t r = 0; r < count; ++r) {
        rows[r].state[0] = kUnseen;
        rows[r].state[1] = 0;
        std::memset(rows[r].values, 0, cache.valueDim * sizeof(float));
        longest = HWY_MAX(longest, std::size_t{rows[r].length});
        begin = HWY_MIN(begin, std::size_t{rows[r].begin});
    }
    const std::size_t end = HWY_MIN(longest, std::size_t{first} + kKeySplit);
    for (std::size_t block = first; block < end; block += kKeyBlock) {
        const std::size_t keys = HWY_MIN(kKeyBlock, end - block);
        if (block + keys <= begin) {
            continue;
        }
        std::uint32_t r = 0;
        for (; r + kDotRows <= count; r += kDotRows) {
            attendBlock<kDotRows>(cache, rows + r, block, keys, shape);
        }
        for (; r + 3 <= count; r += 3) {
            attendBlock<3>(cache, rows + r, block, keys, shape);
        }
        for (; r < count; ++r) {
            attendBlock<1>(cache, rows + r, block, keys, shape);
        }
    }
}

void mergePartials(float *state, float *values, const float *otherState, const float *otherValues, std::uint32_t n)
{
    const DF32 df;
    const float peak = HWY_MAX(state[0], otherState[0]);
    const VF32 shift = hn::Set(df, peak);
    const VF32 keep = hn::Exp(df, hn::Sub(hn::Set(df, state[0]), shift));
    const VF32 take = hn::Exp(df, hn::Sub(hn::Set(df, otherState[0]), shift));
    state[0] = peak;
    state[1] = state[1] * hn::GetLane(keep) + otherState[1] * hn::GetLane(take);
    eachVector(n, [&](std::size_t i, std::size_t count) HWY_ATTR {
        const VF32 kept = hn::Mul(loadPart(values + i, count), keep);
        storePart(hn::MulAdd(loadPart(otherValues + i, count), take, kept), values + i, count);
    });
}

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
