// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Attention over quantized keys and values: rows of blocks as kv_blocks.h stores them.
#if defined(CARREL_CPU_KV_BLOCKS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CARREL_CPU_KV_BLOCKS_INL_H
#undef CARREL_CPU_KV_BLOCKS_INL_H
#else
#define CARREL_CPU_KV_BLOCKS_INL_H
#endif

#include "inference/backend/cpu/kv_forms_inl.h"
#include "inference/kv_type.h"

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Vectors of a block are read two at a time.
constexpr std::size_t kPairsInBlock = kKvBlock / (2 * kLanes);
static_assert(kPairsInBlock > 0);

HWY_INLINE VF32 blockScale(const std::byte *block)
{
    hwy::float16_t half;
    std::memcpy(&half, block, sizeof half);
    return hn::Set(DF32(), hwy::F32FromF16(half));
}

/// The block's numbers kFirst(pair) … and kSecond(pair) …, a vector each.
struct BytesOfBlock {
    static constexpr std::size_t kBytes = kvBytes(KvType::Q8_0, kKvBlock);
    static constexpr std::size_t first(std::size_t pair) { return 2 * pair * kLanes; }
    static constexpr std::size_t second(std::size_t pair) { return (2 * pair + 1) * kLanes; }

    static HWY_INLINE VF32 one(const std::byte *at, VF32 scale)
    {
        const DF32 df;
        const DI32 di;
        const hn::Rebind<std::int8_t, DI32> d8;
        const auto bytes = hn::LoadU(d8, reinterpret_cast<const std::int8_t *>(at));
        return hn::Mul(hn::ConvertTo(df, hn::PromoteTo(di, bytes)), scale);
    }
    static HWY_INLINE void load(const std::byte *block, std::size_t pair, VF32 &a, VF32 &b)
    {
        const VF32 scale = blockScale(block);
        a = one(block + 2 + first(pair), scale);
        b = one(block + 2 + second(pair), scale);
    }
};

struct NibblesOfBlock {
    static constexpr std::size_t kBytes = kvBytes(KvType::Q4_0, kKvBlock);
    static constexpr std::size_t first(std::size_t pair) { return pair * kLanes; }
    static constexpr std::size_t second(std::size_t pair) { return kKvBlock / 2 + pair * kLanes; }

    static HWY_INLINE void load(const std::byte *block, std::size_t pair, VF32 &a, VF32 &b)
    {
        const DF32 df;
        const DI32 di;
        const hn::Rebind<std::uint8_t, DI32> d8;
        const VF32 scale = blockScale(block);
        const auto bytes = hn::LoadU(d8, reinterpret_cast<const std::uint8_t *>(block + 2 + pair * kLanes));
        const VI32 both = hn::PromoteTo(di, bytes);
        const VI32 eight = hn::Set(di, 8);
        a = hn::Mul(hn::ConvertTo(df, hn::Sub(hn::And(both, hn::Set(di, 15)), eight)), scale);
        b = hn::Mul(hn::ConvertTo(df, hn::Sub(hn::ShiftRight<4>(both), eight)), scale);
    }
};

template <class Block>
struct BlockRows {
    template <std::size_t kRows>
    static HWY_INLINE void score(const HeadCache &cache, const QueryRow *rows, std::size_t slot, std::size_t keys,
                                 float *HWY_RESTRICT scores)
    {
        const DF32 df;
        for (std::size_t key = 0; key < keys; ++key) {
            const std::byte *k = cache.keys + (slot + key) * cache.keyBytes;
            VF32 sums[kRows];
            for (std::size_t r = 0; r < kRows; ++r) {
                sums[r] = hn::Zero(df);
            }
            for (std::size_t d = 0; d < cache.headDim; d += kKvBlock, k += Block::kBytes) {
                for (std::size_t pair = 0; pair < kPairsInBlock; ++pair) {
                    VF32 a;
                    VF32 b;
                    Block::load(k, pair, a, b);
                    HWY_UNROLL(kRows)
                    for (std::size_t r = 0; r < kRows; ++r) {
                        const float *query = rows[r].query + d;
                        sums[r] = hn::MulAdd(hn::LoadU(df, query + Block::first(pair)), a, sums[r]);
                        sums[r] = hn::MulAdd(hn::LoadU(df, query + Block::second(pair)), b, sums[r]);
                    }
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
        const DF32 df;
        const std::byte *block = cache.values + slot * cache.valueBytes;
        for (std::size_t d = 0; d < cache.valueDim; d += kKvBlock, block += Block::kBytes) {
            for (std::size_t pair = 0; pair < kPairsInBlock; ++pair) {
                VF32 low[kRows];
                VF32 high[kRows];
                for (std::size_t r = 0; r < kRows; ++r) {
                    low[r] = hn::LoadU(df, rows[r].values + d + Block::first(pair));
                    high[r] = hn::LoadU(df, rows[r].values + d + Block::second(pair));
                }
                for (std::size_t key = 0; key < keys; ++key) {
                    VF32 a;
                    VF32 b;
                    Block::load(block + key * cache.valueBytes, pair, a, b);
                    HWY_UNROLL(kRows)
                    for (std::size_t r = 0; r < kRows; ++r) {
                        const VF32 weight = hn::Set(df, p[r * kKeyBlock + key]);
                        low[r] = hn::MulAdd(weight, a, low[r]);
                        high[r] = hn::MulAdd(weight, b, high[r]);
                    }
                }
                for (std::size_t r = 0; r < kRows; ++r) {
                    hn::StoreU(low[r], df, rows[r].values + d + Block::first(pair));
                    hn::StoreU(high[r], df, rows[r].values + d + Block::second(pair));
                }
            }
        }
    }
};

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
