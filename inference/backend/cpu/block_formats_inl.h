// SPDX-FileCopyrightText: 2026 The Carrel developers
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the blocks of each quantized type lie in a tile (tile_layout.h), as vectors with one lane per row: the weights of
// a block as bytes, and its scale and minimum as floats.
#if defined(CARREL_CPU_BLOCK_FORMATS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CARREL_CPU_BLOCK_FORMATS_INL_H
#undef CARREL_CPU_BLOCK_FORMATS_INL_H
#else
#define CARREL_CPU_BLOCK_FORMATS_INL_H
#endif

#include "inference/backend/cpu/kernels.h"

#include <hwy/highway.h>

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
    } else if constexpr (kBits <= 3) {
        const VU32 bits01 = hn::Set(du32, 0x03030303U);
        for (std::size_t half = 0; half < 2; ++half) {
            const VU32 pairs = hn::BitCast(du32, hn::Load(du8, at + half * kVectorBytes));
            w[4 * half] = hn::BitCast(du8, hn::And(pairs, bits01));
            w[4 * half + 1] = hn::BitCast(du8, hn::And(hn::ShiftRight<2>(pairs), bits01));
            w[4 * half + 2] = hn::BitCast(du8, hn::And(hn::ShiftRight<4>(pairs), bits01));
            w[4 * half + 3] = hn::BitCast(du8, hn::And(hn::ShiftRight<6>(pairs), bits01));
        }
        if constexpr (kBits == 3) {
            const VU32 bits = hn::BitCast(du32, hn::Load(du8, at + 2 * kVectorBytes));
            const VU32 bit2 = hn::Set(du32, 0x04040404U);
            const auto merge = [&](std::size_t i, VU32 shifted)
                                   HWY_ATTR { w[i] = hn::Or(w[i], hn::BitCast(du8, hn::And(shifted, bit2))); };
            merge(0, hn::ShiftLeft<2>(bits));
            merge(1, hn::ShiftLeft<1>(bits));
            merge(2, bits);
            merge(3, hn::ShiftRight<1>(bits));
            merge(4, hn::ShiftRight<2>(bits));
            merge(5, hn::ShiftRight<3>(bits));
            merge(6, hn::ShiftRight<4>(bits));
            merge(7, hn::ShiftRight<5>(bits));
        }
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
            const auto merge = [&](std::size_t i, VU32 shifted)
                                   HWY_ATTR { w[i] = hn::Or(w[i], hn::BitCast(du8, hn::And(shifted, bit4))); };
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

// A format says how its quants are packed (kBits, for unpackBlock), the bits that hold them when they are multiplied
// (kDotBits), and what the scales are. Formats with a translate() look the unpacked quants up first.

/// Scale and minimum of the weights of one block: weight = scale * q + min. Formats of 16-column scales have two.
struct BlockScales {
    VF32 scale, min;
    VF32 scaleHigh, minHigh;
};

/// d alone; the quants are offset by kOffset.
template <unsigned kQuantBits, int kOffset>
struct ScaleOnly {
    static constexpr unsigned kBits = kQuantBits;
    static constexpr unsigned kDotBits = kBits;
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
    static constexpr unsigned kDotBits = kBits;
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
    static constexpr unsigned kDotBits = kBits;
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

/// Q6_K and Q3_K: signed scales of 16 columns, quants offset by kOffset.
template <unsigned kQuantBits, int kOffset>
struct SuperBlockSigned {
    static constexpr unsigned kBits = kQuantBits;
    static constexpr unsigned kDotBits = kBits;
    static constexpr bool kTwoScales = true;
    HWY_INLINE BlockScales at(const std::byte *scales, std::size_t b) const
    {
        const std::byte *super = scales + b / 8 * kLanes * 18;
        const std::byte *pair = super + (2 + b % 8 * 2) * kLanes;
        const VF32 d = loadHalves(super);
        const VF32 offset = hn::Set(DF32(), -static_cast<float>(kOffset));
        BlockScales s;
        s.scale = hn::Mul(d, loadSignedBytes(pair));
        s.scaleHigh = hn::Mul(d, loadSignedBytes(pair + kLanes));
        s.min = hn::Mul(s.scale, offset);
        s.minHigh = hn::Mul(s.scaleHigh, offset);
        return s;
    }
};

} // namespace inference::backend::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
