// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tiles that keep the file's blocks times int8 activations: the blocks of one column range are decoded to integers for
// all lanes, then multiplied with every batch row. One kernel for all types that decodeIntegers() knows.
#if defined(CARREL_CPU_INTEGER_DOT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CARREL_CPU_INTEGER_DOT_INL_H
#undef CARREL_CPU_INTEGER_DOT_INL_H
#else
#define CARREL_CPU_INTEGER_DOT_INL_H
#endif

#include "inference/backend/cpu/dot_inl.h"
#include "inference/quant/integer_blocks.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace inference::backend::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Integers plus 128 in the layout of Q8_0, with two f32 scales per block.
struct DecodedIntegers {
    static constexpr unsigned kBits = 8;
    static constexpr unsigned kDotBits = 8;
    static constexpr bool kTwoScales = true;
    HWY_INLINE BlockScales at(const std::byte *scales, std::size_t b) const
    {
        const DF32 df;
        const auto *pair = reinterpret_cast<const float *>(scales) + b * 2 * kLanes;
        const VF32 offset = hn::Set(df, -128.0F);
        BlockScales s;
        s.scale = hn::Load(df, pair);
        s.scaleHigh = hn::Load(df, pair + kLanes);
        s.min = hn::Mul(s.scale, offset);
        s.minHigh = hn::Mul(s.scaleHigh, offset);
        return s;
    }
};

/// The blocks of all lanes that cover one range of columns.
struct DecodedTile {
    alignas(64) std::uint32_t quants[64 * kLanes];
    alignas(64) float scales[16 * kLanes];

    void fill(const TileLayout &layout, const TypeTraits &info, const std::byte *tile, std::size_t block)
    {
        const std::size_t rowBytes = layout.columns / info.blockWeights * info.blockBytes;
        IntegerBlock decoded;
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            decodeIntegers(layout.type, tile + lane * rowBytes + block * info.blockBytes, decoded);
            for (std::size_t w = 0; w < info.blockWeights / 4; ++w) {
                std::uint32_t word = 0;
                std::memcpy(&word, &decoded.q[4 * w], 4);
                quants[w * kLanes + lane] = word ^ 0x80808080U;
            }
            for (std::size_t s = 0; s < info.blockWeights / 16; ++s) {
                scales[s * kLanes + lane] = decoded.scale[s];
            }
        }
    }
};

inline void integerDotTile(const TileLayout &layout, const std::byte *tile, const Activations &x, std::size_t firstRow,
                           std::size_t rows, float *products)
{
    const DF32 df;
    const TypeTraits info = traits(layout.type);
    const std::size_t stride = layout.columns / 32;
    DecodedTile decoded;
    const TileLayout range{.type = layout.type,
                           .lanes = layout.lanes,
                           .columns = info.blockWeights,
                           .scalesAt = sizeof decoded.quants,
                           .tileBytes = sizeof decoded};
    std::fill_n(products, rows * kLanes, 0.0F);
    alignas(64) float part[kDotRows * kLanes];
    for (std::size_t block = 0; block < layout.columns / info.blockWeights; ++block) {
        decoded.fill(layout, info, tile, block);
        const ActivationBlock *at = x.blocks + firstRow * stride + block * info.blockWeights / 32;
        for (std::size_t r = 0; r < rows; r += kDotRows) {
            const std::size_t n = std::min(kDotRows, rows - r);
            dotRowGroups<DecodedIntegers>(range, reinterpret_cast<const std::byte *>(&decoded), at + r * stride, stride,
                                          n, part);
            for (std::size_t i = 0; i < n; ++i) {
                float *sum = products + (r + i) * kLanes;
                hn::StoreU(hn::Add(hn::LoadU(df, sum), hn::Load(df, part + i * kLanes)), df, sum);
            }
        }
    }
}

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
