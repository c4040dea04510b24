// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tiles of quantized weights times int8 activations. Integer sums are exact on every instruction set; only the scaling
// per block is in floating point, block after block.
#if defined(CARREL_CPU_DOT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CARREL_CPU_DOT_INL_H
#undef CARREL_CPU_DOT_INL_H
#else
#define CARREL_CPU_DOT_INL_H
#endif

#include "inference/backend/cpu/kernels.h"

#include <hwy/highway.h>

#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using DI32 = hn::CappedTag<std::int32_t, kMaxLanes>;
using DU32 = hn::RebindToUnsigned<DI32>;
using DF32 = hn::RebindToFloat<DI32>;
using DI16 = hn::Repartition<std::int16_t, DI32>;
using DU8 = hn::Repartition<std::uint8_t, DI32>;
using DI8 = hn::Repartition<std::int8_t, DI32>;
using DHalf = hn::Rebind<hwy::float16_t, DF32>;
using VI32 = hn::Vec<DI32>;
using VU32 = hn::Vec<DU32>;
using VF32 = hn::Vec<DF32>;
using VU8 = hn::Vec<DU8>;

constexpr std::size_t kLanes = HWY_MIN(HWY_LANES(std::int32_t), kMaxLanes);

#undef CARREL_VNNI
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
#define CARREL_VNNI 1
#else
#define CARREL_VNNI 0
#endif

/// How many batch rows share one unpacking of the weights: as many as the registers hold.
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
constexpr std::size_t kDotRows = 8;
#else
constexpr std::size_t kDotRows = 4;
#endif

HWY_INLINE VF32 loadHalves(const std::byte *at)
{
    return hn::PromoteTo(DF32(), hn::LoadU(DHalf(), reinterpret_cast<const hwy::float16_t *>(at)));
}

HWY_INLINE VF32 loadUnsignedBytes(const std::byte *at)
{
    const hn::Rebind<std::uint8_t, DI32> d8;
    return hn::ConvertTo(DF32(), hn::PromoteTo(DI32(), hn::LoadU(d8, reinterpret_cast<const std::uint8_t *>(at))));
}

HWY_INLINE VF32 loadSignedBytes(const std::byte *at)
{
    const hn::Rebind<std::int8_t, DI32> d8;
    return hn::ConvertTo(DF32(), hn::PromoteTo(DI32(), hn::LoadU(d8, reinterpret_cast<const std::int8_t *>(at))));
}

/// Four neighbouring activations in every lane.
HWY_INLINE hn::Vec<DI8> broadcastQuad(const std::int8_t *q)
{
    std::int32_t quad = 0;
    std::memcpy(&quad, q, 4);
    return hn::BitCast(DI8(), hn::Set(DI32(), quad));
}

/// Sum over 16 columns of weights below 2^kBits, four vectors, times activations, per lane.
template <unsigned kBits>
HWY_INLINE VI32 dotHalf(const VU8 *HWY_RESTRICT w, const std::int8_t *HWY_RESTRICT q)
{
    const DI32 di32;
#if CARREL_VNNI
    VI32 sum = hn::Zero(di32);
    for (std::size_t i = 0; i < 4; ++i) {
        sum = hn::SumOfMulQuadAccumulate(di32, w[i], broadcastQuad(q + 4 * i), sum);
    }
    return sum;
#else
    const DI16 di16;
    const auto ones = hn::Set(di16, std::int16_t{1});
    if constexpr (kBits == 8) {
        // Products of two bytes do not fit into 16 bits twice, products with nibbles do.
        const auto mask = hn::Set(DU8(), std::uint8_t{15});
        VU8 low[4];
        VU8 high[4];
        for (std::size_t i = 0; i < 4; ++i) {
            low[i] = hn::And(w[i], mask);
            high[i] = hn::And(hn::BitCast(DU8(), hn::ShiftRight<4>(hn::BitCast(DU32(), w[i]))), mask);
        }
        return hn::Add(dotHalf<4>(low, q), hn::ShiftLeft<4>(dotHalf<4>(high, q)));
    } else {
        const auto p0 = hn::SatWidenMulPairwiseAdd(di16, w[0], broadcastQuad(q));
        const auto p1 = hn::SatWidenMulPairwiseAdd(di16, w[1], broadcastQuad(q + 4));
        const auto p2 = hn::SatWidenMulPairwiseAdd(di16, w[2], broadcastQuad(q + 8));
        const auto p3 = hn::SatWidenMulPairwiseAdd(di16, w[3], broadcastQuad(q + 12));
        if constexpr (kBits == 6) {
            return hn::Add(hn::WidenMulPairwiseAdd(di32, hn::Add(p0, p1), ones),
                           hn::WidenMulPairwiseAdd(di32, hn::Add(p2, p3), ones));
        } else {
            return hn::WidenMulPairwiseAdd(di32, hn::Add(hn::Add(p0, p1), hn::Add(p2, p3)), ones);
        }
    }
#endif
}

template <unsigned kBits>
constexpr std::size_t kQuantVectors = kBits == 8 ? 8 : kBits;

/// The 32 weights of one block for all lanes: vector i holds weights 4i … 4i+3.
template <unsigned kBits>
HWY_INLINE void unpackBlock(const std::byte *HWY_RESTRICT quants, VU8 *HWY_RESTRICT w)
{
    const DU8 du8;
    const DU32 du32;
    const auto *at = reinterpret_cast<const std::uint8_t *>(quants);
    constexpr std::size_t kVectorBytes = kLanes * 4;
    if constexpr (kBits == 8) {
        for (std::size_t i = 0; i < 8; ++i) {
            w[i] = hn::Load(du8, at + i * kVectorBytes);
        }
        return;
    } else {
        const VU8 mask = hn::Set(du8, std::uint8_t{15});
        for (std::size_t i = 0; i < 4; ++i) {
            const VU8 packed = hn::Load(du8, at + i * kVectorBytes);
            w[i] = hn::And(packed, mask);
            w[i + 4] = hn::And(hn::BitCast(du8, hn::ShiftRight<4>(hn::BitCast(du32, packed))), mask);
        }
        if constexpr (kBits == 5) {
            const VU32 bits = hn::BitCast(du32, hn::Load(du8, at + 4 * kVectorBytes));
            const VU32 bit4 = hn::Set(du32, 0x10101010U);
            const auto merge = [&](std::size_t i, VU32 shifted) HWY_ATTR {
                w[i] = hn::Or(w[i], hn::BitCast(du8, hn::And(shifted, bit4)));
            };
            merge(0, hn::ShiftLeft<4>(bits));
            merge(1, hn::ShiftLeft<3>(bits));
            merge(2, hn::ShiftLeft<2>(bits));
            merge(3, hn::ShiftLeft<1>(bits));
            merge(4, bits);
            merge(5, hn::ShiftRight<1>(bits));
            merge(6, hn::ShiftRight<2>(bits));
            merge(7, hn::ShiftRight<3>(bits));
        } else if constexpr (kBits == 6) {
            const VU32 bits45 = hn::Set(du32, 0x30303030U);
            for (std::size_t half = 0; half < 2; ++half) {
                const VU32 bits = hn::BitCast(du32, hn::Load(du8, at + (4 + half) * kVectorBytes));
                const auto merge = [&](std::size_t i, VU32 shifted) HWY_ATTR {
                    w[4 * half + i] = hn::Or(w[4 * half + i], hn::BitCast(du8, hn::And(shifted, bits45)));
                };
                merge(0, hn::ShiftLeft<4>(bits));
                merge(1, hn::ShiftLeft<2>(bits));
                merge(2, bits);
                merge(3, hn::ShiftRight<2>(bits));
            }
        }
    }
}

/// Scale and minimum of the weights of one block: weight = scale * q + min. Formats of 16-column scales have two.
struct BlockScales {
    VF32 scale, min;
    VF32 scaleHigh, minHigh;
};

/// d alone; the quants are offset by kOffset.
template <unsigned kQuantBits, int kOffset>
struct ScaleOnly {
    static constexpr unsigned kBits = kQuantBits;
    static constexpr bool kTwoScales = false;
    HWY_INLINE BlockScales at(const std::byte *scales, std::size_t b) const
    {
        BlockScales s;
        s.scale = loadHalves(scales + b * kLanes * 2);
        s.min = hn::Mul(s.scale, hn::Set(DF32(), -static_cast<float>(kOffset)));
        return s;
    }
};

/// d and m.
template <unsigned kQuantBits>
struct ScaleMinimum {
    static constexpr unsigned kBits = kQuantBits;
    static constexpr bool kTwoScales = false;
    HWY_INLINE BlockScales at(const std::byte *scales, std::size_t b) const
    {
        const std::byte *block = scales + b * kLanes * 4;
        BlockScales s;
        s.scale = loadHalves(block);
        s.min = loadHalves(block + kLanes * 2);
        return s;
    }
};

/// Q4_K and Q5_K.
template <unsigned kQuantBits>
struct SuperBlock {
    static constexpr unsigned kBits = kQuantBits;
    static constexpr bool kTwoScales = false;
    HWY_INLINE BlockScales at(const std::byte *scales, std::size_t b) const
    {
        const std::byte *super = scales + b / 8 * kLanes * 20;
        const std::byte *pair = super + (4 + b % 8 * 2) * kLanes;
        BlockScales s;
        s.scale = hn::Mul(loadHalves(super), loadUnsignedBytes(pair));
        s.min = hn::Neg(hn::Mul(loadHalves(super + kLanes * 2), loadUnsignedBytes(pair + kLanes)));
        return s;
    }
};

/// Q6_K.
struct SuperBlock6 {
    static constexpr unsigned kBits = 6;
    static constexpr bool kTwoScales = true;
    HWY_INLINE BlockScales at(const std::byte *scales, std::size_t b) const
    {
        const std::byte *super = scales + b / 8 * kLanes * 18;
        const std::byte *pair = super + (2 + b % 8 * 2) * kLanes;
        const VF32 d = loadHalves(super);
        const VF32 offset = hn::Set(DF32(), -32.0F);
        BlockScales s;
        s.scale = hn::Mul(d, loadSignedBytes(pair));
        s.scaleHigh = hn::Mul(d, loadSignedBytes(pair + kLanes));
        s.min = hn::Mul(s.scale, offset);
        s.minHigh = hn::Mul(s.scaleHigh, offset);
        return s;
    }
};

/// kRows batch rows times one tile. Every row's sum takes the same steps whatever kRows is.
template <class Format, std::size_t kRows>
HWY_NOINLINE void dotRows(const TileLayout &layout, const std::byte *HWY_RESTRICT tile,
                          const ActivationBlock *HWY_RESTRICT x, float *HWY_RESTRICT products)
{
    constexpr unsigned kBits = Format::kBits;
    const DF32 df;
    const std::size_t blocks = layout.columns / 32;
    const std::byte *quants = tile;
    const std::byte *scales = tile + layout.scalesAt;
    const Format format;
    VF32 sums[kRows];
    for (std::size_t r = 0; r < kRows; ++r) {
        sums[r] = hn::Zero(df);
    }
    for (std::size_t b = 0; b < blocks; ++b) {
        VU8 w[8];
        unpackBlock<kBits>(quants, w);
        quants += kQuantVectors<kBits> * kLanes * 4;
        const BlockScales s = format.at(scales, b);
        HWY_UNROLL(kRows)
        for (std::size_t r = 0; r < kRows; ++r) {
            const ActivationBlock &a = x[r * blocks + b];
            const VI32 low = dotHalf<kBits>(w, a.q);
            const VI32 high = dotHalf<kBits>(w + 4, a.q + 16);
            VF32 part;
            if constexpr (Format::kTwoScales) {
                part = hn::Mul(hn::ConvertTo(df, low), s.scale);
                part = hn::MulAdd(hn::ConvertTo(df, high), s.scaleHigh, part);
                part = hn::Mul(part, hn::Set(df, a.d));
                part = hn::MulAdd(s.min, hn::Set(df, a.sumLow), part);
                part = hn::MulAdd(s.minHigh, hn::Set(df, a.sumHigh), part);
            } else {
                part = hn::Mul(hn::Mul(hn::ConvertTo(df, hn::Add(low, high)), s.scale), hn::Set(df, a.d));
                part = hn::MulAdd(s.min, hn::Set(df, a.sum), part);
            }
            sums[r] = hn::Add(sums[r], part);
        }
    }
    for (std::size_t r = 0; r < kRows; ++r) {
        hn::StoreU(sums[r], df, products + r * kLanes);
    }
}

template <class Format>
void dotTile(const TileLayout &layout, const std::byte *tile, const Activations &x, std::size_t firstRow,
             std::size_t rows, float *products)
{
    const std::size_t blocks = layout.columns / 32;
    const ActivationBlock *at = x.blocks + firstRow * blocks;
    const auto step = [&](std::size_t n) {
        at += n * blocks;
        products += n * kLanes;
        rows -= n;
    };
    while (rows >= kDotRows) {
        dotRows<Format, kDotRows>(layout, tile, at, products);
        step(kDotRows);
    }
    if (kDotRows > 4 && rows >= 4) {
        dotRows<Format, 4>(layout, tile, at, products);
        step(4);
    }
    if (rows >= 2) {
        dotRows<Format, 2>(layout, tile, at, products);
        step(2);
    }
    if (rows == 1) {
        dotRows<Format, 1>(layout, tile, at, products);
    }
}

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
