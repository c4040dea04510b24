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

#include "inference/backend/cpu/block_formats_inl.h"

#include <hwy/highway.h>

#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

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

/// kRows batch rows, `stride` blocks apart, times one tile. Every row's sum takes the same steps whatever kRows is.
template <class Format, std::size_t kRows>
HWY_NOINLINE void dotRows(const TileLayout &layout, const std::byte *HWY_RESTRICT tile,
                          const ActivationBlock *HWY_RESTRICT x, std::size_t stride, float *HWY_RESTRICT products)
{
    constexpr unsigned kBits = Format::kBits;
    constexpr unsigned kDotBits = Format::kDotBits;
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
        if constexpr (requires { Format::translate(w); }) {
            Format::translate(w);
        }
        quants += kQuantVectors<kBits> * kLanes * 4;
        const BlockScales s = format.at(scales, b);
        HWY_UNROLL(kRows)
        for (std::size_t r = 0; r < kRows; ++r) {
            const ActivationBlock &a = x[r * stride + b];
            const VI32 low = dotHalf<kDotBits>(w, a.q);
            const VI32 high = dotHalf<kDotBits>(w + 4, a.q + 16);
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

/// Any number of batch rows, `stride` blocks apart, times one tile.
template <class Format>
HWY_INLINE void dotRowGroups(const TileLayout &layout, const std::byte *tile, const ActivationBlock *at,
                             std::size_t stride, std::size_t rows, float *products)
{
    const auto step = [&](std::size_t n) {
        at += n * stride;
        products += n * kLanes;
        rows -= n;
    };
    while (rows >= kDotRows) {
        dotRows<Format, kDotRows>(layout, tile, at, stride, products);
        step(kDotRows);
    }
    if (kDotRows > 4 && rows >= 4) {
        dotRows<Format, 4>(layout, tile, at, stride, products);
        step(4);
    }
    if (rows >= 2) {
        dotRows<Format, 2>(layout, tile, at, stride, products);
        step(2);
    }
    if (rows == 1) {
        dotRows<Format, 1>(layout, tile, at, stride, products);
    }
}

template <class Format>
void dotTile(const TileLayout &layout, const std::byte *tile, const Activations &x, std::size_t firstRow,
             std::size_t rows, float *products)
{
    const std::size_t blocks = layout.columns / 32;
    dotRowGroups<Format>(layout, tile, x.blocks + firstRow * blocks, blocks, rows, products);
}

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
