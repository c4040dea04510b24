// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How attention reads each form of the cache: the scores of a block of keys, and the sum of its weighted values.
#if defined(CARREL_CPU_KV_FORMS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CARREL_CPU_KV_FORMS_INL_H
#undef CARREL_CPU_KV_FORMS_INL_H
#else
#define CARREL_CPU_KV_FORMS_INL_H
#endif

#include "inference/backend/cpu/rows_inl.h"

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Adds p[r][key] * v[key] for `keys` keys to each row's values; v[key] starts `stride` halves after v[key - 1].
template <std::size_t kRows>
HWY_INLINE void addHalves(const hwy::float16_t *v, std::size_t stride, std::size_t n, const QueryRow *rows,
                          std::size_t keys, const float *HWY_RESTRICT p)
{
    const DF32 df;
    std::size_t d = 0;
    for (; d + 2 * kLanes <= n; d += 2 * kLanes) {
        VF32 low[kRows];
        VF32 high[kRows];
        for (std::size_t r = 0; r < kRows; ++r) {
            low[r] = hn::LoadU(df, rows[r].values + d);
            high[r] = hn::LoadU(df, rows[r].values + d + kLanes);
        }
        for (std::size_t key = 0; key < keys; ++key) {
            const VF32 v0 = hn::PromoteTo(df, hn::LoadU(DHalf(), v + key * stride + d));
            const VF32 v1 = hn::PromoteTo(df, hn::LoadU(DHalf(), v + key * stride + d + kLanes));
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
                const auto half = hn::LoadN(DHalf(), v + key * stride + d, count);
                sum = hn::MulAdd(hn::Set(df, p[r * kKeyBlock + key]), hn::PromoteTo(df, half), sum);
            }
            storePart(sum, rows[r].values + d, count);
        }
    }
}

/// Scores come a vector of keys at a time, so that nothing is added across lanes.
struct Tiles {
    static HWY_INLINE VF32 loadKeys(const HeadCache &cache, std::size_t slot, std::size_t dim)
    {
        const std::size_t tile = slot / kKeyTile;
        return loadHalves(cache.keys + ((tile * cache.headDim + dim) * kKeyTile + slot % kKeyTile) * 2);
    }

    /// scores[r][i] of `keys` keys from `slot` on, rounded up to 2 * kLanes.
    template <std::size_t kRows>
    static HWY_INLINE void score(const HeadCache &cache, const QueryRow *rows, std::size_t slot, std::size_t keys,
                                 float *HWY_RESTRICT scores)
    {
        const DF32 df;
        for (std::size_t key = 0; key < keys; key += 2 * kLanes) {
            VF32 low[kRows];
            VF32 high[kRows];
            const float *query[kRows];
            for (std::size_t r = 0; r < kRows; ++r) {
                low[r] = hn::Zero(df);
                high[r] = hn::Zero(df);
                query[r] = rows[r].query;
            }
            for (std::size_t d = 0; d < cache.headDim; ++d) {
                const VF32 k0 = loadKeys(cache, slot + key, d);
                const VF32 k1 = loadKeys(cache, slot + key + kLanes, d);
                HWY_UNROLL(kRows)
                for (std::size_t r = 0; r < kRows; ++r) {
                    const VF32 q = hn::Set(df, query[r][d]);
                    low[r] = hn::MulAdd(q, k0, low[r]);
                    high[r] = hn::MulAdd(q, k1, high[r]);
                }
            }
            for (std::size_t r = 0; r < kRows; ++r) {
                hn::StoreU(low[r], df, scores + r * kKeyBlock + key);
                hn::StoreU(high[r], df, scores + r * kKeyBlock + key + kLanes);
            }
        }
    }

    template <std::size_t kRows>
    static HWY_INLINE void add(const HeadCache &cache, const QueryRow *rows, std::size_t slot, std::size_t keys,
                               const float *HWY_RESTRICT p)
    {
        const auto *v = reinterpret_cast<const hwy::float16_t *>(cache.values) + slot * cache.valueDim;
        addHalves<kRows>(v, cache.valueDim, cache.valueDim, rows, keys, p);
    }
};

/// Keys one after the other: a score is a sum along the head.
struct HalfRows {
    template <std::size_t kRows>
    static HWY_INLINE void score(const HeadCache &cache, const QueryRow *rows, std::size_t slot, std::size_t keys,
                                 float *HWY_RESTRICT scores)
    {
        const DF32 df;
        const std::size_t n = cache.headDim;
        const std::size_t whole = n / kLanes * kLanes;
        for (std::size_t key = 0; key < keys; ++key) {
            const auto *k = reinterpret_cast<const hwy::float16_t *>(cache.keys + (slot + key) * cache.keyBytes);
            VF32 sums[kRows];
            for (std::size_t r = 0; r < kRows; ++r) {
                sums[r] = hn::Zero(df);
            }
            for (std::size_t d = 0; d < whole; d += kLanes) {
                const VF32 part = hn::PromoteTo(df, hn::LoadU(DHalf(), k + d));
                HWY_UNROLL(kRows)
                for (std::size_t r = 0; r < kRows; ++r) {
                    sums[r] = hn::MulAdd(hn::LoadU(df, rows[r].query + d), part, sums[r]);
                }
            }
            if (whole < n) {
                const VF32 part = hn::PromoteTo(df, hn::LoadN(DHalf(), k + whole, n - whole));
                for (std::size_t r = 0; r < kRows; ++r) {
                    sums[r] = hn::MulAdd(hn::LoadN(df, rows[r].query + whole, n - whole), part, sums[r]);
                }
            }
            for (std::size_t r = 0; r < kRows; ++r) {
                scores[r * kKeyBlock + key] = hn::ReduceSum(df, sums[r]);
            }
        }
    }

    template <std::size_t kRows>
    static HWY_INLINE void add(const HeadCache &cache, const QueryRow *rows, std::size_t slot, std::size_t keys,
                               const float *HWY_RESTRICT p)
    {
        const auto *v = reinterpret_cast<const hwy::float16_t *>(cache.values + slot * cache.valueBytes);
        addHalves<kRows>(v, cache.valueBytes / 2, cache.valueDim, rows, keys, p);
    }
};

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
